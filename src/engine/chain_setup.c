// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/aligned.h"
#include "engine/chain.h"
#include "engine/channel.h"
#include "engine/engine_state.h"

#include <stdlib.h>

/// Seconds that an effect takes to come and go, unless it has a latency
#define FADE_SECONDS 0.008

/// Seconds that one with a latency takes, as do the paths that wait for it
#define SLOW_SECONDS 0.020

void
unit_bank_free(UnitBank* const unit)
{
  if (unit) {
    if (unit->self && unit->info->destroy) {
      unit->info->destroy(unit->self);
    }

    free(unit->dry.side[0]);
    free(unit->dry.side[1]);
    free(unit->self);
    free(unit);
  }
}

/// Room for signals as long as a latency; false if memory ran out
static bool
init_dry(Dry* const dry, const uint32_t width, const uint32_t latency)
{
  uint32_t frames = 2u * BLOCK_FRAMES;
  while (frames < latency + BLOCK_FRAMES) {
    frames *= 2u;
  }

  const size_t size = (size_t)frames * width * sizeof(float);
  dry->width        = width;
  dry->mask         = frames - 1u;
  dry->side[0]      = (float*)aligned_new(size);
  dry->side[1]      = (float*)aligned_new(size);
  return dry->side[0] && dry->side[1];
}

static UnitBank*
unit_bank_new(const EngineConfig* const config,
              const EffectInfo* const   info,
              const float* const        values)
{
  const bool      solo = info->shape == EFFECT_SOLO;
  UnitBank* const unit = (UnitBank*)calloc(1, sizeof(UnitBank));
  void* const     self = unit ? aligned_new(info->size(config->rate)) : NULL;
  if (!self ||
      info->init(self, config->rate, config->level, solo ? values : NULL)) {
    free(self);
    free(unit);
    return NULL;
  }

  unit->info    = info;
  unit->self    = self;
  unit->latency = info->latency ? info->latency(config->rate, values) : 0u;
  if (unit->latency &&
      !init_dry(&unit->dry, solo ? 1u : LANES, unit->latency)) {
    unit_bank_free(unit);
    return NULL;
  }

  return unit;
}

/// The unit bank of a type in which a lane is free, made if there is none
static UnitBank*
find_unit(const EngineConfig* const  config,
          const EngineChannel* const channel,
          const EffectInfo* const    info,
          const float* const         values)
{
  const uint32_t bit  = 1u << channel->lane;
  UnitBank**     link = &channel->bank->units;
  for (; *link; link = &(*link)->next) {
    if ((*link)->info == info && !((*link)->used & bit)) {
      (*link)->used |= bit;
      return *link;
    }
  }

  *link = unit_bank_new(config, info, values);
  if (*link) {
    (*link)->used = bit;
  }

  return *link;
}

/// The blocks that chains of a bank work with; false if memory ran out
static bool
reserve_scratch(ChainScratch* const scratch)
{
  if (!scratch->before) {
    scratch->before = (LaneBlock*)aligned_new(sizeof(LaneBlock));
  }

  if (!scratch->key) {
    scratch->key = (LaneBlock*)aligned_new(sizeof(LaneBlock));
  }

  return scratch->before && scratch->key;
}

EngineEffect*
engine_effect_new(Engine* const           engine,
                  EngineChannel* const    channel,
                  const Id                id,
                  const EffectInfo* const info,
                  const float* const      values)
{
  const EngineConfig* const config = &engine->config;
  const bool                solo   = info->shape == EFFECT_SOLO;
  EngineEffect* const effect = (EngineEffect*)aligned_new(sizeof(EngineEffect));
  UnitBank* const unit = !effect || !reserve_scratch(&channel->bank->scratch)
                           ? NULL
                         : solo ? unit_bank_new(config, info, values)
                                : find_unit(config, channel, info, values);
  if (!unit) {
    free(effect);
    return NULL;
  }

  path_init(&effect->key, config->rate);
  effect->id          = id;
  effect->channel     = channel;
  effect->unit        = unit;
  effect->lane        = solo ? 0u : channel->lane;
  effect->dry_frames  = (uint32_t)(FADE_SECONDS * config->rate);
  effect->fade_frames = unit->latency ? (uint32_t)(SLOW_SECONDS * config->rate)
                                      : effect->dry_frames;
  return effect;
}

EngineChannel*
engine_effect_channel(const EngineEffect* const effect)
{
  return effect->channel;
}

void
engine_effect_free(EngineEffect* const effect)
{
  if (!effect) {
    return;
  }

  if (effect->unit->info->shape == EFFECT_SOLO) {
    unit_bank_free(effect->unit);
  } else {
    effect->unit->used &= ~(1u << effect->lane);
  }

  path_clear(&effect->key);
  free(effect);
}

/// Sends of a bank to a bus, with a free lane; made if there is none
static SendBank*
find_sends(const EngineConfig* const  config,
           const EngineChannel* const channel,
           const Id                   bus)
{
  const uint32_t bit  = 1u << channel->lane;
  SendBank**     link = &channel->bank->sends;
  for (; *link; link = &(*link)->next) {
    if (((*link)->bus == bus || !(*link)->used) && !((*link)->used & bit)) {
      break;
    }
  }

  if (!*link) {
    SendBank* const bank = (SendBank*)calloc(1, sizeof(SendBank));
    if (!bank) {
      return NULL;
    }

    bank->strips = (StripBank*)aligned_new(strip_bank_size());
    bank->block  = (LaneBlock*)aligned_new(sizeof(LaneBlock));
    if (!bank->strips || !bank->block) {
      free(bank->strips);
      free(bank->block);
      free(bank);
      return NULL;
    }

    strip_bank_init(bank->strips, config->rate, config->level);
    *link = bank;
  }

  (*link)->bus = bus;
  (*link)->used |= bit;
  return *link;
}

EngineSend*
engine_send_new(Engine* const        engine,
                EngineChannel* const channel,
                const Id             bus)
{
  EngineSend* const send = (EngineSend*)aligned_new(sizeof(EngineSend));
  SendBank* const   bank =
    send ? find_sends(&engine->config, channel, bus) : NULL;
  if (!bank) {
    free(send);
    return NULL;
  }

  path_init(&send->path, engine->config.rate);
  send->path.used = true; // Its channel may be heard, so it fades in
  send->bank      = bank;
  send->lane      = channel->lane;
  return send;
}

void
engine_send_free(EngineSend* const send)
{
  if (send) {
    send->bank->used &= ~(1u << send->lane);
    path_clear(&send->path);
    free(send);
  }
}
