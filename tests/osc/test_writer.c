// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the writer writes is what the reader and liblo read

#include "osc/packet.h"
#include "osc/writer.h"

#include <lo/lo.h>

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <string.h>

static const PacketArg all_types[] = {
  {.type = 'i', .i = -7},
  {.type = 'f', .f = 0.1f},
  {.type = 's', .s = "four", .size = 4u},
  {.type = 'S', .s = "", .size = 0u},
  {.type = 'b', .b = (const uint8_t*)"\0\1\2", .size = 3u},
  {.type = 'h', .h = INT64_MIN},
  {.type = 'd', .d = 0.1},
  {.type = 't', .t = TIMETAG_NOW},
  {.type = 'c', .i = 'A'},
  {.type = 'r', .r = 0x11223344u},
  {.type = 'm', .m = {0, 0x90u, 60u, 127u}},
  {.type = 'T', .i = 1},
  {.type = 'F'},
  {.type = 'N'},
  {.type = 'I'},
};

#define NUM_TYPES (sizeof(all_types) / sizeof(all_types[0]))

static void
assert_same_arg(const PacketArg* const a, const PacketArg* const b)
{
  assert_int_equal(a->type, b->type);
  assert_int_equal(a->size, b->size);
  if (strchr("sS", a->type)) {
    assert_string_equal(a->s, b->s);
  } else if (a->type == 'b') {
    assert_memory_equal(a->b, b->b, a->size);
  } else {
    assert_int_equal(a->t, b->t);
  }
}

static void
test_reader_reads_all_types_back(void** const state)
{
  (void)state;
  uint8_t      buf[256];
  OscWriter    writer;
  PacketReader reader;

  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, "/all/types");
  for (size_t i = 0; i < NUM_TYPES; ++i) {
    osc_writer_arg(&writer, &all_types[i]);
  }
  assert_int_equal(osc_writer_end(&writer), STATUS_OK);

  packet_reader_init(&reader, buf, writer.used);
  assert_int_equal(packet_next(&reader), PACKET_MESSAGE);
  assert_string_equal(reader.message.address, "/all/types");
  assert_int_equal(reader.message.num_args, NUM_TYPES);
  for (size_t i = 0; i < NUM_TYPES; ++i) {
    assert_same_arg(&reader.message.args[i], &all_types[i]);
  }
  assert_int_equal(packet_next(&reader), PACKET_END);
}

static void
test_bytes_are_those_of_liblo(void** const state)
{
  (void)state;
  uint8_t   buf[256];
  uint8_t   wanted[256];
  size_t    wanted_size = sizeof(wanted);
  OscWriter writer;

  lo_message message = lo_message_new();
  lo_blob    blob    = lo_blob_new(5, "12345");
  lo_message_add(message, "ifsbhdTF", 5, 0.25, "text", blob, (int64_t)6, 0.5);
  lo_message_serialise(message, "/a/b", wanted, &wanted_size);
  lo_blob_free(blob);
  lo_message_free(message);

  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, "/a/b");
  osc_writer_i(&writer, 5);
  osc_writer_f(&writer, 0.25f);
  osc_writer_s(&writer, "text");
  osc_writer_b(&writer, "12345", 5u);
  osc_writer_h(&writer, 6);
  osc_writer_d(&writer, 0.5);
  osc_writer_bool(&writer, true);
  osc_writer_bool(&writer, false);
  assert_int_equal(osc_writer_end(&writer), STATUS_OK);

  assert_int_equal(writer.used, wanted_size);
  assert_memory_equal(buf, wanted, wanted_size);
}

static Status
write_number(OscWriter* const writer, const char* const address, const int i)
{
  osc_writer_message(writer, address);
  osc_writer_i(writer, i);
  return osc_writer_end(writer);
}

static void
test_bundles_nest(void** const state)
{
  (void)state;
  uint8_t      buf[256];
  OscWriter    writer;
  PacketReader reader;

  osc_writer_init(&writer, buf, sizeof(buf));
  assert_int_equal(osc_writer_bundle(&writer, 2u), STATUS_OK);
  assert_int_equal(write_number(&writer, "/a", 1), STATUS_OK);
  assert_int_equal(osc_writer_bundle(&writer, 3u), STATUS_OK);
  assert_int_equal(write_number(&writer, "/b", 2), STATUS_OK);
  osc_writer_bundle_end(&writer);
  assert_int_equal(write_number(&writer, "/c", 3), STATUS_OK);
  osc_writer_bundle_end(&writer);

  packet_reader_init(&reader, buf, writer.used);
  assert_int_equal(packet_next(&reader), PACKET_BUNDLE);
  assert_int_equal(reader.timetags[0], 2u);
  assert_int_equal(packet_next(&reader), PACKET_MESSAGE);
  assert_string_equal(reader.message.address, "/a");
  assert_int_equal(packet_next(&reader), PACKET_BUNDLE);
  assert_int_equal(reader.timetags[1], 3u);
  assert_int_equal(packet_next(&reader), PACKET_MESSAGE);
  assert_string_equal(reader.message.address, "/b");
  assert_int_equal(packet_next(&reader), PACKET_BUNDLE_END);
  assert_int_equal(packet_next(&reader), PACKET_MESSAGE);
  assert_int_equal(reader.message.args[0].i, 3);
  assert_int_equal(packet_next(&reader), PACKET_BUNDLE_END);
  assert_int_equal(packet_next(&reader), PACKET_END);
}

