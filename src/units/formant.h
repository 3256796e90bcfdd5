// SPDX-License-Identifier: GPL-3.0-or-later
//
// Formant synthesizer: voices, reeds, bowed strings
//
// A wave and breath go through four resonances that stay where they are while
// the note moves, side by side with what goes past them.

#ifndef SONIC_UNITS_FORMANT_H
#define SONIC_UNITS_FORMANT_H

#include "units/instrument.h"
#include "units/synth.h"

#define NUM_FORMANTS 4

/// Parameters of a formant
typedef enum {
  FORMANT_HZ,
  FORMANT_LEVEL,
  FORMANT_WIDTH, ///< Of the resonance, in Hz
  NUM_FORMANT_OWN
} FormantOwn;

typedef enum {
  FORMANT_SHAPE = NUM_SYNTH_PARAMS, ///< 0: sine, 1: triangle, 2: saw, 3: pulse
  FORMANT_PULSE_WIDTH,
  FORMANT_WAVE_LEVEL,
  FORMANT_BREATH,
  FORMANT_DRY,   ///< What goes past the formants
  FORMANT_SHIFT, ///< Of all formants
  FORMANT_ENV,   ///< Semitones of all at the filter envelope's peak
  FORMANT_LFO,   ///< Semitones of all
  FORMANT_KEY,   ///< 100: the formants follow the note, from C4
  FORMANT_FIRST,
  NUM_FORMANT_PARAMS = FORMANT_FIRST + NUM_FORMANTS * NUM_FORMANT_OWN
} FormantParam;

/// The engine of presets that say "formant"
extern const InstrumentInfo formant_instrument;

#endif // SONIC_UNITS_FORMANT_H
