// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tables are made of partials: a function for each table gives the size of
// a partial in a wave.  They are the same for all instances.

#include "units/wavetable_kernel.h"

#include <complex.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

/// Size of partial `k`, from 1 on, in a wave from 0 to NUM_WAVES - 1
typedef double (*PartialFunc)(uint32_t wave, uint32_t k);

/// A resonance at a partial, as wide as `width` partials
static double
peak(const double k, const double at, const double width)
{
  const double way = (k - at) / width;
  return exp(-0.5 * way * way);
}

/// Sawtooths from mellow to bright
static double
saw(const uint32_t wave, const uint32_t k)
{
  static const double falls[NUM_WAVES] = {2.2, 1.6, 1.0, 0.7};
  return pow(k, -falls[wave]);
}

/// The same with odd partials only
static double
square(const uint32_t wave, const uint32_t k)
{
  return k % 2 ? saw(wave, k) : 0.0;
}

/// Pulses from square to narrow
static double
pulse(const uint32_t wave, const uint32_t k)
{
  static const double widths[NUM_WAVES] = {0.5, 0.33, 0.18, 0.07};
  return sin(M_PI * k * widths[wave]) / k;
}

/// Vowels: a, e, i, o, for a voice around A3
static double
vowel(const uint32_t wave, const uint32_t k)
{
  static const double peaks[NUM_WAVES][3] = {
    {3.4, 5.2, 12.5}, {2.2, 8.6, 12.0}, {1.3, 10.5, 14.0}, {2.2, 3.8, 11.8}};

  const double* const at = peaks[wave];
  return peak(k, at[0], 0.9) + 0.5 * peak(k, at[1], 1.0) +
         0.25 * peak(k, at[2], 1.6) + 0.08 / k;
}

/// Brass: what is blown harder has more partials
static double
brass(const uint32_t wave, const uint32_t k)
{
  static const double edges[NUM_WAVES] = {1.6, 3.5, 7.0, 14.0};
  const double        past             = k / edges[wave];
  return (0.7 + 0.3 * peak(k, 4.0, 3.0)) / (1.0 + past * past * past);
}

/// A cylindrical reed: odd partials, even ones come with the height
static double
reed(const uint32_t wave, const uint32_t k)
{
  const double even = k % 2 ? 1.0 : 0.03 + 0.25 * wave / 3.0 * (1.0 - 1.0 / k);
  const double fall = 1.8 - 0.25 * wave;
  return even * pow(k, -fall) * (k > 24 ? exp(-0.1 * (k - 24.0)) : 1.0);
}

/// A conical double reed: two formants and a weak lowest partial
static double
double_reed(const uint32_t wave, const uint32_t k)
{
  const double one = 2.6 + 0.5 * wave;
  return (0.25 + peak(k, one, 1.4) + 0.45 * peak(k, 3.0 * one, 2.4)) /
         sqrt((double)k);
}

/// Registers of an organ
static double
organ(const uint32_t wave, const uint32_t k)
{
  static const double stops[NUM_WAVES][9] = {
    {1, 0.3, 0, 0.15},
    {1, 0.7, 0.3, 0.5},
    {0.9, 0.8, 0.5, 0.7, 0.2, 0.4, 0, 0.4},
    {0.8, 0.8, 0.6, 0.8, 0.4, 0.6, 0.1, 0.7, 0.2}};
  return k <= 9 ? stops[wave][k - 1] : 0.15 / k;
}

/// A resonance that climbs over a sawtooth
static double
resonance(const uint32_t wave, const uint32_t k)
{
  static const double at[NUM_WAVES] = {3.0, 7.0, 13.0, 24.0};
  return 0.4 / k + 0.6 * peak(k, at[wave], 0.8 + 0.06 * at[wave]);
}

/// Bell-like: few partials far apart
static double
metal(const uint32_t wave, const uint32_t k)
{
  static const uint32_t sets[NUM_WAVES][6] = {{1, 2, 5, 0, 0, 0},
                                              {1, 3, 7, 11, 0, 0},
                                              {1, 4, 9, 13, 19, 0},
                                              {1, 5, 11, 17, 23, 31}};
  for (uint32_t i = 0; i < 6; ++i) {
    if (sets[wave][i] == k) {
      return 1.0 / (1.0 + 0.6 * i);
    }
  }
  return 0.0;
}

