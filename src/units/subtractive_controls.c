// SPDX-License-Identifier: GPL-3.0-or-later
//
// The synthesizer's parameters and how they move

#include "base/rt.h"
#include "units/subtractive.h"
#include "units/subtractive_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define GLIDE_SECONDS 0.020

// clang-format off
const ParamInfo subtractive_params[NUM_SUBTRACTIVE_PARAMS] = {
  //                            symbol               label                 unit              min    initial    max      scale
  [SUBTRACTIVE_OSC1_SHAPE]    = {"osc1_shape",       "Osc 1 shape",        UNIT_NONE,        0.0f,     2.0f,     3.0f, SCALE_LINEAR},
  [SUBTRACTIVE_OSC1_OCTAVE]   = {"osc1_octave",      "Osc 1 octave",       UNIT_NONE,       -3.0f,     0.0f,     3.0f, SCALE_LINEAR},
  [SUBTRACTIVE_OSC1_SEMITONE] = {"osc1_semitone",    "Osc 1 semitone",     UNIT_SEMITONES, -12.0f,     0.0f,    12.0f, SCALE_LINEAR},
  [SUBTRACTIVE_OSC1_DETUNE]   = {"osc1_detune",      "Osc 1 detune",       UNIT_CENTS,    -100.0f,     0.0f,   100.0f, SCALE_LINEAR},
  [SUBTRACTIVE_OSC1_LEVEL]    = {"osc1_level",       "Osc 1 level",        UNIT_DB,        -60.0f,     0.0f,     0.0f, SCALE_FADER},
  [SUBTRACTIVE_OSC1_WIDTH]    = {"osc1_width",       "Osc 1 pulse width",  UNIT_PERCENT,     5.0f,    50.0f,    95.0f, SCALE_LINEAR},
  [SUBTRACTIVE_OSC2_SHAPE]    = {"osc2_shape",       "Osc 2 shape",        UNIT_NONE,        0.0f,     2.0f,     3.0f, SCALE_LINEAR},
  [SUBTRACTIVE_OSC2_OCTAVE]   = {"osc2_octave",      "Osc 2 octave",       UNIT_NONE,       -3.0f,     0.0f,     3.0f, SCALE_LINEAR},
  [SUBTRACTIVE_OSC2_SEMITONE] = {"osc2_semitone",    "Osc 2 semitone",     UNIT_SEMITONES, -12.0f,     0.0f,    12.0f, SCALE_LINEAR},
  [SUBTRACTIVE_OSC2_DETUNE]   = {"osc2_detune",      "Osc 2 detune",       UNIT_CENTS,    -100.0f,     0.0f,   100.0f, SCALE_LINEAR},
  [SUBTRACTIVE_OSC2_LEVEL]    = {"osc2_level",       "Osc 2 level",        UNIT_DB,        -60.0f,   -60.0f,     0.0f, SCALE_FADER},
  [SUBTRACTIVE_OSC2_WIDTH]    = {"osc2_width",       "Osc 2 pulse width",  UNIT_PERCENT,     5.0f,    50.0f,    95.0f, SCALE_LINEAR},
  [SUBTRACTIVE_SUB_SHAPE]     = {"sub_shape",        "Sub shape",          UNIT_NONE,        0.0f,     0.0f,     3.0f, SCALE_LINEAR},
  [SUBTRACTIVE_SUB_OCTAVE]    = {"sub_octave",       "Sub octave",         UNIT_NONE,       -2.0f,    -1.0f,     0.0f, SCALE_LINEAR},
  [SUBTRACTIVE_SUB_LEVEL]     = {"sub_level",        "Sub level",          UNIT_DB,        -60.0f,   -60.0f,     0.0f, SCALE_FADER},
  [SUBTRACTIVE_NOISE_LEVEL]   = {"noise_level",      "Noise level",        UNIT_DB,        -60.0f,   -60.0f,     0.0f, SCALE_FADER},
  [SUBTRACTIVE_PHASE]         = {"phase",            "Random phase",       UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},
  [SUBTRACTIVE_FILTER_TYPE]   = {"filter_type",      "Filter type",        UNIT_NONE,        0.0f,     0.0f,     2.0f, SCALE_LINEAR},
  [SUBTRACTIVE_FILTER_POLES]  = {"filter_poles",     "Filter poles",       UNIT_NONE,        2.0f,     2.0f,     4.0f, SCALE_LINEAR},
  [SUBTRACTIVE_CUTOFF]        = {"cutoff",           "Cutoff",             UNIT_HZ,         20.0f, 20000.0f, 20000.0f, SCALE_LOG},
  [SUBTRACTIVE_RESONANCE]     = {"resonance",        "Resonance",          UNIT_NONE,        0.0f,     0.0f,     1.0f, SCALE_LINEAR},
  [SUBTRACTIVE_FILTER_KEY]    = {"filter_key",       "Key to cutoff",      UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},
  [SUBTRACTIVE_FILTER_ENV]    = {"filter_env",       "Envelope to cutoff", UNIT_SEMITONES, -96.0f,     0.0f,    96.0f, SCALE_LINEAR},
  [SUBTRACTIVE_FILTER_VELOCITY] = {"filter_velocity", "Velocity to cutoff", UNIT_SEMITONES,  0.0f,     0.0f,    60.0f, SCALE_LINEAR},
  [SUBTRACTIVE_FILTER_ATTACK] = {"filter_attack",    "Filter attack",      UNIT_MS,          0.5f,     1.0f, 10000.0f, SCALE_LOG},
  [SUBTRACTIVE_FILTER_DECAY]  = {"filter_decay",     "Filter decay",       UNIT_MS,          1.0f,   300.0f, 20000.0f, SCALE_LOG},
  [SUBTRACTIVE_FILTER_SUSTAIN] = {"filter_sustain",  "Filter sustain",     UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},
  [SUBTRACTIVE_FILTER_RELEASE] = {"filter_release",  "Filter release",     UNIT_MS,          1.0f,   300.0f, 20000.0f, SCALE_LOG},
  [SUBTRACTIVE_ATTACK]        = {"attack",           "Attack",             UNIT_MS,          0.5f,    10.0f, 10000.0f, SCALE_LOG},
  [SUBTRACTIVE_DECAY]         = {"decay",            "Decay",              UNIT_MS,          1.0f,   300.0f, 20000.0f, SCALE_LOG},
  [SUBTRACTIVE_SUSTAIN]       = {"sustain",          "Sustain",            UNIT_PERCENT,     0.0f,   100.0f,   100.0f, SCALE_LINEAR},
  [SUBTRACTIVE_RELEASE]       = {"release",          "Release",            UNIT_MS,          1.0f,   100.0f, 20000.0f, SCALE_LOG},
  [SUBTRACTIVE_VELOCITY]      = {"velocity",         "Velocity to level",  UNIT_PERCENT,     0.0f,    70.0f,   100.0f, SCALE_LINEAR},
  [SUBTRACTIVE_LFO_SHAPE]     = {"lfo_shape",        "LFO shape",          UNIT_NONE,        0.0f,     0.0f,     3.0f, SCALE_LINEAR},
  [SUBTRACTIVE_LFO_RATE]      = {"lfo_rate",         "LFO rate",           UNIT_HZ,          0.01f,    5.0f,    30.0f, SCALE_LOG},
  [SUBTRACTIVE_LFO_PITCH]     = {"lfo_pitch",        "LFO to pitch",       UNIT_CENTS,       0.0f,     0.0f,  1200.0f, SCALE_LINEAR},
  [SUBTRACTIVE_LFO_CUTOFF]    = {"lfo_cutoff",       "LFO to cutoff",      UNIT_SEMITONES,   0.0f,     0.0f,    60.0f, SCALE_LINEAR},
  [SUBTRACTIVE_LFO_WIDTH]     = {"lfo_width",        "LFO to pulse width", UNIT_PERCENT,     0.0f,     0.0f,    45.0f, SCALE_LINEAR},
  [SUBTRACTIVE_MODE]          = {"mode",             "Voice mode",         UNIT_NONE,        0.0f,     0.0f,     2.0f, SCALE_LINEAR},
  [SUBTRACTIVE_GLIDE]         = {"glide",            "Glide",              UNIT_MS,          0.0f,     0.0f,  2000.0f, SCALE_LINEAR},
  [SUBTRACTIVE_UNISON]        = {"unison",           "Unison",             UNIT_NONE,        1.0f,     1.0f,     4.0f, SCALE_LINEAR},
  [SUBTRACTIVE_UNISON_DETUNE] = {"unison_detune",    "Unison detune",      UNIT_CENTS,       0.0f,    10.0f,   100.0f, SCALE_LINEAR},
  [SUBTRACTIVE_SPREAD]        = {"spread",           "Spread",             UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},
  [SUBTRACTIVE_TUNE]          = {"tune",             "Tune",               UNIT_SEMITONES, -24.0f,     0.0f,    24.0f, SCALE_LINEAR},
  [SUBTRACTIVE_GAIN]          = {"gain",             "Gain",               UNIT_DB,        -60.0f,     0.0f,    12.0f, SCALE_FADER},
};
// clang-format on

