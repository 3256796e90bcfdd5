// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recordings at another pitch
//
// What is in the cache is put there once more, at another pitch and the same
// length.  It is named by the content and the pitch, so it is made once.  Takes
// long: for workers.

#ifndef SONIC_MEDIA_PITCH_H
#define SONIC_MEDIA_PITCH_H

#include "base/status.h"
#include "media/decode.h"

#include <stddef.h>

/// Parts of a semitone that make a difference
#define PITCH_STEPS 100

/**
   Bring a recording at another pitch into the cache.

   @param config Where to; its rate and limits are those of the recording.
   @param path Cache file of the recording as it is.
   @param semitones How much higher, -24 to 24.
   @param result Receives where it is.
   @param text Receives one sentence naming the cause if it failed, else "".
   @param text_size Size of `text`.
   @return STATUS_NOT_FOUND or STATUS_IO if the recording is not in the cache or
   is damaged there, STATUS_CANCELLED, STATUS_IO, STATUS_NO_MEMORY.
*/
Status
pitch_file(const DecodeConfig* config,
           const char*         path,
           double              semitones,
           DecodeResult*       result,
           char*               text,
           size_t              text_size);

#endif // SONIC_MEDIA_PITCH_H
