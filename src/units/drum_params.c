// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/drum.h"

#include "units/unit.h"

// clang-format off
/// The parameters of a sound: `at` is the place of the first, `s` goes before
/// symbols, `l` before labels, `off` is where a sound's level is at first
#define DRUM_ROWS(at, s, l, off)                                                                                                     \
  [at + DRUM_LEVEL]           = {s "level",           l "Level",             UNIT_DB,        -60.0f,    off,    12.0f, SCALE_FADER},  \
  [at + DRUM_PAN]             = {s "pan",             l "Pan",               UNIT_PERCENT,  -100.0f,    0.0f,  100.0f, SCALE_LINEAR}, \
  [at + DRUM_CHOKE]           = {s "choke",           l "Choke group",       UNIT_NONE,        0.0f,    0.0f,   16.0f, SCALE_LINEAR}, \
  [at + DRUM_VELOCITY]        = {s "velocity",        l "Velocity to level", UNIT_PERCENT,     0.0f,   90.0f,  100.0f, SCALE_LINEAR}, \
  [at + DRUM_BRIGHT]          = {s "bright",          l "Velocity to tone",  UNIT_PERCENT,     0.0f,   50.0f,  100.0f, SCALE_LINEAR}, \
  [at + DRUM_ATTACK]          = {s "attack",          l "Attack",            UNIT_MS,          0.1f,    0.5f,  200.0f, SCALE_LOG},    \
  [at + DRUM_TONE_LEVEL]      = {s "tone_level",      l "Tone",              UNIT_DB,        -60.0f,  -60.0f,    0.0f, SCALE_FADER},  \
  [at + DRUM_PITCH]           = {s "pitch",           l "Pitch",             UNIT_HZ,         20.0f,  200.0f, 8000.0f, SCALE_LOG},    \
  [at + DRUM_KEY]             = {s "key",             l "Key to pitch",      UNIT_PERCENT,     0.0f,    0.0f,  100.0f, SCALE_LINEAR}, \
  [at + DRUM_SWEEP]           = {s "sweep",           l "Sweep",             UNIT_SEMITONES, -24.0f,    0.0f,   60.0f, SCALE_LINEAR}, \
  [at + DRUM_SWEEP_DECAY]     = {s "sweep_decay",     l "Sweep decay",       UNIT_MS,          2.0f,   80.0f, 2000.0f, SCALE_LOG},    \
  [at + DRUM_TONE_DECAY]      = {s "tone_decay",      l "Tone decay",        UNIT_MS,          5.0f,  300.0f, 8000.0f, SCALE_LOG},    \
  [at + DRUM_PARTIAL]         = {s "partial",         l "Partial",           UNIT_RATIO,       0.5f,    1.5f,    8.0f, SCALE_LINEAR}, \
  [at + DRUM_PARTIAL_LEVEL]   = {s "partial_level",   l "Partial level",     UNIT_DB,        -60.0f,  -60.0f,    0.0f, SCALE_FADER},  \
  [at + DRUM_NOISE_LEVEL]     = {s "noise_level",     l "Noise",             UNIT_DB,        -60.0f,  -60.0f,   12.0f, SCALE_FADER},  \
  [at + DRUM_NOISE_FILTER]    = {s "noise_filter",    l "Noise filter",      UNIT_NONE,        0.0f,    1.0f,    2.0f, SCALE_LINEAR}, \
  [at + DRUM_NOISE_CUTOFF]    = {s "noise_cutoff",    l "Noise cutoff",      UNIT_HZ,         40.0f, 3000.0f, 16000.0f, SCALE_LOG},   \
  [at + DRUM_NOISE_RESONANCE] = {s "noise_resonance", l "Noise resonance",   UNIT_NONE,        0.0f,    0.2f,    1.0f, SCALE_LINEAR}, \
  [at + DRUM_NOISE_DECAY]     = {s "noise_decay",     l "Noise decay",       UNIT_MS,          5.0f,  200.0f, 8000.0f, SCALE_LOG},    \
  [at + DRUM_BURSTS]          = {s "bursts",          l "Bursts",            UNIT_NONE,        1.0f,    1.0f,    8.0f, SCALE_LINEAR}, \
  [at + DRUM_BURST_TIME]      = {s "burst_time",      l "Burst time",        UNIT_MS,          3.0f,   10.0f,  120.0f, SCALE_LOG},    \
  [at + DRUM_METAL_LEVEL]     = {s "metal_level",     l "Metal",             UNIT_DB,        -60.0f,  -60.0f,   12.0f, SCALE_FADER},  \
  [at + DRUM_METAL_SQUARES]   = {s "metal_squares",   l "Squares",           UNIT_NONE,        1.0f,    6.0f,    6.0f, SCALE_LINEAR}, \
  [at + DRUM_METAL_PITCH]     = {s "metal_pitch",     l "Metal pitch",       UNIT_HZ,        100.0f,  540.0f, 4000.0f, SCALE_LOG},    \
  [at + DRUM_METAL_FILTER]    = {s "metal_filter",    l "Metal filter",      UNIT_NONE,        0.0f,    2.0f,    2.0f, SCALE_LINEAR}, \
  [at + DRUM_METAL_CUTOFF]    = {s "metal_cutoff",    l "Metal cutoff",      UNIT_HZ,         40.0f, 7000.0f, 16000.0f, SCALE_LOG},   \
  [at + DRUM_METAL_RESONANCE] = {s "metal_resonance", l "Metal resonance",   UNIT_NONE,        0.0f,    0.2f,    1.0f, SCALE_LINEAR}, \
  [at + DRUM_METAL_DECAY]     = {s "metal_decay",     l "Metal decay",       UNIT_MS,          5.0f,  200.0f, 8000.0f, SCALE_LOG},    \
  [at + DRUM_CLICK_LEVEL]     = {s "click_level",     l "Click",             UNIT_DB,        -60.0f,  -60.0f,    6.0f, SCALE_FADER},  \
  [at + DRUM_CLICK_DECAY]     = {s "click_decay",     l "Click decay",       UNIT_MS,          0.5f,    4.0f,   40.0f, SCALE_LOG},    \
  [at + DRUM_DRIVE]           = {s "drive",           l "Drive",             UNIT_PERCENT,     0.0f,    0.0f,  100.0f, SCALE_LINEAR}, \
  [at + DRUM_BITS]            = {s "bits",            l "Bits",              UNIT_NONE,        4.0f,   16.0f,   16.0f, SCALE_LINEAR}

/// A pad, silent as long as no kit gives it a sound
#define PAD(note) DRUM_ROWS(KIT_PARAM(note, 0), "pad" #note "_", #note " ", -60.0f)

const ParamInfo drum_params[NUM_DRUM_PARAMS] = {
  DRUM_ROWS(0u, "", "", 0.0f),
};

const ParamInfo kit_params[KIT_PADS * NUM_DRUM_PARAMS] = {
  PAD(35), PAD(36), PAD(37), PAD(38), PAD(39), PAD(40), PAD(41), PAD(42),
  PAD(43), PAD(44), PAD(45), PAD(46), PAD(47), PAD(48), PAD(49), PAD(50),
  PAD(51), PAD(52), PAD(53), PAD(54), PAD(55), PAD(56), PAD(57), PAD(58),
  PAD(59), PAD(60), PAD(61), PAD(62), PAD(63), PAD(64), PAD(65), PAD(66),
  PAD(67), PAD(68), PAD(69), PAD(70), PAD(71), PAD(72), PAD(73), PAD(74),
  PAD(75), PAD(76), PAD(77), PAD(78), PAD(79), PAD(80), PAD(81),
};
// clang-format on
