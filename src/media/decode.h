// SPDX-License-Identifier: GPL-3.0-or-later
//
// From an audio file to the cache
//
// An import decodes a WAV, FLAC, AIFF or Ogg Vorbis file of any rate to float
// at the session rate, in pieces, so memory does not grow with length.  The
// result is addressed by content: a second import of the same bytes finds it,
// whatever the file is called.  For workers.

#ifndef SONIC_MEDIA_DECODE_H
#define SONIC_MEDIA_DECODE_H

#include "base/status.h"
#include "media/cache.h"
#include "media/source.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Part of what names a content: changes when the same bytes would be decoded
/// differently
#define DECODER_VERSION 1u

/// Told from time to time how far it got, 0 to 1
typedef void (*DecodeProgressFunc)(void* handle, double done);

typedef struct {
  const char*        folder;   ///< The cache, which must exist
  uint32_t           rate;     ///< Session rate, frames per second
  const AudioLimits* limits;   ///< Or null for `audio_limits`
  DecodeProgressFunc progress; ///< Or null
  void*              handle;   ///< Passed to `progress`
  const atomic_bool* cancel;   ///< Stops when true; or null
} DecodeConfig;

typedef struct {
  char      key[CACHE_KEY_SIZE];   ///< Name of the content at this rate
  char      path[CACHE_PATH_SIZE]; ///< The cache file
  CacheInfo info;                  ///< What is in it
  bool      hit;                   ///< It was there already
} DecodeResult;

/**
   Bring a file into the cache.

   A file that is cut short gives what is there, one with more than two
   channels the first two; both are said in `text`.

   @param config Where to and how.
   @param fd A regular file, borrowed.
   @param name What to call it in `text`.
   @param result Receives where it is.
   @param text Receives one sentence naming file and cause if it failed, or a
   warning if there is one, else "".
   @param text_size Size of `text`.
   @return STATUS_UNSUPPORTED for what is no audio or of no known kind,
   STATUS_TOO_LARGE over a limit, STATUS_CONFLICT if the file changed while it
   was read, STATUS_CANCELLED, STATUS_IO, STATUS_NO_MEMORY.
*/
Status
decode_file(const DecodeConfig* config,
            int                 fd,
            const char*         name,
            DecodeResult*       result,
            char*               text,
            size_t              text_size);

#endif // SONIC_MEDIA_DECODE_H
