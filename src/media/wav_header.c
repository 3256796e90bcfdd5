// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/wav_header.h"

#include <string.h>

/// Append a number of `num` bytes, little-endian
static uint8_t*
put(uint8_t* const at, const uint64_t value, const unsigned num)
{
  for (unsigned i = 0; i < num; ++i) {
    at[i] = (uint8_t)(value >> (8u * i));
  }

  return at + num;
}

static uint8_t*
put_id(uint8_t* const at, const char* const id)
{
  memcpy(at, id, 4);
  return at + 4;
}

size_t
wav_header(const WavFormat* const format,
           const uint64_t         frames,
           uint8_t                header[WAV_HEADER_SIZE])
{
  const uint32_t frame_size = format->channels * format->bytes;
  const bool     unknown    = frames == WAV_UNKNOWN;
  const uint64_t data       = unknown ? 0 : frames * frame_size;

  // RIFF's length counts what follows it: 4 bytes, JUNK of 36, the format, and
  // the data with its head and a byte that makes it even
  const uint32_t head    = format->is_float ? 4 + 36 + 26 + 12 : 4 + 36 + 24;
  const uint64_t riff    = head + 8 + data + (data & 1u);
  const bool     is_rf64 = riff > UINT32_MAX - 1u;
  const uint64_t filled  = unknown || is_rf64 ? UINT32_MAX : 0;

  uint8_t* at = put_id(header, is_rf64 ? "RF64" : "RIFF");
  at          = put(at, filled ? filled : riff, 4);
  at          = put_id(at, "WAVE");

  at = put_id(at, is_rf64 ? "ds64" : "JUNK");
  at = put(at, 28, 4);
  at = put(at, is_rf64 ? riff : 0, 8);
  at = put(at, is_rf64 ? data : 0, 8);
  at = put(at, is_rf64 ? frames : 0, 8);
  at = put(at, 0, 4);

  at = put_id(at, "fmt ");
  at = put(at, format->is_float ? 18 : 16, 4);
  at = put(at, format->is_float ? 3 : 1, 2);
  at = put(at, format->channels, 2);
  at = put(at, format->rate, 4);
  at = put(at, (uint64_t)format->rate * frame_size, 4);
  at = put(at, frame_size, 2);
  at = put(at, 8u * format->bytes, 2);
  if (format->is_float) {
    at = put(at, 0, 2);
    at = put_id(at, "fact");
    at = put(at, 4, 4);
    at = put(at, filled ? filled : frames, 4);
  }

  at = put_id(at, "data");
  at = put(at, filled ? filled : data, 4);
  return (size_t)(at - header);
}
