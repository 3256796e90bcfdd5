// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/writer.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

// The type tags come before the arguments but are known only after them.  So
// arguments are written where they would be without tags, and moved once, when
// the message ends.

static uint32_t
padded(const uint32_t size)
{
  return (size + 3u) & ~3u;
}

static void
store_u32(uint8_t* const data, const uint32_t value)
{
  const uint32_t big = htobe32(value);
  memcpy(data, &big, sizeof(big));
}

static void
store_u64(uint8_t* const data, const uint64_t value)
{
  const uint64_t big = htobe64(value);
  memcpy(data, &big, sizeof(big));
}

/// Room for `size` bytes and padding at the end of the open message, or null
static uint8_t*
reserve(OscWriter* const writer, const uint32_t size)
{
  const uint32_t left = writer->size - writer->end;
  if (writer->status || size > left || padded(size) > left) {
    writer->status = writer->status ? writer->status : STATUS_TOO_LARGE;
    return NULL;
  }

  uint8_t* const room = writer->buf + writer->end;
  memset(room + size, 0, padded(size) - size);
  writer->end += padded(size);
  return room;
}

void
osc_writer_init(OscWriter* const writer, void* const buf, const uint32_t size)
{
  writer->buf    = buf;
  writer->size   = size < LIMIT_PACKET_BYTES ? size : LIMIT_PACKET_BYTES;
  writer->used   = 0;
  writer->end    = 0;
  writer->depth  = 0;
  writer->status = STATUS_OK;
}

Status
osc_writer_bundle(OscWriter* const writer, const uint64_t timetag)
{
  const uint32_t head = writer->depth ? 4u : 0u;
  if (writer->depth == LIMIT_BUNDLE_DEPTH ||
      writer->size - writer->used < head + 16u) {
    return STATUS_TOO_LARGE;
  }

  const uint32_t start = writer->used + head;
  memcpy(writer->buf + start, "#bundle", 8u);
  store_u64(writer->buf + start + 8u, timetag);
  writer->bundles[writer->depth++] = start;
  writer->used                     = start + 16u;
  return STATUS_OK;
}

void
osc_writer_bundle_end(OscWriter* const writer)
{
  assert(writer->depth);

  const uint32_t start = writer->bundles[--writer->depth];
  if (writer->depth) {
    store_u32(writer->buf + start - 4u, writer->used - start);
  }
}

void
osc_writer_message(OscWriter* const writer, const char* const address)
{
  writer->end       = writer->used;
  writer->status    = STATUS_OK;
  writer->types[0]  = ',';
  writer->num_types = 1u;

  // In a bundle the size comes first and is filled in at the end
  if (writer->depth) {
    reserve(writer, 4u);
  }

  const size_t   length = strnlen(address, LIMIT_PACKET_BYTES);
  const uint32_t size   = (uint32_t)length + 1u;
  uint8_t* const room   = reserve(writer, size);
  if (room) {
    memcpy(room, address, size);
  }
  writer->args = writer->end;
}

/// Note a type tag and make room for its bytes; null if there is none
static uint8_t*
append(OscWriter* const writer, const char type, const uint32_t size)
{
  if (writer->num_types > LIMIT_ARGUMENTS) {
    writer->status = STATUS_TOO_LARGE;
    return NULL;
  }

  writer->types[writer->num_types++] = type;
  return reserve(writer, size);
}

static void
append_u32(OscWriter* const writer, const char type, const uint32_t value)
{
  uint8_t* const room = append(writer, type, 4u);
  if (room) {
    store_u32(room, value);
  }
}

static void
append_u64(OscWriter* const writer, const char type, const uint64_t value)
{
  uint8_t* const room = append(writer, type, 8u);
  if (room) {
    store_u64(room, value);
  }
}

static void
append_string(OscWriter* const writer, const char type, const char* const text)
{
  const size_t   length = strnlen(text, LIMIT_PACKET_BYTES);
  uint8_t* const room   = append(writer, type, (uint32_t)length + 1u);
  if (room) {
    memcpy(room, text, length);
    room[length] = 0;
  }
}

void
osc_writer_i(OscWriter* const writer, const int32_t value)
{
  append_u32(writer, 'i', (uint32_t)value);
}

void
osc_writer_f(OscWriter* const writer, const float value)
{
  const PacketArg arg = {.f = value};
  append_u32(writer, 'f', arg.r);
}

void
osc_writer_s(OscWriter* const writer, const char* const text)
{
  append_string(writer, 's', text);
}

void
osc_writer_b(OscWriter* const  writer,
             const void* const data,
             const uint32_t    size)
{
  const bool     possible = size < LIMIT_PACKET_BYTES;
  uint8_t* const room     = append(writer, 'b', possible ? size + 4u : size);
  if (room) {
    store_u32(room, size);
    if (size) {
      memcpy(room + 4u, data, size);
    }
  }
}

void
osc_writer_h(OscWriter* const writer, const int64_t value)
{
  append_u64(writer, 'h', (uint64_t)value);
}

void
osc_writer_d(OscWriter* const writer, const double value)
{
  const PacketArg arg = {.d = value};
  append_u64(writer, 'd', arg.t);
}

void
osc_writer_bool(OscWriter* const writer, const bool value)
{
  append(writer, value ? 'T' : 'F', 0);
}

void
osc_writer_arg(OscWriter* const writer, const PacketArg* const arg)
{
  uint8_t* room = NULL;

  switch (arg->type) {
    case 'i':
    case 'f':
    case 'c':
    case 'r':
      append_u32(writer, arg->type, arg->r);
      break;
    case 'h':
    case 'd':
    case 't':
      append_u64(writer, arg->type, arg->t);
      break;
    case 's':
    case 'S':
      append_string(writer, arg->type, arg->s);
      break;
    case 'b':
      osc_writer_b(writer, arg->b, arg->size);
      break;
    case 'm':
      room = append(writer, 'm', 4u);
      if (room) {
        memcpy(room, arg->m, 4u);
      }
      break;
    case 'T':
    case 'F':
    case 'N':
    case 'I':
      append(writer, arg->type, 0);
      break;
    default:
      writer->status = STATUS_BAD_ARGUMENT;
      break;
  }
}

Status
osc_writer_end(OscWriter* const writer)
{
  // Make room for the types between address and arguments
  const uint32_t size       = writer->num_types + 1u;
  const uint32_t args_bytes = writer->end - writer->args;
  if (!reserve(writer, size)) {
    return writer->status;
  }

  uint8_t* const types = writer->buf + writer->args;
  memmove(types + padded(size), types, args_bytes);
  memset(types, 0, padded(size));
  memcpy(types, writer->types, writer->num_types);

  if (writer->depth) {
    const uint32_t start = writer->used + 4u;
    store_u32(writer->buf + writer->used, writer->end - start);
  }

  writer->used = writer->end;
  return STATUS_OK;
}
