// SPDX-License-Identifier: GPL-3.0-or-later
//
// FM synthesizer
//
// Four sine operators, each with an envelope of its own, wired by one of eight
// algorithms; the fourth can modulate itself.  Where a modulation would reach
// beyond what the sample rate holds it is made shallower.
//
//     0: 4>3>2>1   1: (4+3)>2>1   2: (3>2)+4>1   3: (4>3)+2>1
//     4: 4>3, 2>1  5: 4>(3,2,1)   6: 4>3, 2, 1   7: 4, 3, 2, 1

#ifndef SONIC_UNITS_FM_H
#define SONIC_UNITS_FM_H

#include "units/instrument.h"
#include "units/synth.h"

#define FM_OPS 4

/// Parameters of an operator
typedef enum {
  FM_OP_RATIO, ///< Of its frequency to the note's
  FM_OP_DETUNE,
  FM_OP_LEVEL, ///< Loudness of a carrier, depth of a modulator
  FM_OP_VELOCITY,
  FM_OP_ATTACK,
  FM_OP_DECAY,
  FM_OP_SUSTAIN,
  FM_OP_RELEASE,
  NUM_FM_OP_PARAMS
} FmOpParam;

typedef enum {
  FM_ALGORITHM = NUM_SYNTH_PARAMS,
  FM_FEEDBACK, ///< Of the fourth operator to itself
  FM_FIRST_OP,
  NUM_FM_PARAMS = FM_FIRST_OP + FM_OPS * NUM_FM_OP_PARAMS
} FmParam;

/// The engine of presets that say "fm"
extern const InstrumentInfo fm_instrument;

#endif // SONIC_UNITS_FM_H
