// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/modal.h"

#include "base/rt.h"
#include "units/instrument.h"
#include "units/level_table.h"
#include "units/modal_kernel.h"
#include "units/synth.h"
#include "units/synth_kernel.h"
#include "units/synth_state.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// log2 of 60 dB
#define SIXTY_DB 9.965784f

typedef struct {
  Synth      synth;
  ModalLines lines;
  ModalGroup groups[NUM_GROUPS];
} Modal;

/// Ratios and levels of the modes of a material
typedef struct {
  float ratio[NUM_MODES];
  float level[NUM_MODES];
} Material;

// Ratios of Fletcher and Rossing, "The physics of musical instruments", or
// those of the equations in the comments
// clang-format off
static const Material materials[] = {
  // 0: a stiff string, whole numbers that `stretch` draws apart
  {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
   {1, 0.7f, 0.55f, 0.4f, 0.32f, 0.26f, 0.2f, 0.17f, 0.14f, 0.12f, 0.1f, 0.09f, 0.08f, 0.07f, 0.06f, 0.05f}},
  // 1: a free uniform bar (glockenspiel): squares of 3.011, 5, 7, 9...
  {{1, 2.756f, 5.404f, 8.933f, 13.34f, 18.64f, 24.82f, 31.87f, 39.81f, 48.63f, 1.004f, 2.768f, 5.42f, 8.96f, 13.38f, 18.7f},
   {1, 0.5f, 0.3f, 0.2f, 0.12f, 0.08f, 0.05f, 0.03f, 0.02f, 0.01f, 0.15f, 0.1f, 0.06f, 0.04f, 0.02f, 0.01f}},
  // 2: a bar tuned to the fourth (marimba, vibraphone)
  {{1, 3.99f, 9.92f, 16.2f, 24.8f, 33.9f, 1.003f, 4.01f, 9.98f, 5.8f, 12.7f, 20.1f, 28.3f, 38.2f, 44.0f, 50.0f},
   {1, 0.35f, 0.14f, 0.06f, 0.03f, 0.02f, 0.12f, 0.05f, 0.02f, 0.03f, 0.02f, 0.015f, 0.01f, 0.006f, 0.004f, 0.002f}},
  // 3: a bar tuned to the twelfth (xylophone)
  {{1, 3, 6.1f, 10.4f, 15.8f, 22.3f, 1.002f, 3.02f, 6.15f, 7.9f, 13.0f, 18.8f, 26.0f, 33.0f, 41.0f, 48.0f},
   {1, 0.5f, 0.3f, 0.16f, 0.1f, 0.06f, 0.1f, 0.06f, 0.04f, 0.05f, 0.04f, 0.03f, 0.02f, 0.012f, 0.008f, 0.004f}},
  // 4: a chime: the strike tone stands an octave below the fourth mode
  {{1, 2, 0.56f, 2.97f, 4.12f, 5.44f, 6.92f, 8.56f, 10.4f, 12.4f, 1.006f, 2.008f, 2.98f, 4.14f, 5.47f, 6.95f},
   {0.85f, 1, 0.25f, 0.6f, 0.4f, 0.3f, 0.2f, 0.14f, 0.1f, 0.06f, 0.3f, 0.3f, 0.2f, 0.12f, 0.1f, 0.06f}},
  // 5: a church bell: hum, prime, tierce, quint, nominal
  {{1, 0.5f, 1.2f, 1.5f, 2, 2.5f, 2.61f, 3, 4, 5.4f, 6.8f, 8.2f, 1.005f, 1.207f, 2.01f, 3.02f},
   {0.8f, 0.45f, 0.6f, 0.35f, 1, 0.3f, 0.3f, 0.5f, 0.35f, 0.2f, 0.12f, 0.08f, 0.2f, 0.15f, 0.25f, 0.12f}},
  // 6: a membrane: zeros of Bessel functions
  {{1, 1.594f, 2.136f, 2.296f, 2.653f, 2.918f, 3.156f, 3.501f, 3.6f, 3.652f, 4.06f, 4.154f, 4.601f, 4.832f, 5.132f, 5.412f},
   {1, 0.6f, 0.45f, 0.4f, 0.3f, 0.28f, 0.22f, 0.2f, 0.18f, 0.15f, 0.14f, 0.12f, 0.1f, 0.09f, 0.08f, 0.07f}},
  // 7: a kettledrum, whose air draws the modes towards 2:3:4:5
  {{1, 1.5f, 1.98f, 2.44f, 2.9f, 0.84f, 1.7f, 2.2f, 2.65f, 3.1f, 3.4f, 3.9f, 4.3f, 4.8f, 5.2f, 5.7f},
   {1, 0.7f, 0.5f, 0.35f, 0.25f, 0.3f, 0.15f, 0.12f, 0.1f, 0.08f, 0.06f, 0.05f, 0.04f, 0.03f, 0.02f, 0.015f}},
  // 8: a plate (gong, cymbal, metal)
  {{1, 1.52f, 1.94f, 2.36f, 2.81f, 3.43f, 4.09f, 4.78f, 5.53f, 6.31f, 7.24f, 8.35f, 9.7f, 11.2f, 13.1f, 15.6f},
   {1, 0.75f, 0.7f, 0.65f, 0.6f, 0.55f, 0.5f, 0.48f, 0.45f, 0.42f, 0.4f, 0.37f, 0.35f, 0.32f, 0.3f, 0.28f}},
  // 9: a glass, whose modes go with squares
  {{1, 2.32f, 4.25f, 6.63f, 9.38f, 12.6f, 16.2f, 20.2f, 1.003f, 2.33f, 4.27f, 6.66f, 9.43f, 12.7f, 16.3f, 20.4f},
   {1, 0.45f, 0.25f, 0.15f, 0.1f, 0.06f, 0.04f, 0.02f, 0.4f, 0.2f, 0.12f, 0.08f, 0.05f, 0.03f, 0.02f, 0.01f}},
  // 10: a clamped tine (kalimba, music box)
  {{1, 5.4f, 6.27f, 13.1f, 17.55f, 2.01f, 3.02f, 25.2f, 34.4f, 1.002f, 5.43f, 6.31f, 10.1f, 21.3f, 29.8f, 40.1f},
   {1, 0.14f, 0.2f, 0.06f, 0.07f, 0.12f, 0.06f, 0.03f, 0.02f, 0.2f, 0.05f, 0.06f, 0.02f, 0.02f, 0.01f, 0.006f}},
  // 11: a steel pan, tuned to octave and twelfth, with close neighbours
  {{1, 2, 3.01f, 4.02f, 5.05f, 6.1f, 1.007f, 2.012f, 2.52f, 3.6f, 4.6f, 5.5f, 7.1f, 8.3f, 9.4f, 11.2f},
   {1, 0.8f, 0.45f, 0.3f, 0.15f, 0.1f, 0.12f, 0.3f, 0.1f, 0.09f, 0.08f, 0.06f, 0.06f, 0.04f, 0.03f, 0.02f}},
  // 12: a block of wood or bamboo
  {{1, 2.57f, 4.95f, 8.07f, 1.48f, 2.02f, 3.42f, 6.4f, 9.9f, 12.1f, 1.9f, 4.2f, 5.7f, 7.3f, 11.0f, 14.0f},
   {1, 0.5f, 0.25f, 0.12f, 0.3f, 0.25f, 0.2f, 0.1f, 0.06f, 0.04f, 0.12f, 0.1f, 0.08f, 0.06f, 0.03f, 0.02f}},
};


