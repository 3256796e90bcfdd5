// SPDX-License-Identifier: GPL-3.0-or-later
//
// A real file is heard where it should be, and as it is
//
// A composition is made over OSC and played under a real JACK server; another
// client of that server records it.  A track with a single impulse at beat 0
// marks where the transport started.  From there the clip, placed at a beat on
// no boundary of anything, is looked for at the frame that arithmetic says, and
// every frame must be the file's times the gains, and silence around it.

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
  GRID      = 32,     ///< Frames of a grid step
  MARK      = 64,     ///< Frames of the file with the impulse
  AFTER     = 4800,   ///< Frames of silence behind the file
  MAX_HEARD = 800000, ///< Frames of the longest recording
};

/// Ticks in a beat
#define BEAT 983040.0

#define TOLERANCE 1e-6

typedef struct {
  const char* file;      ///< In the folder of recordings
  double      tempo;     ///< Beats per minute
  double      beat;      ///< Where the clip starts
  double      clip_gain; ///< dB
  double      fader;     ///< dB
  double      pan;
  uint32_t    period;
  uint32_t    most; ///< Frames of the file that are listened to
  bool        freewheel;
} Case;

static Studio studio;

static int
tear_down(void** state)
{
  (void)state;
  studio_free(&studio);
  return 0;
}

/// Frame nearest to a beat, from beat 0
static uint32_t
frame_of(const Case* const c, const uint32_t rate)
{
  const double ticks = floor(c->beat * BEAT + 0.5);
  return (uint32_t)floor(ticks / BEAT * 60.0 / c->tempo * rate + 0.5);
}

static double
gain_from_db(const double db)
{
  return pow(10.0, db / 20.0);
}

/// A track with an impulse at beat 0
static void
place_mark(void)
{
  Sound mark    = sound_new(MARK, studio.jackd.rate);
  mark.left[0]  = 1.0f;
  mark.right[0] = 1.0f;
  sound_write(&mark, studio_music(&studio, "mark.wav"));
  sound_free(&mark);

  char* const track = studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "Mark", "audio");
  free(studio_place(&studio, track, 0.0, studio_music(&studio, "mark.wav")));
  free(track);
}

/// A track with the file
static void
place_file(const Case* const c, const char* const file)
{
  char        path[128];
  char* const track = studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "File", "audio");
  char* const clip = studio_place(&studio, track, c->beat, file);

  snprintf(path, sizeof(path), "/compositions/current/clips/%s/gain", clip);
  studio_ask(&studio, path, "f", c->clip_gain);
  snprintf(path, sizeof(path), "/mixer/channels/%s/fader", track);
  studio_ask(&studio, path, "f", c->fader);
  snprintf(path, sizeof(path), "/mixer/channels/%s/pan", track);
  studio_ask(&studio, path, "f", c->pan);
  free(track);
  free(clip);
}

/// What is to be heard
typedef struct {
  Sound    file;
  uint32_t start;  ///< Frame of the file's first
  uint32_t length; ///< Frames of the file
  double   gain[2];
} Expected;

/// Compare one side with the impulse, silence, the file and silence
static const char*
check_side(const char* const     side,
           const float* const    heard,
           const float* const    file,
           const double          gain,
           const Expected* const expected)
{
  static char text[200];

  const uint32_t frames = capture_frames(studio.capture);
  for (uint32_t i = 0; i < frames; ++i) {
    const uint32_t at     = i - expected->start;
    const bool     sounds = i >= expected->start && at < expected->length;
    const double value = sounds ? (double)file[at] * gain : i == 0 ? 1.0 : 0.0;
    if (fabs((double)heard[i] - value) > (sounds ? TOLERANCE : 0.0)) {
      snprintf(text,
               sizeof(text),
               "%s: frame %u, with %u of %u frames of the file from %u on, is "
               "%.9g and not %.9g",
               side,
               i,
               sounds ? at : 0u,
               expected->length,
               expected->start,
               (double)heard[i],
               value);
      return text;
    }
  }
  return NULL;
}

