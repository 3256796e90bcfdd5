// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits while playing leave alone what they are not about
//
// Two tracks, one of audio and one of notes, are observed: they are panned to
// the left, and all others to the right, so the left output is theirs alone.
// It is recorded without edits and then while a stream of edits changes the
// others, adds some and takes them away: it has to be the same bit for bit,
// while the right output is not.

#include "support/random.h"
#include "support/studio.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  RATE      = 48000,
  BEATS     = 56,        ///< Length of the material
  FAST      = 24 * RATE, ///< Frames of a recording in freewheel
  REAL      = 4 * RATE,  ///< And of one in real time
  MAX_ADDED = 6,         ///< Tracks that are added at a time
  AT_A_TIME = 8,         ///< Edits in each beat
};

#define TEMPO 120.0

static Studio studio;

static int
tear_down(void** state)
{
  (void)state;
  studio_free(&studio);
  return 0;
}

static void
start(const uint32_t period, const bool freewheel)
{
  studio_init(&studio, RATE, period);
  studio.jackd.realtime = !freewheel && jackd_can_realtime();
  studio_start(&studio, NULL, FAST);
  studio_create(&studio, TEMPO);
}

// The material

/// A track on one side, owned by the caller
static char*
make_track(const char* const type, const double pan)
{
  char        path[128];
  char* const track = studio_make(
    &studio, "/compositions/current/tracks/create", "ss", "Track", type);
  snprintf(path, sizeof(path), "/mixer/channels/%s/pan", track);
  studio_ask(&studio, path, "f", pan);
  return track;
}

static char*
import_drum(const char* const name)
{
  char path[256];
  snprintf(path, sizeof(path), "%s/%s", STUDIO_DRUMS, name);
  return studio_make(&studio, "/samples/import", "s", path);
}

static char*
make_clip(const char* const track, const double beat, const char* const sample)
{
  char path[128];
  snprintf(
    path, sizeof(path), "/compositions/current/tracks/%s/clips/create", track);
  return studio_make(&studio, path, "dfs", beat, 0.0f, sample);
}

/// A MIDI track with notes; its clip, owned by the caller
static char*
fill_notes(const char* const track, const char* const instrument, const int key)
{
  char path[128];
  snprintf(
    path, sizeof(path), "/compositions/current/tracks/%s/instrument", track);
  studio_ask(&studio, path, "s", instrument);
  snprintf(
    path, sizeof(path), "/compositions/current/tracks/%s/clips/create", track);
  char* const clip = studio_make(&studio, path, "ff", 0.0f, (double)BEATS);

  const lo_message notes = lo_message_new();
  for (int i = 0; i < 60; ++i) {
    lo_message_add_int32(notes, key + i * 5 % 12);
    lo_message_add_float(notes, (float)(i * BEATS) / 60.0f);
    lo_message_add_float(notes, i % 3 ? 0.4f : 2.5f);
    lo_message_add_int32(notes, 60 + i);
  }
  snprintf(
    path, sizeof(path), "/compositions/current/clips/%s/notes/add", clip);
  studio_ask_message(&studio, path, notes);
  return clip;
}

// The edits

/// What edits are about
typedef struct {
  Random   random;
  uint32_t frames;           ///< Of the recording
  char*    sample;           ///< To be played by clips that are added
  char*    tracks[2];        ///< An audio and a MIDI track
  char*    clips[2];         ///< A clip of each
  char*    added[MAX_ADDED]; ///< Tracks, or null
  uint32_t edits;            ///< Made while the recording went on
} Others;

static double
random_beat(Others* const others)
{
  return (double)random_below(&others->random, BEATS * 1000u) / 1000.0;
}

static double
random_level(Others* const others)
{
  return (double)random_below(&others->random, 7200u) / 100.0 - 60.0;
}

