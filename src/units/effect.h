// SPDX-License-Identifier: GPL-3.0-or-later
//
// What an effect is to the engine
//
// An effect is a table of parameters and functions.  Most run in lanes: a bank
// holds sixteen instances, each in the lane of its channel, and a run does
// those that a mask names; state and signal of the other lanes stay as they
// are, so channels of one bank can have their effects in any order.  What needs
// much memory or transforms runs alone, on two plain signals.
//
// Parameters are targets that a running effect glides to without a click.
// Bypass is the engine's: it fades to the dry signal at the effect's latency.
// A `mix` of 0 is that same dry signal, bit for bit.  What an effect puts out
// does not depend on how a run is cut.

#ifndef SONIC_UNITS_EFFECT_H
#define SONIC_UNITS_EFFECT_H

#include "base/rt.h"
#include "base/status.h"
#include "units/unit.h"

#include <stddef.h>
#include <stdint.h>

/// Most parameters of an effect
#define EFFECT_MAX_PARAMS 64u

/// Most things that an effect measures
#define EFFECT_MAX_READINGS 4u

typedef enum {
  EFFECT_LANES, ///< `self` is a bank of sixteen
  EFFECT_SOLO,  ///< `self` is one instance; its lane is always 0
} EffectShape;

/// Names of the values 0, 1, 2... of a parameter that is a choice
typedef struct {
  uint32_t           param;
  const char* const* names; ///< Ended by null
} EffectChoice;

/// When a run takes place
typedef struct {
  uint64_t grid;            ///< Grid position of the first frame
  uint32_t n;               ///< Frames, 1 to BLOCK_FRAMES
  float    frames_per_beat; ///< At the first frame, for times in beats
} EffectTime;

typedef struct {
  const char*         symbol;   ///< Type in files and addresses ("eq3")
  const char*         label;    ///< Name for people
  const char*         category; ///< "Filter", "EQ", "Dynamics", ...
  EffectShape         shape;
  const ParamInfo*    params;
  uint32_t            num_params;
  const EffectChoice* choices; ///< `num_choices` of them
  uint32_t            num_choices;
  const ParamInfo*    readings; ///< What it measures, `num_readings` of them
  uint32_t            num_readings;
  uint64_t structural; ///< Bit for each parameter that needs a new instance
  bool     has_key;    ///< Listens to a side chain

  /// Size of `self` in bytes; allocate it aligned to 64
  size_t (*size)(uint32_t rate);

  /**
     Prepare `self`, silent and with all parameters at their initial values.

     Called by control.  `values` has all parameters, of which only those that
     are structural matter here; null for a bank.

     @return STATUS_NO_MEMORY if what it needs beside `self` can't be had.
  */
  Status (*init)(void*        self,
                 uint32_t     rate,
                 CpuLevel     level,
                 const float* values);

  /// Release what `init` took beside `self`, by control; null if nothing
  void (*destroy)(void* self);

  /// Set a target; values are within the parameter's range
  SONIC_RT void (*set)(void* self, uint32_t lane, uint32_t param, float value);

  /// Forget all signal, start LFOs and noise anew, and jump to the targets
  SONIC_RT void (*reset)(void* self, uint32_t lane);

  /**
     Process the lanes of `mask` in place.

     @param self The bank.
     @param block The signal.
     @param key The side chain of each lane: `block` where there is none.
     @param mask Bit for each lane to run.
     @param time When; `time->n` frames are processed.
  */
  SONIC_RT void (*run_lanes)(void*             self,
                             LaneBlock*        block,
                             const LaneBlock*  key,
                             uint32_t          mask,
                             const EffectTime* time);

  /// Process one instance in place; `key` is the signal where there is none
  SONIC_RT void (*run_solo)(void*              self,
                            float*             left,
                            float*             right,
                            const float* const key[2],
                            const EffectTime*  time);

  /// Latency in frames for the values of all parameters; it may change only
  /// with those that are structural.  Null: 0
  uint32_t (*latency)(uint32_t rate, const float* values);

  /// Seconds for which it may sound after its input ended, up to -60 dB.
  /// Null: 0
  float (*tail)(const float* values);

  /// Gain reduction now, in dB, 0 or less; null if it has none
  SONIC_RT float (*reduction)(const void* self, uint32_t lane);

  /// What it measures now; null if it measures nothing
  SONIC_RT float (*reading)(const void* self, uint32_t lane, uint32_t index);
} EffectInfo;

/// The effect of a type, or null
const EffectInfo*
effect_find(const char* symbol);

/// All effects, `*count` of them, by category
const EffectInfo* const*
effect_list(uint32_t* count);

/// Index of a parameter by symbol, or -1
int
effect_find_param(const EffectInfo* info, const char* symbol);

/// Names of a parameter's values, ended by null; null if it is no choice
const char* const*
effect_choice(const EffectInfo* info, uint32_t param);

#endif // SONIC_UNITS_EFFECT_H