/// A parameter's value as it is used: gains linear, cutoff as log2 of Hz,
/// parts from 0 to 1, cents in semitones
SONIC_RT static float
internal_value(const uint32_t param, const float value)
{
  if (param == SUBTRACTIVE_CUTOFF) {
    return log2f(value);
  }

  switch (subtractive_params[param].unit) {
    case UNIT_DB:
      return value > -60.0f ? (float)pow(10.0, (double)value / 20.0) : 0.0f;
    case UNIT_PERCENT:
    case UNIT_CENTS:
      return value * 0.01f;
    default:
      return value;
  }
}

/// True if a change is heard at once rather than on the way
SONIC_RT static bool
jumps(const uint32_t param)
{
  switch (param) {
    case SUBTRACTIVE_OSC1_SHAPE:
    case SUBTRACTIVE_OSC2_SHAPE:
    case SUBTRACTIVE_SUB_SHAPE:
    case SUBTRACTIVE_PHASE:
    case SUBTRACTIVE_FILTER_TYPE:
    case SUBTRACTIVE_FILTER_POLES:
    case SUBTRACTIVE_VELOCITY:
    case SUBTRACTIVE_LFO_SHAPE:
    case SUBTRACTIVE_LFO_RATE:
    case SUBTRACTIVE_MODE:
    case SUBTRACTIVE_GLIDE:
    case SUBTRACTIVE_UNISON:
      return true;
    default:
      return subtractive_params[param].unit == UNIT_MS;
  }
}

