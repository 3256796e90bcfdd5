// SPDX-License-Identifier: GPL-3.0-or-later
//
// True peak: the highest point of the signal that the samples stand for
//
// The signal between the samples is worked out at four times the rate, as
// ITU-R BS.1770 has it, by the interpolation of libebur128.

#ifndef SONIC_ANALYSIS_TRUE_PEAK_H
#define SONIC_ANALYSIS_TRUE_PEAK_H

#include <stdint.h>

/// Points in the time of a frame, and frames that each is made of
#define TRUE_PEAK_FACTOR 4u
#define TRUE_PEAK_TAPS 13u

/// Frames that are worked out at once
#define TRUE_PEAK_FRAMES 64u

typedef struct {
  float    taps[TRUE_PEAK_FACTOR][TRUE_PEAK_TAPS];
  float    past[2][TRUE_PEAK_TAPS - 1u + TRUE_PEAK_FRAMES];
  float    max[2];    ///< Since the last reset
  float    now[2];    ///< In the window that is under way
  float    before[2]; ///< In the window before it
  uint32_t window;    ///< Frames of a window
  uint32_t frames;    ///< Of the window that is under way
} TruePeak;

/// Prepare for a rate, silent
void
true_peak_init(TruePeak* peak, uint32_t rate);

/// Take in `n` frames
void
true_peak_add(TruePeak*    peak,
              const float* left,
              const float* right,
              uint32_t     n);

/// Forget the highest so far
void
true_peak_reset(TruePeak* peak);

/// Highest of a side in the last 50 to 100 ms
float
true_peak_recent(const TruePeak* peak, uint32_t side);

#endif // SONIC_ANALYSIS_TRUE_PEAK_H
