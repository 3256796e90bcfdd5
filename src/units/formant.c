// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/formant.h"

#include "base/rt.h"
#include "units/formant_kernel.h"
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
#include <string.h>

typedef struct {
  Synth        synth;
  FormantLines lines;
  FormantGroup groups[NUM_GROUPS];
} Formant;

// clang-format off
#define OF(i, own) [FORMANT_FIRST + (i) * NUM_FORMANT_OWN + (own)]
#define FORMANT(i, n, hz, level, width)                                                                                             \
  OF(i, FORMANT_HZ)    = {"formant" n "_hz",    "Formant " n,           UNIT_HZ, 60.0f,  hz,    12000.0f, SCALE_LOG},                \
  OF(i, FORMANT_LEVEL) = {"formant" n "_level", "Formant " n " level",  UNIT_DB, -60.0f, level,    0.0f,  SCALE_FADER},              \
  OF(i, FORMANT_WIDTH) = {"formant" n "_width", "Formant " n " width",  UNIT_HZ, 20.0f,  width, 8000.0f,  SCALE_LOG}

static const ParamInfo params[NUM_FORMANT_PARAMS] = {
  SYNTH_PARAMS,
  //                       symbol              label                   unit            min      initial   max    scale
  [FORMANT_SHAPE]       = {"shape",            "Shape",                UNIT_NONE,        0.0f,    2.0f,   3.0f, SCALE_LINEAR},
  [FORMANT_PULSE_WIDTH] = {"pulse_width",      "Pulse width",          UNIT_PERCENT,     5.0f,   50.0f,  95.0f, SCALE_LINEAR},
  [FORMANT_WAVE_LEVEL]  = {"wave_level",       "Wave level",           UNIT_DB,        -60.0f,    0.0f,   0.0f, SCALE_FADER},
  [FORMANT_BREATH]      = {"breath",           "Breath",               UNIT_DB,        -60.0f,  -60.0f,   0.0f, SCALE_FADER},
  [FORMANT_DRY]         = {"dry",              "Past the formants",    UNIT_DB,        -60.0f,  -60.0f,   0.0f, SCALE_FADER},
  [FORMANT_SHIFT]       = {"formant_shift",    "Formant shift",        UNIT_SEMITONES, -24.0f,    0.0f,  24.0f, SCALE_LINEAR},
  [FORMANT_ENV]         = {"formant_env",      "Envelope to formants", UNIT_SEMITONES, -48.0f,    0.0f,  48.0f, SCALE_LINEAR},
  [FORMANT_LFO]         = {"formant_lfo",      "LFO to formants",      UNIT_SEMITONES,   0.0f,    0.0f,  24.0f, SCALE_LINEAR},
  [FORMANT_KEY]         = {"formant_key",      "Key to formants",      UNIT_PERCENT,     0.0f,    0.0f, 100.0f, SCALE_LINEAR},
  FORMANT(0, "1",  700.0f,   0.0f, 110.0f),
  FORMANT(1, "2", 1150.0f,  -6.0f, 120.0f),
  FORMANT(2, "3", 2800.0f, -18.0f, 160.0f),
  FORMANT(3, "4", 3500.0f, -24.0f, 200.0f),
};
// clang-format on

SONIC_RT static bool
needs_lfo(const Synth* const synth)
{
  return control_value(synth, FORMANT_LFO) != 0.0f;
}

SONIC_RT static bool
jumps(const uint32_t param)
{
  return param == FORMANT_SHAPE;
}

SONIC_RT static float
own_value(const Synth* const synth, const uint32_t i, const FormantOwn own)
{
  return control_value(synth,
                       FORMANT_FIRST + i * NUM_FORMANT_OWN + (uint32_t)own);
}

SONIC_RT static void
draw(Synth* const synth, const float lfo, const bool settled)
{
  FormantLines* const lines = &((Formant*)synth)->lines;

  const Shape wanted = (Shape)lrintf(control_value(synth, FORMANT_SHAPE));
  if (wanted != lines->wave.shape) {
    lines->wave.shape = wanted;
    for (uint32_t g = 0; g < NUM_GROUPS; ++g) {
      memset(synth->groups[g].oscs[0].tail,
             0,
             sizeof(synth->groups[g].oscs[0].tail));
    }
  }
  synth_move_width(
    &lines->wave, control_value(synth, FORMANT_PULSE_WIDTH), settled);
  draw_line_to(
    &lines->wave.level, control_value(synth, FORMANT_WAVE_LEVEL), settled);
  draw_line_to(&lines->breath, control_value(synth, FORMANT_BREATH), settled);
  draw_line_to(&lines->dry, control_value(synth, FORMANT_DRY), settled);

  const float shift = control_value(synth, FORMANT_SHIFT) +
                      lfo * control_value(synth, FORMANT_LFO) +
                      12.0f * control_value(synth, PLAY_BRIGHTNESS);
  for (uint32_t i = 0; i < NUM_FORMANTS; ++i) {
    const float hz    = own_value(synth, i, FORMANT_HZ);
    const float width = own_value(synth, i, FORMANT_WIDTH);
    lines->hz[i]      = log2f(hz) + shift / 12.0f;
    lines->damping[i] = fminf(fmaxf(width / hz, 0.01f), 4.0f);
    draw_line_to(&lines->level[i], own_value(synth, i, FORMANT_LEVEL), settled);
  }
  lines->env       = control_value(synth, FORMANT_ENV) / 12.0f;
  lines->key       = control_value(synth, FORMANT_KEY) / 12.0f;
  lines->most      = synth->aim.cutoff_most;
  lines->per_frame = synth->aim.per_frame;
}

SONIC_RT static void
clear(Synth* const synth, const uint32_t g, const uint32_t lane)
{
  FormantGroup* const group = &((Formant*)synth)->groups[g];
  for (uint32_t i = 0; i < NUM_FORMANTS; ++i) {
    group->integrators[i][0][lane] = 0.0f;
    group->integrators[i][1][lane] = 0.0f;
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
  LEVEL_TABLE(formant_kernel);

static const SynthEngine engine = {
  .params     = params,
  .num_params = NUM_FORMANT_PARAMS,
  .num_oscs   = 1,
  .size       = sizeof(Formant),
  .lines      = offsetof(Formant, lines),
  .groups     = offsetof(Formant, groups),
  .group_size = sizeof(FormantGroup),
  .kernels    = kernels,
  .base_gain  = 0.5f,
  .jumps      = jumps,
  .needs_lfo  = needs_lfo,
  .draw       = draw,
  .clear      = clear,
  .start      = start,
};

static size_t
size(void)
{
  return sizeof(Formant);
}

static void
init(void* const instance, const uint32_t rate, const CpuLevel level)
{
  synth_init((Synth*)instance, &engine, rate, level);
}

const InstrumentInfo formant_instrument = {
  .symbol     = "formant",
  .label      = "Formant synthesizer",
  .params     = params,
  .num_params = NUM_FORMANT_PARAMS,
  .size       = size,
  .init       = init,
  SYNTH_FUNCTIONS,
};
