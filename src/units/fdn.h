// SPDX-License-Identifier: GPL-3.0-or-later
//
// Feedback delay network: what reverbs are made of
//
// Sixteen lines, mixed by Hadamard's matrix and fed back, each with the gain
// that makes it fall by 60 dB in the same time and a low-pass of one pole that
// makes high frequencies fall sooner.  The caller owns all memory.

#ifndef SONIC_UNITS_FDN_H
#define SONIC_UNITS_FDN_H

#include "base/rt.h"
#include "units/solo_effect.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FDN_LINES 16u

/// All-passes that make what comes in dense
#define FDN_DIFFUSERS 4u

typedef struct {
  float*   ring;
  uint32_t frames; ///< Length of the ring and of the delay
  uint32_t at;     ///< Next frame to read, then to write
} FdnLine;

typedef struct {
  FdnLine  lines[FDN_LINES];
  FdnLine  diffusers[2][FDN_DIFFUSERS]; ///< Of each side
  SoloLine gain[FDN_LINES]; ///< Falling of a turn, with what the low-pass takes
  SoloLine pole[FDN_LINES]; ///< Low-pass of a line
  float    low[FDN_LINES];  ///< Its state
  SoloLine level;           ///< Makes loudness not follow the time
  double   rate;
  float*   memory; ///< Of all lines
  size_t   total;  ///< Its frames
} Fdn;

/// Frames of memory for lines of `mean_ms` on average
size_t
fdn_frames(double mean_ms, double rate);

/// Prepare silent lines over `memory`, which must outlive `fdn`
void
fdn_init(Fdn* fdn, float* memory, double mean_ms, double rate);

SONIC_RT void
fdn_clear(Fdn* fdn);

/// From the next grid point on fall by 60 dB in `seconds` at 500 Hz; with
/// `damping` of 0 as fast at all frequencies, of 1 a good deal faster at high
/// ones.  To be called at grid points; at once if `jump`
SONIC_RT void
fdn_set(Fdn* fdn, double seconds, double damping, bool jump);

/// Reverberation of `n` frames, GRID_FRAMES at most, instead of them
SONIC_RT void
fdn_run(Fdn* fdn, float* left, float* right, uint32_t n);

#endif // SONIC_UNITS_FDN_H
