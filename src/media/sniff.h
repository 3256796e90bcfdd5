// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is in an audio file
//
// Headers of files from outside are read here, with few lines and all bounds,
// before anything else looks at them.  What is not on the list is refused; of
// WAV and AIFF no other parser ever sees more than the samples.

#ifndef SONIC_MEDIA_SNIFF_H
#define SONIC_MEDIA_SNIFF_H

#include "base/rt.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  CONTAINER_WAV,
  CONTAINER_AIFF,
  CONTAINER_FLAC,
  CONTAINER_OGG,
} AudioContainer;

typedef enum {
  CODING_U8,     ///< Unsigned 8 bits
  CODING_S8,     ///< Signed 8 bits
  CODING_S16,    ///< Signed 16 bits
  CODING_S24,    ///< Signed 24 bits
  CODING_S32,    ///< Signed 32 bits
  CODING_F32,    ///< 32-bit float
  CODING_F64,    ///< 64-bit float
  CODING_FLAC,   ///< FLAC, 4 to 32 bits
  CODING_VORBIS, ///< Vorbis
} AudioCoding;

/// What the headers say
typedef struct {
  AudioContainer container;
  AudioCoding    coding;
  bool           big_endian;  ///< Byte order of samples (WAV and AIFF)
  uint32_t       channels;    ///< At least 1
  uint32_t       rate;        ///< Frames per second
  uint32_t       frame_bytes; ///< Bytes of a frame (WAV and AIFF, else 0)
  uint64_t       frames;      ///< Length; 0 if only decoding can tell
  uint64_t       offset;      ///< First byte of the samples or of the stream
  uint64_t       bytes;       ///< Bytes from there
  bool           cut;         ///< The file ends before its audio does
} AudioFileInfo;

/**
   Read the headers of a file.

   @param fd File that can be read at any place; its position is left alone.
   @param info Receives what they say.
   @param text Receives, if refused, why: a phrase such as "not a WAV, FLAC,
   AIFF or Ogg file".
   @param text_size Size of `text`.
   @return STATUS_UNSUPPORTED for what is no audio or not on the list,
   STATUS_IO if reading failed.
*/
Status
sniff_file(int fd, AudioFileInfo* info, char* text, size_t text_size);

/// Name of a container for people, such as "WAV"
const char*
audio_container_name(AudioContainer container);

#endif // SONIC_MEDIA_SNIFF_H
