// SPDX-License-Identifier: GPL-3.0-or-later
//
// An engine that mixes, to be measured
//
// Workloads: PLAIN is gain, pan and sum; SEND has a send of each track to a bus
// with a reverb beside; FULL a three-band equalizer and a compressor on each
// track, and a limiter on the master.

#ifndef SONIC_TESTS_BENCH_ENGINE_BENCH_H
#define SONIC_TESTS_BENCH_ENGINE_BENCH_H

#include "engine/engine.h"
#include "units/effect.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE 48000u
#define MAX_TRACKS 512u
#define MAX_EFFECTS (2u * MAX_TRACKS + 2u)
#define SAMPLE_FRAMES (10u * RATE)

typedef enum {
  WORKLOAD_PLAIN,
  WORKLOAD_SEND,
  WORKLOAD_FULL,
} Workload;

/// What is measured
typedef struct {
  Workload workload;
  uint32_t tracks;
  uint32_t period;
  uint32_t threads;
  CpuLevel level;
  double   seconds;
} Setting;

typedef struct {
  Engine*        engine;
  Ring*          rings[2];
  Sample         sample;
  EngineTrack*   tracks[MAX_TRACKS];
  EngineChannel* channels[MAX_TRACKS];
  EngineChannel* master;
  ClipPart*      parts[MAX_TRACKS];
  EngineChannel* bus;
  EngineEffect*  effects[MAX_EFFECTS];
  uint32_t       num_effects;
  EngineSend*    sends[MAX_TRACKS];
  PlanEffect     chains[MAX_TRACKS][2];
  PlanSend       planned[MAX_TRACKS];
} Bench;

static inline void*
checked(void* const pointer)
{
  if (!pointer) {
    abort();
  }

  return pointer;
}

static inline void
make_sample(Sample* const sample)
{
  sample->frames    = SAMPLE_FRAMES;
  sample->channels  = 2;
  sample->num_pages = (SAMPLE_FRAMES + PAGE_FRAMES - 1u) / PAGE_FRAMES;
  sample->pages =
    (SamplePage*)checked(calloc(sample->num_pages, sizeof(SamplePage)));
  for (uint32_t i = 0; i < sample->num_pages; ++i) {
    float* const data =
      (float*)checked(malloc(PAGE_FRAMES * 2u * sizeof(float)));
    for (uint32_t k = 0; k < PAGE_FRAMES * 2u; ++k) {
      data[k] = (float)((k * 7919u) % 1000u) / 1000.0f - 0.5f;
    }

    atomic_init(&sample->pages[i].data, data);
    atomic_init(&sample->pages[i].state, PAGE_RESIDENT);
  }
}

/// A value of a parameter that is not as it is by itself
typedef struct {
  const char* symbol;
  float       value;
} Value;

/// An effect as the side-by-side bench has it
static inline EngineEffect*
make_effect(Bench* const         bench,
            Batch* const         batch,
            EngineChannel* const channel,
            const char* const    type,
            const Value* const   values)
{
  float                   all[EFFECT_MAX_PARAMS];
  const EffectInfo* const info =
    (const EffectInfo*)checked((void*)(uintptr_t)effect_find(type));
  for (uint32_t i = 0; i < info->num_params; ++i) {
    all[i] = info->params[i].initial;
  }

  for (uint32_t i = 0; values && values[i].symbol; ++i) {
    const int param = effect_find_param(info, values[i].symbol);
    assert(param >= 0);
    all[param] = values[i].value;
  }

  EngineEffect* const effect = (EngineEffect*)checked(
    engine_effect_new(bench->engine,
                      channel,
                      id_make(KIND_EFFECT, bench->num_effects + 1u),
                      info,
                      all));
  for (uint32_t i = 0; i < info->num_params; ++i) {
    batch_add(batch,
              &(Operation){.type   = OPERATION_EFFECT,
                           .effect = effect,
                           .param  = i,
                           .value  = all[i]});
  }

  bench->effects[bench->num_effects++] = effect;
  return effect;
}

