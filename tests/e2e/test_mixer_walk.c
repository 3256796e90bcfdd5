// SPDX-License-Identifier: GPL-3.0-or-later
//
// A random walk over effects, buses and sends while sines play
//
// What is added, moved, bypassed, led elsewhere or taken away makes no step in
// what JACK hears; all of it taken back is the composition that there was, and
// the memory is back as well.

#include "support/lengthy.h"
#include "support/random.h"
#include "support/studio.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <jansson.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  RATE         = 48000,
  PERIOD       = 256,
  TRACKS       = 3,
  BUSES        = 3,
  CHANNELS     = TRACKS + BUSES + 1, ///< The master is the last
  MASTER       = CHANNELS - 1,
  CHAIN        = 4,  ///< Most effects of a channel
  A_STEP       = 2,  ///< Edits between two looks at the clock
  PITCH        = 45, ///< Of the highest sine, 110 Hz
  USUAL        = 60, ///< Edits
  MAX_ATTEMPTS = 5
};

#define TURN (2.0 * M_PI * 110.0 / RATE)

typedef struct {
  char id[16];
  bool bypassed;
} Effect;

/// A channel as the walk has made it; "" if it is not there
typedef struct {
  char   id[16];
  int    output; ///< Bus from 0, or -1
  bool   sends[BUSES];
  Effect effects[CHAIN];
  int    count;
} Channel;

typedef struct {
  Random   random;
  Channel  channels[CHANNELS];
  uint32_t frames; ///< Of the recording
  int      edits;
  char     wrong[160];
} Walk;

static Studio studio;

static int
tear_down(void** state)
{
  (void)state;
  studio_free(&studio);
  return 0;
}

static int
below(Walk* const walk, const int bound)
{
  return (int)random_below(&walk->random, (uint64_t)bound);
}

// The edits; each is a step of its own, unless it answers false

/// A channel that is there
static Channel*
any_channel(Walk* const walk)
{
  for (;;) {
    Channel* const channel = &walk->channels[below(walk, CHANNELS)];
    if (channel->id[0]) {
      return channel;
    }
  }
}

static bool
add_effect(Walk* const walk)
{
  static const char* const types[] = {"gain",
                                      "eq3",
                                      "compressor",
                                      "limiter",
                                      "delay",
                                      "stereo_width",
                                      "reverb",
                                      "ping_pong_delay",
                                      "lpf",
                                      "eq8",
                                      "plate_reverb",
                                      "chorus"};
  Channel* const           channel = any_channel(walk);
  if (channel->count == CHAIN) {
    return false;
  }

  const int   slot = below(walk, channel->count + 1);
  char* const id =
    studio_make(&studio,
                "/effects/insert",
                "ssi",
                channel->id,
                types[below(walk, sizeof(types) / sizeof(types[0]))],
                slot + 1);
  Effect* const at = &channel->effects[slot];
  memmove(at + 1, at, (size_t)(channel->count++ - slot) * sizeof(Effect));
  *at = (Effect){.bypassed = false};
  snprintf(at->id, sizeof(at->id), "%.15s", id);
  free(id);
  return true;
}

static bool
change_effect(Walk* const walk)
{
  char           path[128];
  Channel* const channel = any_channel(walk);
  const int      slot    = channel->count ? below(walk, channel->count) : -1;
  Effect* const  effect  = slot < 0 ? NULL : &channel->effects[slot];
  if (!effect) {
    return false;
  }

  const Effect kept = *effect;
  const int    to   = below(walk, channel->count);
  switch (below(walk, 3)) {
    case 0:
      effect->bypassed = !effect->bypassed;
      snprintf(path, sizeof(path), "/effects/%s/bypass", effect->id);
      studio_ask(&studio, path, "i", effect->bypassed);
      return true;

    case 1:
      snprintf(path, sizeof(path), "/effects/%s/delete", effect->id);
      studio_ask(&studio, path, "");
      memmove(
        effect, effect + 1, (size_t)(--channel->count - slot) * sizeof(Effect));
      return true;

    default:
      if (to == slot) {
        return false;
      }

      snprintf(path, sizeof(path), "/effects/%s/move", effect->id);
      studio_ask(&studio, path, "i", to + 1);
      if (to > slot) {
        memmove(effect, effect + 1, (size_t)(to - slot) * sizeof(Effect));
      } else {
        memmove(&channel->effects[to + 1],
                &channel->effects[to],
                (size_t)(slot - to) * sizeof(Effect));
      }
      channel->effects[to] = kept;
      return true;
  }
}

