// SPDX-License-Identifier: GPL-3.0-or-later
//
// SoundFonts: all programs of Debian's play, a small one plays exactly; what is
// wrong with a file

#include "media/soundfont.h"
#include "services/composition_state.h"
#include "services/jobs.h"
#include "services/soundfont_zones.h"
#include "services/synthesis.h"
#include "services/zones.h"
#include "song.h"
#include "units/instrument.h"
#include "units/sampler.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#define T1 (id_make(KIND_TRACK, 1))
#define FONT_FOLDER "/usr/share/sounds/sf2"
#define FONT FONT_FOLDER "/TimGM6mb.sf2"

static Song song;

// A small SoundFont

typedef struct {
  uint8_t bytes[65536];
  size_t  size;
} Bytes;

static void
put(Bytes* const to, const void* const from, const size_t size)
{
  assert_true(to->size + size <= sizeof(to->bytes));
  memcpy(to->bytes + to->size, from, size);
  to->size += size;
}

static void
put_number(Bytes* const to, const uint32_t number, const size_t size)
{
  for (size_t i = 0; i < size; ++i) {
    const uint8_t byte = (uint8_t)(number >> (8u * i));
    put(to, &byte, 1);
  }
}

static void
put_name(Bytes* const to, const char* const name)
{
  char text[20] = "";
  snprintf(text, sizeof(text), "%s", name);
  put(to, text, sizeof(text));
}

static void
put_chunk(Bytes* const to, const char* const id, const Bytes* const what)
{
  put(to, id, 4);
  put_number(to, (uint32_t)what->size, 4);
  put(to, what->bytes, what->size);
}

static void
put_list(Bytes* const to, const char* const type, const Bytes* const what)
{
  static Bytes list;
  list.size = 0;
  put(&list, type, 4);
  put(&list, what->bytes, what->size);
  put_chunk(to, "LIST", &list);
}

#define NUM_FRAMES 9600u

/// Two presets of one instrument with two zones by velocity
static void
make_font(Bytes* const file)
{
  static Bytes chunk;
  static Bytes list;
  static Bytes riff;
  riff.size = list.size = chunk.size = 0;
  put(&riff, "sfbk", 4);
  for (uint32_t i = 0; i < NUM_FRAMES + 46u; ++i) {
    put_number(&chunk, i < NUM_FRAMES / 2u ? 4096u : 8192u, 2);
  }
  put_chunk(&list, "smpl", &chunk);
  put_list(&riff, "sdta", &list);

  list.size = 0;
  static const struct {
    const char* name;
    uint16_t    program;
    uint16_t    bag;
  } presets[] = {{"One", 5, 0}, {"Two", 7, 1}, {"EOP", 0, 2}};
  chunk.size  = 0;
  for (int i = 0; i < 3; ++i) {
    put_name(&chunk, presets[i].name);
    put_number(&chunk, presets[i].program, 2);
    put_number(&chunk, 0, 2);
    put_number(&chunk, presets[i].bag, 2);
    put_number(&chunk, 0, 4);
    put_number(&chunk, 0, 4);
    put_number(&chunk, 0, 4);
  }
  put_chunk(&list, "phdr", &chunk);

  // Generators of presets: the second adds an octave
  static const uint16_t pbags[]    = {0, 1, 3};
  static const uint16_t pgens[][2] = {{41, 0}, {51, 12}, {41, 0}, {0, 0}};
  chunk.size                       = 0;
  for (int i = 0; i < 3; ++i) {
    put_number(&chunk, pbags[i], 2);
    put_number(&chunk, 0, 2);
  }
  put_chunk(&list, "pbag", &chunk);
  chunk.size = 0;
  for (int i = 0; i < 4; ++i) {
    put_number(&chunk, pgens[i][0], 2);
    put_number(&chunk, pgens[i][1], 2);
  }
  put_chunk(&list, "pgen", &chunk);

  chunk.size = 0;
  put_name(&chunk, "Inst");
  put_number(&chunk, 0, 2);
  put_name(&chunk, "EOI");
  put_number(&chunk, 3, 2);
  put_chunk(&list, "inst", &chunk);

  // All zones: sustain at -20 dB after a decay at once; soft ones play the
  // first half as a loop, loud ones all
  static const uint16_t ibags[]    = {0, 1, 4, 6};
  static const uint16_t igens[][2] = {
    {37, 200}, {44, 0x4001}, {54, 1}, {53, 0}, {44, 0x7F41}, {53, 1}, {0, 0}};
  chunk.size = 0;
  for (int i = 0; i < 4; ++i) {
    put_number(&chunk, ibags[i], 2);
    put_number(&chunk, 0, 2);
  }
  put_chunk(&list, "ibag", &chunk);
  chunk.size = 0;
  for (int i = 0; i < 7; ++i) {
    put_number(&chunk, igens[i][0], 2);
    put_number(&chunk, igens[i][1], 2);
  }
  put_chunk(&list, "igen", &chunk);

  chunk.size = 0;
  for (int i = 0; i < 3; ++i) {
    put_name(&chunk, i == 2 ? "EOS" : "Sample");
    put_number(&chunk, 0, 4);
    put_number(&chunk, i ? NUM_FRAMES : NUM_FRAMES / 2u, 4);
    put_number(&chunk, 1000, 4);
    put_number(&chunk, 3000, 4);
    put_number(&chunk, 48000, 4);
    put_number(&chunk, 60, 1);
    put_number(&chunk, 0, 1);
    put_number(&chunk, 0, 2);
    put_number(&chunk, 1, 2);
  }
  put_chunk(&list, "shdr", &chunk);
  put_list(&riff, "pdta", &list);
  file->size = 0;
  put_chunk(file, "RIFF", &riff);
}

