// SPDX-License-Identifier: GPL-3.0-or-later
//
// Plucked and hammered strings
//
// A string is a delay line that feeds back through a loss filter: a digital
// waveguide.  What sets it off is a pulse of a width that follows the velocity,
// with some noise in it, and the same once more, inverted, a part of the period
// later: that is where the string is plucked.  The delay is fractional, so the
// string is in tune.

#ifndef SONIC_UNITS_PLUCKED_H
#define SONIC_UNITS_PLUCKED_H

#include "units/instrument.h"
#include "units/synth.h"

typedef enum {
  PLUCKED_SUSTAIN = NUM_SYNTH_PARAMS, ///< Seconds of ringing (60 dB), at C4
  PLUCKED_SUSTAIN_KEY,                ///< 100: half as long an octave up
  PLUCKED_BRIGHTNESS,                 ///< Part of that which 4 kHz rings for
  PLUCKED_POSITION,                   ///< Of the pluck, per cent of the string
  PLUCKED_WIDTH,                      ///< Of the pulse at full velocity
  PLUCKED_HARDNESS,                   ///< How much narrower it is with velocity
  PLUCKED_NOISE,                      ///< Part of noise in the pulse
  PLUCKED_BOW,                        ///< Noise that goes on after the pulse
  NUM_PLUCKED_PARAMS
} PluckedParam;

/// The engine of presets that say "plucked"
extern const InstrumentInfo plucked_instrument;

#endif // SONIC_UNITS_PLUCKED_H
