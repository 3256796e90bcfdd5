// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/fm.h"

#include "base/rt.h"
#include "units/fm_kernel.h"
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

#define NUM_ALGORITHMS 8

/// Grid points from one algorithm to another
#define CHANGE_POINTS 30.0f

/// Feedback at its most, in half periods
#define MOST_FEEDBACK 0.25f

typedef struct {
  Synth   synth;
  FmLines lines;
  FmGroup groups[NUM_GROUPS];
} Fm;

/// How the operators are wired
typedef struct {
  uint8_t wires[FM_OPS]; ///< Bits of those that modulate each
  uint8_t carriers;      ///< Bits of those that are heard
} Algorithm;

// clang-format off
static const Algorithm algorithms[NUM_ALGORITHMS] = {
  {{0x2, 0x4, 0x8, 0x0}, 0x1},
  {{0x2, 0xc, 0x0, 0x0}, 0x1},
  {{0xa, 0x4, 0x0, 0x0}, 0x1},
  {{0x6, 0x0, 0x8, 0x0}, 0x1},
  {{0x2, 0x0, 0x8, 0x0}, 0x5},
  {{0x8, 0x8, 0x8, 0x0}, 0x7},
  {{0x0, 0x0, 0x8, 0x0}, 0x7},
  {{0x0, 0x0, 0x0, 0x0}, 0xf},
};

#define AT(op, param) [FM_FIRST_OP + (op) * NUM_FM_OP_PARAMS + (param)]
#define OP(op, n, level)                                                                                                              \
  AT(op, FM_OP_RATIO)    = {"op" n "_ratio",    "Op " n " ratio",      UNIT_NONE,    0.125f,     1.0f,    24.0f, SCALE_LOG},          \
  AT(op, FM_OP_DETUNE)   = {"op" n "_detune",   "Op " n " detune",     UNIT_CENTS, -100.0f,      0.0f,   100.0f, SCALE_LINEAR},       \
  AT(op, FM_OP_LEVEL)    = {"op" n "_level",    "Op " n " level",      UNIT_PERCENT,  0.0f,     level,   100.0f, SCALE_LINEAR},       \
  AT(op, FM_OP_VELOCITY) = {"op" n "_velocity", "Op " n " velocity",   UNIT_PERCENT,  0.0f,     0.0f,   100.0f, SCALE_LINEAR},        \
  AT(op, FM_OP_ATTACK)   = {"op" n "_attack",   "Op " n " attack",     UNIT_MS,       0.5f,     1.0f, 10000.0f, SCALE_LOG},           \
  AT(op, FM_OP_DECAY)    = {"op" n "_decay",    "Op " n " decay",      UNIT_MS,       1.0f,  1000.0f, 60000.0f, SCALE_LOG},           \
  AT(op, FM_OP_SUSTAIN)  = {"op" n "_sustain",  "Op " n " sustain",    UNIT_PERCENT,  0.0f,   100.0f,   100.0f, SCALE_LINEAR},        \
  AT(op, FM_OP_RELEASE)  = {"op" n "_release",  "Op " n " release",    UNIT_MS,       1.0f,  1000.0f, 60000.0f, SCALE_LOG}

static const ParamInfo params[NUM_FM_PARAMS] = {
  SYNTH_PARAMS,
  //               symbol       label        unit          min   initial    max  scale
  [FM_ALGORITHM] = {"algorithm", "Algorithm", UNIT_NONE,    0.0f, 4.0f,   7.0f, SCALE_LINEAR},
  [FM_FEEDBACK]  = {"feedback",  "Feedback",  UNIT_PERCENT, 0.0f, 0.0f, 100.0f, SCALE_LINEAR},
  OP(0, "1", 100.0f),
  OP(1, "2", 40.0f),
  OP(2, "3", 0.0f),
  OP(3, "4", 0.0f),
};

#define ENVELOPE(op)                                                           \
  {FM_FIRST_OP + (op) * NUM_FM_OP_PARAMS + FM_OP_ATTACK,                       \
   FM_FIRST_OP + (op) * NUM_FM_OP_PARAMS + FM_OP_DECAY,                        \
   FM_FIRST_OP + (op) * NUM_FM_OP_PARAMS + FM_OP_SUSTAIN,                      \
   FM_FIRST_OP + (op) * NUM_FM_OP_PARAMS + FM_OP_RELEASE}

