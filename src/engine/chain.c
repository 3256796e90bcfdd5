// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/chain.h"

#include "units/mix.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

SONIC_RT static float
share_of(const uint32_t done, const uint32_t all)
{
  return (float)done / (float)all;
}

SONIC_RT void
effect_set(EngineEffect* const effect, const uint32_t param, const float value)
{
  effect->unit->info->set(effect->unit->self, effect->lane, param, value);
}

SONIC_RT void
effect_restart(EngineEffect* const effect)
{
  UnitBank* const unit = effect->unit;
  Dry* const      dry  = &unit->dry;
  unit->info->reset(unit->self, effect->lane);
  for (uint32_t side = 0; dry->side[0] && side < 2u; ++side) {
    for (uint32_t f = 0; f <= dry->mask; ++f) {
      dry->side[side][(size_t)f * dry->width + effect->lane] = 0.0f;
    }
  }

  path_reset(&effect->key);
  effect->begun = true;
}

SONIC_RT void
effect_enter(EngineEffect* const effect, const bool at_once)
{
  effect->leaves = false;
  effect->warm   = effect->unit->latency + (at_once ? 0u : effect->dry_frames);
  if (at_once || !effect->begun) {
    effect_restart(effect);
    effect->heard = at_once ? effect->fade_frames : 0u;
    effect->fed   = at_once ? 1.0f : 0.0f;
    effect->dry   = effect->bypass ? effect->dry_frames : 0u;
    effect->stale = effect->bypass;
  }
}

/// Whether nothing of the effect itself is heard, now and in what comes
SONIC_RT static bool
is_idle(const EngineEffect* const effect)
{
  return (effect->bypass && effect->dry == effect->dry_frames) ||
         (effect->leaves && !effect->heard);
}

/// Whether all that is heard is the effect
SONIC_RT static bool
is_all(const EngineEffect* const effect)
{
  return !effect->bypass && !effect->dry && !effect->leaves &&
         effect->heard == effect->fade_frames;
}

/// Whether what is heard is the signal as it is
SONIC_RT static bool
is_nothing(const EngineEffect* const effect)
{
  return (is_idle(effect) && !effect->unit->latency) ||
         (effect->leaves && !effect->heard);
}

SONIC_RT uint32_t
effect_leave(EngineEffect* const effect)
{
  const bool heard = !is_nothing(effect);
  effect->leaves   = true;
  effect->warm     = 0;
  return heard ? effect->heard : 0u;
}

/// See what the transport and control did since the last run
SONIC_RT static void
synchronize(EngineEffect* const effect, const Span* const span)
{
  if (effect->starts != span->timeline->starts) {
    effect->starts = span->timeline->starts;
    effect_enter(effect, true);
    effect->warm = 0;
  }

  // What comes back from a bypass has not run meanwhile
  const bool is_dry = effect->dry == effect->dry_frames;
  if (!effect->bypass && is_dry && effect->stale) {
    effect->unit->info->reset(effect->unit->self, effect->lane);
    effect->warm = effect->unit->latency + effect->dry_frames;
    effect->fed  = 0.0f;
  }
  effect->stale = effect->bypass && is_dry;
}

/// Whether what an effect gets is not the whole signal
SONIC_RT static bool
is_fading_in(const EngineEffect* const effect)
{
  return effect->leaves || effect->fed < 1.0f;
}

/// Fade `n` frames of what an effect gets: in when it comes, and out as it goes
SONIC_RT static void
feed(EngineEffect* const effect,
     float* const        sides[2],
     const uint32_t      stride,
     const uint32_t      n)
{
  const float more  = share_of(1u, effect->dry_frames);
  uint32_t    heard = effect->heard;
  for (uint32_t f = 0; f < n; ++f) {
    if (effect->leaves) {
      effect->fed *= heard ? share_of(heard - 1u, heard) : 0.0f;
      heard -= heard ? 1u : 0u;
    } else {
      effect->fed = fminf(effect->fed + more, 1.0f);
    }

    sides[0][(size_t)f * stride] *= effect->fed;
    sides[1][(size_t)f * stride] *= effect->fed;
  }
}

