// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the program lets itself in for
//
// Its sockets are on the loopback interface only, and no packet, however it is
// made, keeps others waiting: measured by the time that the control thread
// spends on a CPU until another client has its answer, so that a busy machine
// does not matter.

#include "osc/schema.h"
#include "support/converse.h"
#include "support/target.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <jansson.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
set_up(void** const state)
{
  *state = calloc(1, sizeof(Target));
  return target_start((Target*)*state) ? 0 : -1;
}

static int
tear_down(void** const state)
{
  target_free((Target*)*state);
  free(*state);
  return 0;
}

// Sockets

/// Whether a process has a socket with that inode
static bool
has_socket(const pid_t pid, const unsigned long inode)
{
  char folder[64];
  char own[64];
  bool found = false;
  snprintf(folder, sizeof(folder), "/proc/%d/fd", (int)pid);
  snprintf(own, sizeof(own), "socket:[%lu]", inode);

  DIR* const           dir   = opendir(folder);
  const struct dirent* entry = NULL;
  assert_non_null(dir);
  while (!found && (entry = readdir(dir))) {
    char    link[128] = "";
    ssize_t n = readlinkat(dirfd(dir), entry->d_name, link, sizeof(link) - 1);
    found     = n > 0 && !strcmp(link, own);
  }
  closedir(dir);
  return found;
}

/// Look at the process's sockets of a protocol: each one that is not connected
/// has to be at 127.0.0.1; returns their number
static unsigned
check_sockets(const pid_t pid, const char* const protocol)
{
  char path[64];
  char line[512];
  snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)pid, protocol);
  FILE* const file = fopen(path, "r");
  if (!file) {
    return 0; // A kernel without IPv6
  }

  unsigned count = 0;
  while (fgets(line, sizeof(line), file)) {
    char          local[64];
    unsigned      port  = 0;
    unsigned      state = 0;
    unsigned long inode = 0;
    if (sscanf(line,
               " %*u: %63[0-9A-F]:%X %*[0-9A-F]:%*X %X %*s %*s %*s %*u %*u %lu",
               local,
               &port,
               &state,
               &inode) == 4 &&
        state != 1 && has_socket(pid, inode)) {
      char loopback[16];
      snprintf(
        loopback, sizeof(loopback), "%08X", (unsigned)htonl(INADDR_LOOPBACK));
      assert_string_equal(local, loopback);
      ++count;
    }
  }
  fclose(file);
  return count;
}

static void
test_sockets_are_on_loopback(void** const state)
{
  const Target* const target = (const Target*)*state;
  const pid_t         pid    = target->daemon.process.pid;
  assert_int_equal(check_sockets(pid, "udp"), 1);
  assert_int_equal(check_sockets(pid, "tcp"), 1);
  assert_int_equal(check_sockets(pid, "udp6"), 0);
  assert_int_equal(check_sockets(pid, "tcp6"), 0);
}

// Packets

/// A path made of a beginning, a piece over and over, and an end
typedef struct {
  const char* begin;
  const char* piece;
  const char* end;
} Path;

static void
make_path(char* const path, const Path* const parts, const size_t length)
{
  size_t at = strlen(parts->begin);
  strcpy(path, parts->begin);
  while (at + strlen(parts->piece) + strlen(parts->end) < length) {
    strcpy(path + at, parts->piece);
    at += strlen(parts->piece);
  }
  strcpy(path + at, parts->end);
}

static void
test_slow_patterns(void** const state)
{
  // Those that match nothing are the end of their bundle; those that match
  // let all of it run
  static const Path patterns[] = {
    {"/", "*a", ""},
    {"/mixer/channels/", "*", "/fader"},
    {"/mixer/channels/", "*", "?*/fader"},
    {"/mixer/channels/", "*t", ""},
    {"/mixer/channels/*", "[a-z0-9]*", ""},
    {"/mixer/channels/", "[!a-s]", ""},
    {"/mixer/channels/", "{,t}", "*/pan"},
    {"/mixer/channels/{", "t,t1,", "t2}/pan"},
    {"/mixer/channels/{", "*x,", "*}/pan"},
    {"/mixer/channels/t[", "3-7", "]/pan"},
    {"/", "/*", ""},
    {"//", "mixer//", ""},
    {"//", "*//", "fader"},
    {"/", "/", "fader"},
    {"//*a", "//*a", ""},
    {"/compositions/*/tracks/*/params/", "*e", ""},
    {"/compositions/{*,", "*,", "*}/tracks/*/name"},
    {"/", "{*,", ""},
    {"/", "[[[", ""},
  };

  Target* const target = (Target*)*state;
  char          path[TARGET_UDP_MAX];
  for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); ++i) {
    // As many as go into one packet, asked for and set
    make_path(path, &patterns[i], 56);
    target_fill_bundle(target, path, false);
    target_expect_quick(target, path);
    target_fill_bundle(target, path, true);
    target_expect_quick(target, path);

    // The longest that are looked at
    make_path(path, &patterns[i], 240);
    target_fill_bundle(target, path, false);
    path[60] = '\0';
    target_expect_quick(target, path);

    // And one that is all of the packet
    make_path(path, &patterns[i], TARGET_UDP_MAX - 16);
    target->size = 0;
    target_put_text(target, path);
    target_put_text(target, ",");
    path[60] = '\0';
    target_expect_quick(target, path);
  }
}

