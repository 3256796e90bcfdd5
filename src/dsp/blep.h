// SPDX-License-Identifier: GPL-3.0-or-later
//
// Band-limited steps and corners
//
// A waveform with jumps or corners is made free of aliasing by adding to it,
// at each of them, the difference between the band-limited and the naive
// shape.  Here that difference starts with the jump and not before it (the
// band limit is a minimum-phase filter), so nothing has to be known ahead.
//
// A jump between frames n - 1 and n, a part x of a frame before n, puts
// `jump * step(j + x)` on the frames n + j, j = 0...15, where step() goes from
// -1 to 0.  A corner puts there `change * ramp(j + x)`, ramp() being the
// integral of step(): from BLEP_DELAY to 0.  The filter delays by BLEP_DELAY
// frames at low frequencies, which what is added does not show: a wave that
// rises by s a frame should be lowered by `s * BLEP_DELAY`.
//
// Up to 0.36 of the rate the filter is flat within 0.1 dB, from 0.64 of the
// rate it is below -72 dB.  So at 44.1 kHz nothing folds to below 16 kHz with
// more than that.

#ifndef SONIC_DSP_BLEP_H
#define SONIC_DSP_BLEP_H

/// Frames over which a difference extends
#define BLEP_FRAMES 16

/// Degree of the polynomials
#define BLEP_DEGREE 6

/// Delay of the band limit at low frequencies, in frames
#define BLEP_DELAY 1.891797491f

/// A polynomial in x for each frame: coefficient of x^i for frame j at [i][j]
typedef float BlepTable[BLEP_DEGREE + 1][BLEP_FRAMES];

/// Difference at a jump by one
extern const BlepTable blep_step;

/// Difference at a change of slope by one per frame
extern const BlepTable blep_ramp;

#endif // SONIC_DSP_BLEP_H