static const ParamInfo params[NUM_MODAL_PARAMS] = {
  SYNTH_PARAMS,
  //                    symbol              label                  unit          min     initial     max      scale
  [MODAL_MATERIAL]    = {"material",        "Material",            UNIT_NONE,     0.0f,     2.0f,    12.0f, SCALE_LINEAR},
  [MODAL_STRETCH]     = {"stretch",         "Stretch",             UNIT_PERCENT, 50.0f,   100.0f,   150.0f, SCALE_LINEAR},
  [MODAL_SUSTAIN]     = {"ring",            "Ring",                UNIT_SECONDS,  0.02f,    2.0f,    60.0f, SCALE_LOG},
  [MODAL_SUSTAIN_KEY] = {"ring_key",        "Key to ring",         UNIT_PERCENT,  0.0f,    50.0f,   100.0f, SCALE_LINEAR},
  [MODAL_DAMPING]     = {"damping",         "Damping",             UNIT_PERCENT,  0.0f,    50.0f,   100.0f, SCALE_LINEAR},
  [MODAL_HARDNESS]    = {"hardness",        "Hardness",            UNIT_HZ,     100.0f,  4000.0f, 20000.0f, SCALE_LOG},
  [MODAL_SOFTNESS]    = {"softness",        "Velocity to hardness", UNIT_SEMITONES, 0.0f,  24.0f,    60.0f, SCALE_LINEAR},
  [MODAL_POSITION]    = {"strike_position", "Strike position",     UNIT_PERCENT,  0.0f,    30.0f,    50.0f, SCALE_LINEAR},
  [MODAL_UPPER]       = {"upper",           "Upper modes",         UNIT_PERCENT,  0.0f,    70.0f,   100.0f, SCALE_LINEAR},
};
// clang-format on

SONIC_RT static bool
jumps(const uint32_t param)
{
  return param >= MODAL_MATERIAL;
}

SONIC_RT static const Material*
material_of(const Synth* const synth)
{
  return &materials[lrintf(control_value(synth, MODAL_MATERIAL))];
}

