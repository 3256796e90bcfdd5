// SPDX-License-Identifier: GPL-3.0-or-later
//
// Transactions from the document to the engine's output

#include "model/difference.h"
#include "services/composition_clips.h"
#include "services/composition_state.h"
#include "services/composition_undo.h"
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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE 48000u

static void
ignore_line(void* const handle, const char* const text)
{
  (void)handle;
  (void)text;
}

static Services*
offline_services(const uint32_t threads)
{
  const char* const    no_dirs[] = {NULL};
  const ServicesConfig config    = {.data_dir     = "/nonexistent",
                                    .media_dirs   = no_dirs,
                                    .presets_dir  = "presets",
                                    .num_threads  = threads,
                                    .level        = cpu_level_best(),
                                    .offline      = true,
                                    .offline_rate = RATE,
                                    .log          = ignore_line};
  char                 text[512] = "";
  Services*            services  = NULL;
  assert_int_equal(services_new(&config, text, sizeof(text), &services),
                   STATUS_OK);
  return services;
}

static Id
create_track(Services* const services, const char* const name)
{
  Id id = ID_NONE;
  services_begin(services, NULL);
  assert_int_equal(tracks_create(services, name, TRACK_MIDI, &id), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  return id;
}

/// A track with a clip of four beats and one note in it
static Id
create_part(Services* const services, const uint8_t pitch, const Ticks start)
{
  const ClipNote note  = {start, TICKS_PER_BEAT / 2, pitch, 100};
  const Id       track = create_track(services, "Part");
  Id             clip  = ID_NONE;
  services_begin(services, NULL);
  assert_int_equal(
    clips_create(services, track, 0, (Ticks)4 * TICKS_PER_BEAT, ID_NONE, &clip),
    STATUS_OK);
  assert_int_equal(notes_add(services, clip, &note, 1), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  return track;
}

/// What a render gave
typedef struct {
  float*   left;
  float*   right;
  uint64_t count;
} Take;

static bool
keep(void* const        handle,
     const float* const left,
     const float* const right,
     const uint32_t     n,
     const double       share)
{
  Take* const take = (Take*)handle;
  (void)share;
  memcpy(take->left + take->count, left, n * sizeof(float));
  memcpy(take->right + take->count, right, n * sizeof(float));
  take->count += n;
  return true;
}

static Take
render(Services* const services, const uint32_t period)
{
  Take take = {
    calloc(RATE * 8u, sizeof(float)), calloc(RATE * 8u, sizeof(float)), 0};
  RenderJob job = {.to     = (Ticks)4 * TICKS_PER_BEAT,
                   .tail   = 0.5,
                   .period = period,
                   .write  = keep,
                   .handle = &take};
  assert_int_equal(render_run(services, &job), STATUS_OK);
  assert_int_equal(take.count, render_frames(services, &job));
  return take;
}

static void
release(Take* const take)
{
  free(take->left);
  free(take->right);
}

static uint64_t
first_sound(const Take* const take)
{
  for (uint64_t i = 0; i < take->count; ++i) {
    if (take->left[i] != 0.0f || take->right[i] != 0.0f) {
      return i;
    }
  }

  return take->count;
}

static void
test_a_note_sounds_on_its_frame(void** const state)
{
  (void)state;
  Services* const services = offline_services(1);
  create_part(services, 69, TICKS_PER_BEAT);

  // 120 BPM: a beat is half a second; the first sample may be zero
  Take           take  = render(services, 256);
  const uint64_t first = first_sound(&take);
  assert_true(first == RATE / 2u || first == RATE / 2u + 1u);
  release(&take);
  services_free(services);
}

static void
test_periods_and_threads_do_not_matter(void** const state)
{
  (void)state;
  Take reference = {0};
  for (uint32_t threads = 1; threads <= 2u; ++threads) {
    static const uint32_t periods[] = {256, 16, 100, 441, 4096};
    for (uint32_t i = 0; i < 5u; ++i) {
      Services* const services = offline_services(threads);
      create_part(services, 45, 0);
      create_part(services, 64, 12345);
      create_part(services, 76, 999999);

      Take take = render(services, periods[i]);
      if (!reference.left) {
        reference = take;
        assert_true(first_sound(&take) < 2u);
      } else {
        const size_t size = take.count * sizeof(float);
        assert_int_equal(take.count, reference.count);
        assert_memory_equal(take.left, reference.left, size);
        assert_memory_equal(take.right, reference.right, size);
        release(&take);
      }

      services_free(services);
    }
  }

  release(&reference);
}

static void
test_a_failed_transaction_changes_nothing(void** const state)
{
  (void)state;
  Services* const          services = offline_services(1);
  const Id                 track    = create_part(services, 60, 0);
  const Composition* const before   = services_document(services);
  const uint64_t           revision = services_revision(services);
  Id                       id       = ID_NONE;

  // The second edit fails after the first was made
  services_begin(services, NULL);
  assert_int_equal(tracks_create(services, "X", TRACK_MIDI, &id), STATUS_OK);
  assert_int_equal(
    clips_create(services, track, -1, TICKS_PER_BEAT, ID_NONE, &id),
    STATUS_OUT_OF_RANGE);
  assert_true(strstr(services_error(services), "beat 0"));
  services_abort(services);
  assert_ptr_equal(services_document(services), before);
  assert_int_equal(services_revision(services), revision);
  services_free(services);
}

static void
test_a_loop_that_ends_before_it_starts_is_refused(void** const state)
{
  (void)state;
  Services* const    services = offline_services(1);
  const Field* const start    = node_find_field(NODE_COMPOSITION, "loop.start");
  const Field* const end      = node_find_field(NODE_COMPOSITION, "loop.end");
  const FieldValue   late     = {.ticks = (Ticks)20 * TICKS_PER_BEAT};
  const FieldValue   later    = {.ticks = (Ticks)24 * TICKS_PER_BEAT};
  services_begin(services, NULL);
  assert_int_equal(services_set_field(
                     services, ID_COMPOSITION, NODE_COMPOSITION, start, &late),
                   STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OUT_OF_RANGE);

  // Both at once, in whatever order, are fine
  services_begin(services, NULL);
  services_set_field(services, ID_COMPOSITION, NODE_COMPOSITION, start, &late);
  services_set_field(services, ID_COMPOSITION, NODE_COMPOSITION, end, &later);
  assert_int_equal(services_commit(services), STATUS_OK);
  assert_int_equal(services_document(services)->loop_start, late.ticks);
  services_free(services);
}

static Status
undo(Services* const services, Status (*const step)(Services*))
{
  services_begin(services, NULL);
  const Status st = step(services);
  if (st) {
    services_abort(services);
    return st;
  }

  return services_commit(services);
}

static bool
differs(void* const handle, const Change* const change)
{
  (void)handle;
  return change->before && change->after &&
         node_equal(change->before, change->after);
}

static void
test_undo_brings_back_and_redo_repeats(void** const state)
{
  (void)state;
  Services* const    services = offline_services(1);
  Composition* const empty    = composition_retain(services_document(services));
  const Id           track    = create_part(services, 60, 0);
  Composition* const full     = composition_retain(services_document(services));
  Take               with     = render(services, 256);

  assert_int_equal(undo(services, composition_undo), STATUS_OK);
  assert_int_equal(undo(services, composition_undo), STATUS_OK);
  assert_true(
    document_difference(empty, services_document(services), differs, NULL));
  assert_int_equal(undo(services, composition_undo), STATUS_CONFLICT);
  Take without = render(services, 256);
  assert_int_equal(first_sound(&without), without.count);

  assert_int_equal(undo(services, composition_redo), STATUS_OK);
  assert_int_equal(undo(services, composition_redo), STATUS_OK);
  assert_true(
    document_difference(full, services_document(services), differs, NULL));
  assert_int_equal(undo(services, composition_redo), STATUS_CONFLICT);
  Take again = render(services, 256);
  assert_memory_equal(again.left, with.left, with.count * sizeof(float));

  // Numbers are not used again after an undo
  undo(services, composition_undo);
  undo(services, composition_undo);
  assert_true(id_number(create_track(services, "New")) > id_number(track));
  release(&with);
  release(&without);
  release(&again);
  composition_release(empty);
  composition_release(full);
  services_free(services);
}

static void
set_fader(Services* const services, const Id track, const double level)
{
  const Author     author = {7, "test", "/fader", "/fader"};
  const FieldValue value  = {.number = level};
  services_begin(services, &author);
  assert_int_equal(services_set_field(services,
                                      track,
                                      NODE_CHANNEL,
                                      node_find_field(NODE_CHANNEL, "fader"),
                                      &value),
                   STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
}

static void
test_a_gesture_is_one_step(void** const state)
{
  (void)state;
  Services* const services = offline_services(1);
  const Id        track    = create_part(services, 60, 0);
  for (int i = 0; i < 500; ++i) {
    set_fader(services, track, -0.1 * i);
  }

  assert_int_equal(undo(services, composition_undo), STATUS_OK);
  assert_float_equal(
    composition_channel(services_document(services), track)->fader_db,
    0.0,
    0.0);
  services_free(services);
}

static double
fader(const Services* const services, const Id track)
{
  return composition_channel(services_document(services), track)->fader_db;
}

static void
test_an_edit_after_an_undo_begins_a_branch(void** const state)
{
  (void)state;
  Services* const services = offline_services(1);
  const Id        track    = create_part(services, 60, 0);
  set_fader(services, track, -6.0);
  const uint64_t quiet = services_revision(services);
  undo(services, composition_undo);
  create_track(services, "Branch");
  const uint64_t branch = services_revision(services);
  assert_float_equal(fader(services, track), 0.0, 0.0);

  services_begin(services, NULL);
  assert_int_equal(composition_go_to(services, quiet), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  assert_float_equal(fader(services, track), -6.0, 0.0);
  assert_int_equal(undo(services, composition_redo), STATUS_CONFLICT);

  services_begin(services, NULL);
  assert_int_equal(composition_go_to(services, branch), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  assert_float_equal(fader(services, track), 0.0, 0.0);

  services_begin(services, NULL);
  assert_int_equal(composition_go_to(services, 9999), STATUS_NOT_FOUND);
  services_abort(services);
  services_free(services);
}

static Status
undo_of(Services* const services, const uint32_t client)
{
  const Author author = {client, "test", "/undo/mine", ""};
  const char*  what   = NULL;
  services_begin(services, &author);
  const Status st = composition_undo_mine(services, &what);
  if (st) {
    services_abort(services);
    return st;
  }

  return services_commit(services);
}

static void
test_a_client_takes_back_its_own(void** const state)
{
  (void)state;
  Services* const services = offline_services(1);
  const Id        track    = create_part(services, 60, 0);
  set_fader(services, track, -6.0); // By client 7
  const Id other = create_track(services, "Another's");

  assert_int_equal(undo_of(services, 7), STATUS_OK);
  assert_float_equal(fader(services, track), 0.0, 0.0);
  assert_non_null(composition_track(services_document(services), other));
  assert_int_equal(undo_of(services, 7), STATUS_CONFLICT);

  // It is a step, which can be undone
  assert_int_equal(undo(services, composition_undo), STATUS_OK);
  assert_float_equal(fader(services, track), -6.0, 0.0);
  services_free(services);
}

static void
test_what_others_changed_since_is_not_taken_back(void** const state)
{
  (void)state;
  Services* const services = offline_services(1);
  const Id        track    = create_part(services, 60, 0);
  set_fader(services, track, -6.0); // By client 7
  const Author     author = {8, "test", "/fader", ""};
  const FieldValue value  = {.number = -9.0};
  services_begin(services, &author);
  services_set_field(services,
                     track,
                     NODE_CHANNEL,
                     node_find_field(NODE_CHANNEL, "fader"),
                     &value);
  assert_int_equal(services_commit(services), STATUS_OK);

  assert_int_equal(undo_of(services, 7), STATUS_CONFLICT);
  assert_float_equal(fader(services, track), -9.0, 0.0);
  assert_int_equal(undo_of(services, 8), STATUS_OK);
  assert_float_equal(fader(services, track), -6.0, 0.0);
  services_free(services);
}

static bool
drop(void* const        handle,
     const float* const left,
     const float* const right,
     const uint32_t     n)
{
  (void)handle;
  (void)left;
  (void)right;
  (void)n;
  return true;
}

static void
test_a_full_queue_lets_levels_wait(void** const state)
{
  (void)state;
  // Nothing runs the engine meanwhile, so its queue fills up
  Services* const services = offline_services(1);
  const Id        track    = create_part(services, 60, 0);
  for (int i = 0; i < 100000; ++i) {
    set_fader(services, track, i % 2 ? -3.0 : -20.0);
  }

  set_fader(services, track, -60.0);

  // Once it runs, the levels that waited follow
  const OfflineJob job = {256, 256, drop, NULL, NULL};
  assert_int_equal(offline_run(services->engine, &job), STATUS_OK);
  services_poll(services);
  assert_null(services->waiting);

  Take take = render(services, 256);
  assert_int_equal(first_sound(&take), take.count);
  release(&take);
  services_free(services);
}

static void
test_solo_silences_the_others(void** const state)
{
  (void)state;
  Services* const    services = offline_services(1);
  const Id           low      = create_part(services, 45, 0);
  const Id           high     = create_part(services, 80, TICKS_PER_BEAT);
  const Field* const solo     = node_find_field(NODE_CHANNEL, "solo");
  const FieldValue   on       = {.number = 1.0};
  const FieldValue   off      = {.number = 0.0};
  services_begin(services, NULL);
  services_set_field(services, high, NODE_CHANNEL, solo, &on);
  assert_int_equal(services_commit(services), STATUS_OK);
  Take take = render(services, 256);
  assert_true(first_sound(&take) >= RATE / 2u);
  release(&take);

  services_begin(services, NULL);
  services_set_field(services, high, NODE_CHANNEL, solo, &off);
  assert_int_equal(services_commit(services), STATUS_OK);
  take = render(services, 256);
  assert_true(first_sound(&take) < 2u);
  release(&take);
  (void)low;
  services_free(services);
}

static void
test_a_bus_passes_on_what_leads_to_it(void** const state)
{
  (void)state;
  Services* const services = offline_services(1);
  const Id        track    = create_part(services, 60, 0);
  Take            direct   = render(services, 256);
  Id              bus      = ID_NONE;
  services_begin(services, NULL);
  assert_int_equal(mixer_create_bus(services, "Bus", &bus), STATUS_OK);
  assert_int_equal(mixer_set_output(services, track, bus), STATUS_OK);
  assert_int_equal(mixer_set_output(services, bus, bus), STATUS_CONFLICT);
  assert_int_equal(services_commit(services), STATUS_OK);

  Take through = render(services, 256);
  assert_memory_equal(through.left, direct.left, direct.count * sizeof(float));
  release(&through);

  // The bus has a fader of its own, and its end leads back to the master
  set_fader(services, bus, -60.0);
  through = render(services, 256);
  assert_int_equal(first_sound(&through), through.count);
  release(&through);
  services_begin(services, NULL);
  assert_int_equal(mixer_delete_bus(services, bus), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  through = render(services, 256);
  assert_memory_equal(through.left, direct.left, direct.count * sizeof(float));
  release(&through);
  release(&direct);
  services_free(services);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_note_sounds_on_its_frame),
    cmocka_unit_test(test_periods_and_threads_do_not_matter),
    cmocka_unit_test(test_a_failed_transaction_changes_nothing),
    cmocka_unit_test(test_a_loop_that_ends_before_it_starts_is_refused),
    cmocka_unit_test(test_undo_brings_back_and_redo_repeats),
    cmocka_unit_test(test_a_gesture_is_one_step),
    cmocka_unit_test(test_an_edit_after_an_undo_begins_a_branch),
    cmocka_unit_test(test_a_client_takes_back_its_own),
    cmocka_unit_test(test_what_others_changed_since_is_not_taken_back),
    cmocka_unit_test(test_a_full_queue_lets_levels_wait),
    cmocka_unit_test(test_solo_silences_the_others),
    cmocka_unit_test(test_a_bus_passes_on_what_leads_to_it),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
