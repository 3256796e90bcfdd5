// SPDX-License-Identifier: GPL-3.0-or-later
//
// The lines that voices follow: what envelopes do up to the next grid point

#include "base/rt.h"
#include "units/synth.h"
#include "units/synth_kernel.h"
#include "units/synth_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#define FADE_SECONDS 0.005

/// Where an attack aims, so that it is bent and yet ends
#define ATTACK_AIM 1.2

/// What is left of an exponential decay at its end, where it is cut to nothing
#define DECAY_REST 0.001

/// The level that an envelope stays at while the key is down
SONIC_RT static double
sustained(const Synth* const self, const Envelope which)
{
  const EnvelopeParams* const own = self->engine->envelopes;
  return which == ENVELOPE_AMP ? (double)control_value(self, SYNTH_SUSTAIN)
         : which == ENVELOPE_FILTER
           ? (double)control_value(self, SYNTH_FILTER_SUSTAIN)
         : which == ENVELOPE_PITCH
           ? 0.0
           : (double)control_value(self, own[which - ENVELOPE_SOURCE].sustain);
}

/// Set how an envelope moves in the next `frames` frames
SONIC_RT static void
set_envelope(Synth* const   self,
             const uint32_t index,
             const Envelope which,
             const uint32_t frames)
{
  const Voice* const         voice = &self->voices[index];
  const EnvelopeRates* const rates = &self->rates[which];
  EnvelopeLanes* const envelope    = &group_of(self, index)->envelopes[which];

  const double n      = (double)frames;
  const double from   = (double)voice->left_from[which];
  double       scale  = 1.0;
  double       target = 0.0;
  double       fall   = 0.0;
  switch (voice->stages[which]) {
    case STAGE_NONE:
      break;
    case STAGE_ATTACK:
      scale  = exp(-rates->attack * n);
      target = ATTACK_AIM;
      break;
    case STAGE_DECAY:
      scale  = exp(-rates->decay * (double)voice->decay_scale * n);
      target = sustained(self, which);
      break;
    case STAGE_RELEASE:
      // Aims a little below zero, so that it gets there in time
      scale  = exp(-rates->release * n);
      target = -from * DECAY_REST / (1.0 - DECAY_REST);
      break;
    case STAGE_FADE:
      fall = from * n / (FADE_SECONDS * self->rate);
      break;
  }

  envelope->scale[index % LANES]  = (float)scale;
  envelope->offset[index % LANES] = (float)(target * (1.0 - scale) - fall);
}

/// Set how a voice's envelopes move in the next `frames` frames
SONIC_RT static void
set_envelopes(Synth* const self, const uint32_t index, const uint32_t frames)
{
  for (uint32_t i = 0; i < self->aim.num_envelopes; ++i) {
    set_envelope(self, index, (Envelope)i, frames);
  }
}

/// Do what a voice has been asked for, at a place in the grid step
SONIC_RT static void
answer(Synth* const self, const uint32_t index, const uint32_t place)
{
  Voice* const      voice = &self->voices[index];
  VoiceGroup* const group = group_of(self, index);
  const uint32_t    lane  = index % LANES;

  // An envelope on its way is where its line is
  const bool  fresh = self->fresh[index / LANES] & bit_of(index);
  const float done  = (float)place - (float)voice->line_start;
  const float part  = done / (float)(GRID_FRAMES - voice->line_start);
  if (place && !fresh) {
    for (uint32_t i = 0; i < self->aim.num_envelopes; ++i) {
      EnvelopeLanes* const envelope = &group->envelopes[i];
      const float          from     = envelope->from[lane];
      envelope->value[lane] =
        from + (envelope->value[lane] - from) * fminf(fmaxf(part, 0.0f), 1.0f);
    }
  }
  voice->line_start = place;

  if (voice->request == STAGE_NONE) {
    return;
  }

  for (uint32_t i = 0; i < self->aim.num_envelopes; ++i) {
    voice->left_from[i] = group->envelopes[i].value[lane];
    if (i == ENVELOPE_PITCH) {
      voice->stages[i] = STAGE_DECAY;
    } else if (i == ENVELOPE_AMP || voice->request != STAGE_FADE) {
      voice->stages[i] = voice->request;
    }
  }
  voice->request = STAGE_NONE;
}

/// Go on to the next stages where envelopes have come to their ends
SONIC_RT static void
take_result(Synth* const self, const uint32_t g, const AimResult result)
{
  for (uint32_t i = 0; i < self->aim.num_envelopes; ++i) {
    for (uint32_t left = result.peaked[i]; left; left &= left - 1u) {
      const uint32_t index = g * LANES + (uint32_t)__builtin_ctz(left);
      Voice* const   voice = &self->voices[index];
      if (voice->stages[i] == STAGE_ATTACK) {
        voice->stages[i] = STAGE_DECAY;
        set_envelope(self, index, (Envelope)i, GRID_FRAMES);
      }
    }
  }

  for (uint32_t left = result.silent; left; left &= left - 1u) {
    const uint32_t lane  = (uint32_t)__builtin_ctz(left);
    const Stage    stage = self->voices[g * LANES + lane].stages[ENVELOPE_AMP];
    if (stage == STAGE_RELEASE || stage == STAGE_FADE) {
      self->ending[g] |= 1u << lane;
    }
  }
}

/// Draw lines for one group
SONIC_RT static void
draw_group(Synth* const self, const uint32_t g, const uint32_t place)
{
  VoiceGroup* const group  = &self->groups[g];
  const uint32_t    frames = GRID_FRAMES - place;

  // At a grid point all lines begin anew, and what has ended leaves
  for (uint32_t left = place ? 0 : self->ending[g]; left; left &= left - 1u) {
    synth_clear_lane(self, g * LANES + (uint32_t)__builtin_ctz(left));
  }

  const uint32_t asked = self->requested[g];
  const uint32_t lanes = place ? asked : group->sounding;
  const uint32_t sets  = self->envelopes_are_old ? group->sounding : asked;
  if (!lanes) {
    return;
  }

  for (uint32_t left = lanes; left; left &= left - 1u) {
    const uint32_t lane  = (uint32_t)__builtin_ctz(left);
    const uint32_t index = g * LANES + lane;
    answer(self, index, place);
    if ((sets >> lane) & 1u) {
      set_envelopes(self, index, frames);
    }
  }

  const AimResult result = self->kernel->aim(
    group, &self->aim, lanes, self->fresh[g], self->jumping[g], frames);
  if (self->source->aim) {
    const void* const shared = (const char*)self + self->engine->lines;
    self->source->aim(
      group, source_state(self, g), shared, lanes, self->fresh[g], frames);
  }

  // From the grid point on it is whole steps again
  for (uint32_t left = place ? lanes : 0; left; left &= left - 1u) {
    set_envelopes(self, g * LANES + (uint32_t)__builtin_ctz(left), GRID_FRAMES);
  }
  take_result(self, g, result);

  self->requested[g] = 0;
  self->fresh[g]     = 0;
  self->jumping[g]   = 0;
}

SONIC_RT void
synth_draw_lines(Synth* const self, const uint32_t place)
{
  for (uint32_t g = 0; g < NUM_GROUPS; ++g) {
    draw_group(self, g, place);
  }

  if (!place) {
    self->envelopes_are_old = false;
  }
}
