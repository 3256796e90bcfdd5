// SPDX-License-Identifier: GPL-3.0-or-later
//
// Filters of second order whose response is that of their analogue models
//
// The bilinear transform squeezes what is near half the sample rate; these
// designs do not.  For centres up to 10 kHz, gains of 18 dB and a Q of 0.3 to 6
// at 48 kHz they are within 0.1 dB of the model up to 5 kHz, within 0.15 dB up
// to 10 kHz and within 0.4 dB up to 16 kHz.
//
// What comes out drives a state variable filter, a stage of `svf_lanes.h`.

#ifndef SONIC_DSP_MATCHED_H
#define SONIC_DSP_MATCHED_H

#include "base/rt.h"

typedef enum {
  MATCHED_PEAK,       ///< (s^2 + A/Q s + 1) / (s^2 + s/(A Q) + 1)
  MATCHED_LOW_SHELF,  ///< A (s^2 + sqrt(A)/Q s + A) / (A s^2 + sqrt(A)/Q s + 1)
  MATCHED_HIGH_SHELF, ///< A (A s^2 + sqrt(A)/Q s + 1) / (s^2 + sqrt(A)/Q s + A)
  MATCHED_LOW_PASS,   ///< 1 / (s^2 + s/Q + 1)
  MATCHED_HIGH_PASS,  ///< s^2 / (s^2 + s/Q + 1)
  MATCHED_BAND_PASS,  ///< s/Q / (s^2 + s/Q + 1)
  MATCHED_NOTCH,      ///< (s^2 + 1) / (s^2 + s/Q + 1)
  MATCHED_OFF,        ///< 1
} MatchedKind;

/// Numbers of a stage: with d = x - s2
typedef enum {
  SVF_P, ///< s1' = P s1 + Q d
  SVF_Q, ///< s2' = s2 + Q s1 + R d
  SVF_R,
  SVF_X, ///< y = X x + S s1 + T s2
  SVF_S,
  SVF_T,
  NUM_SVF_COEFS
} SvfCoef;

/**
   Design a stage.

   @param kind The model; A is the square root of the gain at the centre.
   @param hz Centre, clamped to 0.49 of the rate.
   @param q Quality, above 0.
   @param gain_db Gain of peaks and shelves.
   @param rate Sample rate.
   @param coefs The stage's numbers.
*/
SONIC_RT void
matched_design(MatchedKind kind,
               double      hz,
               double      q,
               double      gain_db,
               double      rate,
               float       coefs[NUM_SVF_COEFS]);

#endif // SONIC_DSP_MATCHED_H
