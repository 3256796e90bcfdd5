// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/sampler.h"

#include "base/rt.h"
#include "units/instrument.h"
#include "units/level_table.h"
#include "units/sampler_kernel.h"
#include "units/sampler_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Time constant of what follows controls
#define GLIDE_SECONDS 0.006f

// clang-format off
const ParamInfo sampler_params[NUM_SAMPLER_PARAMS] = {
  //                           symbol             label                 unit            min     initial   max       scale
  [SAMPLER_GAIN]            = {"gain",            "Gain",               UNIT_DB,        -60.0f,    0.0f,    12.0f, SCALE_FADER},
  [SAMPLER_TUNE]            = {"tune",            "Tune",               UNIT_SEMITONES, -48.0f,    0.0f,    48.0f, SCALE_LINEAR},
  [SAMPLER_VELOCITY]        = {"velocity",        "Velocity to level",  UNIT_PERCENT,     0.0f,  100.0f,   100.0f, SCALE_LINEAR},
  [SAMPLER_ATTACK]          = {"attack",          "Attack",             UNIT_MS,          0.0f,    0.0f, 10000.0f, SCALE_LINEAR},
  [SAMPLER_DECAY]           = {"decay",           "Decay",              UNIT_MS,          1.0f,  300.0f, 20000.0f, SCALE_LOG},
  [SAMPLER_SUSTAIN]         = {"sustain",         "Sustain",            UNIT_PERCENT,     0.0f,  100.0f,   100.0f, SCALE_LINEAR},
  [SAMPLER_RELEASE]         = {"release",         "Release",            UNIT_MS,          1.0f,  100.0f, 20000.0f, SCALE_LOG},
  [SAMPLER_CUTOFF]          = {"cutoff",          "Cutoff",             UNIT_HZ,         20.0f, 20000.0f, 20000.0f, SCALE_LOG},
  [SAMPLER_RESONANCE]       = {"resonance",       "Resonance",          UNIT_NONE,        0.0f,    0.0f,     1.0f, SCALE_LINEAR},
  [SAMPLER_CUTOFF_VELOCITY] = {"cutoff_velocity", "Velocity to cutoff", UNIT_SEMITONES,   0.0f,    0.0f,    60.0f, SCALE_LINEAR},
  [SAMPLER_LFO_RATE]        = {"lfo_rate",        "LFO rate",           UNIT_HZ,          0.01f,   5.0f,    30.0f, SCALE_LOG},
  [SAMPLER_LFO_PITCH]       = {"lfo_pitch",       "LFO to pitch",       UNIT_CENTS,       0.0f,    0.0f,  1200.0f, SCALE_LINEAR},
  [SAMPLER_WHEEL_PITCH]     = {"wheel_pitch",     "Wheel to vibrato",   UNIT_CENTS,       0.0f,   50.0f,  1200.0f, SCALE_LINEAR},
  [SAMPLER_BEND_RANGE]      = {"bend_range",      "Bend range",         UNIT_SEMITONES,   0.0f,    2.0f,    48.0f, SCALE_LINEAR},
  [SAMPLER_START]           = {"start",           "Start",              UNIT_PERCENT,     0.0f,    0.0f,   100.0f, SCALE_LINEAR},
};

