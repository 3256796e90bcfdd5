// SPDX-License-Identifier: GPL-3.0-or-later
//
// Packets go through a stream whole, however it is cut

#include "osc/framing.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <string.h>

#define NUM_PACKETS 5u

/// Packets with all bytes that mean something to a framing
static const struct {
  const char* data;
  uint32_t    size;
} packets[NUM_PACKETS] = {
  {"/a\0\0,\0\0\0", 8u},
  {"/b\0\0,i\0\0\xc0\xdb\xdc\xdd", 12u},
  {"#bundle\0\0\0\0\0\0\0\0\1", 16u},
  {"/c\0\0,b\0\0\0\0\0\4\xc0\xc0\xdb\xdb", 16u},
  {"/d\0\0,i\0\0\0\0\0\0", 12u},
};

static const FramingType types[] = {FRAMING_LENGTH, FRAMING_SLIP};

static Framing framing;

/// All packets as a stream; returns its size
static uint32_t
make_stream(const FramingType type, uint8_t* const stream)
{
  uint32_t size = 0;
  for (uint32_t i = 0; i < NUM_PACKETS; ++i) {
    const uint32_t written =
      framing_write(type, packets[i].data, packets[i].size, stream + size);
    assert_true(written <= framing_size_max(type, packets[i].size));
    size += written;
  }
  return size;
}

/// Take `size` bytes and check the packets in them against the list
static void
feed(const uint8_t* data, size_t size, uint32_t* const num_read)
{
  const uint8_t* packet      = NULL;
  uint32_t       packet_size = 0;

  while (!framing_read(&framing, &data, &size, &packet, &packet_size)) {
    assert_true(*num_read < NUM_PACKETS);
    assert_int_equal(packet_size, packets[*num_read].size);
    assert_memory_equal(packet, packets[*num_read].data, packet_size);
    ++*num_read;
  }
  assert_int_equal(framing.status, STATUS_OK);
  assert_int_equal(size, 0);
}

static void
test_packets_come_out_however_the_stream_is_cut(void** const state)
{
  (void)state;
  for (uint32_t t = 0; t < 2u; ++t) {
    uint8_t        stream[256];
    const uint32_t size = make_stream(types[t], stream);

    for (uint32_t piece = 1u; piece <= size; ++piece) {
      uint32_t num_read = 0;
      framing_init(&framing);
      for (uint32_t at = 0; at < size; at += piece) {
        feed(stream + at, size - at < piece ? size - at : piece, &num_read);
      }
      assert_int_equal(num_read, NUM_PACKETS);
      assert_int_equal(framing.type, types[t]);
    }
  }
}

/// Feed a stream that must be refused; returns with what
static Status
refuse(const char* const bytes, const size_t size)
{
  const uint8_t* data        = (const uint8_t*)bytes;
  size_t         left        = size;
  const uint8_t* packet      = NULL;
  uint32_t       packet_size = 0;

  framing_init(&framing);
  Status status = STATUS_OK;
  while (!status) {
    status = framing_read(&framing, &data, &left, &packet, &packet_size);
  }
  return status;
}

