// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where one audio clip ends inside the next, they go over into each other

#include "rig.h"

#include <math.h>

enum {
  BEAT   = 24000, ///< Frames at 120 BPM
  LENGTH = 4 * BEAT,
  FROM   = BEAT,         ///< The second clip starts
  TO     = 3 * BEAT / 2, ///< The first clip ends
};

static float left[LENGTH];
static float right[LENGTH];

/// A rig with an audio track
static Rig*
rig_with_track(void)
{
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  rig_schedule(rig);
  return rig;
}

/// A sample that is heard on one side alone
static Sample*
rig_side(Rig* const rig, const uint32_t side)
{
  Sample* const sample = rig_sample(rig, LENGTH, 2, 1);
  for (uint64_t f = 0; f < sample->frames; ++f) {
    *sample_at(sample, f, side)      = 1.0f;
    *sample_at(sample, f, 1u - side) = 0.0f;
  }

  return sample;
}

static void
put_clips(Rig* const       rig,
          ClipPart** const parts,
          const uint32_t   n,
          CrossMode        mode)
{
  ClipSet* const set = clip_set_new(n);
  assert_non_null(set);
  memcpy(set->parts, parts, n * sizeof(*parts));
  clip_set_finish(set, mode);
  rig_op(rig,
         (Operation){.type  = OPERATION_CLIPS,
                     .track = rig->tracks[0].source,
                     .clips = set});
}

/// Play some clips from the start
static void
play(Rig* const rig, ClipPart** const parts, const uint32_t n, CrossMode mode)
{
  put_clips(rig, parts, n, mode);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, right, LENGTH, 100);
}

/// Gain of the clip that comes, as the overlap has it
static double
way_at(const int f)
{
  return f < FROM ? 0.0 : f >= TO ? 1.0 : (f - FROM + 0.5) / (TO - FROM);
}

static void
test_one_recording_goes_on_as_if_it_was_not_cut(void** state)
{
  (void)state;
  Rig* const      rig    = rig_with_track();
  Sample* const   sample = rig_sample(rig, LENGTH, 2, 7);
  ClipPart* const a      = rig_audio(rig, 1, 0, BEATS(1.5), sample);
  ClipPart* const b      = rig_audio(rig, 2, BEATS(1), BEATS(3), sample);
  b->audio.offset        = frame_time_from_frames(FROM);
  play(rig, (ClipPart*[]){a, b}, 2, CROSS_AUTO);

  // Two products and their sum are rounded, to 24 bits each
  for (int f = 0; f < 3 * BEAT; ++f) {
    const float  value = *sample_at(sample, (uint64_t)f, 0);
    const double fault = fabs((double)left[f] - value);
    const bool   cross = f >= FROM && f < TO;
    if (fault > (cross ? ldexp(fabs(value), -22) : 0.0)) {
      fail_msg("frame %d: %.9g, not %.9g", f, left[f], value);
    }
  }

  assert_true(left[3 * BEAT] == 0.0f);
  rig_free(rig);
}

static void
test_other_material_keeps_its_power(void** state)
{
  (void)state;
  Rig* const      rig = rig_with_track();
  ClipPart* const a   = rig_audio(rig, 1, 0, BEATS(1.5), rig_side(rig, 0));
  ClipPart* const b   = rig_audio(rig, 2, BEATS(1), BEATS(3), rig_side(rig, 1));
  play(rig, (ClipPart*[]){a, b}, 2, CROSS_AUTO);
  for (int f = 0; f < 3 * BEAT; ++f) {
    const double angle = way_at(f) * M_PI_2;
    assert_true(fabs(left[f] - cos(angle)) < 1e-6);
    assert_true(fabs(right[f] - sin(angle)) < 1e-6);
  }

  rig_free(rig);
}

