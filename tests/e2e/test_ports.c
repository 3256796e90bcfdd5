// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ports that tracks have of their own: outputs, MIDI outputs and inputs

#include "support/cable.h"
#include "support/studio.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  RATE   = 48000,
  PERIOD = 256,
  HEARD  = 24000, ///< Frames of a recording
};

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
  studio_start(&studio, NULL, HEARD);
  studio_create(&studio, 120.0);
  cable = cable_new(studio.jackd.name, 100, 0, 0);
  assert_non_null(cable);
}

static void
set_number(const char* const what, const int number)
{
  char path[128];
  snprintf(path, sizeof(path), "/compositions/current/tracks/%s", what);
  studio_ask(&studio, path, "i", number);
}

/// A track with a sound at beat 0
static void
make_mark(void)
{
  Sound one = sound_new(HEARD / 2, RATE);
  for (uint32_t i = 0; i < HEARD / 2; ++i) {
    one.left[i]  = 0.25f + (float)(i % 100u) / 1024.0f;
    one.right[i] = one.left[i];
  }

  sound_write(&one, studio_music(&studio, "one.wav"));
  sound_free(&one);
  char* const track = studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "Mark", "audio");
  free(studio_place(&studio, track, 0.0, studio_music(&studio, "one.wav")));
  free(track);
}

static const char*
check_twice(const Studio* const s, const void* const handle)
{
  (void)handle;
  const float* const left  = capture_left(s->capture);
  const float* const right = capture_right(s->capture);
  for (uint32_t f = 0; f < capture_frames(s->capture); ++f) {
    if (left[f] != 2.0f * right[f]) {
      return "the direct output differs from the master";
    }
  }
  return NULL;
}

static void
test_direct_output_plays_the_channel(void** state)
{
  (void)state;
  start();
  make_mark();
  set_number("t1/direct", 1);
  assert_true(
    capture_wait_port(studio.capture, "sonic-claude:t1_out_right", STUDIO_MS));

  // On the left the master and the direct output, on the right the master
  assert_true(cable_connect(cable, "sonic-claude:t1_out_left", "capture:left"));
  studio_record(&studio, HEARD, false, check_twice, NULL);
  studio_record(&studio, HEARD, true, check_twice, NULL);

  // The ports are there when the program starts again
  studio_sync(&studio);
  osc_client_free(studio.client);
  studio.client = NULL;
  daemon_stop(&studio.daemon, SIGTERM);
  const char* const args[] = {
    "--driver", "jack", "--jack-server", studio.jackd.name, NULL};
  assert_true(daemon_start(&studio.daemon, args));
  studio.client = osc_client_new(OSC_UDP, studio.daemon.port);
  assert_true(cable_connect(cable, "sonic-claude:t1_out_left", "cable:in"));
  studio_ask(&studio, "/undo", "");
  studio_stop(&studio);
}

static void
test_midi_output_plays_the_notes(void** state)
{
  (void)state;
  start();
  make_mark();
  free(studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "Keys", "midi"));
  set_number("t2/midi_out", 1);
  set_number("t2/midi_channel", 3);
  char* const clip = studio_make(
    &studio, "/compositions/current/tracks/t2/clips/create", "ff", 0.0f, 8.0f);
  char path[128];
  snprintf(
    path, sizeof(path), "/compositions/current/clips/%s/notes/add", clip);
  studio_ask(&studio, path, "iffi", 60, 0.5f, 0.25f, 100);
  studio_ask(&studio, path, "iffi", 64, 1.25f, 4.0f, 77);
  assert_true(
    capture_wait_port(studio.capture, "sonic-claude:t2_midi_out", STUDIO_MS));
  assert_true(
    cable_connect(cable, "sonic-claude:t2_midi_out", "cable:midi_in"));

  // What rings on after an attempt is not the start of the next
  studio_ask(&studio, "/mixer/channels/t2/mute", "i", 1);

  uint32_t frame = 0;
  for (int i = 0; i < 5; ++i) {
    capture_start(studio.capture, CAPTURE_SOUND, HEARD);
    studio_ask(&studio, "/playback/play", "");
    assert_true(cable_wait_midi(cable, 0x92, &frame, STUDIO_MS));
    assert_true(capture_wait(studio.capture, STUDIO_MS));
    const uint32_t zero = capture_first_frame(studio.capture);
    const uint32_t on   = frame - zero;
    assert_true(cable_wait_midi(cable, 0x82, &frame, STUDIO_MS));
    const uint32_t off = frame - zero;
    assert_true(cable_wait_midi(cable, 0x92, &frame, STUDIO_MS));
    const uint32_t second = frame - zero;

    // A stop ends what sounds
    studio_stop_playing(&studio);
    assert_true(cable_wait_midi(cable, 0x82, &frame, STUDIO_MS));
    if (!capture_xruns(studio.capture)) {
      assert_int_equal(on, 12000);
      assert_int_equal(off, 18000);
      assert_int_equal(second, 30000);
      break;
    }
  }

  free(clip);
  studio_stop(&studio);
}

