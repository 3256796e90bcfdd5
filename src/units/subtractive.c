// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/subtractive.h"

#include "base/rt.h"
#include "units/instrument.h"
#include "units/level_table.h"
#include "units/subtractive_kernel.h"
#include "units/subtractive_state.h"
#include "units/unit.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Level of one oscillator at full velocity; steps overshoot by a third
#define BASE_GAIN 0.4f

/// Grid points from one shape to none, and from none to the next
#define DUCK_POINTS 15.0f

/// Q at the ends of the resonance's range, for the filter as a whole
#define Q_LEAST_2 0.70710678f
#define Q_LEAST_4 0.5f
#define Q_MOST 16.0f

/// Frequency of pitch 0 in Hz
#define HZ_OF_PITCH_0 8.1757989156437073

static const SubtractiveKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(subtractive_kernel);

SONIC_RT static void
move_line(Line* const line, const float end)
{
  line->base = line->end;
  line->step = (end - line->base) / (float)GRID_FRAMES;
  line->end  = end;
}

SONIC_RT static void
settle_line(Line* const line)
{
  line->base = line->end;
  line->step = 0.0f;
}

/// The LFO's value, -1 to 1, if it moves anything
SONIC_RT static float
lfo_value(const Subtractive* const self)
{
  if (control_value(self, SUBTRACTIVE_LFO_PITCH) == 0.0f &&
      control_value(self, SUBTRACTIVE_LFO_CUTOFF) == 0.0f &&
      control_value(self, SUBTRACTIVE_LFO_WIDTH) == 0.0f) {
    return 0.0f;
  }

  const float phase = (float)self->lfo_phase;
  switch ((int)lrintf(control_value(self, SUBTRACTIVE_LFO_SHAPE))) {
    case 0:
      return sinf(2.0f * (float)M_PI * phase);
    case 1:
      return phase < 0.25f   ? 4.0f * phase
             : phase < 0.75f ? 2.0f - 4.0f * phase
                             : 4.0f * phase - 4.0f;
    case 2:
      return 1.0f - 2.0f * phase;
    default:
      return phase < 0.5f ? 1.0f : -1.0f;
  }
}

/// One part of the way from `a` to `b`
SONIC_RT static float
between(const float a, const float b, const float part)
{
  return a + (b - a) * part;
}

/// Work out damping and level, which both follow the resonance
SONIC_RT static void
find_resonance(Subtractive* const self)
{
  SubtractiveAim* const aim = &self->aim;

  // Q rises evenly in decibels; of four poles each pair has the square root
  const float four      = control_value(self, MIX_FOUR);
  const float resonance = control_value(self, SUBTRACTIVE_RESONANCE);
  const float q2        = Q_LEAST_2 * powf(Q_MOST / Q_LEAST_2, resonance);
  const float q4        = Q_LEAST_4 * powf(Q_MOST / Q_LEAST_4, resonance);
  aim->damping          = between(1.0f / q2, 1.0f / sqrtf(q4), four);

  // A quarter of what resonance adds is taken from the level
  const float q   = between(q2 / Q_LEAST_2, q4 / Q_LEAST_4, four);
  const float low = 1.0f / sqrtf(sqrtf(q));
  aim->gain       = BASE_GAIN * low * control_value(self, SUBTRACTIVE_GAIN);
}

/// Work out what else voices aim at
SONIC_RT static void
find_aim(Subtractive* const self, const float lfo)
{
  SubtractiveAim* const aim = &self->aim;

  const float tune = control_value(self, SUBTRACTIVE_TUNE) +
                     lfo * control_value(self, SUBTRACTIVE_LFO_PITCH);
  for (uint32_t i = 0; i < 2; ++i) {
    const uint32_t first = i ? SUBTRACTIVE_OSC2_SHAPE : SUBTRACTIVE_OSC1_SHAPE;
    aim->pitch[OSC_1 + i] =
      tune +
      12.0f *
        control_value(
          self, first + SUBTRACTIVE_OSC1_OCTAVE - SUBTRACTIVE_OSC1_SHAPE) +
      control_value(
        self, first + SUBTRACTIVE_OSC1_SEMITONE - SUBTRACTIVE_OSC1_SHAPE) +
      control_value(self,
                    first + SUBTRACTIVE_OSC1_DETUNE - SUBTRACTIVE_OSC1_SHAPE);
  }
  aim->pitch[OSC_SUB] =
    tune + 12.0f * control_value(self, SUBTRACTIVE_SUB_OCTAVE);

  aim->cutoff = control_value(self, SUBTRACTIVE_CUTOFF) +
                lfo * control_value(self, SUBTRACTIVE_LFO_CUTOFF) / 12.0f;
  aim->cutoff_key = control_value(self, SUBTRACTIVE_FILTER_KEY) / 12.0f;
  aim->cutoff_env = control_value(self, SUBTRACTIVE_FILTER_ENV) / 12.0f;
  aim->cutoff_velocity =
    control_value(self, SUBTRACTIVE_FILTER_VELOCITY) / 12.0f;
  aim->unison = control_value(self, SUBTRACTIVE_UNISON_DETUNE);
  aim->spread = control_value(self, SUBTRACTIVE_SPREAD);
}