static void
move_fader(Others* const others, const char* const track)
{
  char path[128];
  snprintf(path, sizeof(path), "/mixer/channels/%s/fader", track);
  studio_ask(&studio, path, "f", random_level(others));
}

/// Add a track with a clip, or take one away.  A new track is in the middle
/// and takes 20 ms to the right, so its clip begins a while after that.
static void
add_or_delete(Others* const others)
{
  char         path[128];
  char** const place = &others->added[random_below(&others->random, MAX_ADDED)];
  if (*place) {
    snprintf(
      path, sizeof(path), "/compositions/current/tracks/%s/delete", *place);
    studio_ask(&studio, path, "");
    free(*place);
    *place = NULL;
    return;
  }

  *place = make_track("audio", 1.0);
  const double beat =
    osc_number(studio_ask(&studio, "/playback/position", ""), 0);
  free(make_clip(*place, beat + 1.0, others->sample));
}

static void
move_clip(Others* const others)
{
  char      path[128];
  const int which = (int)random_below(&others->random, 2);
  snprintf(path,
           sizeof(path),
           "/compositions/current/clips/%s/move",
           others->clips[which]);
  studio_ask(&studio, path, "sd", others->tracks[which], random_beat(others));
}

/// A fader, a switch and a note in one transaction
static void
edit_in_bundle(Others* const others)
{
  char             paths[3][128];
  const lo_bundle  bundle     = lo_bundle_new(LO_TT_IMMEDIATE);
  const lo_message messages[] = {
    lo_message_new(), lo_message_new(), lo_message_new()};
  snprintf(
    paths[0], sizeof(paths[0]), "/mixer/channels/%s/fader", others->tracks[0]);
  snprintf(
    paths[1], sizeof(paths[1]), "/mixer/channels/%s/mute", others->tracks[1]);
  snprintf(paths[2],
           sizeof(paths[2]),
           "/compositions/current/clips/%s/notes/add",
           others->clips[1]);
  lo_message_add_float(messages[0], (float)random_level(others));
  lo_message_add_int32(messages[1], (int32_t)random_below(&others->random, 2));
  lo_message_add_int32(messages[2],
                       36 + (int32_t)random_below(&others->random, 40));
  lo_message_add_double(messages[2], random_beat(others));
  lo_message_add_float(messages[2], 1.0f);
  lo_message_add_int32(messages[2], 100);
  for (int i = 0; i < 3; ++i) {
    lo_bundle_add_message(bundle, paths[i], messages[i]);
  }

  assert_true(osc_client_send_bundle(studio.client, bundle));
  lo_bundle_free_recursive(bundle);
  for (int i = 0; i < 3; ++i) {
    const OscReceived* const answer =
      osc_client_wait_answer(studio.client, paths[i], STUDIO_MS);
    assert_non_null(answer);
    assert_string_not_equal(answer->path, "/error");
  }
}

static void
edit(Others* const others)
{
  char path[128];
  switch (random_below(&others->random, 7)) {
    case 0:
    case 1:
      add_or_delete(others);
      break;

    case 2:
      move_clip(others);
      break;

    case 3:
      edit_in_bundle(others);
      break;

    case 4:
      snprintf(path,
               sizeof(path),
               "/compositions/current/tracks/%s/position",
               others->tracks[random_below(&others->random, 2)]);
      studio_ask(&studio, path, "i", 1 + (int)random_below(&others->random, 4));
      break;

    case 5:
      move_fader(others, others->tracks[0]);
      studio_ask(&studio, "/undo", "");
      break;

    default:
      move_fader(others, others->tracks[random_below(&others->random, 2)]);
      break;
  }
}

/// Edit until the recording is complete, some at a time
static void
edit_meanwhile(Studio* const s, void* const handle)
{
  Others* const others = (Others*)handle;

  others->edits = 0;
  for (int beat = 1; capture_frames(s->capture) < others->frames; ++beat) {
    for (int i = 0; i < AT_A_TIME; ++i) {
      edit(others);
      ++others->edits;
    }
    studio_wait_beat(s, beat);
  }
}

