// SPDX-License-Identifier: GPL-3.0-or-later
//
// Kits of recordings: from a folder, from Hydrogen, with the right layer, choke
// group and pitch in what is rendered; what is wrong with them

#include "services/composition_state.h"
#include "services/composition_undo.h"
#include "services/jobs.h"
#include "services/kit_import.h"
#include "services/synthesis.h"
#include "song.h"
#include "support/lengthy.h"
#include "units/drum.h"
#include "units/sampler.h"

#include <dirent.h>
#include <math.h>
#include <sndfile.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#define T1 (id_make(KIND_TRACK, 1))
#define DRUMKITS "/usr/share/hydrogen/data/drumkits"

static Song song;

/// What the last import brought
static struct {
  bool   done;
  Status status;
  char   text[1024];
} last;

static void
note_done(void* const handle, const Status status, const char* const text)
{
  (void)handle;
  last.done   = true;
  last.status = status;
  snprintf(last.text, sizeof(last.text), "%s", text);
}

static void
note_progress(void* const handle, const double share, const char* const text)
{
  (void)handle;
  (void)text;
  assert_true(share >= 0.0 && share <= 1.0);
}

static void
make_folder(const char* const name)
{
  char path[TEMP_PATH_SIZE + 64];
  snprintf(path, sizeof(path), "%s/%s", song.folder, name);
  mkdir(path, 0755);
}

/// Write a mono file of 24 bits with one number throughout
static void
write_level(const char* const name,
            const int32_t     level24,
            const uint32_t    frames)
{
  char    path[TEMP_PATH_SIZE + 128];
  SF_INFO info = {.samplerate = (int)SONG_RATE,
                  .channels   = 1,
                  .format     = SF_FORMAT_WAV | SF_FORMAT_PCM_24};
  snprintf(path, sizeof(path), "%s/%s", song.folder, name);
  SNDFILE* const file = sf_open(path, SFM_WRITE, &info);
  assert_non_null(file);
  for (uint32_t i = 0; i < frames; ++i) {
    const int sample = (int)((uint32_t)level24 << 8u);
    assert_int_equal(sf_write_int(file, &sample, 1), 1);
  }
  sf_close(file);
}

static void
write_text(const char* const name, const char* const text)
{
  char path[TEMP_PATH_SIZE + 128];
  snprintf(path, sizeof(path), "%s/%s", song.folder, name);
  temp_file_write(path, text, strlen(text));
}

/// A song with one track and notes
static void
open_song(const char* const kit, const char* const notes)
{
  char json[2048];
  snprintf(json,
           sizeof(json),
           "{\"format\": 1, \"id\": \"x\", \"name\": \"x\", \"tempo\": 120.0,"
           " \"tracks\": [{\"id\": \"t1\", \"name\": \"Drums\", \"type\": "
           "\"midi\", \"kit\": \"%s\", \"clips\": [{\"id\": \"c1\", \"start\": "
           "0.0, \"length\": 4.0, \"notes\": [%s]}]}],"
           " \"buses\": [], \"next_id\": {\"t\": 2, \"c\": 2}}",
           kit,
           notes);
  song_open(&song, json);
}

static Status
import(const char* const path, const char* const name)
{
  const Completion completion = {note_done, note_progress, NULL};
  memset(&last, 0, sizeof(last));
  assert_int_equal(kits_import(song.services, path, name, &completion),
                   STATUS_OK);
  jobs_wait(song.services->jobs);
  assert_true(last.done);
  return last.status;
}

static void
import_well(const char* const path, const char* const name)
{
  if (import(path, name)) {
    fail_msg("%s: %s", path, last.text);
  }
}

static void
check_level(const Take* const take, const uint32_t frame, const double level)
{
  if (fabs((double)take->left[frame] - level) > 2e-4 * fabs(level) + 1e-6) {
    fail_msg(
      "Frame %u: %.9g and not %g", frame, (double)take->left[frame], level);
  }
}

static int
set_up(void** state)
{
  (void)state;
  song_init(&song);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  song_free(&song);
  return 0;
}

