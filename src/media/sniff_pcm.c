// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/sniffer.h"

#include <math.h>
#include <string.h>

/// Most chunks that are walked over to find the audio
#define MAX_CHUNKS 4096u

/// Sizes from here are written by programs that could not know the length
#define UNKNOWN_SIZE 0x7FFFF000u

/// Bytes of a sample
static const uint32_t coding_bytes[] = {
  [CODING_U8]  = 1,
  [CODING_S8]  = 1,
  [CODING_S16] = 2,
  [CODING_S24] = 3,
  [CODING_S32] = 4,
  [CODING_F32] = 4,
  [CODING_F64] = 8,
};

// clang-format off
/// Format tags of WAV that are refused by name
static const struct {
  uint16_t    tag;
  const char* name;
} wav_tags[] = {
  {0x0002, "MS ADPCM"}, {0x0006, "A-law"},    {0x0007, "mu-law"},
  {0x0011, "IMA ADPCM"}, {0x0031, "GSM 6.10"}, {0x0050, "MPEG audio"},
  {0x0055, "MP3"},      {0x0064, "G.726"},    {0x0161, "Windows Media"},
};

/// Compressions of AIFF-C that are none
static const struct {
  char        id[5];
  bool        big_endian;
  bool        any_bits; ///< The number of bits decides, else `coding`
  AudioCoding coding;
} aiff_codings[] = {
  {"NONE", true,  true,  CODING_S16}, {"twos", true,  true,  CODING_S16},
  {"sowt", false, true,  CODING_S16}, {"in24", true,  false, CODING_S24},
  {"in32", true,  false, CODING_S32}, {"fl32", true,  false, CODING_F32},
  {"FL32", true,  false, CODING_F32}, {"fl64", true,  false, CODING_F64},
  {"FL64", true,  false, CODING_F64}, {"raw ", true,  false, CODING_U8},
};
// clang-format on

/// Settle length and extent of plain samples that were declared to have
/// `declared` bytes
static Status
settle(const Sniffer* const sniffer,
       AudioFileInfo* const info,
       const uint64_t       declared)
{
  const uint64_t there = sniffer->size - info->offset;

  info->frame_bytes = info->channels * coding_bytes[info->coding];
  info->cut         = declared > there;
  info->bytes       = declared < there ? declared : there;
  info->frames      = info->bytes / info->frame_bytes;
  info->bytes       = info->frames * info->frame_bytes;
  return info->frames ? STATUS_OK : sniff_refuse(sniffer, "it holds no audio");
}

static bool
coding_of_bytes(const uint32_t bytes, AudioCoding* const coding)
{
  static const AudioCoding integers[] = {
    CODING_S8, CODING_S16, CODING_S24, CODING_S32};
  if (bytes < 1 || bytes > 4) {
    return false;
  }

  *coding = integers[bytes - 1];
  return true;
}

/// Understand the `fmt ` chunk of a WAV
static Status
sniff_wav_format(const Sniffer* const sniffer,
                 const uint8_t* const fmt,
                 const size_t         size,
                 AudioFileInfo* const info)
{
  static const uint8_t guid_tail[14] = {
    0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71};

  const bool     extended = sniff_little(fmt, 2) == 0xFFFEu && size >= 40;
  const uint32_t tag      = sniff_little(extended ? fmt + 24 : fmt, 2);
  if (extended && memcmp(fmt + 26, guid_tail, sizeof(guid_tail))) {
    return sniff_refuse(sniffer, "a WAV of an unknown kind is not supported");
  }

  for (size_t i = 0; i < NUM_OF(wav_tags); ++i) {
    if (tag == wav_tags[i].tag) {
      return sniff_refuse(sniffer,
                          "%s in WAV is not supported, only PCM and float are",
                          wav_tags[i].name);
    }
  }

  info->channels       = sniff_little(fmt + 2, 2);
  info->rate           = sniff_little(fmt + 4, 4);
  const uint32_t block = sniff_little(fmt + 12, 2);
  const uint32_t bits  = sniff_little(fmt + 14, 2);
  if (!info->channels || !bits || block != info->channels * ((bits + 7) / 8)) {
    return sniff_refuse(sniffer, "its WAV header contradicts itself");
  }

  if (tag == 3 && (bits == 32 || bits == 64)) {
    info->coding = bits == 32 ? CODING_F32 : CODING_F64;
  } else if (tag != 1 || !coding_of_bytes((bits + 7) / 8, &info->coding)) {
    return sniff_refuse(
      sniffer, "format %u with %u bits in WAV is not supported", tag, bits);
  } else if (info->coding == CODING_S8) {
    info->coding = CODING_U8; // Eight bits have no sign in WAV
  }

  return STATUS_OK;
}

