// SPDX-License-Identifier: GPL-3.0-or-later
//
// Effects in the lanes of a bank
//
// An effect sits in the lane of its channel, in a unit bank that the channels
// of one bank share.  Chains of any order are a list of steps, each a unit bank
// and the lanes that have it next.
//
// An effect that comes or goes cross-fades with the signal as it is, one that
// is bypassed with the signal at the effect's latency.  What it gets fades in
// before it is heard, and one with a latency runs for that long as well, so
// that no echo of it begins with a step.

#ifndef SONIC_ENGINE_CHAIN_H
#define SONIC_ENGINE_CHAIN_H

#include "base/id.h"
#include "base/rt.h"
#include "engine/engine.h"
#include "engine/path.h"
#include "engine/span.h"
#include "units/effect.h"
#include "units/unit.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// The signals of a unit bank before it, for as long as its latency
typedef struct {
  float*   side[2]; ///< Owned, null without latency
  uint32_t width;   ///< Signals side by side: LANES, or 1
  uint32_t mask;    ///< Frames of it, a power of two, less one; engine frame f
                    ///< is at `f & mask`
} Dry;

/// Sixteen effects of a type, or one of those that run alone
typedef struct UnitBank {
  const EffectInfo* info;
  void*             self; ///< Owned
  Dry               dry;
  uint32_t          latency;   ///< Frames
  uint32_t          used;      ///< Bit for each lane taken; for control only
  uint32_t          num_steps; ///< In a schedule; for control only
  struct UnitBank*  next;      ///< For control only
} UnitBank;

struct EngineEffect {
  Id             id;
  EngineChannel* channel;
  UnitBank*      unit; ///< Its own if it runs alone
  uint32_t       lane; ///< In the unit bank

  // For the process thread only

  Path        key;         ///< Of the side chain
  uint32_t    fade_frames; ///< To come and to go
  uint32_t    dry_frames;  ///< To be bypassed
  uint32_t    heard;  ///< 0: as if it was not there, `fade_frames`: all there
  uint32_t    dry;    ///< 0: heard, `dry_frames`: bypassed
  uint32_t    warm;   ///< Frames that it runs before more of it is heard
  float       fed;    ///< 0: it gets silence, 1: the whole signal
  uint32_t    starts; ///< Start of the transport that it saw last
  bool        begun;  ///< Its lane is its own
  bool        bypass; ///< Is to be bypassed
  bool        stale;  ///< It has not run while it was bypassed
  bool        leaves; ///< Goes from its place
  bool        wanted; ///< While schedules are compared
  uint32_t    place;  ///< Among effects, while schedules are compared
  bool        scheduled; ///< Is in the schedule
  atomic_uint reduction; ///< Lowest since it was taken; bits of its negative
  atomic_uint readings[EFFECT_MAX_READINGS]; ///< Last ones, bits of floats
};

/// A place in a chain: a unit bank, for the lanes that have it next
typedef struct {
  UnitBank*        unit;
  uint32_t         mask;
  bool             whole; ///< No other step has other lanes of the unit bank
  EngineEffect*    effects[LANES];   ///< By lane of the channels
  const LaneBlock* keys[LANES];      ///< Side chains, null for none
  uint32_t         key_lanes[LANES]; ///<
} Step;

/// Blocks that a chain works with
typedef struct {
  LaneBlock* before; ///< Signals before a step that fades
  LaneBlock* key;    ///< Side chains of a step
} ChainScratch;

/// Put `n` frames of a block through a step
SONIC_RT void
chain_run_step(const Step*         step,
               LaneBlock*          block,
               const ChainScratch* scratch,
               const Span*         span);

/// Start an effect anew, after what was in its lane was not finite
SONIC_RT void
effect_restart(EngineEffect* effect);

/// Have an effect come to its place; `at_once`: without a fade
SONIC_RT void
effect_enter(EngineEffect* effect, bool at_once);

/// Have an effect go from its place; returns the frames that it takes
SONIC_RT uint32_t
effect_leave(EngineEffect* effect);

/// Set a parameter
SONIC_RT void
effect_set(EngineEffect* effect, uint32_t param, float value);

/// Release a unit bank (null is fine)
void
unit_bank_free(UnitBank* unit);

#endif // SONIC_ENGINE_CHAIN_H
