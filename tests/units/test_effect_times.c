// SPDX-License-Identifier: GPL-3.0-or-later
//
// Delays come on time, reverbs fall as fast as they say, and what shapes waves
// makes no tones that are not harmonics

#include "support/random.h"
#include "units/effect.h"
#include "units/effect_support.h"
#include "units/spectrum.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u

/// What an effect makes of an impulse on the left side
static void
impulse(Fx* const fx, float* const left, float* const right, const uint32_t n)
{
  memset(left, 0, n * sizeof(float));
  memset(right, 0, n * sizeof(float));
  left[0] = 1.0f;
  fx_reset(fx);
  fx_run(fx, left, right, n, NULL);
}

static void
test_echoes_are_exact_to_the_sample(void** const state)
{
  (void)state;
  const uint32_t n     = 3 * RATE;
  float* const   left  = new_signal(n);
  float* const   right = new_signal(n);
  Fx* const      fx    = new_fx("delay");
  fx_set(fx, "mix", 1.0f);
  for (uint32_t frames = 48; frames <= 2 * RATE; frames = frames * 3 + 1) {
    fx_set(fx, "delay_time", (float)frames * 1000.0f / (float)RATE);
    impulse(fx, left, right, n);
    for (uint32_t f = 0; f < n; ++f) {
      const uint32_t turn = f / frames;
      const float    want =
        f && f % frames == 0 ? powf(0.5f, (float)turn - 1.0f) : 0.0f;
      assert_true(fabsf(left[f] - want) < 1e-6f);
      assert_true(right[f] == 0.0f);
    }
  }
  free_fx(fx);

  // From side to side
  Fx* const ping = new_fx("ping_pong_delay");
  fx_set(ping, "mix", 1.0f);
  fx_set(ping, "delay_time", 100.0f);
  impulse(ping, left, right, n);
  for (uint32_t f = 0; f < n; ++f) {
    const uint32_t turn = f / 4800;
    const float    want =
      f && f % 4800 == 0 ? 0.5f * powf(0.5f, (float)turn - 1.0f) : 0.0f;
    assert_true(fabsf(left[f] - (turn % 2 ? want : 0.0f)) < 1e-6f);
    assert_true(fabsf(right[f] - (turn % 2 ? 0.0f : want)) < 1e-6f);
  }
  free_fx(ping);
  free(left);
  free(right);
}

static void
test_times_follow_the_tempo(void** const state)
{
  (void)state;
  const uint32_t     n     = 4 * RATE;
  float* const       left  = new_signal(n);
  float* const       right = new_signal(n);
  Fx* const          fx    = new_fx("delay");
  const char* const* names =
    effect_choice(fx->info, (uint32_t)effect_find_param(fx->info, "sync"));
  fx_set(fx, "mix", 1.0f);
  for (uint32_t i = 1; names[i]; ++i) {
    // A name is a part of a whole note of four beats
    char     kind  = 0;
    unsigned above = 0;
    unsigned below = 0;
    assert_true(sscanf(names[i], "%u/%u%c", &above, &below, &kind) >= 2);
    double beats = 4.0 * above / below;
    beats *= kind == 't' ? 2.0 / 3.0 : kind == 'd' ? 1.5 : 1.0;

    for (double tempo = 60.0; tempo < 200.0; tempo += 67.0) {
      const double per_beat = 60.0 * RATE / tempo;
      double       frames   = beats * per_beat;
      while (frames > 131071.0) {
        frames *= 0.5;
      }
      fx->frames_per_beat = (float)per_beat;
      fx_set(fx, "sync", (float)i);
      fx_reset(fx);

      // The tempo is told by the first run
      fx_run(fx, left, right, 4096, NULL);
      fx_reset(fx);
      impulse(fx, left, right, n);
      const uint32_t at = (uint32_t)floor(frames + 0.5);
      if (left[at] != 1.0f) {
        fail_msg("%s at %g: no echo at frame %u", names[i], tempo, at);
      }
    }
  }
  free_fx(fx);
  free(left);
  free(right);
}

