// SPDX-License-Identifier: GPL-3.0-or-later
//
// What all synthesizers share: voices, envelopes, filter, LFO
//
// A synthesizer is a source of sound to which this adds noise, drive, a
// resonant filter, envelopes for level, cutoff and pitch, one LFO for all
// voices, unison, glides, pitch bend, pressure, wheel and pedal.  Up to 32
// voices sound; what is stolen fades out over 5 ms in lanes of its own.
//
// A note starts on its frame.  Envelopes, LFO, glides and everything that
// follows them are worked out at grid points and are straight lines between
// them.
//
// The parameters here are the first of every synthesizer's; its own follow
// from NUM_SYNTH_PARAMS on.

#ifndef SONIC_UNITS_SYNTH_H
#define SONIC_UNITS_SYNTH_H

#include "units/instrument.h"
#include "units/unit.h"

typedef enum {
  SYNTH_NOISE_LEVEL,
  SYNTH_NOISE_ENV, ///< How far the noise follows the filter's envelope
  SYNTH_DRIVE,
  SYNTH_FILTER_TYPE,  ///< 0: low-pass, 1: band-pass, 2: high-pass
  SYNTH_FILTER_POLES, ///< 2 or 4
  SYNTH_CUTOFF,
  SYNTH_RESONANCE,
  SYNTH_FILTER_KEY,      ///< 100: the cutoff follows the note, from C4
  SYNTH_FILTER_ENV,      ///< Semitones at the envelope's peak
  SYNTH_FILTER_VELOCITY, ///< Semitones lost at velocity 0
  SYNTH_FILTER_ATTACK,
  SYNTH_FILTER_DECAY,
  SYNTH_FILTER_SUSTAIN,
  SYNTH_FILTER_RELEASE,
  SYNTH_ATTACK,
  SYNTH_DECAY,
  SYNTH_SUSTAIN,
  SYNTH_RELEASE,
  SYNTH_DECAY_KEY, ///< 100: decays are half as long an octave up, from C4
  SYNTH_VELOCITY,  ///< How far the level follows the velocity
  SYNTH_PITCH_ENV, ///< Semitones above the note at its start
  SYNTH_PITCH_DECAY,
  SYNTH_LFO_SHAPE, ///< 0: sine, 1: triangle, 2: falling saw, 3: square
  SYNTH_LFO_RATE,
  SYNTH_LFO_PITCH,
  SYNTH_LFO_CUTOFF,
  SYNTH_LFO_LEVEL,
  SYNTH_MODE,   ///< 0: many voices, 1: one, 2: one, legato
  SYNTH_GLIDE,  ///< From one note to the next, with one voice
  SYNTH_UNISON, ///< Voices to a note, from the next note on
  SYNTH_UNISON_DETUNE,
  SYNTH_SPREAD,          ///< How far voices are apart between left and right
  SYNTH_BEND_RANGE,      ///< Of the pitch wheel, both ways
  SYNTH_WHEEL_PITCH,     ///< What the modulation wheel adds to `lfo_pitch`
  SYNTH_PRESSURE_CUTOFF, ///< What pressure adds to the cutoff
  SYNTH_TUNE,
  SYNTH_GAIN,
  NUM_SYNTH_PARAMS
} SynthParam;

