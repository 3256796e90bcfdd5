// SPDX-License-Identifier: GPL-3.0-or-later
//
// Instruments that play recordings: a sample of the composition, a preset of
// the user's with zones; what is wrong with a preset's file

#include "services/composition_state.h"
#include "services/composition_undo.h"
#include "services/preset_save.h"
#include "services/samples.h"
#include "services/synthesis.h"
#include "services/zones.h"
#include "song.h"
#include "support/random.h"
#include "units/sampler.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#define FRAMES 24000u
#define T1 (id_make(KIND_TRACK, 1))

/// A note on frame 0 and one an octave up on frame 24000, half a beat later
static const char song_json[] =
  "{\"format\": 1, \"id\": \"x\", \"name\": \"x\", \"tempo\": 120.0,"
  " \"samples\": [{\"id\": \"s1\", \"name\": \"Noise\", \"file\": "
  "\"noise.wav\"}],"
  " \"tracks\": [{\"id\": \"t1\", \"name\": \"Keys\", \"type\": \"midi\","
  "  \"instrument\": \"%s\", \"clips\": [{\"id\": \"c1\", \"start\": 0.0,"
  "  \"length\": 4.0, \"notes\": [[60, 0.0, 1.0, 127], [72, 1.0, 1.0, %u]]}]}],"
  " \"buses\": [], \"next_id\": {\"t\": 2, \"c\": 2, \"s\": 2}}";

static Song  song;
static Sound noise;

static int
set_up(void** state)
{
  (void)state;
  char   path[TEMP_PATH_SIZE + 32];
  Random random = {7};
  noise         = sound_new(FRAMES, SONG_RATE);
  for (uint32_t i = 0; i < FRAMES; ++i) {
    noise.left[i]  = 0.3f * random_sample(&random);
    noise.right[i] = 0.3f * random_sample(&random);
  }
  song_init(&song);
  snprintf(path, sizeof(path), "%s/noise.wav", song.folder);
  sound_write(&noise, path);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  song_free(&song);
  sound_free(&noise);
  return 0;
}

static void
open_song(const char* const instrument, const unsigned velocity)
{
  char json[2048];
  snprintf(json, sizeof(json), song_json, instrument, velocity);
  song_open(&song, json);
}

static void
check_recording(const Take* const take)
{
  for (uint32_t i = 0; i < FRAMES - 100u; ++i) {
    if (fabsf(take->left[i] - noise.left[i]) > 1e-5f ||
        fabsf(take->right[i] - noise.right[i]) > 1e-5f) {
      fail_msg("Frame %u: %g", i, (double)take->left[i]);
    }
  }

  // An octave up it is over after half of the time
  assert_true(take_peak(take, FRAMES, FRAMES + 11000u) > 0.1f);
  assert_true(take_peak(take, FRAMES + 13000u, take->frames) < 1e-4f);
}

static void
test_a_sample_is_an_instrument(void** const state)
{
  (void)state;
  open_song("sample:s1", 127);
  Take take = song_render(&song, 0, 4 * SONG_BEAT, 256);
  check_recording(&take);

  Take other = song_render(&song, 0, 4 * SONG_BEAT, 77);
  assert_null(sound_difference("left", other.left, take.left, take.frames));
  take_free(&other);
  take_free(&take);
}