/// Keep a recording to compare with
static const char*
keep(const Studio* const s, const void* const handle)
{
  const Sound* const sound = (const Sound*)handle;
  const size_t       size  = sound->frames * sizeof(float);
  memcpy(sound->left, capture_left(s->capture), size);
  memcpy(sound->right, capture_right(s->capture), size);
  return NULL;
}

static const char*
check_left(const Studio* const s, const void* const handle)
{
  const Sound* const sound  = (const Sound*)handle;
  const uint32_t     frames = capture_frames(s->capture);
  const char* const  wrong =
    sound_difference("left", capture_left(s->capture), sound->left, frames);
  if (wrong) {
    return wrong;
  }
  return sound_difference(
           "right", capture_right(s->capture), sound->right, frames)
           ? NULL
           : "the edits were not heard";
}

/// The observed tracks; an impulse marks where they start
static void
make_observed(void)
{
  Sound mark   = sound_new(64, RATE);
  mark.left[0] = 1.0f;
  sound_write(&mark, studio_music(&studio, "mark.wav"));
  sound_free(&mark);

  char* const drum  = import_drum("ForzeeStereo/Ride-0.wav");
  char* const audio = make_track("audio", -1.0);
  char* const midi  = make_track("midi", -1.0);
  free(studio_place(&studio, audio, 0.0, studio_music(&studio, "mark.wav")));
  for (double beat = 0.3; beat < BEATS; beat += 3.7) {
    free(make_clip(audio, beat, drum));
  }
  free(fill_notes(midi, "pluck", 50));
  free(drum);
  free(audio);
  free(midi);
}

static Others
make_others(const uint64_t seed)
{
  Others others = {.random = {seed},
                   .sample = import_drum("HardElectro1/Amp_Clap_1.flac")};

  others.tracks[0] = make_track("audio", 1.0);
  others.tracks[1] = make_track("midi", 1.0);
  others.clips[0]  = make_clip(others.tracks[0], 0.7, others.sample);
  others.clips[1]  = fill_notes(others.tracks[1], "bass", 36);
  for (double beat = 2.0; beat < BEATS; beat += 2.5) {
    free(make_clip(others.tracks[0], beat, others.sample));
  }
  return others;
}

static void
free_others(const Others* const others)
{
  for (int i = 0; i < 2; ++i) {
    free(others->tracks[i]);
    free(others->clips[i]);
  }
  for (int i = 0; i < MAX_ADDED; ++i) {
    free(others->added[i]);
  }
  free(others->sample);
}

/// Record without edits in freewheel, then with edits
static void
record_edits(const uint32_t period, const uint32_t frames, const bool freewheel)
{
  start(period, freewheel);

  // What is edited has lanes before and behind what is observed
  char* const first = make_track("audio", 1.0);
  make_observed();
  Others others   = make_others(period);
  Sound  sound    = sound_new(frames, RATE);
  others.frames   = frames;
  others.added[0] = first;

  studio_record(&studio, frames, true, keep, &sound);
  studio.meanwhile = edit_meanwhile;
  studio.handle    = &others;
  studio_record(&studio, frames, freewheel, check_left, &sound);
  assert_true(others.edits >= frames / (RATE * 60.0 / TEMPO) * AT_A_TIME);

  sound_free(&sound);
  free_others(&others);
  studio_stop(&studio);
}

static void
test_edits_leave_other_tracks_alone_in_freewheel(void** state)
{
  (void)state;
  record_edits(64, FAST, true);
}

static void
test_edits_leave_other_tracks_alone_in_real_time(void** state)
{
  (void)state;
  record_edits(256, REAL, false);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_edits_leave_other_tracks_alone_in_freewheel,
                              tear_down),
    cmocka_unit_test_teardown(test_edits_leave_other_tracks_alone_in_real_time,
                              tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
