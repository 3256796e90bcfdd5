// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/plucked.h"

#include "base/rt.h"
#include "units/instrument.h"
#include "units/level_table.h"
#include "units/plucked_kernel.h"
#include "units/synth.h"
#include "units/synth_kernel.h"
#include "units/synth_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// log2 of 60 dB
#define SIXTY_DB 9.965784f

typedef struct {
  Synth        synth;
  PluckedLines lines;
  PluckedGroup groups[NUM_GROUPS];
} Plucked;

// clang-format off
static const ParamInfo params[NUM_PLUCKED_PARAMS] = {
  SYNTH_PARAMS,
  //                      symbol                 label                   unit          min     initial  max     scale
  [PLUCKED_SUSTAIN]     = {"string_sustain",     "String sustain",       UNIT_SECONDS,  0.05f,   4.0f,  60.0f, SCALE_LOG},
  [PLUCKED_SUSTAIN_KEY] = {"string_sustain_key", "Key to string sustain", UNIT_PERCENT, 0.0f,   50.0f, 100.0f, SCALE_LINEAR},
  [PLUCKED_BRIGHTNESS]  = {"string_brightness",  "String brightness",    UNIT_PERCENT,  1.0f,   20.0f, 100.0f, SCALE_LOG},
  [PLUCKED_POSITION]    = {"pluck_position",     "Pluck position",       UNIT_PERCENT,  2.0f,   15.0f,  50.0f, SCALE_LINEAR},
  [PLUCKED_WIDTH]       = {"pluck_width",        "Pluck width",          UNIT_MS,       0.1f,    0.5f,  10.0f, SCALE_LOG},
  [PLUCKED_HARDNESS]    = {"pluck_hardness",     "Velocity to width",    UNIT_PERCENT,  0.0f,   50.0f, 100.0f, SCALE_LINEAR},
  [PLUCKED_NOISE]       = {"pluck_noise",        "Pluck noise",          UNIT_PERCENT,  0.0f,   20.0f, 100.0f, SCALE_LINEAR},
  [PLUCKED_BOW]         = {"bow",                "Bow",                  UNIT_DB,     -60.0f,  -60.0f,   0.0f, SCALE_FADER},
};
// clang-format on

SONIC_RT static void
draw(Synth* const synth, const float lfo, const bool settled)
{
  (void)lfo;
  (void)settled;
  PluckedLines* const lines = &((Plucked*)synth)->lines;

  const float sustain    = control_value(synth, PLUCKED_SUSTAIN);
  const float loss       = SIXTY_DB / (sustain * (float)synth->rate);
  const float loss_key   = control_value(synth, PLUCKED_SUSTAIN_KEY);
  const float brightness = control_value(synth, PLUCKED_BRIGHTNESS);
  const bool  changes    = loss != lines->loss || loss_key != lines->loss_key ||
                       brightness != lines->brightness;
  const float turn_4k = 2.0f * (float)M_PI * 4000.0f / (float)synth->rate;

  lines->loss       = loss;
  lines->loss_key   = loss_key;
  lines->brightness = brightness;
  lines->fall_4k    = 1.0f - cosf(turn_4k);
  lines->noise      = control_value(synth, PLUCKED_NOISE);
  lines->bow        = 0.02f * control_value(synth, PLUCKED_BOW);
  lines->version += changes;
}

SONIC_RT static void
start(Synth* const   synth,
      const uint32_t g,
      const uint32_t lane,
      const uint32_t place,
      const uint64_t random)
{
  (void)place;
  const VoiceGroup* const group  = &synth->groups[g];
  String* const           string = &((Plucked*)synth)->groups[g].strings[lane];
  memset(string, 0, sizeof(*string));

  // The width is no more than the string
  const float velocity = group->velocity[lane];
  const float pitch    = group->pitch[lane] + control_value(synth, SYNTH_TUNE);
  const float hz       = 440.0f * exp2f((pitch - 69.0f) / 12.0f);
  const float period   = (float)synth->rate / hz;
  const float softness =
    3.0f * control_value(synth, PLUCKED_HARDNESS) * (1.0f - velocity);
  const float wide = control_value(synth, PLUCKED_WIDTH) * 0.001f *
                     (float)synth->rate * exp2f(softness);
  string->width = fminf(fmaxf(wide, 2.0f), 0.8f * period);
  string->position =
    (uint32_t)fmaxf(control_value(synth, PLUCKED_POSITION) * period, 1.0f);
  string->size = powf(period / string->width, 0.25f);
  string->seed = (uint32_t)random;
}

static const SourceKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(plucked_kernel);

static const SynthEngine engine = {
  .params     = params,
  .num_params = NUM_PLUCKED_PARAMS,
  .num_oscs   = 1,
  .size       = sizeof(Plucked),
  .lines      = offsetof(Plucked, lines),
  .groups     = offsetof(Plucked, groups),
  .group_size = sizeof(PluckedGroup),
  .kernels    = kernels,
  .base_gain  = 0.4f,
  .draw       = draw,
  .start      = start,
};

static size_t
size(void)
{
  return sizeof(Plucked);
}

static void
init(void* const instance, const uint32_t rate, const CpuLevel level)
{
  synth_init((Synth*)instance, &engine, rate, level);
}

const InstrumentInfo plucked_instrument = {
  .symbol     = "plucked",
  .label      = "Plucked string",
  .params     = params,
  .num_params = NUM_PLUCKED_PARAMS,
  .size       = size,
  .init       = init,
  SYNTH_FUNCTIONS,
};