static void
write_font(const char* const name, const Bytes* const font)
{
  char path[TEMP_PATH_SIZE + 64];
  snprintf(path, sizeof(path), "%s/%s", song.folder, name);
  temp_file_write(path, font->bytes, font->size);
}

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

static Status
import(const char* const path)
{
  const Completion completion = {note_done, NULL, NULL};
  memset(&last, 0, sizeof(last));
  assert_int_equal(soundfonts_import(song.services, path, &completion),
                   STATUS_OK);
  jobs_wait(song.services->jobs);
  assert_true(last.done);
  return last.status;
}

static void
open_song(const char* const instrument, const char* const notes)
{
  char json[2048];
  snprintf(json,
           sizeof(json),
           "{\"format\": 1, \"id\": \"x\", \"name\": \"x\", \"tempo\": 120.0,"
           " \"tracks\": [{\"id\": \"t1\", \"name\": \"Keys\", \"type\": "
           "\"midi\", \"instrument\": \"%s\", \"clips\": [{\"id\": \"c1\", "
           "\"start\": 0.0, \"length\": 4.0, \"notes\": [%s]}]}],"
           " \"buses\": [], \"next_id\": {\"t\": 2, \"c\": 2}}",
           instrument,
           notes);
  song_open(&song, json);
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
check_level(const Take* const take, const uint32_t frame, const double level)
{
  if (fabs((double)take->left[frame] - level) > 1e-3 * level + 1e-6) {
    fail_msg("Frame %u: %g, not %g", frame, (double)take->left[frame], level);
  }
}

static void
test_a_small_one_plays_exactly(void** const state)
{
  (void)state;
  static Bytes font;
  make_font(&font);
  write_font("Small Font.sf2", &font);
  open_song("", "[60, 0.0, 1.0, 64], [60, 2.0, 1.0, 127]");
  if (import("Small Font.sf2")) {
    fail_msg("%s", last.text);
  }
  assert_string_equal(last.text, "small-font");
  const Preset* const preset =
    synthesis_find_preset(song.services, "small-font-000-007");
  assert_non_null(preset);
  assert_string_equal(preset->label, "Two");

  song_begin(&song);
  song_commit(&song,
              tracks_set_instrument(song.services, T1, "small-font-000-005"));
  Take         take = song_render(&song, 0, 4 * SONG_BEAT, 256);
  const double gain = pow(10.0, -6.0 / 20.0) * pow(10.0, -20.0 / 20.0);
  const double soft = pow(64.0 / 127.0, 2.0);
  check_level(&take, 20000, 0.125 * gain * soft);
  check_level(&take, 48000 + 4000, 0.125 * gain);
  check_level(&take, 48000 + 6000, 0.25 * gain);
  assert_true(take_peak(&take, 48000 + 9800, 70000) < 1e-4f);
  take_free(&take);

  // What the preset adds
  song_begin(&song);
  song_commit(&song,
              tracks_set_instrument(song.services, T1, "small-font-000-007"));
  take = song_render(&song, 0, 4 * SONG_BEAT, 77);
  check_level(&take, 48000 + 3000, 0.25 * gain);
  assert_true(take_peak(&take, 48000 + 5000, 70000) < 1e-4f);
  take_free(&take);

  // After a restart too
  services_free(song.services);
  open_song("small-font-000-005", "[60, 2.0, 1.0, 127]");
  take = song_render(&song, 0, 4 * SONG_BEAT, 256);
  check_level(&take, 48000 + 6000, 0.25 * gain);
  take_free(&take);
}

static void
test_what_is_wrong_is_said(void** const state)
{
  (void)state;
  static Bytes font;
  static Bytes bad;
  make_font(&font);
  open_song("", "");
  bad      = font;
  bad.size = 3;
  write_font("a.sf2", &bad);
  assert_int_equal(import("a.sf2"), STATUS_UNSUPPORTED);
  assert_non_null(strstr(last.text, "a.sf2: it is no SoundFont"));
  bad.size = font.size - 200u;
  memcpy(bad.bytes, font.bytes, font.size);
  write_font("b.sf2", &bad);
  assert_int_equal(import("b.sf2"), STATUS_BAD_ARGUMENT);
  assert_non_null(strstr(last.text, "b.sf2: pdta: "));
  assert_int_equal(import("gone.sf2"), STATUS_NOT_FOUND);
  assert_int_equal(import("/etc/passwd"), STATUS_DENIED);

  // Whatever is broken in the lists, it is read or refused
  for (size_t at = 12; at < font.size;
       at += at < NUM_FRAMES * 2u ? 4001u : 1u) {
    bad = font;
    bad.bytes[at] ^= 0xFFu;
    write_font("c.sf2", &bad);
    char path[TEMP_PATH_SIZE + 64];
    char text[512] = "";
    snprintf(path, sizeof(path), "%s/c.sf2", song.folder);
    SamplerMap* map = NULL;
    if (!soundfont_load(path, 0, 5, &map, text, sizeof(text))) {
      sampler_map_release(map);
    } else {
      assert_true(strlen(text) > 0);
    }
  }
}

/// How loud a note of a map is over a second
static float
hear(SamplerMap* const map, const uint8_t pitch)
{
  void* const self = aligned_alloc(64, sampler_instrument.size());
  sampler_instrument.init(self, SONG_RATE, cpu_level_best());
  sampler_instrument.load(self, map);
  const Note note = {1, pitch, 100, 7};
  sampler_instrument.note_on(self, &note);
  float peak = 0.0f;
  for (uint32_t done = 0; done < SONG_RATE; done += 256u) {
    float left[256];
    float right[256];
    sampler_instrument.run(self, left, right, 1, done, 256);
    for (uint32_t f = 0; f < 256u; ++f) {
      assert_true(isfinite(left[f]) && isfinite(right[f]));
      peak = fmaxf(peak, fmaxf(fabsf(left[f]), fabsf(right[f])));
    }
    if (done > SONG_RATE / 2u) {
      sampler_instrument.all_off(self);
    }
  }
  free(self);
  return peak;
}

static void
test_all_programs_of_debians_play(void** const state)
{
  (void)state;
  if (access(FONT, R_OK)) {
    skip();
  }

  uint32_t count = 0;
  for (uint32_t program = 0; program < 128u; ++program) {
    SamplerMap* map       = NULL;
    char        text[512] = "";
    if (soundfont_load(FONT, 0, (uint16_t)program, &map, text, sizeof(text))) {
      fail_msg("%s", text);
    }
    for (uint8_t pitch = 48; pitch <= 72; pitch += 12u) {
      const float peak = hear(map, pitch);
      if (peak < 0.003f || peak > 4.0f) {
        fail_msg("Program %u, pitch %u: peak %g", program, pitch, (double)peak);
      }
    }
    sampler_map_release(map);
    ++count;
  }
  assert_int_equal(count, 128);

  // Drums
  SamplerMap* map       = NULL;
  char        text[512] = "";
  assert_int_equal(soundfont_load(FONT, 128, 0, &map, text, sizeof(text)),
                   STATUS_OK);
  for (uint8_t pitch = 35; pitch <= 81; ++pitch) {
    assert_true(hear(map, pitch) > 0.003f);
  }
  sampler_map_release(map);
}

static void
test_it_is_imported_and_renders_the_same(void** const state)
{
  (void)state;
  if (access(FONT, R_OK)) {
    skip();
  }

  open_song("", "[60, 0.0, 1.0, 100], [64, 0.5, 1.0, 90], [67, 1.0, 2.0, 80]");
  free(song.services->media_dirs[0]);
  song.services->media_dirs[0] = strdup(FONT_FOLDER);
  if (import("TimGM6mb.sf2")) {
    fail_msg("%s", last.text);
  }
  assert_string_equal(last.text, "timgm6mb");
  song_begin(&song);
  song_commit(&song,
              tracks_set_instrument(song.services, T1, "timgm6mb-000-000"));

  // Until all has died away
  Take whole = song_render(&song, 0, 16 * SONG_BEAT, 256);
  Take cut   = song_render(&song, 0, 16 * SONG_BEAT, 61);
  assert_true(take_peak(&whole, 0, whole.frames) > 0.02f);
  assert_null(sound_difference("left", cut.left, whole.left, whole.frames));
  take_free(&whole);
  take_free(&cut);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_a_small_one_plays_exactly, set_up, tear_down),
    cmocka_unit_test_setup_teardown(
      test_what_is_wrong_is_said, set_up, tear_down),
    cmocka_unit_test(test_all_programs_of_debians_play),
    cmocka_unit_test_setup_teardown(
      test_it_is_imported_and_renders_the_same, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
