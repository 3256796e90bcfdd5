// SPDX-License-Identifier: GPL-3.0-or-later
//
// Peaks of a sample at any zoom
//
// A small file beside the cache file holds least, greatest and mean square
// value of every 256 frames, of every 8 of those, and so on: about 1 per cent
// of the audio.  With it any range is drawn exactly, from some dozen reads a
// column. For workers; one Peaks is for one thread at a time.

#ifndef SONIC_MEDIA_PEAKS_H
#define SONIC_MEDIA_PEAKS_H

#include "base/status.h"

#include <stdatomic.h>
#include <stdint.h>

/// One column of one channel
typedef struct {
  float min;
  float max;
  float rms;
} Peak;

typedef struct Peaks Peaks;

/**
   Make the peaks of a cache file.

   @param cache_path The cache file.
   @param path Where to, such as the same with the ending ".peaks".
   @param cancel Stops when true; or null.
   @return STATUS_CANCELLED, STATUS_IO, STATUS_NOT_FOUND, STATUS_NO_MEMORY.
*/
Status
peaks_build(const char*        cache_path,
            const char*        path,
            const atomic_bool* cancel);

/**
   Open peaks and the cache file they belong to.

   @param out Receives the peaks, owned by the caller.
   @return STATUS_NOT_FOUND if one is missing, STATUS_IO if one is damaged or
   they do not belong together (build them anew), STATUS_NO_MEMORY.
*/
Status
peaks_open(const char* cache_path, const char* path, Peaks** out);

/// Close peaks (null is fine)
void
peaks_close(Peaks* peaks);

/// Channels of the sample, 1 or 2
uint32_t
peaks_channels(const Peaks* peaks);

/**
   Read the peaks of a range.

   Column i covers the frames from start + i * num / width to where the next
   begins, and one at least.  Beyond the end of the sample is silence.

   @param start First frame.
   @param num Number of frames, at most 2^40.
   @param width Number of columns, at most 2^20.
   @param out Receives `width` columns of all channels, interleaved.
   @return STATUS_IO.
*/
Status
peaks_read(Peaks*   peaks,
           uint64_t start,
           uint64_t num,
           uint32_t width,
           Peak*    out);

#endif // SONIC_MEDIA_PEAKS_H
