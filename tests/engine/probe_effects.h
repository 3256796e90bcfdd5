// SPDX-License-Identifier: GPL-3.0-or-later
//
// Effects whose every sample is known
//
// `add` adds a constant, `twice` doubles, `late` delays by LATE_FRAMES and says
// so, `alone` is `late` for one channel, `key` puts out its side chain.

#ifndef SONIC_TESTS_ENGINE_PROBE_EFFECTS_H
#define SONIC_TESTS_ENGINE_PROBE_EFFECTS_H

#include "rig.h"
#include "units/effect.h"

#define LATE_FRAMES 77u
#define LATE_SIZE 128u

typedef struct {
  float    value[LANES];
  float    past[2][LATE_SIZE][LANES];
  uint32_t head[LANES];
  uint64_t runs; ///< Lanes that were run
} ProbeBank;

// clang-format off
static const ParamInfo probe_effect_params[] = {
  {"value", "Value", UNIT_NONE, -2.0f, 0.0f, 2.0f, SCALE_LINEAR},
};
// clang-format on

static inline size_t
probe_effect_size(const uint32_t rate)
{
  (void)rate;
  return sizeof(ProbeBank);
}

static inline Status
probe_effect_init(void* const        self,
                  const uint32_t     rate,
                  const CpuLevel     level,
                  const float* const values)
{
  (void)self;
  (void)rate;
  (void)level;
  (void)values;
  return STATUS_OK;
}

static inline void
probe_effect_set(void* const    self,
                 const uint32_t lane,
                 const uint32_t param,
                 const float    value)
{
  (void)param;
  ((ProbeBank*)self)->value[lane] = value;
}

static inline void
probe_effect_reset(void* const self, const uint32_t lane)
{
  ProbeBank* const bank = (ProbeBank*)self;
  for (uint32_t f = 0; f < LATE_SIZE; ++f) {
    bank->past[0][f][lane] = 0.0f;
    bank->past[1][f][lane] = 0.0f;
  }

  bank->head[lane] = 0;
}

/// Each lane of a mask
#define FOR_EACH_LANE(lane, mask)                                              \
  for (uint32_t lane = 0; lane < LANES; ++lane)                                \
    if ((mask)&1u << lane)

static inline void
add_run(void* const             self,
        LaneBlock* const        block,
        const LaneBlock* const  key,
        const uint32_t          mask,
        const EffectTime* const time)
{
  (void)key;
  FOR_EACH_LANE(lane, mask)
  {
    for (uint32_t f = 0; f < time->n; ++f) {
      block->left[f][lane] += ((ProbeBank*)self)->value[lane];
      block->right[f][lane] += ((ProbeBank*)self)->value[lane];
    }
  }

  ((ProbeBank*)self)->runs += (uint32_t)__builtin_popcount(mask);
}

static inline void
twice_run(void* const             self,
          LaneBlock* const        block,
          const LaneBlock* const  key,
          const uint32_t          mask,
          const EffectTime* const time)
{
  (void)key;
  (void)self;
  FOR_EACH_LANE(lane, mask)
  {
    for (uint32_t f = 0; f < time->n; ++f) {
      block->left[f][lane] *= 2.0f;
      block->right[f][lane] *= 2.0f;
    }
  }
}

static inline float
late_next(ProbeBank* const bank,
          const uint32_t   side,
          const uint32_t   lane,
          const uint32_t   head,
          const float      in)
{
  bank->past[side][head % LATE_SIZE][lane] = in;
  return bank->past[side][(head - LATE_FRAMES) % LATE_SIZE][lane];
}

static inline void
late_run(void* const             self,
         LaneBlock* const        block,
         const LaneBlock* const  key,
         const uint32_t          mask,
         const EffectTime* const time)
{
  (void)key;
  ProbeBank* const bank = (ProbeBank*)self;
  FOR_EACH_LANE(lane, mask)
  {
    for (uint32_t f = 0; f < time->n; ++f) {
      const uint32_t head = bank->head[lane]++;
      float* const   l    = &block->left[f][lane];
      float* const   r    = &block->right[f][lane];
      *l                  = late_next(bank, 0, lane, head, *l);
      *r                  = late_next(bank, 1, lane, head, *r);
    }
  }
}