/// Keep what is near 1 kHz: twice a band of an octave
static void
keep_middle(float* const x, const uint32_t n)
{
  const double w  = 2.0 * M_PI * 800.0 / RATE;
  const double al = sin(w) / (2.0 * 1.0);
  for (int pass = 0; pass < 2; ++pass) {
    double x1 = 0.0;
    double x2 = 0.0;
    double y1 = 0.0;
    double y2 = 0.0;
    for (uint32_t f = 0; f < n; ++f) {
      const double in = (double)x[f];
      const double y =
        (al * in - al * x2 + 2.0 * cos(w) * y1 - (1.0 - al) * y2) / (1.0 + al);
      x2   = x1;
      x1   = in;
      y2   = y1;
      y1   = y;
      x[f] = (float)y;
    }
  }
}

/// Seconds to -60 dB, from the slope between -5 and -35 dB of what is still to
/// come (Schroeder's integral)
static double
reverb_seconds(const float* const x, const uint32_t n)
{
  double* const rest = calloc(n + 1, sizeof(*rest));
  fx_assert(rest != NULL, "no memory");
  for (uint32_t f = n; f > 0; --f) {
    rest[f - 1] = rest[f] + (double)x[f - 1] * (double)x[f - 1];
  }
  uint32_t from = 0;
  while (rest[from] > rest[0] * pow(10.0, -0.5)) {
    ++from;
  }
  uint32_t until = from;
  while (rest[until] > rest[0] * pow(10.0, -3.5)) {
    ++until;
  }
  free(rest);
  return 2.0 * (double)(until - from) / RATE;
}

static void
check_reverb(Fx* const fx)
{
  const double   wanted = (double)fx->info->tail(fx->values);
  const uint32_t n      = (uint32_t)((1.6 * wanted + 0.3) * RATE);
  float* const   left   = new_signal(n);
  float* const   right  = new_signal(n);
  fx_set(fx, "mix", 1.0f);
  impulse(fx, left, right, n);

  // Nothing rings on: well after the time all is below -60 dB of the start
  float most  = 0.0f;
  float after = 0.0f;
  for (uint32_t f = 0; f < n; ++f) {
    most = fmaxf(most, fabsf(left[f]));
    if ((double)f > 1.5 * wanted * RATE) {
      after = fmaxf(after, fabsf(left[f]));
    }
  }
  if (after > 1e-3f * most) {
    fail_msg(
      "%s rings on: %g of %g", fx->info->symbol, (double)after, (double)most);
  }

  keep_middle(left, n);
  const double got = reverb_seconds(left, n);
  if (fabs(got - wanted) > 0.1 * wanted) {
    fail_msg("%s: %g seconds, wanted %g", fx->info->symbol, got, wanted);
  }
  free(left);
  free(right);
}

static void
test_reverbs_fall_as_fast_as_they_say(void** const state)
{
  (void)state;
  Fx* const room = new_fx("reverb");
  for (float size = 0.0f; size < 0.9f; size += 0.4f) {
    for (float damping = 0.0f; damping <= 1.0f; damping += 0.5f) {
      fx_set(room, "room_size", size);
      fx_set(room, "damping", damping);
      check_reverb(room);
    }
  }
  free_fx(room);

  Fx* const plate = new_fx("plate_reverb");
  for (float decay = 400.0f; decay < 5000.0f; decay *= 3.0f) {
    for (float damping = 0.0f; damping <= 1.0f; damping += 0.5f) {
      fx_set(plate, "decay", decay);
      fx_set(plate, "damping", damping);
      check_reverb(plate);
    }
  }
  free_fx(plate);

  Fx* const folded = new_fx("convolution_reverb");
  for (float decay = 400.0f; decay < 3000.0f; decay *= 5.0f) {
    for (float damping = 0.0f; damping <= 1.0f; damping += 0.5f) {
      fx_set(folded, "decay", decay);
      fx_set(folded, "damping", damping);
      check_reverb(folded);
    }
  }
  free_fx(folded);
}