/// Go on with changes of shape: down to silence, over to the shape, and up
SONIC_RT static void
advance_shapes(Subtractive* const self)
{
  static const uint32_t shapes[NUM_OSCS] = {
    SUBTRACTIVE_OSC1_SHAPE, SUBTRACTIVE_OSC2_SHAPE, SUBTRACTIVE_SUB_SHAPE};

  for (int i = 0; i < NUM_OSCS; ++i) {
    const Shape wanted = (Shape)lrintf(control_value(self, shapes[i]));
    if (wanted != self->lines.shape[i] && self->duck[i] <= 0.0f) {
      self->lines.shape[i] = wanted;
      for (uint32_t g = 0; g < NUM_GROUPS; ++g) {
        OscLanes* const osc = &self->groups[g].oscs[i];
        memset(osc->tail, 0, sizeof(osc->tail));
        memset(osc->tail_left, 0, sizeof(osc->tail_left));
      }
    }

    const float way = wanted == self->lines.shape[i] ? 1.0f : -1.0f;
    self->duck[i] = fminf(fmaxf(self->duck[i] + way / DUCK_POINTS, 0.0f), 1.0f);
  }
}

/// The width of a pulse as a phase, never moving by more than lines can
SONIC_RT static void
move_width(Subtractive* const self, const Osc osc, const float width)
{
  SubtractiveLines* const lines = &self->lines;

  const float  kept = fminf(fmaxf(width, 0.05f), 0.95f);
  const double end  = (double)kept * 4294967296.0;

  // A width stays where its line ended, since a jump would miss steps
  lines->width[osc] += lines->width_step[osc] * GRID_FRAMES;
  const int64_t way      = (int64_t)end - (int64_t)lines->width[osc];
  lines->width_step[osc] = (uint32_t)(int32_t)(way / (int64_t)GRID_FRAMES);
}

/// Draw the lines that all voices share up to the next grid point
SONIC_RT static void
draw_shared_lines(Subtractive* const self, const float lfo)
{
  static const uint32_t levels[NUM_OSCS] = {
    SUBTRACTIVE_OSC1_LEVEL, SUBTRACTIVE_OSC2_LEVEL, SUBTRACTIVE_SUB_LEVEL};

  SubtractiveLines* const lines = &self->lines;
  for (int i = 0; i < NUM_OSCS; ++i) {
    move_line(&lines->level[i], control_value(self, levels[i]) * self->duck[i]);
  }
  move_line(&lines->noise, control_value(self, SUBTRACTIVE_NOISE_LEVEL));

  const float swing = lfo * control_value(self, SUBTRACTIVE_LFO_WIDTH);
  move_width(self, OSC_1, swing + control_value(self, SUBTRACTIVE_OSC1_WIDTH));
  move_width(self, OSC_2, swing + control_value(self, SUBTRACTIVE_OSC2_WIDTH));

  // High-pass is x - v1 / Q - v2, band-pass v1 / Q, low-pass v2
  const float low  = control_value(self, MIX_LOW);
  const float band = control_value(self, MIX_BAND);
  const float high = control_value(self, MIX_HIGH);
  move_line(&lines->pass, high);
  move_line(&lines->band, (band - high) * self->aim.damping);
  move_line(&lines->low, low - high);
  move_line(&lines->four, control_value(self, MIX_FOUR));

  const bool  still = !lines->four.step && !lines->low.step && low == 1.0f;
  const float four  = lines->four.end;
  lines->path       = still && four == 0.0f   ? FILTER_LOW_2
                      : still && four == 1.0f ? FILTER_LOW_4
                                              : FILTER_ANY;
}

SONIC_RT void
subtractive_settle(Subtractive* const self)
{
  subtractive_settle_controls(self);
  for (int i = 0; i < NUM_OSCS; ++i) {
    self->duck[i] = 0.0f;
  }
  advance_shapes(self);
  for (int i = 0; i < NUM_OSCS; ++i) {
    self->duck[i] = 1.0f;
  }

  // With nothing sounding a width may jump
  const float lfo   = lfo_value(self);
  const float swing = lfo * control_value(self, SUBTRACTIVE_LFO_WIDTH);
  for (uint32_t i = 0; i < 2; ++i) {
    const uint32_t param = i ? SUBTRACTIVE_OSC2_WIDTH : SUBTRACTIVE_OSC1_WIDTH;
    const float    width =
      fminf(fmaxf(swing + control_value(self, param), 0.05f), 0.95f);
    self->lines.width[OSC_1 + i] = (uint32_t)((double)width * 4294967296.0);
    self->lines.width_step[OSC_1 + i] = 0;
  }

  find_resonance(self);
  find_aim(self, lfo);
  draw_shared_lines(self, lfo);
  for (int i = 0; i < NUM_OSCS; ++i) {
    settle_line(&self->lines.level[i]);
  }
  settle_line(&self->lines.noise);
  settle_line(&self->lines.pass);
  settle_line(&self->lines.band);
  settle_line(&self->lines.low);
  settle_line(&self->lines.four);
  draw_shared_lines(self, lfo);
}

