// SPDX-License-Identifier: GPL-3.0-or-later
//
// The audio does not notice the assistant: while it answers turn after turn and
// the music plays on in periods of 64 frames, JACK reports no more xruns than
// to a daemon that does nothing under a server of its own beside it

#include "support/converse.h"
#include "support/daemon.h"
#include "support/jackd.h"
#include "support/lengthy.h"

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
#define PERIOD 64u

/// A machine that is busy with other things has xruns of its own
#define ATTEMPTS 5

/// A server, a daemon under it, and who talks to that
typedef struct {
  Jackd      jackd;
  Daemon     daemon;
  OscClient* client;
} Rig;

typedef struct {
  Rig playing;
  Rig idle;
} Scene;

static const char* const requests[] = {
  "add a house beat with a clap",
  "write a bass line in A minor that follows it",
  "add four bars of chords and a melody",
  "make the drums a bit louder and pan the bass left",
  "add reverb to the chords and a compressor to the drums",
  "humanize the drums",
  "transpose the melody up an octave",
  "what is wrong with the mix?",
  "set the tempo to 126",
  "undo that",
  "which tracks are there?",
};

#define NUM_REQUESTS (sizeof(requests) / sizeof(requests[0]))

static void
rig_start(Rig* const rig)
{
  jackd_init(&rig->jackd, RATE, PERIOD);
  daemon_init(&rig->daemon);
  rig->jackd.realtime = jackd_can_realtime();
  assert_true(jackd_start(&rig->jackd));
  const char* const arguments[] = {
    "--driver", "jack", "--jack-server", rig->jackd.name, NULL};
  assert_true(daemon_start(&rig->daemon, arguments));
  rig->client = osc_client_new(OSC_UDP, rig->daemon.port);
  assert_int_equal(
    (int)osc_number(converse_ask(rig->client, "/audio/server", ""), 2), PERIOD);
}

static void
rig_stop(Rig* const rig)
{
  osc_client_free(rig->client);
  daemon_free(&rig->daemon);
  jackd_stop(&rig->jackd, SIGTERM);
}

static int
set_up(void** const state)
{
  Scene* const scene = (Scene*)calloc(1, sizeof(Scene));
  *state             = scene;
  rig_start(&scene->playing);
  rig_start(&scene->idle);
  return 0;
}

static int
tear_down(void** const state)
{
  Scene* const scene = (Scene*)*state;
  rig_stop(&scene->playing);
  rig_stop(&scene->idle);
  free(scene);
  return 0;
}

static int
xruns(const Rig* const rig)
{
  return (int)osc_number(converse_ask(rig->client, "/audio/server", ""), 4);
}

static void
say(const Rig* const rig, const char* const text)
{
  const int turn =
    (int)osc_number(converse_ask(rig->client, "/ai/chat", "s", text), 1);
  assert_true(*osc_text(converse_hear(rig->client, "/ai/chat/reply", turn), 1));
}

/// Whether the last step is a turn
static bool
is_last_a_turn(const Rig* const rig)
{
  static const char  path[] = "/compositions/current/undo/list";
  bool               is     = false;
  const OscReceived* got    = converse_ask(rig->client, path, "");
  for (int i = 0; !strcmp(got->path, path); ++i) {
    is  = is || (!i && !strncmp(osc_text(got, 1), "AI: ", 4));
    got = osc_client_wait_answer(rig->client, path, CONVERSE_MS);
    assert_non_null(got);
  }

  return is;
}

/// Take back all turns, so that the music stays as it is
static void
take_back(const Rig* const rig)
{
  while (is_last_a_turn(rig)) {
    converse_ask(rig->client, "/undo", "");
  }
}

static void
test_the_audio_does_not_notice(void** const state)
{
  const Scene* const scene = (Scene*)*state;
  const int          turns = lengthy(12, 100);
  int                more  = 1;
  converse_ask(scene->playing.client, "/playback/loop/end", "f", 16.0);
  converse_ask(scene->playing.client, "/playback/loop", "i", 1);
  converse_ask(scene->playing.client, "/playback/play", "");
  for (int attempt = 0; attempt < ATTEMPTS && more > 0; ++attempt) {
    const int before[] = {xruns(&scene->playing), xruns(&scene->idle)};
    for (int i = 0; i < turns; ++i) {
      say(&scene->playing, requests[(size_t)i % NUM_REQUESTS]);
      if ((size_t)i % NUM_REQUESTS == NUM_REQUESTS - 1u) {
        take_back(&scene->playing);
      }
    }

    const int with    = xruns(&scene->playing) - before[0];
    const int without = xruns(&scene->idle) - before[1];
    more              = with - without;
    print_message("%d turns: %d xruns, %d without\n", turns, with, without);
  }

  char* const playing =
    converse_string(scene->playing.client, "/playback/state");
  assert_string_equal(playing, "playing");
  free(playing);
  assert_true(more <= 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_the_audio_does_not_notice, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
