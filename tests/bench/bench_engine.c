// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a track costs: audio tracks with strips, all sounding, files in memory
//
// usage: bench_engine [SECONDS]
//
// Prints nanoseconds per stereo frame and track, by the wall clock and by the
// time that the process got, which other programs disturb less.

#include "engine/engine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE 48000u
#define MAX_TRACKS 512u
#define SAMPLE_FRAMES (10u * RATE)

typedef struct {
  Engine*        engine;
  Ring*          rings[2];
  Sample         sample;
  EngineTrack*   tracks[MAX_TRACKS];
  EngineChannel* channels[MAX_TRACKS];
  EngineChannel* master;
  ClipPart*      parts[MAX_TRACKS];
} Bench;

static void*
checked(void* const pointer)
{
  if (!pointer) {
    abort();
  }

  return pointer;
}

static void
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

/// Send all tracks in one batch that starts the transport
static void
set_up(Bench* const bench, const uint32_t num_tracks, const uint32_t threads)
{
  for (uint32_t i = 0; i < threads; ++i) {
    bench->rings[i] = (Ring*)checked(ring_new(64, sizeof(PageRequest)));
  }

  const EngineConfig config = {.rate        = RATE,
                               .max_frames  = 4096,
                               .num_threads = threads,
                               .level       = cpu_level_best(),
                               .page_rings  = bench->rings};
  bench->engine             = (Engine*)checked(engine_new(&config));
  bench->master =
    (EngineChannel*)checked(engine_channel_new(bench->engine, ID_MASTER));

  Batch* const batch = (Batch*)checked(batch_new());
  PlanChannel  plan_channels[MAX_TRACKS];
  for (uint32_t i = 0; i < num_tracks; ++i) {
    const Id id = id_make(KIND_TRACK, i + 1u);
    bench->tracks[i] =
      (EngineTrack*)checked(engine_track_new(bench->engine, id, TRACK_AUDIO));
    bench->channels[i] =
      (EngineChannel*)checked(engine_channel_new(bench->engine, id));
    plan_channels[i] = (PlanChannel){.channel = bench->channels[i],
                                     .source  = bench->tracks[i],
                                     .output  = PLAN_MASTER};

    // Each track reads at another place, as separate files would be
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
    clip_set_finish(set);
    batch_add(batch,
              &(Operation){.type  = OPERATION_CLIPS,
                           .track = bench->tracks[i],
                           .clips = set});
    batch_add(batch,
              &(Operation){.type    = OPERATION_STRIP,
                           .channel = bench->channels[i],
                           .param   = STRIP_FADER,
                           .value   = -12.0f});
  }

  const Plan plan     = {.channels     = plan_channels,
                         .num_channels = num_tracks,
                         .master       = bench->master};
  Schedule*  schedule = NULL;
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

static void
tear_down(Bench* const bench, const uint32_t num_tracks, const uint32_t threads)
{
  engine_free(bench->engine);
  for (uint32_t i = 0; i < num_tracks; ++i) {
    engine_track_free(bench->tracks[i]);
    clip_part_free(bench->parts[i]);
  }

  for (uint32_t i = 0; i < threads; ++i) {
    ring_free(bench->rings[i]);
  }
}

static double
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

static Cost
measure(Bench* const   bench,
        const uint32_t num_tracks,
        const uint32_t threads,
        const uint32_t period,
        const double   seconds)
{
  static float left[4096];
  static float right[4096];

  set_up(bench, num_tracks, threads);
  const EngineIO io     = {.out_left = left, .out_right = right};
  const uint64_t frames = (uint64_t)(seconds * RATE) / period * period;
  for (uint64_t f = 0; f < RATE; f += period) {
    engine_run(bench->engine, &io, period); // Warm up
  }

  const double wall = seconds_by(CLOCK_MONOTONIC);
  const double cpu  = seconds_by(CLOCK_PROCESS_CPUTIME_ID);
  for (uint64_t f = 0; f < frames; f += period) {
    engine_run(bench->engine, &io, period);
  }

  const double share = 1e9 / (double)frames / num_tracks;
  const Cost   cost  = {
       (seconds_by(CLOCK_MONOTONIC) - wall) * share,
       (seconds_by(CLOCK_PROCESS_CPUTIME_ID) - cpu) * share,
  };
  tear_down(bench, num_tracks, threads);
  return cost;
}

int
main(const int argc, char** const argv)
{
  static const uint32_t counts[]  = {8, 16, 64, 256};
  static const uint32_t periods[] = {32, 64, 256, 1024};
  static Bench          bench;

  const double seconds = argc > 1 ? atof(argv[1]) : 20.0;
  make_sample(&bench.sample);
  printf("tracks period threads   wall    cpu\n");
  for (unsigned c = 0; c < 4; ++c) {
    for (unsigned p = 0; p < 4; ++p) {
      for (uint32_t threads = 1; threads <= 2; ++threads) {
        const Cost cost =
          measure(&bench, counts[c], threads, periods[p], seconds);
        printf("%6u %6u %7u %6.2f %6.2f\n",
               counts[c],
               periods[p],
               threads,
               cost.wall,
               cost.cpu);
      }
    }
  }

  for (uint32_t i = 0; i < bench.sample.num_pages; ++i) {
    free((void*)(uintptr_t)atomic_load(&bench.sample.pages[i].data));
  }

  free(bench.sample.pages);
  return 0;
}