static void
test_a_folder_of_24_bits_is_a_kit(void** const state)
{
  (void)state;
  make_folder("loud kit");
  write_level("loud kit/My_Kick 01.wav", 1000001, 24000);
  write_level("loud kit/hat-closed.wav", 2000003, 24000);
  write_level("loud kit/Open Hat.wav", 3000007, 48000);
  write_level("loud kit/zap.wav", 400009, 12000);
  write_text("loud kit/readme.txt", "no audio");

  open_song("",
            "[36, 0.0, 0.1, 127], [46, 1.0, 0.1, 127], [42, 1.5, 0.1, 127],"
            "[37, 3.0, 0.1, 127]");
  import_well("loud kit", "");
  assert_string_equal(last.text, "loud-kit");

  const Preset* const kit =
    presets_find(synthesis_kits(song.services), "loud-kit");
  assert_non_null(kit);
  assert_true(kit->own);
  uint32_t pads = 0;
  for (uint32_t note = KIT_FIRST; note <= KIT_LAST; ++note) {
    pads += kit->values[SAMPLE_KIT_PARAM(note, SAMPLE_PAD_LEVEL)] > -60.0f;
  }
  assert_int_equal(pads, 4);

  song_begin(&song);
  song_commit(&song, tracks_set_kit(song.services, T1, "loud-kit"));
  for (int i = 0; i < 2; ++i) {
    // All bits arrive; the open hat rings on until the closed one ends it
    Take take = song_render(&song, 0, 4 * SONG_BEAT, i ? 61 : 256);
    check_level(&take, 6000, 1000001.0 / 8388608.0);
    check_level(&take, 24000 + 6000, 3000007.0 / 8388608.0);
    check_level(&take,
                36000 + 100,
                2000003.0 / 8388608.0 + 3000007.0 / 8388608.0 * 188.0 / 288.0);
    check_level(&take, 36000 + 600, 2000003.0 / 8388608.0);
    check_level(&take, 72000 + 6000, 400009.0 / 8388608.0);
    take_free(&take);

    // The same after a restart
    if (!i) {
      services_free(song.services);
      open_song("loud-kit",
                "[36, 0.0, 0.1, 127], [46, 1.0, 0.1, 127], "
                "[42, 1.5, 0.1, 127], [37, 3.0, 0.1, 127]");
    }
  }

  // A second time it needs another name
  assert_int_equal(import("loud kit", ""), STATUS_EXISTS);
  import_well("loud kit", "Other One");
  assert_string_equal(last.text, "other-one");
}

static void
test_pads_are_edited_and_undone(void** const state)
{
  (void)state;
  make_folder("k");
  write_level("k/kick.wav", 4000000, 24000);
  open_song("", "[36, 0.0, 0.1, 127]");
  import_well("k", "");
  song_begin(&song);
  song_commit(&song, tracks_set_kit(song.services, T1, "k"));
  song_begin(&song);
  song_commit(&song,
              tracks_set_param(song.services, T1, "pad36_level", -6.0206));
  song_begin(&song);
  song_commit(&song, tracks_set_param(song.services, T1, "pad36_tune", 12.0));
  Take take = song_render(&song, 0, 2 * SONG_BEAT, 256);
  check_level(&take, 6000, 0.5 * 4000000.0 / 8388608.0);
  assert_true(take_peak(&take, 12100, 24000) < 1e-3f);
  take_free(&take);

  song_begin(&song);
  assert_int_equal(tracks_set_param(song.services, T1, "pad36_wobble", 1.0),
                   STATUS_NOT_FOUND);
  services_abort(song.services);

  song_begin(&song);
  song_commit(&song, composition_undo(song.services));
  take = song_render(&song, 0, 2 * SONG_BEAT, 256);
  check_level(&take, 20000, 0.5 * 4000000.0 / 8388608.0);
  take_free(&take);
  song_begin(&song);
  song_commit(&song, composition_undo(song.services));
  take = song_render(&song, 0, 2 * SONG_BEAT, 256);
  check_level(&take, 20000, 4000000.0 / 8388608.0);
  take_free(&take);
  song_begin(&song);
  song_commit(&song, composition_undo(song.services));
  assert_string_equal(
    string_text(composition_track(services_document(song.services), T1)->kit),
    "");
}

static const char hydrogen[] =
  "<?xml version=\"1.0\"?>\n<drumkit_info>\n <name>Two Layers</name>\n"
  " <instrumentList>\n"
  "  <instrument>\n   <id>0</id>\n   <name>Kick</name>\n"
  "   <volume>0.5</volume>\n   <pan_L>1</pan_L>\n   <pan_R>0</pan_R>\n"
  "   <layer><filename>a.wav</filename><min>0</min><max>0.5</max>"
  "<gain>1</gain><pitch>0</pitch></layer>\n"
  "   <layer><filename>b.wav</filename><min>0.5</min><max>1</max>"
  "<gain>2</gain><pitch>12</pitch></layer>\n  </instrument>\n"
  "  <instrument>\n   <id>1</id>\n   <name>A</name>\n"
  "   <muteGroup>3</muteGroup>\n   <layer><filename>a.wav</filename></layer>\n"
  "  </instrument>\n"
  "  <instrument>\n   <id>2</id>\n   <name>B</name>\n"
  "   <muteGroup>3</muteGroup>\n   <layer><filename>b.wav</filename></layer>\n"
  "  </instrument>\n"
  "  <instrument>\n   <id>3</id>\n   <name>Gone</name>\n"
  "   <layer><filename>gone.wav</filename></layer>\n  </instrument>\n"
  " </instrumentList>\n</drumkit_info>\n";

