// SPDX-License-Identifier: GPL-3.0-or-later
//
// After J.-M. Jot, A. Chaigne, "Digital delay networks for designing artificial
// reverberators" (1991): a line of d frames has the gain 10^(-3 d / (T rate)),
// and a low-pass  y = (1 - p) x + p y[n-1]  that is normalized at 500 Hz.
// Lines are longer than a grid step, so all frames of one are read at once.

#include "units/fdn.h"

#include "base/rt.h"
#include "units/solo_effect.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define DIFFUSION 0.6f

/// Frequency whose time is the one that is asked for
#define MIDDLE_HZ 500.0

/// Lengths of the diffusers in milliseconds, unlike on both sides
static const double diffuser_ms[2][FDN_DIFFUSERS] = {
  {4.77, 3.59, 12.73, 9.31},
  {4.93, 3.41, 12.29, 9.67},
};

/// Lengths of the lines as parts of their mean, spread evenly as logarithms
/// and shuffled, so that echoes of both sides are spread alike
static const double line_part[FDN_LINES] = {
  0.534,
  0.566,
  1.447,
  1.532,
  0.600,
  0.637,
  1.365,
  1.289,
  0.675,
  0.715,
  1.217,
  1.148,
  0.758,
  0.804,
  1.083,
  0.930,
};

static int
is_prime(const uint32_t n)
{
  for (uint32_t i = 2; i * i <= n; ++i) {
    if (n % i == 0) {
      return 0;
    }
  }
  return 1;
}

/// A prime number of frames, longer than a grid step: no two lines ring as one
static uint32_t
frames_of(const double ms, const double rate)
{
  uint32_t frames = (uint32_t)fmax(ms * rate / 1000.0, GRID_FRAMES + 1.0);
  while (!is_prime(frames)) {
    ++frames;
  }
  return frames;
}

size_t
fdn_frames(const double mean_ms, const double rate)
{
  size_t total = 0;
  for (uint32_t i = 0; i < FDN_LINES; ++i) {
    total += frames_of(mean_ms * line_part[i], rate);
  }
  for (uint32_t i = 0; i < 2 * FDN_DIFFUSERS; ++i) {
    total += frames_of(diffuser_ms[i / FDN_DIFFUSERS][i % FDN_DIFFUSERS], rate);
  }
  return total;
}

void
fdn_init(Fdn* const   fdn,
         float* const memory,
         const double mean_ms,
         const double rate)
{
  memset(fdn, 0, sizeof(*fdn));
  fdn->rate   = rate;
  fdn->memory = memory;
  for (uint32_t i = 0; i < FDN_LINES; ++i) {
    FdnLine* const line = &fdn->lines[i];
    line->ring          = memory + fdn->total;
    line->frames        = frames_of(mean_ms * line_part[i], rate);
    fdn->total += line->frames;
  }
  for (uint32_t i = 0; i < 2 * FDN_DIFFUSERS; ++i) {
    const uint32_t side = i / FDN_DIFFUSERS;
    FdnLine* const line = &fdn->diffusers[side][i % FDN_DIFFUSERS];
    line->ring          = memory + fdn->total;
    line->frames        = frames_of(diffuser_ms[side][i % FDN_DIFFUSERS], rate);
    fdn->total += line->frames;
  }
  fdn_clear(fdn);
  fdn_set(fdn, 1.0, 0.0, true);
}

SONIC_RT void
fdn_clear(Fdn* const fdn)
{
  memset(fdn->memory, 0, fdn->total * sizeof(float));
  memset(fdn->low, 0, sizeof(fdn->low));
  for (uint32_t i = 0; i < FDN_LINES; ++i) {
    fdn->lines[i].at = 0;
  }
  for (uint32_t i = 0; i < 2 * FDN_DIFFUSERS; ++i) {
    fdn->diffusers[i / FDN_DIFFUSERS][i % FDN_DIFFUSERS].at = 0;
  }
}

SONIC_RT void
fdn_set(Fdn* const   fdn,
        const double seconds,
        const double damping,
        const bool   jump)
{
  // At half the rate, where the low-pass gives (1 - p) / (1 + p), the time is
  // `part` of that at the middle
  const double part = 1.0 - 0.8 * damping;
  const double cosw = cos(2.0 * M_PI * MIDDLE_HZ / fdn->rate);

  double power = 0.0;
  for (uint32_t i = 0; i < FDN_LINES; ++i) {
    const double turns = (double)fdn->lines[i].frames / (seconds * fdn->rate);
    const double gain  = pow(10.0, -3.0 * turns);
    const double high  = pow(10.0, -3.0 * turns * (1.0 / part - 1.0));
    const double p     = (1.0 - high) / (1.0 + high);
    const double low   = (1.0 - p) / sqrt(1.0 - 2.0 * p * cosw + p * p);
    solo_aim(&fdn->pole[i], (float)p, jump);
    solo_aim(&fdn->gain[i], (float)(gain / low * (1.0 - p)), jump);
    power += gain * gain / FDN_LINES;
  }
  solo_aim(&fdn->level, (float)sqrt(1.0 - power), jump);
}

