// SPDX-License-Identifier: GPL-3.0-or-later
//
// What all units share: parameters and lanes
//
// A unit is a parameter table and a bank.  A bank runs the same unit for
// sixteen channels at once, one to a lane: frame f of lane k is `left[f][k]`.
// Lanes never influence each other, so what a channel sounds like does not
// depend on its lane or its neighbours.

#ifndef SONIC_UNITS_UNIT_H
#define SONIC_UNITS_UNIT_H

#include "base/rt.h"

#include <stdbool.h>
#include <stdint.h>

/// Channels in a bank
#define LANES 16u

/// Most frames that a bank is run for at once
#define BLOCK_FRAMES 256u

/// Frames between points of the control grid
#define GRID_FRAMES 32u

/// Stereo audio of sixteen channels side by side
typedef struct {
  _Alignas(64) float left[BLOCK_FRAMES][LANES];
  _Alignas(64) float right[BLOCK_FRAMES][LANES];
} LaneBlock;

typedef enum {
  UNIT_NONE,      ///< A plain number
  UNIT_DB,        ///< Decibels
  UNIT_HZ,        ///< Hertz
  UNIT_MS,        ///< Milliseconds
  UNIT_SECONDS,   ///< Seconds
  UNIT_BEATS,     ///< Beats
  UNIT_PERCENT,   ///< 0 to 100
  UNIT_RATIO,     ///< N : 1
  UNIT_SEMITONES, ///< Semitones
  UNIT_CENTS,     ///< Cents
} ParamUnit;

typedef enum {
  SCALE_LINEAR, ///< Even steps over the range
  SCALE_LOG,    ///< Even ratios over the range (the minimum is above 0)
  SCALE_FADER,  ///< The fader's law, -60 dB is off
} ParamScale;

/// A parameter of a unit
typedef struct {
  const char* symbol;  ///< Name in files and addresses, snake_case
  const char* label;   ///< Name for people
  ParamUnit   unit;    ///< What the number measures
  float       min;     ///< Least value
  float       initial; ///< Value where none is given
  float       max;     ///< Greatest value
  ParamScale  scale;   ///< Mapping from 0...1
} ParamInfo;

/// Vector level of the machine, from least to most capable
typedef enum {
  CPU_V2,    ///< x86-64-v2: SSE 4.2
  CPU_V3,    ///< x86-64-v3: AVX2 and FMA
  CPU_V4,    ///< x86-64-v4: AVX-512
  CPU_OTHER, ///< Any other machine: the compiler's baseline
  NUM_CPU_LEVELS
} CpuLevel;

/// The best level that this build has and this machine can run; on x86-64 at
/// least CPU_V2, which the program needs
CpuLevel
cpu_level_best(void);

/// True if this build has the level and this machine can run it
bool
cpu_level_available(CpuLevel level);

/// Name of a level ("v3") for people
const char*
cpu_level_name(CpuLevel level);

#endif // SONIC_UNITS_UNIT_H
