// SPDX-License-Identifier: GPL-3.0-or-later
//
// Who has a composition open
//
// The lock is held by a descriptor and so goes with the process, however that
// ends.  For any thread.

#ifndef SONIC_STORE_LOCK_H
#define SONIC_STORE_LOCK_H

#include "base/status.h"

#include <stddef.h>

/**
   Lock the folder of a composition.

   @param fd Receives the descriptor that holds the lock; closing it unlocks.
   @return STATUS_CONFLICT, with the number of the process, if it is locked.
*/
Status
store_lock(const char* folder, int* fd, char* text, size_t text_size);

#endif // SONIC_STORE_LOCK_H
