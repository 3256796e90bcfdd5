// SPDX-License-Identifier: GPL-3.0-or-later
//
// The bytes of a Standard MIDI File
//
// A file is a header and chunks, each with its size; a chunk of a track is a
// sequence of events, each after the time since the one before.  Nothing that
// the bytes say is believed before it is compared with how many there are.

#include "model/smf_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Last beat of a file, with room to round up within TICKS_MAX
#define MAX_BEATS 9999000

bool
smf_fault(SmfReader* const  reader,
          const Status      status,
          const size_t      at,
          const char* const format,
          ...)
{
  char    text[160];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);

  reader->status = status;
  snprintf(reader->text, reader->text_size, "Byte %zu: %s", at, text);
  return false;
}

bool
smf_no_memory(SmfReader* const reader)
{
  reader->status = STATUS_NO_MEMORY;
  snprintf(
    reader->text, reader->text_size, "%s", status_text(STATUS_NO_MEMORY));
  return false;
}

// Bytes

static bool
need_bytes(SmfReader* const reader, const size_t count)
{
  return reader->end - reader->at >= count ||
         smf_fault(reader,
                   STATUS_BAD_ARGUMENT,
                   reader->end,
                   "the track ends within an event");
}

static bool
read_byte(SmfReader* const reader, uint8_t* const byte)
{
  if (!need_bytes(reader, 1)) {
    return false;
  }

  *byte = reader->bytes[reader->at++];
  return true;
}

/// A data byte of a message
static bool
read_data(SmfReader* const reader, uint8_t* const byte)
{
  if (!read_byte(reader, byte)) {
    return false;
  }

  return *byte < 0x80u || smf_fault(reader,
                                    STATUS_BAD_ARGUMENT,
                                    reader->at - 1u,
                                    "expected a data byte, not 0x%02X",
                                    *byte);
}

/// A number in groups of 7 bits, of which there are at most 4
static bool
read_number(SmfReader* const reader, uint32_t* const number)
{
  const size_t start = reader->at;
  uint8_t      byte  = 0x80u;
  *number            = 0;
  for (unsigned i = 0; i < 4u && byte & 0x80u; ++i) {
    if (!read_byte(reader, &byte)) {
      return false;
    }

    *number = (*number << 7u) | (byte & 0x7Fu);
  }

  return !(byte & 0x80u) || smf_fault(reader,
                                      STATUS_BAD_ARGUMENT,
                                      start,
                                      "a number has more than 4 bytes");
}

// Events

static bool
read_time(SmfReader* const reader)
{
  const size_t start = reader->at;
  uint32_t     delta = 0;
  if (!read_number(reader, &delta)) {
    return false;
  }

  reader->units += delta;
  if (reader->units > (int64_t)reader->division * MAX_BEATS) {
    return smf_fault(reader,
                     STATUS_TOO_LARGE,
                     start,
                     "expected an event before beat %d",
                     MAX_BEATS);
  }

  reader->now = smf_ticks(reader, reader->units);
  return true;
}

/// An event with a size: a meta event or a system exclusive message
static bool
read_sized(SmfReader* const reader, const uint8_t status)
{
  uint8_t  type = 0;
  uint32_t size = 0;
  if ((status == 0xFFu && !read_data(reader, &type)) ||
      !read_number(reader, &size) || !need_bytes(reader, size)) {
    return false;
  }

  const uint8_t* const bytes = reader->bytes + reader->at;
  if (status == 0xFFu && !smf_take_meta(reader, type, bytes, size)) {
    return false;
  }

  reader->at += size;
  return true;
}

/// An event after its time.  Many files go on with the running status after a
/// meta event, which costs nothing to allow
static bool
read_event(SmfReader* const reader)
{
  const size_t start = reader->at;
  uint8_t      first = 0;
  if (!read_byte(reader, &first)) {
    return false;
  }

  if (first == 0xFFu || first == 0xF0u || first == 0xF7u) {
    reader->running = first == 0xFFu ? reader->running : 0;
    return read_sized(reader, first);
  }

  if (first >= 0xF0u) {
    return smf_fault(reader,
                     STATUS_BAD_ARGUMENT,
                     start,
                     "0x%02X is no event of a file",
                     first);
  }

  if (first < 0x80u && !reader->running) {
    return smf_fault(reader,
                     STATUS_BAD_ARGUMENT,
                     start,
                     "expected an event, not the data byte 0x%02X",
                     first);
  }

  const bool     new_status = first >= 0x80u;
  const uint8_t  status     = new_status ? first : reader->running;
  const unsigned kind       = status >> 4u;
  uint8_t        a          = first;
  uint8_t        b          = 0;
  reader->running           = status;
  return (!new_status || read_data(reader, &a)) &&
         (kind == 0xCu || kind == 0xDu || read_data(reader, &b)) &&
         smf_take_message(reader, status, a, b);
}

