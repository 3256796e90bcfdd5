// SPDX-License-Identifier: GPL-3.0-or-later
//
// Subtractive synthesizer
//
// Two oscillators, a sub-oscillator and noise into a resonant filter, with an
// envelope each for level and cutoff and one LFO for all voices.  Oscillators
// are band-limited: below 16 kHz nothing above -70 dB of the fundamental folds
// back up to C7.  Up to 32 voices sound; what is stolen fades out over 5 ms in
// lanes of its own.
//
// A note starts on its frame.  Envelopes, LFO, glides and everything that
// follows them are worked out at grid points and are straight lines between
// them.

#ifndef SONIC_UNITS_SUBTRACTIVE_H
#define SONIC_UNITS_SUBTRACTIVE_H

#include "units/instrument.h"

typedef enum {
  SUBTRACTIVE_OSC1_SHAPE, ///< 0: sine, 1: triangle, 2: saw, 3: pulse
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
  SUBTRACTIVE_SUB_SHAPE, ///< As of the others; its pulse is square
  SUBTRACTIVE_SUB_OCTAVE,
  SUBTRACTIVE_SUB_LEVEL,
  SUBTRACTIVE_NOISE_LEVEL,
  SUBTRACTIVE_PHASE,        ///< Per cent of a period that starts are random in
  SUBTRACTIVE_FILTER_TYPE,  ///< 0: low-pass, 1: band-pass, 2: high-pass
  SUBTRACTIVE_FILTER_POLES, ///< 2 or 4
  SUBTRACTIVE_CUTOFF,
  SUBTRACTIVE_RESONANCE,
  SUBTRACTIVE_FILTER_KEY,      ///< 100: the cutoff follows the note, from C4
  SUBTRACTIVE_FILTER_ENV,      ///< Semitones at the envelope's peak
  SUBTRACTIVE_FILTER_VELOCITY, ///< Semitones lost at velocity 0
  SUBTRACTIVE_FILTER_ATTACK,
  SUBTRACTIVE_FILTER_DECAY,
  SUBTRACTIVE_FILTER_SUSTAIN,
  SUBTRACTIVE_FILTER_RELEASE,
  SUBTRACTIVE_ATTACK,
  SUBTRACTIVE_DECAY,
  SUBTRACTIVE_SUSTAIN,
  SUBTRACTIVE_RELEASE,
  SUBTRACTIVE_VELOCITY,  ///< How far the level follows the velocity
  SUBTRACTIVE_LFO_SHAPE, ///< 0: sine, 1: triangle, 2: falling saw, 3: square
  SUBTRACTIVE_LFO_RATE,
  SUBTRACTIVE_LFO_PITCH,
  SUBTRACTIVE_LFO_CUTOFF,
  SUBTRACTIVE_LFO_WIDTH, ///< Of both oscillators
  SUBTRACTIVE_MODE,      ///< 0: many voices, 1: one, 2: one, legato
  SUBTRACTIVE_GLIDE,     ///< From one note to the next, with one voice
  SUBTRACTIVE_UNISON,    ///< Voices to a note, from the next note on
  SUBTRACTIVE_UNISON_DETUNE,
  SUBTRACTIVE_SPREAD, ///< How far voices are apart between left and right
  SUBTRACTIVE_TUNE,
  SUBTRACTIVE_GAIN,
  NUM_SUBTRACTIVE_PARAMS
} SubtractiveParam;

/// The engine of presets that say "subtractive"
extern const InstrumentInfo subtractive_instrument;

#endif // SONIC_UNITS_SUBTRACTIVE_H
