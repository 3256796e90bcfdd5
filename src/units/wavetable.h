// SPDX-License-Identifier: GPL-3.0-or-later
//
// Wavetable synthesizer
//
// A table holds four waves; a place between them, moved by envelope, LFO and
// velocity, is what is heard.  Waves are kept once for each octave, with as
// many partials as fit below the sample rate.

#ifndef SONIC_UNITS_WAVETABLE_H
#define SONIC_UNITS_WAVETABLE_H

#include "units/instrument.h"
#include "units/synth.h"

typedef enum {
  WAVETABLE_TABLE = NUM_SYNTH_PARAMS, ///< See wavetable_setup.c
  WAVETABLE_PLACE,                    ///< 0: the first wave, 100: the last
  WAVETABLE_ENV,                      ///< At the filter envelope's peak
  WAVETABLE_LFO,
  WAVETABLE_VELOCITY, ///< What is lost at velocity 0
  WAVETABLE_PHASE,    ///< Per cent of a period that starts are random in
  NUM_WAVETABLE_PARAMS
} WavetableParam;

/// The engine of presets that say "wavetable"
extern const InstrumentInfo wavetable_instrument;

#endif // SONIC_UNITS_WAVETABLE_H