static void
test_the_curve_may_be_given(void** state)
{
  (void)state;
  Rig* const      rig = rig_with_track();
  ClipPart* const a   = rig_audio(rig, 1, 0, BEATS(1.5), rig_side(rig, 0));
  ClipPart* const b   = rig_audio(rig, 2, BEATS(1), BEATS(3), rig_side(rig, 1));
  play(rig, (ClipPart*[]){a, b}, 2, CROSS_LINEAR);
  for (int f = 0; f < 3 * BEAT; ++f) {
    assert_true(fabs(left[f] - (1.0 - way_at(f))) < 1e-7);
    assert_true(fabs(right[f] - way_at(f)) < 1e-7);
  }

  rig_free(rig);
}

/// What overlaps without a crossfade
typedef struct {
  const char* what;
  double      first[2];  ///< Start and end of a clip on the left, in beats
  double      second[2]; ///< And of one on the right
  int64_t     fade;      ///< Of the first one's end
  bool        muted;     ///< The second one is
  CrossMode   mode;
} Plain;

static void
test_what_does_not_cross_sounds_as_it_is(void** state)
{
  (void)state;

  // clang-format off
  static const Plain cases[] = {
    {"switched off",           {0, 2},   {1, 3}, 0,  false, CROSS_OFF},
    {"one after the other",    {0, 1},   {1, 3}, 0,  false, CROSS_AUTO},
    {"one inside the other",   {0, 3},   {1, 2}, 0,  false, CROSS_AUTO},
    {"a common start",         {0, 1},   {0, 3}, 0,  false, CROSS_AUTO},
    {"a common end",           {0, 3},   {1, 3}, 0,  false, CROSS_AUTO},
    {"a fade of the clip's",   {0, 2},   {1, 3}, 10, false, CROSS_AUTO},
    {"one is muted",           {0, 2},   {1, 3}, 0,  true,  CROSS_AUTO},
  };
  // clang-format on

  for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    const Plain* const c   = &cases[i];
    Rig* const         rig = rig_with_track();
    ClipPart* const    a   = rig_audio(
      rig, 1, BEATS(c->first[0]), BEATS(c->first[1]), rig_side(rig, 0));
    ClipPart* const b = rig_audio(
      rig, 2, BEATS(c->second[0]), BEATS(c->second[1]), rig_side(rig, 1));
    a->audio.fade_out_frames = c->fade;
    b->muted                 = c->muted;
    play(rig, (ClipPart*[]){a, b}, 2, c->mode);
    for (int f = 0; f < LENGTH; ++f) {
      const double beat = (double)f / BEAT;
      const bool   l    = beat >= c->first[0] && beat < c->first[1];
      const bool   r    = beat >= c->second[0] && beat < c->second[1];
      const bool   fade = l && f >= c->first[1] * BEAT - (double)c->fade;
      if ((!fade && left[f] != (float)l) ||
          right[f] != (float)(r && !c->muted)) {
        fail_msg("%s: frame %d: %g %g", c->what, f, left[f], right[f]);
      }
    }

    rig_free(rig);
  }
}

static void
test_what_has_ended_makes_nobody_fade(void** state)
{
  (void)state;

  // The recording of the first clip is over before the second one comes
  Rig* const      rig = rig_with_track();
  ClipPart* const a =
    rig_audio(rig, 1, 0, BEATS(1.5), rig_steady(rig, BEAT / 2, 0.5f));
  ClipPart* const b = rig_audio(rig, 2, BEATS(1), BEATS(3), rig_side(rig, 1));
  play(rig, (ClipPart*[]){a, b}, 2, CROSS_AUTO);
  assert_true(left[BEAT / 2 - 1] == 0.5f);
  for (int f = FROM; f < 3 * BEAT; ++f) {
    assert_true(right[f] == 1.0f);
  }

  rig_free(rig);
}

