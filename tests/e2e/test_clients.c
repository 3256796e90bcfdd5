// SPDX-License-Identifier: GPL-3.0-or-later
//
// What clients get that are tablets: banks, soft takeover, XY pads, a measured
// link, and what they missed while they slept

#include "support/converse.h"
#include "support/daemon.h"
#include "support/relay.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  Daemon     daemon;
  OscClient* client;
  OscClient* other;
  Relay*     relay;
} Scene;

static int
set_up(void** const state)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  Scene* const      scene       = (Scene*)calloc(1, sizeof(Scene));
  *state                        = scene;
  daemon_init(&scene->daemon);
  if (!daemon_start(&scene->daemon, arguments)) {
    return -1;
  }
  scene->client = osc_client_new(OSC_UDP, scene->daemon.port);
  scene->other  = osc_client_new(OSC_UDP, scene->daemon.port);
  converse_ask(scene->client, "/compositions/create", "s", "Tablets");
  for (int i = 1; i <= 10; ++i) {
    char name[16];
    snprintf(name, sizeof(name), "Track %d", i);
    converse_ask(scene->client,
                 "/compositions/current/tracks/create",
                 "ss",
                 name,
                 "audio");
  }
  return 0;
}

static int
tear_down(void** const state)
{
  Scene* const scene = (Scene*)*state;
  osc_client_free(scene->client);
  osc_client_free(scene->other);
  relay_free(scene->relay);
  daemon_free(&scene->daemon);
  free(scene);
  return 0;
}

