// SPDX-License-Identifier: GPL-3.0-or-later
//
// One conversation, whatever it is carried by
//
// `tests/e2e/conversation` says what two clients say and hear.  The second one
// speaks UDP, the first UDP or TCP in either framing, and each time the words
// are the same.

#include "support/converse.h"
#include "support/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPT "tests/e2e/conversation"

enum { NUM_CLIENTS = 2, LINE_SIZE = 512, MAX_HEARD = 256 };

typedef struct {
  Daemon     daemon;
  OscClient* clients[NUM_CLIENTS];
  char       heard[MAX_HEARD][LINE_SIZE]; ///< Updates, which may come again
  unsigned   num_heard;
  unsigned   line;
  unsigned   num_said;
} Talk;

/// The next word of a line, without quotes; null at the end
static char*
next_word(char** const rest)
{
  char* word = *rest + strspn(*rest, " \n");
  if (!*word) {
    return NULL;
  }

  const bool quoted = *word == '"';
  word += quoted;
  char* const end = word + strcspn(word, quoted ? "\"" : " \n");
  *rest           = end + (*end != '\0');
  *end            = '\0';
  return word;
}

/// Append a word as an argument of a type
static void
add_word(lo_message message, const char type, const char* const word)
{
  switch (type) {
    case 'i':
      lo_message_add_int32(message, atoi(word));
      break;
    case 'h':
      lo_message_add_int64(message, atoll(word));
      break;
    case 'f':
      lo_message_add_float(message, strtof(word, NULL));
      break;
    case 'd':
      lo_message_add_double(message, strtod(word, NULL));
      break;
    case 's':
      lo_message_add_string(message, word);
      break;
    default:
      fail_msg("a type %c", type);
  }
}

/// Say a line `ADDRESS ,TYPES ARGUMENTS`
static void
say(OscClient* const client, char* line)
{
  const lo_message  message = lo_message_new();
  const char* const path    = next_word(&line);
  const char* const types   = next_word(&line) + 1;
  for (const char* type = types; *type; ++type) {
    if (*type == 'T') {
      lo_message_add_true(message);
    } else if (*type == 'F') {
      lo_message_add_false(message);
    } else {
      add_word(message, *type, next_word(&line));
    }
  }
  assert_true(osc_client_send_message(client, path, message));
  lo_message_free(message);
}

/// Whether what was heard is what the script says, where `*` is anything
static bool
is_same(const char* const heard, const char* const expected)
{
  const size_t length = strlen(expected);
  return length && expected[length - 1] == '*'
           ? !strncmp(heard, expected, length - 1)
           : !strcmp(heard, expected);
}

/// Whether an update was heard before: over UDP it comes again, lest it is lost
static bool
is_repeated(const Talk* const talk, const char* const text)
{
  for (unsigned i = 0; i < talk->num_heard; ++i) {
    if (!strcmp(talk->heard[i], text)) {
      return true;
    }
  }
  return false;
}

/// The next message to a client as text, all repetitions left out
static const char*
next_text(const Talk* const talk, OscClient* const client, char* const text)
{
  const OscReceived* received = NULL;
  do {
    received = osc_client_wait_path(client, NULL, CONVERSE_MS);
    if (!received) {
      fail_msg(SCRIPT ":%u: nothing was heard", talk->line);
    }
    assert_true(received->size <= 1400);
    converse_text(received, text);
  } while (is_repeated(talk, text));
  return text;
}

/// Hear what a line says
static void
hear(Talk* const talk, const unsigned who, const bool update, char* const line)
{
  char text[CONVERSE_TEXT_SIZE];
  next_text(talk, talk->clients[who], text);
  if (!is_same(text, line)) {
    fail_msg(SCRIPT ":%u: expected %s, heard %s", talk->line, line, text);
  }

  if (update) {
    assert_true(talk->num_heard < MAX_HEARD);
    snprintf(talk->heard[talk->num_heard++], LINE_SIZE, "%.500s", text);
  }
}

/// Nothing else has been said to a client
static void
expect_silence(Talk* const talk, const unsigned who)
{
  char text[CONVERSE_TEXT_SIZE];
  osc_client_send(talk->clients[who], "/ping", "");
  if (strcmp(next_text(talk, talk->clients[who], text),
             "/reply ,s \"/ping\"") != 0) {
    fail_msg(SCRIPT ":%u: heard also %s", talk->line, text);
  }
}

/// Follow the script to its end
static void
follow(Talk* const talk)
{
  FILE* const script = fopen(SCRIPT, "r");
  char        line[LINE_SIZE];
  unsigned    speaker    = 0;
  bool        subscribed = false;
  assert_non_null(script);

  while (fgets(line, sizeof(line), script)) {
    ++talk->line;
    line[strcspn(line, "\n")] = '\0';
    if (!line[0] || line[0] == '#') {
      continue;
    }

    const unsigned who  = (unsigned)(line[0] - '1');
    char* const    rest = line + 3;
    assert_true(who < NUM_CLIENTS);
    if (line[1] == '>') {
      expect_silence(talk, speaker);
      subscribed = !strncmp(rest, "/subscribe", 10);
      speaker    = who;
      say(talk->clients[who], rest);
      ++talk->num_said;
    } else {
      hear(talk, who, subscribed || who != speaker, rest);
    }
  }

  expect_silence(talk, 0);
  expect_silence(talk, 1);
  fclose(script);
  assert_true(talk->num_said > 60);
}

static void
converse_over(Talk* const talk, const OscTransport transport)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  assert_true(daemon_start(&talk->daemon, arguments));
  talk->clients[0] = osc_client_new(transport, talk->daemon.port);
  talk->clients[1] = osc_client_new(OSC_UDP, talk->daemon.port);
  assert_non_null(talk->clients[0]);
  follow(talk);
  assert_int_equal(daemon_stop(&talk->daemon, SIGTERM), 0);
}

static int
set_up(void** const state)
{
  Talk* const talk = (Talk*)calloc(1, sizeof(Talk));
  daemon_init(&talk->daemon);
  *state = talk;
  return 0;
}

static int
tear_down(void** const state)
{
  Talk* const talk = (Talk*)*state;
  for (unsigned i = 0; i < NUM_CLIENTS; ++i) {
    osc_client_free(talk->clients[i]);
  }
  daemon_free(&talk->daemon);
  free(talk);
  return 0;
}

static void
test_over_udp(void** const state)
{
  converse_over((Talk*)*state, OSC_UDP);
}

static void
test_over_tcp_in_slip_frames(void** const state)
{
  converse_over((Talk*)*state, OSC_SLIP);
}

static void
test_over_tcp_with_lengths(void** const state)
{
  converse_over((Talk*)*state, OSC_PREFIX);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_over_udp),
    TEST(test_over_tcp_in_slip_frames),
    TEST(test_over_tcp_with_lengths),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
