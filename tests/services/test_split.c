// SPDX-License-Identifier: GPL-3.0-or-later
//
// Both halves of a clip that is cut sound exactly as the whole; clips that
// overlap go over into each other

#include "engine/part.h"
#include "services/composition_clips.h"
#include "services/composition_undo.h"
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
  double      cut; ///< In beats at 120 BPM from its start, 0: anywhere
} Case;

// clang-format off
#define NOTES                                                                  \
  "\"notes\": [[48, 0, 3.9, 100], [55, 0.5, 0.25, 90], [60, 1, 2, 80],"        \
  " [60, 1.5, 2.5, 70], [64, 2, 0.5, 100], [67, 2.7, 0.1, 60]]"

static const Case cases[] = {
  {"audio", "\"sample\": \"s1\"", 0.0},
  {"audio", "\"sample\": \"s1\", \"offset\": 0.31, \"end\": 1.9, \"gain\": -3", 0.0},
  {"audio", "\"sample\": \"s1\", \"rate\": 1.37, \"offset\": 0.1", 0.0},
  {"audio", "\"sample\": \"s1\", \"reverse\": true, \"rate\": 0.61, \"end\": 2.1", 0.0},
  {"audio", "\"sample\": \"s1\", \"reverse\": true", 0.0},
  {"audio", "\"sample\": \"s1\", \"loop\": true, \"loop_start\": 0.2, \"loop_end\": 0.57", 0.0},
  {"audio", "\"sample\": \"s1\", \"loop\": true, \"loop_start\": 0.2, \"loop_end\": 0.57,"
            " \"reverse\": true, \"end\": 0.9, \"rate\": 2.2", 0.0},
  {"audio", "\"sample\": \"s1\", \"pitch\": -3", 0.0},
  {"audio", "\"sample\": \"s1\", \"pitch\": 4, \"rate\": 1.21, \"reverse\": true, \"end\": 2.9", 0.0},
  {"audio", "\"sample\": \"s1\", \"pitch\": 7, \"loop\": true, \"loop_start\": 0.11, \"loop_end\": 0.9,"
            " \"fade_in\": 1.3, \"fade_out\": 1.7", 0.0},
  {"audio", "\"sample\": \"s1\", \"fade_in\": 1.5, \"fade_in_curve\": \"equal_power\","
            " \"fade_out\": 1.9, \"offset\": 0.2", 0.0},
  {"audio", "\"sample\": \"s1\", \"fade_out\": 2.5, \"fade_in\": 0.1, \"rate\": 0.7,"
            " \"fade_out_curve\": \"equal_power\", \"reverse\": true", 0.0},
  {"audio", "\"sample\": \"s1\", \"reverse\": true, \"end\": 0.5", 1.0},
  {"audio", "\"sample\": \"s1\", \"reverse\": true, \"end\": 1, \"rate\": 2", 1.0},
  {"audio", "\"sample\": \"s1\", \"offset\": 2.5", 1.0},
  {"audio", "\"sample\": \"s1\", \"loop\": true, \"loop_end\": 0.75", 1.5},
  {"audio", "\"sample\": \"s1\", \"loop\": true, \"loop_start\": 0.25, \"loop_end\": 0.75,"
            " \"reverse\": true, \"end\": 1.25, \"fade_in\": 1.1", 2.0},
  {"midi",  NOTES, 0.0},
  {"midi",  NOTES ", \"offset\": 0.25, \"quantize\": 70, \"timing\": 0.1, \"transpose\": -5", 0.0},
  {"midi",  NOTES ", \"loop\": true, \"loop_start\": 1, \"loop_end\": 2.3", 0.0},
  {"midi",  NOTES ", \"loop\": true, \"loop_start\": 0.3, \"loop_end\": 0.95", 0.0},
  {"midi",  NOTES ", \"controllers\": [[0.1, \"bend\", 4096], [0.3, \"cc\", 64, 127],"
                  " [0.5, \"cc\", 1, 90], [2.9, \"cc\", 64, 0], [3.1, \"bend\", 0]]", 0.0},
};
// clang-format on

static void
open_case(const Case* const c)
{
  char json[2000];
  snprintf(json,
           sizeof(json),
           "{\"format\": 1, \"id\": \"song\", \"tempo\": %g,"
           " \"samples\": [{\"id\": \"s1\", \"file\": \"noise.wav\"}],"
           " \"tracks\": [{\"id\": \"t1\", \"type\": \"%s\","
           " \"instrument\": \"pluck\", \"clips\":"
           " [{\"id\": \"c1\", \"start\": 0.37, \"length\": 4, %s}]}]}",
           c->cut > 0.0 ? 120.0 : 117.3,
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
    assert_true(i > 0 || take_peak(&whole, 0, SONG_RATE) > 0.01f);
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
    const double cut = cases[i].cut;
    check_case(i, cut > 0.0 ? 0.37 + cut : 1.7 + 0.0123 * i);
  }
}

/// Set how the clips of the only track cross
static void
set_crossfade(const CrossMode mode)
{
  Status st = STATUS_OK;
  song_begin(&song);
  Track* const track =
    (Track*)edit_copy(song.services, id_make(KIND_TRACK, 1), &st);
  assert_non_null(track);
  track->crossfade = (int32_t)mode;
  song_commit(&song, edit_put(song.services, &track->node));
}

/// Render two places of the recording that overlap for half a second, after
/// `steps` of: off, equal power, undo
static Take
take_of_overlap(const unsigned steps)
{
  song_open(
    &song,
    "{\"format\": 1, \"id\": \"song\", \"tempo\": 120,"
    " \"samples\": [{\"id\": \"s1\", \"file\": \"noise.wav\"}],"
    " \"tracks\": [{\"id\": \"t1\", \"type\": \"audio\", \"clips\":"
    " [{\"id\": \"c1\", \"start\": 0, \"length\": 2, \"sample\": \"s1\"},"
    "  {\"id\": \"c2\", \"start\": 1, \"length\": 2, \"sample\": \"s1\"}"
    "]}]}");
  if (steps > 0) {
    set_crossfade(CROSS_OFF);
  }

  if (steps > 1) {
    set_crossfade(CROSS_EQUAL_POWER);
  }

  if (steps > 2) {
    song_begin(&song);
    song_commit(&song, composition_undo(song.services));
  }

  const Take take = song_render(&song, 0, 3 * SONG_BEAT, 256);
  services_free(song.services);
  song.services = NULL;
  return take;
}

static void
test_a_crossfade_comes_and_goes_with_the_setting(void** state)
{
  (void)state;
  Take automatic = take_of_overlap(0);
  Take off       = take_of_overlap(1);
  Take power     = take_of_overlap(2);
  Take undone    = take_of_overlap(3);
  check_equal(0, "automatic", &automatic, &power, 0);
  check_equal(0, "undone", &undone, &off, 0);

  // Outside of the overlap nothing is different, inside all is
  const size_t beat = SONG_RATE / 2u;
  const size_t size = beat * sizeof(float);
  assert_memory_equal(off.left, power.left, size);
  assert_memory_equal(off.left + 2u * beat, power.left + 2u * beat, size);
  for (size_t f = beat; f < 2u * beat; f += 1000u) {
    assert_true(off.left[f] != power.left[f]);
  }

  take_free(&automatic);
  take_free(&off);
  take_free(&power);
  take_free(&undone);
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
    cmocka_unit_test(test_a_crossfade_comes_and_goes_with_the_setting),
    cmocka_unit_test(test_a_cut_outside_of_the_clip_is_refused),
  };

  return cmocka_run_group_tests(tests, set_up, tear_down);
}