static const Value eq_values[]         = {{"low_gain", 3.0f},
                                          {"low_freq", 120.0f},
                                          {"mid_gain", -4.0f},
                                          {"mid_freq", 1000.0f},
                                          {"mid_q", 1.0f},
                                          {"high_gain", 2.0f},
                                          {"high_freq", 8000.0f},
                                          {NULL, 0.0f}};
static const Value compressor_values[] = {{"threshold", -24.0f},
                                          {"ratio", 3.0f},
                                          {"attack", 5.0f},
                                          {"release", 100.0f},
                                          {NULL, 0.0f}};

/// What a workload has beside gain and pan
static inline PlanChannel
plan_track(Bench* const   bench,
           Batch* const   batch,
           const Workload workload,
           const uint32_t i,
           const uint32_t bus)
{
  EngineChannel* const channel = bench->channels[i];
  PlanChannel          planned = {
             .channel = channel, .source = bench->tracks[i], .output = PLAN_MASTER};
  if (workload == WORKLOAD_FULL) {
    bench->chains[i][0] = (PlanEffect){
      make_effect(bench, batch, channel, "eq3", eq_values), PLAN_NONE};
    bench->chains[i][1] = (PlanEffect){
      make_effect(bench, batch, channel, "compressor", compressor_values),
      PLAN_NONE};
    planned.effects     = bench->chains[i];
    planned.num_effects = 2;
  } else if (workload == WORKLOAD_SEND) {
    bench->sends[i] = (EngineSend*)checked(
      engine_send_new(bench->engine, channel, id_make(KIND_BUS, 1)));
    bench->planned[i] = (PlanSend){bench->sends[i], bus, false};
    planned.sends     = &bench->planned[i];
    planned.num_sends = 1;
    batch_add(batch,
              &(Operation){.type  = OPERATION_SEND,
                           .send  = bench->sends[i],
                           .value = -12.0f});
  }

  return planned;
}

/// A track that plays; each reads at another place, as separate files would be
static inline void
make_track(Bench* const bench, Batch* const batch, const uint32_t i)
{
  const Id id = id_make(KIND_TRACK, i + 1u);
  bench->tracks[i] =
    (EngineTrack*)checked(engine_track_new(bench->engine, id, TRACK_AUDIO));
  bench->channels[i] =
    (EngineChannel*)checked(engine_channel_new(bench->engine, id));

  ClipPart* const part = (ClipPart*)checked(clip_part_new(0));
  part->end            = (Ticks)TICKS_PER_BEAT * 18;
  part->audio =
    (PartAudio){.sample     = &bench->sample,
                .offset     = frame_time_from_frames(i * 1777u % (RATE / 2u)),
                .end_frames = (int64_t)SAMPLE_FRAMES,
                .speed      = SPEED_ONE,
                .loop_from  = NEVER_REACHED,
                .gain       = 0.5f};
  bench->parts[i]    = part;
  ClipSet* const set = (ClipSet*)checked(clip_set_new(1));
  set->parts[0]      = part;
  clip_set_finish(set, CROSS_OFF);
  batch_add(batch,
            &(Operation){.type  = OPERATION_CLIPS,
                         .track = bench->tracks[i],
                         .clips = set});
  batch_add(batch,
            &(Operation){.type    = OPERATION_STRIP,
                         .channel = bench->channels[i],
                         .param   = STRIP_FADER,
                         .value   = -12.0f});
  batch_add(batch,
            &(Operation){.type    = OPERATION_STRIP,
                         .channel = bench->channels[i],
                         .param   = STRIP_PAN,
                         .value   = (float)(i % 9u) / 4.0f - 1.0f});
}

