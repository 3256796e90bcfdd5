// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loudness by EBU R 128, and how alike both sides are
//
// Loudness is libebur128's, with histograms, so that the time for which it is
// measured costs neither memory nor time.

#ifndef SONIC_ANALYSIS_LOUDNESS_H
#define SONIC_ANALYSIS_LOUDNESS_H

#include <stdbool.h>
#include <stdint.h>

/// Loudness where there is none to tell, in LUFS
#define LOUDNESS_FLOOR (-120.0)

typedef struct {
  double momentary;  ///< Of the last 400 ms, LUFS
  double short_term; ///< Of the last 3 s, LUFS
  double integrated; ///< Since the last reset, gated, LUFS
  double range;      ///< Since the last reset, LU
} LoudnessReading;

typedef struct Loudness Loudness;

/// Prepare for a rate; null if memory ran out
Loudness*
loudness_new(uint32_t rate);

/// Release it (null is fine)
void
loudness_free(Loudness* loudness);

/// Take in `n` frames; false if memory ran out
bool
loudness_add(Loudness*    loudness,
             const float* left,
             const float* right,
             uint32_t     n);

/// Measure anew; false (and nothing changes) if memory ran out
bool
loudness_reset(Loudness* loudness);

/// What is measured, at most 100 ms old
LoudnessReading
loudness_read(Loudness* loudness);

/// Correlation of both sides
typedef struct {
  double left; ///< Mean squares and product of the last while
  double right;
  double both;
  double keep; ///< Part of them that is left after a frame
} Correlation;

/// Prepare for a rate, silent
void
correlation_init(Correlation* correlation, uint32_t rate);

/// Take in `n` frames
void
correlation_add(Correlation* correlation,
                const float* left,
                const float* right,
                uint32_t     n);

/// 1: both sides are alike, 0: they have nothing in common or are silent, -1:
/// one is the other inverted
double
correlation_read(const Correlation* correlation);

#endif // SONIC_ANALYSIS_LOUDNESS_H
