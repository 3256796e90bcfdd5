// SPDX-License-Identifier: GPL-3.0-or-later
//
// Controls at JACK's midi_in move what they are tied to

#include "support/cable.h"
#include "support/converse.h"
#include "support/osc_message.h"
#include "support/studio.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { RATE = 48000, PERIOD = 256 };

#define FADER "/mixer/master/fader"
#define PAN "/mixer/channels/master/pan"
#define MUTE "/mixer/master/mute"

static Studio studio;
static Cable* cable;

static int
tear_down(void** state)
{
  (void)state;
  cable_free(cable);
  cable = NULL;
  studio_free(&studio);
  return 0;
}

static void
start(void)
{
  studio_init(&studio, RATE, PERIOD);
  studio_start(&studio, NULL, RATE);
  studio_create(&studio, 120.0);
  cable = cable_new(studio.jackd.name, 1, 0, 0);
  assert_non_null(cable);
  assert_true(cable_connect(cable, "cable:midi_out", "sonic-claude:midi_in"));
}

static bool
is_number(const OscReceived* const received, void* const handle)
{
  return fabs(osc_number(received, 0) - *(const double*)handle) < 1e-3;
}

static double
ask(const char* const path)
{
  return converse_number(studio.client, path);
}

/// Play three bytes some milliseconds from now
static void
play(const uint8_t a, const uint8_t b, const uint8_t c)
{
  cable_play(cable, cable_now(cable) + 2u * PERIOD, a, b, c);
}

/// Play, and wait until a value has come to be a number
static void
check_moved(const uint8_t     a,
            const uint8_t     b,
            const uint8_t     c,
            const char* const path,
            double            number)
{
  play(a, b, c);
  studio_wait(&studio, path, is_number, &number, "what was played", STUDIO_MS);
}

static void
add(const char* const source,
    const char* const address,
    const double      min,
    const double      max,
    const char* const takeover)
{
  studio_ask(
    &studio, "/midi/map/add", "ssffs", source, address, min, max, takeover);
}

static void
test_what_is_moved_next_is_learned(void** state)
{
  (void)state;
  start();
  studio_ask(&studio, "/midi/learn", "s", FADER);
  play(0xB2, 74, 100);
  studio_wait_text(&studio, "/midi/learn", "", STUDIO_MS);

  // It moves the fader from the first time on, over its whole way
  char* const json = studio_json(&studio);
  assert_non_null(strstr(json, "\"3:cc:74\""));
  assert_non_null(strstr(json, "\"" FADER "\""));
  free(json);
  check_moved(0xB2, 74, 127, FADER, 12.0);
  check_moved(0xB2, 74, 0, FADER, -60.0);

  // Another channel is another control
  play(0xB1, 74, 127);
  check_moved(0xB2, 74, 127, FADER, 12.0);

  // Undone, first the movement in one step, then the learning
  studio_ask(&studio, "/undo", "");
  assert_true(ask(FADER) != 12.0);
  studio_ask(&studio, "/undo", "");
  char* const without = studio_json(&studio);
  assert_null(strstr(without, "\"3:cc:74\""));
  free(without);
  studio_stop(&studio);
}

static void
test_all_kinds_of_controls_move_all_kinds_of_values(void** state)
{
  (void)state;
  start();

  // Bend has 14 bits; a range may be turned round
  add("1:bend", PAN, 0.0, 1.0, "jump");
  check_moved(0xE0, 0x7F, 0x7F, PAN, 1.0);
  check_moved(0xE0, 0x01, 0x40, PAN, 2.0 * 8193.0 / 16383.0 - 1.0);
  add("1:bend", PAN, 0.75, 0.25, "jump");
  check_moved(0xE0, 0x00, 0x00, PAN, 0.5);
  check_moved(0xE0, 0x7F, 0x7F, PAN, -0.5);

  // A key is on while it is pressed, on any channel where none is said
  add("0:note:36", MUTE, 0.0, 1.0, "jump");
  check_moved(0x95, 36, 100, MUTE, 1.0);
  check_moved(0x85, 36, 0, MUTE, 0.0);

  // A trigger fires once
  add("1:note:37", "/playback/play", 0.0, 1.0, "jump");
  play(0x90, 37, 127);
  play(0x80, 37, 0);
  studio_wait_text(&studio, "/playback/state", "playing", STUDIO_MS);
  studio_stop_playing(&studio);

  // One control may move two
  add("1:cc:1", PAN, 0.0, 1.0, "jump");
  add("1:cc:1", FADER, 0.0, 0.75, "jump");
  check_moved(0xB0, 1, 127, FADER, 0.0);
  check_moved(0xB0, 1, 127, PAN, 1.0);
  studio_ask(&studio, "/midi/map/remove", "ss", "1:cc:1", PAN);
  check_moved(0xB0, 1, 0, FADER, -60.0);
  assert_true(ask(PAN) == 1.0);
  studio_ask(&studio, "/midi/map/clear", "");
  const OscReceived* const end = studio_ask(&studio, "/midi/map/list", "");
  assert_string_equal(end->path, "/reply");
  assert_int_equal((int)osc_number(end, 1), 0);
  studio_stop(&studio);
}