SONIC_RT static void
read_line(const FdnLine* const line, float* const out, const uint32_t n)
{
  const uint32_t rest = line->frames - line->at;
  const uint32_t part = n < rest ? n : rest;
  memcpy(out, line->ring + line->at, part * sizeof(float));
  memcpy(out + part, line->ring, (n - part) * sizeof(float));
}

/// Put `n` frames where those were read
SONIC_RT static void
write_line(FdnLine* const line, const float* const in, const uint32_t n)
{
  const uint32_t rest = line->frames - line->at;
  const uint32_t part = n < rest ? n : rest;
  memcpy(line->ring + line->at, in, part * sizeof(float));
  memcpy(line->ring, in + part, (n - part) * sizeof(float));
  line->at = (line->at + n) % line->frames;
}

/// Schroeder's all-pass:  v = x - g out,  y = out + g v,  out = v[n-d]
SONIC_RT static void
diffuse(FdnLine* const line, float* const x, const uint32_t n)
{
  float out[GRID_FRAMES];
  float v[GRID_FRAMES];
  read_line(line, out, n);
  for (uint32_t f = 0; f < n; ++f) {
    v[f] = x[f] - DIFFUSION * out[f];
    x[f] = out[f] + DIFFUSION * v[f];
  }
  write_line(line, v, n);
}

/// Hadamard's matrix on all lines, scaled to keep their power
SONIC_RT static void
mix_lines(float rows[FDN_LINES][GRID_FRAMES])
{
  for (uint32_t half = 1; half < FDN_LINES; half *= 2) {
    for (uint32_t i = 0; i < FDN_LINES; ++i) {
      if (i & half) {
        continue;
      }
      float* const a = rows[i];
      float* const b = rows[i + half];
      for (uint32_t f = 0; f < GRID_FRAMES; ++f) {
        const float sum = a[f] + b[f];
        b[f]            = a[f] - b[f];
        a[f]            = sum;
      }
    }
  }
}

/// Rows of Hadamard's matrix by which sides and lines are joined: all lines
/// hear both sides and are heard on both, and no two rows are alike
enum { FROM_LEFT = 5, FROM_RIGHT = 10, TO_LEFT = 3, TO_RIGHT = 12 };

SONIC_RT static float
sign_of(const uint32_t line, const uint32_t row)
{
  return __builtin_parity(line & row) ? -1.0f : 1.0f;
}

SONIC_RT void
fdn_run(Fdn* const fdn, float* const left, float* const right, const uint32_t n)
{
  for (uint32_t i = 0; i < FDN_DIFFUSERS; ++i) {
    diffuse(&fdn->diffusers[0][i], left, n);
    diffuse(&fdn->diffusers[1][i], right, n);
  }

  float rows[FDN_LINES][GRID_FRAMES] = {{0.0f}};
  float sums[2][GRID_FRAMES]         = {{0.0f}};
  for (uint32_t i = 0; i < FDN_LINES; ++i) {
    float* const row = rows[i];
    read_line(&fdn->lines[i], row, n);

    SoloLine gain = fdn->gain[i];
    SoloLine pole = fdn->pole[i];
    float    low  = fdn->low[i];
    for (uint32_t f = 0; f < n; ++f) {
      low    = solo_next(&gain) * row[f] + solo_next(&pole) * low;
      row[f] = low;
    }
    fdn->low[i]  = low;
    fdn->gain[i] = gain;
    fdn->pole[i] = pole;

    const float to_left  = sign_of(i, TO_LEFT);
    const float to_right = sign_of(i, TO_RIGHT);
    for (uint32_t f = 0; f < n; ++f) {
      sums[0][f] += to_left * row[f];
      sums[1][f] += to_right * row[f];
    }
  }

  mix_lines(rows);
  for (uint32_t i = 0; i < FDN_LINES; ++i) {
    const float  from_left  = sign_of(i, FROM_LEFT);
    const float  from_right = sign_of(i, FROM_RIGHT);
    float* const row        = rows[i];
    for (uint32_t f = 0; f < n; ++f) {
      row[f] = 0.25f * row[f] + from_left * left[f] + from_right * right[f];
    }
    write_line(&fdn->lines[i], row, n);
  }

  for (uint32_t f = 0; f < n; ++f) {
    const float level = 0.25f * solo_next(&fdn->level);
    left[f]           = level * sums[0][f];
    right[f]          = level * sums[1][f];
  }
}