static void
test_it_is_chosen_edited_and_undone(void** const state)
{
  (void)state;
  open_song("", 127);
  song_begin(&song);
  assert_int_equal(tracks_set_instrument(song.services, T1, "sample:s9"),
                   STATUS_NOT_FOUND);
  services_abort(song.services);

  song_begin(&song);
  song_commit(&song, tracks_set_instrument(song.services, T1, "sample:s1"));
  Take take = song_render(&song, 0, 4 * SONG_BEAT, 256);
  check_recording(&take);

  // It is in use
  song_begin(&song);
  assert_int_equal(samples_delete(song.services, id_make(KIND_SAMPLE, 1)),
                   STATUS_CONFLICT);
  assert_non_null(strstr(services_error(song.services), "Keys"));
  services_abort(song.services);

  // A parameter
  song_begin(&song);
  song_commit(&song, tracks_set_param(song.services, T1, "tune", 12.0));
  Take high = song_render(&song, 0, 4 * SONG_BEAT, 256);
  assert_true(take_peak(&high, 13000u, 23000u) < 1e-4f);
  take_free(&high);

  // Back, one step after the other
  song_begin(&song);
  song_commit(&song, composition_undo(song.services));
  Take again = song_render(&song, 0, 4 * SONG_BEAT, 256);
  assert_null(sound_difference("left", again.left, take.left, take.frames));
  take_free(&again);
  take_free(&take);

  song_begin(&song);
  song_commit(&song, composition_undo(song.services));
  const Track* const track =
    composition_track(services_document(song.services), T1);
  assert_string_equal(string_text(track->instrument), "");
}

/// What a completion brought
typedef struct {
  Status status;
  char   text[512];
} Done;

static void
note_done(void* const handle, const Status status, const char* const text)
{
  Done* const done = (Done*)handle;
  done->status     = status;
  snprintf(done->text, sizeof(done->text), "%s", text);
}

static void
write_preset(const char* const name, const char* const text)
{
  char path[TEMP_PATH_SIZE + 64];
  snprintf(path, sizeof(path), "%s/instruments", song.folder);
  mkdir(path, 0755);
  snprintf(path, sizeof(path), "%s/instruments/%s", song.folder, name);
  temp_file_write(path, text, strlen(text));
}

static void
test_a_preset_has_zones(void** const state)
{
  (void)state;
  write_preset(
    "layers.json",
    "{\"name\": \"layers\", \"engine\": \"sampler\",\n"
    " \"params\": {\"release\": 50},\n \"zones\": [\n"
    "  {\"file\": \"../noise.wav\", \"velocities\": [1, 90], \"level\": -12},\n"
    "  {\"file\": \"../noise.wav\", \"velocities\": [91, 127], \"keys\": [0, "
    "60]},\n  {\"file\": \"../noise.wav\", \"velocities\": [91, 127], "
    "\"keys\": [61, 127], \"root\": 72}]}");
  open_song("layers", 127);
  Take take = song_render(&song, 0, 4 * SONG_BEAT, 256);
  for (uint32_t i = 0; i < FRAMES - 100u; ++i) {
    assert_true(fabsf(take.left[i] - noise.left[i]) < 1e-5f);
    assert_true(fabsf(take.left[FRAMES + i] - noise.left[i]) < 2e-5f);
  }

  // The soft layer, by its own level and velocity
  song_free(&song);
  sound_free(&noise);
  set_up(NULL);
  write_preset(
    "layers.json",
    "{\"name\": \"layers\", \"engine\": \"sampler\", \"params\": "
    "{\"velocity\": 0}, \"zones\": [{\"file\": \"../noise.wav\", "
    "\"velocities\": [1, 90], \"level\": -6.0206, \"root\": 72, \"keys\": [61, "
    "90]}]}");
  take_free(&take);
  open_song("layers", 40);
  take = song_render(&song, 0, 4 * SONG_BEAT, 256);
  assert_true(take_peak(&take, 0, FRAMES) == 0.0f);
  for (uint32_t i = 0; i < FRAMES - 100u; ++i) {
    assert_true(fabsf(take.left[FRAMES + i] - 0.5f * noise.left[i]) < 2e-5f);
  }
  take_free(&take);
}

