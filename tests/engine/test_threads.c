// SPDX-License-Identifier: GPL-3.0-or-later
//
// Control, the process thread with a helper, and a reader of pages, at once
//
// Runs under the interposer, which ends the program if the process thread or
// the helper allocates, locks or calls the system, and is to be run under the
// thread and address sanitizers.  Everything that a batch displaces is freed
// when it is home, samples too, so a page or part that is used for too long is
// found.

#include "rig.h"

#include "support/guard.h"

#include <pthread.h>
#include <stdatomic.h>

enum { NUM_BATCHES = 3000, NUM_TRACKS = 12 };

typedef struct {
  Rig*        rig;
  atomic_bool quit;
  atomic_uint cycles;
} Shared;

/// What a track plays now, to be freed with the batch that displaces it
typedef struct {
  ClipPart* part;
  Sample*   sample;
} Playing;

static void*
process_main(void* const handle)
{
  static float  left[512];
  static float  right[512];
  Shared* const shared = (Shared*)handle;
  Random        random = {99};
  while (!atomic_load(&shared->quit)) {
    const EngineIO io = {.out_left = left, .out_right = right};
    const uint32_t n  = (uint32_t)random_below(&random, 513);
    rt_section_enter();
    engine_run(shared->rig->engine, &io, n);
    rt_section_leave();
    atomic_fetch_add(&shared->cycles, 1u);
  }

  return NULL;
}

static void*
pages_main(void* const handle)
{
  static float  silence[2 * PAGE_FRAMES];
  Shared* const shared = (Shared*)handle;
  while (!atomic_load(&shared->quit)) {
    for (uint32_t i = 0; i < shared->rig->config.num_threads; ++i) {
      PageRequest request;
      while (ring_read(shared->rig->rings[i], &request)) {
        SamplePage* const page = &request.sample->pages[request.page];
        atomic_store(&page->data, silence);
        atomic_store(&page->state, PAGE_RESIDENT);
      }
    }
  }

  return NULL;
}

static void
release_part(void* const owner, void* const thing)
{
  (void)owner;
  clip_part_free((ClipPart*)thing);
}

static void
release_sample(void* const owner, void* const thing)
{
  (void)owner;
  sample_destroy(thing);
}

/// Replace a track's clip
static void
replace(Rig* const     rig,
        Random* const  random,
        const uint32_t track,
        Playing* const playing)
{
  const Playing before = *playing;
  const Ticks   start  = (Ticks)random_below(random, BEATS(0.2));
  playing->sample      = sample_make(3 * PAGE_FRAMES, 1);
  playing->part        = clip_part_new(4);
  assert_non_null(playing->part);
  playing->part->id    = id_make(KIND_CLIP, track + 1u);
  playing->part->start = start;
  playing->part->end   = start + BEATS(0.5);
  playing->part->audio = (PartAudio){.sample     = playing->sample,
                                     .speed      = SPEED_ONE,
                                     .end_frames = 3 * PAGE_FRAMES,
                                     .loop_from  = NEVER_REACHED,
                                     .gain       = 0.5f};
  for (uint32_t i = 0; i < 4; ++i) {
    playing->part->notes[i] = (PartNote){.start    = BEATS(0.05) * i,
                                         .end      = BEATS(0.2),
                                         .pitch    = (uint8_t)(60u + i),
                                         .velocity = 100};
  }

  clip_part_finish(playing->part);
  rig_clips(rig, track, &playing->part, 1);
  if (before.part) {
    assert_true(batch_discard(rig->batch, release_part, NULL, before.part));
    assert_true(batch_discard(rig->batch, release_sample, NULL, before.sample));
  }
}

static void
random_batch(Rig* const rig, Random* const random, Playing* const playing)
{
  const uint32_t track = (uint32_t)random_below(random, NUM_TRACKS);
  for (uint64_t n = 1 + random_below(random, 3); n > 0; --n) {
    switch (random_below(random, 8)) {
      case 0:
        rig_tempo(rig, BPM(100) + (MicroBpm)random_below(random, 100000000));
        break;
      case 1:
        rig_transport(rig,
                      (TransportCommand)random_below(random, 4),
                      (Ticks)random_below(random, BEATS(1)));
        break;
      case 2:
        rig_transport(rig, TRANSPORT_PLAY, 0);
        break;
      case 3:
        rig->num_tracks -= (uint32_t)random_below(random, 3);
        rig_schedule(rig);
        rig->num_tracks = NUM_TRACKS;
        break;
      case 4:
        rig_op(rig,
               (Operation){.type    = OPERATION_STRIP,
                           .channel = rig->tracks[track].channel,
                           .param   = STRIP_FADER,
                           .value   = -(float)random_below(random, 20)});
        break;
      default:
        replace(rig, random, track, &playing[track]);
        break;
    }
  }
}

static void
test_a_hammered_engine_stays_whole(void** state)
{
  (void)state;
  const EngineConfig config              = {.rate        = RIG_RATE,
                                            .max_frames  = 512,
                                            .num_threads = 2,
                                            .level       = cpu_level_best(),
                                            .offline     = false,
                                            .share_from  = 1};
  Random             random              = {7};
  Playing            playing[NUM_TRACKS] = {{0}};
  Shared             shared              = {.rig = rig_new_with(&config)};
  Rig* const         rig                 = shared.rig;
  for (uint32_t i = 0; i < NUM_TRACKS; ++i) {
    rig_track(rig, i % 3u ? TRACK_AUDIO : TRACK_MIDI, &probe_info);
    replace(rig, &random, i, &playing[i]);
  }

  rig_schedule(rig);
  rig_loop(rig, true, 0, BEATS(0.3));
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);

  pthread_t process;
  pthread_t pages;
  assert_int_equal(pthread_create(&process, NULL, process_main, &shared), 0);
  assert_int_equal(pthread_create(&pages, NULL, pages_main, &shared), 0);

  uint32_t home = 0;
  uint32_t sent = 1;
  while (home < sent) {
    home += rig_collect(rig);
    if (sent < NUM_BATCHES && engine_can_send(rig->engine)) {
      Telemetry telemetry;
      engine_telemetry(rig->engine, &telemetry);
      assert_int_equal(telemetry.float_faults, 0);
      assert_int_equal(telemetry.not_finite, 0);
      assert_true(telemetry.state <= ENGINE_LOCATING);
      engine_take_meter(rig->engine, rig->tracks[sent % NUM_TRACKS].channel);
      random_batch(rig, &random, playing);
      rig_send(rig, telemetry.frame + random_below(&random, 3000));
      ++sent;
    }
  }

  assert_int_equal(home, NUM_BATCHES);
  assert_true(atomic_load(&shared.cycles) > 0);
  atomic_store(&shared.quit, true);
  pthread_join(process, NULL);
  pthread_join(pages, NULL);
  rig_free(rig);
  for (uint32_t i = 0; i < NUM_TRACKS; ++i) {
    clip_part_free(playing[i].part);
    sample_destroy(playing[i].sample);
  }
}

int
main(int argc, char** argv)
{
  (void)argc;
  guard_require(argv);
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_hammered_engine_stays_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
