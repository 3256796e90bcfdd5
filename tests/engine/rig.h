// SPDX-License-Identifier: GPL-3.0-or-later
//
// An engine on the bench
//
// A rig owns an engine, tracks with their channels, samples and clips, and
// sends what a test prepares.  Samples are in memory from the start unless a
// test takes pages away.

#ifndef SONIC_TESTS_ENGINE_RIG_H
#define SONIC_TESTS_ENGINE_RIG_H

#include "engine/engine.h"
#include "probe.h"
#include "support/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RIG_RATE 48000u
#define RIG_TRACKS 80u
#define RIG_THINGS 4096u
#define RIG_EFFECTS 8u
#define RIG_SENDS 4u

#define BPM(bpm) ((MicroBpm)((bpm)*1e6 + 0.5))
#define BEATS(beats) ((Ticks)((beats)*TICKS_PER_BEAT))

typedef struct {
  EngineTrack*   source;
  EngineChannel* channel;
  TrackType      type;
  uint32_t       output;
  PlanEffect     effects[RIG_EFFECTS];
  uint32_t       num_effects;
  PlanSend       sends[RIG_SENDS];
  uint32_t       num_sends;
} RigTrack;

/// Something to be released at the end
typedef struct {
  void (*release)(void* thing);
  void* thing;
} RigThing;

typedef struct {
  Engine*        engine;
  EngineConfig   config;
  Ring*          rings[ENGINE_MAX_THREADS];
  EngineChannel* master;
  PlanEffect     effects[RIG_EFFECTS]; ///< Of the master
  uint32_t       num_effects;
  EngineEffect*  limiter;
  RigTrack       tracks[RIG_TRACKS];
  uint32_t       num_tracks;
  Batch*         batch; ///< In preparation
  RigThing       things[RIG_THINGS];
  uint32_t       num_things;
} Rig;

// Samples

static inline Sample*
sample_make(const uint64_t frames, const uint32_t channels)
{
  Sample* const sample = (Sample*)calloc(1, sizeof(Sample));
  assert_non_null(sample);
  sample->frames    = frames;
  sample->channels  = channels;
  sample->num_pages = (uint32_t)((frames + PAGE_FRAMES - 1u) / PAGE_FRAMES);
  sample->pages = (SamplePage*)calloc(sample->num_pages, sizeof(SamplePage));
  assert_non_null(sample->pages);
  for (uint32_t i = 0; i < sample->num_pages; ++i) {
    float* const data =
      (float*)calloc((size_t)PAGE_FRAMES * channels, sizeof(float));
    assert_non_null(data);
    atomic_init(&sample->pages[i].data, data);
    atomic_init(&sample->pages[i].state, PAGE_RESIDENT);
  }

  return sample;
}

static inline void
sample_destroy(void* const thing)
{
  Sample* const sample = (Sample*)thing;
  for (uint32_t i = 0; i < sample->num_pages; ++i) {
    free((void*)(uintptr_t)atomic_load(&sample->pages[i].data));
  }

  free(sample->pages);
  free(sample);
}

/// A frame of a sample, to be written or read
static inline float*
sample_at(const Sample* const sample, const uint64_t frame, const uint32_t side)
{
  float* const data =
    (float*)(uintptr_t)atomic_load(&sample->pages[frame / PAGE_FRAMES].data);
  return &data[(frame % PAGE_FRAMES) * sample->channels +
               (side < sample->channels ? side : 0u)];
}

/// Fill a sample with noise that follows from `seed`
static inline void
sample_fill(Sample* const sample, const uint64_t seed)
{
  Random random = {seed};
  for (uint64_t f = 0; f < sample->frames; ++f) {
    for (uint32_t c = 0; c < sample->channels; ++c) {
      *sample_at(sample, f, c) = random_sample(&random) * 0.5f;
    }
  }
}

// The rig

static inline void
rig_keep(Rig* const rig, void (*const release)(void*), void* const thing)
{
  assert_non_null(thing);
  assert_true(rig->num_things < RIG_THINGS);
  rig->things[rig->num_things++] = (RigThing){release, thing};
}

static inline Sample*
rig_sample(Rig* const     rig,
           const uint64_t frames,
           const uint32_t channels,
           const uint64_t seed)
{
  Sample* const sample = sample_make(frames, channels);
  sample_fill(sample, seed);
  rig_keep(rig, sample_destroy, sample);
  return sample;
}

/// A sample of one value, so that gains can be read from the output
static inline Sample*
rig_steady(Rig* const rig, const uint64_t frames, const float value)
{
  Sample* const sample = rig_sample(rig, frames, 1, 1);
  for (uint64_t f = 0; f < frames; ++f) {
    *sample_at(sample, f, 0) = value;
  }

  return sample;
}

