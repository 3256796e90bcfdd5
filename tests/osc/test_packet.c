// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a packet says, and what is wrong with it
//
// Most facts are folders in tests/osc/packets: `input` is the packet as text
// (\0 and \x7f for bytes, white space left out), `events` what is read.

#include "osc/packet.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASES "tests/osc/packets"

/// The bytes that `input` describes; returns how many
static size_t
read_input(const char* const path, uint8_t* const bytes, const size_t size)
{
  FILE* const file = fopen(path, "r");
  assert_non_null(file);

  size_t n = 0;
  for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
    unsigned value = (unsigned)c;
    if (isspace(c)) {
      continue;
    }
    if (c == '\\') {
      const int kind = fgetc(file);
      value          = kind == 'n' ? '\n' : (unsigned)kind - '0';
      if (kind == 'x') {
        assert_int_equal(fscanf(file, "%2x", &value), 1);
      }
    }
    assert_true(n < size && value < 256u);
    bytes[n++] = (uint8_t)value;
  }
  fclose(file);
  return n;
}

static void
dump_text(FILE* const out, const char* const text)
{
  for (const char* c = text; *c; ++c) {
    fprintf(out, *c > ' ' && *c <= '~' ? "%c" : "\\x%02x", (uint8_t)*c);
  }
}

static void
dump_bytes(FILE* const out, const uint8_t* const bytes, const size_t size)
{
  for (size_t i = 0; i < size; ++i) {
    fprintf(out, "%02x", bytes[i]);
  }
}

static void
dump_arg(FILE* const out, const PacketArg* const arg)
{
  fprintf(out, strchr("TFNI", arg->type) ? " %c" : " %c:", arg->type);
  switch (arg->type) {
    case 'i':
    case 'c':
      fprintf(out, "%" PRId32, arg->i);
      break;
    case 'f':
      fprintf(out, "%g", (double)arg->f);
      break;
    case 'h':
      fprintf(out, "%" PRId64, arg->h);
      break;
    case 'd':
      fprintf(out, "%g", arg->d);
      break;
    case 't':
      fprintf(out, "%016" PRIx64, arg->t);
      break;
    case 'r':
      fprintf(out, "%08" PRIx32, arg->r);
      break;
    case 'm':
      dump_bytes(out, arg->m, sizeof(arg->m));
      break;
    case 'b':
      dump_bytes(out, arg->b, arg->size);
      break;
    case 's':
    case 'S':
      assert_int_equal(strlen(arg->s), arg->size);
      fputc('"', out);
      dump_text(out, arg->s);
      fputc('"', out);
      break;
    default:
      break;
  }
}

static void
dump_message(FILE* const out, const PacketMessage* const message)
{
  assert_int_equal(strlen(message->address), message->address_size);
  dump_text(out, message->address);
  fprintf(out, " ,%s", message->types);
  for (uint32_t i = 0; i < message->num_args; ++i) {
    dump_arg(out, &message->args[i]);
  }
  if (message->untyped_size) {
    fprintf(
      out, " and %u bytes without types", (unsigned)message->untyped_size);
  }
  fputc('\n', out);
}

/// Read a packet and write down what comes
static void
dump_packet(FILE* const out, const uint8_t* const bytes, const size_t size)
{
  PacketReader reader;
  packet_reader_init(&reader, bytes, size);
  while (packet_next(&reader) != PACKET_END) {
    char text[PACKET_ERROR_SIZE];
    switch (reader.event) {
      case PACKET_MESSAGE:
        dump_message(out, &reader.message);
        break;
      case PACKET_BUNDLE:
        fprintf(
          out, "bundle %016" PRIx64 "\n", reader.timetags[reader.depth - 1u]);
        break;
      case PACKET_BUNDLE_END:
        fprintf(out, "end of bundle\n");
        break;
      default:
        fprintf(out, "%s: ", status_code(reader.error.status));
        dump_text(out, reader.message.address);
        fprintf(out,
                "%s%s\n",
                *reader.message.address ? ": " : "",
                packet_error_format(&reader.error, text));
        assert_int_equal(packet_check(bytes, size).status, reader.error.status);
        return;
    }
  }
  assert_int_equal(packet_check(bytes, size).status, STATUS_OK);
}

/// Read a packet in memory of exactly its size, so that a look past its end is
/// found by the sanitizers
static void
dump_exactly(char* const          text,
             const size_t         text_size,
             const uint8_t* const bytes,
             const size_t         size)
{
  FILE* const    out  = fmemopen(text, text_size, "w");
  uint8_t* const copy = malloc(size ? size : 1u);
  assert_non_null(out);
  assert_non_null(copy);
  memcpy(copy, bytes, size);
  dump_packet(out, copy, size);
  free(copy);
  fclose(out);
}

static void
check_case(const char* const name)
{
  char    path[512];
  uint8_t bytes[1024];
  char    wanted[4096] = "";
  char    got[4096]    = "";

  snprintf(path, sizeof(path), "%s/%s/input", CASES, name);
  const size_t size = read_input(path, bytes, sizeof(bytes));

  snprintf(path, sizeof(path), "%s/%s/events", CASES, name);
  FILE* const file = fopen(path, "r");
  assert_non_null(file);
  wanted[fread(wanted, 1, sizeof(wanted) - 1u, file)] = 0;
  fclose(file);

  dump_exactly(got, sizeof(got), bytes, size);
  if (strcmp(got, wanted)) {
    fail_msg("%s gave\n%sinstead of\n%s", name, got, wanted);
  }
}

