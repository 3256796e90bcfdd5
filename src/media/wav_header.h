// SPDX-License-Identifier: GPL-3.0-or-later
//
// The head of a WAV file
//
// For regular files there is room for the lengths of RF64 (EBU Tech 3306),
// which is what a WAV beyond 4 GiB becomes; a stream says that its length is
// unknown.

#ifndef SONIC_MEDIA_WAV_HEADER_H
#define SONIC_MEDIA_WAV_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Room for any header
#define WAV_HEADER_SIZE 128

/// Frames of a stream whose length is not known
#define WAV_UNKNOWN UINT64_MAX

typedef struct {
  uint32_t rate;
  uint32_t channels;
  uint32_t bytes;    ///< Of a sample
  bool     is_float; ///< Else whole numbers
} WavFormat;

/// Write a header for a number of frames, or WAV_UNKNOWN; returns its size,
/// which depends on the format only
size_t
wav_header(const WavFormat* format,
           uint64_t         frames,
           uint8_t          header[WAV_HEADER_SIZE]);

#endif // SONIC_MEDIA_WAV_HEADER_H