/// Send all tracks in one batch that starts the transport
static inline void
set_up(Bench* const bench, const Setting* const setting)
{
  for (uint32_t i = 0; i < setting->threads; ++i) {
    bench->rings[i] = (Ring*)checked(ring_new(64, sizeof(PageRequest)));
  }

  const EngineConfig config = {.rate        = RATE,
                               .max_frames  = 4096,
                               .num_threads = setting->threads,
                               .level       = setting->level,
                               .page_rings  = bench->rings};
  bench->engine             = (Engine*)checked(engine_new(&config));
  bench->master =
    (EngineChannel*)checked(engine_channel_new(bench->engine, ID_MASTER));

  static PlanChannel channels[MAX_TRACKS + 1u];
  Batch* const       batch = (Batch*)checked(batch_new());
  uint32_t           n     = setting->tracks;
  for (uint32_t i = 0; i < n; ++i) {
    make_track(bench, batch, i);
    channels[i] = plan_track(bench, batch, setting->workload, i, n);
  }

  Plan       plan = {.channels = channels, .master = bench->master};
  PlanEffect reverb;
  if (setting->workload == WORKLOAD_SEND) {
    bench->bus = (EngineChannel*)checked(
      engine_channel_new(bench->engine, id_make(KIND_BUS, 1)));
    reverb = (PlanEffect){make_effect(bench, batch, bench->bus, "reverb", NULL),
                          PLAN_NONE};
    channels[n++] = (PlanChannel){.channel     = bench->bus,
                                  .output      = PLAN_MASTER,
                                  .effects     = &reverb,
                                  .num_effects = 1};
  } else if (setting->workload == WORKLOAD_FULL) {
    plan.limiter = make_effect(bench, batch, bench->master, "limiter", NULL);
  }

  Schedule* schedule = NULL;
  plan.num_channels  = n;
  if (schedule_new(bench->engine, &plan, &schedule)) {
    abort();
  }

  batch_add(batch,
            &(Operation){.type = OPERATION_SCHEDULE, .schedule = schedule});
  batch_add(batch,
            &(Operation){.type = OPERATION_LOOP,
                         .loop = {true, 0, 16 * TICKS_PER_BEAT}});
  batch_add(batch, &(Operation){.type = OPERATION_TRANSPORT});
  if (engine_send(bench->engine, batch)) {
    abort();
  }
}

static inline void
tear_down(Bench* const bench, const Setting* const setting)
{
  for (uint32_t i = 0; i < bench->num_effects; ++i) {
    engine_effect_free(bench->effects[i]);
  }

  for (uint32_t i = 0; i < setting->tracks; ++i) {
    engine_send_free(bench->sends[i]);
    bench->sends[i] = NULL;
  }

  bench->num_effects = 0;
  engine_free(bench->engine);
  for (uint32_t i = 0; i < setting->tracks; ++i) {
    engine_track_free(bench->tracks[i]);
    clip_part_free(bench->parts[i]);
  }

  for (uint32_t i = 0; i < setting->threads; ++i) {
    ring_free(bench->rings[i]);
  }
}

static inline double
seconds_by(const clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/// Nanoseconds per frame and track
typedef struct {
  double wall;
  double cpu;
} Cost;

static inline Cost
measure(Bench* const bench, const Setting* const setting)
{
  static float left[4096];
  static float right[4096];

  const uint32_t period = setting->period;
  set_up(bench, setting);
  const EngineIO io     = {.out_left = left, .out_right = right};
  const uint64_t frames = (uint64_t)(setting->seconds * RATE) / period * period;
  for (uint64_t f = 0; f < RATE; f += period) {
    engine_run(bench->engine, &io, period); // Warm up
  }

  const double wall = seconds_by(CLOCK_MONOTONIC);
  const double cpu  = seconds_by(CLOCK_PROCESS_CPUTIME_ID);
  for (uint64_t f = 0; f < frames; f += period) {
    engine_run(bench->engine, &io, period);
  }

  const double share = 1e9 / (double)frames / setting->tracks;
  const Cost   cost  = {
       (seconds_by(CLOCK_MONOTONIC) - wall) * share,
       (seconds_by(CLOCK_PROCESS_CPUTIME_ID) - cpu) * share,
  };
  tear_down(bench, setting);
  return cost;
}

static inline void
release_sample(Sample* const sample)
{
  for (uint32_t i = 0; i < sample->num_pages; ++i) {
    free((void*)(uintptr_t)atomic_load(&sample->pages[i].data));
  }

  free(sample->pages);
}

#endif // SONIC_TESTS_BENCH_ENGINE_BENCH_H