static void
test_cases_read_as_described(void** const state)
{
  (void)state;
  DIR* const dir = opendir(CASES);
  assert_non_null(dir);

  unsigned num_cases = 0;
  for (struct dirent* entry = readdir(dir); entry; entry = readdir(dir)) {
    if (entry->d_name[0] != '.') {
      check_case(entry->d_name);
      ++num_cases;
    }
  }
  closedir(dir);
  assert_true(num_cases >= 40u);
}

/// Every beginning of a good packet is read or refused, and nothing else
static void
test_cut_packets_are_refused(void** const state)
{
  (void)state;
  static const char whole[] = "#bundle\0\0\0\0\0\0\0\0\1"
                              "\0\0\0\x28/a/b/c\0\0,sbihTd\0"
                              "x\0\0\0\0\0\0\1z\0\0\0\0\0\0\5"
                              "\0\0\0\0\0\0\0\6";
  char              text[4096];

  for (size_t size = 0; size < sizeof(whole) - 1u; ++size) {
    dump_exactly(text, sizeof(text), (const uint8_t*)whole, size);
    assert_true(size == 16u || strstr(text, "bad-argument: "));
  }
}

static void
test_arguments_up_to_the_limit(void** const state)
{
  (void)state;
  uint8_t      packet[4u + 1024u] = "/a\0\0,";
  PacketReader reader;

  memset(packet + 5u, 'T', LIMIT_ARGUMENTS);
  packet_reader_init(&reader, packet, 4u + 260u);
  assert_int_equal(packet_next(&reader), PACKET_MESSAGE);
  assert_int_equal(reader.message.num_args, LIMIT_ARGUMENTS);
  assert_int_equal(packet_next(&reader), PACKET_END);

  packet[5u + LIMIT_ARGUMENTS] = 'T';
  packet_reader_init(&reader, packet, 4u + 260u);
  assert_int_equal(packet_next(&reader), PACKET_ERROR);
  assert_int_equal(reader.error.status, STATUS_TOO_LARGE);
  assert_string_equal(reader.message.address, "/a");
}

/// Bundles inside each other, each with nothing but the next
static size_t
nest(uint8_t* const packet, const uint32_t depth)
{
  const size_t size = depth * 20u - 4u;
  for (uint32_t i = 0; i < depth; ++i) {
    uint8_t* const start = packet + (size_t)i * 20u;
    memcpy(start, "#bundle\0\0\0\0\0\0\0\0\1\0\0\0", 20u);
    start[19] = (uint8_t)(size - (i + 1u) * 20u);
  }
  return size;
}

static void
test_bundles_nest_up_to_the_limit(void** const state)
{
  (void)state;
  uint8_t packet[512];

  const PacketError good =
    packet_check(packet, nest(packet, LIMIT_BUNDLE_DEPTH));
  assert_int_equal(good.status, STATUS_OK);

  const PacketError bad =
    packet_check(packet, nest(packet, LIMIT_BUNDLE_DEPTH + 1u));
  assert_int_equal(bad.status, STATUS_TOO_LARGE);
  assert_int_equal(bad.at, LIMIT_BUNDLE_DEPTH * 20u);
}

static void
test_elements_up_to_the_limit(void** const state)
{
  (void)state;
  static uint8_t packet[16u + (LIMIT_ELEMENTS + 1u) * 8u];
  memcpy(packet, "#bundle\0\0\0\0\0\0\0\0\1", 16u);
  for (uint32_t i = 0; i <= LIMIT_ELEMENTS; ++i) {
    memcpy(packet + 16u + (size_t)i * 8u, "\0\0\0\4/a\0\0", 8u);
  }

  const PacketError good = packet_check(packet, sizeof(packet) - 8u);
  assert_int_equal(good.status, STATUS_OK);

  const PacketError bad = packet_check(packet, sizeof(packet));
  assert_int_equal(bad.status, STATUS_TOO_LARGE);
}

static void
test_packets_up_to_the_limit(void** const state)
{
  (void)state;
  static uint8_t packet[LIMIT_PACKET_BYTES + 4u];
  memset(packet, 'a', sizeof(packet));
  packet[0]                       = '/';
  packet[LIMIT_PACKET_BYTES - 1u] = 0;

  const PacketError good = packet_check(packet, LIMIT_PACKET_BYTES);
  assert_int_equal(good.status, STATUS_OK);

  const PacketError bad = packet_check(packet, sizeof(packet));
  assert_int_equal(bad.status, STATUS_TOO_LARGE);
}

static void
test_an_error_is_final(void** const state)
{
  (void)state;
  PacketReader reader;
  packet_reader_init(&reader, "abcd", 4u);
  assert_int_equal(packet_next(&reader), PACKET_ERROR);
  assert_int_equal(packet_next(&reader), PACKET_ERROR);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_cases_read_as_described),
    cmocka_unit_test(test_cut_packets_are_refused),
    cmocka_unit_test(test_arguments_up_to_the_limit),
    cmocka_unit_test(test_bundles_nest_up_to_the_limit),
    cmocka_unit_test(test_elements_up_to_the_limit),
    cmocka_unit_test(test_packets_up_to_the_limit),
    cmocka_unit_test(test_an_error_is_final),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