static void
test_patterns_that_match_all(void** const state)
{
  static const char* const paths[] = {"//",
                                      "//*",
                                      "/*/*",
                                      "/mixer//",
                                      "/mixer/channels/*/*",
                                      "/compositions/current//",
                                      "/compositions/*/tracks/*/params/*",
                                      "/mixer/channels/*/fader",
                                      "/mixer/channels/*/meter"};

  Target* const target = (Target*)*state;
  for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); ++i) {
    target_fill_bundle(target, paths[i], false);
    target_expect_quick(target, paths[i]);
    target_fill_bundle(target, paths[i], true);
    target_expect_quick(target, paths[i]);
  }
}

/// The address of a row in the demo
static void
fill_in(const OscRow* const row, char* const path)
{
  static const char* const names[][2] = {{"c", "current"},
                                         {"track", "t2"},
                                         {"clip", "c6"},
                                         {"channel", "t1"},
                                         {"bus", "b1"},
                                         {"sample", "s1"},
                                         {"marker", "m1"},
                                         {"scene", "n1"},
                                         {"param", "cutoff"},
                                         {"effect", "e1"},
                                         {"name", "bass"}};

  char* at = path;
  for (const char* c = row->path; *c;) {
    if (*c != '{') {
      *at++ = *c++;
      continue;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); ++i) {
      if (!strncmp(c + 1, names[i][0], strlen(names[i][0])) &&
          c[1 + strlen(names[i][0])] == '}') {
        at = stpcpy(at, names[i][1]);
      }
    }
    c = strchr(c, '}') + 1;
  }
  *at = '\0';
}

/// Fill a bundle with a row's address, asked for or set
static void
fill_with_row(Target* const target, const OscRow* const row, const bool set)
{
  char path[256];
  fill_in(row, path);
  target_begin_bundle(target);
  for (unsigned n = 0; n < 1024; ++n) {
    lo_message message = lo_message_new();
    for (uint32_t i = 0; set && i < row->num_args; ++i) {
      const ArgInfo* const info  = &row->args[i];
      const double         value = info->min + (n % 7 + 1) * 0.01;
      switch (info->type) {
        case ARG_STRING:
          lo_message_add_string(message, n % 2 ? "/mixer/*" : "bass");
          break;
        case ARG_ENUM:
          lo_message_add_string(message, info->words[0]);
          break;
        case ARG_ID:
          lo_message_add_string(message,
                                info->kind == KIND_SAMPLE ? "s1" : "t2");
          break;
        default:
          lo_message_add_float(message, (float)value);
          break;
      }
    }

    size_t      size = 0;
    void* const data = lo_message_serialise(message, path, NULL, &size);
    target_add(target, data, size);
    free(data);
    lo_message_free(message);
  }
}

static void
test_any_address_a_thousand_times(void** const state)
{
  Target* const target = (Target*)*state;
  for (uint32_t i = 0; i < schema_num_rows; ++i) {
    const OscRow* const row = &schema_rows[i];
    fill_with_row(target, row, false);
    target_expect_quick(target, row->path);
    if (row->num_args) {
      fill_with_row(target, row, true);
      target_expect_quick(target, row->path);
    }
  }
}

static void
test_bytes_of_any_kind(void** const state)
{
  Target* const target = (Target*)*state;

  // Nested as deep as there is room for
  target->size = 0;
  while (target->size + 24 < TARGET_UDP_MAX) {
    target_put_text(target, "#bundle");
    target_put_word(target, 0);
    target_put_word(target, 1);
    target_put_word(target,
                    (uint32_t)(TARGET_UDP_MAX / 4 * 4 - target->size - 4));
  }
  target_expect_quick(target, "bundles in bundles");

  // All type tags, no argument
  target->size = 0;
  target_put_text(target, "/mixer/channels/t1/fader");
  target->packet[target->size] = ',';
  memset(
    target->packet + target->size + 1, 'T', TARGET_UDP_MAX - target->size - 32);
  target->size = TARGET_UDP_MAX / 4 * 4 - 16;
  memset(target->packet + target->size, 0, 4);
  target->size += 4;
  target_expect_quick(target, "type tags");

  memset(target->packet, '/', TARGET_UDP_MAX);
  target->size = TARGET_UDP_MAX;
  target_expect_quick(target, "slashes");
  memset(target->packet, '{', TARGET_UDP_MAX);
  target->packet[0] = '/';
  target_expect_quick(target, "braces");

  // A text as argument
  static char text[TARGET_UDP_MAX];
  memset(text, 'x', sizeof(text) - 200);
  target->size = 0;
  target_put_text(target, "/compositions/current/name");
  target_put_text(target, ",s");
  target_put_text(target, text);
  target_expect_quick(target, "a long name");
  memset(text, '*', sizeof(text) - 200);
  text[0]      = '/';
  target->size = 0;
  target_put_text(target, "/subscribe");
  target_put_text(target, ",s");
  target_put_text(target, text);
  target_expect_quick(target, "a long pattern");

  // What can't be a packet ends a connection, a datagram is refused
  memset(target->packet, 0, TARGET_UDP_MAX);
  target->size = TARGET_UDP_MAX;
  assert_true(target_measure(target, target->udp) < TARGET_LIMIT_MS);

  // The largest over TCP
  target_fill_bundle(target, "/mixer/channels/*a*a*a*a*/fader", false);
  memset(target->packet + target->size, 0, TARGET_PACKET_MAX - target->size);
  target->size = TARGET_PACKET_MAX;
  assert_true(target_measure(target, target->tcp) < TARGET_LIMIT_MS);
}

