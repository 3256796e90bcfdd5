// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bundles are heard at the frame that their timetag means
//
// A constant signal plays through a real JACK server; bundles with timetags,
// worked out from /clock, start and stop it.  An independent client records,
// and the starts are found as far apart as they were asked for.

#include "support/capture.h"
#include "support/daemon.h"
#include "support/jackd.h"
#include "support/osc_client.h"
#include "support/temp_folder.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000u
#define PATIENCE_MS 20000
#define RECORD_FRAMES (3u * RATE)
#define NUM_CHANGES 6
#define MAX_ATTEMPTS 10

/// Frames after a look at the clock at which it starts, stops, starts, ...;
/// none is on a period or on the grid
static const uint32_t offsets[NUM_CHANGES] =
  {30011, 47345, 63007, 80001, 97013, 125077};

/// Write a minute of a constant signal
static void
write_constant(const char* const path)
{
  const uint32_t num_frames = 60u * RATE;
  const uint32_t num_bytes  = num_frames * 2u;
  const uint32_t size       = num_bytes + 44u;
  uint8_t* const data       = calloc(1, size);
  assert_non_null(data);
  const uint32_t riff  = size - 8u;
  const uint32_t rate  = RATE;
  const uint32_t bytes = RATE * 2u;
  memcpy(data, "RIFF", 4);
  memcpy(data + 4, &riff, 4);
  memcpy(data + 8, "WAVEfmt \x10\0\0\0\1\0\1\0", 16);
  memcpy(data + 24, &rate, 4);
  memcpy(data + 28, &bytes, 4);
  memcpy(data + 32, "\2\0\x10\0data", 8);
  memcpy(data + 40, &num_bytes, 4);
  for (uint32_t i = 0; i < num_frames; ++i) {
    const int16_t value = 16384;
    memcpy(data + 44 + 2u * i, &value, 2);
  }
  temp_file_write(path, data, size);
  free(data);
}

/// Write a composition that plays it, and its file
static void
write_composition(const Daemon* const daemon, char path[256])
{
  char text[1024];
  char wav[256];
  snprintf(wav, sizeof(wav), "%s/constant.wav", daemon->home);
  snprintf(path, 256, "%s/constant.json", daemon->home);
  write_constant(wav);
  const int size = snprintf(
    text,
    sizeof(text),
    "{\"format\": 1, \"name\": \"Constant\", \"tempo\": 120.0,"
    " \"samples\": [{\"id\": \"s1\", \"name\": \"C\", \"file\": \"%s\"}],"
    " \"tracks\": [{\"id\": \"t1\", \"name\": \"C\", \"type\": \"audio\","
    " \"clips\": [{\"id\": \"c1\", \"start\": 0.0, \"length\": 100.0,"
    " \"sample\": \"s1\"}]}]}",
    wav);
  temp_file_write(path, text, (unsigned long)size);
}

/// The time of a frame, from an answer of /clock
static lo_timetag
time_of(const OscReceived* const clock, const uint32_t offset)
{
  const uint64_t   seconds  = (uint32_t)(int32_t)osc_number(clock, 0);
  const uint64_t   fraction = (uint32_t)(int32_t)osc_number(clock, 1);
  const uint64_t   start    = seconds << 32u | fraction;
  const double     length   = (double)offset / RATE * 4294967296.0;
  const uint64_t   ntp      = start + (uint64_t)(length + 0.5);
  const lo_timetag tag = {(uint32_t)(ntp >> 32u), (uint32_t)(ntp & UINT32_MAX)};
  return tag;
}

/// Send a bundle of one message for a time
static void
send_at(OscClient* const client, const lo_timetag time, const char* const path)
{
  lo_bundle bundle = lo_bundle_new(time);
  lo_bundle_add_message(bundle, path, lo_message_new());
  assert_true(osc_client_send_bundle(client, bundle));
  lo_bundle_free_recursive(bundle);
}

/// The first frame from `from` on that sounds, or that does not
static uint32_t
find(const float* const signal, const uint32_t from, const bool sound)
{
  uint32_t i = from;
  while (i < RECORD_FRAMES && (signal[i] != 0.0f) != sound) {
    ++i;
  }
  return i;
}

/// Play and stop at the times of all changes while it is recorded; false if the
/// recording can't be trusted
static bool
record(OscClient* const client, Capture* const capture)
{
  capture_start(capture, CAPTURE_NOW, RECORD_FRAMES);
  assert_true(osc_client_send(client, "/clock", ""));
  const OscReceived* const clock =
    osc_client_wait_path(client, "/clock", PATIENCE_MS);
  assert_non_null(clock);
  lo_timetag times[NUM_CHANGES];
  for (int i = 0; i < NUM_CHANGES; ++i) {
    times[i] = time_of(clock, offsets[i]);
  }
  for (int i = 0; i < NUM_CHANGES; ++i) {
    send_at(client, times[i], i % 2 ? "/playback/stop" : "/playback/play");
  }
  assert_true(capture_wait(capture, PATIENCE_MS));
  return capture_xruns(capture) == 0;
}

static void
test_timetags_are_kept_to_the_frame(void** const state)
{
  (void)state;
  Jackd  jackd;
  Daemon daemon;
  char   path[256];
  jackd_init(&jackd, RATE, 512);
  jackd.realtime = jackd_can_realtime();
  daemon_init(&daemon);
  assert_true(jackd_start(&jackd));
  write_composition(&daemon, path);
  const char* const args[] = {
    "--jack-server", jackd.name, "--driver", "jack", path, NULL};
  assert_true(daemon_start(&daemon, args));

  Capture* const   capture = capture_new(jackd.name, RECORD_FRAMES);
  OscClient* const client  = osc_client_new(OSC_UDP, daemon.port);
  assert_non_null(capture);
  assert_true(capture_wait_port(capture, "sonic-claude:out_left", PATIENCE_MS));
  assert_true(capture_connect(
    capture, "sonic-claude:out_left", "sonic-claude:out_right"));

  // What a cycle that came late does to time is not the question here
  bool clean = false;
  for (int attempt = 0; attempt < MAX_ATTEMPTS && !clean; ++attempt) {
    clean = record(client, capture);
  }
  assert_true(clean);

  // From one start to the next as many frames as were asked for
  const float* const signal = capture_left(capture);
  uint32_t           first  = 0;
  uint32_t           at     = 0;
  for (int i = 0; i < NUM_CHANGES; i += 2) {
    const uint32_t start = find(signal, at, true);
    assert_true(start < RECORD_FRAMES);
    first           = i ? first : start;
    const int error = (int)(start - first) - (int)(offsets[i] - offsets[0]);
    assert_in_range(error + 1, 0, 2);
    at = find(signal, start, false);
  }

  osc_client_free(client);
  capture_free(capture);
  daemon_stop(&daemon, SIGTERM);
  daemon_free(&daemon);
  jackd_stop(&jackd, SIGTERM);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_timetags_are_kept_to_the_frame),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
