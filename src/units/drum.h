// SPDX-License-Identifier: GPL-3.0-or-later
//
// Drums: one sound, or a kit of them
//
// A hit is a tone of two partials that falls to its pitch, noise through a
// filter, up to six squares through another ("metal"), a click, and drive.
// What it is made of is settled when it is struck; level and pan follow later
// changes.  A hit ends by itself, whatever becomes of its note.
//
// `drum` plays one sound, from its own pitch whatever the note is (`key` 0) to
// that of the note (`key` 100).  `kit` has a sound for each note from KIT_FIRST
// on, at its own pitch.  A hit fades the one before of its note, and all of its
// choke group.

#ifndef SONIC_UNITS_DRUM_H
#define SONIC_UNITS_DRUM_H

#include "units/instrument.h"
#include "units/unit.h"

#include <stddef.h>

/// Notes of a kit, those of General MIDI's drums
#define KIT_FIRST 35u
#define KIT_LAST 81u
#define KIT_PADS (KIT_LAST - KIT_FIRST + 1u)

typedef enum {
  DRUM_LEVEL,
  DRUM_PAN,
  DRUM_CHOKE, ///< Group, 0 for none
  DRUM_VELOCITY,
  DRUM_BRIGHT, ///< How far velocity moves cutoffs, sweep, partial and click
  DRUM_ATTACK,
  DRUM_TONE_LEVEL,
  DRUM_PITCH,
  DRUM_KEY,   ///< From the drum's own pitch to the note's
  DRUM_SWEEP, ///< Semitones above the pitch at the start
  DRUM_SWEEP_DECAY,
  DRUM_TONE_DECAY, ///< To -60 dB, as all decays
  DRUM_PARTIAL,    ///< Frequency of the second partial, in the first's
  DRUM_PARTIAL_LEVEL,
  DRUM_NOISE_LEVEL,
  DRUM_NOISE_FILTER, ///< 0: low-pass, 1: band-pass, 2: high-pass
  DRUM_NOISE_CUTOFF,
  DRUM_NOISE_RESONANCE,
  DRUM_NOISE_DECAY,
  DRUM_BURSTS,     ///< Times the noise begins, as in a clap
  DRUM_BURST_TIME, ///< From one to the next
  DRUM_METAL_LEVEL,
  DRUM_METAL_SQUARES,
  DRUM_METAL_PITCH,
  DRUM_METAL_FILTER,
  DRUM_METAL_CUTOFF,
  DRUM_METAL_RESONANCE,
  DRUM_METAL_DECAY,
  DRUM_CLICK_LEVEL,
  DRUM_CLICK_DECAY,
  DRUM_DRIVE,
  DRUM_BITS, ///< 16: as it is
  NUM_DRUM_PARAMS
} DrumParam;

/// Parameter of a kit for the parameter of a pad, or back
#define KIT_PARAM(note, param)                                                 \
  (((note)-KIT_FIRST) * (uint32_t)NUM_DRUM_PARAMS + (uint32_t)(param))

extern const ParamInfo drum_params[NUM_DRUM_PARAMS];
extern const ParamInfo kit_params[KIT_PADS * NUM_DRUM_PARAMS];

extern const InstrumentInfo drum_instrument;
extern const InstrumentInfo kit_instrument;

#endif // SONIC_UNITS_DRUM_H
