// SPDX-License-Identifier: GPL-3.0-or-later
//
// The launcher from the document to the engine's output, and back

#include "services/composition_clips.h"
#include "services/composition_state.h"
#include "services/composition_undo.h"
#include "services/edit.h"
#include "services/launch_record.h"
#include "services/launcher.h"
#include "services/playback.h"
#include "services/services_private.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000u
#define BEAT (RATE / 2u) ///< Frames at 120 BPM
#define AT(beats) ((Ticks)((beats)*TICKS_PER_BEAT))

enum { FRAMES = 16 * BEAT };

static float heard[FRAMES];
static float again[FRAMES];

static void
ignore_line(void* const handle, const char* const text)
{
  (void)handle;
  (void)text;
}

/// A session without a clock: a track with two clips, in scenes n1 and n2, and
/// a third clip that is on the timeline only
typedef struct {
  Services* services;
  Id        track;
  Id        clips[3];
  Id        scenes[2];
} Stage;

static void
commit(Stage* const stage, const Status st)
{
  assert_int_equal(st, STATUS_OK);
  assert_int_equal(services_commit(stage->services), STATUS_OK);
}

static Stage
new_stage(void)
{
  const char* const    no_dirs[] = {NULL};
  const ServicesConfig config    = {.data_dir     = "/nonexistent",
                                    .media_dirs   = no_dirs,
                                    .presets_dir  = "presets",
                                    .num_threads  = 1,
                                    .level        = cpu_level_best(),
                                    .offline      = true,
                                    .offline_rate = RATE,
                                    .log          = ignore_line};
  char                 text[512] = "";
  Stage                stage     = {0};
  assert_int_equal(services_new(&config, text, sizeof(text), &stage.services),
                   STATUS_OK);

  Services* const services = stage.services;
  services_begin(services, NULL);
  Status st = tracks_create(services, "Part", TRACK_MIDI, &stage.track);
  for (uint32_t i = 0; !st && i < 3; ++i) {
    const ClipNote notes[2] = {
      {0, AT(0.5), (uint8_t)(50 + i * 7u), 100},
      {AT(0.75), AT(0.25), (uint8_t)(62 + i * 7u), 90}};
    st = clips_create(services,
                      stage.track,
                      AT(20.0 + 4.0 * i),
                      AT(i == 0 ? 1.5 : 2.0),
                      ID_NONE,
                      &stage.clips[i]);
    st = st ? st : notes_add(services, stage.clips[i], notes, 2);
  }

  for (uint32_t i = 0; !st && i < 2; ++i) {
    st = scenes_create(services, "Scene", &stage.scenes[i]);
    st = st ? st
            : launcher_set_slot(
                services, stage.track, stage.scenes[i], stage.clips[i]);
  }

  st = st ? st : clips_move(services, stage.clips[2], stage.track, AT(2));
  commit(&stage, st);
  return stage;
}

/// Let the engine run, and look after what follows
static void
run(Stage* const stage, const double beats, float* const out)
{
  static float   waste[2][256];
  const uint32_t n = (uint32_t)(beats * BEAT);
  for (uint32_t done = 0; done < n;) {
    const uint32_t m  = n - done < 256u ? n - done : 256u;
    const EngineIO io = {.out_left  = out ? out + done : waste[0],
                         .out_right = waste[1]};
    engine_run(stage->services->engine, &io, m);
    done += m;
  }

  const EngineIO nothing = {0};
  engine_run(stage->services->engine, &nothing, 0);
  services_poll(stage->services);
}

static void
launch(Stage* const stage, const uint32_t clip)
{
  services_begin(stage->services, NULL);
  commit(stage, launcher_launch_clip(stage->services, stage->clips[clip]));
}

static void
record(Stage* const stage, const bool on)
{
  services_begin(stage->services, NULL);
  commit(stage, launch_record_set(stage->services, on));
}

static void
command(Stage* const stage, Status (*const func)(Services*))
{
  services_begin(stage->services, NULL);
  commit(stage, func(stage->services));
}

/// Launch, change, stop; 16 beats of it
static void
perform(Stage* const stage, float* const out)
{
  launch(stage, 0);
  run(stage, 3.0, out);
  launch(stage, 1);
  run(stage, 6.0, out + 3 * BEAT);
  services_begin(stage->services, NULL);
  commit(stage, launcher_stop(stage->services, stage->track));
  run(stage, 7.0, out + 9 * BEAT);
}

