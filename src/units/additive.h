// SPDX-License-Identifier: GPL-3.0-or-later
//
// Additive synthesizer with drawbars
//
// Ten sines, from an octave below the note to three above, each with a
// drawbar; a percussion of one of them that dies away with the filter's
// envelope; and a click of noise at the start (`noise_level`, `noise_env`).
// What is too high for the sample rate is left out.

#ifndef SONIC_UNITS_ADDITIVE_H
#define SONIC_UNITS_ADDITIVE_H

#include "units/instrument.h"
#include "units/synth.h"

#define NUM_DRAWBARS 10

typedef enum {
  ADDITIVE_FIRST_DRAWBAR = NUM_SYNTH_PARAMS, ///< By pitch, then 7th and 9th
  ADDITIVE_PERCUSSION    = ADDITIVE_FIRST_DRAWBAR + NUM_DRAWBARS,
  ADDITIVE_PERCUSSION_PARTIAL, ///< 2 to 8, of the note
  ADDITIVE_TILT,               ///< Decibels an octave at velocity 0
  ADDITIVE_EVOLVE, ///< How far higher partials follow the filter's envelope
  NUM_ADDITIVE_PARAMS
} AdditiveParam;

/// The engine of presets that say "additive"
extern const InstrumentInfo additive_instrument;

#endif // SONIC_UNITS_ADDITIVE_H
