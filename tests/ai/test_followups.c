// SPDX-License-Identifier: GPL-3.0-or-later
//
// Texts that make sense only after what was said before

#include "ai/assistant.h"
#include "services/agent.h"
#include "services/composition_undo.h"
#include "services/song.h"

#include <math.h>

/// What is looked at on a track
typedef enum { FADER, PAN, MUTED, TEMPO, LOWEST, TRACKS } Look;

typedef struct {
  const char* first;
  const char* then;
  const char* track;
  Look        field;
  double      value;
} Case;

static const char json[] =
  "{\"format\": 1, \"name\": \"A\", \"tempo\": 100, \"key\": \"C major\","
  "\"tracks\": ["
  "{\"id\": \"t1\", \"name\": \"Bass\", \"type\": \"midi\","
  " \"instrument\": \"bass\", \"clips\": [{\"id\": \"c1\", \"start\": 0,"
  " \"length\": 16, \"notes\": [[36, 0, 4, 90], [43, 4, 4, 90]]}]},"
  "{\"id\": \"t2\", \"name\": \"Keys\", \"type\": \"midi\","
  " \"instrument\": \"rhodes\", \"clips\": [{\"id\": \"c2\", \"start\": 0,"
  " \"length\": 16, \"notes\": [[60, 0, 4, 80], [64, 0, 4, 80],"
  " [67, 0, 4, 80]]}]},"
  "{\"id\": \"t3\", \"name\": \"Lead\", \"type\": \"midi\","
  " \"instrument\": \"saw\", \"clips\": [{\"id\": \"c3\", \"start\": 0,"
  " \"length\": 16, \"notes\": [[72, 0, 1, 90], [76, 1, 1, 90]]}]}]}";

// clang-format off
static const Case cases[] = {
  // said first                    then                               about   field   is
  {"mute the bass",                "no, the keys",                    "Keys", MUTED,  1},
  {"mute the bass",                "no, the keys",                    "Bass", MUTED,  0},
  {"mute the bass",                "not that one, the lead",          "Lead", MUTED,  1},
  {"mute the bass",                "the keys too",                    "Keys", MUTED,  1},
  {"mute the bass",                "and the same for the keys",       "Bass", MUTED,  1},
  {"mute the bass",                "undo that and mute the keys",     "Bass", MUTED,  0},
  {"turn the bass down 3 dB",      "again",                           "Bass", FADER, -6},
  {"turn the bass down 3 dB",      "a bit more",                      "Bass", FADER, -4.5},
  {"turn the bass down 6 dB",      "too much",                        "Bass", FADER, -3},
  {"turn the bass down 6 dB",      "half of that",                    "Bass", FADER, -3},
  {"turn the bass down 3 dB",      "twice that",                      "Bass", FADER, -6},
  {"turn the bass down 3 dB",      "no, 5 dB",                        "Bass", FADER, -5},
  {"turn the bass down 3 dB",      "same for the keys",               "Keys", FADER, -3},
  {"pan the lead hard left",       "the other way",                   "Lead", PAN,    1},
  {"set the tempo to 140",         "make that 120",                   "",     TEMPO,  120},
  {"set the tempo to 140",         "less",                            "",     TEMPO,  120},
  {"transpose the lead up an octave", "do that again on the bass",    "Bass", LOWEST, 48},
  {"transpose the lead up an octave", "no, down",                     "Lead", LOWEST, 60},
  {"transpose the lead up 2 semitones", "again",                      "Lead", LOWEST, 76},
  {"make a techno beat",           "another one",                     "",     TRACKS, 4},
  {"make a techno beat",           "no, house",                       "",     TRACKS, 4},
};
// clang-format on

static void
fault(void* const handle, const char* const text)
{
  (void)handle;
  fail_msg("%s", text);
}

/// Say something and wait for what comes of it
static void
say(const Song* const song, const char* const text)
{
  static const Author somebody = {1, "somebody", "", ""};
  uint32_t            number   = 0;
  assert_int_equal(
    agent_chat(song->services, &somebody, text, ID_NONE, &number), STATUS_OK);
  agent_poll(song->services->agent);
}

static int
lowest(const Composition* const root, const Track* const track)
{
  int low = 128;
  for (uint32_t i = 0; i < id_list_count(track->clips); ++i) {
    const Clip* const clip   = composition_clip(root, track->clips->ids[i]);
    NoteCursor        cursor = note_cursor(clip->notes);
    const ClipNote*   note   = NULL;
    while ((note = note_next(&cursor))) {
      low = note->pitch + clip->transpose < low ? note->pitch + clip->transpose
                                                : low;
    }
  }

  return low;
}

static double
look(const Song* const song, const Case* const of)
{
  const Composition* const root = services_document(song->services);
  Id                       id   = ID_NONE;
  if (*of->track) {
    assert_int_equal(daw_find(song->services, KIND_TRACK, of->track, &id),
                     STATUS_OK);
  }

  const Track* const track = composition_track(root, id);
  switch (of->field) {
    case FADER:
      return track->channel->fader_db;
    case PAN:
      return track->channel->pan;
    case MUTED:
      return track->channel->mute;
    case TEMPO:
      return tempo_to_bpm(root->tempo);
    case LOWEST:
      return lowest(root, track);
    case TRACKS:
      return id_list_count(root->order[KIND_TRACK]);
  }

  return NAN;
}

static void
check(const Case* const of)
{
  Song song;
  song_init(&song);
  song_open(&song, json);
  Assistant* const assistant =
    assistant_new(song.services, "presets", fault, NULL);
  assert_non_null(assistant);
  say(&song, of->first);
  const double before = look(&song, of);
  say(&song, of->then);
  const double after = look(&song, of);
  if (fabs(after - of->value) > 0.01) {
    fail_msg("\"%s\", \"%s\": expected %g, is %g (was %g)",
             of->first,
             of->then,
             of->value,
             after,
             before);
  }

  // It is one step
  song_begin(&song);
  song_commit(&song, composition_undo(song.services));
  assert_true(fabs(look(&song, of) - before) < 0.01);
  song_begin(&song);
  song_commit(&song, composition_redo(song.services));
  assert_true(fabs(look(&song, of) - after) < 0.01);
  assistant_free(assistant);
  song_free(&song);
}

static void
test_a_text_goes_on_from_the_one_before(void** const state)
{
  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    check(&cases[i]);
  }
}

static void
test_without_anything_before_nothing_is_done(void** const state)
{
  static const char* const texts[] = {"more", "again", "no, the keys", "less"};
  (void)state;
  Song song;
  song_init(&song);
  song_open(&song, json);
  Assistant* const assistant =
    assistant_new(song.services, "presets", fault, NULL);
  Composition* const root =
    composition_retain(services_document(song.services));
  for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); ++i) {
    say(&song, texts[i]);
    assert_false(undo_counts(root, services_document(song.services)));
  }

  composition_release(root);
  assistant_free(assistant);
  song_free(&song);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_text_goes_on_from_the_one_before),
    cmocka_unit_test(test_without_anything_before_nothing_is_done),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
