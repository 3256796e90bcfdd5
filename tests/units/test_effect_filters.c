// SPDX-License-Identifier: GPL-3.0-or-later
//
// Equalizers and filters have the response of their analogue models

#include "support/random.h"
#include "units/effect.h"
#include "units/effect_support.h"
#include "units/spectrum.h"

#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u
#define FRAMES 32768u

/// A model, and where its centre is
typedef struct {
  double above[3]; ///< By rising powers of s
  double below[3];
  double hz;
} Model;

static double
response_db(const Model* const model, const double hz)
{
  const double complex s = I * hz / model->hz;
  const double complex above =
    model->above[0] + model->above[1] * s + model->above[2] * s * s;
  const double complex below =
    model->below[0] + model->below[1] * s + model->below[2] * s * s;
  return decibels(cabs(above) / cabs(below));
}

static Model
peak(const double hz, const double q, const double gain_db)
{
  const double a = pow(10.0, gain_db / 40.0);
  return (Model){{1.0, a / q, 1.0}, {1.0, 1.0 / (a * q), 1.0}, hz};
}

static Model
low_shelf(const double hz, const double q, const double gain_db)
{
  const double a = pow(10.0, gain_db / 40.0);
  const double m = sqrt(a) / q;
  return (Model){{a * a, a * m, a}, {1.0, m, a}, hz};
}

static Model
high_shelf(const double hz, const double q, const double gain_db)
{
  const double a = pow(10.0, gain_db / 40.0);
  const double m = sqrt(a) / q;
  return (Model){{a, a * m, a * a}, {a, m, 1.0}, hz};
}

/// Response to an impulse in dB at FRAMES / 2 frequencies
static double*
new_response(Fx* const fx)
{
  double complex* const x    = calloc(FRAMES, sizeof(*x));
  double* const         db   = calloc(FRAMES / 2, sizeof(*db));
  float* const          side = new_signal(FRAMES);
  float* const          same = new_signal(FRAMES);
  fx_assert(x && db, "no memory");
  side[0] = same[0] = 1.0f;
  fx_reset(fx);
  fx_run(fx, side, same, FRAMES, NULL);
  for (uint32_t f = 0; f < FRAMES; ++f) {
    assert_true(side[f] == same[f]);
    x[f] = (double)side[f];
  }
  fourier(x, FRAMES);
  for (uint32_t i = 0; i < FRAMES / 2; ++i) {
    db[i] = decibels(cabs(x[i]));
  }
  free(x);
  free(side);
  free(same);
  return db;
}

/// Compare with the sum of models where that is above -50 dB
static void
check_response(Fx* const          fx,
               const Model* const models,
               const uint32_t     num,
               const char* const  name)
{
  double* const db      = new_response(fx);
  uint32_t      checked = 0;
  for (double hz = 20.0; hz < 16000.0; hz *= 1.05) {
    const uint32_t bin  = (uint32_t)lrint(hz * FRAMES / RATE);
    const double   real = (double)bin * RATE / FRAMES;
    double         want = 0.0;
    for (uint32_t i = 0; i < num; ++i) {
      want += response_db(&models[i], real);
    }
    if (want < -50.0 || !bin) {
      continue;
    }

    const double allowed = real <= 5000.0 ? 0.1 : real <= 10000.0 ? 0.3 : 1.0;
    if (!(fabs(db[bin] - want) <= allowed)) {
      fail_msg("%s at %g Hz: %g dB at %g Hz, wanted %g",
               name,
               models[0].hz,
               db[bin],
               real,
               want);
    }
    ++checked;
  }
  assert_true(checked > 20);
  free(db);
}

/// From `least` to `most` by even ratios
static double
any_between(Random* const random, const double least, const double most)
{
  const double part = 0.5 + 0.5 * (double)random_sample(random);
  return least * pow(most / least, part);
}

static void
test_bands_of_eq8_are_those_of_the_model(void** const state)
{
  (void)state;
  static const char* const names[] = {"peak", "low shelf", "high shelf"};
  Random                   random  = {5};
  for (uint32_t i = 0; i < 60; ++i) {
    Fx* const    fx = new_fx("eq8");
    const double hz = i % 5 ? any_between(&random, 50.0, 10000.0) : 10000.0;
    const double q =
      i % 3 ? any_between(&random, 0.3, 1.0) : any_between(&random, 0.3, 6.0);
    const double gain  = i % 2 ? 18.0 : -18.0;
    const Model  model = i % 3 == 0   ? peak(hz, q, gain)
                         : i % 3 == 1 ? low_shelf(hz, q, gain)
                                      : high_shelf(hz, q, gain);
    fx_set(fx, "type_4", (float)(1 + i % 3));
    fx_set(fx, "freq_4", (float)hz);
    fx_set(fx, "q_4", (float)q);
    fx_set(fx, "gain_4", (float)gain);
    check_response(fx, &model, 1, names[i % 3]);
    free_fx(fx);
  }
}