/// Whatever the buffer's size, it holds whole messages and no byte behind it
/// changes
static void
test_what_does_not_fit_leaves_no_trace(void** const state)
{
  (void)state;
  for (uint32_t size = 0; size < 64u; ++size) {
    uint8_t   buf[64];
    OscWriter writer;
    memset(buf, 0x55, sizeof(buf));

    osc_writer_init(&writer, buf, size);
    osc_writer_message(&writer, "/abcdef");
    osc_writer_arg(&writer, &all_types[4]);
    osc_writer_s(&writer, "text");
    const Status status = osc_writer_end(&writer);

    // 8 for the address, 4 for the tags, 8 for the blob, 8 for the string
    assert_int_equal(status, size < 28u ? STATUS_TOO_LARGE : STATUS_OK);
    assert_int_equal(writer.used, size < 28u ? 0u : 28u);
    for (uint32_t i = size; i < sizeof(buf); ++i) {
      assert_int_equal(buf[i], 0x55);
    }
  }
}

static void
test_a_bundle_is_filled_until_full(void** const state)
{
  (void)state;
  uint8_t   buf[100];
  OscWriter writer;
  int       written = 0;

  osc_writer_init(&writer, buf, sizeof(buf));
  assert_int_equal(osc_writer_bundle(&writer, TIMETAG_NOW), STATUS_OK);
  while (!write_number(&writer, "/a", written)) {
    ++written;
  }
  osc_writer_bundle_end(&writer);

  assert_int_equal(written, (100 - 16) / 16);
  assert_int_equal(packet_check(buf, writer.used).status, STATUS_OK);
}

static void
test_limits_are_those_of_the_reader(void** const state)
{
  (void)state;
  static uint8_t buf[2u * LIMIT_PACKET_BYTES];
  OscWriter      writer;

  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, "/a");
  for (uint32_t i = 0; i < LIMIT_ARGUMENTS; ++i) {
    osc_writer_bool(&writer, true);
  }
  assert_int_equal(osc_writer_end(&writer), STATUS_OK);
  assert_int_equal(packet_check(buf, writer.used).status, STATUS_OK);

  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, "/a");
  for (uint32_t i = 0; i <= LIMIT_ARGUMENTS; ++i) {
    osc_writer_bool(&writer, true);
  }
  assert_int_equal(osc_writer_end(&writer), STATUS_TOO_LARGE);

  // 12 bytes for the address, the tags and the size
  static const uint8_t blob[LIMIT_PACKET_BYTES];
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, "/a");
  osc_writer_b(&writer, blob, LIMIT_PACKET_BYTES - 12u);
  assert_int_equal(osc_writer_end(&writer), STATUS_OK);
  assert_int_equal(packet_check(buf, writer.used).status, STATUS_OK);

  for (uint32_t size = LIMIT_PACKET_BYTES - 11u; size <= sizeof(blob); ++size) {
    osc_writer_init(&writer, buf, sizeof(buf));
    osc_writer_message(&writer, "/a");
    osc_writer_b(&writer, blob, size);
    assert_int_equal(osc_writer_end(&writer), STATUS_TOO_LARGE);
    assert_int_equal(writer.used, 0);
  }
}

static void
test_an_unknown_type_is_refused(void** const state)
{
  (void)state;
  uint8_t         buf[64];
  OscWriter       writer;
  const PacketArg arg = {.type = 'q'};

  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, "/a");
  osc_writer_arg(&writer, &arg);
  assert_int_equal(osc_writer_end(&writer), STATUS_BAD_ARGUMENT);
  assert_int_equal(writer.used, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_reader_reads_all_types_back),
    cmocka_unit_test(test_bytes_are_those_of_liblo),
    cmocka_unit_test(test_bundles_nest),
    cmocka_unit_test(test_what_does_not_fit_leaves_no_trace),
    cmocka_unit_test(test_a_bundle_is_filled_until_full),
    cmocka_unit_test(test_limits_are_those_of_the_reader),
    cmocka_unit_test(test_an_unknown_type_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
