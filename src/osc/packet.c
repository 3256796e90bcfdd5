// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/packet.h"

#include <endian.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

// Sizes of elements are checked to be multiples of 4 before they are read, and
// a message is read against its own end, so an index never leaves the packet.

static uint32_t
load_u32(const uint8_t* const data)
{
  uint32_t value = 0;
  memcpy(&value, data, sizeof(value));
  return be32toh(value);
}

static uint64_t
load_u64(const uint8_t* const data)
{
  uint64_t value = 0;
  memcpy(&value, data, sizeof(value));
  return be64toh(value);
}

static bool
fail(PacketReader* const reader,
     const Status        status,
     const uint32_t      at,
     const char* const   text)
{
  reader->event = PACKET_ERROR;
  reader->error = (PacketError){status, at, text};
  return false;
}

static bool
malformed(PacketReader* const reader, const char* const text)
{
  return fail(reader, STATUS_BAD_ARGUMENT, reader->pos, text);
}

/// Skip what fills up `size` bytes to a multiple of 4, which must be zero
static bool
skip_padded(PacketReader* const reader, const uint32_t size)
{
  reader->pos += size;
  for (; reader->pos % 4u; ++reader->pos) {
    if (reader->data[reader->pos]) {
      return malformed(reader, "padding that is not zero");
    }
  }
  return true;
}

static bool
read_string(PacketReader* const reader,
            const uint32_t      end,
            const char** const  text,
            uint32_t* const     size)
{
  const uint8_t* const start = reader->data + reader->pos;
  const uint8_t* const zero  = memchr(start, 0, end - reader->pos);
  if (!zero) {
    return malformed(reader, "string without an end");
  }

  *text = (const char*)start;
  *size = (uint32_t)(zero - start);
  return skip_padded(reader, *size + 1u);
}

static bool
read_blob(PacketReader* const reader, const uint32_t end, PacketArg* const arg)
{
  if (end - reader->pos < 4u) {
    return malformed(reader, "blob without a size");
  }

  const uint32_t size = load_u32(reader->data + reader->pos);
  if (size > end - reader->pos - 4u) {
    return malformed(reader, "blob larger than its message");
  }

  reader->pos += 4u;
  arg->b    = reader->data + reader->pos;
  arg->size = size;
  return skip_padded(reader, size);
}

/// Check that an argument of fixed size is there and step over it
static const uint8_t*
take(PacketReader* const reader, const uint32_t end, const uint32_t size)
{
  if (end - reader->pos < size) {
    malformed(reader, "argument missing at the end of the message");
    return NULL;
  }

  const uint8_t* const bytes = reader->data + reader->pos;
  reader->pos += size;
  return bytes;
}

static bool
read_4(PacketReader* const reader, const uint32_t end, PacketArg* const arg)
{
  const uint8_t* const bytes = take(reader, end, 4u);
  if (!bytes) {
    return false;
  }

  if (arg->type == 'm') {
    memcpy(arg->m, bytes, sizeof(arg->m));
  } else {
    arg->r = load_u32(bytes); // `i`, `f` and `c` have the same four bytes
  }
  return true;
}

static bool
read_8(PacketReader* const reader, const uint32_t end, PacketArg* const arg)
{
  const uint8_t* const bytes = take(reader, end, 8u);
  if (!bytes) {
    return false;
  }

  arg->t = load_u64(bytes); // `h` and `d` have the same eight bytes
  return true;
}

/// Read one argument of `arg->type`; `at` is the place of its tag
static bool
read_arg(PacketReader* const reader,
         const uint32_t      at,
         const uint32_t      end,
         PacketArg* const    arg)
{
  arg->size = 0;
  arg->t    = 0;

  switch (arg->type) {
    case 'i':
    case 'f':
    case 'c':
    case 'r':
    case 'm':
      return read_4(reader, end, arg);
    case 'h':
    case 'd':
    case 't':
      return read_8(reader, end, arg);
    case 's':
    case 'S':
      return read_string(reader, end, &arg->s, &arg->size);
    case 'b':
      return read_blob(reader, end, arg);
    case 'T':
      arg->i = 1;
      return true;
    case 'F':
    case 'N':
    case 'I':
      return true;
    default:
      return fail(reader, STATUS_BAD_ARGUMENT, at, "unknown type tag");
  }
}

/// Read arguments as `message->types` says; the first tag is at `at`
static bool
read_args(PacketReader* const reader, uint32_t at, const uint32_t end)
{
  PacketMessage* const message = &reader->message;
  uint32_t             arrays  = 0;

  for (const char* tag = message->types; *tag; ++tag, ++at) {
    if (*tag == '[') {
      ++arrays;
      continue;
    }

    if (*tag == ']') {
      if (!arrays) {
        return fail(reader, STATUS_BAD_ARGUMENT, at, "array end without begin");
      }
      --arrays;
      continue;
    }

    if (message->num_args == LIMIT_ARGUMENTS) {
      return fail(reader, STATUS_TOO_LARGE, at, "more than 256 arguments");
    }

    PacketArg* const arg = &message->args[message->num_args];
    arg->type            = *tag;
    if (!read_arg(reader, at, end, arg)) {
      return false;
    }
    ++message->num_args;
  }

  if (arrays) {
    return fail(reader, STATUS_BAD_ARGUMENT, at, "array without an end");
  }

  return reader->pos == end ||
         malformed(reader, "bytes after the last argument");
}

