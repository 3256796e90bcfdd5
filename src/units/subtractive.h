// SPDX-License-Identifier: GPL-3.0-or-later
//
// Subtractive synthesizer
//
// Two oscillators and a sub-oscillator, the second of which can be made to
// begin anew with each period of the first.  Oscillators are band-limited:
// below 16 kHz nothing above -70 dB of the fundamental folds back up to C7.

#ifndef SONIC_UNITS_SUBTRACTIVE_H
#define SONIC_UNITS_SUBTRACTIVE_H

#include "units/instrument.h"
#include "units/synth.h"

typedef enum {
  SUBTRACTIVE_OSC1_SHAPE = NUM_SYNTH_PARAMS, ///< 0: sine, 1: triangle, 2: saw,
                                             ///< 3: pulse
  SUBTRACTIVE_OSC1_OCTAVE,
  SUBTRACTIVE_OSC1_SEMITONE,
  SUBTRACTIVE_OSC1_DETUNE,
  SUBTRACTIVE_OSC1_LEVEL,
  SUBTRACTIVE_OSC1_WIDTH, ///< Per cent of the period that a pulse is high
  SUBTRACTIVE_OSC2_SHAPE,
  SUBTRACTIVE_OSC2_OCTAVE,
  SUBTRACTIVE_OSC2_SEMITONE,
  SUBTRACTIVE_OSC2_DETUNE,
  SUBTRACTIVE_OSC2_LEVEL,
  SUBTRACTIVE_OSC2_WIDTH,
  SUBTRACTIVE_OSC2_SYNC, ///< 1: a saw or pulse begins anew with osc 1
  SUBTRACTIVE_SUB_SHAPE, ///< As of the others; its pulse is square
  SUBTRACTIVE_SUB_OCTAVE,
  SUBTRACTIVE_SUB_LEVEL,
  SUBTRACTIVE_PHASE,     ///< Per cent of a period that starts are random in
  SUBTRACTIVE_LFO_WIDTH, ///< Of both oscillators
  SUBTRACTIVE_SYNC_ENV,  ///< Semitones of osc 2 at the filter envelope's peak
  NUM_SUBTRACTIVE_PARAMS
} SubtractiveParam;

/// The engine of presets that say "subtractive"
extern const InstrumentInfo subtractive_instrument;

#endif // SONIC_UNITS_SUBTRACTIVE_H