/// A mode's ratio: a stiff string's is k sqrt(1 + B k^2), that of others is
/// drawn apart as a power
SONIC_RT static float
stretched(const Synth* const synth, const float ratio)
{
  const float stretch = control_value(synth, MODAL_STRETCH);
  if (lrintf(control_value(synth, MODAL_MATERIAL)) == 0) {
    const float stiff = 0.02f * fmaxf(stretch - 1.0f, 0.0f);
    return ratio * sqrtf((1.0f + stiff * ratio * ratio) / (1.0f + stiff));
  }
  return powf(ratio, stretch);
}

SONIC_RT static void
draw(Synth* const synth, const float lfo, const bool settled)
{
  (void)lfo;
  (void)settled;
  ModalLines* const     lines    = &((Modal*)synth)->lines;
  const Material* const material = material_of(synth);

  const float sustain  = control_value(synth, MODAL_SUSTAIN);
  const float damping  = control_value(synth, MODAL_DAMPING);
  const float loss     = SIXTY_DB / (sustain * (float)synth->rate);
  const float loss_key = control_value(synth, MODAL_SUSTAIN_KEY);
  bool        changes  = loss_key != lines->loss_key;
  lines->loss_key      = loss_key;
  for (uint32_t i = 0; i < NUM_MODES; ++i) {
    const float ratio = stretched(synth, material->ratio[i]);
    const float above = fmaxf(ratio - 1.0f, 0.0f);
    const float own   = loss * (1.0f + 2.0f * damping * above);
    changes |= ratio != lines->ratio[i] || own != lines->loss[i];
    lines->ratio[i] = ratio;
    lines->loss[i]  = own;
  }
  lines->version += changes;
}

/// How much a stroke excites each mode, summing up to 1
SONIC_RT static void
find_levels(const Synth* const      synth,
            const VoiceGroup* const group,
            const uint32_t          lane,
            float                   levels[NUM_MODES])
{
  const Material* const   material = material_of(synth);
  const ModalLines* const lines    = &((const Modal*)synth)->lines;

  const float pitch = group->pitch[lane] + control_value(synth, SYNTH_TUNE);
  const float hz    = 440.0f * exp2f((pitch - 69.0f) / 12.0f);
  const float soft =
    control_value(synth, MODAL_SOFTNESS) * (1.0f - group->velocity[lane]);
  const float hard =
    control_value(synth, MODAL_HARDNESS) * exp2f(-soft / 12.0f);
  const float place = (float)M_PI * control_value(synth, MODAL_POSITION);

  float sum = 0.0f;
  for (uint32_t i = 0; i < NUM_MODES; ++i) {
    // The lowest mode is there wherever the stroke falls
    const float order = 1.0f + (float)i;
    const float at    = i ? fabsf(cosf(order * place)) : 1.0f;
    const float upper = i ? control_value(synth, MODAL_UPPER) : 1.0f;
    const float part  = hz * lines->ratio[i] / hard;
    levels[i]         = material->level[i] * upper * at / (1.0f + part * part);
    sum += levels[i];
  }

  // What few modes share is not as loud as it could be
  const float all = 1.0f / sqrtf(0.2f + 0.8f * sum);
  for (uint32_t i = 0; i < NUM_MODES; ++i) {
    levels[i] *= all * all;
  }
}

SONIC_RT static void
start(Synth* const   synth,
      const uint32_t g,
      const uint32_t lane,
      const uint32_t place,
      const uint64_t random)
{
  (void)place;
  (void)random;
  ModalGroup* const group = &((Modal*)synth)->groups[g];

  float levels[NUM_MODES];
  find_levels(synth, &synth->groups[g], lane, levels);
  for (uint32_t i = 0; i < NUM_MODES; ++i) {
    group->re[i][lane] = levels[i];
    group->im[i][lane] = 0.0f;
  }
}

SONIC_RT static void
clear(Synth* const synth, const uint32_t g, const uint32_t lane)
{
  ModalGroup* const group = &((Modal*)synth)->groups[g];
  for (uint32_t i = 0; i < NUM_MODES; ++i) {
    group->re[i][lane] = 0.0f;
    group->im[i][lane] = 0.0f;
  }
}

static const SourceKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(modal_kernel);

static const SynthEngine engine = {
  .params     = params,
  .num_params = NUM_MODAL_PARAMS,
  .num_oscs   = 1,
  .size       = sizeof(Modal),
  .lines      = offsetof(Modal, lines),
  .groups     = offsetof(Modal, groups),
  .group_size = sizeof(ModalGroup),
  .kernels    = kernels,
  .base_gain  = 0.6f,
  .jumps      = jumps,
  .draw       = draw,
  .clear      = clear,
  .start      = start,
};

static size_t
size(void)
{
  return sizeof(Modal);
}

static void
init(void* const instance, const uint32_t rate, const CpuLevel level)
{
  synth_init((Synth*)instance, &engine, rate, level);
}

const InstrumentInfo modal_instrument = {
  .symbol     = "modal",
  .label      = "Struck modes",
  .params     = params,
  .num_params = NUM_MODAL_PARAMS,
  .size       = size,
  .init       = init,
  SYNTH_FUNCTIONS,
};