static bool
change_bus(Walk* const walk)
{
  char           path[128];
  const int      number = below(walk, BUSES);
  Channel* const bus    = &walk->channels[TRACKS + number];
  if (!bus->id[0]) {
    char* const id = studio_make(&studio, "/mixer/buses/create", "s", "Bus");
    *bus           = (Channel){.output = -1};
    snprintf(bus->id, sizeof(bus->id), "%.15s", id);
    free(id);
    return true;
  }

  snprintf(path, sizeof(path), "/mixer/buses/%s/delete", bus->id);
  studio_ask(&studio, path, "");
  bus->id[0] = '\0';
  bus->count = 0;
  for (int i = 0; i < CHANNELS; ++i) {
    Channel* const channel = &walk->channels[i];
    channel->sends[number] = false;
    channel->output        = channel->output == number ? -1 : channel->output;
  }
  return true;
}

/// Lead a track, or a bus to one behind it, somewhere or no longer
static bool
change_way(Walk* const walk)
{
  char           path[128];
  const int      from    = below(walk, TRACKS + BUSES);
  const int      number  = below(walk, BUSES);
  Channel* const channel = &walk->channels[from];
  Channel* const bus     = &walk->channels[TRACKS + number];
  if (!channel->id[0] || !bus->id[0] || TRACKS + number <= from) {
    return false;
  }

  if (below(walk, 2)) {
    channel->output = channel->output == number ? -1 : number;
    snprintf(path, sizeof(path), "/mixer/channels/%s/output", channel->id);
    studio_ask(&studio, path, "s", channel->output < 0 ? "master" : bus->id);
    return true;
  }

  const bool adds        = !channel->sends[number];
  channel->sends[number] = adds;
  snprintf(path,
           sizeof(path),
           "/mixer/channels/%s/sends/%s%s",
           channel->id,
           bus->id,
           adds ? "" : "/delete");
  if (adds) {
    studio_ask(&studio, path, "f", -20.0 + below(walk, 10));
  } else {
    studio_ask(&studio, path, "");
  }
  return true;
}

static bool
walk_on(Walk* const walk)
{
  switch (below(walk, 7)) {
    case 0:
    case 1:
      return add_effect(walk);
    case 2:
    case 3:
      return change_effect(walk);
    case 4:
      return change_bus(walk);
    default:
      return change_way(walk);
  }
}

/// Walk until the recording is complete
static void
walk_meanwhile(Studio* const s, void* const handle)
{
  Walk* const walk = (Walk*)handle;
  for (double beat = 0.05; capture_frames(s->capture) < walk->frames;
       beat += 0.05) {
    for (int done = 0; done < A_STEP;) {
      done += walk_on(walk);
    }

    walk->edits += A_STEP;
    studio_wait_beat(s, beat);
  }
}

// What is heard

/// No sample may be further from the one before than a sine of the level
/// around it goes, and 0.1 dB of that level; null if none is
static const char*
check_side(Walk* const walk, const float* const samples, const uint32_t n)
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

    if (step > level * (TURN + pow(10.0, 0.1 / 20.0) - 1.0)) {
      snprintf(walk->wrong,
               sizeof(walk->wrong),
               "a step of %g at frame %u, where %g is the level",
               step,
               f,
               level);
      return walk->wrong;
    }
  }

  return NULL;
}

/// Note what is wrong with a recording; a walk goes on from where it is, so it
/// is repeated from the start
static const char*
check_steps(const Studio* const s, const void* const handle)
{
  Walk* const    walk   = (Walk*)handle;
  const uint32_t frames = capture_frames(s->capture);
  walk->wrong[0]        = '\0';
  if (!check_side(walk, capture_left(s->capture), frames)) {
    check_side(walk, capture_right(s->capture), frames);
  }
  return NULL;
}

// The composition

/// A track with a sine that lasts
static void
make_sine(Channel* const channel, const int pitch, const double fader)
{
  char        path[128];
  char* const track = studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "Sine", "midi");
  *channel = (Channel){.output = -1};
  snprintf(channel->id, sizeof(channel->id), "%.15s", track);
  free(track);

  snprintf(path,
           sizeof(path),
           "/compositions/current/tracks/%s/instrument",
           channel->id);
  studio_ask(&studio, path, "s", "sine");
  snprintf(path, sizeof(path), "/mixer/channels/%s/fader", channel->id);
  studio_ask(&studio, path, "f", fader);
  snprintf(path,
           sizeof(path),
           "/compositions/current/tracks/%s/clips/create",
           channel->id);
  char* const clip = studio_make(&studio, path, "ff", 0.0, 4000.0);
  snprintf(
    path, sizeof(path), "/compositions/current/clips/%s/notes/add", clip);
  studio_ask(&studio, path, "iffi", pitch, 0.0, 4000.0, 100);
  free(clip);
}

/// The open composition without its counters, owned by the caller
static json_t*
read_composition(void)
{
  char* const   text = studio_json(&studio);
  json_t* const json = json_loads(text, 0, NULL);
  assert_non_null(json);
  json_object_del(json, "next_id");
  free(text);
  return json;
}

