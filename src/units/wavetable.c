// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/wavetable.h"

#include "base/rt.h"
#include "units/instrument.h"
#include "units/level_table.h"
#include "units/synth.h"
#include "units/synth_kernel.h"
#include "units/synth_state.h"
#include "units/unit.h"
#include "units/wavetable_kernel.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Grid points from one table to none, and from none to the next
#define DUCK_POINTS 15.0f

typedef struct {
  Synth          synth;
  WavetableLines lines;
  float          duck; ///< Level during an exchange, 0 to 1
  WavetableGroup groups[NUM_GROUPS];
} Wavetable;

// clang-format off
static const ParamInfo params[NUM_WAVETABLE_PARAMS] = {
  SYNTH_PARAMS,
  //                      symbol            label                unit              min   initial    max  scale
  [WAVETABLE_TABLE]    = {"table",          "Table",             UNIT_NONE,       0.0f,   0.0f,   11.0f, SCALE_LINEAR},
  [WAVETABLE_PLACE]    = {"place",          "Place",             UNIT_PERCENT,    0.0f,   0.0f,  100.0f, SCALE_LINEAR},
  [WAVETABLE_ENV]      = {"place_env",      "Envelope to place", UNIT_PERCENT, -100.0f,   0.0f,  100.0f, SCALE_LINEAR},
  [WAVETABLE_LFO]      = {"place_lfo",      "LFO to place",      UNIT_PERCENT,    0.0f,   0.0f,  100.0f, SCALE_LINEAR},
  [WAVETABLE_VELOCITY] = {"place_velocity", "Velocity to place", UNIT_PERCENT,    0.0f,   0.0f,  100.0f, SCALE_LINEAR},
  [WAVETABLE_PHASE]    = {"phase",          "Random phase",      UNIT_PERCENT,    0.0f,   0.0f,  100.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static bool
jumps(const uint32_t param)
{
  return param == WAVETABLE_TABLE || param == WAVETABLE_PHASE;
}

SONIC_RT static bool
needs_lfo(const Synth* const synth)
{
  return control_value(synth, WAVETABLE_LFO) != 0.0f;
}

/// Go on with a change of table: down to silence, over to it, and up
SONIC_RT static void
advance_table(Wavetable* const self, const bool settled)
{
  const uint32_t wanted =
    (uint32_t)lrintf(control_value(&self->synth, WAVETABLE_TABLE));
  if (settled || self->duck <= 0.0f) {
    self->lines.table = wanted;
  }

  const float way = wanted == self->lines.table ? 1.0f : -1.0f;
  self->duck =
    settled ? 1.0f : fminf(fmaxf(self->duck + way / DUCK_POINTS, 0.0f), 1.0f);
  draw_line_to(&self->lines.fade, self->duck, settled);
}

SONIC_RT static void
draw(Synth* const synth, const float lfo, const bool settled)
{
  Wavetable* const      self  = (Wavetable*)synth;
  WavetableLines* const lines = &self->lines;
  advance_table(self, settled);

  const float whole = (float)(NUM_WAVES - 1u);
  lines->place      = whole * (control_value(synth, WAVETABLE_PLACE) +
                          lfo * control_value(synth, WAVETABLE_LFO));
  lines->env        = whole * control_value(synth, WAVETABLE_ENV);
  lines->velocity   = whole * control_value(synth, WAVETABLE_VELOCITY);
}

/// The first voice starts where its waves do, the others anywhere
SONIC_RT static void
start(Synth* const   synth,
      const uint32_t g,
      const uint32_t lane,
      const uint32_t place,
      const uint64_t random)
{
  const double spread =
    place ? 1.0 : (double)control_value(synth, WAVETABLE_PHASE);
  synth->groups[g].oscs[0].phase[lane] =
    (uint32_t)(spread * (double)(uint32_t)random);
}

static void
init_lines(Synth* const synth)
{
  // What is above that folds back to above 16 kHz
  WavetableLines* const lines = &((Wavetable*)synth)->lines;
  lines->tables               = wavetables_get();
  lines->most                 = (float)fmin(1.0 - 16000.0 / synth->rate, 0.6);
}

static const SourceKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(wavetable_kernel);

static const SynthEngine engine = {
  .params     = params,
  .num_params = NUM_WAVETABLE_PARAMS,
  .num_oscs   = 1,
  .size       = sizeof(Wavetable),
  .lines      = offsetof(Wavetable, lines),
  .groups     = offsetof(Wavetable, groups),
  .group_size = sizeof(WavetableGroup),
  .kernels    = kernels,
  .base_gain  = 0.7f,
  .init       = init_lines,
  .jumps      = jumps,
  .needs_lfo  = needs_lfo,
  .draw       = draw,
  .start      = start,
};

static size_t
size(void)
{
  return sizeof(Wavetable);
}

static void
init(void* const instance, const uint32_t rate, const CpuLevel level)
{
  synth_init((Synth*)instance, &engine, rate, level);
}

const InstrumentInfo wavetable_instrument = {
  .symbol     = "wavetable",
  .label      = "Wavetable synthesizer",
  .params     = params,
  .num_params = NUM_WAVETABLE_PARAMS,
  .size       = size,
  .init       = init,
  SYNTH_FUNCTIONS,
};
