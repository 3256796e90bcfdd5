// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the control side of the sampler and its kernel share
//
// A voice is done by itself, its taps in lanes: voices differ in how many taps
// they need, and loops take them to places of their own.

#ifndef SONIC_UNITS_SAMPLER_KERNEL_H
#define SONIC_UNITS_SAMPLER_KERNEL_H

#include "base/rt.h"
#include "units/level_table.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

/// The sinc is there as it is and wider by half octaves
#define SAMPLER_WIDTHS 8u

/// Most taps
#define SAMPLER_MOST_TAPS 368u

/// A frame, in places
#define SAMPLER_ONE ((int64_t)1 << 32)

/// A sinc by phases; the last row is the first, a frame on
typedef struct {
  const float* rows;
  uint32_t     taps;  ///< A multiple of LANES
  uint32_t     shift; ///< Of a place's 32 bits of a frame, to get its phase
} SamplerSinc;

/// All widths; null if memory ran out
const SamplerSinc*
sampler_sincs(void);

/// A value on its way to the next grid point
typedef struct {
  float base; ///< At frame 0 of the grid step
  float step; ///< For each frame
} SamplerLine;

/// What of a voice goes on from frame to frame
typedef struct {
  const float* sides[2]; ///< Recording, the second null of one channel
  const float* seams[2]; ///< What is around the end of the loop, or null
  int64_t      place;    ///< In the recording, SAMPLER_ONE is a frame
  int64_t      step;     ///< To the next
  int64_t      wrap;     ///< Where the loop goes back, or the greatest number
  int64_t      back;     ///< How far
  int64_t      seam;     ///< Frame from which seams are read instead
  int64_t      seam_at;  ///< Frame that a seam begins with
  int64_t      end;      ///< Where there is nothing left

  const SamplerSinc* sinc;

  SamplerLine left;
  SamplerLine right;
  uint32_t    fade_left;   ///< Frames until it is faded out
  uint32_t    fade_frames; ///< That a fade takes, 0: it does not fade
  uint32_t    wait;        ///< Frames until it begins

  bool  filters;
  float g;
  float g_step;
  float k;
  float state[2][2]; ///< By side
} SamplerVoice;

typedef struct {
  /// Add `n` frames, of which the first is frame `place` of a grid step
  SONIC_RT void (*run)(SamplerVoice* voice,
                       uint32_t      place,
                       float*        left,
                       float*        right,
                       uint32_t      n);
} SamplerKernel;

LEVEL_DECLARE(SamplerKernel, sampler_kernel);

#endif // SONIC_UNITS_SAMPLER_KERNEL_H
