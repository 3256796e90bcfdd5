// SPDX-License-Identifier: GPL-3.0-or-later
//
// Snapshots of the mixer are recalled and morphed between

#include "services/composition_undo.h"
#include "services/effects.h"
#include "services/mixer.h"
#include "services/mixer_rig.h"
#include "services/mixer_snapshots.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>

static float left[2u * RATE];
static float right[2u * RATE];

/// A mixer with a track, a bus, a send and an effect
typedef struct {
  Services* services;
  Id        track;
  Id        bus;
  Id        effect;
  Id        loud; ///< Snapshots
  Id        quiet;
} Desk;

static Id
keep(Services* const services, const char* const name)
{
  Id id = ID_NONE;
  EDIT(services, snapshots_create(services, name, &id));
  assert_true(id != ID_NONE);
  return id;
}

static double
param_of(const Desk* const desk, const char* const symbol)
{
  double value = 0.0;
  assert_int_equal(effects_param(desk->services, desk->effect, symbol, &value),
                   STATUS_OK);
  return value;
}

static const Channel*
track_of(const Desk* const desk)
{
  return composition_channel(desk->services->root, desk->track);
}

static void
set_send(const Desk* const desk, const double level)
{
  const Send send = {desk->bus, level, false};
  EDIT(desk->services, mixer_set_send(desk->services, desk->track, &send));
}

static Desk
make_desk(void)
{
  Desk desk  = {.services = offline_services()};
  desk.track = create_sine(desk.services, PITCH, 0.0);
  EDIT(desk.services, mixer_create_bus(desk.services, "Bus", &desk.bus));
  EDIT(desk.services,
       effects_insert(desk.services, desk.track, "lpf", 0, &desk.effect));
  EDIT(desk.services,
       effects_set_param(desk.services, desk.effect, "cutoff", 1000.0));
  set_send(&desk, -10.0);
  desk.loud = keep(desk.services, "Loud");

  set_channel(desk.services, desk.track, "fader", -20.0);
  set_channel(desk.services, desk.track, "pan", -1.0);
  set_channel(desk.services, desk.track, "phase", 1.0);
  set_channel(desk.services, ID_MASTER, "fader", -6.0);
  EDIT(desk.services,
       effects_set_param(desk.services, desk.effect, "cutoff", 4000.0));
  set_send(&desk, -30.0);
  desk.quiet = keep(desk.services, "Quiet");
  return desk;
}

static void
test_a_recall_is_one_step(void** const state)
{
  (void)state;
  const Desk      desk     = make_desk();
  Services* const services = desk.services;
  EDIT(services, snapshots_recall(services, desk.loud));
  assert_float_equal(track_of(&desk)->fader_db, 0.0, 0.0);
  assert_float_equal(track_of(&desk)->pan, 0.0, 0.0);
  assert_float_equal(track_of(&desk)->sends->sends[0].level_db, -10.0, 0.0);
  assert_false(track_of(&desk)->phase);
  assert_float_equal(services->root->master->fader_db, 0.0, 0.0);
  assert_float_equal(param_of(&desk, "cutoff"), 1000.0, 0.0);

  // Again changes nothing, so there is no step
  const uint64_t revision = services->revision;
  EDIT(services, snapshots_recall(services, desk.loud));
  assert_int_equal(services->revision, revision);

  EDIT(services, composition_undo(services));
  assert_float_equal(track_of(&desk)->fader_db, -20.0, 0.0);
  assert_float_equal(services->root->master->fader_db, -6.0, 0.0);
  assert_float_equal(param_of(&desk, "cutoff"), 4000.0, 0.0);
  assert_true(track_of(&desk)->phase);

  // An update is what is recalled from then on
  EDIT(services, snapshots_update(services, desk.loud));
  EDIT(services, snapshots_recall(services, desk.loud));
  assert_float_equal(track_of(&desk)->fader_db, -20.0, 0.0);
  services_free(services);
}

