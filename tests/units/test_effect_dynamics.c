// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compressor, gate and limiter: curves and times

#include "support/random.h"
#include "units/effect.h"
#include "units/effect_support.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u

static float
level(const double db)
{
  return (float)pow(10.0, db / 20.0);
}

/// Level that comes out of a long tone, in dB
static double
tone_db(Fx* const fx, const double hz, const double db)
{
  const uint32_t n     = 2 * RATE;
  float* const   left  = new_signal(n);
  float* const   right = new_signal(n);
  for (uint32_t f = 0; f < n; ++f) {
    left[f] = level(db) * (float)sin(2.0 * M_PI * hz * (double)f / RATE);
  }
  memcpy(right, left, n * sizeof(float));
  fx_reset(fx);
  fx_run(fx, left, right, n, NULL);

  double power = 0.0;
  for (uint32_t f = n - 4800; f < n; ++f) {
    power += (double)left[f] * (double)left[f] / 4800.0;
  }
  free(left);
  free(right);
  return 10.0 * log10(fmax(2.0 * power, 1e-30));
}

static void
check_curve(Fx* const fx, const double hz, const double in, const double want)
{
  const double out = tone_db(fx, hz, in);
  if (!(fabs(out - want) <= 0.1)) {
    fail_msg("%s: %g dB at %g Hz become %g dB, wanted %g",
             fx->info->symbol,
             in,
             hz,
             out,
             want);
  }
}

static void
test_compressor_has_its_curve(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("compressor");
  fx_set(fx, "threshold", -30.0f);
  for (float ratio = 2.0f; ratio < 21.0f; ratio *= 3.0f) {
    fx_set(fx, "ratio", ratio);
    for (double in = -50.0; in <= 0.0; in += 10.0) {
      const double over = fmax(in + 30.0, 0.0);
      check_curve(fx, 997.0, in, in - over + over / (double)ratio);
    }
  }

  // Within the knee it bends, by a parabola
  fx_set(fx, "ratio", 4.0f);
  fx_set(fx, "knee", 12.0f);
  for (double in = -40.0; in <= -20.0; in += 2.0) {
    const double over = in + 30.0;
    const double part = over + 6.0;
    const double bend = over <= -6.0  ? 0.0
                        : over >= 6.0 ? over
                                      : part * part / 24.0;
    check_curve(fx, 997.0, in, in - 0.75 * bend);
  }
  free_fx(fx);
}

static void
test_compressor_hears_low_and_high_alike(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("compressor");
  fx_set(fx, "threshold", -20.0f);
  fx_set(fx, "release", 200.0f);
  check_curve(fx, 60.0, 0.0, -15.0);
  check_curve(fx, 200.0, 0.0, -15.0);
  check_curve(fx, 5011.0, 0.0, -15.0);
  check_curve(fx, 11003.0, 0.0, -15.0);
  free_fx(fx);
}

static void
test_gate_has_its_curve(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("gate");
  fx_set(fx, "threshold", -20.0f);
  check_curve(fx, 997.0, -3.0, -3.0);
  check_curve(fx, 997.0, -19.0, -19.0);
  check_curve(fx, 997.0, -25.0, -70.0);
  check_curve(fx, 997.0, -30.0, -120.0);

  fx_set(fx, "range", -40.0f);
  check_curve(fx, 997.0, -30.0, -70.0);
  fx_set(fx, "ratio", 2.0f);
  check_curve(fx, 997.0, -30.0, -40.0);
  free_fx(fx);
}

static void
test_limiter_has_its_curve(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("limiter");
  for (double threshold = -24.0; threshold <= 0.0; threshold += 8.0) {
    fx_set(fx, "threshold", (float)threshold);
    for (double in = -36.0; in <= 24.0; in += 6.0) {
      check_curve(fx, 997.0, in, fmin(in, threshold));
    }
  }
  free_fx(fx);
}

/// Frames after `from` until the gain has gone 63.2 % of its way, in dB; the
/// level is constant but for one step there
static double
frames_of_way(Fx* const      fx,
              const double   before_db,
              const double   after_db,
              const uint32_t from,
              const uint32_t n)
{
  float* const left  = new_signal(n);
  float* const right = new_signal(n);
  float* const in    = new_signal(n);
  for (uint32_t f = 0; f < n; ++f) {
    in[f] = left[f] = right[f] = level(f < from ? before_db : after_db);
  }
  fx_reset(fx);
  fx_run(fx, left, right, n, NULL);

  const uint32_t late = fx_latency(fx);
  const double start  = decibels((double)left[from - 1] / (double)in[from - 1]);
  const double end    = decibels((double)left[n - 1] / (double)in[n - 1]);
  uint32_t     f      = from;
  double       last   = start;
  double       now    = start;
  for (; f + late < n; ++f) {
    last = now;
    now  = decibels((double)left[f + late] / (double)in[f]);
    if (fabs(now - start) >= 0.632 * fabs(end - start)) {
      break;
    }
  }
  free(left);
  free(right);
  free(in);

  const double wanted = start + 0.632 * (end - start);
  return (double)(f - from) +
         (now != last ? (wanted - last) / (now - last) : 0);
}

static void
check_time(Fx* const    fx,
           const double before_db,
           const double after_db,
           const double ms)
{
  const double   frames = ms * RATE / 1000.0;
  const uint32_t n      = RATE + (uint32_t)(12.0 * frames);
  const double   got    = frames_of_way(fx, before_db, after_db, RATE / 2, n);
  if (fabs(got - frames) > fmax(0.05 * frames, 2.0)) {
    fail_msg("%s: %g frames from %g to %g dB, wanted %g",
             fx->info->symbol,
             got,
             before_db,
             after_db,
             frames);
  }
}

