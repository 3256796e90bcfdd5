// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/subtractive.h"

#include "base/rt.h"
#include "units/instrument.h"
#include "units/level_table.h"
#include "units/subtractive_kernel.h"
#include "units/synth.h"
#include "units/synth_kernel.h"
#include "units/synth_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Grid points from one shape to none, and from none to the next
#define DUCK_POINTS 15.0f

typedef struct {
  Synth            synth;
  SubtractiveLines lines;
  float            duck[NUM_OSCS]; ///< Level during a change of shape, 0 to 1
} Subtractive;

// clang-format off
static const ParamInfo params[NUM_SUBTRACTIVE_PARAMS] = {
  SYNTH_PARAMS,
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
  [SUBTRACTIVE_OSC2_SYNC]     = {"osc2_sync",        "Osc 2 hard sync",    UNIT_NONE,        0.0f,     0.0f,     1.0f, SCALE_LINEAR},
  [SUBTRACTIVE_SUB_SHAPE]     = {"sub_shape",        "Sub shape",          UNIT_NONE,        0.0f,     0.0f,     3.0f, SCALE_LINEAR},
  [SUBTRACTIVE_SUB_OCTAVE]    = {"sub_octave",       "Sub octave",         UNIT_NONE,       -2.0f,    -1.0f,     0.0f, SCALE_LINEAR},
  [SUBTRACTIVE_SUB_LEVEL]     = {"sub_level",        "Sub level",          UNIT_DB,        -60.0f,   -60.0f,     0.0f, SCALE_FADER},
  [SUBTRACTIVE_PHASE]         = {"phase",            "Random phase",       UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},
  [SUBTRACTIVE_LFO_WIDTH]     = {"lfo_width",        "LFO to pulse width", UNIT_PERCENT,     0.0f,     0.0f,    45.0f, SCALE_LINEAR},
  [SUBTRACTIVE_SYNC_ENV]      = {"sync_env",         "Envelope to osc 2",  UNIT_SEMITONES, -48.0f,     0.0f,    48.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static bool
jumps(const uint32_t param)
{
  return param == SUBTRACTIVE_OSC1_SHAPE || param == SUBTRACTIVE_OSC2_SHAPE ||
         param == SUBTRACTIVE_SUB_SHAPE || param == SUBTRACTIVE_OSC2_SYNC ||
         param == SUBTRACTIVE_PHASE;
}

SONIC_RT static bool
needs_lfo(const Synth* const synth)
{
  return control_value(synth, SUBTRACTIVE_LFO_WIDTH) != 0.0f;
}

/// The shape that osc 2 and the way it runs amount to, as one number
SONIC_RT static bool
is_as_wanted(const Subtractive* const self, const Osc osc, const Shape wanted)
{
  const bool sync = control_value(&self->synth, SUBTRACTIVE_OSC2_SYNC) >= 0.5f;
  return wanted == self->lines.waves[osc].shape &&
         (osc != OSC_2 || sync == self->lines.sync);
}

/// Go on with changes of shape: down to silence, over to the shape, and up
SONIC_RT static void
advance_shapes(Subtractive* const self)
{
  static const uint32_t shapes[NUM_OSCS] = {
    SUBTRACTIVE_OSC1_SHAPE, SUBTRACTIVE_OSC2_SHAPE, SUBTRACTIVE_SUB_SHAPE};

  Synth* const synth = &self->synth;
  for (int i = 0; i < NUM_OSCS; ++i) {
    const Shape wanted = (Shape)lrintf(control_value(synth, shapes[i]));
    if (!is_as_wanted(self, (Osc)i, wanted) && self->duck[i] <= 0.0f) {
      self->lines.waves[i].shape = wanted;
      if (i == OSC_2) {
        self->lines.sync = control_value(synth, SUBTRACTIVE_OSC2_SYNC) >= 0.5f;
      }
      for (uint32_t g = 0; g < NUM_GROUPS; ++g) {
        OscLanes* const osc = &synth->groups[g].oscs[i];
        memset(osc->tail, 0, sizeof(osc->tail));
        memset(osc->tail_left, 0, sizeof(osc->tail_left));
      }
    }

    const float way = is_as_wanted(self, (Osc)i, wanted) ? 1.0f : -1.0f;
    self->duck[i] = fminf(fmaxf(self->duck[i] + way / DUCK_POINTS, 0.0f), 1.0f);
  }
}

/// Semitones of an oscillator above the note
SONIC_RT static float
osc_pitch(const Synth* const synth, const uint32_t shape)
{
  const uint32_t octave   = shape + SUBTRACTIVE_OSC1_OCTAVE;
  const uint32_t semitone = shape + SUBTRACTIVE_OSC1_SEMITONE;
  const uint32_t detune   = shape + SUBTRACTIVE_OSC1_DETUNE;
  return 12.0f * control_value(synth, octave - SUBTRACTIVE_OSC1_SHAPE) +
         control_value(synth, semitone - SUBTRACTIVE_OSC1_SHAPE) +
         control_value(synth, detune - SUBTRACTIVE_OSC1_SHAPE);
}

SONIC_RT static void
draw(Synth* const synth, const float lfo, const bool settled)
{
  static const uint32_t levels[NUM_OSCS] = {
    SUBTRACTIVE_OSC1_LEVEL, SUBTRACTIVE_OSC2_LEVEL, SUBTRACTIVE_SUB_LEVEL};

  Subtractive* const self = (Subtractive*)synth;
  if (settled) {
    memset(self->duck, 0, sizeof(self->duck));
  }
  advance_shapes(self);

  SubtractiveLines* const lines = &self->lines;
  synth_remove_offset(synth, lines->sync);
  for (int i = 0; i < NUM_OSCS; ++i) {
    self->duck[i] = settled ? 1.0f : self->duck[i];
    draw_line_to(&lines->waves[i].level,
                 control_value(synth, levels[i]) * self->duck[i],
                 settled);
  }

  const float swing = lfo * control_value(synth, SUBTRACTIVE_LFO_WIDTH);
  synth_move_width(&lines->waves[OSC_1],
                   swing + control_value(synth, SUBTRACTIVE_OSC1_WIDTH),
                   settled);
  synth_move_width(&lines->waves[OSC_2],
                   swing + control_value(synth, SUBTRACTIVE_OSC2_WIDTH),
                   settled);

  SynthAim* const aim = &synth->aim;
  aim->pitch[OSC_1] += osc_pitch(synth, SUBTRACTIVE_OSC1_SHAPE);
  aim->pitch[OSC_2] += osc_pitch(synth, SUBTRACTIVE_OSC2_SHAPE);
  aim->pitch[OSC_SUB] += 12.0f * control_value(synth, SUBTRACTIVE_SUB_OCTAVE);
  aim->pitch_sweep[OSC_2] = control_value(synth, SUBTRACTIVE_SYNC_ENV);
}

/// The first voice starts where its waves do, the others anywhere
SONIC_RT static void
start(Synth* const   synth,
      const uint32_t g,
      const uint32_t lane,
      const uint32_t place,
      const uint64_t seed)
{
  const double spread =
    place ? 1.0 : (double)control_value(synth, SUBTRACTIVE_PHASE);

  uint64_t random = seed;
  for (int i = 0; i < NUM_OSCS; ++i) {
    OscLanes* const osc = &synth->groups[g].oscs[i];
    random              = mix_bits(random);
    osc->phase[lane]    = (uint32_t)(spread * (double)(uint32_t)random);
  }
}

static void
init_lines(Synth* const synth)
{
  ((Subtractive*)synth)->lines.waves[OSC_SUB].width = 0x80000000u;
}

static const SourceKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(subtractive_kernel);

static const SynthEngine engine = {
  .params     = params,
  .num_params = NUM_SUBTRACTIVE_PARAMS,
  .num_oscs   = NUM_OSCS,
  .size       = sizeof(Subtractive),
  .lines      = offsetof(Subtractive, lines),
  .kernels    = kernels,
  .base_gain  = 0.4f, // Steps overshoot by a third
  .init       = init_lines,
  .jumps      = jumps,
  .needs_lfo  = needs_lfo,
  .draw       = draw,
  .start      = start,
};

static size_t
size(void)
{
  return sizeof(Subtractive);
}

static void
init(void* const instance, const uint32_t rate, const CpuLevel level)
{
  synth_init((Synth*)instance, &engine, rate, level);
}

const InstrumentInfo subtractive_instrument = {
  .symbol     = "subtractive",
  .label      = "Subtractive synthesizer",
  .params     = params,
  .num_params = NUM_SUBTRACTIVE_PARAMS,
  .size       = size,
  .init       = init,
  SYNTH_FUNCTIONS,
};