/// The parameters of a pad, as DRUM_ROWS
#define PAD_ROWS(at, s, l, off)                                                                                                       \
  [at + SAMPLE_PAD_LEVEL]    = {s "level",    l "Level",             UNIT_DB,        -60.0f,      off,    12.0f, SCALE_FADER},         \
  [at + SAMPLE_PAD_PAN]      = {s "pan",      l "Pan",               UNIT_PERCENT,  -100.0f,     0.0f,   100.0f, SCALE_LINEAR},        \
  [at + SAMPLE_PAD_CHOKE]    = {s "choke",    l "Choke group",       UNIT_NONE,        0.0f,     0.0f,   250.0f, SCALE_LINEAR},        \
  [at + SAMPLE_PAD_VELOCITY] = {s "velocity", l "Velocity to level", UNIT_PERCENT,     0.0f,   100.0f,   100.0f, SCALE_LINEAR},        \
  [at + SAMPLE_PAD_TUNE]     = {s "tune",     l "Tune",              UNIT_SEMITONES, -48.0f,     0.0f,    48.0f, SCALE_LINEAR},        \
  [at + SAMPLE_PAD_ATTACK]   = {s "attack",   l "Attack",            UNIT_MS,          0.0f,     0.0f,  2000.0f, SCALE_LINEAR},        \
  [at + SAMPLE_PAD_DECAY]    = {s "decay",    l "Decay",             UNIT_MS,          5.0f, 20000.0f, 20000.0f, SCALE_LOG},           \
  [at + SAMPLE_PAD_CUTOFF]   = {s "cutoff",   l "Cutoff",            UNIT_HZ,         20.0f, 20000.0f, 20000.0f, SCALE_LOG},           \
  [at + SAMPLE_PAD_START]    = {s "start",    l "Start",             UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR}

/// A pad, silent as long as no kit gives it a recording
#define PAD(note) PAD_ROWS(SAMPLE_KIT_PARAM(note, 0), "pad" #note "_", #note " ", -60.0f)

const ParamInfo sample_pad_params[NUM_SAMPLE_PAD_PARAMS] = {
  PAD_ROWS(0u, "", "", 0.0f),
};

const ParamInfo sample_kit_params[NUM_SAMPLE_KIT_PARAMS] = {
  PAD(35), PAD(36), PAD(37), PAD(38), PAD(39), PAD(40), PAD(41), PAD(42),
  PAD(43), PAD(44), PAD(45), PAD(46), PAD(47), PAD(48), PAD(49), PAD(50),
  PAD(51), PAD(52), PAD(53), PAD(54), PAD(55), PAD(56), PAD(57), PAD(58),
  PAD(59), PAD(60), PAD(61), PAD(62), PAD(63), PAD(64), PAD(65), PAD(66),
  PAD(67), PAD(68), PAD(69), PAD(70), PAD(71), PAD(72), PAD(73), PAD(74),
  PAD(75), PAD(76), PAD(77), PAD(78), PAD(79), PAD(80), PAD(81),
};
// clang-format on

SONIC_RT static void
set(void* const instance, const uint32_t param, const float value)
{
  ((Sampler*)instance)->params[param] = value;
}

SONIC_RT static void
control(void* const       instance,
        const ControlKind kind,
        const uint8_t     number,
        const float       value)
{
  Sampler* const self = (Sampler*)instance;
  if (kind == CONTROL_BEND) {
    self->bend = value;
  } else if (kind != CONTROL_CC) {
    return;
  } else if (number == 1u) {
    self->wheel = value;
  } else if (number == 7u) {
    self->volume = value * value;
  } else if (number == 10u) {
    self->pan = 2.0f * value - 1.0f;
  } else if (number == 11u) {
    self->expression = value * value;
  } else if (number == CONTROL_SUSTAIN) {
    const bool was = self->pedal;
    self->pedal    = value >= 0.5f;
    if (was && !self->pedal) {
      sampler_release_pedal(self);
    }
  }
}

SONIC_RT static void
reset(void* const instance)
{
  Sampler* const self = (Sampler*)instance;
  memset(self->hits, 0, sizeof(self->hits));
  memset(self->turns, 0, sizeof(self->turns));
  self->serial     = 0;
  self->pedal      = false;
  self->volume     = 1.0f;
  self->expression = 1.0f;
  self->pan        = 0.0f;
  self->bend       = 0.0f;
  self->wheel      = 0.0f;
}

/// Run all voices for some frames of a grid step
SONIC_RT static void
run_step(Sampler* const self,
         const uint32_t place,
         float* const   left,
         float* const   right,
         const uint32_t n)
{
  for (uint32_t i = 0; i < SAMPLER_NUM_VOICES; ++i) {
    SamplerHit* const hit = &self->hits[i];
    if (!hit->serial) {
      continue;
    }
    if (!place || hit->asked) {
      sampler_draw(self, i, place);
    }

    const uint32_t waits = self->voices[i].wait;
    self->kernel->run(&self->voices[i], place, left, right, n);
    hit->age += (int64_t)(n - (waits - self->voices[i].wait));
    if (place + n == GRID_FRAMES && sampler_is_over(self, i)) {
      hit->serial = 0;
    }
  }
}

