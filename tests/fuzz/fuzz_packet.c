// SPDX-License-Identifier: GPL-3.0-or-later
//
// Our reader against liblo's
//
// What liblo takes as a message we take, with the same address, types and
// values, but for addresses that are not printable ASCII or do not begin with a
// slash, and for more than 256 arguments.  What we take liblo takes, but for
// RGBA colours, arrays, and messages without type tags.  What we read and write
// again is read as the same.

#include "osc/packet.h"
#include "osc/writer.h"

#include <lo/lo.h>

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

/// Check that an argument of ours is what liblo has at `lo`, in host order and
/// not aligned
static void
assert_equal_arg(const PacketArg* const arg, const void* const lo)
{
  uint32_t words[2] = {0};
  switch (arg->type) {
    case 'i':
    case 'f':
    case 'c':
      assert(!memcmp(&arg->i, lo, 4u));
      break;
    case 'h':
    case 'd':
      assert(!memcmp(&arg->h, lo, 8u));
      break;
    case 't':
      memcpy(words, lo, 8u);
      assert(arg->t == ((uint64_t)words[0] << 32u | words[1]));
      break;
    case 'm':
      assert(!memcmp(arg->m, lo, 4u));
      break;
    case 's':
    case 'S':
      assert(!strcmp(arg->s, lo));
      break;
    case 'b':
      memcpy(words, lo, 4u);
      assert(arg->size == words[0]);
      assert(!memcmp(arg->b, (const uint8_t*)lo + 4, arg->size));
      break;
    default:
      break;
  }
}

static void
assert_equal(const PacketMessage* const message, lo_message lo)
{
  lo_arg** const args = lo_message_get_argv(lo);
  assert(!strcmp(message->types, lo_message_get_types(lo)));
  assert(message->num_args == (uint32_t)lo_message_get_argc(lo));
  for (uint32_t i = 0; i < message->num_args; ++i) {
    assert_equal_arg(&message->args[i], args[i]);
  }
}

/// Let liblo read a message, from a copy since it does not promise to leave it
static lo_message
read_with_liblo(const uint8_t* const data, const size_t size)
{
  int         error  = 0;
  void* const copy   = malloc(size ? size : 1u);
  lo_message  result = NULL;
  if (size) {
    memcpy(copy, data, size);
    result = lo_message_deserialise(copy, size, &error);
  }
  free(copy);
  return result;
}

/// Whether a message has only what liblo knows
static bool
is_known_to_liblo(const PacketMessage* const message)
{
  return message->types[-1] == ',' && !strpbrk(message->types, "r[]");
}

/// Whether liblo takes what we do not want
static bool
is_unwanted(const uint8_t* const data, lo_message lo)
{
  for (const uint8_t* c = data; *c; ++c) {
    if (*c < ' ' || *c > '~') {
      return true;
    }
  }
  return *data != '/' || lo_message_get_argc(lo) > (int)LIMIT_ARGUMENTS;
}

/// Write a message, read it, and compare its arguments
static void
check_round_trip(const PacketMessage* const message)
{
  static uint8_t      buf[LIMIT_PACKET_BYTES];
  static PacketReader reader;
  OscWriter           writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, message->address);
  for (uint32_t i = 0; i < message->num_args; ++i) {
    osc_writer_arg(&writer, &message->args[i]);
  }

  // It may be larger for type tags that were missing
  if (osc_writer_end(&writer)) {
    assert(message->size > LIMIT_PACKET_BYTES - 8u);
    return;
  }

  packet_reader_init(&reader, buf, writer.used);
  assert(packet_next(&reader) == PACKET_MESSAGE);
  assert(!strcmp(reader.message.address, message->address));
  assert(reader.message.num_args == message->num_args);
  for (uint32_t i = 0; i < message->num_args; ++i) {
    const PacketArg* const a = &message->args[i];
    const PacketArg* const b = &reader.message.args[i];
    assert(a->type == b->type && a->size == b->size);
    if (a->type == 's' || a->type == 'S' || a->type == 'b') {
      assert(!memcmp(a->b, b->b, a->size));
    } else {
      assert(a->t == b->t);
    }
  }
  assert(packet_next(&reader) == PACKET_END);
}

static void
check_message(const PacketMessage* const message)
{
  check_round_trip(message);
  if (message->untyped_size || !*message->types) {
    return; // Without tags, or with none
  }

  lo_message lo = read_with_liblo(message->data, message->size);
  assert(!!lo == is_known_to_liblo(message));
  if (lo) {
    assert_equal(message, lo);
    lo_message_free(lo);
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  static PacketReader reader;
  uint32_t            num_events = 0;
  bool                message    = false;

  packet_reader_init(&reader, data, size);
  while (packet_next(&reader) != PACKET_END && reader.event != PACKET_ERROR) {
    assert(++num_events <= 2u * (LIMIT_ELEMENTS + 1u));
    if (reader.event == PACKET_MESSAGE) {
      message = reader.message.data == data;
      check_message(&reader.message);
    }
  }
  assert(reader.event == PACKET_END || *reader.error.text);
  assert(reader.error.at <= size);

  lo_message lo = read_with_liblo(data, size);
  if (lo) {
    assert(message || is_unwanted(data, lo) || size > LIMIT_PACKET_BYTES);
    lo_message_free(lo);
  }
  return 0;
}
