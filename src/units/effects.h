// SPDX-License-Identifier: GPL-3.0-or-later
//
// The effects that there are; a new one is a line here and one in effect.c

#ifndef SONIC_UNITS_EFFECTS_H
#define SONIC_UNITS_EFFECTS_H

#include "units/effect.h"

extern const EffectInfo bitcrusher_effect;
extern const EffectInfo bpf_effect;
extern const EffectInfo chorus_effect;
extern const EffectInfo compressor_effect;
extern const EffectInfo convolution_reverb_effect;
extern const EffectInfo deesser_effect;
extern const EffectInfo delay_effect;
extern const EffectInfo distortion_effect;
extern const EffectInfo eq3_effect;
extern const EffectInfo eq8_effect;
extern const EffectInfo exciter_effect;
extern const EffectInfo filter_effect;
extern const EffectInfo flanger_effect;
extern const EffectInfo gain_effect;
extern const EffectInfo gate_effect;
extern const EffectInfo hpf_effect;
extern const EffectInfo limiter_effect;
extern const EffectInfo lpf_effect;
extern const EffectInfo multiband_compressor_effect;
extern const EffectInfo phaser_effect;
extern const EffectInfo ping_pong_delay_effect;
extern const EffectInfo pitch_shifter_effect;
extern const EffectInfo plate_reverb_effect;
extern const EffectInfo reverb_effect;
extern const EffectInfo ring_modulator_effect;
extern const EffectInfo saturation_effect;
extern const EffectInfo stereo_imager_effect;
extern const EffectInfo stereo_width_effect;
extern const EffectInfo transient_shaper_effect;
extern const EffectInfo tremolo_effect;
extern const EffectInfo tuner_effect;

#endif // SONIC_UNITS_EFFECTS_H
