// SPDX-License-Identifier: GPL-3.0-or-later
//
// A formant is the band-pass of the state variable filter of synth_kernel.c,
// with a gain of 1 at its frequency.

#include "units/formant_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "units/synth_kernel.h"
#include "units/synth_lanes.h"
#include "units/unit.h"
#include "units/wave_lanes.h"

#include <stdint.h>
#include <string.h>

/// Gains of a formant whose frequency is 2^octaves Hz
LANES_INLINE void
find_gains(const FormantLines* const lines,
           const uint32_t            i,
           const Lanes               octaves,
           Lanes                     gains[NUM_FILTER_GAINS])
{
  const Lanes kept = lanes_clamp(octaves, 4.0f, lines->most);
  const Lanes g    = lanes_tan_pi(lanes_exp2(kept) * lines->per_frame);
  const Lanes a1 = 1.0f / lanes_fma(g, g + lines->damping[i], lanes_all(1.0f));
  gains[FILTER_A1] = a1;
  gains[FILTER_A2] = g * a1;
  gains[FILTER_A3] = g * g * a1;
}

SONIC_RT static void
aim(VoiceGroup* const group,
    void* const       state,
    const void* const shared,
    const uint32_t    lanes,
    const uint32_t    fresh,
    const uint32_t    frames)
{
  const FormantLines* const  lines    = (const FormantLines*)shared;
  FormantGroup* const        formants = (FormantGroup*)state;
  const EnvelopeLanes* const envelope = &group->envelopes[ENVELOPE_FILTER];

  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (!(lanes & lanes_part(lane))) {
      continue;
    }

    const Lanes env  = lanes_all(lines->env);
    const Lanes key  = (lanes_load(&group->pitch[lane]) - 60.0f) * lines->key;
    const Lanes from = lanes_fma(lanes_load(&envelope->from[lane]), env, key);
    const Lanes to   = lanes_fma(lanes_load(&envelope->value[lane]), env, key);
    for (uint32_t i = 0; i < NUM_FORMANTS; ++i) {
      Lanes start[NUM_FILTER_GAINS];
      Lanes end[NUM_FILTER_GAINS];
      find_gains(lines, i, from + lines->hz[i], start);
      find_gains(lines, i, to + lines->hz[i], end);
      for (uint32_t j = 0; j < NUM_FILTER_GAINS; ++j) {
        line_lanes_draw(&formants->gains[i][j],
                        lane,
                        lanes_mask(lanes >> lane),
                        lanes_mask(fresh >> lane),
                        start[j],
                        end[j],
                        1.0f / (float)frames);
      }
    }
  }
}

/// Run a formant of a vector of lanes over its columns
LANES_INLINE void
add_formant(FormantGroup* const       formants,
            const FormantLines* const lines,
            const uint32_t            i,
            const uint32_t            lane,
            const uint32_t            place,
            const uint32_t            n,
            const Lanes* const        in,
            Lanes* const              out)
{
  Lanes s1 = lanes_load(&formants->integrators[i][0][lane]);
  Lanes s2 = lanes_load(&formants->integrators[i][1][lane]);
  Lanes a[NUM_FILTER_GAINS];
  Lanes step[NUM_FILTER_GAINS];
  for (uint32_t j = 0; j < NUM_FILTER_GAINS; ++j) {
    a[j]    = lanes_load(&formants->gains[i][j].value[lane]);
    step[j] = lanes_load(&formants->gains[i][j].step[lane]);
  }

  const float damping = lines->damping[i];
  const Lanes two     = lanes_all(2.0f);
  for (uint32_t f = 0; f < n; ++f) {
    const Lanes v3 = in[f] - s2;
    const Lanes v1 = lanes_fma(a[FILTER_A2], v3, a[FILTER_A1] * s1);
    const Lanes v2 =
      lanes_fma(a[FILTER_A3], v3, lanes_fma(a[FILTER_A2], s1, s2));
    s1 = lanes_fma(two, v1, -s1);
    s2 = lanes_fma(two, v2, -s2);
    out[f] =
      lanes_fma(v1, line_at(lines->level[i], place + f) * damping, out[f]);
    for (uint32_t j = 0; j < NUM_FILTER_GAINS; ++j) {
      a[j] += step[j];
    }
  }

  lanes_store(&formants->integrators[i][0][lane], s1);
  lanes_store(&formants->integrators[i][1][lane], s2);
  for (uint32_t j = 0; j < NUM_FILTER_GAINS; ++j) {
    lanes_store(&formants->gains[i][j].value[lane], a[j]);
  }
}

/// Add breath to what goes into the formants
LANES_INLINE void
add_breath(const VoiceGroup* const   group,
           const FormantLines* const lines,
           const uint32_t            place,
           const uint32_t            n,
           Rows                      rows)
{
  if (is_silent(lines->breath)) {
    return;
  }

  EACH_LANE(group->sounding, {
    // The noise that all synthesizers add has other numbers
    float* const row = rows[lane];
    for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
      const Lanes noise = noise_points(~(group->noise[lane] + f));
      const Lanes level = line_points(lines->breath, place + f);
      lanes_store(row + f, lanes_fma(noise, level, lanes_load(row + f)));
    }
  });
}

/// Take the frames of a vector of lanes out of their rows
LANES_INLINE void
read_columns(const Rows rows, const uint32_t lane, Lanes* const columns)
{
  for (uint32_t f = 0; f < GRID_FRAMES; f += LANES_WIDTH) {
    Lanes square[SONIC_VECTOR];
    for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
      square[i] = lanes_load(&rows[lane + i][f]);
    }
    lanes_transpose(square);
    for (uint32_t i = 0; i < LANES_WIDTH; ++i) {
      columns[f + i] = square[i];
    }
  }
}

SONIC_RT static void
render(VoiceGroup* const group,
       void* const       state,
       const void* const shared,
       const uint32_t    place,
       const uint32_t    n,
       Rows              rows)
{
  const FormantLines* const lines    = (const FormantLines*)shared;
  FormantGroup* const       formants = (FormantGroup*)state;

  _Alignas(64) Rows source;
  memset(source, 0, sizeof(source));
  render_wave(group, 0, &lines->wave, place, n, source);
  add_breath(group, lines, place, n, source);

  for (uint32_t lane = 0; lane < LANES; lane += LANES_WIDTH) {
    if (!(group->sounding & lanes_part(lane))) {
      continue;
    }

    Lanes in[GRID_FRAMES];
    Lanes out[GRID_FRAMES];
    read_columns(source, lane, in);
    for (uint32_t f = 0; f < GRID_FRAMES; ++f) {
      out[f] = f < n ? in[f] * line_at(lines->dry, place + f) : lanes_all(0.0f);
    }
    for (uint32_t i = 0; i < NUM_FORMANTS; ++i) {
      add_formant(formants, lines, i, lane, place, n, in, out);
    }
    rows_add_columns(rows, lane, out);
  }
}

const SourceKernel LEVEL_NAME(formant_kernel) = {aim, render};