static void
test_compressor_takes_its_times(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("compressor");
  fx_set(fx, "threshold", -20.0f);
  for (float ms = 1.0f; ms <= 101.0f; ms *= 3.16f) {
    fx_set(fx, "attack", fminf(ms, 100.0f));
    fx_set(fx, "release", fminf(10.0f * ms, 1000.0f));
    check_time(fx, -30.0, -10.0, (double)fminf(ms, 100.0f));
    check_time(fx, -10.0, -30.0, (double)fminf(10.0f * ms, 1000.0f));
  }
  free_fx(fx);
}

static void
test_gate_takes_its_times(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("gate");
  fx_set(fx, "threshold", -20.0f);
  for (float ms = 1.0f; ms <= 101.0f; ms *= 3.16f) {
    fx_set(fx, "attack", fminf(ms, 100.0f));
    fx_set(fx, "release", fminf(10.0f * ms, 1000.0f));
    check_time(fx, -30.0, -10.0, (double)fminf(ms, 100.0f));
    check_time(fx, -10.0, -30.0, (double)fminf(10.0f * ms, 1000.0f));
  }
  free_fx(fx);
}

static void
test_limiter_takes_its_release(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("limiter");
  fx_set(fx, "threshold", -20.0f);
  for (float ms = 2.0f; ms <= 100.0f; ms *= 2.5f) {
    fx_set(fx, "release", ms);
    check_time(fx, -10.0, -30.0, (double)ms);
  }
  free_fx(fx);
}

static void
test_limiter_takes_its_release_after_a_tone(void** const state)
{
  (void)state;
  const uint32_t n    = RATE;
  const uint32_t from = RATE / 2;
  for (float ms = 5.0f; ms <= 100.0f; ms *= 2.5f) {
    Fx* const    fx    = new_fx("limiter");
    float* const left  = new_signal(n);
    float* const right = new_signal(n);
    fx_set(fx, "threshold", -20.0f);
    fx_set(fx, "release", ms);
    for (uint32_t f = 0; f < n; ++f) {
      const double wave = sin(2.0 * M_PI * 1000.0 * (double)f / RATE);
      left[f]           = level(f < from ? -10.0 : -30.0) * (float)wave;
    }
    memcpy(right, left, n * sizeof(float));
    fx_run(fx, left, right, n, NULL);

    // At the crest of a wave the gain can be read
    const uint32_t late   = fx_latency(fx);
    const uint32_t crest  = from + 12 + (uint32_t)(ms * 48.0f) / 48 * 48;
    const double   time   = (double)(crest - from) / 48.0;
    const double   wanted = -10.0 * exp(-time / (double)ms);
    const double   in     = (double)level(-30.0);
    const double   got    = decibels((double)left[crest + late] / in);
    assert_true(fabs(got - wanted) < 0.3 + 10.0 * 0.05 * exp(-1.0));
    free(left);
    free(right);
    free_fx(fx);
  }
}

static void
test_side_chain_leads(void** const state)
{
  (void)state;
  static const char* const names[] = {"compressor", "gate"};
  for (uint32_t i = 0; i < 2; ++i) {
    Fx* const fx = new_fx(names[i]);
    float     left[BLOCK_FRAMES];
    float     right[BLOCK_FRAMES];
    float     key[BLOCK_FRAMES];
    float*    keys[2] = {key, key};
    fx_set(fx, "threshold", -20.0f);

    // The key is loud where the signal is soft, and the other way
    float loud = 0.0f;
    float soft = 0.0f;
    for (uint32_t k = 0; k < 400; ++k) {
      const float own = k < 200 ? 0.01f : 1.0f;
      for (uint32_t f = 0; f < BLOCK_FRAMES; ++f) {
        left[f] = right[f] = own;
        key[f]             = 1.01f - own;
      }
      fx_run_block(fx, left, right, keys, BLOCK_FRAMES);
      if (k < 200) {
        soft = left[255] / own;
      } else {
        loud = left[255] / own;
      }
    }
    if (i) {
      assert_true(soft > 0.999f && loud < 1e-6f);
    } else {
      assert_true(soft < 0.2f && loud > 0.999f);
    }
    free_fx(fx);
  }
}

static void
test_reduction_is_told(void** const state)
{
  (void)state;
  static const char* const names[] = {"compressor", "limiter"};
  for (uint32_t i = 0; i < 2; ++i) {
    Fx* const fx = new_fx(names[i]);
    fx_set(fx, "threshold", -20.0f);
    const double out = tone_db(fx, 997.0, 0.0);
    const double now = (double)fx->info->reduction(fx->self, fx->lane);
    assert_true(out < -10.0);
    assert_true(fabs(now - out) < 0.1);
    free_fx(fx);
  }
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_compressor_has_its_curve),
    cmocka_unit_test(test_compressor_hears_low_and_high_alike),
    cmocka_unit_test(test_gate_has_its_curve),
    cmocka_unit_test(test_limiter_has_its_curve),
    cmocka_unit_test(test_compressor_takes_its_times),
    cmocka_unit_test(test_gate_takes_its_times),
    cmocka_unit_test(test_limiter_takes_its_release),
    cmocka_unit_test(test_limiter_takes_its_release_after_a_tone),
    cmocka_unit_test(test_side_chain_leads),
    cmocka_unit_test(test_reduction_is_told),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
