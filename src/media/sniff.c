// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/sniff.h"

#include "media/sniffer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

// clang-format off
static const char* const container_names[] = {
  [CONTAINER_WAV]  = "WAV",  [CONTAINER_AIFF] = "AIFF",
  [CONTAINER_FLAC] = "FLAC", [CONTAINER_OGG]  = "Ogg",
};

/// What an Ogg stream begins with
static const struct {
  const char* magic;
  size_t      size;
  const char* name;
} ogg_codecs[] = {
  {"OpusHead", 8, "Opus"},     {"\x7F" "FLAC", 5, "FLAC in Ogg"},
  {"Speex   ", 8, "Speex"},    {"\x80theora", 7, "video"},
};
// clang-format on

const char*
audio_container_name(const AudioContainer container)
{
  return container_names[container];
}

static Status
sniff_flac(Sniffer* const       sniffer,
           const uint64_t       offset,
           AudioFileInfo* const info)
{
  // After the magic: a block header of 4 bytes, then STREAMINFO
  uint8_t head[26];
  if (!sniff_take(sniffer, offset, head, sizeof(head)) || (head[4] & 0x7Fu)) {
    return sniff_refuse(sniffer, "its FLAC header is damaged");
  }

  info->container = CONTAINER_FLAC;
  info->coding    = CODING_FLAC;
  info->offset    = offset;
  info->bytes     = sniffer->size - offset;
  info->rate      = sniff_big(head + 18, 3) >> 4u;
  info->channels  = ((head[20] >> 1u) & 7u) + 1u;
  info->frames    = (uint64_t)(head[21] & 15u) << 32u | sniff_big(head + 22, 4);
  return STATUS_OK;
}

/// Whether the last page in the file's end says that it is the last
static bool
ogg_is_complete(Sniffer* const sniffer)
{
  // A page has at most 65,307 bytes; search backwards in pieces
  uint8_t        piece[4096 + 6];
  const uint64_t start = sniffer->size > 65307 ? sniffer->size - 65307 : 0;
  for (uint64_t end = sniffer->size; end > start;) {
    const uint64_t begin = end - start > 4096 ? end - 4096 : start;
    const uint64_t left  = sniffer->size - begin;
    const size_t   n     = left < sizeof(piece) ? (size_t)left : sizeof(piece);
    if (!sniff_take(sniffer, begin, piece, n)) {
      return false;
    }

    for (size_t i = n < 6 ? 0 : n - 5; i-- > 0;) {
      if (!memcmp(piece + i, "OggS", 4)) {
        return piece[i + 5] & 4u;
      }
    }

    end = begin;
  }

  return false;
}

static Status
sniff_ogg(Sniffer* const sniffer, AudioFileInfo* const info)
{
  uint8_t head[27];
  uint8_t packet[16];
  if (!sniff_take(sniffer, 0, head, sizeof(head)) ||
      !sniff_take(sniffer, 27u + head[26], packet, sizeof(packet))) {
    return sniff_refuse(sniffer, "its Ogg header is damaged");
  }

  for (size_t i = 0; i < NUM_OF(ogg_codecs); ++i) {
    if (!memcmp(packet, ogg_codecs[i].magic, ogg_codecs[i].size)) {
      return sniff_refuse(sniffer,
                          "%s is not supported, of Ogg only Vorbis is",
                          ogg_codecs[i].name);
    }
  }

  if (memcmp(packet, "\x01vorbis", 7) || !packet[11]) {
    return sniff_refuse(sniffer, "of Ogg only Vorbis is supported");
  }

  info->container = CONTAINER_OGG;
  info->coding    = CODING_VORBIS;
  info->bytes     = sniffer->size;
  info->channels  = packet[11];
  info->rate      = sniff_little(packet + 12, 4);
  info->cut       = !ogg_is_complete(sniffer);
  return STATUS_OK;
}

/// Tell containers apart by their magic
static Status
sniff_container(Sniffer* const sniffer, AudioFileInfo* const info)
{
  uint8_t head[12] = {0};
  if (!sniffer->size) {
    return sniff_refuse(sniffer, "it is empty");
  }

  // FLAC may have a tag of another standard in front
  uint64_t offset = 0;
  if (sniff_take(sniffer, 0, head, 10) && !memcmp(head, "ID3", 3)) {
    offset =
      10u + ((uint64_t)(head[6] & 127u) << 21u | (head[7] & 127u) << 14u |
             (head[8] & 127u) << 7u | (head[9] & 127u));
  }

  if (sniff_take(sniffer, offset, head, 4) && !memcmp(head, "fLaC", 4)) {
    return sniff_flac(sniffer, offset, info);
  }

  if (!offset && sniff_take(sniffer, 0, head, sizeof(head))) {
    const bool is_rf64 = !memcmp(head, "RF64", 4);
    const bool is_aifc = !memcmp(head + 8, "AIFC", 4);
    if ((is_rf64 || !memcmp(head, "RIFF", 4)) && !memcmp(head + 8, "WAVE", 4)) {
      return sniff_wav(sniffer, is_rf64, sniff_little(head + 4, 4), info);
    }

    if (!memcmp(head, "FORM", 4) && (is_aifc || !memcmp(head + 8, "AIFF", 4))) {
      return sniff_aiff(sniffer, is_aifc, info);
    }

    if (!memcmp(head, "OggS", 4)) {
      return sniff_ogg(sniffer, info);
    }
  }

  return sniff_refuse(sniffer, "not a WAV, FLAC, AIFF or Ogg file");
}

Status
sniff_file(const int            fd,
           AudioFileInfo* const info,
           char* const          text,
           const size_t         text_size)
{
  struct stat about;
  Sniffer     sniffer = {.fd = fd, .text = text, .text_size = text_size};

  memset(info, 0, sizeof(*info));
  if (fstat(fd, &about)) {
    snprintf(text, text_size, "%s", strerror(errno));
    return STATUS_IO;
  }

  sniffer.size        = (uint64_t)about.st_size;
  const Status status = sniff_container(&sniffer, info);
  if (sniffer.failed) {
    snprintf(text, text_size, "%s", strerror(sniffer.error));
    return STATUS_IO;
  }

  return status;
}
