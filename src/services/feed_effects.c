// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/effects.h"
#include "services/feed_private.h"

/// Number of the only limiter, in its slots
#define LIMITER 0u

void
feed_release_effect(void* const owner, void* const thing)
{
  (void)owner;
  engine_effect_free((EngineEffect*)thing);
}

EngineEffect*
feed_effect(const Feed* const feed, const Id effect)
{
  return (EngineEffect*)slots_get(&feed->effects, id_number(effect));
}

static bool
set_param(Work* const         work,
          EngineEffect* const effect,
          const uint32_t      param,
          const float         value)
{
  const Operation op = {
    .type = OPERATION_EFFECT, .effect = effect, .param = param, .value = value};
  return feed_add(work, &op);
}

static bool
set_bypass(Work* const work, EngineEffect* const effect, const bool bypass)
{
  const Operation op = {
    .type = OPERATION_BYPASS, .effect = effect, .value = bypass};
  return feed_add(work, &op);
}

/// Make an instance and say what it is set to; null if the work failed
static EngineEffect*
make_effect(Work* const             work,
            EngineChannel* const    channel,
            const Id                id,
            const EffectInfo* const info,
            const float* const      values)
{
  EngineEffect* const effect =
    engine_effect_new(work->feed->engine, channel, id, info, values);
  if (!effect) {
    feed_out_of_memory(work);
    return NULL;
  }

  for (uint32_t i = 0; i < info->num_params; ++i) {
    if (!set_param(work, effect, i, values[i])) {
      engine_effect_free(effect);
      return NULL;
    }
  }

  return effect;
}

EngineEffect*
feed_need_effect(Work* const          work,
                 const Effect* const  node,
                 EngineChannel* const channel)
{
  Slots* const            slots  = &work->feed->effects;
  const uint32_t          number = id_number(node->node.id);
  EngineEffect* const     old    = (EngineEffect*)slots_get(slots, number);
  const EffectInfo* const info   = effect_find(string_text(node->type));
  if (!info || (old && engine_effect_channel(old) == channel)) {
    return info ? old : NULL;
  }

  float values[EFFECT_MAX_PARAMS];
  effects_values(node, info, values);
  EngineEffect* const effect =
    make_effect(work, channel, node->node.id, info, values);
  if (!effect) {
    return NULL;
  }

  return feed_replace(work, slots, number, effect) &&
             set_bypass(work, effect, node->bypass)
           ? effect
           : NULL;
}

/// Whether another instance is needed
static bool
is_another(const Effect* const     before,
           const Effect* const     after,
           const EffectInfo* const info)
{
  if (!string_equal(before->type, after->type) ||
      before->owner != after->owner) {
    return true;
  }

  for (uint32_t i = 0; info->structural && i < info->num_params; ++i) {
    if (info->structural & (uint64_t)1u << i &&
        effects_value(before, info, i) != effects_value(after, info, i)) {
      return true;
    }
  }

  return false;
}

/// Say what an effect is set to now
static bool
change_values(Work* const         work,
              EngineEffect* const effect,
              const Effect* const before,
              const Effect* const after)
{
  const EffectInfo* const info = effect_find(string_text(after->type));
  for (uint32_t i = 0; before->params != after->params && i < info->num_params;
       ++i) {
    const float value = effects_value(after, info, i);
    if (value != effects_value(before, info, i) &&
        !set_param(work, effect, i, value)) {
      return false;
    }
  }

  work->schedule = work->schedule || before->key != after->key;
  return before->bypass == after->bypass ||
         set_bypass(work, effect, after->bypass);
}

bool
feed_change_effect(Work* const work, const Change* const change)
{
  const Effect* const     before = (const Effect*)change->before;
  const Effect* const     after  = (const Effect*)change->after;
  const uint32_t          number = id_number(change->id);
  EngineEffect* const     effect = feed_effect(work->feed, change->id);
  const EffectInfo* const info =
    after ? effect_find(string_text(after->type)) : NULL;
  if (before && after && effect && info && !is_another(before, after, info)) {
    return change_values(work, effect, before, after);
  }

  work->schedule = true;
  return !effect || feed_replace(work, &work->feed->effects, number, NULL);
}

EngineEffect*
feed_need_limiter(Work* const work)
{
  Slots* const        slots = &work->feed->limiter;
  EngineEffect* const old   = (EngineEffect*)slots_get(slots, LIMITER);
  if (!work->after->limiter_enabled) {
    if (old) {
      feed_replace(work, slots, LIMITER, NULL);
    }

    return NULL;
  }

  const EffectInfo* const info = effect_find("limiter");
  if (old || !info) {
    return old;
  }

  float     values[EFFECT_MAX_PARAMS];
  const int threshold = effect_find_param(info, "threshold");
  for (uint32_t i = 0; i < info->num_params; ++i) {
    values[i] = info->params[i].initial;
  }

  if (threshold >= 0) {
    values[threshold] = (float)work->after->limiter_threshold_db;
  }

  EngineEffect* const limiter =
    make_effect(work, work->feed->master, ID_MASTER, info, values);
  return limiter && feed_replace(work, slots, LIMITER, limiter) ? limiter
                                                                : NULL;
}

bool
feed_change_limiter(Work* const work)
{
  const Composition* const a       = work->before;
  const Composition* const b       = work->after;
  const EffectInfo* const  info    = effect_find("limiter");
  EngineEffect* const      limiter = feed_limiter(work->feed);
  const int threshold = info ? effect_find_param(info, "threshold") : -1;
  work->schedule =
    work->schedule || !a || a->limiter_enabled != b->limiter_enabled;
  return !limiter || threshold < 0 || !b->limiter_enabled ||
         (a && a->limiter_threshold_db == b->limiter_threshold_db) ||
         set_param(
           work, limiter, (uint32_t)threshold, (float)b->limiter_threshold_db);
}

EngineEffect*
feed_limiter(const Feed* const feed)
{
  return (EngineEffect*)slots_get(&feed->limiter, LIMITER);
}
