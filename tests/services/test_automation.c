// SPDX-License-Identifier: GPL-3.0-or-later
//
// Automation from the document to the engine's output

#include "services/automation.h"
#include "services/automation_record.h"
#include "services/composition_clips.h"
#include "services/composition_state.h"
#include "services/composition_undo.h"
#include "services/edit.h"
#include "services/effects.h"
#include "services/mixer.h"
#include "services/playback.h"
#include "services/render.h"
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

static void
ignore_line(void* const handle, const char* const text)
{
  (void)handle;
  (void)text;
}

/// A session without a clock, with a track that plays one note for 16 beats
static Services*
new_session(Id* const track, Id* const clip)
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
  const ClipNote       note      = {0, (Ticks)16 * TICKS_PER_BEAT, 60, 100};
  char                 text[512] = "";
  Services*            services  = NULL;
  assert_int_equal(services_new(&config, text, sizeof(text), &services),
                   STATUS_OK);
  services_begin(services, NULL);
  assert_int_equal(tracks_create(services, "Part", TRACK_MIDI, track),
                   STATUS_OK);
  assert_int_equal(
    clips_create(
      services, *track, 0, (Ticks)16 * TICKS_PER_BEAT, ID_NONE, clip),
    STATUS_OK);
  assert_int_equal(notes_add(services, *clip, &note, 1), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  return services;
}

typedef struct {
  float    left[RATE * 10u];
  uint64_t count;
} Take;

static Take take;

static bool
keep(void* const        handle,
     const float* const left,
     const float* const right,
     const uint32_t     n,
     const double       share)
{
  (void)handle;
  (void)right;
  (void)share;
  memcpy(take.left + take.count, left, n * sizeof(float));
  take.count += n;
  return true;
}

/// Level in dB of a second of the present document's sound, from a beat on
static double
level(Services* const services, const double beat, const double length)
{
  RenderJob job = {
    .from = 0, .to = (Ticks)16 * TICKS_PER_BEAT, .period = 256, .write = keep};
  take.count = 0;
  assert_int_equal(render_run(services, &job), STATUS_OK);

  double         power = 0.0;
  const uint32_t from  = (uint32_t)(beat * BEAT);
  const uint32_t count = (uint32_t)(length * BEAT);
  for (uint32_t i = from; i < from + count; ++i) {
    power += (double)take.left[i] * (double)take.left[i];
  }

  return 10.0 * log10(power / count + 1e-20);
}

