// SPDX-License-Identifier: GPL-3.0-or-later
//
// From the end of a recording to its clips

#ifndef SONIC_SERVICES_RECORDING_PRIVATE_H
#define SONIC_SERVICES_RECORDING_PRIVATE_H

#include "base/status.h"
#include "services/recorded.h"
#include "services/services.h"

#include <stdbool.h>

/// Most bytes in the path of a log
#define RECORDING_PATH_SIZE 4096u

/// Path of a file of a take
void
recording_take_path(const Services*     services,
                    const RecordedTake* take,
                    char                path[RECORDING_PATH_SIZE]);

/**
   Decode what was recorded on a worker, then put its clips into the document.

   @param recorded What was recorded, moves.
   @param log Path of its log, which is removed when all is on disk.
   @param author Who is told to have done it, copied.
   @param done Called on the control thread afterwards, also on failure.
*/
void
recording_bring_in(Services*     services,
                   Recorded*     recorded,
                   const char*   log,
                   const Author* author,
                   void (*done)(void* handle, const char* fault),
                   void* handle);

#endif // SONIC_SERVICES_RECORDING_PRIVATE_H