static bool
read_address(PacketReader* const reader, const uint32_t end)
{
  const uint32_t start = reader->pos;
  const char*    text  = NULL;
  uint32_t       size  = 0;
  if (!read_string(reader, end, &text, &size)) {
    return false;
  }

  for (uint32_t i = 0; i < size; ++i) {
    if (text[i] < ' ' || text[i] > '~') {
      return fail(reader,
                  STATUS_BAD_ARGUMENT,
                  start + i,
                  "address with a character that is not printable ASCII");
    }
  }

  reader->message.address      = text;
  reader->message.address_size = size;
  return true;
}

/// Read a message up to byte `end`, whose first character is a slash
static bool
read_message(PacketReader* const reader, const uint32_t end)
{
  PacketMessage* const message = &reader->message;
  message->data                = reader->data + reader->pos;
  message->size                = end - reader->pos;

  if (!read_address(reader, end)) {
    return false;
  }

  // An address alone is a message of old senders, which had no type tags
  reader->event         = PACKET_MESSAGE;
  message->untyped_size = end - reader->pos;
  if (!message->untyped_size || reader->data[reader->pos] != ',') {
    reader->pos = end;
    return true;
  }

  uint32_t       num_tags = 0;
  const uint32_t comma    = reader->pos;
  message->untyped_size   = 0;
  if (!read_string(reader, end, &message->types, &num_tags)) {
    return false;
  }

  ++message->types;
  return read_args(reader, comma + 1u, end);
}

static bool
read_bundle(PacketReader* const reader, const uint32_t end)
{
  if (end - reader->pos < 16u) {
    return malformed(reader, "bundle without a timetag");
  }

  if (reader->depth == LIMIT_BUNDLE_DEPTH) {
    return fail(
      reader, STATUS_TOO_LARGE, reader->pos, "bundles more than 8 deep");
  }

  reader->ends[reader->depth]     = end;
  reader->timetags[reader->depth] = load_u64(reader->data + reader->pos + 8u);
  reader->pos += 16u;
  reader->event = PACKET_BUNDLE;
  ++reader->depth;
  return true;
}

/// Read a bundle's head or a message, up to byte `end`
static bool
read_element(PacketReader* const reader, const uint32_t end)
{
  const uint8_t* const bytes = reader->data + reader->pos;
  const uint32_t       size  = end - reader->pos;
  if (size && bytes[0] == '/') {
    return read_message(reader, end);
  }

  if (size >= 8u && !memcmp(bytes, "#bundle", 8u)) {
    return read_bundle(reader, end);
  }

  return malformed(reader, "neither a message nor a bundle");
}

/// Read the next element of the innermost bundle
static bool
read_next_in_bundle(PacketReader* const reader)
{
  const uint32_t end  = reader->ends[reader->depth - 1u];
  const uint32_t left = end - reader->pos;
  if (!left) {
    --reader->depth;
    reader->event = PACKET_BUNDLE_END;
    return true;
  }

  // What is left is a multiple of 4, so a size is there
  const uint32_t size = load_u32(reader->data + reader->pos);
  if (!size || size % 4u) {
    return malformed(reader, "element size that is not a multiple of 4");
  }

  if (size > left - 4u) {
    return malformed(reader, "element larger than its bundle");
  }

  if (reader->elements == LIMIT_ELEMENTS) {
    return fail(
      reader, STATUS_TOO_LARGE, reader->pos, "more than 1024 bundle elements");
  }

  ++reader->elements;
  reader->pos += 4u;
  return read_element(reader, reader->pos + size);
}

void
packet_reader_init(PacketReader* const reader,
                   const void* const   data,
                   const size_t        size)
{
  const bool fits = size <= LIMIT_PACKET_BYTES;

  reader->data     = data;
  reader->size     = fits ? (uint32_t)size : 0;
  reader->pos      = 0;
  reader->depth    = 0;
  reader->elements = 0;
  reader->event    = PACKET_BUNDLE; // Anything but an end
  reader->error    = (PacketError){STATUS_OK, 0, ""};

  reader->message.address = "";
  if (!fits) {
    fail(reader, STATUS_TOO_LARGE, 0, "packet of more than 65536 bytes");
  } else if (!size) {
    fail(reader, STATUS_BAD_ARGUMENT, 0, "empty packet");
  } else if (size % 4u) {
    fail(reader,
         STATUS_BAD_ARGUMENT,
         (uint32_t)size,
         "packet size that is not a multiple of 4");
  }
}

PacketEvent
packet_next(PacketReader* const reader)
{
  if (reader->event == PACKET_ERROR || reader->event == PACKET_END) {
    return reader->event;
  }

  PacketMessage* const message = &reader->message;
  message->address             = "";
  message->address_size        = 0;
  message->types               = "";
  message->num_args            = 0;
  message->untyped_size        = 0;

  if (reader->depth) {
    read_next_in_bundle(reader);
  } else if (reader->pos < reader->size) {
    read_element(reader, reader->size);
  } else {
    reader->event = PACKET_END;
  }
  return reader->event;
}

PacketError
packet_check(const void* const data, const size_t size)
{
  PacketReader reader;
  packet_reader_init(&reader, data, size);
  while (packet_next(&reader) != PACKET_END) {
    if (reader.event == PACKET_ERROR) {
      break;
    }
  }
  return reader.error;
}

char*
packet_error_format(const PacketError* const error,
                    char                     text[PACKET_ERROR_SIZE])
{
  snprintf(
    text, PACKET_ERROR_SIZE, "%s at byte %u", error->text, (unsigned)error->at);
  return text;
}