static void
test_a_control_may_have_to_reach_the_value(void** state)
{
  (void)state;
  start();
  add("1:cc:7", FADER, 0.0, 1.0, "pickup");
  add("1:cc:8", PAN, 0.0, 1.0, "jump");
  studio_ask(&studio, FADER, "f", 0.0);

  // Below the value, 0 dB, it moves nothing; what comes later is done later
  play(0xB0, 7, 10);
  check_moved(0xB0, 8, 127, PAN, 1.0);
  play(0xB0, 7, 60);
  check_moved(0xB0, 8, 0, PAN, -1.0);
  assert_true(ask(FADER) == 0.0);

  // Once it has passed by the value, it moves it both ways
  check_moved(0xB0, 7, 127, FADER, 12.0);
  check_moved(0xB0, 7, 0, FADER, -60.0);
  studio_stop(&studio);
}

static void
expect_error(const char* const path,
             const char* const a,
             const char* const b,
             const char* const code)
{
  if (b) {
    converse_refused(studio.client, code, path, "ss", a, b);
  } else {
    converse_refused(studio.client, code, path, "s", a);
  }
}

static bool
is_input(const OscReceived* const received, void* const handle)
{
  return !strcmp(received->path, "/audio/inputs/list") &&
         !strcmp(osc_text(received, 1), (const char*)handle);
}

static bool
is_own_or_end(const OscReceived* const received, void* const handle)
{
  (void)handle;
  return !strcmp(received->path, "/reply") ||
         !strncmp(osc_text(received, 1), "sonic-claude:", 13);
}

static void
test_inputs_are_those_of_others(void** state)
{
  (void)state;
  static const char* const inputs[] = {
    "", "in_left", "in_right", "own", "none", "cable:out", "cable:midi_out"};
  start();
  for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); ++i) {
    osc_client_drop(studio.client);
    osc_client_send(studio.client, "/audio/inputs/list", "");
    assert_non_null(osc_client_wait(
      studio.client, is_input, (void*)(uintptr_t)inputs[i], STUDIO_MS));
  }

  osc_client_drop(studio.client);
  osc_client_send(studio.client, "/audio/inputs/list", "");
  const OscReceived* const end =
    osc_client_wait(studio.client, is_own_or_end, NULL, STUDIO_MS);
  assert_non_null(end);
  assert_string_equal(end->path, "/reply");
  studio_stop(&studio);
}

static void
test_what_no_control_can_move_is_refused(void** state)
{
  (void)state;
  studio_init(&studio, RATE, PERIOD);
  studio_start_dummy(&studio, NULL);
  studio_create(&studio, 120.0);
  expect_error("/midi/learn", "/nothing", NULL, "unknown-address");
  expect_error("/midi/learn", "/mixer/channels/t9/fader", NULL, "not-found");
  expect_error(
    "/midi/learn", "/compositions/current/name", NULL, "unsupported");
  expect_error("/midi/map/add", "17:cc:1", FADER, "bad-argument");
  expect_error("/midi/map/add", "1:cc:128", FADER, "bad-argument");
  expect_error("/midi/map/add", "1:knob", FADER, "bad-argument");
  expect_error("/midi/map/remove", "1:cc:1", NULL, "not-found");
  assert_string_equal(osc_text(studio_ask(&studio, "/midi/learn", ""), 0), "");
  studio_stop(&studio);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_what_is_moved_next_is_learned, tear_down),
    cmocka_unit_test_teardown(
      test_all_kinds_of_controls_move_all_kinds_of_values, tear_down),
    cmocka_unit_test_teardown(test_a_control_may_have_to_reach_the_value,
                              tear_down),
    cmocka_unit_test_teardown(test_inputs_are_those_of_others, tear_down),
    cmocka_unit_test_teardown(test_what_no_control_can_move_is_refused,
                              tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