static inline Rig*
rig_new_with(const EngineConfig* const config)
{
  Rig* const rig = (Rig*)calloc(1, sizeof(Rig));
  assert_non_null(rig);
  rig->config = *config;
  for (uint32_t i = 0; i < config->num_threads; ++i) {
    rig->rings[i] = ring_new(1024, sizeof(PageRequest));
    assert_non_null(rig->rings[i]);
  }

  rig->config.page_rings = rig->rings;
  rig->engine            = engine_new(&rig->config);
  assert_non_null(rig->engine);
  rig->master = engine_channel_new(rig->engine, ID_MASTER);
  assert_non_null(rig->master);
  rig->batch = batch_new();
  assert_non_null(rig->batch);
  return rig;
}

static inline Rig*
rig_new(const uint32_t num_threads)
{
  const EngineConfig config = {.rate        = RIG_RATE,
                               .max_frames  = 4096,
                               .num_threads = num_threads,
                               .level       = cpu_level_best(),
                               .offline     = true};
  return rig_new_with(&config);
}

static inline void
rig_op(Rig* const rig, const Operation op)
{
  assert_true(batch_add(rig->batch, &op));
}

/// Send what was prepared, to be heard at an engine frame
static inline void
rig_send(Rig* const rig, const uint64_t frame)
{
  rig->batch->frame = frame;
  assert_int_equal(engine_send(rig->engine, rig->batch), STATUS_OK);
  rig->batch = batch_new();
  assert_non_null(rig->batch);
}

/// Free what has come home; returns how many batches
static inline uint32_t
rig_collect(Rig* const rig)
{
  uint32_t count = 0;
  Batch*   batch = NULL;
  while ((batch = engine_collect(rig->engine))) {
    batch_free(batch);
    ++count;
  }

  return count;
}

/// Prepare the schedule of all tracks
static inline void
rig_schedule(Rig* const rig)
{
  PlanChannel channels[RIG_TRACKS];
  for (uint32_t i = 0; i < rig->num_tracks; ++i) {
    const RigTrack* const track = &rig->tracks[i];
    channels[i]                 = (PlanChannel){.channel     = track->channel,
                                                .source      = track->source,
                                                .output      = track->output,
                                                .effects     = track->effects,
                                                .num_effects = track->num_effects,
                                                .sends       = track->sends,
                                                .num_sends   = track->num_sends};
  }

  const Plan plan     = {.channels     = channels,
                         .num_channels = rig->num_tracks,
                         .master       = rig->master,
                         .effects      = rig->effects,
                         .num_effects  = rig->num_effects,
                         .limiter      = rig->limiter};
  Schedule*  schedule = NULL;
  assert_int_equal(schedule_new(rig->engine, &plan, &schedule), STATUS_OK);
  rig_op(rig, (Operation){.type = OPERATION_SCHEDULE, .schedule = schedule});
}

/// Add a track, with an instrument if it is a MIDI track
static inline uint32_t
rig_track(Rig* const                  rig,
          const TrackType             type,
          const InstrumentInfo* const info)
{
  const uint32_t  index = rig->num_tracks++;
  const Id        id    = id_make(KIND_TRACK, index + 1u);
  RigTrack* const track = &rig->tracks[index];
  track->type           = type;
  track->output         = PLAN_MASTER;
  track->source         = engine_track_new(rig->engine, id, type);
  track->channel        = engine_channel_new(rig->engine, id);
  assert_non_null(track->source);
  assert_non_null(track->channel);
  if (type == TRACK_MIDI) {
    Instrument* const instrument =
      instrument_new(info, rig->config.rate, rig->config.level);
    assert_non_null(instrument);
    rig_op(rig,
           (Operation){.type       = OPERATION_INSTRUMENT,
                       .track      = track->source,
                       .instrument = instrument});
  }

  return index;
}

static inline void
part_destroy(void* const thing)
{
  clip_part_free((ClipPart*)thing);
}

/// A clip of audio that plays a sample from its start at full level
static inline ClipPart*
rig_audio(Rig* const     rig,
          const uint32_t clip,
          const Ticks    start,
          const Ticks    end,
          Sample* const  sample)
{
  ClipPart* const part = clip_part_new(0);
  rig_keep(rig, part_destroy, part);
  part->id    = id_make(KIND_CLIP, clip);
  part->start = start;
  part->end   = end;
  part->audio = (PartAudio){.sample     = sample,
                            .speed      = SPEED_ONE,
                            .end_frames = (int64_t)sample->frames,
                            .loop_from  = NEVER_REACHED,
                            .gain       = 1.0f};
  return part;
}

/// A clip of notes, `notes` with starts and ends from the clip's start
static inline ClipPart*
rig_midi(Rig* const            rig,
         const uint32_t        clip,
         const Ticks           start,
         const Ticks           end,
         const PartNote* const notes,
         const uint32_t        num_notes)
{
  ClipPart* const part = clip_part_new(num_notes);
  rig_keep(rig, part_destroy, part);
  part->id    = id_make(KIND_CLIP, clip);
  part->start = start;
  part->end   = end;
  if (num_notes) {
    memcpy(part->notes, notes, num_notes * sizeof(PartNote));
  }

  clip_part_finish(part);
  return part;
}