static void
test_a_bank_is_of_one_client(void** const state)
{
  Scene* const     scene = (Scene*)*state;
  OscClient* const a     = scene->client;
  OscClient* const b     = scene->other;
  converse_ask(a, "/bank/size", "i", 4);
  converse_ask(a, "/subscribe", "s", "/bank/strip/*/{name,exists,fader}");
  converse_hear_text(a, "/bank/strip/4/name", "Track 4");
  converse_ask(b, "/subscribe", "s", "/bank/strip/1/name");
  converse_hear_text(b, "/bank/strip/1/name", "Track 1");

  // It is moved, and all strips are told
  assert_true(osc_number(converse_ask(a, "/bank/next", ""), 1) == 5.0);
  converse_hear_text(a, "/bank/strip/1/name", "Track 5");
  converse_hear_text(a, "/bank/strip/4/name", "Track 8");
  assert_true(osc_number(converse_ask(a, "/bank/next", ""), 1) == 9.0);
  converse_hear_text(a, "/bank/strip/2/name", "Track 10");

  // Empty ones say so
  converse_hear_text(a, "/bank/strip/3/name", "");
  converse_hear(a, "/bank/strip/3/exists", 0.0);
  converse_refused(a, "not-found", "/bank/strip/3/pan", "f", -0.5);
  converse_refused(a, "not-found", "/bank/strip/5/pan", "");
  assert_true(osc_number(converse_ask(a, "/bank/next", ""), 1) == 9.0);

  // What it sets is the channel's, and undone like that
  converse_ask(a, "/bank/strip/2/fader", "f", -12.0);
  assert_true(converse_number(b, "/mixer/channels/t10/fader") == -12.0);
  converse_ask(b, "/mixer/channels/t9/fader", "f", -7.0);
  converse_hear(a, "/bank/strip/1/fader", -7.0);
  converse_ask(b, "/undo", "");
  converse_hear(a, "/bank/strip/1/fader", 0.0);
  assert_true(osc_number(converse_ask(a, "/bank/prev", ""), 1) == 5.0);
  converse_ask(a, "/bank/position/1", "");

  // The other client's is where it was
  assert_true(converse_number(b, "/bank/position") == 1.0);
  assert_true(converse_number(b, "/bank/size") == 8.0);
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

static void
test_a_control_takes_over_where_it_is(void** const state)
{
  Scene* const      scene = (Scene*)*state;
  OscClient* const  a     = scene->client;
  const char* const norm  = "/mixer/channels/t1/fader/norm";
  converse_ask(a, "/client/takeover", "i", 1);

  // Far away it moves nothing, by passing it takes over
  assert_true(osc_number(converse_ask(a, norm, "f", 0.1), 0) == 0.75);
  assert_true(osc_number(converse_ask(a, norm, "f", 0.5), 0) == 0.75);
  assert_true(osc_number(converse_ask(a, norm, "f", 0.9), 0) > 0.89);
  assert_true(osc_number(converse_ask(a, norm, "f", 0.2), 0) < 0.21);

  // Until somebody else moves it
  converse_ask(scene->other, norm, "f", 0.6);
  assert_true(fabs(osc_number(converse_ask(a, norm, "f", 0.25), 0) - 0.6) <
              1e-3);
  assert_true(fabs(osc_number(converse_ask(a, norm, "f", 0.59), 0) - 0.59) <
              1e-3);

  // Others are not held back
  assert_true(osc_number(converse_ask(scene->other, norm, "f", 0.0), 0) == 0.0);
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

static void
test_an_xy_pad_is_one_step(void** const state)
{
  Scene* const             scene = (Scene*)*state;
  const char* const        pad   = "/mixer/channels/t2/xy/pan/fader";
  const OscReceived* const answer =
    converse_ask(scene->client, pad, "ff", -0.5, 40.0);
  assert_true(osc_number(answer, 0) == -0.5);
  assert_true(osc_number(answer, 1) == 12.0);
  assert_true(converse_number(scene->other, "/mixer/channels/t2/pan") == -0.5);
  converse_ask(scene->other, "/undo", "");
  assert_true(converse_number(scene->other, "/mixer/channels/t2/pan") == 0.0);
  assert_true(converse_number(scene->other, "/mixer/channels/t2/fader") == 0.0);
  converse_refused(scene->client,
                   "not-found",
                   "/mixer/channels/t2/xy/pan/mute",
                   "ff",
                   0.0,
                   0.0);
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

static void
test_who_slept_hears_what_changed(void** const state)
{
  Scene* const     scene = (Scene*)*state;
  OscClient* const a     = scene->client;
  converse_ask(a, "/subscribe", "s", "/mixer/channels/*/fader");
  converse_hear(a, "/mixer/channels/master/fader", 0.0);
  const double known = osc_number(converse_ask(a, "/status", ""), 6);
  converse_ask(scene->other, "/mixer/channels/t3/fader", "f", -3.0);
  converse_ask(scene->other, "/mixer/channels/t4/fader", "f", -4.0);
  converse_hear(a, "/mixer/channels/t4/fader", -4.0);
  osc_client_drop(a);

  // What it knew is known: only two values come
  const OscReceived* received = converse_ask(a, "/resume", "i", (int)known);
  const double       present  = osc_number(received, 1);
  assert_true(osc_number(received, 2) == 2.0);
  converse_hear(a, "/mixer/channels/t3/fader", -3.0);
  converse_hear(a, "/mixer/channels/t4/fader", -4.0);

  // Nothing since then, and all if it is not known any more
  received = converse_ask(a, "/resume", "i", (int)present);
  assert_true(osc_number(received, 2) == 0.0);
  received = converse_ask(a, "/resume", "i", 999999);
  assert_true(osc_number(received, 2) == 11.0);
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

static void
test_a_failed_bundle_answers_its_calls(void** const state)
{
  Scene* const scene  = (Scene*)*state;
  lo_bundle    bundle = lo_bundle_new(LO_TT_IMMEDIATE);
  for (int i = 1; i <= 3; ++i) {
    lo_message message = lo_message_new();
    lo_message_add_int32(message, i);
    lo_message_add_string(message,
                          i == 2 ? "/mixer/channels/t99/fader"
                                 : "/mixer/channels/t1/fader");
    lo_message_add_float(message, -5.0f);
    lo_bundle_add_message(bundle, "/call", message);
  }
  osc_client_send_bundle(scene->client, bundle);
  unsigned seen = 0;
  while (seen != 7) {
    const OscReceived* const received =
      osc_client_wait_path(scene->client, "/call/error", CONVERSE_MS);
    assert_non_null(received);
    const int number = (int)osc_number(received, 0);
    seen |= 1u << (number - 1);
    assert_string_equal(osc_text(received, 2),
                        number == 2 ? "not-found" : "cancelled");
  }
  lo_bundle_free_recursive(bundle);
  assert_true(converse_number(scene->other, "/mixer/channels/t1/fader") == 0.0);
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

/// Drops two of three pings on their way to the client
static bool
drop_pings(void* const       handle,
           const bool        to_program,
           const void* const packet,
           const size_t      size)
{
  atomic_uint* const count = (atomic_uint*)handle;
  return to_program || size < 8 || memcmp(packet, "/alive\0", 8) != 0 ||
         atomic_fetch_add(count, 1u) % 3u == 0;
}

static void
test_a_bad_link_is_measured_and_spared(void** const state)
{
  Scene* const scene        = (Scene*)*state;
  atomic_uint  count        = 0;
  scene->relay              = relay_new(scene->daemon.port, drop_pings, &count);
  OscClient* const   tablet = osc_client_new(OSC_UDP, relay_port(scene->relay));
  const OscReceived* received = converse_ask(tablet, "/hello", "s", "tablet");
  assert_string_equal(osc_text(received, 1), "sonic-claude");
  for (int i = 0; i < 5; ++i) {
    received = osc_client_wait_path(tablet, "/alive", CONVERSE_MS);
    assert_non_null(received);
    osc_client_send(tablet, "/alive", "i", (int)osc_number(received, 0));
  }
  const int64_t end = now_ms() + CONVERSE_MS;
  do {
    received = converse_ask(tablet, "/client/link", "");
  } while (osc_number(received, 2) < 2.0 && now_ms() < end);
  assert_true(osc_number(received, 0) < 1000.0);
  assert_true(osc_number(received, 1) > 0.1);
  assert_true(osc_number(received, 2) >= 2.0);

  // It is told when the program goes
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
  assert_non_null(osc_client_wait_path(tablet, "/bye", CONVERSE_MS));
  osc_client_free(tablet);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_a_bank_is_of_one_client),
    TEST(test_a_control_takes_over_where_it_is),
    TEST(test_an_xy_pad_is_one_step),
    TEST(test_who_slept_hears_what_changed),
    TEST(test_a_failed_bundle_answers_its_calls),
    TEST(test_a_bad_link_is_measured_and_spared),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