static void
test_cuts_of_eq8_are_those_of_the_model(void** const state)
{
  (void)state;
  Random random = {6};
  for (uint32_t i = 0; i < 30; ++i) {
    Fx* const    fx = new_fx("eq8");
    const double hz = i % 5 ? any_between(&random, 50.0, 10000.0) : 10000.0;
    const double q  = any_between(&random, 0.3, 6.0);

    Model model = {{0.0, 0.0, 0.0}, {1.0, 1.0 / q, 1.0}, hz};
    if (i % 3 == 0) {
      model.above[2] = 1.0;
    } else if (i % 3 == 1) {
      model.above[0] = 1.0;
    } else {
      model.above[1] = 1.0 / q;
    }
    fx_set(fx, "type_8", (float)(4 + i % 3));
    fx_set(fx, "freq_8", (float)hz);
    fx_set(fx, "q_8", (float)q);
    check_response(fx, &model, 1, "cut");
    free_fx(fx);
  }
}

static void
test_eq3_is_two_shelves_and_a_peak(void** const state)
{
  (void)state;
  Random random = {7};
  for (uint32_t i = 0; i < 20; ++i) {
    Fx* const   fx   = new_fx("eq3");
    const float gain = 18.0f * random_sample(&random);
    fx_set(fx, "low_gain", i % 2 ? 18.0f : gain);
    fx_set(fx, "mid_gain", gain);
    fx_set(fx, "high_gain", i % 3 ? -18.0f : 18.0f);
    fx_set(fx, "low_freq", (float)any_between(&random, 40.0, 500.0));
    fx_set(fx, "mid_freq", (float)any_between(&random, 200.0, 8000.0));
    fx_set(fx, "mid_q", (float)any_between(&random, 0.5, 4.0));
    fx_set(fx, "high_freq", (float)any_between(&random, 2000.0, 10000.0));

    const float* const v        = fx->values;
    const Model        models[] = {
             low_shelf((double)v[1], M_SQRT1_2, (double)v[0]),
             peak((double)v[3], (double)v[4], (double)v[2]),
             high_shelf((double)v[6], M_SQRT1_2, (double)v[5]),
    };
    check_response(fx, models, 3, "eq3");
    free_fx(fx);
  }
}

static void
test_flat_equalizers_change_nothing(void** const state)
{
  (void)state;
  static const char* const names[] = {"eq3", "eq8"};
  for (uint32_t i = 0; i < 2; ++i) {
    Random    random = {3};
    Fx* const fx     = new_fx(names[i]);
    float     left[1000];
    float     right[1000];
    float     before[1000];
    for (uint32_t f = 0; f < 1000; ++f) {
      before[f] = left[f] = right[f] = random_sample(&random);
    }
    fx_run(fx, left, right, 1000, NULL);
    for (uint32_t f = 0; f < 1000; ++f) {
      assert_true(left[f] == before[f] && right[f] == before[f]);
    }
    free_fx(fx);
  }
}

/// Highest response, in dB
static double
highest(Fx* const fx)
{
  double* const db   = new_response(fx);
  double        most = -200.0;
  for (uint32_t i = 1; i < FRAMES / 2; ++i) {
    most = fmax(most, db[i]);
  }
  free(db);
  return most;
}

static void
test_resonance_rises_with_resonance(void** const state)
{
  (void)state;
  static const char* const names[] = {"lpf", "hpf"};
  for (uint32_t i = 0; i < 2; ++i) {
    Fx* const fx   = new_fx(names[i]);
    double    last = -1.0;
    fx_set(fx, "cutoff", 1000.0f);
    for (float resonance = 0.3f; resonance < 1.01f; resonance += 0.1f) {
      fx_set(fx, "resonance", resonance);
      const double now = highest(fx);
      assert_true(now > last + 0.5);
      last = now;
    }
    assert_true(last > 19.0 && last < 21.0);
    free_fx(fx);
  }
}

static void
test_bandwidth_is_between_the_points_of_minus_3_db(void** const state)
{
  (void)state;
  Fx* const fx = new_fx("bpf");
  fx_set(fx, "freq", 1000.0f);
  fx_set(fx, "bandwidth", 0.5f);
  double* const db   = new_response(fx);
  uint32_t      low  = 0;
  uint32_t      high = 0;
  for (uint32_t i = 1; i < FRAMES / 2; ++i) {
    if (db[i] > -3.01) {
      low  = low ? low : i;
      high = i;
    }
  }
  const double width = (double)(high - low) * RATE / FRAMES;
  assert_true(fabs(width - 500.0) < 5.0);
  assert_true(fabs(db[(uint32_t)lrint(1000.0 * FRAMES / RATE)]) < 0.05);
  free(db);
  free_fx(fx);
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_bands_of_eq8_are_those_of_the_model),
    cmocka_unit_test(test_cuts_of_eq8_are_those_of_the_model),
    cmocka_unit_test(test_eq3_is_two_shelves_and_a_peak),
    cmocka_unit_test(test_flat_equalizers_change_nothing),
    cmocka_unit_test(test_resonance_rises_with_resonance),
    cmocka_unit_test(test_bandwidth_is_between_the_points_of_minus_3_db),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