static const EnvelopeParams envelopes[FM_OPS] = {
  ENVELOPE(0), ENVELOPE(1), ENVELOPE(2), ENVELOPE(3)};
// clang-format on

SONIC_RT static bool
jumps(const uint32_t param)
{
  return param == FM_ALGORITHM;
}

SONIC_RT static float
op_value(const Synth* const synth, const uint32_t op, const FmOpParam param)
{
  return control_value(synth,
                       FM_FIRST_OP + op * NUM_FM_OP_PARAMS + (uint32_t)param);
}

/// Take a part of the wiring nearer to what it is to be
SONIC_RT static void
wire(Line* const line, const bool wanted, const bool settled)
{
  const float goal = wanted ? 1.0f : 0.0f;
  const float most = settled ? 1.0f : 1.0f / CHANGE_POINTS;
  const float way  = fminf(fmaxf(goal - line->end, -most), most);
  draw_line_to(line, line->end + way, settled);
}

SONIC_RT static void
draw(Synth* const synth, const float lfo, const bool settled)
{
  (void)lfo;
  FmLines* const lines = &((Fm*)synth)->lines;

  const int chosen = (int)lrintf(control_value(synth, FM_ALGORITHM));
  const Algorithm* const algorithm = &algorithms[chosen];
  lines->heard                     = algorithm->carriers;
  for (uint32_t i = 0; i < FM_OPS; ++i) {
    wire(&lines->carriers[i], (algorithm->carriers >> i) & 1u, settled);
    for (uint32_t j = i + 1; j < FM_OPS; ++j) {
      wire(&lines->wires[i][j], (algorithm->wires[i] >> j) & 1u, settled);
    }

    const float ratio  = op_value(synth, i, FM_OP_RATIO);
    const float detune = op_value(synth, i, FM_OP_DETUNE);
    synth->aim.pitch[i] += 12.0f * log2f(ratio) + detune;
    lines->level[i]    = op_value(synth, i, FM_OP_LEVEL);
    lines->velocity[i] = op_value(synth, i, FM_OP_VELOCITY);
  }

  const float feedback = control_value(synth, FM_FEEDBACK);
  draw_line_to(&lines->feedback, feedback * feedback * MOST_FEEDBACK, settled);
}

SONIC_RT static void
clear(Synth* const synth, const uint32_t g, const uint32_t lane)
{
  FmGroup* const group = &((Fm*)synth)->groups[g];
  for (uint32_t i = 0; i < FM_OPS; ++i) {
    group->amp[i].value[lane] = 0.0f;
    group->amp[i].step[lane]  = 0.0f;
  }
  group->past[0][lane] = 0.0f;
  group->past[1][lane] = 0.0f;
}

SONIC_RT static void
start(Synth* const   synth,
      const uint32_t g,
      const uint32_t lane,
      const uint32_t place,
      const uint64_t random)
{
  // All operators of a voice begin together, voices of a note apart
  for (uint32_t i = 0; i < FM_OPS; ++i) {
    synth->groups[g].oscs[i].phase[lane] = place ? (uint32_t)random : 0u;
  }
}

static const SourceKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(fm_kernel);

static void
init_lines(Synth* const synth)
{
  synth_remove_offset(synth, true);
}

static const SynthEngine engine = {
  .params        = params,
  .num_params    = NUM_FM_PARAMS,
  .num_oscs      = FM_OPS,
  .envelopes     = envelopes,
  .num_envelopes = FM_OPS,
  .size          = sizeof(Fm),
  .lines         = offsetof(Fm, lines),
  .groups        = offsetof(Fm, groups),
  .group_size    = sizeof(FmGroup),
  .kernels       = kernels,
  .base_gain     = 0.35f,
  .init          = init_lines,
  .jumps         = jumps,
  .draw          = draw,
  .clear         = clear,
  .start         = start,
};

static size_t
size(void)
{
  return sizeof(Fm);
}

static void
init(void* const instance, const uint32_t rate, const CpuLevel level)
{
  synth_init((Synth*)instance, &engine, rate, level);
}

const InstrumentInfo fm_instrument = {
  .symbol     = "fm",
  .label      = "FM synthesizer",
  .params     = params,
  .num_params = NUM_FM_PARAMS,
  .size       = size,
  .init       = init,
  SYNTH_FUNCTIONS,
};