static void
test_a_chain_crosses_one_by_one_past_what_is_inside(void** state)
{
  (void)state;

  // Two on the left with one on the right between, in which a short one lies
  Rig* const      rig  = rig_with_track();
  Sample* const   side = rig_side(rig, 1);
  ClipPart* const a    = rig_audio(rig, 1, 0, BEATS(1.5), rig_side(rig, 0));
  ClipPart* const b    = rig_audio(rig, 2, BEATS(1), BEATS(2.5), side);
  ClipPart* const c    = rig_audio(rig, 3, BEATS(1.6), BEATS(1.7), side);
  ClipPart* const d = rig_audio(rig, 4, BEATS(2), BEATS(3), rig_side(rig, 0));
  play(rig, (ClipPart*[]){a, b, c, d}, 4, CROSS_LINEAR);
  for (int f = 0; f < 3 * BEAT; ++f) {
    const double beat   = (double)f / BEAT;
    const double inside = beat >= 1.6 && beat < 1.7 ? 1.0 : 0.0;
    assert_true(fabs(left[f] + right[f] - inside - 1.0) < 1e-6);
  }

  assert_true(left[BEAT - 1] == 1.0f && right[7 * BEAT / 4] == 1.0f);
  assert_true(left[11 * BEAT / 4] == 1.0f);
  rig_free(rig);
}

static void
test_an_overlap_is_heard_right_from_its_middle(void** state)
{
  (void)state;
  Rig* const      rig = rig_with_track();
  ClipPart* const a   = rig_audio(rig, 1, 0, BEATS(1.5), rig_side(rig, 0));
  ClipPart* const b   = rig_audio(rig, 2, BEATS(1), BEATS(3), rig_side(rig, 1));
  put_clips(rig, (ClipPart*[]){a, b}, 2, CROSS_LINEAR);
  rig_transport(rig, TRANSPORT_LOCATE, BEATS(1.25));
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, right, BEAT, 256);
  for (int f = 64; f < BEAT; ++f) {
    assert_true(fabs(right[f] - way_at(f + BEAT * 5 / 4)) < 1e-7);
    assert_true(fabs(left[f] + right[f] - 1.0) < 1e-6);
  }

  rig_free(rig);
}

static void
test_gains_add_up_while_clips_and_tempo_change(void** state)
{
  (void)state;
  Rig* const      rig    = rig_with_track();
  Sample* const   sample = rig_steady(rig, LENGTH, 1.0f);
  ClipPart* const a      = rig_audio(rig, 1, 0, BEATS(1.5), sample);
  ClipPart* const b      = rig_audio(rig, 2, BEATS(1), BEATS(3), sample);
  ClipPart* const c      = rig_audio(rig, 3, 0, BEATS(2), sample);
  put_clips(rig, (ClipPart*[]){a, b}, 2, CROSS_LINEAR);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, NULL, FROM + 2000, 256);

  // The tempo, then the end of the first, while they cross
  rig_tempo(rig, BPM(60));
  rig_send(rig, FROM + 2000);
  put_clips(rig, (ClipPart*[]){c, b}, 2, CROSS_LINEAR);
  rig_send(rig, FROM + 6000);
  rig_run(rig, left + FROM + 2000, NULL, 2 * BEAT, 256);
  for (int f = 0; f < FROM + 2000 + 2 * BEAT; ++f) {
    const bool moves = f >= FROM + 6000 && f < FROM + 6200;
    if (fabsf(left[f] - 1.0f) > (moves ? 0.5f : 1e-6f)) {
      fail_msg("frame %d: %g", f, left[f]);
    }
  }

  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_one_recording_goes_on_as_if_it_was_not_cut),
    cmocka_unit_test(test_other_material_keeps_its_power),
    cmocka_unit_test(test_the_curve_may_be_given),
    cmocka_unit_test(test_what_does_not_cross_sounds_as_it_is),
    cmocka_unit_test(test_what_has_ended_makes_nobody_fade),
    cmocka_unit_test(test_a_chain_crosses_one_by_one_past_what_is_inside),
    cmocka_unit_test(test_an_overlap_is_heard_right_from_its_middle),
    cmocka_unit_test(test_gains_add_up_while_clips_and_tempo_change),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