/// Bowed: a sawtooth through a body that differs from wave to wave
static double
bowed(const uint32_t wave, const uint32_t k)
{
  const double body =
    1.0 + 0.6 * sin(2.4 * k + 1.3 * wave) + 0.4 * sin(5.1 * k + 2.1 * wave);
  return body / pow(k, 1.3 - 0.12 * wave);
}

/// Hollow and glassy: the lowest, then a cluster high up
static double
glass(const uint32_t wave, const uint32_t k)
{
  const double high = 6.0 + 5.0 * wave;
  return k == 1 ? 1.0 : 0.35 * peak(k, high, 1.2) + 0.1 * peak(k, 3.0, 0.6);
}

static const PartialFunc tables[NUM_TABLES] = {
  saw,         // 0
  square,      // 1
  pulse,       // 2
  vowel,       // 3
  brass,       // 4
  reed,        // 5
  double_reed, // 6
  organ,       // 7
  resonance,   // 8
  metal,       // 9
  bowed,       // 10
  glass,       // 11
};

/// Inverse Fourier transform in place, without the division; `n` is a power of
/// two
static void
transform(double complex* const x, const uint32_t n)
{
  for (uint32_t i = 1, j = 0; i < n; ++i) {
    uint32_t bit = n >> 1u;
    for (; j & bit; bit >>= 1u) {
      j ^= bit;
    }
    j ^= bit;
    if (i < j) {
      const double complex kept = x[i];
      x[i]                      = x[j];
      x[j]                      = kept;
    }
  }

  for (uint32_t size = 2; size <= n; size *= 2) {
    for (uint32_t k = 0; k < size / 2; ++k) {
      const double         angle = 2.0 * M_PI * (double)k / (double)size;
      const double complex turn  = cos(angle) + sin(angle) * I;
      for (uint32_t i = k; i < n; i += size) {
        const double complex a = x[i];
        const double complex b = turn * x[i + size / 2];
        x[i]                   = a + b;
        x[i + size / 2]        = a - b;
      }
    }
  }
}

static uint32_t
octave_frames(const uint32_t octave)
{
  const uint32_t frames = (MOST_PARTIALS >> octave) * FRAMES_PER_PARTIAL;
  return frames > LEAST_WAVE_FRAMES ? frames : LEAST_WAVE_FRAMES;
}

/// Write a wave with as many partials as its octave has
static void
make_wave(const PartialFunc     func,
          const uint32_t        wave,
          const uint32_t        octave,
          double complex* const x,
          float* const          frames)
{
  const uint32_t n = octave_frames(octave);
  for (uint32_t i = 0; i < n; ++i) {
    x[i] = 0.0;
  }

  // All octaves of a wave are as loud as the first
  double power = 0.0;
  for (uint32_t k = 1; k <= MOST_PARTIALS; ++k) {
    const double size = func(wave, k);
    power += 0.5 * size * size;
    if (k <= MOST_PARTIALS >> octave) {
      x[k] = -size * I;
    }
  }
  transform(x, n);

  const double scale = 0.35 / sqrt(power);
  for (uint32_t i = 0; i < n + WAVE_SPARE; ++i) {
    frames[i] = (float)(scale * creal(x[(i + n - 1u) % n]));
  }
}

static Wavetables        made;
static const Wavetables* all;

static void
make_tables(void)
{
  uint32_t frames = 0;
  for (uint32_t i = 0; i < NUM_OCTAVES; ++i) {
    frames += octave_frames(i) + WAVE_SPARE;
  }

  const size_t    whole = (size_t)NUM_TABLES * NUM_WAVES * frames;
  float*          next  = (float*)calloc(whole, sizeof(float));
  double complex* x =
    (double complex*)calloc(octave_frames(0), sizeof(double complex));
  for (uint32_t t = 0; next && x && t < NUM_TABLES; ++t) {
    for (uint32_t octave = 0; octave < NUM_OCTAVES; ++octave) {
      const uint32_t n = octave_frames(octave);
      for (uint32_t wave = 0; wave < NUM_WAVES; ++wave) {
        make_wave(tables[t], wave, octave, x, next);
        made.waves[t][octave][wave] =
          (OctaveWave){next, (uint32_t)__builtin_ctz(n)};
        next += n + WAVE_SPARE;
      }
    }
  }

  all = next && x ? &made : NULL;
  if (!all) {
    free(next);
  }
  free(x);
}

const Wavetables*
wavetables_get(void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_tables);
  return all;
}
