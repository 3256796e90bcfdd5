// SPDX-License-Identifier: GPL-3.0-or-later
//
// Groups move the levels of their channels, pan is by power or a balance

#include "model/difference.h"
#include "services/composition_undo.h"
#include "services/mixer.h"
#include "services/mixer_groups.h"
#include "services/mixer_rig.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>

static float left[RATE];
static float right[RATE];

/// Highest sample of a channel on the left, in dB, once all moves are made
static double
level_of(Services* const services, const Id channel)
{
  EngineChannel* const strip = feed_channel(services->feed, channel);
  run(services, left, right, RATE);
  engine_take_meter(services->engine, strip);
  run(services, left, right, RATE / 4u);
  return 20.0 *
         log10((double)engine_take_meter(services->engine, strip).peak_left);
}

static void
set_group(Services* const   services,
          const Id          group,
          const char* const field,
          const double      number)
{
  const FieldValue value = {.number = number};
  EDIT(
    services,
    services_set_field(
      services, group, NODE_GROUP, node_find_field(NODE_GROUP, field), &value));
}

static Id
create_group(Services* const services)
{
  Id group = ID_NONE;
  EDIT(services, groups_create(services, "Group", &group));
  assert_true(group != ID_NONE);
  return group;
}

static void
test_faders_stay_relative_in_a_group(void** const state)
{
  (void)state;
  Services* const services = offline_services();
  const Id        a        = create_sine(services, PITCH, 0.0);
  const Id        b        = create_sine(services, PITCH, -9.0);
  const Id        other    = create_sine(services, PITCH, 0.0);
  const Id        group    = create_group(services);
  play(services);
  const double before_a     = level_of(services, a);
  const double before_b     = level_of(services, b);
  const double before_other = level_of(services, other);

  EDIT(services, groups_join(services, a, group));
  EDIT(services, groups_join(services, b, group));
  set_group(services, group, "fader", -6.0);
  assert_float_equal(level_of(services, a), before_a - 6.0, 0.05);
  assert_float_equal(level_of(services, b), before_b - 6.0, 0.05);
  assert_float_equal(level_of(services, other), before_other, 0.05);
  assert_float_equal(
    composition_channel(services->root, b)->fader_db, -9.0, 0.0);

  // A channel's own fader goes on from there
  set_channel(services, b, "fader", 3.0);
  assert_float_equal(level_of(services, b), before_b + 12.0 - 6.0, 0.05);
  set_group(services, group, "fader", -60.0);
  assert_true(level_of(services, b) < -200.0);

  // One step back, and another; then the group goes
  EDIT(services, composition_undo(services));
  EDIT(services, composition_undo(services));
  assert_float_equal(level_of(services, b), before_b - 6.0, 0.05);
  EDIT(services, things_delete(services, group));
  assert_float_equal(level_of(services, b), before_b, 0.05);
  assert_int_equal(composition_channel(services->root, a)->group, ID_NONE);
  EDIT(services, composition_undo(services));
  assert_float_equal(level_of(services, a), before_a - 6.0, 0.05);
  services_free(services);
}

static void
test_mute_and_solo_of_a_group_are_those_of_its_channels(void** const state)
{
  (void)state;
  Services* const services = offline_services();
  const Id        a        = create_sine(services, PITCH, 0.0);
  const Id        b        = create_sine(services, PITCH, 0.0);
  const Id        group    = create_group(services);
  play(services);

  // Nobody is soloed by a group without channels
  set_group(services, group, "solo", 1.0);
  assert_true(level_of(services, a) > -40.0);
  EDIT(services, groups_join(services, a, group));
  assert_true(level_of(services, a) > -40.0);
  assert_true(level_of(services, b) < -200.0);
  EDIT(services, groups_join(services, a, ID_NONE));
  assert_true(level_of(services, b) > -40.0);
  EDIT(services, groups_join(services, a, group));
  set_group(services, group, "solo", 0.0);
  assert_true(level_of(services, b) > -40.0);

  set_group(services, group, "mute", 1.0);
  assert_true(level_of(services, a) < -200.0);
  assert_true(level_of(services, b) > -40.0);
  EDIT(services, composition_undo(services));
  assert_true(level_of(services, a) > -40.0);

  services_begin(services, &author);
  assert_int_equal(groups_join(services, ID_MASTER, group), STATUS_CONFLICT);
  services_abort(services);
  services_free(services);
}

static void
test_a_groups_fader_makes_no_step(void** const state)
{
  (void)state;
  Services* const services = offline_services();
  const Id        a        = create_sine(services, PITCH, 0.0);
  const Id        group    = create_group(services);
  EDIT(services, groups_join(services, a, group));
  play(services);
  run(services, left, right, RATE / 2u);
  set_group(services, group, "fader", -60.0);
  run(services, left, right, RATE / 2u);

  float most = 0.0f;
  float step = 0.0f;
  for (uint32_t f = 1; f < RATE / 2u; ++f) {
    most = fmaxf(most, fabsf(left[f]));
    step = fmaxf(step, fabsf(left[f] - left[f - 1u]));
  }
  assert_true(most > 0.01f);
  assert_true(step < most * (float)(2.0 * M_PI * 110.0 / RATE) * 1.05f);
  services_free(services);
}

static void
test_a_balance_turns_one_side_down(void** const state)
{
  (void)state;
  Services* const services = offline_services();
  const Id        a        = create_sine(services, PITCH, 0.0);
  play(services);
  const double middle = level_of(services, a);
  set_channel(services, a, "pan", 0.5);
  assert_float_equal(level_of(services, a),
                     middle + 20.0 * log10(M_SQRT2 * cos(1.5 * M_PI_4)),
                     0.05);
  set_channel(services, a, "pan_mode", 1.0);
  assert_float_equal(level_of(services, a), middle + 20.0 * log10(0.5), 0.05);

  // The side that it leads to stays as it is
  set_channel(services, a, "pan", -0.5);
  assert_float_equal(level_of(services, a), middle, 0.05);
  set_channel(services, a, "pan_mode", 0.0);
  assert_float_equal(level_of(services, a),
                     middle + 20.0 * log10(M_SQRT2 * cos(0.5 * M_PI_4)),
                     0.05);
  services_free(services);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_faders_stay_relative_in_a_group),
    cmocka_unit_test(test_mute_and_solo_of_a_group_are_those_of_its_channels),
    cmocka_unit_test(test_a_groups_fader_makes_no_step),
    cmocka_unit_test(test_a_balance_turns_one_side_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
