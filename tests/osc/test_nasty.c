// SPDX-License-Identifier: GPL-3.0-or-later
//
// The largest packets, made to be slow, take a bounded number of steps
//
// Each is read as a server reads it: every message's pattern is held against
// every address of a session, within the budgets of a message and a packet.

#include "osc/packet.h"
#include "osc/pattern.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <endian.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NUM_TRACKS 200u
#define NUM_PARAMS 5u

static char addresses[NUM_TRACKS * NUM_PARAMS][80];

static void
make_addresses(void)
{
  static const char* const params[NUM_PARAMS] = {
    "fader",
    "sends/b1/pre",
    "effects/e1/cutoff_frequency_of_the_second_filter",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a",
  };
  for (unsigned i = 0; i < NUM_TRACKS * NUM_PARAMS; ++i) {
    snprintf(addresses[i],
             sizeof(addresses[i]),
             "/mixer/channels/t%u/%s",
             i / NUM_PARAMS,
             params[i % NUM_PARAMS]);
  }
}

/// What it took to deal with a packet
typedef struct {
  Status   status;       ///< Of reading
  uint32_t num_events;   ///< Events read
  uint32_t num_messages; ///< Messages among them
  uint32_t num_bytes;    ///< Bytes of these
  uint32_t num_refused;  ///< Patterns that used up their budget
  uint32_t num_steps;    ///< Steps of all patterns
} Work;

/// Hold a message's address against those of the session
static void
match_all(Work* const work, const char* const pattern, uint32_t* const left)
{
  const uint32_t budget =
    *left < LIMIT_PATTERN_STEPS ? *left : LIMIT_PATTERN_STEPS;
  uint32_t steps = budget;
  for (uint32_t i = 0; steps && i < NUM_TRACKS * NUM_PARAMS; ++i) {
    pattern_match(pattern, addresses[i], &steps);
  }
  work->num_refused += !steps;
  work->num_steps += budget - steps;
  *left -= budget - steps;
}

static Work
deal_with(const uint8_t* const packet)
{
  static PacketReader reader;
  Work                work = {.status = STATUS_OK};
  uint32_t            left = LIMIT_PACKET_STEPS;

  packet_reader_init(&reader, packet, LIMIT_PACKET_BYTES);
  while (packet_next(&reader) != PACKET_END) {
    ++work.num_events;
    if (reader.event == PACKET_ERROR) {
      work.status = reader.error.status;
      break;
    }
    if (reader.event == PACKET_MESSAGE) {
      ++work.num_messages;
      work.num_bytes += reader.message.size;
      match_all(&work, reader.message.address, &left);
    }
  }
  return work;
}

static void
check_bounded(const uint8_t* const packet, const char* const name)
{
  const Work work = deal_with(packet);
  print_message("%s: %u events, %u steps, %u patterns refused, %s\n",
                name,
                (unsigned)work.num_events,
                (unsigned)work.num_steps,
                (unsigned)work.num_refused,
                status_code(work.status));
  assert_true(work.num_events <= 2u * (LIMIT_ELEMENTS + 1u) + 1u);
  assert_true(work.num_bytes <= LIMIT_PACKET_BYTES);
  assert_true(work.num_steps <= LIMIT_PACKET_STEPS);
  assert_true(work.num_steps <= work.num_messages * LIMIT_PATTERN_STEPS);
  assert_true(work.num_messages || work.status);
}

/// Write a bundle's head, and repeat an element behind it to the end
static void
fill_bundle(uint8_t* const packet, const char* const element, const size_t size)
{
  const uint32_t head = htobe32((uint32_t)size);
  size_t         at   = 16u;
  memcpy(packet, "#bundle\0\0\0\0\0\0\0\0\1", 16u);
  for (; at + 4u + size <= LIMIT_PACKET_BYTES; at += 4u + size) {
    memcpy(packet + at, &head, sizeof(head));
    memcpy(packet + at + 4u, element, size);
  }
}

/// One message whose address repeats a text
static void
fill_address(uint8_t* const packet, const char* const text)
{
  const size_t size = strlen(text);
  packet[0]         = '/';
  for (size_t i = 1u; i < LIMIT_PACKET_BYTES - 1u; ++i) {
    packet[i] = (uint8_t)text[(i - 1u) % size];
  }
  packet[LIMIT_PACKET_BYTES - 1u] = 0;
}

static void
test_bundles_in_bundles(void** const state)
{
  (void)state;
  static uint8_t packet[LIMIT_PACKET_BYTES];
  for (size_t at = 0; at + 20u <= sizeof(packet); at += 20u) {
    const uint32_t size = htobe32((uint32_t)(sizeof(packet) - at - 20u));
    memcpy(packet + at, "#bundle\0\0\0\0\0\0\0\0\1", 16u);
    memcpy(packet + at + 16u, &size, sizeof(size));
  }
  check_bounded(packet, "deep bundles");
}

static void
test_many_elements(void** const state)
{
  (void)state;
  static uint8_t packet[LIMIT_PACKET_BYTES];
  fill_bundle(packet, "/a\0\0", 4u);
  check_bounded(packet, "small messages");
  fill_bundle(packet, "#bundle\0\0\0\0\0\0\0\0\1", 16u);
  check_bounded(packet, "empty bundles");
  fill_bundle(packet, "/*/*/*/*?*?*?*?*?*?*?*?!\0\0\0\0,\0\0\0", 32u);
  check_bounded(packet, "small patterns");
  fill_bundle(packet, "//*a//*a//*a//{a,b}//[!b]*//!\0\0\0,\0\0\0", 36u);
  check_bounded(packet, "deep patterns");
}

static void
test_many_arguments(void** const state)
{
  (void)state;
  static uint8_t           packet[LIMIT_PACKET_BYTES];
  static const char* const tags[] = {"T", "[", "[]", "s", "b", "i"};
  for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); ++i) {
    memset(packet, 0, sizeof(packet));
    memcpy(packet, "/a\0\0,", 5u);
    for (size_t at = 5u; at < LIMIT_PACKET_BYTES / 2u; ++at) {
      packet[at] = (uint8_t)tags[i][at % strlen(tags[i])];
    }
    check_bounded(packet, tags[i]);
  }
}

static void
test_long_patterns(void** const state)
{
  (void)state;
  static uint8_t           packet[LIMIT_PACKET_BYTES];
  static const char* const texts[] = {
    "*",           "*?",       "*a",        "?",          "/",
    "//",          "//*",      "*/",        "//*a*",      "//a",
    "{a,aa}",      "{",        "{a,",       "{,,,,,,",    "*{a,aa,aaa,*}",
    "{*,*,*,*}",   "[",        "[a-z]",     "[!b]*",      "*[aaaaaaaaaaaaaaaa]",
    "mixer//",     "a",        "a//",       "{*a*,*a*}*", "[[[[[[[[[[[[[[[[[]",
    "/a*/b?/[c]/", "a/a/a/a/", "//a/a/a/!", "}",          "]",
  };
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
    fill_address(packet, texts[i]);
    check_bounded(packet, texts[i]);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_bundles_in_bundles),
    cmocka_unit_test(test_many_elements),
    cmocka_unit_test(test_many_arguments),
    cmocka_unit_test(test_long_patterns),
  };
  make_addresses();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
