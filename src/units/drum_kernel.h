// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the control side of drums and their kernel share

#ifndef SONIC_UNITS_DRUM_KERNEL_H
#define SONIC_UNITS_DRUM_KERNEL_H

#include "base/rt.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <stdint.h>

#define NUM_SQUARES 6u

/// A state variable filter: `g` and `k` as usual, what is taken of each output
typedef struct {
  float g[LANES];
  float k[LANES];
  float low[LANES];
  float band[LANES];
  float high[LANES];
  float state[2][LANES];
} DrumFilter;

/// An envelope that falls by a factor each frame
typedef struct {
  float value[LANES];
  float fall[LANES];
} DrumFall;

/// Sixteen hits.  Frequencies are parts of the rate; what is 0 is silent.
typedef struct {
  _Alignas(64) int32_t phase[2][LANES];
  float pitch[LANES]; ///< Where the tone ends
  float extra[LANES]; ///< What the sweep adds
  float ratio[LANES]; ///< Of the second partial
  float partial[LANES];

  DrumFall sweep;
  DrumFall tone; ///< The levels are in these
  DrumFall noise;
  DrumFall metal;
  DrumFall click;

  int32_t random[LANES];
  float   burst_level[LANES];  ///< Of the noise when it begins anew
  float   burst_fall[LANES];   ///< Factor until the last burst
  float   burst_frames[LANES]; ///< From one burst to the next
  float   burst_left[LANES];   ///< Frames to the next
  float   bursts[LANES];       ///< That are to come
  float   noise_fall[LANES];   ///< Factor from the last burst on

  int32_t square[NUM_SQUARES][LANES]; ///< Phases
  float   turn[NUM_SQUARES][LANES];
  float   share[NUM_SQUARES][LANES]; ///< Levels

  DrumFilter noise_filter;
  DrumFilter metal_filter;

  float rise[LANES]; ///< Attack, up to 1
  float rise_step[LANES];
  float fade[LANES]; ///< 1 down to 0 when it has to go
  float fade_step[LANES];
  float drive[LANES];   ///< 0 or the gain before the curve
  float undrive[LANES]; ///< After it
  float steps[LANES];   ///< Of bits, 0 for all
  float before[LANES];  ///< Of the filter that takes off what is constant
  float after[LANES];

  float left[LANES];
  float right[LANES];
  float left_target[LANES];
  float right_target[LANES];

  float    glide;    ///< Part of the way to the targets that a frame goes
  float    hold;     ///< Pole of the filter against what is constant
  uint32_t sounding; ///< Bit for each lane
  uint32_t metallic; ///< Lanes with squares
} DrumGroup;

typedef struct {
  /// Add up to GRID_FRAMES frames of all hits to `left` and `right`
  SONIC_RT void (*run)(DrumGroup* group, float* left, float* right, uint32_t n);
} DrumKernel;

LEVEL_DECLARE(DrumKernel, drum_kernel);

#endif // SONIC_UNITS_DRUM_KERNEL_H
