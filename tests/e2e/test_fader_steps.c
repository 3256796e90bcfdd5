// SPDX-License-Identifier: GPL-3.0-or-later
//
// A fader never steps
//
// It is moved while a constant signal plays, whose level is then the gain: no
// move, by leaps or by dragging, may change it by more than 0.1 dB in 32
// frames.

#include "support/random.h"
#include "support/studio.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  RATE = 48000,
  FAST = 12 * RATE, ///< Frames of a recording in freewheel
  REAL = 4 * RATE,  ///< And of one in real time
  STEP = 32,        ///< Frames in which it may move by a step
};

/// A step, with room for rounding
#define STEP_DB 0.1001

static Studio studio;

static int
tear_down(void** state)
{
  (void)state;
  studio_free(&studio);
  return 0;
}

/// Move the fader of track 1 to and fro, by leaps and by dragging
static void
drag_meanwhile(Studio* const s, void* const handle)
{
  static const float levels[] = {-20.0f, 12.0f, -59.0f, 0.0f, -60.0f, 6.0f};

  const uint32_t frames = *(const uint32_t*)handle;
  Random         random = {1};
  for (int i = 0; capture_frames(s->capture) < frames; ++i) {
    studio_ask(s, "/mixer/channels/1/fader", "f", levels[i % 6]);
    studio_wait_beat(
      s, osc_number(studio_ask(s, "/playback/position", ""), 0) + 1.0);
    for (int j = 0; j < 20; ++j) {
      studio_ask(s,
                 "/mixer/channels/1/fader",
                 "f",
                 (double)random_below(&random, 7000) / 100.0 - 58.0);
    }
  }
}

/// Decibels between two samples of the constant
static double
step_db(const float from, const float to)
{
  return fabs(20.0 * log10((double)to / (double)from));
}

static const char*
check_steps(const Studio* const s, const void* const handle)
{
  static char text[128];

  // From -60 dB on a fader that is switched off goes straight to nothing
  const float    off    = 0.5f * powf(10.0f, -59.5f / 20.0f);
  const float*   heard  = capture_left(s->capture);
  const uint32_t frames = *(const uint32_t*)handle;
  float          least  = heard[0];
  float          most   = heard[0];
  for (uint32_t i = STEP; i < frames; ++i) {
    least = heard[i] < least ? heard[i] : least;
    most  = heard[i] > most ? heard[i] : most;
    if (heard[i] < off || heard[i - STEP] < off || heard[i - 1] < off) {
      continue;
    }
    if (step_db(heard[i - STEP], heard[i]) > STEP_DB ||
        step_db(heard[i - 1], heard[i]) > STEP_DB) {
      snprintf(text,
               sizeof(text),
               "frame %u: from %.9g and %.9g to %.9g",
               i,
               (double)heard[i - STEP],
               (double)heard[i - 1],
               (double)heard[i]);
      return text;
    }
  }
  return least > off * 2.0f || most < 1.0f ? "the fader hardly moved" : NULL;
}

/// Record a constant while its fader moves
static void
record_drag(const uint32_t period, uint32_t frames, const bool freewheel)
{
  studio_init(&studio, RATE, period);
  studio.jackd.realtime = !freewheel && jackd_can_realtime();
  studio_start(&studio, NULL, FAST);
  studio_create(&studio, 120.0);
  char* const track = studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "Track", "audio");

  Sound constant = sound_new(frames + RATE, RATE);
  for (uint32_t i = 0; i < constant.frames; ++i) {
    constant.left[i]  = 0.5f;
    constant.right[i] = 0.5f;
  }
  sound_write(&constant, studio_music(&studio, "constant.wav"));
  sound_free(&constant);
  free(
    studio_place(&studio, track, 0.0, studio_music(&studio, "constant.wav")));
  free(track);

  studio.meanwhile = drag_meanwhile;
  studio.handle    = &frames;
  studio_record(&studio, frames, freewheel, check_steps, &frames);
  studio_stop(&studio);
}

static void
test_fader_never_steps_in_freewheel(void** state)
{
  (void)state;
  record_drag(32, FAST, true);
}

static void
test_fader_never_steps_in_real_time(void** state)
{
  (void)state;
  record_drag(256, REAL, false);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_fader_never_steps_in_freewheel, tear_down),
    cmocka_unit_test_teardown(test_fader_never_steps_in_real_time, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
