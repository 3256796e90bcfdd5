// SPDX-License-Identifier: GPL-3.0-or-later

#include "analysis/true_peak.h"

#include <math.h>
#include <string.h>

/// Points of the whole windowed sine over its argument
#define NUM_POINTS ((TRUE_PEAK_TAPS - 1u) * TRUE_PEAK_FACTOR + 1u)

#define WINDOWS_PER_SECOND 20u

void
true_peak_init(TruePeak* const peak, const uint32_t rate)
{
  memset(peak, 0, sizeof(*peak));
  peak->window = rate / WINDOWS_PER_SECOND;
  for (uint32_t i = 0; i < NUM_POINTS; ++i) {
    const double at   = (double)i - (NUM_POINTS - 1u) / 2.0;
    const double turn = at * M_PI / TRUE_PEAK_FACTOR;
    const double sinc = at == 0.0 ? 1.0 : sin(turn) / turn;
    const double hann =
      0.5 * (1.0 - cos(2.0 * M_PI * (double)i / (NUM_POINTS - 1u)));
    peak->taps[i % TRUE_PEAK_FACTOR][i / TRUE_PEAK_FACTOR] =
      (float)(sinc * hann);
  }
}

/// Highest of `n` frames of a side, at most TRUE_PEAK_FRAMES, whose past stands
/// before them
static float
find_peak(const TruePeak* const peak, const float* const past, const uint32_t n)
{
  float most = 0.0f;
  for (uint32_t phase = 0; phase < TRUE_PEAK_FACTOR; ++phase) {
    float sums[TRUE_PEAK_FRAMES] = {0.0f};
    for (uint32_t tap = 0; tap < TRUE_PEAK_TAPS; ++tap) {
      const float        gain = peak->taps[phase][tap];
      const float* const from = past + TRUE_PEAK_TAPS - 1u - tap;
      for (uint32_t f = 0; f < TRUE_PEAK_FRAMES; ++f) {
        sums[f] += gain * from[f];
      }
    }

    for (uint32_t f = 0; f < n; ++f) {
      most = fmaxf(most, fabsf(sums[f]));
    }
  }
  return most;
}

/// Take in a few frames of a side
static void
add_side(TruePeak* const    peak,
         const uint32_t     side,
         const float* const frames,
         const uint32_t     n)
{
  float* const past = peak->past[side];
  memcpy(past + TRUE_PEAK_TAPS - 1u, frames, n * sizeof(float));

  const float most = find_peak(peak, past, n);
  peak->now[side]  = fmaxf(peak->now[side], most);
  peak->max[side]  = fmaxf(peak->max[side], most);
  memmove(past, past + n, (TRUE_PEAK_TAPS - 1u) * sizeof(float));
}

void
true_peak_add(TruePeak* const    peak,
              const float* const left,
              const float* const right,
              const uint32_t     n)
{
  for (uint32_t done = 0; done < n;) {
    const uint32_t rest = n - done;
    const uint32_t part = rest < TRUE_PEAK_FRAMES ? rest : TRUE_PEAK_FRAMES;
    add_side(peak, 0, left + done, part);
    add_side(peak, 1, right + done, part);
    done += part;
    peak->frames += part;
    if (peak->frames >= peak->window) {
      memcpy(peak->before, peak->now, sizeof(peak->before));
      memset(peak->now, 0, sizeof(peak->now));
      peak->frames = 0;
    }
  }
}

void
true_peak_reset(TruePeak* const peak)
{
  memset(peak->max, 0, sizeof(peak->max));
}

float
true_peak_recent(const TruePeak* const peak, const uint32_t side)
{
  return fmaxf(peak->now[side], peak->before[side]);
}