/// Begin a grid step: everything goes on to its end
SONIC_RT static void
begin_step(Subtractive* const self)
{
  const double rate = (double)control_value(self, SUBTRACTIVE_LFO_RATE);
  self->lfo_phase += rate * GRID_FRAMES / self->rate;
  self->lfo_phase -= floor(self->lfo_phase);

  if (!subtractive_sounds(self)) {
    return;
  }

  if (self->gliding) {
    subtractive_advance_controls(self);
    find_resonance(self);
  }

  const float lfo = lfo_value(self);
  advance_shapes(self);
  find_aim(self, lfo);
  draw_shared_lines(self, lfo);
  subtractive_draw_lines(self, 0);
}

// The instrument

static size_t
size(void)
{
  return sizeof(Subtractive);
}

static void
init(void* const instance, const uint32_t rate, const CpuLevel level)
{
  assert(cpu_level_available(level));

  Subtractive* const self = (Subtractive*)instance;
  memset(self, 0, sizeof(*self));
  self->kernel = kernels[level];
  self->rate   = (double)rate;

  const double most     = fmin(20000.0, 0.45 * self->rate);
  self->aim.cutoff_most = (float)log2(most);
  self->aim.per_frame   = (float)(1.0 / self->rate);
  self->aim.turn_of_pitch_0 =
    (float)(HZ_OF_PITCH_0 * 4294967296.0 / self->rate);
  self->lines.width[OSC_SUB] = 0x80000000u;

  subtractive_init_controls(self);
  subtractive_silence(self);
  subtractive_settle(self);
}

SONIC_RT static void
reset(void* const instance)
{
  Subtractive* const self = (Subtractive*)instance;
  subtractive_silence(self);
  self->lfo_phase = 0.0;
  subtractive_settle(self);
}

SONIC_RT static void
set(void* const instance, const uint32_t param, const float value)
{
  subtractive_set((Subtractive*)instance, param, value);
}

SONIC_RT static void
note_on(void* const instance, const Note* const note)
{
  subtractive_note_on((Subtractive*)instance, note);
}

SONIC_RT static void
note_off(void* const instance, const uint32_t key)
{
  subtractive_note_off((Subtractive*)instance, key);
}

SONIC_RT static void
all_off(void* const instance)
{
  subtractive_all_off((Subtractive*)instance);
}

/// Write `n` frames of a grid step, beginning with frame `place` of it
SONIC_RT static void
render(Subtractive* const self,
       float* const       left,
       float* const       right,
       const uint32_t     stride,
       const uint32_t     place,
       const uint32_t     n)
{
  if (!subtractive_sounds(self)) {
    for (uint32_t f = 0; f < n; ++f) {
      left[(size_t)stride * f]  = 0.0f;
      right[(size_t)stride * f] = 0.0f;
    }
    return;
  }

  SubtractiveSum sum;
  self->kernel->clear(&sum, n);
  for (uint32_t i = 0; i < NUM_GROUPS; ++i) {
    if (self->groups[i].sounding) {
      self->kernel->render(&self->groups[i], &self->lines, place, n, &sum);
    }
  }
  self->kernel->finish(&sum, left, right, stride, n);
}

SONIC_RT static void
run(void* const    instance,
    float* const   left,
    float* const   right,
    const uint32_t stride,
    const uint64_t grid_frame,
    const uint32_t n)
{
  Subtractive* const self = (Subtractive*)instance;

  uint32_t part = 0;
  for (uint32_t done = 0; done < n; done += part) {
    const uint32_t place = (uint32_t)((grid_frame + done) % GRID_FRAMES);
    const uint32_t cell  = GRID_FRAMES - place;
    part                 = n - done < cell ? n - done : cell;

    if (place) {
      subtractive_draw_lines(self, place);
    } else {
      begin_step(self);
    }

    const size_t first = (size_t)stride * done;
    render(self, left + first, right + first, stride, place, part);
  }
}

SONIC_RT static uint32_t
active(const void* const instance)
{
  const Subtractive* const self  = (const Subtractive*)instance;
  uint32_t                 count = 0;
  for (uint32_t i = 0; i < NUM_GROUPS; ++i) {
    count += (uint32_t)__builtin_popcount(self->groups[i].sounding);
  }
  return count;
}

const InstrumentInfo subtractive_instrument = {
  .symbol     = "subtractive",
  .label      = "Subtractive synthesizer",
  .params     = subtractive_params,
  .num_params = NUM_SUBTRACTIVE_PARAMS,
  .size       = size,
  .init       = init,
  .set        = set,
  .reset      = reset,
  .note_on    = note_on,
  .note_off   = note_off,
  .all_off    = all_off,
  .run        = run,
  .active     = active,
};
