// SPDX-License-Identifier: GPL-3.0-or-later
//
// What was done before: the journal read backwards
//
// From the present document the lines' patches lead back, so that what was
// done can be undone after a restart as well.  Lines that say whose document
// they are once more ("as") move among the steps instead of adding one.

#ifndef SONIC_STORE_PAST_H
#define SONIC_STORE_PAST_H

#include "base/status.h"
#include "model/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Something that was done
typedef struct {
  Composition* before;   ///< Owned
  Composition* after;    ///< Owned
  uint64_t     revision; ///< Of `after`
  uint64_t     nanos;    ///< Wall clock, since 1970
  uint32_t     client;   ///< Who did it, 0 is the program
  size_t       parent;   ///< Place of what it follows
  String*      who;      ///< Owned, like all that follow
  String*      what;
  String*      gesture;
} PastStep;

/// Steps, the oldest first.  Place 0 is what was there before them, place n is
/// after the n-th step
typedef struct {
  PastStep* steps; ///< Owned, null if there are none
  size_t    count;
  size_t*   visits;     ///< Places in the order of coming to them: a new step,
                        ///< or one from before; owned, null if there are none
  size_t    num_visits; ///<
  size_t    place;      ///< Where the present document is
  uint64_t  first;      ///< Revision of place 0
} Past;

/**
   Read what was done, as far as the journal leads back.

   It takes as long as reading and patching take; for any thread.

   @param folder Folder of a composition.
   @param root Document at `revision`, borrowed.
   @param revision Revision, which is on disk.
   @param max_steps Most steps to go back.
   @param out Receives the steps; empty on failure.
*/
Status
past_read(const char*        folder,
          const Composition* root,
          uint64_t           revision,
          size_t             max_steps,
          Past*              out,
          char*              text,
          size_t             text_size);

/// Release the steps
void
past_free(Past* past);

#endif // SONIC_STORE_PAST_H