static void
test_what_came_and_went_since_is_left_alone(void** const state)
{
  (void)state;
  const Desk      desk     = make_desk();
  Services* const services = desk.services;
  const Id        later    = create_sine(services, PITCH, -3.0);
  EDIT(services, effects_delete(services, desk.effect));
  EDIT(services, mixer_delete_bus(services, desk.bus));
  EDIT(services, snapshots_recall(services, desk.loud));
  assert_float_equal(track_of(&desk)->fader_db, 0.0, 0.0);
  assert_float_equal(
    composition_channel(services->root, later)->fader_db, -3.0, 0.0);
  assert_null(composition_find(services->root, desk.bus));
  services_free(services);
}

static Status
choose(Services* const services, const Id from, const Id to)
{
  const FieldValue a = {.id = from};
  const FieldValue b = {.id = to};
  const Status     st =
    services_set_field(services,
                       ID_COMPOSITION,
                       NODE_COMPOSITION,
                       node_find_field(NODE_COMPOSITION, "morph_from"),
                       &a);
  return st ? st
            : services_set_field(services,
                                 ID_COMPOSITION,
                                 NODE_COMPOSITION,
                                 node_find_field(NODE_COMPOSITION, "morph_to"),
                                 &b);
}

static void
test_a_morph_stands_between_two(void** const state)
{
  (void)state;
  const Desk      desk     = make_desk();
  Services* const services = desk.services;

  // With nothing chosen only the place is kept
  EDIT(services, snapshots_morph(services, 0.75));
  assert_float_equal(services->root->morph, 0.75, 0.0);
  assert_float_equal(track_of(&desk)->fader_db, -20.0, 0.0);

  EDIT(services, choose(services, desk.loud, desk.quiet));
  EDIT(services, snapshots_morph(services, 0.5));
  assert_float_equal(track_of(&desk)->fader_db, -10.0, 1e-9);
  assert_float_equal(track_of(&desk)->pan, -0.5, 1e-9);
  assert_float_equal(track_of(&desk)->sends->sends[0].level_db, -20.0, 1e-9);
  assert_float_equal(services->root->master->fader_db, -3.0, 1e-9);
  assert_float_equal(param_of(&desk, "cutoff"), 2000.0, 0.01);
  assert_true(track_of(&desk)->phase);
  EDIT(services, snapshots_morph(services, 0.25));
  assert_false(track_of(&desk)->phase);

  // The ends are what was kept
  EDIT(services, snapshots_morph(services, 0.0));
  const uint64_t revision = services->revision;
  EDIT(services, snapshots_recall(services, desk.loud));
  assert_int_equal(services->revision, revision);

  // A snapshot that goes is not chosen any more
  EDIT(services, things_delete(services, desk.quiet));
  assert_int_equal(services->root->morph_to, ID_NONE);
  EDIT(services, composition_undo(services));
  assert_int_equal(services->root->morph_to, desk.quiet);
  services_free(services);
}

static void
test_a_morph_makes_no_step(void** const state)
{
  (void)state;
  const Desk      desk     = make_desk();
  Services* const services = desk.services;
  EDIT(services, choose(services, desk.loud, desk.quiet));
  play(services);
  run(services, left, right, RATE / 2u);
  for (uint32_t i = 0; i < 16u; ++i) {
    EDIT(services, snapshots_morph(services, i % 2u ? 1.0 : 0.0));
    run(services, left + i * 4800u, right + i * 4800u, 4800u);
  }

  // A sine of 110 Hz through a filter that moves; the phase turns in 20 ms
  float most = 0.0f;
  float step = 0.0f;
  for (uint32_t f = 1; f < 16u * 4800u; ++f) {
    most = fmaxf(most, fabsf(left[f]));
    step = fmaxf(step, fabsf(left[f] - left[f - 1u]));
  }
  assert_true(most > 0.01f);
  assert_true(step < most * 0.03f);
  services_free(services);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_recall_is_one_step),
    cmocka_unit_test(test_what_came_and_went_since_is_left_alone),
    cmocka_unit_test(test_a_morph_stands_between_two),
    cmocka_unit_test(test_a_morph_makes_no_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
