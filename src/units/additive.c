// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/additive.h"

#include "base/rt.h"
#include "units/additive_kernel.h"
#include "units/instrument.h"
#include "units/level_table.h"
#include "units/synth.h"
#include "units/synth_kernel.h"
#include "units/synth_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  Synth         synth;
  AdditiveLines lines;
  AdditiveGroup groups[NUM_GROUPS];
} Additive;

/// Partials of an octave below the note
static const uint32_t partials[NUM_DRAWBARS] =
  {1, 3, 2, 4, 6, 8, 10, 12, 16, 14};

// clang-format off
#define DRAWBAR(i, symbol, label, initial)                                                                                \
  [ADDITIVE_FIRST_DRAWBAR + (i)] = {symbol, label, UNIT_DB, -60.0f, initial, 0.0f, SCALE_FADER}

static const ParamInfo params[NUM_ADDITIVE_PARAMS] = {
  SYNTH_PARAMS,
  DRAWBAR(0, "drawbar_16",    "16'",          -60.0f),
  DRAWBAR(1, "drawbar_5_1_3", "5 1/3'",       -60.0f),
  DRAWBAR(2, "drawbar_8",     "8'",             0.0f),
  DRAWBAR(3, "drawbar_4",     "4'",           -60.0f),
  DRAWBAR(4, "drawbar_2_2_3", "2 2/3'",       -60.0f),
  DRAWBAR(5, "drawbar_2",     "2'",           -60.0f),
  DRAWBAR(6, "drawbar_1_3_5", "1 3/5'",       -60.0f),
  DRAWBAR(7, "drawbar_1_1_3", "1 1/3'",       -60.0f),
  DRAWBAR(8, "drawbar_1",     "1'",           -60.0f),
  DRAWBAR(9, "drawbar_1_1_7", "1 1/7'",       -60.0f),
  [ADDITIVE_PERCUSSION]         = {"percussion",         "Percussion",          UNIT_DB,    -60.0f, -60.0f,   0.0f, SCALE_FADER},
  [ADDITIVE_PERCUSSION_PARTIAL] = {"percussion_partial", "Percussion partial",  UNIT_NONE,    2.0f,   2.0f,   8.0f, SCALE_LINEAR},
  [ADDITIVE_TILT]               = {"tilt",               "Velocity to partials", UNIT_NONE,   0.0f,   6.0f,  24.0f, SCALE_LINEAR},
  [ADDITIVE_EVOLVE]             = {"evolve",             "Envelope to partials", UNIT_PERCENT, 0.0f,  0.0f, 100.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static bool
jumps(const uint32_t param)
{
  return param == ADDITIVE_PERCUSSION_PARTIAL;
}

SONIC_RT static void
draw(Synth* const synth, const float lfo, const bool settled)
{
  (void)lfo;
  (void)settled;
  AdditiveLines* const lines = &((Additive*)synth)->lines;

  const float    tilt   = control_value(synth, ADDITIVE_TILT) / 6.02f;
  const float    evolve = control_value(synth, ADDITIVE_EVOLVE);
  const float    hit    = control_value(synth, ADDITIVE_PERCUSSION);
  const uint32_t which =
    2u * (uint32_t)lrintf(control_value(synth, ADDITIVE_PERCUSSION_PARTIAL));

  synth->aim.pitch[0] -= 12.0f;
  for (uint32_t i = 0; i < NUM_DRAWBARS; ++i) {
    const float octaves  = log2f((float)partials[i] * 0.5f);
    const float above    = octaves > 0.0f ? octaves : 0.0f;
    const float way      = evolve * above * 0.5f;
    lines->partial[i]    = partials[i];
    lines->level[i]      = control_value(synth, ADDITIVE_FIRST_DRAWBAR + i);
    lines->percussion[i] = partials[i] == which ? hit : 0.0f;
    lines->tilt[i]       = -tilt * above;
    lines->evolve[i]     = way < 1.0f ? way : 1.0f;
  }
}

SONIC_RT static void
clear(Synth* const synth, const uint32_t g, const uint32_t lane)
{
  AdditiveGroup* const group = &((Additive*)synth)->groups[g];
  for (uint32_t i = 0; i < NUM_DRAWBARS; ++i) {
    group->amp[i].value[lane] = 0.0f;
    group->amp[i].step[lane]  = 0.0f;
  }
}

SONIC_RT static void
start(Synth* const   synth,
      const uint32_t g,
      const uint32_t lane,
      const uint32_t place,
      const uint64_t random)
{
  synth->groups[g].oscs[0].phase[lane] = place ? (uint32_t)random : 0u;
}

static const SourceKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(additive_kernel);

static const SynthEngine engine = {
  .params     = params,
  .num_params = NUM_ADDITIVE_PARAMS,
  .num_oscs   = 1,
  .size       = sizeof(Additive),
  .lines      = offsetof(Additive, lines),
  .groups     = offsetof(Additive, groups),
  .group_size = sizeof(AdditiveGroup),
  .kernels    = kernels,
  .base_gain  = 0.3f,
  .jumps      = jumps,
  .draw       = draw,
  .clear      = clear,
  .start      = start,
};

static size_t
size(void)
{
  return sizeof(Additive);
}

static void
init(void* const instance, const uint32_t rate, const CpuLevel level)
{
  synth_init((Synth*)instance, &engine, rate, level);
}

const InstrumentInfo additive_instrument = {
  .symbol     = "additive",
  .label      = "Additive synthesizer",
  .params     = params,
  .num_params = NUM_ADDITIVE_PARAMS,
  .size       = size,
  .init       = init,
  SYNTH_FUNCTIONS,
};