SONIC_RT static void
run(void* const    instance,
    float* const   left,
    float* const   right,
    const uint32_t stride,
    const uint64_t grid_frame,
    const uint32_t n)
{
  Sampler* const self = (Sampler*)instance;
  for (uint32_t done = 0; done < n;) {
    const uint32_t place = (uint32_t)((grid_frame + done) % GRID_FRAMES);
    const uint32_t rest  = n - done;
    const uint32_t most  = GRID_FRAMES - place;
    const uint32_t now   = rest < most ? rest : most;
    float          sides[2][GRID_FRAMES] = {{0.0f}, {0.0f}};
    run_step(self, place, sides[0], sides[1], now);
    for (uint32_t f = 0; f < now; ++f) {
      left[(size_t)(done + f) * stride]  = sides[0][f];
      right[(size_t)(done + f) * stride] = sides[1][f];
    }
    done += now;
  }
}

SONIC_RT static uint32_t
active(const void* const instance)
{
  const Sampler* const self = (const Sampler*)instance;
  uint32_t             num  = 0;
  for (uint32_t i = 0; i < SAMPLER_NUM_VOICES; ++i) {
    num += self->hits[i].serial != 0u;
  }
  return num;
}

static void
load(void* const instance, const struct SamplerMap* const map)
{
  Sampler* const self = (Sampler*)instance;
  self->map           = self->sincs ? map : NULL;
}

static const SamplerKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(sampler_kernel);

static void
init_params(Sampler* const         self,
            const ParamInfo* const params,
            const uint32_t         num,
            const uint32_t         rate,
            const CpuLevel         level)
{
  memset(self, 0, sizeof(*self));
  self->kernel = kernels[level];
  self->sincs  = sampler_sincs();
  self->rate   = (float)rate;
  self->glide = 1.0f - expf(-(float)GRID_FRAMES / (GLIDE_SECONDS * self->rate));
  for (uint32_t i = 0; i < num; ++i) {
    self->params[i] = params[i].initial;
  }
  reset(self);
}

static void
init_sampler(void* const instance, const uint32_t rate, const CpuLevel level)
{
  init_params(
    (Sampler*)instance, sampler_params, NUM_SAMPLER_PARAMS, rate, level);
}

static void
init_kit(void* const instance, const uint32_t rate, const CpuLevel level)
{
  Sampler* const self = (Sampler*)instance;
  init_params(self, sample_kit_params, NUM_SAMPLE_KIT_PARAMS, rate, level);
  self->is_kit = true;
}

/// A whole number of cache lines for some parameters
static size_t
size_of(const size_t num)
{
  return (sizeof(Sampler) + num * sizeof(float) + 63u) / 64u * 64u;
}

static size_t
sampler_size(void)
{
  return size_of(NUM_SAMPLER_PARAMS);
}

static size_t
kit_size(void)
{
  return size_of(NUM_SAMPLE_KIT_PARAMS);
}

#define SAMPLER_FUNCTIONS                                                      \
  .set = set, .reset = reset, .note_on = sampler_note_on,                      \
  .note_off = sampler_note_off, .all_off = sampler_all_off, .run = run,        \
  .active = active, .control = control, .load = load

const InstrumentInfo sampler_instrument = {
  .symbol     = "sampler",
  .label      = "Sampler",
  .params     = sampler_params,
  .num_params = NUM_SAMPLER_PARAMS,
  .size       = sampler_size,
  .init       = init_sampler,
  SAMPLER_FUNCTIONS,
};

const InstrumentInfo sample_kit_instrument = {
  .symbol     = "sample_kit",
  .label      = "Sample kit",
  .params     = sample_kit_params,
  .num_params = NUM_SAMPLE_KIT_PARAMS,
  .size       = kit_size,
  .init       = init_kit,
  SAMPLER_FUNCTIONS,
};
