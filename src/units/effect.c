// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/effect.h"

#include "units/effects.h"
#include "units/unit.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const EffectInfo* const effects[] = {
  // EQ
  &eq3_effect,
  &eq8_effect,
  // Filter
  &lpf_effect,
  &hpf_effect,
  &bpf_effect,
  &filter_effect,
  // Dynamics
  &compressor_effect,
  &limiter_effect,
  &gate_effect,
  &multiband_compressor_effect,
  &deesser_effect,
  &transient_shaper_effect,
  // Distortion
  &distortion_effect,
  &saturation_effect,
  &exciter_effect,
  &bitcrusher_effect,
  // Time-based
  &reverb_effect,
  &plate_reverb_effect,
  &convolution_reverb_effect,
  &delay_effect,
  &ping_pong_delay_effect,
  &chorus_effect,
  &flanger_effect,
  &phaser_effect,
  // Modulation
  &tremolo_effect,
  &ring_modulator_effect,
  // Pitch
  &pitch_shifter_effect,
  // Analysis
  &tuner_effect,
  // Utility
  &gain_effect,
  &stereo_width_effect,
  &stereo_imager_effect,
};

#define NUM_EFFECTS (sizeof(effects) / sizeof(effects[0]))

const EffectInfo*
effect_find(const char* const symbol)
{
  for (uint32_t i = 0; i < NUM_EFFECTS; ++i) {
    if (!strcmp(effects[i]->symbol, symbol)) {
      return effects[i];
    }
  }
  return NULL;
}

const EffectInfo* const*
effect_list(uint32_t* const count)
{
  *count = NUM_EFFECTS;
  return effects;
}

int
effect_find_param(const EffectInfo* const info, const char* const symbol)
{
  for (uint32_t i = 0; i < info->num_params; ++i) {
    if (!strcmp(info->params[i].symbol, symbol)) {
      return (int)i;
    }
  }
  return -1;
}

const char* const*
effect_choice(const EffectInfo* const info, const uint32_t param)
{
  for (uint32_t i = 0; i < info->num_choices; ++i) {
    if (info->choices[i].param == param) {
      return info->choices[i].names;
    }
  }
  return NULL;
}