static Id
automate(Services* const              services,
         const char* const            address,
         const Id                     clip,
         const AutomationPoint* const points,
         const uint32_t               count)
{
  Id id = ID_NONE;
  services_begin(services, NULL);
  assert_int_equal(automation_create(services, address, clip, &id), STATUS_OK);
  assert_int_equal(automation_put_points(services, id, points, count),
                   STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  return id;
}

static void
undo(Services* const services)
{
  services_begin(services, NULL);
  assert_int_equal(composition_undo(services), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
}

#define AT(beats) ((Ticks)(beats)*TICKS_PER_BEAT)

static void
test_fader_follows_points_and_comes_back(void** const state)
{
  (void)state;
  Id              track    = ID_NONE;
  Id              clip     = ID_NONE;
  Services* const services = new_session(&track, &clip);

  const double          plain    = level(services, 4.0, 1.0);
  const AutomationPoint points[] = {{.at = AT(0), .value = 0.0},
                                    {.at = AT(4), .value = -20.0},
                                    {.at = AT(8), .value = -20.0}};
  const Id              id =
    automate(services, "/mixer/channels/t1/fader", ID_NONE, points, 3);
  assert_true(plain > -60.0);
  assert_true(fabs(level(services, 4.5, 1.0) - (plain - 20.0)) < 0.5);
  assert_true(fabs(level(services, 1.9, 0.2) - (plain - 10.0)) < 1.0);

  // Off, undone and taken away, the value is the document's again
  const bool       off   = false;
  const FieldValue value = {.number = off};
  const NodeInfo*  info  = node_info(NODE_AUTOMATION);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    if (!strcmp(info->fields[i].key, "enabled")) {
      services_begin(services, NULL);
      assert_int_equal(
        services_set_field(
          services, id, NODE_AUTOMATION, &info->fields[i], &value),
        STATUS_OK);
      assert_int_equal(services_commit(services), STATUS_OK);
    }
  }

  assert_true(fabs(level(services, 4.5, 1.0) - plain) < 0.5);
  undo(services);
  assert_true(fabs(level(services, 4.5, 1.0) - (plain - 20.0)) < 0.5);
  services_begin(services, NULL);
  assert_int_equal(things_delete(services, id), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  assert_true(fabs(level(services, 4.5, 1.0) - plain) < 0.5);
  services_free(services);
}

static void
test_clip_carries_its_automation(void** const state)
{
  (void)state;
  Id              track    = ID_NONE;
  Id              clip     = ID_NONE;
  Services* const services = new_session(&track, &clip);
  const double    plain    = level(services, 4.0, 1.0);

  // The timeline says -10 dB everywhere, a clip of another track from beat 2 to
  // 6 says -30 from its first beat on
  const AutomationPoint always   = {.value = -10.0};
  const AutomationPoint inside[] = {
    {.at = AT(0), .value = -20.0, .shape = SHAPE_HOLD},
    {.at = AT(1), .value = -30.0, .shape = SHAPE_HOLD}};
  Id other_track = ID_NONE;
  Id other       = ID_NONE;
  services_begin(services, NULL);
  assert_int_equal(tracks_create(services, "Other", TRACK_MIDI, &other_track),
                   STATUS_OK);
  assert_int_equal(
    clips_create(services, other_track, AT(2), AT(4), ID_NONE, &other),
    STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  automate(services, "/mixer/channels/t1/fader", ID_NONE, &always, 1);
  automate(services, "/mixer/channels/t1/fader", other, inside, 2);
  assert_true(fabs(level(services, 1.0, 1.0) - (plain - 10.0)) < 0.5);
  assert_true(fabs(level(services, 2.3, 0.6) - (plain - 20.0)) < 0.5);
  assert_true(fabs(level(services, 3.3, 2.0) - (plain - 30.0)) < 0.5);
  assert_true(fabs(level(services, 6.3, 1.0) - (plain - 10.0)) < 0.5);

  // It moves with the clip
  services_begin(services, NULL);
  assert_int_equal(clips_move(services, other, other_track, AT(8)), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  assert_true(fabs(level(services, 3.3, 2.0) - (plain - 10.0)) < 0.5);
  assert_true(fabs(level(services, 9.3, 2.0) - (plain - 30.0)) < 0.5);
  services_free(services);
}

static void
test_what_is_moved_may_go_and_return(void** const state)
{
  (void)state;
  Id              track    = ID_NONE;
  Id              clip     = ID_NONE;
  Services* const services = new_session(&track, &clip);
  const double    plain    = level(services, 4.0, 1.0);

  const AutomationPoint low = {.value = -24.0};
  const AutomationPoint end = {.value = 12.0};
  automate(services, "/mixer/channels/t1/fader", ID_NONE, &low, 1);
  automate(services,
           "/compositions/current/tracks/t1/params/osc1_semitone",
           ID_NONE,
           &end,
           1);
  services_begin(services, NULL);
  assert_int_equal(tracks_delete(services, track), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  assert_true(level(services, 4.0, 1.0) < -100.0);
  undo(services);
  assert_true(fabs(level(services, 4.0, 1.0) - (plain - 24.0)) < 3.0);
  services_free(services);
}

/// Let the engine run, and look after what follows
static void
run(Services* const services, const double beats)
{
  static float out[2][256];
  for (uint32_t left = (uint32_t)(beats * BEAT); left;) {
    const uint32_t n  = left < 256u ? left : 256u;
    const EngineIO io = {.out_left = out[0], .out_right = out[1]};
    engine_run(services->engine, &io, n);
    left -= n;
  }

  const EngineIO nothing = {0};
  engine_run(services->engine, &nothing, 0);
  services_poll(services);
}

static void
set_fader(Services* const services, const double db)
{
  const Author     author = {7, "test", "fader", "fader"};
  const FieldValue value  = {.number = db};
  const NodeInfo*  info   = node_info(NODE_CHANNEL);
  services_begin(services, &author);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    if (!strcmp(info->fields[i].key, "fader")) {
      assert_int_equal(services_set_field(services,
                                          id_make(KIND_TRACK, 1),
                                          NODE_CHANNEL,
                                          &info->fields[i],
                                          &value),
                       STATUS_OK);
    }
  }

  assert_int_equal(services_commit(services), STATUS_OK);
}

static void
set_mode(Services* const services, const int32_t mode)
{
  services_begin(services, NULL);
  edit_root(services)->automation_mode = mode;
  assert_int_equal(services_commit(services), STATUS_OK);
}

static void
command(Services* const services, Status (*const func)(Services*))
{
  services_begin(services, NULL);
  assert_int_equal(func(services), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
}

typedef struct {
  AutomationPoint points[32];
  uint32_t        count;
} Points;

static void
keep_point(void* const handle, const AutomationPoint* const point)
{
  Points* const points = (Points*)handle;
  assert_true(points->count < 32u);
  points->points[points->count++] = *point;
}

static Points
points_of(Services* const services)
{
  Points   points = {.count = 0};
  const Id id = automation_find(services, "/mixer/channels/t1/fader", ID_NONE);
  if (id) {
    assert_int_equal(automation_each_point(services, id, keep_point, &points),
                     STATUS_OK);
  }

  return points;
}

static bool
is_point(const AutomationPoint* const point,
         const double                 beat,
         const double                 value)
{
  return fabs(ticks_to_beats(point->at) - beat) < 0.02 &&
         fabs(point->value - value) < 0.01;
}

static void
test_touch_is_played_in_until_let_go(void** const state)
{
  (void)state;
  Id                    track    = ID_NONE;
  Id                    clip     = ID_NONE;
  Services* const       services = new_session(&track, &clip);
  const AutomationPoint low      = {.value = -40.0};
  automate(services, "/mixer/channels/t1/fader", ID_NONE, &low, 1);

  // Reading, a value that is set makes no points and is not heard
  command(services, playback_play);
  run(services, 1.0);
  set_fader(services, -3.0);
  run(services, 0.5);
  assert_int_equal(points_of(services).count, 1);

  set_mode(services, 1);
  automation_finger(services, "/mixer/channels/t1/fader", true);
  run(services, 0.5);
  set_fader(services, -10.0);
  run(services, 1.0);
  set_fader(services, -20.0);
  run(services, 1.0);
  assert_int_equal(points_of(services).count, 1);
  automation_finger(services, "/mixer/channels/t1/fader", false);
  run(services, 1.0);

  const Points points = points_of(services);
  assert_int_equal(points.count, 6);
  assert_true(is_point(&points.points[0], 0.0, -40.0));
  assert_true(is_point(&points.points[1], 2.0, -40.0));
  assert_true(is_point(&points.points[2], 2.0, -10.0));
  assert_true(is_point(&points.points[3], 3.0, -20.0));
  assert_true(is_point(&points.points[4], 4.0, -20.0));
  assert_true(is_point(&points.points[5], 4.0, -40.0));
  command(services, playback_stop);
  run(services, 1.0);

  // It is one step
  undo(services);
  assert_int_equal(points_of(services).count, 1);
  services_free(services);
}

static void
test_latch_goes_on_until_the_stop(void** const state)
{
  (void)state;
  Id              track    = ID_NONE;
  Id              clip     = ID_NONE;
  Services* const services = new_session(&track, &clip);
  set_mode(services, 2);
  command(services, playback_play);
  run(services, 1.0);
  set_fader(services, -12.0);
  run(services, 2.0);
  assert_int_equal(points_of(services).count, 0);
  command(services, playback_stop);
  run(services, 0.5);

  const Points points = points_of(services);
  assert_int_equal(points.count, 2);
  assert_true(is_point(&points.points[0], 1.0, -12.0));
  assert_true(is_point(&points.points[1], 3.0, -12.0));
  services_free(services);
}

static void
test_write_takes_the_place_of_all(void** const state)
{
  (void)state;
  Id                    track    = ID_NONE;
  Id                    clip     = ID_NONE;
  Services* const       services = new_session(&track, &clip);
  const AutomationPoint old[]    = {{.at = AT(1), .value = -40.0},
                                    {.at = AT(2), .value = -30.0}};
  automate(services, "/mixer/channels/t1/fader", ID_NONE, old, 2);
  set_mode(services, 3);
  command(services, playback_play);
  run(services, 0.1);
  run(services, 2.9);
  command(services, playback_pause);
  run(services, 0.5);

  const Points points = points_of(services);
  assert_true(points.count >= 2u);
  for (uint32_t i = 0; i < points.count; ++i) {
    const double beat = ticks_to_beats(points.points[i].at);
    assert_true(fabs(points.points[i].value) < 0.01 || beat < 0.11 ||
                beat > 2.9);
  }

  services_free(services);
}

static void
test_effects_sends_and_input_gains_are_automated(void** const state)
{
  (void)state;
  static const AutomationPoint points[] = {
    {0, 0.0, SHAPE_HOLD, 0.0},
    {(Ticks)8 * TICKS_PER_BEAT, -20.0, SHAPE_HOLD, 0.0}};

  Id              track    = ID_NONE;
  Id              clip     = ID_NONE;
  Id              effect   = ID_NONE;
  Id              bus      = ID_NONE;
  Services* const services = new_session(&track, &clip);
  const double    full     = level(services, 4.0, 1.0);
  services_begin(services, NULL);
  assert_int_equal(effects_insert(services, track, "gain", 0, &effect),
                   STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  Id curve = automate(services, "/effects/e1/gain", ID_NONE, points, 2);
  assert_float_equal(level(services, 4.0, 1.0), full, 0.2);
  assert_float_equal(level(services, 12.0, 1.0), full - 20.0, 0.5);

  // Input gain is before the effects, so it adds to theirs
  services_begin(services, NULL);
  assert_int_equal(things_delete(services, curve), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  curve =
    automate(services, "/mixer/channels/t1/input_gain", ID_NONE, points, 2);
  assert_float_equal(level(services, 12.0, 1.0), full - 20.0, 0.5);

  // A send beside what goes to the master: twice as much, then a tenth more
  services_begin(services, NULL);
  assert_int_equal(things_delete(services, curve), STATUS_OK);
  assert_int_equal(mixer_create_bus(services, "Bus", &bus), STATUS_OK);
  const Send send = {bus, -60.0, false};
  assert_int_equal(mixer_set_send(services, track, &send), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  automate(services, "/mixer/channels/t1/sends/b1", ID_NONE, points, 2);
  assert_float_equal(level(services, 4.0, 1.0), full + 6.02, 0.2);
  assert_float_equal(level(services, 12.0, 1.0), full + 0.83, 0.2);
  services_free(services);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_fader_follows_points_and_comes_back),
    cmocka_unit_test(test_clip_carries_its_automation),
    cmocka_unit_test(test_touch_is_played_in_until_let_go),
    cmocka_unit_test(test_latch_goes_on_until_the_stop),
    cmocka_unit_test(test_write_takes_the_place_of_all),
    cmocka_unit_test(test_what_is_moved_may_go_and_return),
    cmocka_unit_test(test_effects_sends_and_input_gains_are_automated),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
