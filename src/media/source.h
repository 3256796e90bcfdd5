// SPDX-License-Identifier: GPL-3.0-or-later
//
// Frames of an audio file, from first to last
//
// Reads what `sniff_file` accepts as one or two channels of float at the file's
// own rate.  Of more than two channels the first two are read.  Integers are
// scaled by their full range, so a 16-bit value v becomes exactly v / 32768;
// floats keep their bits, except that what is not finite becomes silence.

#ifndef SONIC_MEDIA_SOURCE_H
#define SONIC_MEDIA_SOURCE_H

#include "base/status.h"
#include "media/sniff.h"

#include <stddef.h>
#include <stdint.h>

typedef struct AudioSource AudioSource;

/// Most that is read of a file from outside; all are checked in 64 bits before
/// anything is allocated
typedef struct {
  uint64_t max_bytes;    ///< Size of the file
  uint64_t max_frames;   ///< Length at the file's rate and at the session's
  uint32_t max_channels; ///< Channels in the file
  uint32_t min_rate;     ///< Lowest rate
  uint32_t max_rate;     ///< Highest rate
} AudioLimits;

/// 64 GiB, 2^32 frames (24 hours at 48 kHz), 64 channels, 1 to 768 kHz
extern const AudioLimits audio_limits;

/// Hold what headers say against limits; `text` receives a phrase about what is
/// over them
Status
source_check(const AudioFileInfo* info,
             const AudioLimits*   limits,
             char*                text,
             size_t               text_size);

/**
   Open a file for reading.

   @param fd A regular file, borrowed until `source_close`.
   @param info What `sniff_file` found in it.
   @param limits Limits, which are checked first.
   @param out Receives the source, owned by the caller.
   @param text Receives a phrase about what is wrong.
   @param text_size Size of `text`.
*/
Status
source_open(int                  fd,
            const AudioFileInfo* info,
            const AudioLimits*   limits,
            AudioSource**        out,
            char*                text,
            size_t               text_size);

/// Release a source (null is fine)
void
source_close(AudioSource* source);

/// Channels that are read, 1 or 2
uint32_t
source_channels(const AudioSource* source);

/// Read up to `n` frames into `out`, interleaved; less only at the end
uint32_t
source_read(AudioSource* source, float* out, uint32_t n);

/// Frames of which a value was not finite, so far
uint64_t
source_num_not_finite(const AudioSource* source);

/// How much of the file was read, 0 to 1
double
source_progress(const AudioSource* source);

/// Zero, or errno of a read that failed
int
source_error(const AudioSource* source);

#endif // SONIC_MEDIA_SOURCE_H