static void
test_a_sample_is_saved_as_a_preset(void** const state)
{
  (void)state;
  Done             done       = {STATUS_INTERNAL, ""};
  const Completion completion = {note_done, NULL, &done};
  open_song("sample:s1", 127);
  song_begin(&song);
  song_commit(&song, tracks_set_param(song.services, T1, "attack", 30.0));
  assert_int_equal(
    tracks_save_preset(song.services, T1, "my-noise", &completion), STATUS_OK);
  jobs_wait(song.services->jobs);
  if (done.status) {
    fail_msg("%s", done.text);
  }
  assert_string_equal(done.text, "my-noise");
  Take take = song_render(&song, 0, 4 * SONG_BEAT, 256);
  assert_true(take_peak(&take, 0, FRAMES) > 0.1f);

  // It plays the same, also after a restart
  for (int i = 0; i < 2; ++i) {
    if (i) {
      services_free(song.services);
      open_song("my-noise", 127);
    } else {
      song_begin(&song);
      song_commit(&song, tracks_set_instrument(song.services, T1, "my-noise"));
    }
    Take other = song_render(&song, 0, 4 * SONG_BEAT, 256);
    assert_null(sound_difference("left", other.left, take.left, take.frames));
    take_free(&other);
  }
  take_free(&take);
}

static void
note_fault(void* const handle, const char* const text)
{
  Done* const done = (Done*)handle;
  done->status     = (Status)(done->status + 1);
  snprintf(done->text, sizeof(done->text), "%s", text);
}

#define ZONE(text)                                                             \
  "{\n \"name\": \"x\", \"engine\": \"sampler\",\n \"zones\": [\n"             \
  "  {\"file\": \"../noise.wav\"},\n  {" text "}\n ]\n}\n"

static void
test_faults_have_file_line_and_key(void** const state)
{
  (void)state;
  static const char* const cases[][2] = {
    {ZONE("\"file\": \"gone.wav\""),
     "bad.json:5:12: zones[1].file: there is no file \"gone.wav\""},
    {ZONE("\"root\": 60"), "bad.json:5:3: zones[1]: expected \"file\""},
    {ZONE("\"file\": \"../noise.wav\", \"rooot\": 60"),
     "bad.json:5:37: zones[1].rooot: a zone has no such key"},
    {ZONE("\"file\": \"../noise.wav\", \"root\": 160"),
     "bad.json:5:36: zones[1].root: expected a number from 0 to 127"},
    {ZONE("\"file\": \"../noise.wav\", \"keys\": [9, 3]"),
     "bad.json:5:36: zones[1].keys: expected two whole numbers from 0 to 127"},
    {ZONE("\"file\": \"../noise.wav\", \"velocities\": [0, 128]"),
     "zones[1].velocities: expected two whole numbers from 1 to 127"},
    {ZONE("\"file\": \"../noise.wav\", \"loop\": \"often\""),
     "zones[1].loop: expected none, forward or until_release"},
    {ZONE("\"file\": \"../noise.wav\", \"one_shot\": 1"),
     "zones[1].one_shot: expected true or false"},
    {ZONE("\"sample\": \"t1\""),
     "zones[1].sample: expected the id of a sample"},
    {"{\"name\": \"x\", \"engine\": \"sampler\", \"zones\": []}",
     "zones: expected a list of 1 to"},
    {"{\"name\": \"x\", \"engine\": \"sampler\", \"zones\": [3]}",
     "zones[0]: expected a zone"},
    {"{\"name\": \"x\", \"engine\": \"sampler\", \"params\": {\"gain\": 90}}",
     "params.gain: expected a number from -60 to 12"},
  };

  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    Done said = {STATUS_OK, ""};
    char path[TEMP_PATH_SIZE + 32];
    write_preset("bad.json", cases[i][0]);
    write_preset("good.json", "{\"name\": \"good\", \"engine\": \"modal\"}");
    snprintf(path, sizeof(path), "%s/instruments", song.folder);
    Presets* const read = presets_new(path, note_fault, &said);
    assert_int_equal((int)said.status, 1);
    if (!strstr(said.text, cases[i][1])) {
      fail_msg("%s", said.text);
    }
    assert_int_equal(presets_count(read), 1);
    assert_non_null(presets_find(read, "good"));
    presets_free(read);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_a_sample_is_an_instrument, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_it_is_chosen_edited_and_undone, set_up, tear_down),
    cmocka_unit_test_setup_teardown(test_a_preset_has_zones, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_a_sample_is_saved_as_a_preset, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_faults_have_file_line_and_key, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