static void
test_a_hydrogen_kit_has_its_layers(void** const state)
{
  (void)state;
  make_folder("h2");
  write_level("h2/a.wav", 1048576, 12000);
  write_level("h2/b.wav", 2097152, 24000);
  write_text("h2/drumkit.xml", hydrogen);
  open_song("",
            "[36, 0.0, 0.1, 63], [36, 1.0, 0.1, 64], [36, 2.0, 0.1, 127],"
            "[38, 3.0, 0.1, 127], [37, 3.25, 0.1, 127]");
  import_well("h2/drumkit.xml", "");
  assert_string_equal(last.text, "two-layers");
  song_begin(&song);
  song_commit(&song, tracks_set_kit(song.services, T1, "two-layers"));

  // Level by velocity, volume and the layer's gain; hard left is sqrt(2)
  Take         take = song_render(&song, 0, 5 * SONG_BEAT, 256);
  const double left = M_SQRT2 * 0.5;
  check_level(&take, 6000, 0.125 * left * 63.0 / 127.0);
  check_level(&take, 24000 + 6000, 2.0 * 0.25 * left * 64.0 / 127.0);
  check_level(&take, 48000 + 6000, 2.0 * 0.25 * left);
  assert_true(fabsf(take.right[6000]) < 1e-6f);

  // An octave up it is half as long
  assert_true(take_peak(&take, 48000 + 12100, 71000) < 1e-3f);

  // The mute group
  check_level(&take, 72000 + 5000, 0.25);
  check_level(&take, 78000 + 1000, 0.125);
  take_free(&take);
}

static void
test_what_is_wrong_is_said_with_its_place(void** const state)
{
  (void)state;
  static const struct {
    const char* xml;
    Status      status;
    const char* text;
  } cases[] = {
    {"<drumkit_info>\n<instrumentList>\n<instrument><volume>loud</volume>",
     STATUS_OUT_OF_RANGE,
     "h2/drumkit.xml:3: volume: expected a number from 0 to 100, not \"loud\""},
    {"<drumkit_info>\n<instrumentList>\n<instrument>\n<layer><min>2</min>",
     STATUS_OUT_OF_RANGE,
     "h2/drumkit.xml:4: min: expected a number from 0 to 1"},
    {"<drumkit_info>\n<name>x</nome>",
     STATUS_BAD_ARGUMENT,
     "drumkit.xml:2: XML"},
    {"<song>\n</song>", STATUS_BAD_ARGUMENT, "expected drumkit_info"},
    {"<drumkit_info>\n</drumkit_info>", STATUS_BAD_ARGUMENT, "it is empty"},
    {"<!DOCTYPE x [<!ENTITY a \"b\">]>\n<drumkit_info>&a;</drumkit_info>",
     STATUS_BAD_ARGUMENT,
     "a kit defines no entities"},
    {"<drumkit_info><instrumentList><instrument>\n<layer>\n"
     "<filename>gone.wav</filename></layer></instrument></instrumentList>"
     "</drumkit_info>",
     STATUS_NOT_FOUND,
     "h2/drumkit.xml:3: filename: "},
    {"<drumkit_info><instrumentList><instrument>\n<layer><filename>"
     "../../../../../etc/passwd</filename></layer></instrument>"
     "</instrumentList></drumkit_info>",
     STATUS_DENIED,
     "passwd"},
  };

  make_folder("h2");
  make_folder("empty");
  open_song("", "[36, 0.0, 0.1, 63]");
  const uint32_t before = presets_count(synthesis_kits(song.services));
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    write_text("h2/drumkit.xml", cases[i].xml);
    const Status st = import("h2", "");
    if (st != cases[i].status || !strstr(last.text, cases[i].text)) {
      fail_msg("%zu: %d, %s", i, (int)st, last.text);
    }
  }
  assert_int_equal(import("empty", ""), STATUS_NOT_FOUND);
  assert_non_null(strstr(last.text, "no audio file in empty"));
  assert_int_equal(import("nowhere", ""), STATUS_NOT_FOUND);
  assert_int_equal(import("/etc", ""), STATUS_NOT_FOUND);
  assert_int_equal(presets_count(synthesis_kits(song.services)), before);

  // Nothing is left behind
  char path[TEMP_PATH_SIZE + 64];
  snprintf(path, sizeof(path), "%s/kits/h2", song.folder);
  assert_int_not_equal(access(path, F_OK), 0);
}

