// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/synth.h"

#include "base/rt.h"
#include "units/instrument.h"
#include "units/level_table.h"
#include "units/synth_kernel.h"
#include "units/synth_state.h"
#include "units/unit.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Q at the ends of the resonance's range, for the filter as a whole
#define Q_LEAST_2 0.70710678f
#define Q_LEAST_4 0.5f
#define Q_MOST 16.0f

/// Gain before the drive at its most
#define MOST_DRIVE 40.0f

/// What is slower than this is taken for an offset, in Hz
#define OFFSET_HZ 5.0

/// Semitones that the brightness controller moves the cutoff, both ways
#define BRIGHTNESS_MOST 36.0f

/// Frequency of pitch 0 in Hz
#define HZ_OF_PITCH_0 8.1757989156437073

static const SynthKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(synth_kernel);

/// How far the LFO moves the pitch, in semitones
SONIC_RT static float
vibrato(const Synth* const self)
{
  return control_value(self, SYNTH_LFO_PITCH) +
         control_value(self, PLAY_WHEEL) *
           control_value(self, SYNTH_WHEEL_PITCH);
}

/// The LFO's value, -1 to 1, if it moves anything
SONIC_RT static float
lfo_value(const Synth* const self)
{
  if (vibrato(self) == 0.0f && control_value(self, SYNTH_LFO_CUTOFF) == 0.0f &&
      control_value(self, SYNTH_LFO_LEVEL) == 0.0f &&
      !(self->engine->needs_lfo && self->engine->needs_lfo(self))) {
    return 0.0f;
  }

  const float phase = (float)self->lfo_phase;
  switch ((int)lrintf(control_value(self, SYNTH_LFO_SHAPE))) {
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
find_resonance(Synth* const self, const float lfo)
{
  SynthAim* const aim = &self->aim;

  // Q rises evenly in decibels; of four poles each pair has the square root
  const float four      = control_value(self, MIX_FOUR);
  const float resonance = control_value(self, SYNTH_RESONANCE);
  const float q2        = Q_LEAST_2 * powf(Q_MOST / Q_LEAST_2, resonance);
  const float q4        = Q_LEAST_4 * powf(Q_MOST / Q_LEAST_4, resonance);
  aim->damping          = between(1.0f / q2, 1.0f / sqrtf(q4), four);

  // A quarter of what resonance adds is taken from the level
  const float q     = between(q2 / Q_LEAST_2, q4 / Q_LEAST_4, four);
  const float low   = 1.0f / sqrtf(sqrtf(q));
  const float depth = control_value(self, SYNTH_LFO_LEVEL);
  const float swell = 1.0f - depth * (0.5f - 0.5f * lfo);
  aim->gain =
    self->engine->base_gain * low * swell * control_value(self, SYNTH_GAIN) *
    control_value(self, PLAY_VOLUME) * control_value(self, PLAY_EXPRESSION);
}

/// Work out what else voices aim at
SONIC_RT static void
find_aim(Synth* const self, const float lfo)
{
  SynthAim* const aim = &self->aim;

  const float bend =
    control_value(self, PLAY_BEND) * control_value(self, SYNTH_BEND_RANGE);
  const float tune =
    control_value(self, SYNTH_TUNE) + bend + lfo * vibrato(self);
  for (uint32_t i = 0; i < aim->num_oscs; ++i) {
    aim->pitch[i] = tune;
  }
  aim->pitch_env = control_value(self, SYNTH_PITCH_ENV);

  const float pressure = control_value(self, SYNTH_PRESSURE_CUTOFF);
  const float sweep    = lfo * control_value(self, SYNTH_LFO_CUTOFF) +
                      control_value(self, PLAY_PRESSURE) * pressure +
                      control_value(self, PLAY_BRIGHTNESS) * BRIGHTNESS_MOST;
  aim->cutoff_pressure = pressure / 12.0f;
  aim->cutoff          = control_value(self, SYNTH_CUTOFF) + sweep / 12.0f;
  aim->cutoff_key      = control_value(self, SYNTH_FILTER_KEY) / 12.0f;
  aim->cutoff_env      = control_value(self, SYNTH_FILTER_ENV) / 12.0f;
  aim->cutoff_velocity = control_value(self, SYNTH_FILTER_VELOCITY) / 12.0f;
  aim->unison          = control_value(self, SYNTH_UNISON_DETUNE);
  aim->pan             = control_value(self, PLAY_PAN);
  aim->spread          = control_value(self, SYNTH_SPREAD);
}

/// Draw the lines that all voices share up to the next grid point
SONIC_RT static void
draw_shared_lines(Synth* const self, const float lfo, const bool settled)
{
  SynthLines* const lines = &self->lines;
  draw_line_to(&lines->noise, control_value(self, SYNTH_NOISE_LEVEL), settled);
  lines->noise_env = control_value(self, SYNTH_NOISE_ENV);

  const float drive = control_value(self, SYNTH_DRIVE);
  draw_line_to(
    &lines->drive, drive > 0.0f ? powf(MOST_DRIVE, drive) : 1.0f, settled);

  // High-pass is x - v1 / Q - v2, band-pass v1 / Q, low-pass v2
  const float low  = control_value(self, MIX_LOW);
  const float band = control_value(self, MIX_BAND);
  const float high = control_value(self, MIX_HIGH);
  draw_line_to(&lines->pass, high, settled);
  draw_line_to(&lines->band, (band - high) * self->aim.damping, settled);
  draw_line_to(&lines->low, low - high, settled);
  draw_line_to(&lines->four, control_value(self, MIX_FOUR), settled);

  const bool  still = !lines->four.step && !lines->low.step && low == 1.0f;
  const float four  = lines->four.end;
  lines->path       = still && four == 0.0f   ? FILTER_LOW_2
                      : still && four == 1.0f ? FILTER_LOW_4
                                              : FILTER_ANY;
  self->engine->draw(self, lfo, settled);
}

SONIC_RT void
synth_remove_offset(Synth* const self, const bool on)
{
  const double rise = 2.0 * M_PI * OFFSET_HZ / self->rate;
  self->lines.rise  = on ? (float)rise : 0.0f;
}

SONIC_RT void
synth_move_width(Wave* const wave, const float width, const bool settled)
{
  const float  kept = fminf(fmaxf(width, 0.05f), 0.95f);
  const double end  = (double)kept * 4294967296.0;
  if (settled) {
    wave->width      = (uint32_t)end;
    wave->width_step = 0;
    return;
  }

  // A width stays where its line ended, since a jump would miss steps
  wave->width += wave->width_step * GRID_FRAMES;
  const int64_t way = (int64_t)end - (int64_t)wave->width;
  wave->width_step  = (uint32_t)(int32_t)(way / (int64_t)GRID_FRAMES);
}

SONIC_RT void
synth_settle(Synth* const self)
{
  synth_settle_controls(self);
  const float lfo = lfo_value(self);
  find_resonance(self, lfo);
  find_aim(self, lfo);
  draw_shared_lines(self, lfo, true);
}

/// Begin a grid step: everything goes on to its end
SONIC_RT static void
begin_step(Synth* const self)
{
  const double rate = (double)control_value(self, SYNTH_LFO_RATE);
  self->lfo_phase += rate * GRID_FRAMES / self->rate;
  self->lfo_phase -= floor(self->lfo_phase);

  if (!synth_sounds(self)) {
    return;
  }

  const bool  glides = synth_glides(self);
  const float lfo    = lfo_value(self);
  if (glides) {
    synth_advance_controls(self);
  }
  if (glides || control_value(self, SYNTH_LFO_LEVEL) > 0.0f) {
    find_resonance(self, lfo);
  }

  find_aim(self, lfo);
  draw_shared_lines(self, lfo, false);
  synth_draw_lines(self, 0);
}

// The instrument

void
synth_init(Synth* const             self,
           const SynthEngine* const engine,
           const uint32_t           rate,
           const CpuLevel           level)
{
  assert(cpu_level_available(level));
  assert(engine->num_params <= SYNTH_MAX_PARAMS);

  memset(self, 0, engine->size);
  self->engine = engine;
  self->kernel = kernels[level];
  self->source = engine->kernels[level];
  self->rate   = (double)rate;

  const double most       = fmin(20000.0, 0.45 * self->rate);
  self->aim.num_oscs      = engine->num_oscs;
  self->aim.num_envelopes = ENVELOPE_SOURCE + engine->num_envelopes;
  self->aim.cutoff_most   = (float)log2(most);
  self->aim.per_frame     = (float)(1.0 / self->rate);
  self->aim.turn_of_pitch_0 =
    (float)(HZ_OF_PITCH_0 * 4294967296.0 / self->rate);

  synth_init_controls(self);
  if (engine->init) {
    engine->init(self);
  }
  synth_silence(self);
  synth_rest_controllers(self);
  synth_settle(self);
}

SONIC_RT void
synth_reset(void* const instance)
{
  Synth* const self = (Synth*)instance;
  synth_silence(self);
  self->lfo_phase = 0.0;
  synth_rest_controllers(self);
  synth_settle(self);
}

SONIC_RT void
synth_set(void* const instance, const uint32_t param, const float value)
{
  synth_set_param((Synth*)instance, param, value);
}

/// Write `n` frames of a grid step, beginning with frame `place` of it
SONIC_RT static void
render(Synth* const   self,
       float* const   left,
       float* const   right,
       const uint32_t stride,
       const uint32_t place,
       const uint32_t n)
{
  if (!synth_sounds(self)) {
    for (uint32_t f = 0; f < n; ++f) {
      left[(size_t)stride * f]  = 0.0f;
      right[(size_t)stride * f] = 0.0f;
    }
    return;
  }

  SynthSum sum;
  self->kernel->clear(&sum, n);
  for (uint32_t i = 0; i < NUM_GROUPS; ++i) {
    const Source source = {self->source,
                           source_state(self, i),
                           (const char*)self + self->engine->lines};
    if (self->groups[i].sounding) {
      self->kernel->render(
        &self->groups[i], &source, &self->lines, place, n, &sum);
    }
  }
  self->kernel->finish(&sum, left, right, stride, n);
}

SONIC_RT void
synth_run(void* const    instance,
          float* const   left,
          float* const   right,
          const uint32_t stride,
          const uint64_t grid_frame,
          const uint32_t n)
{
  Synth* const self = (Synth*)instance;

  uint32_t part = 0;
  for (uint32_t done = 0; done < n; done += part) {
    const uint32_t place = (uint32_t)((grid_frame + done) % GRID_FRAMES);
    const uint32_t cell  = GRID_FRAMES - place;
    part                 = n - done < cell ? n - done : cell;

    if (place) {
      synth_draw_lines(self, place);
    } else {
      begin_step(self);
    }

    const size_t first = (size_t)stride * done;
    render(self, left + first, right + first, stride, place, part);
  }
}

SONIC_RT uint32_t
synth_active(const void* const instance)
{
  const Synth* const self  = (const Synth*)instance;
  uint32_t           count = 0;
  for (uint32_t i = 0; i < NUM_GROUPS; ++i) {
    count += (uint32_t)__builtin_popcount(self->groups[i].sounding);
  }
  return count;
}