static void
test_performance_becomes_an_arrangement_that_sounds_the_same(void** const state)
{
  (void)state;
  Stage           stage    = new_stage();
  Services* const services = stage.services;
  record(&stage, true);
  assert_true(launch_record_is_on(services));
  perform(&stage, heard);
  record(&stage, false);
  assert_false(launch_record_is_on(services));
  command(&stage, playback_stop);
  run(&stage, 1.0, NULL);

  // To beat 4 three times 1.5 beats less the end, to beat 12 four times 2; the
  // clip that was under them is cut away
  const Track* const track = composition_track(services->root, stage.track);
  assert_int_equal(id_list_count(track->clips), 2 + 3 + 4);
  assert_null(composition_clip(services->root, stage.clips[2]));
  assert_int_equal(launcher_slot(track, stage.scenes[0]), stage.clips[0]);

  command(&stage, playback_play);
  run(&stage, 16.0, again);
  float peak = 0.0f;
  for (uint32_t f = 0; f < FRAMES; ++f) {
    peak = fmaxf(peak, fabsf(heard[f]));
    assert_true(fabsf(heard[f] - again[f]) < 1e-6f);
  }

  assert_true(peak > 0.05f);

  // It is one step
  command(&stage, composition_undo);
  assert_non_null(composition_clip(services->root, stage.clips[2]));
  services_free(services);
}

static void
test_stop_of_the_transport_ends_the_recording(void** const state)
{
  (void)state;
  Stage           stage    = new_stage();
  Services* const services = stage.services;
  record(&stage, true);
  launch(&stage, 0);
  run(&stage, 3.0, NULL);
  command(&stage, playback_stop);
  run(&stage, 0.5, NULL);
  assert_false(launch_record_is_on(services));
  assert_int_equal(
    id_list_count(composition_track(services->root, stage.track)->clips),
    3 + 2);
  assert_int_equal(launcher_told(services, stage.track).state,
                   LAUNCH_TIMELINE_HEARD);
  services_free(services);
}

static void
test_edits_are_heard_while_a_clip_plays(void** const state)
{
  (void)state;
  Stage           stage    = new_stage();
  Services* const services = stage.services;
  launch(&stage, 1);
  run(&stage, 3.0, NULL);
  services_begin(services, NULL);
  commit(&stage, notes_clear(services, stage.clips[1]));
  run(&stage, 4.0, NULL);
  run(&stage, 4.0, heard);
  for (uint32_t f = 0; f < 4 * BEAT; ++f) {
    assert_true(fabsf(heard[f]) < 1e-3f);
  }

  // Out of its slot, it stops
  assert_int_equal(launcher_told(services, stage.track).playing,
                   stage.clips[1]);
  services_begin(services, NULL);
  commit(&stage,
         launcher_set_slot(services, stage.track, stage.scenes[1], ID_NONE));
  run(&stage, 0.5, NULL);
  assert_int_equal(launcher_told(services, stage.track).playing, ID_NONE);
  services_free(services);
}

static void
test_scene_brings_its_tempo(void** const state)
{
  (void)state;
  Stage           stage    = new_stage();
  Services* const services = stage.services;
  services_begin(services, NULL);
  Status       st    = STATUS_OK;
  Scene* const scene = (Scene*)edit_copy(services, stage.scenes[1], &st);
  assert_non_null(scene);
  scene->tempo = tempo_from_double(90.0);
  commit(&stage, edit_put(services, &scene->node));

  // While it plays, from the line on
  launch(&stage, 0);
  run(&stage, 1.0, NULL);
  services_begin(services, NULL);
  commit(&stage, launcher_launch_scene(services, stage.scenes[1]));
  run(&stage, 2.5, NULL);
  assert_int_equal(services->root->tempo, tempo_from_double(120.0));
  run(&stage, 1.0, NULL);
  assert_int_equal(services->root->tempo, tempo_from_double(90.0));
  assert_int_equal(services_telemetry(services).tempo, tempo_from_double(90.0));
  assert_int_equal(launcher_told(services, stage.track).playing,
                   stage.clips[1]);
  services_free(services);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(
      test_performance_becomes_an_arrangement_that_sounds_the_same),
    cmocka_unit_test(test_stop_of_the_transport_ends_the_recording),
    cmocka_unit_test(test_edits_are_heard_while_a_clip_plays),
    cmocka_unit_test(test_scene_brings_its_tempo),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