static void
test_subscriptions_to_all(void** const state)
{
  // What a client has subscribed to does not make another one's packet slow
  Target* const target = (Target*)*state;
  for (int i = 0; i < 8; ++i) {
    char pattern[64];
    snprintf(
      pattern, sizeof(pattern), "/mixer/channels/%.*s/*", i + 1, "********");
    converse_ask(target->tcp, "/subscribe", "s", pattern);
  }

  osc_client_drop(target->tcp);
  target_fill_bundle(target, "/mixer/channels/t1/fader", true);
  const double set = target_measure(target, target->udp);
  target_fill_bundle(target, "/mixer/channels/*/pan", true);
  const double sets = target_measure(target, target->udp);
  print_message("  %.2f ms, %.2f ms\n", set, sets);
  assert_true(set < TARGET_LIMIT_MS && sets < TARGET_LIMIT_MS);
}

enum { TRACKS = 40, CLIPS = 40, NOTES = 50 };

/// Write a composition of 80,000 notes where it can be imported from
static const char*
write_large(const Target* const target)
{
  static char path[128];
  unsigned    clip = 0;
  snprintf(path, sizeof(path), "%s/music/large.json", target->daemon.home);
  FILE* const file = fopen(path, "w");
  assert_non_null(file);
  fprintf(file, "{\"format\": 1, \"name\": \"Large\", \"tracks\": [");
  for (unsigned t = 1; t <= TRACKS; ++t) {
    fprintf(file,
            "%s{\"id\": \"t%u\", \"name\": \"Track %u\", \"type\": "
            "\"midi\", \"clips\": [",
            t > 1 ? ", " : "",
            t,
            t);
    for (unsigned c = 0; c < CLIPS; ++c) {
      fprintf(file,
              "%s{\"id\": \"c%u\", \"start\": %u.0, \"length\": 4.0, "
              "\"notes\": [",
              c ? ", " : "",
              ++clip,
              4 * c);
      for (unsigned n = 0; n < NOTES; ++n) {
        fprintf(file, "%s[%u, %g, 0.0625, 100]", n ? ", " : "", n, n / 16.0);
      }
      fprintf(file, "]}");
    }
    fprintf(file, "]}");
  }
  fprintf(file, "]}");
  fclose(file);
  return path;
}

/// Measure a message without arguments
static void
expect_quick_message(Target* const target, const char* const path)
{
  target->size = 0;
  target_put_text(target, path);
  target_put_text(target, ",");
  target_expect_quick(target, path);
}

static void
test_a_large_composition(void** const state)
{
  static const char* const open[] = {
    "/compositions/current/json",
    "/compositions/current/tracks/list",
    "/compositions/current/tracks/t5/duplicate",
    "/undo",
    "/mixer/channels/*/fader",
    "//"};
  static const char* const closed[] = {"/compositions/large/json",
                                       "/compositions/large/name",
                                       "/compositions/large/tracks/list"};

  Target* const target = (Target*)*state;
  converse_ask(target->other, "/compositions/import", "s", write_large(target));
  for (size_t i = 0; i < sizeof(open) / sizeof(*open); ++i) {
    expect_quick_message(target, open[i]);
  }

  // All pages together are the document
  char* const   text = converse_json(target->other);
  json_t* const json = json_loads(text, 0, NULL);
  assert_int_equal(json_array_size(json_object_get(json, "tracks")), TRACKS);
  json_decref(json);

  converse_ask(target->other, "/compositions/demo/open", "");
  for (size_t i = 0; i < sizeof(closed) / sizeof(*closed); ++i) {
    expect_quick_message(target, closed[i]);
  }

  // One that is not open has the same text
  const OscReceived* const page =
    converse_ask(target->other, "/compositions/large/json", "i", 1);
  assert_memory_equal(osc_text(page, 2), text + 1200, 600);
  free(text);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_sockets_are_on_loopback),
    TEST(test_slow_patterns),
    TEST(test_patterns_that_match_all),
    TEST(test_any_address_a_thousand_times),
    TEST(test_bytes_of_any_kind),
    TEST(test_subscriptions_to_all),
    TEST(test_a_large_composition),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
