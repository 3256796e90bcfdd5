// SPDX-License-Identifier: GPL-3.0-or-later
//
// The synthesizer's parameters and how they move

#include "base/rt.h"
#include "units/synth.h"
#include "units/synth_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define GLIDE_SECONDS 0.020

/// A parameter's value as it is used: gains linear, cutoff as log2 of Hz,
/// parts from 0 to 1, cents in semitones
SONIC_RT static float
internal_value(const ParamInfo* const info,
               const uint32_t         param,
               const float            value)
{
  if (param == SYNTH_CUTOFF) {
    return log2f(value);
  }

  switch (info->unit) {
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
jumps(const Synth* const self, const uint32_t param)
{
  switch (param) {
    case SYNTH_NOISE_ENV:
    case SYNTH_FILTER_TYPE:
    case SYNTH_FILTER_POLES:
    case SYNTH_DECAY_KEY:
    case SYNTH_VELOCITY:
    case SYNTH_LFO_SHAPE:
    case SYNTH_LFO_RATE:
    case SYNTH_MODE:
    case SYNTH_GLIDE:
    case SYNTH_UNISON:
      return true;
    default:
      return self->engine->params[param].unit == UNIT_MS ||
             (self->engine->jumps && self->engine->jumps(param));
  }
}

SONIC_RT void
synth_set_target(Synth* const self, const uint32_t control, const float target)
{
  Control* const to = &self->controls[control];
  if (target == to->target) {
    return;
  }

  to->target = target;
  to->points = self->glide_points;
  self->gliding[control / 64u] |= 1ull << (control % 64u);
}

/// Choose the filter's parts by its type and poles
SONIC_RT static void
choose_filter(Synth* const self)
{
  const float type  = self->controls[SYNTH_FILTER_TYPE].value;
  const float poles = self->controls[SYNTH_FILTER_POLES].value;

  synth_set_target(self, MIX_LOW, type < 0.5f ? 1.0f : 0.0f);
  synth_set_target(self, MIX_BAND, type >= 0.5f && type < 1.5f ? 1.0f : 0.0f);
  synth_set_target(self, MIX_HIGH, type >= 1.5f ? 1.0f : 0.0f);
  synth_set_target(self, MIX_FOUR, poles >= 3.0f ? 1.0f : 0.0f);
}

/// The parameters of an envelope
SONIC_RT static EnvelopeParams
envelope_params(const Synth* const self, const uint32_t which)
{
  static const EnvelopeParams common[ENVELOPE_SOURCE] = {
    [ENVELOPE_AMP] = {SYNTH_ATTACK, SYNTH_DECAY, SYNTH_SUSTAIN, SYNTH_RELEASE},
    [ENVELOPE_FILTER] = {SYNTH_FILTER_ATTACK,
                         SYNTH_FILTER_DECAY,
                         SYNTH_FILTER_SUSTAIN,
                         SYNTH_FILTER_RELEASE},
    [ENVELOPE_PITCH]  = {SYNTH_PITCH_DECAY,
                         SYNTH_PITCH_DECAY,
                         SYNTH_PITCH_DECAY,
                         SYNTH_PITCH_DECAY},
  };

  return which < ENVELOPE_SOURCE
           ? common[which]
           : self->engine->envelopes[which - ENVELOPE_SOURCE];
}

/// Work out anew how envelopes move
SONIC_RT static void
find_rates(Synth* const self)
{
  // An attack aims at 6/5, a decay comes within a thousandth
  const double unit = 1000.0 / self->rate;
  for (uint32_t i = 0; i < self->aim.num_envelopes; ++i) {
    const EnvelopeParams params  = envelope_params(self, i);
    const double         attack  = (double)control_value(self, params.attack);
    const double         decay   = (double)control_value(self, params.decay);
    const double         release = (double)control_value(self, params.release);
    self->rates[i].attack        = unit * log(6.0) / attack;
    self->rates[i].decay         = unit * log(1000.0) / decay;
    self->rates[i].release       = unit * log(1000.0) / release;
  }
}

SONIC_RT void
synth_set_param(Synth* const self, const uint32_t param, const float given)
{
  if (param >= self->engine->num_params || isnan(given)) {
    return;
  }

  const ParamInfo* const info = &self->engine->params[param];
  const float            value =
    internal_value(info, param, fminf(fmaxf(given, info->min), info->max));

  if (jumps(self, param)) {
    self->controls[param].value  = value;
    self->controls[param].target = value;
    choose_filter(self);
    find_rates(self);
    self->envelopes_are_old = true;
  } else {
    synth_set_target(self, param, value);
  }
}

/// True if the level at which an envelope stays is on its way
SONIC_RT static bool
sustain_glides(const Synth* const self)
{
  for (uint32_t i = 0; i < self->aim.num_envelopes; ++i) {
    const uint32_t param = envelope_params(self, i).sustain;
    if ((self->gliding[param / 64u] >> (param % 64u)) & 1u) {
      return true;
    }
  }
  return false;
}

SONIC_RT void
synth_advance_controls(Synth* const self)
{
  if (sustain_glides(self)) {
    self->envelopes_are_old = true;
  }

  for (uint32_t word = 0; word < 2; ++word) {
    for (uint64_t left = self->gliding[word]; left; left &= left - 1u) {
      const uint32_t bit     = (uint32_t)__builtin_ctzll(left);
      Control* const control = &self->controls[word * 64u + bit];
      control->value +=
        (control->target - control->value) / (float)control->points;
      --control->points;
      if (!control->points) {
        control->value = control->target;
        self->gliding[word] &= ~(1ull << bit);
      }
    }
  }
}

void
synth_init_controls(Synth* const self)
{
  self->glide_points = (uint32_t)ceil(GLIDE_SECONDS * self->rate / GRID_FRAMES);

  for (uint32_t i = 0; i < self->engine->num_params; ++i) {
    const ParamInfo* const info  = &self->engine->params[i];
    const float            value = internal_value(info, i, info->initial);
    self->controls[i].value      = value;
    self->controls[i].target     = value;
  }
  choose_filter(self);
  find_rates(self);
}

SONIC_RT void
synth_settle_controls(Synth* const self)
{
  for (uint32_t i = 0; i < NUM_CONTROLS; ++i) {
    self->controls[i].value  = self->controls[i].target;
    self->controls[i].points = 0;
  }
  self->gliding[0] = 0;
  self->gliding[1] = 0;
}
