// SPDX-License-Identifier: GPL-3.0-or-later
//
// Looking at headers
//
// What the parts of `sniff_file` share; for nothing else.

#ifndef SONIC_MEDIA_SNIFFER_H
#define SONIC_MEDIA_SNIFFER_H

#include "base/rt.h"
#include "base/status.h"
#include "media/sniff.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NUM_OF(array) (sizeof(array) / sizeof((array)[0]))

/// A file being looked at
typedef struct {
  int      fd;
  uint64_t size;
  bool     failed; ///< Reading failed, `error` says why
  int      error;
  char*    text; ///< Receives why the file is refused
  size_t   text_size;
} Sniffer;

/// A little-endian number of `num` bytes, at most 4
uint32_t
sniff_little(const uint8_t* bytes, unsigned num);

/// A big-endian number of `num` bytes, at most 4
uint32_t
sniff_big(const uint8_t* bytes, unsigned num);

/// Say why the file is refused
SONIC_PRINTF(2, 3)
Status
sniff_refuse(const Sniffer* sniffer, const char* format, ...);

/// Read `size` bytes; false if the file ends before or reading fails
bool
sniff_take(Sniffer* sniffer, uint64_t offset, void* data, size_t size);

/// Walk the chunks of a WAV whose RIFF header says `riff_size`
Status
sniff_wav(Sniffer*       sniffer,
          bool           is_64,
          uint32_t       riff_size,
          AudioFileInfo* info);

/// Walk the chunks of an AIFF or AIFF-C
Status
sniff_aiff(Sniffer* sniffer, bool is_aifc, AudioFileInfo* info);

#endif // SONIC_MEDIA_SNIFFER_H
