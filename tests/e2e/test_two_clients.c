// SPDX-License-Identifier: GPL-3.0-or-later
//
// Two clients on one host, known by their ports
//
// Each gets its own answers, errors and updates and nothing of the other's.

#include "support/converse.h"
#include "support/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define FADER "/mixer/channels/t1/fader"
#define PAN "/mixer/channels/t1/pan"
#define TEMPO "/playback/tempo"

typedef struct {
  Daemon     daemon;
  OscClient* a;
  OscClient* b;
} Pair;

static int
set_up(void** const state)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  Pair* const       pair        = (Pair*)calloc(1, sizeof(Pair));
  *state                        = pair;
  daemon_init(&pair->daemon);
  if (!daemon_start(&pair->daemon, arguments)) {
    return -1;
  }
  pair->a = osc_client_new(OSC_UDP, pair->daemon.port);
  pair->b = osc_client_new(OSC_UDP, pair->daemon.port);
  return 0;
}

static int
tear_down(void** const state)
{
  Pair* const pair = (Pair*)*state;
  osc_client_free(pair->a);
  osc_client_free(pair->b);
  daemon_free(&pair->daemon);
  free(pair);
  return 0;
}

/// Nothing but these has come to a client; what has come is dropped
static void
expect_only(OscClient* const client, const char* const path)
{
  converse_ping(client);
  const OscReceived* kept = NULL;
  for (size_t i = 0; (kept = osc_client_kept(client, i)); ++i) {
    if (!path || strcmp(kept->path, path) != 0) {
      char text[CONVERSE_TEXT_SIZE];
      fail_msg("heard %s", converse_text(kept, text));
    }
  }
  osc_client_drop(client);
}

static void
test_answers_go_to_who_asked(void** const state)
{
  Pair* const pair = (Pair*)*state;
  assert_int_not_equal(osc_client_port(pair->a), osc_client_port(pair->b));

  const OscReceived* const answer = converse_ask(pair->a, FADER, "f", -3.0);
  assert_int_equal(answer->from, pair->daemon.port);
  converse_refused(pair->a, "not-found", "/mixer/channels/t99/pan", "");
  expect_only(pair->b, NULL);

  converse_refused(pair->b, "bad-argument", FADER, "s", "loud");
  assert_true(converse_number(pair->b, FADER) == -3.0);
  expect_only(pair->a, NULL);
}

static void
test_updates_go_to_who_subscribed(void** const state)
{
  Pair* const pair = (Pair*)*state;
  converse_ask(pair->a, "/subscribe", "s", FADER);
  converse_hear(pair->a, FADER, -4.0);
  converse_ask(pair->b, "/subscribe", "s", PAN);
  converse_hear(pair->b, PAN, 0.0);

  // What one sets the other hears, if it wants to
  converse_ask(pair->b, FADER, "f", -9.0);
  converse_hear(pair->a, FADER, -9.0);
  converse_ask(pair->a, PAN, "f", 0.5);
  converse_hear(pair->b, PAN, 0.5);
  expect_only(pair->a, FADER);
  expect_only(pair->b, PAN);

  // One ends its own subscription only
  converse_ask(pair->b, "/subscribe", "s", FADER);
  converse_hear(pair->b, FADER, -9.0);
  converse_ask(pair->a, "/unsubscribe", "s", FADER);
  osc_client_drop(pair->a);
  converse_ask(pair->a, TEMPO, "f", 111.0);
  converse_ask(pair->a, FADER, "f", -10.0);
  converse_hear(pair->b, FADER, -10.0);
  expect_only(pair->a, NULL);
}

static void
test_properties_are_of_one_client(void** const state)
{
  Pair* const pair  = (Pair*)*state;
  OscClient*  other = osc_client_new(OSC_UDP, pair->daemon.port);

  // One is answered at another port, the other still at its own
  osc_client_send(
    pair->a, "/client/reply_port", "i", (int)osc_client_port(other));
  converse_hear(other, "/client/reply_port", osc_client_port(other));
  osc_client_send(pair->a, FADER, "f", -13.0);
  converse_hear(other, FADER, -13.0);
  assert_true(converse_number(pair->b, FADER) == -13.0);
  assert_true(converse_number(pair->b, "/client/reply_port") == 0.0);
  osc_client_send(pair->a, "/client/reply_port/0", "");
  converse_hear(pair->a, "/client/reply_port/0", 0.0);
  expect_only(pair->a, NULL);

  // One has no echo of what it sets, the other has
  osc_client_send(pair->a, "/client/echo", "i", 0);
  osc_client_send(pair->a, PAN, "f", 0.25);
  expect_only(pair->a, NULL);
  assert_true(osc_number(converse_ask(pair->b, PAN, "f", 0.25), 0) == 0.25);

  // A clamped value is not what was sent
  converse_ask(pair->a, FADER, "f", 50.0);
  osc_client_free(other);
}

static void
test_the_latest_value_wins(void** const state)
{
  Pair* const pair = (Pair*)*state;
  converse_ask(pair->b, "/subscribe", "sf", FADER, 10.0);
  converse_hear(pair->b, FADER, -4.0);
  osc_client_drop(pair->b);

  // Far more changes than are sent, and the last of them always is
  enum { CHANGES = 500 };
  const int64_t start = now_ms();
  for (int i = 0; i < CHANGES; ++i) {
    converse_ask(pair->a, FADER, "f", -(double)i / 10.0);
  }
  converse_hear(pair->b, FADER, -(double)(CHANGES - 1) / 10.0);
  const int64_t periods = (now_ms() - start) / 100 + 2;
  unsigned      others  = 0;
  while (osc_client_kept(pair->b, others)) {
    ++others;
  }
  assert_true((int64_t)others <= 2 * periods);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_answers_go_to_who_asked),
    TEST(test_updates_go_to_who_subscribed),
    TEST(test_properties_are_of_one_client),
    TEST(test_the_latest_value_wins),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
