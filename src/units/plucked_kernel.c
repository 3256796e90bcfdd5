// SPDX-License-Identifier: GPL-3.0-or-later
//
// The loop of a string is y[n] = e[n] + sum of taps[k] y[n - delay - k].  The
// taps are the loss filter (b, 1 - 2b, b), twice, by Lagrange's interpolation
// of six points, so that the delay of a whole turn is the period.  Since the
// delay is longer than a few frames, consecutive frames are worked out at once.

#include "units/plucked_kernel.h"

#include "base/rt.h"
#include "dsp/lanes.h"
#include "dsp/lanes_math.h"
#include "dsp/osc_lanes.h"
#include "units/synth_kernel.h"
#include "units/synth_lanes.h"
#include "units/unit.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define POINTS 6u
#define LOSS_TAPS 5u
#define MASK (STRING_FRAMES - 1u)

/// Most of what comes back, so that nothing stays for ever
#define MOST_GAIN 0.99995f

/// Lagrange's weights for a point `at` frames after the first of six
LANES_INLINE void
find_lagrange(const float at, float weights[POINTS])
{
  for (uint32_t i = 0; i < POINTS; ++i) {
    float weight = 1.0f;
    for (uint32_t j = 0; j < POINTS; ++j) {
      if (j != i) {
        weight *= (at - (float)j) / ((float)i - (float)j);
      }
    }
    weights[i] = weight;
  }
}

/// The loss filter for a period in frames
LANES_INLINE void
find_loss(const PluckedLines* const lines,
          const float               period,
          const float               octaves,
          float                     loss[LOSS_TAPS])
{
  const float growth = exp2f(octaves * lines->loss_key);
  const float turns  = lines->loss * growth * period;
  const float gain   = exp2f(-turns);
  const float high   = exp2f(-turns * (1.0f / lines->brightness - 1.0f));
  const float b = fminf((1.0f - sqrtf(high)) / (2.0f * lines->fall_4k), 0.25f);

  // What the filter takes of the fundamental is given back
  const float angle = 2.0f * (float)M_PI / period;
  const float own   = 1.0f - 2.0f * b * (1.0f - cosf(angle));
  const float whole = fminf(gain / (own * own), MOST_GAIN);

  const float middle = 1.0f - 2.0f * b;
  loss[0]            = whole * b * b;
  loss[1]            = whole * 2.0f * b * middle;
  loss[2]            = whole * (middle * middle + 2.0f * b * b);
  loss[3]            = loss[1];
  loss[4]            = loss[0];
}

/// Work out a loop whose period is that of a turn
LANES_INLINE void
find_loop(StringLoop* const         loop,
          const PluckedLines* const lines,
          const uint32_t            turn,
          const float               octaves)
{
  const float most   = (float)(STRING_FRAMES - 2u * STRING_SPARE);
  const float exact  = 4294967296.0f / (float)(turn ? turn : 1u);
  const float period = fminf(fmaxf(exact, 5.5f), most);

  // Two frames are the loss filter's, between two and three Lagrange's
  loop->delay = (uint32_t)(period - 4.0f);
  float weights[POINTS];
  float loss[LOSS_TAPS];
  find_lagrange(period - 2.0f - (float)loop->delay, weights);
  find_loss(lines, period, octaves, loss);

  memset(loop->taps, 0, sizeof(loop->taps));
  for (uint32_t i = 0; i < POINTS; ++i) {
    for (uint32_t j = 0; j < LOSS_TAPS; ++j) {
      loop->taps[i + j] += weights[i] * loss[j];
    }
  }
}

SONIC_RT static void
aim(VoiceGroup* const group,
    void* const       state,
    const void* const shared,
    const uint32_t    lanes,
    const uint32_t    fresh,
    const uint32_t    frames)
{
  const PluckedLines* const lines = (const PluckedLines*)shared;
  (void)frames;

  EACH_LANE(lanes, {
    String* const  string  = &((PluckedGroup*)state)->strings[lane];
    const uint32_t turn    = group->oscs[0].end[lane];
    const float    octaves = (group->pitch[lane] - 60.0f) * (1.0f / 12.0f);
    const bool     begins  = (fresh >> lane) & 1u;
    const bool     changes =
      begins || turn != string->turn || lines->version != string->version;
    if (changes) {
      string->before = string->loop;
      find_loop(&string->loop, lines, turn, octaves);
    }
    string->moving  = changes && !begins;
    string->turn    = turn;
    string->version = lines->version;
  });
}

