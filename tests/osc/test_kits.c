// SPDX-License-Identifier: GPL-3.0-or-later
//
// Kits and instruments over OSC: lists, pads, preview, import, save, undo

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define SESSION_PRESETS "presets"
#include "osc_session.h"
#include "support/sound.h"

#include <sys/stat.h>

static Session* session;

static int
set_up(void** state)
{
  (void)state;
  session = session_new(session_document);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  session_free(session);
  return 0;
}

/// Send a line, wait for what it began, and find a text in what was answered
static void
ask(const char* const line, const char* const answer)
{
  session_clear(session);
  session_send(session, 1, line);
  jobs_wait(session->services->jobs);
  if (!strstr(session->log, answer)) {
    fail_msg("%s: expected %s in\n%s", line, answer, session->log);
  }
}

static void
test_kits_are_listed_and_searched(void** const state)
{
  (void)state;
  ask("/audio/kits/list", "/reply \"/audio/kits/list\" 61 ");
  ask("/audio/kits/list \"\" 808", "\"808-core\"");
  ask("/audio/kits/list \"\" \"no such words\"",
      "/reply \"/audio/kits/list\" 0 ");
  ask("/audio/kits/808-core", "/reply \"/audio/kits/808-core\" ");
  ask("/audio/kits/808-core", "/audio/kits/808-core 0 36 ");
  ask("/audio/kits/none", "\"not-found\" \"There is no kit ");
}

static void
test_a_groove_is_tried_out(void** const state)
{
  (void)state;
  ask("/audio/preview_kit 808-core", "/reply \"/audio/preview_kit\"");
  ask("/audio/preview_kit none", "\"not-found\"");
  ask("/audio/preview 60 100 0.5 kick808", "/reply \"/audio/preview\"");
  ask("/audio/preview 60 100 0.5 none", "\"not-found\"");
  ask("/audio/preview 200 100 0.5 kick808", "\"out-of-range\"");
}

#define TRACK "/compositions/current/tracks/t2"

static void
test_a_track_takes_a_kit_and_its_pads(void** const state)
{
  (void)state;
  ask(TRACK "/kit 808-core", TRACK "/kit \"808-core\"");
  ask(TRACK "/kit none", "\"not-found\"");
  ask("/compositions/current/tracks/t1/kit 808-core", "\"conflict\"");
  ask(TRACK "/pads/36/level -7.0", TRACK "/pads/36/level -7");
  ask(TRACK "/pads/36/level -90.0", TRACK "/pads/36/level -60");
  ask(TRACK "/pads/36/wobble 1.0", "\"not-found\"");
  ask(TRACK "/pads/90/level", "\"not-found\"");
  ask(TRACK "/pads/36/pitch 100.0", TRACK "/pads/36/pitch 100");

  // Back through all of it
  ask("/undo", "/reply \"/undo\"");
  ask(TRACK "/pads/36/level", TRACK "/pads/36/level -60");
  ask("/undo", "/reply \"/undo\"");
  ask("/undo", "/reply \"/undo\"");
  ask(TRACK "/kit", TRACK "/kit \"\"");
  ask(TRACK "/pads/36/level", "\"not-found\"");
  ask("/redo", "/reply \"/redo\"");
  ask(TRACK "/kit", TRACK "/kit \"808-core\"");
}

static void
test_a_sound_is_saved_and_found(void** const state)
{
  (void)state;
  ask(TRACK "/instrument bass", "\"bass\"");
  ask(TRACK "/params/cutoff 500.0", "500");
  ask(TRACK "/save_preset my_bass",
      "/reply \"" TRACK "/save_preset\" \"my_bass\"");
  ask(TRACK "/save_preset my_bass", "\"exists\"");
  ask("/audio/instruments/list \"\" my_bass", "\"my_bass\" \"Bass Line\"");
  ask("/audio/instruments/my_bass", "\"cutoff\" \"Hz\" 20");
  ask(TRACK "/instrument my_bass", "\"my_bass\"");
  ask(TRACK "/params/cutoff", " 500");
  ask(TRACK "/instrument sample:s1", "\"not-found\"");

  // A kit is no instrument to be saved
  ask(TRACK "/kit 808-core", "\"808-core\"");
  ask(TRACK "/save_preset other", "\"conflict\"");
}

static void
test_a_folder_is_imported_as_a_kit(void** const state)
{
  (void)state;
  char  path[TEMP_PATH_SIZE + 64];
  Sound sound = sound_new(4800, 48000);
  for (uint32_t i = 0; i < sound.frames; ++i) {
    sound.left[i] = sound.right[i] = 0.25f;
  }
  snprintf(path, sizeof(path), "%s/own", session->folder);
  mkdir(path, 0755);
  snprintf(path, sizeof(path), "%s/own/Kick.wav", session->folder);
  sound_write(&sound, path);
  snprintf(path, sizeof(path), "%s/own/Snare 1.wav", session->folder);
  sound_write(&sound, path);
  sound_free(&sound);

  ask("/audio/kits/import own", "/reply \"/audio/kits/import\" \"own\"");
  ask("/audio/kits/import own", "\"exists\"");
  ask("/audio/kits/import own \"My Kit\"", "\"my-kit\"");
  ask("/audio/kits/import nowhere", "\"not-found\"");
  ask("/audio/kits/list Samples", "/reply \"/audio/kits/list\" 2 ");
  ask("/audio/kits/own", "/audio/kits/own 1 38 ");
  ask("/audio/preview_kit own", "/reply \"/audio/preview_kit\"");
  ask(TRACK "/kit own", "\"own\"");
  ask(TRACK "/pads/38/tune 2.0", TRACK "/pads/38/tune 2");
  ask(TRACK "/pads/38/tune 90.0", TRACK "/pads/38/tune 48");

  // One movement of a control is one step
  ask("/undo", "/reply \"/undo\"");
  ask(TRACK "/pads/38/tune", TRACK "/pads/38/tune 0");
  ask("/undo", "/reply \"/undo\"");
  ask(TRACK "/kit", TRACK "/kit \"\"");
  ask("/audio/soundfonts/import own/Kick.wav", "\"unsupported\"");
  ask("/audio/soundfonts/import gone.sf2", "\"not-found\"");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_kits_are_listed_and_searched),
    TEST(test_a_groove_is_tried_out),
    TEST(test_a_track_takes_a_kit_and_its_pads),
    TEST(test_a_sound_is_saved_and_found),
    TEST(test_a_folder_is_imported_as_a_kit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