static const char*
check(const Studio* const s, const void* const handle)
{
  const Expected* const expected = (const Expected*)handle;
  const char* const     wrong    = check_side("left",
                                       capture_left(s->capture),
                                       expected->file.left,
                                       expected->gain[0],
                                       expected);
  return wrong ? wrong
               : check_side("right",
                            capture_right(s->capture),
                            expected->file.right,
                            expected->gain[1],
                            expected);
}

/// What a case is expected to sound like
static Expected
expect(const Case* const c, const char* const path)
{
  const double gain  = gain_from_db(c->clip_gain) * gain_from_db(c->fader);
  const double angle = (c->pan + 1.0) * M_PI_4;

  Expected expected = {
    .file = sound_read(path),
    .gain = {gain * M_SQRT2 * cos(angle), gain * M_SQRT2 * sin(angle)}};
  expected.start = frame_of(c, expected.file.rate);
  expected.length =
    c->most < expected.file.frames ? c->most : expected.file.frames;

  // The place is on no boundary, and the file is no silence
  assert_int_not_equal(expected.start % GRID, 0);
  assert_int_not_equal(expected.start % c->period, 0);
  assert_true(sound_start(&expected.file) < expected.length / 2u);
  return expected;
}

static void
hear(const Case* const c)
{
  char path[256];
  snprintf(path, sizeof(path), "%s/%s", STUDIO_DRUMS, c->file);
  Expected expected = expect(c, path);

  studio_init(&studio, expected.file.rate, c->period);
  studio.jackd.realtime = jackd_can_realtime();
  studio_start(&studio, NULL, MAX_HEARD);
  studio_create(&studio, c->tempo);
  place_mark();
  place_file(c, path);

  const bool whole = expected.length == expected.file.frames;
  studio_record(&studio,
                expected.start + expected.length + (whole ? AFTER : 0u),
                c->freewheel,
                check,
                &expected);
  sound_free(&expected.file);
  studio_stop(&studio);
}

// clang-format off
static const Case cases[] = {
  // file                             tempo   beat     clip   fader   pan   period  most    freewheel
  {"HardElectro1/Amp_Clap_1.flac",    97.3,   1.37,    -2.5,  -4.3,   0.37,  256, UINT32_MAX, false},
  {"BJA_Pacific/BD_01.aiff",         127.3,   1.10001,  0.0,   3.7,  -0.61,   64, UINT32_MAX, false},
  {"Millo_MultiLayered3/cc_01.flac", 211.7,   2.71828, -1.0,  -0.5,  -1.0,  1024, UINT32_MAX, true},
  {"ForzeeStereo/Crash18-3.wav",     123.45,  0.77,     0.0,   0.0,   0.25,  128,     120000, false},
  {"ForzeeStereo/Ride-0.wav",         60.01,  3.333,    1.5,  -9.9,   0.81,  441, UINT32_MAX, true},
};
// clang-format on

static void
test_file_is_heard_at_its_frame_in_real_time(void** state)
{
  (void)state;
  hear(&cases[0]);
  hear(&cases[1]);
}

static void
test_mono_file_is_heard_at_its_frame_in_freewheel(void** state)
{
  (void)state;
  hear(&cases[2]);
}

static void
test_streamed_file_is_heard_at_its_frame_in_real_time(void** state)
{
  (void)state;
  hear(&cases[3]);
}

static void
test_streamed_file_is_heard_at_its_frame_in_freewheel(void** state)
{
  (void)state;
  hear(&cases[4]);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_file_is_heard_at_its_frame_in_real_time,
                              tear_down),
    cmocka_unit_test_teardown(test_mono_file_is_heard_at_its_frame_in_freewheel,
                              tear_down),
    cmocka_unit_test_teardown(
      test_streamed_file_is_heard_at_its_frame_in_real_time, tear_down),
    cmocka_unit_test_teardown(
      test_streamed_file_is_heard_at_its_frame_in_freewheel, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
