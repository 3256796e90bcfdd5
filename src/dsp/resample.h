// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading a recording between its frames
//
// A windowed sinc of 16 zero crossings to each side (Kaiser, -80 dB).  Slower
// than recorded it keeps what the recording has up to 0.42 of its rate, and
// mirrors of that are below -80 dB.  Faster, its cutoff falls as the speed
// rises, so that nothing folds to below 0.42 of the rate that is played at.
//
// Places are fixed point, so what is read at a place does not depend on how a
// run is cut.  At whole frames of a recording that is not sped up it is the
// frame itself.

#ifndef SONIC_DSP_RESAMPLE_H
#define SONIC_DSP_RESAMPLE_H

#include "base/rt.h"
#include "base/tempo.h"

#include <stdint.h>

/// Zero crossings of the sinc on each side
#define RESAMPLE_ZEROS 16u

/// Places between two frames in the table
#define RESAMPLE_PHASES 512u

/// Highest speed
#define RESAMPLE_MAX_SPEED 4u

/// Most frames before or after a place that count
#define RESAMPLE_MAX_SIDE (RESAMPLE_ZEROS * RESAMPLE_MAX_SPEED)

/// The sinc by phase; the last row is the first, a frame on
typedef struct {
  _Alignas(64) float rows[RESAMPLE_PHASES + 1u][2u * RESAMPLE_ZEROS];
} ResampleTable;

/// Compute the table
void
resample_table_init(ResampleTable* table);

/// Frames on each side of a place that count at a speed, an even number
SONIC_RT uint32_t
resample_side(FrameTime speed);

/**
   Read frames at even distances.

   @param table The sinc.
   @param in Recording whose first frame is the one `resample_side - 1` frames
   before the whole part of `place`; it extends to `resample_side` frames behind
   the last place.
   @param place Of the first frame that is read, 0 to 1.
   @param speed Distance between places, above 0, at most RESAMPLE_MAX_SPEED.
   @param out Receives `n` frames, `stride` floats apart.
   @param stride Floats between frames.
   @param n Number of frames.
*/
SONIC_RT void
resample_run(const ResampleTable* table,
             const float*         in,
             FrameTime            place,
             FrameTime            speed,
             float*               out,
             uint32_t             stride,
             uint32_t             n);

#endif // SONIC_DSP_RESAMPLE_H