/// Go on by a frame
SONIC_RT static inline void
fade_on(EngineEffect* const effect)
{
  if (effect->leaves) {
    effect->heard -= effect->heard ? 1u : 0u;
    return;
  }

  if (effect->warm) {
    // Having run for its latency, it may be heard
    if (--effect->warm == 0 && !effect->bypass &&
        effect->dry == effect->dry_frames) {
      --effect->dry;
    }

    return;
  }

  effect->heard += effect->heard < effect->fade_frames ? 1u : 0u;
  if (effect->bypass) {
    effect->dry += effect->dry < effect->dry_frames ? 1u : 0u;
  } else if (effect->dry && effect->dry < effect->dry_frames) {
    --effect->dry;
  }
}

/// Signals of one lane at a step, side by side
typedef struct {
  float*       wet[2];    ///< What the effect made, and what is to be heard
  const float* before[2]; ///< What went in
  uint32_t     stride;    ///< From frame to frame of `wet` and `before`
} LaneSignals;

/// Make what is heard of an effect that is not all of it
SONIC_RT static void
blend(EngineEffect* const      effect,
      const LaneSignals* const signals,
      const uint64_t           frame,
      const uint32_t           n)
{
  const UnitBank* const unit = effect->unit;
  const Dry* const      dry  = &unit->dry;
  for (uint32_t f = 0; f < n; ++f) {
    fade_on(effect);
    const float  heard = share_of(effect->heard, effect->fade_frames);
    const float  past  = share_of(effect->dry, effect->dry_frames);
    const size_t at    = (size_t)f * signals->stride;
    for (uint32_t side = 0; side < 2u; ++side) {
      const float in    = signals->before[side][at];
      float       dried = in;
      if (dry->side[0]) {
        const size_t past_frame =
          (size_t)((frame + f - unit->latency) & dry->mask);
        dried = dry->side[side][past_frame * dry->width + effect->lane];
      }

      // The ends are exact
      const float wet        = signals->wet[side][at];
      const float out        = effect->dry == effect->dry_frames ? dried
                               : effect->dry ? wet + (dried - wet) * past
                                             : wet;
      signals->wet[side][at] = effect->heard == effect->fade_frames ? out
                               : effect->heard ? in + (out - in) * heard
                                               : in;
    }
  }
}

/// Keep `n` frames of what goes into a unit bank, of all its signals
SONIC_RT static void
keep_all(const Dry* const   dry,
         const float* const sides[2],
         const uint64_t     frame,
         const uint32_t     n)
{
  for (uint32_t side = 0; side < 2u; ++side) {
    for (uint32_t f = 0; f < n; ++f) {
      memcpy(dry->side[side] + (size_t)((frame + f) & dry->mask) * dry->width,
             sides[side] + (size_t)f * dry->width,
             dry->width * sizeof(float));
    }
  }
}

/// Keep `n` frames of one lane
SONIC_RT static void
keep_lane(const Dry* const       dry,
          const LaneBlock* const block,
          const uint32_t         lane,
          const uint64_t         frame,
          const uint32_t         n)
{
  for (uint32_t f = 0; f < n; ++f) {
    const size_t at  = (size_t)((frame + f) & dry->mask) * LANES + lane;
    dry->side[0][at] = block->left[f][lane];
    dry->side[1][at] = block->right[f][lane];
  }
}

/// Keep what goes into the lanes of a step
SONIC_RT static void
keep_lanes(const Step* const      step,
           const LaneBlock* const block,
           const Span* const      span)
{
  const Dry* const dry = &step->unit->dry;
  if (step->whole) {
    const float* const sides[2] = {block->left[0], block->right[0]};
    keep_all(dry, sides, span->frame, span->n);
    return;
  }

  for (uint32_t left = step->mask; left; left &= left - 1u) {
    const uint32_t lane = (uint32_t)__builtin_ctz(left);
    keep_lane(dry, block, lane, span->frame, span->n);
  }
}