/// Prepare the clips of a track
static inline void
rig_clips(Rig* const       rig,
          const uint32_t   track,
          ClipPart** const parts,
          const uint32_t   num_parts)
{
  ClipSet* const set = clip_set_new(num_parts);
  assert_non_null(set);
  for (uint32_t i = 0; i < num_parts; ++i) {
    set->parts[i] = parts[i];
  }

  clip_set_finish(set, CROSS_AUTO);
  rig_op(rig,
         (Operation){.type  = OPERATION_CLIPS,
                     .track = rig->tracks[track].source,
                     .clips = set});
}

static inline void
rig_tempo(Rig* const rig, const MicroBpm tempo)
{
  TempoMap* const map = tempo_map_new(rig->config.rate, tempo, NULL, 0);
  assert_non_null(map);
  rig_op(rig, (Operation){.type = OPERATION_TEMPO, .tempo = map});
}

static inline void
rig_transport(Rig* const rig, const TransportCommand command, const Ticks ticks)
{
  rig_op(rig,
         (Operation){.type      = OPERATION_TRANSPORT,
                     .transport = {.command = command, .ticks = ticks}});
}

static inline void
rig_loop(Rig* const rig, const bool enabled, const Ticks start, const Ticks end)
{
  rig_op(rig,
         (Operation){.type = OPERATION_LOOP,
                     .loop = {.enabled = enabled, .start = start, .end = end}});
}

/// Send a command to be heard at an engine frame
static inline void
rig_command_at(Rig* const             rig,
               const uint64_t         frame,
               const TransportCommand command,
               const Ticks            ticks)
{
  rig_transport(rig, command, ticks);
  rig_send(rig, frame);
}

/// Send the clips of the first track to be heard at an engine frame
static inline void
rig_clips_at(Rig* const       rig,
             const uint64_t   frame,
             ClipPart** const parts,
             const uint32_t   num_parts)
{
  rig_clips(rig, 0, parts, num_parts);
  rig_send(rig, frame);
}

/// Run `n` frames in cycles of `period` while `input` comes in, whose events
/// have frames from the first one on; the outputs may be null
static inline void
rig_run_input(Rig* const            rig,
              const EngineIO* const input,
              float*                left,
              float*                right,
              const uint64_t        n,
              const uint32_t        period)
{
  static float waste[2][4096];
  uint32_t     next = 0;
  for (uint64_t done = 0; done < n;) {
    const uint32_t m = n - done < period ? (uint32_t)(n - done) : period;
    MidiEvent      midi[256] = {{0}};
    EngineIO       io        = {.out_left  = left ? left + done : waste[0],
                                .out_right = right ? right + done : waste[1],
                                .in_left   = input->in_left + done,
                                .in_right  = input->in_right + done,
                                .midi      = midi};
    while (next < input->num_midi && input->midi[next].frame < done + m) {
      assert_true(io.num_midi < 256u);
      midi[io.num_midi] = input->midi[next++];
      midi[io.num_midi++].frame -= (uint32_t)done;
    }

    engine_run(rig->engine, &io, m);
    rig_collect(rig);
    done += m;
  }
}

/// Run `n` frames in cycles of `period`; the outputs may be null
static inline void
rig_run(Rig* const     rig,
        float*         left,
        float*         right,
        const uint64_t n,
        const uint32_t period)
{
  static float waste[2][4096];
  for (uint64_t done = 0; done < n;) {
    const uint32_t m  = n - done < period ? (uint32_t)(n - done) : period;
    const EngineIO io = {.out_left  = left ? left + done : waste[0],
                         .out_right = right ? right + done : waste[1]};
    engine_run(rig->engine, &io, m);
    rig_collect(rig);
    done += m;
  }
}

/// The state at the last cycle, also while another thread runs the engine
static inline Telemetry
rig_telemetry(Rig* const rig)
{
  Telemetry telemetry;
  engine_telemetry(rig->engine, &telemetry);
  assert_int_equal(telemetry.float_faults, 0);
  return telemetry;
}

/// The state before the next frame
static inline Telemetry
rig_state(Rig* const rig)
{
  const EngineIO nothing = {0};
  engine_run(rig->engine, &nothing, 0);
  return rig_telemetry(rig);
}

static inline void
rig_free(Rig* const rig)
{
  batch_free(rig->batch);
  rig_collect(rig);
  for (uint32_t i = 0; i < rig->num_tracks; ++i) {
    engine_channel_free(rig->engine, rig->tracks[i].channel);
  }

  engine_channel_free(rig->engine, rig->master);
  engine_free(rig->engine);
  for (uint32_t i = 0; i < rig->num_tracks; ++i) {
    engine_track_free(rig->tracks[i].source);
  }

  for (uint32_t i = 0; i < rig->num_things; ++i) {
    rig->things[i].release(rig->things[i].thing);
  }

  for (uint32_t i = 0; i < ENGINE_MAX_THREADS; ++i) {
    ring_free(rig->rings[i]);
  }

  free(rig);
}

#endif // SONIC_TESTS_ENGINE_RIG_H
