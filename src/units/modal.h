// SPDX-License-Identifier: GPL-3.0-or-later
//
// Struck things: bars, bells, membranes, plates, glasses, strings
//
// Sixteen modes ring after a stroke, each a decaying sine whose frequency is a
// ratio to the note's that the material determines.  Hard strokes excite higher
// modes, and the place of the stroke favours some.

#ifndef SONIC_UNITS_MODAL_H
#define SONIC_UNITS_MODAL_H

#include "units/instrument.h"
#include "units/synth.h"

typedef enum {
  MODAL_MATERIAL = NUM_SYNTH_PARAMS, ///< See modal.c
  MODAL_STRETCH,     ///< Of the ratios, 100 is none; a stiff string's is added
  MODAL_SUSTAIN,     ///< Seconds of ringing (60 dB) of the lowest mode, at C4
  MODAL_SUSTAIN_KEY, ///< 100: half as long an octave up
  MODAL_DAMPING,     ///< How much sooner higher modes die away
  MODAL_HARDNESS,    ///< Frequency from which on a hard stroke excites less
  MODAL_SOFTNESS,    ///< How much that falls with velocity
  MODAL_POSITION,    ///< Of the stroke, 0 the middle
  MODAL_UPPER,       ///< Level of all modes but the lowest
  NUM_MODAL_PARAMS
} ModalParam;

/// The engine of presets that say "modal"
extern const InstrumentInfo modal_instrument;

#endif // SONIC_UNITS_MODAL_H
