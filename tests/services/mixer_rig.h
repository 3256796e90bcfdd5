// SPDX-License-Identifier: GPL-3.0-or-later
//
// Services offline, with tracks that play sines

#ifndef SONIC_TESTS_SERVICES_MIXER_RIG_H
#define SONIC_TESTS_SERVICES_MIXER_RIG_H

#include "engine/engine.h"
#include "services/composition_clips.h"
#include "services/composition_state.h"
#include "services/playback.h"
#include "services/services_private.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define RATE 48000u

/// MIDI pitch of the highest sine, 110 Hz
#define PITCH 45u

static const Author author = {.client  = 1,
                              .who     = "test",
                              .what    = "test",
                              .gesture = ""};

static inline void
ignore_line(void* const handle, const char* const text)
{
  (void)handle;
  (void)text;
}

static inline Services*
offline_services(void)
{
  const char* const    no_dirs[] = {NULL};
  const ServicesConfig config    = {.data_dir     = "/nonexistent",
                                    .media_dirs   = no_dirs,
                                    .presets_dir  = "presets",
                                    .num_threads  = 2,
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

/// A MIDI track with a sine that lasts
static inline Id
create_sine(Services* const services, const uint8_t pitch, const double fader)
{
  const ClipNote note = {0, (Ticks)4000 * TICKS_PER_BEAT, pitch, 100};
  Id             id   = ID_NONE;
  Id             clip = ID_NONE;
  services_begin(services, &author);
  assert_int_equal(tracks_create(services, "Sine", TRACK_MIDI, &id), STATUS_OK);
  assert_int_equal(tracks_set_instrument(services, id, "sine"), STATUS_OK);
  assert_int_equal(
    clips_create(services, id, 0, (Ticks)4000 * TICKS_PER_BEAT, ID_NONE, &clip),
    STATUS_OK);
  assert_int_equal(notes_add(services, clip, &note, 1), STATUS_OK);
  const FieldValue value = {.number = fader};
  assert_int_equal(services_set_field(services,
                                      id,
                                      NODE_CHANNEL,
                                      node_find_field(NODE_CHANNEL, "fader"),
                                      &value),
                   STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
  return id;
}

static inline void
run(Services* const services, float* const l, float* const r, const uint32_t n)
{
  const EngineIO nothing = {0};
  engine_run(services->engine, &nothing, 0);
  for (uint32_t done = 0; done < n; done += 100u) {
    const EngineIO io = {.out_left = l + done, .out_right = r + done};
    engine_run(services->engine, &io, n - done < 100u ? n - done : 100u);
    services_poll(services);
  }
}

static inline void
play(Services* const services)
{
  services_begin(services, &author);
  assert_int_equal(playback_play(services), STATUS_OK);
  assert_int_equal(services_commit(services), STATUS_OK);
}

/// Begin, do something, commit; whatever comes of it
#define EDIT(services, action)                                                 \
  do {                                                                         \
    services_begin(services, &author);                                         \
    if ((action) != STATUS_OK) {                                               \
      services_abort(services);                                                \
    } else {                                                                   \
      assert_int_equal(services_commit(services), STATUS_OK);                  \
    }                                                                          \
  } while (0)

/// Set a field of a channel, in an edit of its own
static inline void
set_channel(Services* const   services,
            const Id          channel,
            const char* const field,
            const double      number)
{
  const FieldValue value = {.number = number};
  EDIT(services,
       services_set_field(services,
                          channel,
                          NODE_CHANNEL,
                          node_find_field(NODE_CHANNEL, field),
                          &value));
}

#endif // SONIC_TESTS_SERVICES_MIXER_RIG_H