// Chunks

static bool
read_track(SmfReader* const reader,
           const uint32_t   number,
           const unsigned   format)
{
  reader->units      = 0;
  reader->now        = 0;
  reader->running    = 0;
  reader->ended      = false;
  reader->first_part = reader->file->num_parts;
  memset(reader->parts, 0, sizeof(reader->parts));
  memset(reader->open, 0, sizeof(reader->open));

  bool good = true;
  while (good && !reader->ended && reader->at < reader->end) {
    good = read_time(reader) && read_event(reader);
  }

  good = good && smf_finish_track(reader, number, format);
  string_release(reader->name);
  reader->name = NULL;
  return good;
}

/// The head of a chunk; `reader->at` is at its contents then
static bool
read_chunk_head(SmfReader* const reader,
                const size_t     size,
                uint32_t* const  length)
{
  const size_t start = reader->at;
  if (size - start < 8u) {
    return smf_fault(
      reader, STATUS_BAD_ARGUMENT, size, "the file ends before its last track");
  }

  *length = smf_big_endian(reader->bytes + start + 4u, 4);
  reader->at += 8u;
  return *length <= size - reader->at ||
         smf_fault(reader,
                   STATUS_BAD_ARGUMENT,
                   start,
                   "the file has %zu of the %u bytes of a chunk",
                   size - reader->at,
                   *length);
}

/// All tracks that the header announces; other chunks are passed over
static bool
read_tracks(SmfReader* const reader,
            const size_t     size,
            const uint32_t   count,
            const unsigned   format)
{
  for (uint32_t number = 0; number < count;) {
    const uint8_t* const type   = reader->bytes + reader->at;
    uint32_t             length = 0;
    if (!read_chunk_head(reader, size, &length)) {
      return false;
    }

    const size_t next = reader->at + length;
    reader->end       = next;
    if (!memcmp(type, "MTrk", 4) && !read_track(reader, number++, format)) {
      return false;
    }

    reader->at = next;
  }

  return true;
}

static bool
read_header(SmfReader* const reader,
            const size_t     size,
            uint32_t* const  count,
            unsigned* const  format)
{
  uint32_t length = 0;
  if (size < 14u || memcmp(reader->bytes, "MThd", 4)) {
    return smf_fault(reader,
                     STATUS_BAD_ARGUMENT,
                     0,
                     "expected the header of a Standard MIDI File");
  }

  if (!read_chunk_head(reader, size, &length)) {
    return false;
  }

  const uint8_t* const bytes = reader->bytes;
  *format                    = smf_big_endian(bytes + 8, 2);
  *count                     = smf_big_endian(bytes + 10, 2);
  reader->division           = smf_big_endian(bytes + 12, 2);
  reader->at += length;
  if (length < 6u) {
    return smf_fault(reader,
                     STATUS_BAD_ARGUMENT,
                     4,
                     "expected 6 bytes of a header, not %u",
                     length);
  }

  if (*format > 1u) {
    return smf_fault(reader,
                     STATUS_UNSUPPORTED,
                     8,
                     "expected a file of type 0 or 1, not %u",
                     *format);
  }

  if (reader->division & 0x8000u) {
    return smf_fault(
      reader,
      STATUS_UNSUPPORTED,
      12,
      "expected a division in ticks per quarter note, not in SMPTE "
      "frames");
  }

  return (reader->division && *count) ||
         smf_fault(reader,
                   STATUS_BAD_ARGUMENT,
                   reader->division ? 10 : 12,
                   "expected at least 1 %s, not 0",
                   reader->division ? "track" : "tick per quarter note");
}

Status
smf_file_read(const uint8_t* const bytes,
              const size_t         size,
              char* const          text,
              const size_t         text_size,
              SmfFile* const       file)
{
  SmfReader* const reader = (SmfReader*)calloc(1, sizeof(SmfReader));
  if (!reader) {
    snprintf(text, text_size, "%s", status_text(STATUS_NO_MEMORY));
    return STATUS_NO_MEMORY;
  }

  uint32_t count    = 0;
  unsigned format   = 0;
  reader->bytes     = bytes;
  reader->end       = size;
  reader->file      = file;
  reader->text      = text;
  reader->text_size = text_size;
  if (read_header(reader, size, &count, &format)) {
    read_tracks(reader, size, count, format);
  }

  const Status st = reader->status;
  free(reader);
  return st;
}