static inline void
alone_run(void* const             self,
          float* const            left,
          float* const            right,
          const float* const      key[2],
          const EffectTime* const time)
{
  (void)key;
  ProbeBank* const bank = (ProbeBank*)self;
  for (uint32_t f = 0; f < time->n; ++f) {
    const uint32_t head = bank->head[0]++;
    left[f]             = late_next(bank, 0, 0, head, left[f]);
    right[f]            = late_next(bank, 1, 0, head, right[f]);
  }
}

static inline void
key_run(void* const             self,
        LaneBlock* const        block,
        const LaneBlock* const  key,
        const uint32_t          mask,
        const EffectTime* const time)
{
  (void)self;
  FOR_EACH_LANE(lane, mask)
  {
    for (uint32_t f = 0; f < time->n; ++f) {
      block->left[f][lane]  = key->left[f][lane];
      block->right[f][lane] = key->right[f][lane];
    }
  }
}

static inline uint32_t
late_latency(const uint32_t rate, const float* const values)
{
  (void)rate;
  (void)values;
  return LATE_FRAMES;
}

#define PROBE_EFFECT(name)                                                     \
  .symbol = (name), .label = (name), .category = "Test",                       \
  .params = probe_effect_params, .num_params = 1, .size = probe_effect_size,   \
  .init = probe_effect_init, .set = probe_effect_set,                          \
  .reset = probe_effect_reset

static const EffectInfo probe_add = {PROBE_EFFECT("add"), .run_lanes = add_run};
static const EffectInfo probe_twice = {PROBE_EFFECT("twice"),
                                       .run_lanes = twice_run};
static const EffectInfo probe_late  = {PROBE_EFFECT("late"),
                                       .run_lanes = late_run,
                                       .latency   = late_latency};
static const EffectInfo probe_alone = {PROBE_EFFECT("alone"),
                                       .shape    = EFFECT_SOLO,
                                       .run_solo = alone_run,
                                       .latency  = late_latency};
static const EffectInfo probe_key   = {PROBE_EFFECT("key"),
                                       .has_key   = true,
                                       .run_lanes = key_run};

/// Append an effect to the chain of a track, for the next schedule
static inline EngineEffect*
rig_effect(Rig* const              rig,
           const uint32_t          track,
           const EffectInfo* const info,
           const float             value)
{
  static uint32_t     number;
  RigTrack* const     t      = &rig->tracks[track];
  EngineEffect* const effect = engine_effect_new(
    rig->engine, t->channel, id_make(KIND_EFFECT, ++number), info, &value);
  assert_non_null(effect);
  assert_true(t->num_effects < RIG_EFFECTS);
  t->effects[t->num_effects++] = (PlanEffect){effect, PLAN_NONE};
  rig_op(
    rig,
    (Operation){.type = OPERATION_EFFECT, .effect = effect, .value = value});
  return effect;
}

static inline void
rig_release_effect(void* const owner, void* const thing)
{
  (void)owner;
  engine_effect_free((EngineEffect*)thing);
}

/// Take an effect out of the chain of a track, for the next schedule
static inline void
rig_remove_effect(Rig* const rig, const uint32_t track, const uint32_t place)
{
  RigTrack* const t = &rig->tracks[track];
  assert_true(place < t->num_effects);
  assert_true(batch_discard(
    rig->batch, rig_release_effect, NULL, t->effects[place].effect));
  --t->num_effects;
  memmove(t->effects + place,
          t->effects + place + 1u,
          (t->num_effects - place) * sizeof(PlanEffect));
}

/// Release the effects that are left; before `rig_free`
static inline void
rig_free_effects(Rig* const rig)
{
  for (uint32_t i = 0; i < rig->num_tracks; ++i) {
    while (rig->tracks[i].num_effects) {
      engine_effect_free(
        rig->tracks[i].effects[--rig->tracks[i].num_effects].effect);
    }

    while (rig->tracks[i].num_sends) {
      engine_send_free(rig->tracks[i].sends[--rig->tracks[i].num_sends].send);
    }
  }

  engine_effect_free(rig->limiter);
}

/// A track that plays a sample from the start on
static inline uint32_t
rig_player(Rig* const rig, Sample* const sample)
{
  const uint32_t  track = rig_track(rig, TRACK_AUDIO, NULL);
  ClipPart* const part  = rig_audio(rig, track + 1u, 0, BEATS(1000), sample);
  rig_clips(rig, track, (ClipPart*[]){part}, 1);
  return track;
}

#endif // SONIC_TESTS_ENGINE_PROBE_EFFECTS_H