static void
test_clock_tells_the_transport(void** state)
{
  (void)state;
  start();
  make_mark();
  studio_ask(&studio, "/playback/midi_clock", "i", 1);
  assert_true(
    capture_wait_port(studio.capture, "sonic-claude:midi_clock", STUDIO_MS));
  assert_true(cable_connect(cable, "sonic-claude:midi_clock", "cable:midi_in"));

  uint32_t frames[26] = {0};
  for (int attempt = 0; attempt < 5; ++attempt) {
    uint32_t frame = 0;
    capture_start(studio.capture, CAPTURE_SOUND, HEARD);
    studio_ask(&studio, "/playback/play", "");
    assert_true(cable_wait_midi(cable, 0xFA, &frame, STUDIO_MS));
    for (int i = 0; i < 26; ++i) {
      assert_true(cable_wait_midi(cable, 0xF8, &frames[i], STUDIO_MS));
    }
    assert_true(capture_wait(studio.capture, STUDIO_MS));
    studio_stop_playing(&studio);
    assert_true(cable_wait_midi(cable, 0xFC, &frame, STUDIO_MS));
    if (!capture_xruns(studio.capture)) {
      break;
    }
  }

  // A thousand frames each, from the start on
  const uint32_t zero = capture_first_frame(studio.capture);
  for (uint32_t i = 0; i < 26u; ++i) {
    assert_int_equal(frames[i] - zero, i * 1000u);
  }

  // From the middle it is said where
  uint32_t frame = 0;
  studio_ask(&studio, "/playback/play_from", "f", 0.3f);
  assert_true(cable_wait_midi(cable, 0xF2, &frame, STUDIO_MS));
  assert_true(cable_wait_midi(cable, 0xFB, &frame, STUDIO_MS));
  studio_stop_playing(&studio);
  studio_stop(&studio);
}

static void
test_transport_follows_jack(void** state)
{
  (void)state;
  start();
  make_mark();
  studio_ask(&studio, "/playback/sync", "s", "master");
  cable_transport(cable, true, 0);
  studio_wait_text(&studio, "/playback/state", "playing", STUDIO_MS);

  // JACK is told our bars
  uint32_t bar  = 0;
  uint32_t beat = 0;
  double   bpm  = 0.0;
  studio_wait_beat(&studio, 5.0);
  assert_true(cable_position(cable, &bar, &beat, &bpm));
  assert_true(bar >= 2 && beat >= 1 && bpm == 120.0);

  // It stops and jumps with JACK, and JACK with it
  cable_transport(cable, false, 48000);
  studio_wait_text(&studio, "/playback/state", "paused", STUDIO_MS);
  studio_wait_beat(&studio, 2.0);
  studio_ask(&studio, "/playback/play_from", "f", 8.0f);
  studio_wait_text(&studio, "/playback/state", "playing", STUDIO_MS);
  assert_true(cable_rolls(cable));
  studio_wait_beat(&studio, 8.0);
  studio_ask(&studio, "/playback/stop", "");
  studio_wait_text(&studio, "/playback/state", "paused", STUDIO_MS);
  assert_false(cable_rolls(cable));
  studio_stop(&studio);
}

static void
test_own_input_finds_its_peer(void** state)
{
  (void)state;
  start();
  free(studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "Voice", "audio"));
  studio_ask(
    &studio, "/compositions/current/tracks/t1/input", "s", "cable:out");
  assert_true(
    capture_wait_port(studio.capture, "sonic-claude:t1_in_left", STUDIO_MS));
  assert_true(capture_wait_connected(
    studio.capture, "cable:out", "sonic-claude:t1_in_left", STUDIO_MS));
  assert_true(capture_wait_connected(
    studio.capture, "cable:out", "sonic-claude:t1_in_right", STUDIO_MS));

  // What goes round by the cable is heard through the strip
  set_number("t1/arm", 1);
  make_mark();
  set_number("t2/direct", 1);
  assert_true(
    capture_wait_port(studio.capture, "sonic-claude:t2_out_left", STUDIO_MS));
  assert_true(cable_connect(cable, "sonic-claude:t2_out_left", "cable:in"));
  studio_ask(&studio, "/mixer/channels/t2/fader", "f", -20.0);
  capture_start(studio.capture, CAPTURE_SOUND, HEARD);
  studio_ask(&studio, "/playback/play", "");
  assert_true(capture_wait(studio.capture, STUDIO_MS));
  const float* const left = capture_left(studio.capture);

  // The sum of both, once the cable has brought the first, is twice as loud
  assert_true(left[5000] > 1.5f * left[0]);
  studio_stop_playing(&studio);
  studio_stop(&studio);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_direct_output_plays_the_channel, tear_down),
    cmocka_unit_test_teardown(test_midi_output_plays_the_notes, tear_down),
    cmocka_unit_test_teardown(test_clock_tells_the_transport, tear_down),
    cmocka_unit_test_teardown(test_transport_follows_jack, tear_down),
    cmocka_unit_test_teardown(test_own_input_finds_its_peer, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