// clang-format off
/// The rows of these parameters, for the table of a synthesizer
#define SYNTH_PARAMS                                                                                                                  \
  [SYNTH_NOISE_LEVEL]     = {"noise_level",     "Noise level",        UNIT_DB,        -60.0f,   -60.0f,     0.0f, SCALE_FADER},        \
  [SYNTH_NOISE_ENV]       = {"noise_env",       "Envelope to noise",  UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},       \
  [SYNTH_DRIVE]           = {"drive",           "Drive",              UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},       \
  [SYNTH_FILTER_TYPE]     = {"filter_type",     "Filter type",        UNIT_NONE,        0.0f,     0.0f,     2.0f, SCALE_LINEAR},       \
  [SYNTH_FILTER_POLES]    = {"filter_poles",    "Filter poles",       UNIT_NONE,        2.0f,     2.0f,     4.0f, SCALE_LINEAR},       \
  [SYNTH_CUTOFF]          = {"cutoff",          "Cutoff",             UNIT_HZ,         20.0f, 20000.0f, 20000.0f, SCALE_LOG},          \
  [SYNTH_RESONANCE]       = {"resonance",       "Resonance",          UNIT_NONE,        0.0f,     0.0f,     1.0f, SCALE_LINEAR},       \
  [SYNTH_FILTER_KEY]      = {"filter_key",      "Key to cutoff",      UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},       \
  [SYNTH_FILTER_ENV]      = {"filter_env",      "Envelope to cutoff", UNIT_SEMITONES, -96.0f,     0.0f,    96.0f, SCALE_LINEAR},       \
  [SYNTH_FILTER_VELOCITY] = {"filter_velocity", "Velocity to cutoff", UNIT_SEMITONES,   0.0f,     0.0f,    60.0f, SCALE_LINEAR},       \
  [SYNTH_FILTER_ATTACK]   = {"filter_attack",   "Filter attack",      UNIT_MS,          0.5f,     1.0f, 10000.0f, SCALE_LOG},          \
  [SYNTH_FILTER_DECAY]    = {"filter_decay",    "Filter decay",       UNIT_MS,          1.0f,   300.0f, 20000.0f, SCALE_LOG},          \
  [SYNTH_FILTER_SUSTAIN]  = {"filter_sustain",  "Filter sustain",     UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},       \
  [SYNTH_FILTER_RELEASE]  = {"filter_release",  "Filter release",     UNIT_MS,          1.0f,   300.0f, 20000.0f, SCALE_LOG},          \
  [SYNTH_ATTACK]          = {"attack",          "Attack",             UNIT_MS,          0.5f,    10.0f, 10000.0f, SCALE_LOG},          \
  [SYNTH_DECAY]           = {"decay",           "Decay",              UNIT_MS,          1.0f,   300.0f, 20000.0f, SCALE_LOG},          \
  [SYNTH_SUSTAIN]         = {"sustain",         "Sustain",            UNIT_PERCENT,     0.0f,   100.0f,   100.0f, SCALE_LINEAR},       \
  [SYNTH_RELEASE]         = {"release",         "Release",            UNIT_MS,          1.0f,   100.0f, 20000.0f, SCALE_LOG},          \
  [SYNTH_DECAY_KEY]       = {"decay_key",       "Key to decays",      UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},       \
  [SYNTH_VELOCITY]        = {"velocity",        "Velocity to level",  UNIT_PERCENT,     0.0f,    70.0f,   100.0f, SCALE_LINEAR},       \
  [SYNTH_PITCH_ENV]       = {"pitch_env",       "Envelope to pitch",  UNIT_SEMITONES, -60.0f,     0.0f,    60.0f, SCALE_LINEAR},       \
  [SYNTH_PITCH_DECAY]     = {"pitch_decay",     "Pitch decay",        UNIT_MS,          1.0f,   100.0f, 20000.0f, SCALE_LOG},          \
  [SYNTH_LFO_SHAPE]       = {"lfo_shape",       "LFO shape",          UNIT_NONE,        0.0f,     0.0f,     3.0f, SCALE_LINEAR},       \
  [SYNTH_LFO_RATE]        = {"lfo_rate",        "LFO rate",           UNIT_HZ,          0.01f,    5.0f,    30.0f, SCALE_LOG},          \
  [SYNTH_LFO_PITCH]       = {"lfo_pitch",       "LFO to pitch",       UNIT_CENTS,       0.0f,     0.0f,  1200.0f, SCALE_LINEAR},       \
  [SYNTH_LFO_CUTOFF]      = {"lfo_cutoff",      "LFO to cutoff",      UNIT_SEMITONES,   0.0f,     0.0f,    60.0f, SCALE_LINEAR},       \
  [SYNTH_LFO_LEVEL]       = {"lfo_level",       "LFO to level",       UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},       \
  [SYNTH_MODE]            = {"mode",            "Voice mode",         UNIT_NONE,        0.0f,     0.0f,     2.0f, SCALE_LINEAR},       \
  [SYNTH_GLIDE]           = {"glide",           "Glide",              UNIT_MS,          0.0f,     0.0f,  2000.0f, SCALE_LINEAR},       \
  [SYNTH_UNISON]          = {"unison",          "Unison",             UNIT_NONE,        1.0f,     1.0f,     7.0f, SCALE_LINEAR},       \
  [SYNTH_UNISON_DETUNE]   = {"unison_detune",   "Unison detune",      UNIT_CENTS,       0.0f,    10.0f,   100.0f, SCALE_LINEAR},       \
  [SYNTH_SPREAD]          = {"spread",          "Spread",             UNIT_PERCENT,     0.0f,     0.0f,   100.0f, SCALE_LINEAR},       \
  [SYNTH_BEND_RANGE]      = {"bend_range",      "Bend range",         UNIT_SEMITONES,   0.0f,     2.0f,    48.0f, SCALE_LINEAR},       \
  [SYNTH_WHEEL_PITCH]     = {"wheel_pitch",     "Wheel to vibrato",   UNIT_CENTS,       0.0f,    50.0f,  1200.0f, SCALE_LINEAR},       \
  [SYNTH_PRESSURE_CUTOFF] = {"pressure_cutoff", "Pressure to cutoff", UNIT_SEMITONES,   0.0f,    12.0f,    60.0f, SCALE_LINEAR},       \
  [SYNTH_TUNE]            = {"tune",            "Tune",               UNIT_SEMITONES, -24.0f,     0.0f,    24.0f, SCALE_LINEAR},       \
  [SYNTH_GAIN]            = {"gain",            "Gain",               UNIT_DB,        -60.0f,     0.0f,    12.0f, SCALE_FADER}
// clang-format on

#endif // SONIC_UNITS_SYNTH_H