SONIC_RT static void
set_target(Subtractive* const self, const uint32_t control, const float target)
{
  Control* const to = &self->controls[control];
  if (target == to->target) {
    return;
  }

  to->target = target;
  to->points = self->glide_points;
  self->gliding |= 1ull << control;
}

/// Choose the filter's parts by its type and poles
SONIC_RT static void
choose_filter(Subtractive* const self)
{
  const float type  = self->controls[SUBTRACTIVE_FILTER_TYPE].value;
  const float poles = self->controls[SUBTRACTIVE_FILTER_POLES].value;

  set_target(self, MIX_LOW, type < 0.5f ? 1.0f : 0.0f);
  set_target(self, MIX_BAND, type >= 0.5f && type < 1.5f ? 1.0f : 0.0f);
  set_target(self, MIX_HIGH, type >= 1.5f ? 1.0f : 0.0f);
  set_target(self, MIX_FOUR, poles >= 3.0f ? 1.0f : 0.0f);
}

/// Work out anew how envelopes move
SONIC_RT static void
find_rates(Subtractive* const self)
{
  static const uint32_t times[NUM_ENVELOPES][3] = {
    [ENVELOPE_AMP]    = {SUBTRACTIVE_ATTACK,
                         SUBTRACTIVE_DECAY,
                         SUBTRACTIVE_RELEASE},
    [ENVELOPE_FILTER] = {SUBTRACTIVE_FILTER_ATTACK,
                         SUBTRACTIVE_FILTER_DECAY,
                         SUBTRACTIVE_FILTER_RELEASE},
  };

  // An attack aims at 6/5, a decay comes within a thousandth
  for (int i = 0; i < NUM_ENVELOPES; ++i) {
    const double unit      = 1000.0 / self->rate;
    const double attack    = (double)control_value(self, times[i][0]);
    const double decay     = (double)control_value(self, times[i][1]);
    const double release   = (double)control_value(self, times[i][2]);
    self->rates[i].attack  = unit * log(6.0) / attack;
    self->rates[i].decay   = unit * log(1000.0) / decay;
    self->rates[i].release = unit * log(1000.0) / release;
  }
}

SONIC_RT void
subtractive_set(Subtractive* const self,
                const uint32_t     param,
                const float        given)
{
  if (param >= NUM_SUBTRACTIVE_PARAMS || isnan(given)) {
    return;
  }

  const ParamInfo* const info = &subtractive_params[param];
  const float            value =
    internal_value(param, fminf(fmaxf(given, info->min), info->max));

  if (jumps(param)) {
    self->controls[param].value  = value;
    self->controls[param].target = value;
    choose_filter(self);
    find_rates(self);
    self->envelopes_are_old = true;
  } else {
    set_target(self, param, value);
  }
}

/// Take all that glides to the next grid point
SONIC_RT void
subtractive_advance_controls(Subtractive* const self)
{
  const uint64_t sustains =
    1ull << SUBTRACTIVE_SUSTAIN | 1ull << SUBTRACTIVE_FILTER_SUSTAIN;
  if (self->gliding & sustains) {
    self->envelopes_are_old = true;
  }

  for (uint64_t left = self->gliding; left; left &= left - 1u) {
    const uint32_t i       = (uint32_t)__builtin_ctzll(left);
    Control* const control = &self->controls[i];
    control->value +=
      (control->target - control->value) / (float)control->points;
    --control->points;
    if (!control->points) {
      control->value = control->target;
      self->gliding &= ~(1ull << i);
    }
  }
}

void
subtractive_init_controls(Subtractive* const self)
{
  self->glide_points = (uint32_t)ceil(GLIDE_SECONDS * self->rate / GRID_FRAMES);

  for (uint32_t i = 0; i < NUM_SUBTRACTIVE_PARAMS; ++i) {
    const float value        = internal_value(i, subtractive_params[i].initial);
    self->controls[i].value  = value;
    self->controls[i].target = value;
  }
  choose_filter(self);
  find_rates(self);
}

SONIC_RT void
subtractive_settle_controls(Subtractive* const self)
{
  for (uint32_t i = 0; i < NUM_CONTROLS; ++i) {
    self->controls[i].value  = self->controls[i].target;
    self->controls[i].points = 0;
  }
  self->gliding = 0;
}
