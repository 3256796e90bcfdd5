// SPDX-License-Identifier: GPL-3.0-or-later
//
// Cutting the power, on paper
//
// All that is done to the files of a folder is recorded.  A cut makes from any
// moment of that record a folder as a disk might have it then: what was synced
// is there; of the data that was not, each piece is there, lost, or torn at a
// sector, in whatever order; of the names that were not, those up to some
// moment are there.

#ifndef SONIC_SUPPORT_POWER_H
#define SONIC_SUPPORT_POWER_H

#include "support/random.h"

#include <stddef.h>
#include <stdint.h>

/// Begin to record what is done to a folder, whose files are on disk as of now
void
power_record(const char* folder);

/// Note that something was confirmed to be on disk
void
power_confirm(uint64_t revision);

/// End the record; returns how many moments it has
size_t
power_stop(void);

/**
   Make the folder that is there after a cut.

   @param moment Before this many moments, of those recorded.
   @param folder New folder for it.
   @return What was confirmed last by then, or 0.
*/
uint64_t
power_cut(size_t moment, Random* random, const char* folder);

/// Forget the record
void
power_forget(void);

#endif // SONIC_SUPPORT_POWER_H