/// Take a step back, once the engine has room for it; what it was
static const char*
undo(void)
{
  const OscReceived* answer = NULL;
  do {
    assert_true(osc_client_send(studio.client, "/undo", ""));
    answer = osc_client_wait_answer(studio.client, "/undo", STUDIO_MS);
    assert_non_null(answer);
  } while (!strcmp(answer->path, "/error") &&
           !strcmp(osc_text(answer, 1), "busy"));
  if (!strcmp(answer->path, "/error")) {
    studio_fail(&studio, "/undo: %s", osc_text(answer, 2));
  }
  return osc_text(answer, 1);
}

/// Take steps back up to the one that is an edit of an address, and that too
static void
undo_to(const char* const ending)
{
  const size_t length = strlen(ending);
  for (;;) {
    const char* const what = undo();
    const size_t      size = strlen(what);
    if (size >= length && !strcmp(what + size - length, ending)) {
      return;
    }
  }
}

/// Walk for so many frames, and take all of it back
static void
walk_once(Walk* const walk, const uint32_t frames, const bool freewheel)
{
  json_t* const before = read_composition();

  // A step to come back to, which is heard by nobody
  studio_ask(&studio, "/mixer/channels/master/solo_safe", "i", 1);
  walk->frames     = frames;
  walk->edits      = 0;
  studio.meanwhile = walk_meanwhile;
  studio.handle    = walk;
  studio_record(&studio, frames, freewheel, check_steps, walk);
  studio_sync(&studio);
  undo_to("solo_safe");

  json_t* const after = read_composition();
  assert_true(json_equal(before, after));
  json_decref(before);
  json_decref(after);
  for (int i = TRACKS; i < MASTER; ++i) {
    walk->channels[i] = (Channel){.output = -1};
  }
  for (int i = 0; i < CHANNELS; ++i) {
    Channel* const channel = &walk->channels[i];
    channel->output        = -1;
    channel->count         = 0;
    memset(channel->sends, 0, sizeof(channel->sends));
  }
}

/// Walk, again if JACK was interrupted
static void
walk_there_and_back(Walk* const    walk,
                    const uint32_t frames,
                    const bool     freewheel)
{
  for (int attempt = 1;; ++attempt) {
    walk_once(walk, frames, freewheel);
    const uint32_t xruns = capture_xruns(studio.capture);
    if (!walk->wrong[0]) {
      return;
    }
    if (!xruns || attempt == MAX_ATTEMPTS) {
      studio_fail(
        &studio, "%d edits, %u xruns: %s", walk->edits, xruns, walk->wrong);
    }
  }
}

/// Start all, with three tracks that play sines
static void
start(Walk* const walk, const uint32_t frames, const bool freewheel)
{
  studio_init(&studio, RATE, PERIOD);
  studio.jackd.realtime = !freewheel && jackd_can_realtime();
  studio_start(&studio, NULL, frames);
  studio_create(&studio, 120.0);
  make_sine(&walk->channels[0], PITCH, -12.0);
  make_sine(&walk->channels[1], PITCH - 5, -15.0);
  make_sine(&walk->channels[2], PITCH - 12, -12.0);
  snprintf(
    walk->channels[MASTER].id, sizeof(walk->channels[MASTER].id), "master");
}

/// What was taken back stays a branch of the tree of undo, with its documents
#define KEPT_BY_UNDO (6u << 20u)

static uint32_t
frames_of(const int edits)
{
  return (uint32_t)(edits / A_STEP) * RATE / 20u;
}

static void
test_a_walk_makes_no_step_and_leads_back(void** state)
{
  (void)state;
  Walk walk = {.random = {20}};
  start(&walk, frames_of(USUAL), false);

  // What is made once and kept for later is made the first time, on the same
  // way
  walk_there_and_back(&walk, frames_of(USUAL), false);
  StudioUsage before = studio_usage(&studio);
  before.memory += KEPT_BY_UNDO;
  walk.random = (Random){20};
  walk_there_and_back(&walk, frames_of(USUAL), false);
  assert_true(walk.edits * 2 >= USUAL);
  studio_check_usage(&studio, &before);
  print_message("%d edits\n", walk.edits);
  studio_stop(&studio);
}

/// A thousand, which no interruption by other programs can be heard in
static void
test_a_long_walk_in_freewheel(void** state)
{
  (void)state;
  const int edits = lengthy(0, 1000);
  if (!edits) {
    skip();
  }

  Walk walk = {.random = {21}};
  start(&walk, frames_of(edits), true);
  walk_there_and_back(&walk, frames_of(edits) / 4u, true);
  const StudioUsage before = studio_usage(&studio);
  walk_there_and_back(&walk, frames_of(edits), true);
  print_message("%d edits\n", walk.edits);
  assert_true(walk.edits >= edits);
  studio_check_usage(&studio, &before);
  studio_stop(&studio);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_a_walk_makes_no_step_and_leads_back,
                              tear_down),
    cmocka_unit_test_teardown(test_a_long_walk_in_freewheel, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