static void
note_fault(void* const handle, const char* const text)
{
  snprintf((char*)handle, 1024, "%s", text);
}

static void
test_faults_of_kits_have_file_line_and_key(void** const state)
{
  (void)state;
  static const char* const cases[][2] = {
    {"{\n \"name\": \"x\", \"engine\": \"sample_kit\", \"tempo\": 90,\n"
     " \"groove\": [[0, 36, 100]],\n \"pads\": {\n"
     "  \"36\": {\"samples\": [{\"file\": \"gone.wav\"}]}}\n}\n",
     "bad.json:5:31: pads.36.samples[0].file: there is no file \"gone.wav\""},
    {"{\n \"name\": \"x\", \"engine\": \"sample_kit\", \"tempo\": 90,\n"
     " \"groove\": [[0, 36, 100]],\n \"pads\": {\n"
     "  \"36\": {\"samples\": [{\"file\": \"bad.json\"}], \"drive\": 3}}\n}\n",
     "bad.json:5:54: pads.36.drive: a pad has no such parameter"},
    {"{\n \"name\": \"x\", \"engine\": \"sample_kit\", \"tempo\": 90,\n"
     " \"groove\": [[0, 36, 100]],\n \"pads\": {\n"
     "  \"36\": {\"samples\": [{\"file\": \"bad.json\"}], \"tune\": 90}}\n}\n",
     "pads.36.tune: expected a number from -48 to 48"},
    {"{\n \"name\": \"x\", \"engine\": \"sample_kit\", \"tempo\": 90,\n"
     " \"groove\": [[0, 36, 100]],\n \"pads\": {\n  \"36\": {}}\n}\n",
     "pads.36: expected \"samples\""},
  };

  open_song("", "");
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    char path[TEMP_PATH_SIZE + 16];
    make_folder("kits");
    write_text("kits/bad.json", cases[i][0]);
    snprintf(path, sizeof(path), "%s/kits", song.folder);
    char           said[1024] = "";
    Presets* const voices     = presets_empty();
    Presets* const kits       = presets_empty();
    presets_read_kits(kits, path, true, voices, note_fault, said);
    if (!strstr(said, cases[i][1])) {
      fail_msg("%s", said);
    }
    assert_int_equal(presets_count(kits), 0);
    presets_free(kits);
    presets_free(voices);
  }
}

/// Whether a kit is tried: some, or all where there is time
static bool
is_tried(const char* const name)
{
  static const char* const some[] = {
    "HardElectro1", "Millo_MultiLayered2", "VariBreaks", "Audiophob"};
  for (size_t i = 0; i < 4u; ++i) {
    if (!strcmp(some[i], name)) {
      return true;
    }
  }
  return lengthy(0, 1) && name[0] != '.';
}

/// Kits of Debian's package are read whole and sound
static void
test_kits_of_hydrogen_play(void** const state)
{
  (void)state;
  DIR* const dir = opendir(DRUMKITS);
  if (!dir) {
    skip();
  }

  const struct dirent* entry = NULL;
  uint32_t             count = 0;
  open_song("", "[36, 0.0, 0.5, 110]");
  free(song.services->media_dirs[0]);
  song.services->media_dirs[0] = strdup(DRUMKITS);
  while ((entry = readdir(dir))) {
    char path[512];
    if (!is_tried(entry->d_name)) {
      continue;
    }
    snprintf(path, sizeof(path), "%.200s", entry->d_name);
    import_well(path, "");
    const Preset* const kit =
      presets_find(synthesis_kits(song.services), last.text);
    assert_non_null(kit);
    song_begin(&song);
    song_commit(&song, tracks_set_kit(song.services, T1, kit->name));
    Take take = song_render(&song, 0, SONG_BEAT, 256);
    if (take_peak(&take, 0, take.frames) < 0.003f) {
      fail_msg("%s is silent", kit->name);
    }
    take_free(&take);
    ++count;
  }
  closedir(dir);
  print_message("%u kits\n", count);
  assert_true(count >= (uint32_t)lengthy(4, 10));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_a_folder_of_24_bits_is_a_kit, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_pads_are_edited_and_undone, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_a_hydrogen_kit_has_its_layers, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_what_is_wrong_is_said_with_its_place, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_faults_of_kits_have_file_line_and_key, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_kits_of_hydrogen_play, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