Status
sniff_wav(Sniffer* const       sniffer,
          const bool           is_64,
          const uint32_t       riff_size,
          AudioFileInfo* const info)
{
  bool     has_format = false;
  uint64_t data_64    = UINT64_MAX; // Length of the audio in RF64
  uint64_t pos        = 12;
  uint8_t  head[8];

  info->container = CONTAINER_WAV;
  for (unsigned i = 0; i < MAX_CHUNKS && sniff_take(sniffer, pos, head, 8);
       ++i) {
    const uint64_t size = sniff_little(head + 4, 4);
    uint8_t        body[40];

    if (!memcmp(head, "data", 4)) {
      const uint64_t there = sniffer->size - pos - 8;
      info->offset         = pos + 8;
      if (!has_format) {
        return sniff_refuse(sniffer, "its WAV header does not tell the format");
      }

      if (is_64) {
        return settle(sniffer, info, size == UINT32_MAX ? data_64 : size);
      }

      // Of a length that was not known, or never filled in, all is taken
      const bool is_open =
        size > there ? size >= UNKNOWN_SIZE : !size && riff_size <= pos;
      return settle(sniffer, info, is_open ? there : size);
    }

    if (!memcmp(head, "fmt ", 4)) {
      const size_t n = size < sizeof(body) ? (size_t)size : sizeof(body);
      if (n < 16 || !sniff_take(sniffer, pos + 8, body, n)) {
        break;
      }

      const Status status = sniff_wav_format(sniffer, body, n, info);
      if (status) {
        return status;
      }

      has_format = true;
    } else if (is_64 && !memcmp(head, "ds64", 4) && size >= 24 &&
               sniff_take(sniffer, pos + 8, body, 24)) {
      data_64 = sniff_little(body + 8, 4) | (uint64_t)sniff_little(body + 12, 4)
                                              << 32u;
    }

    pos += 8 + size + (size & 1u);
  }

  return sniff_refuse(sniffer, "it is a WAV file without audio");
}

/// A number in the 80-bit format of AIFF, 0 if it is no sensible rate
static uint32_t
rate_of_extended(const uint8_t* const bytes)
{
  const int    exponent = (int)sniff_big(bytes, 2) - 16383 - 63;
  const double high     = (double)sniff_big(bytes + 2, 4) * 4294967296.0;
  const double value = ldexp(high + (double)sniff_big(bytes + 6, 4), exponent);
  return value >= 1.0 && value < 4294967295.0 ? (uint32_t)lrint(value) : 0u;
}

/// Understand the `COMM` chunk of an AIFF; `frames` receives its length
static Status
sniff_aiff_format(const Sniffer* const sniffer,
                  const uint8_t* const comm,
                  const bool           is_aifc,
                  AudioFileInfo* const info,
                  uint64_t* const      frames)
{
  const uint32_t bits = sniff_big(comm + 6, 2);

  info->channels   = sniff_big(comm, 2);
  *frames          = sniff_big(comm + 2, 4);
  info->rate       = rate_of_extended(comm + 8);
  info->big_endian = true;

  // AIFF-C names a compression, which may be none and still tell the coding
  const bool has_bits = coding_of_bytes((bits + 7) / 8, &info->coding);
  bool       known    = !is_aifc && has_bits;
  for (size_t i = 0; is_aifc && i < NUM_OF(aiff_codings); ++i) {
    if (!memcmp(comm + 18, aiff_codings[i].id, 4)) {
      info->big_endian = aiff_codings[i].big_endian;
      info->coding =
        aiff_codings[i].any_bits ? info->coding : aiff_codings[i].coding;
      known = has_bits || !aiff_codings[i].any_bits;
    }
  }

  if (!info->channels) {
    return sniff_refuse(sniffer, "its AIFF header contradicts itself");
  }

  if (known) {
    return STATUS_OK;
  }

  if (!is_aifc) {
    return sniff_refuse(sniffer, "AIFF with %u bits is not supported", bits);
  }

  char name[5] = "";
  memcpy(name, comm + 18, 4);
  for (unsigned i = 0; i < 4; ++i) {
    name[i] = name[i] >= ' ' && name[i] <= '~' ? name[i] : '?';
  }

  return sniff_refuse(
    sniffer, "AIFF compressed as '%s' is not supported", name);
}

Status
sniff_aiff(Sniffer* const       sniffer,
           const bool           is_aifc,
           AudioFileInfo* const info)
{
  // The two chunks may come in either order
  const size_t comm_size = is_aifc ? 22 : 18;
  bool         has_comm  = false;
  uint64_t     frames    = 0;
  uint64_t     pos       = 12;
  uint8_t      head[8];

  info->container = CONTAINER_AIFF;
  for (unsigned i = 0; i < MAX_CHUNKS && sniff_take(sniffer, pos, head, 8);
       ++i) {
    const uint64_t size = sniff_big(head + 4, 4);
    uint8_t        body[22];

    if (!memcmp(head, "COMM", 4)) {
      if (size < comm_size || !sniff_take(sniffer, pos + 8, body, comm_size)) {
        break;
      }

      const Status status =
        sniff_aiff_format(sniffer, body, is_aifc, info, &frames);
      if (status) {
        return status;
      }

      has_comm = true;
    } else if (!memcmp(head, "SSND", 4) &&
               sniff_take(sniffer, pos + 8, body, 8)) {
      info->offset = pos + 16 + sniff_big(body, 4);
    }

    if (has_comm && info->offset && info->offset <= sniffer->size) {
      const uint64_t bytes = info->channels * coding_bytes[info->coding];
      return settle(sniffer, info, frames * bytes);
    }

    pos += 8 + size + (size & 1u);
  }

  return sniff_refuse(sniffer, "it is an AIFF file without audio");
}