/// Greatest tone below 18 kHz that is no harmonic of a sine's, in dBFS
static double
greatest_alias(Fx* const fx, const double hz, const float level)
{
  const uint32_t n     = SPECTRUM_FRAMES + 4096;
  float* const   left  = new_signal(n);
  float* const   right = new_signal(n);
  const double   bin   = round(hz * SPECTRUM_FRAMES / RATE);
  for (uint32_t f = 0; f < n; ++f) {
    const double turn = bin * (double)f / SPECTRUM_FRAMES;
    left[f] = right[f] = level * (float)sin(2.0 * M_PI * turn);
  }
  fx_reset(fx);
  fx_run(fx, left, right, n, NULL);

  // A full sine has the sum of the window, halved
  double* const sizes = new_spectrum(left + 4096, 1);
  const double  full  = SPECTRUM_FRAMES * (35.0 / 128.0) / 2.0;
  double        most  = 0.0;
  for (uint32_t i = 20; i < 18000u * SPECTRUM_FRAMES / RATE; ++i) {
    const double off = remainder((double)i, bin);
    if (fabs(off) > 12.0) {
      most = fmax(most, sizes[i] / full);
    }
  }
  free(sizes);
  free(left);
  free(right);
  return decibels(most);
}

static void
check_alias(const char* const name, const float drive, const double limit)
{
  Fx* const fx = new_fx(name);
  fx_set(fx, "drive", drive);
  const int tone = effect_find_param(fx->info, "tone");
  fx_set_param(fx, (uint32_t)tone, fx->info->params[tone].max);
  const double alias = greatest_alias(fx, 5000.0, 0.5012f);
  if (alias > limit) {
    fail_msg(
      "%s with a drive of %g: aliases of %g dB", name, (double)drive, alias);
  }
  free_fx(fx);
}

static void
test_shapers_make_harmonics_only(void** const state)
{
  (void)state;
  check_alias("saturation", 0.0f, -80.0);
  check_alias("saturation", 6.0f, -80.0);
  check_alias("saturation", 12.0f, -80.0);
  check_alias("saturation", 30.0f, -50.0);
  check_alias("distortion", 4.0f, -80.0);
  check_alias("distortion", 20.0f, -50.0);
}

static void
test_latency_is_what_is_told(void** const state)
{
  (void)state;
  static const char* const names[] = {"saturation", "distortion", "exciter"};
  for (uint32_t i = 0; i < 3; ++i) {
    Fx* const fx = new_fx(names[i]);
    fx_set(
      fx, "drive", fx->info->params[effect_find_param(fx->info, "drive")].min);
    if (i < 2) {
      const int tone = effect_find_param(fx->info, "tone");
      fx_set_param(fx, (uint32_t)tone, fx->info->params[tone].max);
    }
    float left[512];
    float right[512];
    fx_reset(fx);
    memset(left, 0, sizeof(left));
    memset(right, 0, sizeof(right));
    left[0] = 0.01f;
    fx_run(fx, left, right, 512, NULL);

    uint32_t at = 0;
    for (uint32_t f = 0; f < 512; ++f) {
      at = fabsf(left[f]) > fabsf(left[at]) ? f : at;
    }
    assert_int_equal(at, fx_latency(fx));
    free_fx(fx);
  }
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_echoes_are_exact_to_the_sample),
    cmocka_unit_test(test_times_follow_the_tempo),
    cmocka_unit_test(test_reverbs_fall_as_fast_as_they_say),
    cmocka_unit_test(test_shapers_make_harmonics_only),
    cmocka_unit_test(test_latency_is_what_is_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
