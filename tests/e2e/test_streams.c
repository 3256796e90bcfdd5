// SPDX-License-Identifier: GPL-3.0-or-later
//
// Streams tell what is heard: in one datagram, at the rate asked for, and only
// to who wants them

#include "support/converse.h"
#include "support/daemon.h"
#include "support/sound.h"

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
#include <sys/stat.h>

#define RATE 48000u

/// A sine of full scale on the left, of half that on the right
#define SINE_HZ 997.0

typedef struct {
  Daemon     daemon;
  OscClient* client;
} Scene;

static void
write_sine(const Scene* const scene)
{
  char  path[128];
  Sound sound = sound_new(RATE * 2u, RATE);
  for (uint32_t i = 0; i < sound.frames; ++i) {
    sound.left[i]  = (float)sin(2.0 * M_PI * SINE_HZ * i / RATE);
    sound.right[i] = 0.5f * sound.left[i];
  }
  snprintf(path, sizeof(path), "%s/music", scene->daemon.home);
  mkdir(path, 0777);
  snprintf(path, sizeof(path), "%s/music/sine.wav", scene->daemon.home);
  sound_write(&sound, path);
  sound_free(&sound);
}

/// Play the sine in a loop on track t1
static void
play_sine(const Scene* const scene)
{
  OscClient* const client = scene->client;
  write_sine(scene);
  converse_ask(client, "/compositions/create", "s", "Sine");
  converse_ask(
    client, "/compositions/current/tracks/create", "ss", "Sine", "audio");
  converse_ask(client, "/samples/import", "s", "sine.wav");
  converse_ask(client,
               "/compositions/current/tracks/t1/clips/create",
               "ffs",
               0.0,
               4.0,
               "s1");
  converse_ask(client, "/playback/loop/end", "f", 4.0);
  converse_ask(client, "/playback/loop", "i", 1);
  converse_ask(client, "/playback/play", "");
}

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
  return 0;
}

static int
tear_down(void** const state)
{
  Scene* const scene = (Scene*)*state;
  osc_client_free(scene->client);
  daemon_free(&scene->daemon);
  free(scene);
  return 0;
}

/// A number of 16 bits of the blob that is the last argument
static double
number_at(const OscReceived* const received, const uint32_t index)
{
  const int      last = lo_message_get_argc(received->message) - 1;
  lo_blob const  blob = (lo_blob)lo_message_get_argv(received->message)[last];
  const uint8_t* data = (const uint8_t*)lo_blob_dataptr(blob) + 2u * index;
  assert_int_equal(osc_type(received, last), 'b');
  assert_true(lo_blob_datasize(blob) >= 2u * index + 2u);
  return (int16_t)(uint16_t)(data[0] << 8u | data[1]);
}

/// Highest of the bands of a spectrum in dB
static double
highest_band(const OscReceived* const received, double* const hz)
{
  const uint32_t count = (uint32_t)osc_number(received, 3);
  double         found = -200.0;
  for (uint32_t i = 0; i < count; ++i) {
    const double db = number_at(received, i) / 256.0;
    if (db > found) {
      found = db;
      *hz   = osc_number(received, 1) * exp2(i / osc_number(received, 2));
    }
  }
  return found;
}