/// Note what an effect measures
SONIC_RT static void
note_readings(EngineEffect* const effect)
{
  const UnitBank* const   unit = effect->unit;
  const EffectInfo* const info = unit->info;
  for (uint32_t i = 0; i < info->num_readings; ++i) {
    const float value = info->reading(unit->self, effect->lane, i);
    uint32_t    bits  = 0;
    memcpy(&bits, &value, sizeof(bits));
    atomic_store_explicit(&effect->readings[i], bits, memory_order_relaxed);
  }
}

/// Note how much an effect turns down
SONIC_RT static void
note_reduction(EngineEffect* const effect)
{
  const UnitBank* const unit = effect->unit;
  const float value          = -unit->info->reduction(unit->self, effect->lane);
  if (!(value > 0.0f)) {
    return;
  }

  uint32_t bits = 0;
  memcpy(&bits, &value, sizeof(bits));
  unsigned before =
    atomic_load_explicit(&effect->reduction, memory_order_relaxed);
  while (bits > before &&
         !atomic_compare_exchange_weak_explicit(&effect->reduction,
                                                &before,
                                                bits,
                                                memory_order_relaxed,
                                                memory_order_relaxed)) {
  }
}

/// The place of a frame in a block, as a block that begins there
SONIC_RT static LaneBlock*
block_at(LaneBlock* const block, const uint32_t frame)
{
  return (LaneBlock*)(void*)((char*)block + sizeof(block->left[0]) * frame);
}

/// The part of a step's span at one tempo
typedef struct {
  EffectTime time;
  uint32_t   first; ///< Frame of the span
} Part;

/// Cut the span where the grid finds another tempo; false at its end
SONIC_RT static bool
next_part(const Span* const span, Part* const part)
{
  const uint32_t first = part->first + part->time.n;
  if (first >= span->n) {
    return false;
  }

  // Points of the grid: 0 is that at or before the first frame
  const uint32_t ahead = (uint32_t)(span->grid % GRID_FRAMES);
  const uint32_t point = (first + ahead) / GRID_FRAMES;
  uint32_t       after = point + 1u;
  while (after * GRID_FRAMES - ahead < span->n &&
         span->beat_frames[after] == span->beat_frames[point]) {
    ++after;
  }

  const uint32_t end = after * GRID_FRAMES - ahead;
  part->first        = first;
  part->time         = (EffectTime){
            .grid            = (uint64_t)span->grid + first,
            .n               = (end < span->n ? end : span->n) - first,
            .frames_per_beat = span->beat_frames[point],
  };
  return true;
}

// Effects that run alone

SONIC_RT static void
run_solo(const Step* const step, LaneBlock* const block, const Span* const span)
{
  _Alignas(64) float  wet[2][BLOCK_FRAMES];
  _Alignas(64) float  before[2][BLOCK_FRAMES];
  const uint32_t      n      = span->n;
  const uint32_t      lane   = (uint32_t)__builtin_ctz(step->mask);
  EngineEffect* const effect = step->effects[lane];
  UnitBank* const     unit   = step->unit;
  const float*        key[2] = {wet[0], wet[1]};
  synchronize(effect, span);
  if (is_nothing(effect) && !unit->dry.side[0]) {
    return;
  }

  mix_get(block, lane, wet[0], wet[1], n);
  memcpy(before[0], wet[0], n * sizeof(float));
  memcpy(before[1], wet[1], n * sizeof(float));
  if (unit->dry.side[0]) {
    const float* const sides[2] = {wet[0], wet[1]};
    keep_all(&unit->dry, sides, span->frame, n);
  }

  if (is_fading_in(effect)) {
    float* const sides[2] = {wet[0], wet[1]};
    feed(effect, sides, 1u, n);
  }

  if (step->keys[lane]) {
    path_run(&effect->key, step->keys[lane], step->key_lanes[lane], n);
    key[0] = effect->key.left;
    key[1] = effect->key.right;
  }

  for (Part part = {0}; !is_idle(effect) && next_part(span, &part);) {
    const uint32_t     f          = part.first;
    const float* const key_now[2] = {key[0] + f, key[1] + f};
    unit->info->run_solo(
      unit->self, wet[0] + f, wet[1] + f, key_now, &part.time);
  }

  if (!is_all(effect)) {
    const LaneSignals signals = {{wet[0], wet[1]}, {before[0], before[1]}, 1u};
    blend(effect, &signals, span->frame, n);
  }

  mix_put(block, lane, wet[0], wet[1], n);
  if (unit->info->reduction) {
    note_reduction(effect);
  }
  note_readings(effect);
}