/// What comes back to a vector of frames
LANES_INLINE Lanes
run_loop(const StringLoop* const loop,
         const float* const      history,
         const uint32_t          head)
{
  Lanes y = lanes_all(0.0f);
  for (uint32_t k = 0; k < STRING_TAPS; ++k) {
    const uint32_t at = (head - loop->delay - k) & MASK;
    y = lanes_fma(lanes_load(history + at), lanes_all(loop->taps[k]), y);
  }
  return y;
}

/// The pulse that sets a string off, `late` frames late
LANES_INLINE Lanes
pulse(const String* const string, const uint32_t late, const float noisy)
{
  const LanesInt frame = lanes_count() + (int32_t)(string->head - late);
  const Lanes    way   = lanes_from_int(frame) * (1.0f / string->width);
  const Lanes    kept  = lanes_clamp(way, 0.0f, 1.0f);
  const Lanes    sine  = lanes_sin_turn(kept);
  const Lanes    noise =
    noise_points(string->seed + string->head - late) * (2.0f * noisy);
  return sine * sine * (noise + (1.0f - noisy));
}

/// Add what sets a string off to a vector of frames
LANES_INLINE Lanes
excite(const String* const string, const PluckedLines* const lines, Lanes y)
{
  const uint32_t first = string->head;
  const uint32_t apart = string->position;
  if ((float)first < string->width + (float)apart) {
    const Lanes both =
      pulse(string, 0, lines->noise) - pulse(string, apart, lines->noise);
    y = lanes_fma(both, lanes_all(string->size), y);
  }
  if (lines->bow > 0.0f) {
    const Lanes noise = noise_points(~string->seed + first) -
                        noise_points(~string->seed + first - apart);
    y = lanes_fma(noise, lanes_all(lines->bow), y);
  }
  return y;
}

/// Keep a vector of frames, of which later ones may not be known yet
LANES_INLINE void
keep(float* const history, const uint32_t head, const Lanes y)
{
  const uint32_t at = head & MASK;
  lanes_store(history + at, y);
  if (at + LANES_WIDTH > STRING_FRAMES) {
    memcpy(history, history + STRING_FRAMES, LANES_WIDTH * sizeof(float));
  } else if (at < STRING_SPARE) {
    memcpy(history + STRING_FRAMES, history, STRING_SPARE * sizeof(float));
  }
}

/// Add a string to the row of its lane
LANES_INLINE void
render_string(String* const             string,
              const PluckedLines* const lines,
              const uint32_t            place,
              const uint32_t            n,
              float* const              row)
{
  float          out[GRID_FRAMES + LANES];
  const uint32_t now    = string->loop.delay;
  const uint32_t then   = string->moving ? string->before.delay : now;
  const uint32_t least  = now < then ? now : then;
  const uint32_t known  = least < LANES_WIDTH ? least : LANES_WIDTH;
  const Line     change = {1.0f / GRID_FRAMES, 1.0f / GRID_FRAMES, 0.0f};

  uint32_t part = 0;
  for (uint32_t f = 0; f < n; f += part) {
    Lanes y = run_loop(&string->loop, string->history, string->head);
    if (string->moving) {
      const Lanes old =
        run_loop(&string->before, string->history, string->head);
      y = lanes_fma(y - old, line_points(change, place + f), old);
    }
    y = excite(string, lines, y);
    keep(string->history, string->head, y);
    lanes_store(out + f, y);

    part = n - f < known ? n - f : known;
    string->head += part;
  }

  for (uint32_t f = 0; f < n; f += LANES_WIDTH) {
    lanes_store(row + f, lanes_load(row + f) + lanes_load(out + f));
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
  const PluckedLines* const lines   = (const PluckedLines*)shared;
  PluckedGroup* const       plucked = (PluckedGroup*)state;
  EACH_LANE(group->sounding, {
    render_string(&plucked->strings[lane], lines, place, n, rows[lane]);
    advance_osc(&group->oscs[0], lane, n);
  });
}

const SourceKernel LEVEL_NAME(plucked_kernel) = {aim, render};
