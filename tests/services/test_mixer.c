// SPDX-License-Identifier: GPL-3.0-or-later
//
// Effects, buses and sends from the document to the output

#include "engine/channel.h"
#include "engine/engine_state.h"
#include "model/difference.h"
#include "services/composition_undo.h"
#include "services/effects.h"
#include "services/mixer.h"
#include "services/mixer_rig.h"
#include "support/random.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 1000u
#define MAX_FRAMES (STEPS * 1000u)

#define TURN (2.0 * M_PI * 110.0 / RATE)

static float left[MAX_FRAMES];
static float right[MAX_FRAMES];

/// A thing of the composition, ID_NONE if there is none
static Id
any_of(const IdList* const ids, Random* const random)
{
  return id_list_count(ids) ? ids->ids[random_below(random, id_list_count(ids))]
                            : ID_NONE;
}

static Id
any_channel(const Composition* const root, Random* const random)
{
  switch (random_below(random, 4)) {
    case 0:
      return ID_MASTER;
    case 1: {
      const Id bus = any_of(root->order[KIND_BUS], random);
      return bus ? bus : ID_MASTER;
    }
    default:
      return any_of(root->order[KIND_TRACK], random);
  }
}

static Status
bypass(Services* const services, const Id effect, const bool on)
{
  const FieldValue value = {.number = on};
  return services_set_field(services,
                            effect,
                            NODE_EFFECT,
                            node_find_field(NODE_EFFECT, "bypass"),
                            &value);
}

/// Make one edit by chance
static void
walk_on(Services* const services, Random* const random)
{
  static const char* const types[] = {
    "gain", "eq3", "compressor", "limiter", "delay"};
  const Composition* const root    = services->root;
  const Id                 channel = any_channel(root, random);
  const Id                 bus     = any_of(root->order[KIND_BUS], random);
  const IdList* const      chain  = composition_channel(root, channel)->effects;
  const Id                 effect = any_of(chain, random);
  Id                       id     = ID_NONE;
  const uint32_t           what   = (uint32_t)random_below(random, 9);
  switch (what) {
    case 0:
    case 1:
      if (id_list_count(chain) < 4) {
        EDIT(services,
             effects_insert(
               services,
               channel,
               types[random_below(random, 5)],
               (int64_t)random_below(random, id_list_count(chain) + 1u) + 1,
               &id));
      }
      break;
    case 2:
      EDIT(services,
           effect ? effects_move(
                      services,
                      effect,
                      (int64_t)random_below(random, id_list_count(chain)) + 1)
                  : STATUS_NOT_FOUND);
      break;
    case 3:
      EDIT(services,
           effect ? bypass(services, effect, random_below(random, 2))
                  : STATUS_NOT_FOUND);
      break;
    case 4:
      EDIT(services,
           effect ? effects_delete(services, effect) : STATUS_NOT_FOUND);
      break;
    case 5:
      if (id_list_count(root->order[KIND_BUS]) < 4) {
        EDIT(services, mixer_create_bus(services, "Bus", &id));
      } else {
        EDIT(services, mixer_delete_bus(services, bus));
      }
      break;
    case 6: {
      const Send send = {
        bus, -20.0 + (double)random_below(random, 10), random_below(random, 2)};
      EDIT(services,
           bus ? mixer_set_send(services, channel, &send) : STATUS_NOT_FOUND);
      break;
    }
    case 7:
      EDIT(services,
           bus ? mixer_remove_send(services, channel, bus) : STATUS_NOT_FOUND);
      break;
    default:
      EDIT(services,
           mixer_set_output(services,
                            channel,
                            bus && random_below(random, 2) ? bus : ID_MASTER));
      break;
  }
}

/// No sample may be further from the one before than a sine of the level
/// around it goes, and 0.1 dB of that level
static void
check_steps(const float* const samples, const uint32_t n)
{
  const uint32_t period = RATE / 55u;
  for (uint32_t f = period; f + period < n; ++f) {
    const double step = fabs((double)samples[f] - (double)samples[f - 1u]);
    if (step < 1e-4) {
      continue;
    }

    double level = 0.0;
    for (uint32_t k = f - period; k < f + period; ++k) {
      level = fmax(level, fabs((double)samples[k]));
    }

    const double allowed = level * (TURN + pow(10.0, 0.1 / 20.0) - 1.0);
    if (step > allowed) {
      fail_msg(
        "a step of %g at frame %u, where %g is the level", step, f, level);
    }
  }
}

static bool
check_same(void* const handle, const Change* const change)
{
  (void)handle;
  assert_non_null(change->before);
  assert_non_null(change->after);
  assert_true(node_equal(change->before, change->after));
  return true;
}