// Effects in lanes

/// Side chains of a step beside each other; the block where there is none
SONIC_RT static const LaneBlock*
find_keys(const Step* const         step,
          const LaneBlock* const    block,
          const ChainScratch* const scratch,
          const uint32_t            n)
{
  bool any = false;
  for (uint32_t left = step->mask; left; left &= left - 1u) {
    any |= step->keys[__builtin_ctz(left)] != NULL;
  }

  if (!any) {
    return block;
  }

  memcpy(scratch->key->left, block->left, n * sizeof(block->left[0]));
  memcpy(scratch->key->right, block->right, n * sizeof(block->right[0]));
  for (uint32_t left = step->mask; left; left &= left - 1u) {
    const uint32_t lane = (uint32_t)__builtin_ctz(left);
    if (step->keys[lane]) {
      Path* const key = &step->effects[lane]->key;
      path_run(key, step->keys[lane], step->key_lanes[lane], n);
      mix_put(scratch->key, lane, key->left, key->right, n);
    }
  }

  return scratch->key;
}

SONIC_RT static void
run_lanes(const Step* const         step,
          LaneBlock* const          block,
          const ChainScratch* const scratch,
          const Span* const         span)
{
  UnitBank* const unit    = step->unit;
  const uint32_t  n       = span->n;
  uint32_t        running = 0;
  uint32_t        blended = 0;
  for (uint32_t left = step->mask; left; left &= left - 1u) {
    const uint32_t      lane   = (uint32_t)__builtin_ctz(left);
    EngineEffect* const effect = step->effects[lane];
    synchronize(effect, span);
    running |= is_idle(effect) ? 0u : 1u << lane;
    blended |= is_all(effect) || is_nothing(effect) ? 0u : 1u << lane;
  }

  if (unit->dry.side[0]) {
    keep_lanes(step, block, span);
  }

  if (!running && !blended) {
    return;
  }

  if (blended) {
    memcpy(scratch->before->left, block->left, n * sizeof(block->left[0]));
    memcpy(scratch->before->right, block->right, n * sizeof(block->right[0]));
  }

  for (uint32_t left = running & blended; left; left &= left - 1u) {
    const uint32_t      lane   = (uint32_t)__builtin_ctz(left);
    EngineEffect* const effect = step->effects[lane];
    if (is_fading_in(effect)) {
      float* const sides[2] = {&block->left[0][lane], &block->right[0][lane]};
      feed(effect, sides, LANES, n);
    }
  }

  const LaneBlock* const keys =
    unit->info->has_key ? find_keys(step, block, scratch, n) : block;
  for (Part part = {0}; running && next_part(span, &part);) {
    LaneBlock* const now = block_at(block, part.first);
    unit->info->run_lanes(
      unit->self,
      now,
      keys == block ? now : block_at((LaneBlock*)keys, part.first),
      running,
      &part.time);
  }

  for (uint32_t left = blended; left; left &= left - 1u) {
    const uint32_t    lane    = (uint32_t)__builtin_ctz(left);
    const LaneSignals signals = {
      {&block->left[0][lane], &block->right[0][lane]},
      {&scratch->before->left[0][lane], &scratch->before->right[0][lane]},
      LANES};
    blend(step->effects[lane], &signals, span->frame, n);
  }

  for (uint32_t left = unit->info->reduction ? running : 0u; left;
       left &= left - 1u) {
    note_reduction(step->effects[__builtin_ctz(left)]);
  }
  for (uint32_t left = unit->info->num_readings ? running : 0u; left;
       left &= left - 1u) {
    note_readings(step->effects[__builtin_ctz(left)]);
  }
}

SONIC_RT void
chain_run_step(const Step* const         step,
               LaneBlock* const          block,
               const ChainScratch* const scratch,
               const Span* const         span)
{
  if (step->unit->info->shape == EFFECT_SOLO) {
    run_solo(step, block, span);
  } else {
    run_lanes(step, block, scratch, span);
  }
}
