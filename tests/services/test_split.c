// SPDX-License-Identifier: GPL-3.0-or-later
//
// Both halves of a clip that is cut sound exactly as the whole

#include "services/composition_clips.h"
#include "song.h"
#include "support/random.h"

static Song song;

#define SAMPLE_SECONDS 3u

static int
set_up(void** state)
{
  (void)state;
  char   path[TEMP_PATH_SIZE + 16];
  Random random = {1};
  Sound  sound  = sound_new(SAMPLE_SECONDS * SONG_RATE, SONG_RATE);
  for (uint32_t i = 0; i < sound.frames; ++i) {
    sound.left[i]  = 0.5f * random_sample(&random);
    sound.right[i] = 0.5f * random_sample(&random);
  }

  song_init(&song);
  snprintf(path, sizeof(path), "%s/noise.wav", song.folder);
  sound_write(&sound, path);
  sound_free(&sound);
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  song_free(&song);
  return 0;
}

/// What a clip is like, as JSON
typedef struct {
  const char* type;
  const char* clip;
} Case;

// clang-format off
#define NOTES                                                                  \
  "\"notes\": [[48, 0, 3.9, 100], [55, 0.5, 0.25, 90], [60, 1, 2, 80],"        \
  " [60, 1.5, 2.5, 70], [64, 2, 0.5, 100], [67, 2.7, 0.1, 60]]"

static const Case cases[] = {
  {"audio", "\"sample\": \"s1\""},
  {"audio", "\"sample\": \"s1\", \"offset\": 0.31, \"end\": 1.9, \"gain\": -3"},
  {"audio", "\"sample\": \"s1\", \"rate\": 1.37, \"offset\": 0.1"},
  {"audio", "\"sample\": \"s1\", \"reverse\": true, \"rate\": 0.61, \"end\": 2.1"},
  {"audio", "\"sample\": \"s1\", \"reverse\": true"},
  {"audio", "\"sample\": \"s1\", \"loop\": true, \"loop_start\": 0.2, \"loop_end\": 0.57"},
  {"audio", "\"sample\": \"s1\", \"loop\": true, \"loop_start\": 0.2, \"loop_end\": 0.57,"
            " \"reverse\": true, \"end\": 0.9, \"rate\": 2.2"},
  {"midi",  NOTES},
  {"midi",  NOTES ", \"offset\": 0.25, \"quantize\": 70, \"timing\": 0.1, \"transpose\": -5"},
  {"midi",  NOTES ", \"loop\": true, \"loop_start\": 1, \"loop_end\": 2.3"},
  {"midi",  NOTES ", \"loop\": true, \"loop_start\": 0.3, \"loop_end\": 0.95"},
  {"midi",  NOTES ", \"controllers\": [[0.1, \"bend\", 4096], [0.3, \"cc\", 64, 127],"
                  " [0.5, \"cc\", 1, 90], [2.9, \"cc\", 64, 0], [3.1, \"bend\", 0]]"},
};
// clang-format on

static void
open_case(const Case* const c)
{
  char json[2000];
  snprintf(json,
           sizeof(json),
           "{\"format\": 1, \"id\": \"song\", \"tempo\": 117.3,"
           " \"samples\": [{\"id\": \"s1\", \"file\": \"noise.wav\"}],"
           " \"tracks\": [{\"id\": \"t1\", \"type\": \"%s\","
           " \"instrument\": \"pluck\", \"clips\":"
           " [{\"id\": \"c1\", \"start\": 0.37, \"length\": 4, %s}]}]}",
           c->type,
           c->clip);
  song_open(&song, json);
}

static void
check_equal(const unsigned    number,
            const char* const what,
            const Take* const is,
            const Take* const expected,
            const uint32_t    from)
{
  assert_true(take_peak(expected, 0, SONG_RATE) > 0.01f);
  assert_int_equal(is->frames, expected->frames);
  const char* const left = sound_difference(
    "left", is->left + from, expected->left + from, expected->frames - from);
  const char* const wrong = left ? left
                                 : sound_difference("right",
                                                    is->right + from,
                                                    expected->right + from,
                                                    expected->frames - from);
  if (wrong) {
    fail_msg("case %u, %s: %s", number, what, wrong);
  }
}

/// Open a case anew, cut it if wanted, and render it from somewhere
static Take
take_of(const unsigned number,
        const Ticks    cut,
        const bool     halves,
        const Ticks    from)
{
  open_case(&cases[number]);
  if (halves) {
    // Cut, and the right half again
    Id right = ID_NONE;
    song_begin(&song);
    song_commit(&song,
                clips_split(song.services, id_make(KIND_CLIP, 1), cut, &right));
    song_begin(&song);
    song_commit(&song,
                clips_split(song.services, right, cut + SONG_BEAT / 3, &right));
  }

  const Take take = song_render(&song, from, 5 * SONG_BEAT, halves ? 100 : 256);
  services_free(song.services);
  song.services = NULL;
  return take;
}

static void
check_case(const unsigned number, const double beat)
{
  static const char* const names[] = {"whole", "inside", "from the cut"};
  const Ticks              cut     = (Ticks)(beat * TICKS_PER_BEAT);
  const Ticks              from[]  = {0, cut + SONG_BEAT / 7, cut};
  for (unsigned i = 0; i < 3; ++i) {
    Take whole  = take_of(number, cut, false, from[i]);
    Take halves = take_of(number, cut, true, from[i]);

    // Audio that starts in its middle fades in, a clip that starts does not
    const bool fades = i == 2 && cases[number].type[0] == 'a';
    check_equal(number, names[i], &halves, &whole, fades ? 64u : 0u);
    take_free(&whole);
    take_free(&halves);
  }
}

static void
test_halves_sound_as_the_whole(void** state)
{
  (void)state;
  for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    check_case(i, 1.7 + 0.0123 * i);
  }
}

static void
test_a_cut_outside_of_the_clip_is_refused(void** state)
{
  (void)state;
  static const double beats[] = {0.0, 0.37, 4.37, 9.0};
  open_case(&cases[0]);
  for (unsigned i = 0; i < 4; ++i) {
    Id id = ID_NONE;
    song_begin(&song);
    assert_int_equal(clips_split(song.services,
                                 id_make(KIND_CLIP, 1),
                                 (Ticks)(beats[i] * TICKS_PER_BEAT + 0.5),
                                 &id),
                     STATUS_OUT_OF_RANGE);
    services_abort(song.services);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_halves_sound_as_the_whole),
    cmocka_unit_test(test_a_cut_outside_of_the_clip_is_refused),
  };

  return cmocka_run_group_tests(tests, set_up, tear_down);
}