static void
test_what_is_no_stream_of_packets_is_refused(void** const state)
{
  (void)state;
  // clang-format off
  static const struct {
    const char* bytes;
    size_t      size;
    Status      status;
  } streams[] = {
    {"GET / HTTP/1.1\r\n",          16u, STATUS_BAD_ARGUMENT},
    {"\x16\x03\x01\x02",             4u, STATUS_BAD_ARGUMENT}, // TLS
    {"\xff\xff\xff\xff",             4u, STATUS_BAD_ARGUMENT},
    {"\0\0\0\0",                     4u, STATUS_NOT_READY},
    {"\0\0\0\x08GET ",               8u, STATUS_NOT_READY},
    {"\0\xff\xff\xff",               4u, STATUS_TOO_LARGE},
    {"\0\1\0\1",                     4u, STATUS_TOO_LARGE},
    {"\0\0\0\4/a\0\0\x7f\xff\xff\0", 12u, STATUS_TOO_LARGE},
    {"\xc0/a\xdb\xc0",               5u, STATUS_BAD_ARGUMENT},
    {"\xc0\xdb\xdc",                 3u, STATUS_BAD_ARGUMENT},
    {"\xc0\xc0\xc0\xc0",             4u, STATUS_NOT_READY},
    {"\0\1\0\0",                     4u, STATUS_NOT_READY},
    {"/a\0\0",                       4u, STATUS_NOT_READY},
  };
  // clang-format on

  for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); ++i) {
    assert_int_equal(refuse(streams[i].bytes, streams[i].size),
                     streams[i].status);
    const bool refused = streams[i].status != STATUS_NOT_READY;
    assert_int_equal(refused, strlen(framing.text) > 0);
  }
}

static void
test_a_refused_stream_stays_so(void** const state)
{
  (void)state;
  const uint8_t* data        = (const uint8_t*)"\xc0/a\0\0\xc0";
  size_t         size        = 6u;
  const uint8_t* packet      = NULL;
  uint32_t       packet_size = 0;

  assert_int_equal(refuse("\xff", 1u), STATUS_BAD_ARGUMENT);
  assert_int_equal(framing_read(&framing, &data, &size, &packet, &packet_size),
                   STATUS_BAD_ARGUMENT);
}

static void
test_packets_up_to_the_limit_pass(void** const state)
{
  (void)state;
  static uint8_t big[LIMIT_PACKET_BYTES + 1u];
  static uint8_t stream[2u * sizeof(big) + 2u];
  memset(big, 0xc0, sizeof(big));
  big[0] = '/';

  for (uint32_t t = 0; t < 2u; ++t) {
    for (uint32_t over = 0; over < 2u; ++over) {
      const uint32_t written =
        framing_write(types[t], big, LIMIT_PACKET_BYTES + over, stream);
      const uint8_t* data        = stream;
      size_t         size        = written;
      const uint8_t* packet      = NULL;
      uint32_t       packet_size = 0;

      framing_init(&framing);
      assert_int_equal(
        framing_read(&framing, &data, &size, &packet, &packet_size),
        over ? STATUS_TOO_LARGE : STATUS_OK);
      if (!over) {
        assert_int_equal(packet_size, LIMIT_PACKET_BYTES);
        assert_memory_equal(packet, big, packet_size);
      }
    }
  }
}

static void
test_what_is_no_packet_leaves_the_stream_in_step(void** const state)
{
  (void)state;
  static const char stream[] = "\0\0\0\0"
                               "\0\0\0\4\0\0\0\0"
                               "\0\0\0\0"
                               "\0\0\0\4/a\0";

  const uint8_t* data        = (const uint8_t*)stream;
  size_t         size        = sizeof(stream);
  const uint8_t* packet      = NULL;
  uint32_t       packet_size = 0;
  framing_init(&framing);
  assert_int_equal(framing_read(&framing, &data, &size, &packet, &packet_size),
                   STATUS_OK);
  assert_int_equal(packet_size, 4);
  assert_memory_equal(packet, "\0\0\0\0", 4);
  assert_int_equal(framing_read(&framing, &data, &size, &packet, &packet_size),
                   STATUS_OK);
  assert_memory_equal(packet, "/a\0\0", 4);
  assert_int_equal(framing_read(&framing, &data, &size, &packet, &packet_size),
                   STATUS_NOT_READY);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_packets_come_out_however_the_stream_is_cut),
    cmocka_unit_test(test_what_is_no_stream_of_packets_is_refused),
    cmocka_unit_test(test_a_refused_stream_stays_so),
    cmocka_unit_test(test_packets_up_to_the_limit_pass),
    cmocka_unit_test(test_what_is_no_packet_leaves_the_stream_in_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
