// SPDX-License-Identifier: GPL-3.0-or-later
//
// A frame is the sum of the recording's frames around its place, each by what
// the sinc is there; the sinc between two rows is a straight line.  The filter
// is the state variable filter with trapezoidal integrators (A. Simper, "Linear
// Trapezoidal Integrated SVF").

#include "units/sampler_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

LANES_INLINE float
sum_of(const Lanes a)
{
  float sum = 0.0f;
  for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
    sum += a[i];
  }
  return sum;
}

/// The recording, or what is around the end of its loop, from a frame on
LANES_INLINE const float*
frames_at(const SamplerVoice* const voice,
          const uint32_t            side,
          const int64_t             frame)
{
  return frame >= voice->seam ? voice->seams[side] + (frame - voice->seam_at)
                              : voice->sides[side] + frame;
}

/// One frame of a side or two
LANES_INLINE void
read_frame(const SamplerVoice* const voice, const bool both, float out[2])
{
  const SamplerSinc* const sinc  = voice->sinc;
  const uint32_t           taps  = sinc->taps;
  const uint32_t           part  = (uint32_t)voice->place;
  const uint32_t           rest  = part << (32u - sinc->shift);
  const float* const       row   = sinc->rows + (part >> sinc->shift) * taps;
  const float* const       next  = row + taps;
  const Lanes              share = lanes_all((float)(rest >> 8u) * 0x1p-24f);
  const int64_t            frame = voice->place >> 32;
  const int64_t            first = (int64_t)(taps / 2u) - 1;
  const float* const       a     = frames_at(voice, 0, frame) - first;
  const float* const       b = both ? frames_at(voice, 1, frame) - first : a;

  Lanes sums[2] = {lanes_all(0.0f), lanes_all(0.0f)};
  for (uint32_t i = 0; i < taps; i += LANES_WIDTH) {
    const Lanes here = lanes_load(row + i);
    const Lanes tap  = lanes_fma(lanes_load(next + i) - here, share, here);
    sums[0]          = lanes_fma(lanes_load(a + i), tap, sums[0]);
    if (both) {
      sums[1] = lanes_fma(lanes_load(b + i), tap, sums[1]);
    }
  }
  out[0] = sum_of(sums[0]);
  out[1] = both ? sum_of(sums[1]) : out[0];
}

/// Read `n` frames, or fewer if the recording ends; returns how many
LANES_INLINE uint32_t
read_frames(SamplerVoice* const voice,
            const bool          both,
            float               out[2][GRID_FRAMES],
            const uint32_t      n)
{
  uint32_t done = 0;
  for (; done < n && voice->place < voice->end; ++done) {
    float frame[2];
    read_frame(voice, both, frame);
    out[0][done] = frame[0];
    out[1][done] = frame[1];
    voice->place += voice->step;
    while (voice->place >= voice->wrap) {
      voice->place -= voice->back;
    }
  }
  return done;
}

/// Low-pass a side; `g` is what it is at the first frame
LANES_INLINE void
filter_side(SamplerVoice* const voice,
            const uint32_t      side,
            float* const        frames,
            const uint32_t      n)
{
  float       g  = voice->g;
  const float k  = voice->k;
  float       s1 = voice->state[side][0];
  float       s2 = voice->state[side][1];
  for (uint32_t i = 0; i < n; ++i) {
    const float a1 = 1.0f / (1.0f + g * (g + k));
    const float v3 = frames[i] - s2;
    const float v1 = a1 * s1 + g * a1 * v3;
    const float v2 = s2 + g * v1;
    s1             = 2.0f * v1 - s1;
    s2             = 2.0f * v2 - s2;
    frames[i]      = v2;
    g += voice->g_step;
  }
  voice->state[side][0] = s1;
  voice->state[side][1] = s2;
}

LANES_INLINE void
filter(SamplerVoice* const voice,
       float               frames[2][GRID_FRAMES],
       const bool          both,
       const uint32_t      n)
{
  filter_side(voice, 0, frames[0], n);
  if (both) {
    filter_side(voice, 1, frames[1], n);
  } else {
    for (uint32_t i = 0; i < n; ++i) {
      frames[1][i] = frames[0][i];
    }
  }
  for (uint32_t i = 0; i < n; ++i) {
    voice->g += voice->g_step;
  }
}

/// Fade a frame out if that is to be
LANES_INLINE float
fade_next(SamplerVoice* const voice)
{
  if (!voice->fade_frames) {
    return 1.0f;
  }
  const float part = (float)voice->fade_left / (float)voice->fade_frames;
  voice->fade_left -= voice->fade_left ? 1u : 0u;
  return part;
}

SONIC_RT static void
run(SamplerVoice* const voice,
    const uint32_t      place,
    float* const        left,
    float* const        right,
    const uint32_t      n)
{
  const uint32_t waits = voice->wait < n ? voice->wait : n;
  voice->wait -= waits;

  float          frames[2][GRID_FRAMES];
  const bool     both = voice->sides[1];
  const uint32_t num  = both ? read_frames(voice, true, frames, n - waits)
                             : read_frames(voice, false, frames, n - waits);
  if (voice->filters) {
    filter(voice, frames, both, num);
  }
  for (uint32_t i = 0; i < num; ++i) {
    const float at   = (float)(place + waits + i);
    const float fade = fade_next(voice);
    left[waits + i] +=
      frames[0][i] * fade * (voice->left.base + voice->left.step * at);
    right[waits + i] +=
      frames[1][i] * fade * (voice->right.base + voice->right.step * at);
  }
}

const SamplerKernel LEVEL_NAME(sampler_kernel) = {run};