/// Nothing of the engine may be in use but what was there before
static void
check_lanes(const Services* const services)
{
  uint32_t channels = 0;
  for (const Bank* bank = services->engine->banks; bank; bank = bank->next) {
    for (const UnitBank* unit = bank->units; unit; unit = unit->next) {
      assert_int_equal(unit->used, 0);
    }

    for (const SendBank* send = bank->sends; send; send = send->next) {
      assert_int_equal(send->used, 0);
    }

    for (uint32_t i = 0; i < LANES; ++i) {
      channels += bank->channels[i].used;
    }
  }

  assert_int_equal(channels, 3 + 2); // Tracks, preview, master
  assert_int_equal(services->engine->in_flight, 0);
}

static void
test_a_thousand_edits_while_it_plays(void** const state)
{
  (void)state;
  Services* const services = offline_services();
  create_sine(services, PITCH, -12.0);
  create_sine(services, PITCH - 5u, -15.0);
  create_sine(services, PITCH - 12u, -12.0);
  const Composition* const before = composition_retain(services->root);
  const uint64_t           first  = services->revision;
  play(services);

  Random   random = {20};
  uint32_t done   = 0;
  for (uint32_t i = 0; i < STEPS; ++i) {
    const uint32_t n = 100u + (uint32_t)random_below(&random, 700);
    run(services, left + done, right + done, n);
    done += n;
    walk_on(services, &random);
  }

  assert_true(services->revision - first > STEPS / 3u);
  check_steps(left, done);
  check_steps(right, done);

  // All of it taken back is what there was, while it plays on
  const uint64_t edits = services->revision - first;
  done                 = 0;
  for (uint64_t i = 0; i < edits; ++i) {
    EDIT(services, composition_undo(services));
    run(services, left + done, right + done, 300);
    done += 300;
  }

  check_steps(left, done);
  run(services, left, right, RATE);
  document_difference(before, services->root, check_same, NULL);
  check_lanes(services);
  composition_release(before);
  services_free(services);
}

/// Highest sample of a channel since this was asked last
static float
peak_of(const Services* const services, const Id channel)
{
  return engine_take_meter(services->engine,
                           feed_channel(services->feed, channel))
    .peak_left;
}

static void
test_a_soloed_bus_is_heard_with_what_flows_into_it(void** const state)
{
  (void)state;
  Services* const  services = offline_services();
  const Id         a        = create_sine(services, PITCH, 0.0);
  const Id         b        = create_sine(services, PITCH, 0.0);
  const FieldValue on       = {.number = 1.0};
  Id               bus      = ID_NONE;
  services_begin(services, &author);
  assert_int_equal(mixer_create_bus(services, "Bus", &bus), STATUS_OK);
  assert_int_equal(mixer_set_output(services, a, bus), STATUS_OK);
  assert_int_equal(
    services_set_field(
      services, bus, NODE_CHANNEL, node_find_field(NODE_CHANNEL, "solo"), &on),
    STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  play(services);
  run(services, left, right, RATE / 2u);

  assert_true(peak_of(services, a) > 0.01f);
  assert_true(peak_of(services, bus) > 0.01f);
  assert_true(peak_of(services, b) == 0.0f);

  // What is safe is heard all the same
  services_begin(services, &author);
  services_set_field(
    services, b, NODE_CHANNEL, node_find_field(NODE_CHANNEL, "solo_safe"), &on);
  assert_int_equal(services_commit(services), STATUS_OK);
  run(services, left, right, RATE / 2u);
  assert_true(peak_of(services, b) > 0.01f);
  services_free(services);
}

static void
test_the_limiter_adds_latency_while_it_is_on(void** const state)
{
  (void)state;
  Services* const services = offline_services();
  create_sine(services, PITCH, 12.0);
  create_sine(services, PITCH, 12.0);
  const Field* const enabled =
    node_find_field(NODE_COMPOSITION, "master.limiter.enabled");
  const FieldValue on  = {.number = 1.0};
  const FieldValue off = {.number = 0.0};
  assert_non_null(enabled);
  assert_int_equal(mixer_latency(services), 0);
  EDIT(services,
       services_set_field(
         services, ID_COMPOSITION, NODE_COMPOSITION, enabled, &on));
  assert_true(mixer_latency(services) > 0);
  play(services);
  run(services, left, right, RATE);
  const float ceiling = powf(10.0f, -1.0f / 20.0f);
  for (uint32_t f = 0; f < RATE; ++f) {
    assert_true(fabsf(left[f]) <= ceiling);
  }

  EDIT(services,
       services_set_field(
         services, ID_COMPOSITION, NODE_COMPOSITION, enabled, &off));
  assert_int_equal(mixer_latency(services), 0);
  run(services, left, right, RATE);
  float most = 0.0f;
  for (uint32_t f = RATE / 2u; f < RATE; ++f) {
    most = fmaxf(most, fabsf(left[f]));
  }

  assert_true(most > ceiling);
  services_free(services);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_thousand_edits_while_it_plays),
    cmocka_unit_test(test_a_soloed_bus_is_heard_with_what_flows_into_it),
    cmocka_unit_test(test_the_limiter_adds_latency_while_it_is_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