static void
test_a_spectrum_reads_the_level_of_a_sine(void** const state)
{
  static const char* const windows[]   = {"hann", "flattop", "blackman"};
  static const char* const addresses[] = {
    "/streams/spectrum", "/streams/spectrum/t1", "/streams/spectrum/sine"};

  Scene* const scene = (Scene*)*state;
  play_sine(scene);
  for (int i = 0; i < 9; ++i) {
    const char* const address = addresses[i % 3];
    const int         size    = 512 << (i % 6);
    converse_ask(scene->client, "/streams/spectrum/size", "i", size);
    converse_ask(
      scene->client, "/streams/spectrum/window", "s", windows[i / 3]);
    converse_ask(scene->client, "/subscribe", "sf", address, 120.0);
    const int64_t end = now_ms() + CONVERSE_MS;
    double        db  = -200.0;
    double        hz  = 0.0;
    while ((fabs(db) > 0.1 || fabs(hz / SINE_HZ - 1.0) > 0.1) &&
           now_ms() < end) {
      const OscReceived* const received =
        osc_client_wait_path(scene->client, address, CONVERSE_MS);
      assert_non_null(received);
      assert_true(received->size <= 1400);
      db = highest_band(received, &hz);
      if (osc_number(received, 0) != size) {
        db = -200.0;
      }
    }
    if (now_ms() >= end) {
      fail_msg("%s of %d: %g dB at %g Hz", address, size, db, hz);
    }
    converse_ask(scene->client, "/unsubscribe", "s", address);
    osc_client_drop(scene->client);
  }
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

static void
test_a_waveform_has_both_sides(void** const state)
{
  Scene* const scene = (Scene*)*state;
  play_sine(scene);
  converse_ask(scene->client, "/streams/waveform/span", "f", 0.1);
  converse_ask(scene->client, "/subscribe", "sf", "/streams/waveform/t1", 30.0);
  const int64_t end    = now_ms() + CONVERSE_MS;
  double        max[4] = {0};
  while (now_ms() < end &&
         !(fabs(max[0] + 32767.0) < 200 && fabs(max[1] - 32767.0) < 200 &&
           fabs(max[2] + 16384.0) < 100 && fabs(max[3] - 16384.0) < 100)) {
    const OscReceived* const received =
      osc_client_wait_path(scene->client, "/streams/waveform/t1", CONVERSE_MS);
    assert_non_null(received);
    assert_true(received->size <= 1400);
    assert_true(fabs(osc_number(received, 0) - 0.1) < 0.001);
    memset(max, 0, sizeof(max));
    for (uint32_t i = 0; i < 4u * (uint32_t)osc_number(received, 1); ++i) {
      const double value = number_at(received, i);
      max[i % 4u] = fabs(value) > fabs(max[i % 4u]) ? value : max[i % 4u];
    }
  }
  assert_true(now_ms() < end);
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

static void
test_meters_are_the_same_for_all(void** const state)
{
  Scene* const     scene = (Scene*)*state;
  OscClient* const other = osc_client_new(OSC_UDP, scene->daemon.port);
  play_sine(scene);
  converse_ask(scene->client, "/subscribe", "sf", "/streams/meters", 60.0);
  converse_ask(other, "/subscribe", "sf", "/streams/meters/*", 20.0);
  converse_ask(scene->client, "/mixer/channels/t1/fader", "f", -6.0);

  // The peak of a sine is 3 dB above its mean
  static const double      expected[] = {-6.0, -12.0, -9.0, -15.0};
  static const char* const paths[]   = {"/streams/meters", "/streams/meters/1"};
  OscClient* const         clients[] = {scene->client, other};
  for (int c = 0; c < 2; ++c) {
    const int64_t end  = now_ms() + CONVERSE_MS;
    int           good = 0;
    while (now_ms() < end && good < 10) {
      const OscReceived* const received =
        osc_client_wait_path(clients[c], paths[c], CONVERSE_MS);
      assert_non_null(received);
      assert_true(received->size <= 1400);
      assert_true(osc_number(received, 0) == 0.0);
      assert_true(osc_number(received, 1) == 2.0);
      int same = 1;
      for (uint32_t i = 0; i < 4u; ++i) {
        same &= fabs(number_at(received, i) / 256.0 - expected[i]) < 0.1;
      }
      good = same ? good + 1 : 0;
    }
    assert_int_equal(good, 10);
  }
  osc_client_free(other);
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

static void
test_the_transport_is_told_while_idle_too(void** const state)
{
  Scene* const      scene = (Scene*)*state;
  const char* const path  = "/streams/transport";
  OscClient* const  other = osc_client_new(OSC_UDP, scene->daemon.port);
  converse_ask(other, "/compositions/create", "s", "Idle");
  converse_ask(other, "/compositions/current/signature", "s", "3/4");
  converse_ask(scene->client, "/subscribe", "sf", path, 60.0);
  converse_hear_text(scene->client, path, "stopped");

  // It stands, and a change is told
  converse_ask(other, "/playback/seek", "f", 7.5);
  const OscReceived* received = NULL;
  const int64_t      end      = now_ms() + CONVERSE_MS;
  do {
    received = osc_client_wait_path(scene->client, path, CONVERSE_MS);
    assert_non_null(received);
  } while (osc_number(received, 1) != 7.5 && now_ms() < end);
  assert_true(osc_number(received, 2) == 3.75);
  assert_true(osc_number(received, 3) == 120.0);
  assert_true(osc_number(received, 4) == 3.0);
  assert_true(osc_number(received, 5) == 2.5);

  // It moves at the rate asked for, and no faster
  converse_ask(other, "/playback/play", "");
  converse_hear_text(scene->client, path, "playing");
  osc_client_drop(scene->client);
  const int64_t start = now_ms();
  for (int i = 0; i < 60; ++i) {
    assert_non_null(osc_client_wait_path(scene->client, path, CONVERSE_MS));
  }
  assert_true(now_ms() - start > 900);
  osc_client_free(other);
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

static void
test_what_is_not_there_is_refused(void** const state)
{
  Scene* const scene = (Scene*)*state;
  converse_refused(
    scene->client, "not-found", "/subscribe", "s", "/streams/spectrum/t99");
  converse_refused(scene->client, "not-found", "/streams/meters/9", "");
  const OscReceived* const numbers =
    converse_ask(scene->client, "/streams/analytics", "");
  assert_true(osc_number(numbers, 5) > 1.0);
  assert_true(osc_number(numbers, 6) == 1.0);
  assert_true(osc_number(numbers, 8) == 256.0);
  assert_int_equal(daemon_stop(&scene->daemon, SIGTERM), 0);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_a_spectrum_reads_the_level_of_a_sine),
    TEST(test_a_waveform_has_both_sides),
    TEST(test_meters_are_the_same_for_all),
    TEST(test_the_transport_is_told_while_idle_too),
    TEST(test_what_is_not_there_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
