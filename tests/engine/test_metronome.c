// SPDX-License-Identifier: GPL-3.0-or-later
//
// Clicks are on the beats of the signature, and nowhere else

#include "rig.h"

#include "units/click.h"

#include <math.h>

enum { LENGTH = 200000 };

static float left[LENGTH];
static float right[LENGTH];
static float want[LENGTH];

/// Put a click where it should be heard; a later one ends those before
static void
expect_click(const uint32_t frame, const bool accented, const float gain)
{
  Click click;
  click_init(&click, RIG_RATE);
  click_start(&click, accented);
  memset(want + frame, 0, (LENGTH - frame) * sizeof(float));
  for (uint32_t f = frame; f < LENGTH; f += 256) {
    float          part[256];
    const uint32_t n = LENGTH - f < 256 ? LENGTH - f : 256;
    click_run(&click, part, n);
    for (uint32_t i = 0; i < n; ++i) {
      want[f + i] = part[i] * gain;
    }
  }
}

static void
check_output(void)
{
  float highest = 0.0f;
  for (uint32_t f = 0; f < LENGTH; ++f) {
    highest = want[f] > highest ? want[f] : highest;
    assert_true(fabsf(left[f] - want[f]) < 1e-6f);
    assert_true(right[f] == left[f]);
  }

  assert_true(highest > 0.05f);
}

static void
signature(Rig* const rig, const uint32_t beats, const Ticks beat_ticks)
{
  const BarChange change = {0, beats, beat_ticks};
  rig_op(rig,
         (Operation){.type = OPERATION_BARS, .bars = bar_map_new(&change, 1)});
}

static void
gain(Rig* const rig, const float value)
{
  rig_op(rig, (Operation){.type = OPERATION_METRONOME, .value = value});
}

static void
test_clicks_are_on_the_beats(void** state)
{
  (void)state;

  // 6/8 at 131.7 BPM from the middle of a bar
  static const uint32_t periods[] = {64, 1024, 4000};
  for (unsigned p = 0; p < 3; ++p) {
    Rig* const rig = rig_new(1);
    rig_tempo(rig, BPM(131.7));
    signature(rig, 6, BEATS(0.5));
    gain(rig, 0.5f);
    rig_transport(rig, TRANSPORT_LOCATE, BEATS(10.25));
    rig_transport(rig, TRANSPORT_PLAY, 0);
    rig_send(rig, 100);
    rig_run(rig, left, right, LENGTH, periods[p]);

    memset(want, 0, sizeof(want));
    for (int64_t eighth = 21;; ++eighth) {
      // From beat 10.25 to eighth / 2, in quarters of a beat
      const int64_t quarters = 2 * eighth - 41;
      const int64_t n        = quarters * 60 * RIG_RATE * 10;
      const int64_t d        = 4 * 1317;
      const int64_t frame    = 100 + (2 * n + d) / (2 * d);
      if (frame >= LENGTH) {
        break;
      }

      expect_click((uint32_t)frame, eighth % 6 == 0, 0.5f);
    }

    check_output();
    rig_free(rig);
  }
}

static void
test_a_loop_counts_its_beats_again(void** state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  gain(rig, 1.0f);
  rig_loop(rig, true, 0, BEATS(3));
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  rig_run(rig, left, right, LENGTH, 256);
  memset(want, 0, sizeof(want));
  for (uint32_t beat = 0; beat * 24000 < LENGTH; ++beat) {
    expect_click(beat * 24000, beat % 3 == 0, 1.0f);
  }

  check_output();
  rig_free(rig);
}

static void
test_it_is_silent_when_off_or_not_playing(void** state)
{
  (void)state;
  Rig* const rig = rig_new(1);
  gain(rig, 1.0f);
  rig_send(rig, 0);
  rig_run(rig, left, right, LENGTH / 2, 256);
  gain(rig, 0.0f);
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  rig_run(rig, left + LENGTH / 2, right, LENGTH / 2, 256);
  for (uint32_t f = 0; f < LENGTH; ++f) {
    assert_true(left[f] == 0.0f);
  }

  rig_free(rig);
}

static void
test_accents_follow_changes_of_signature(void** state)
{
  (void)state;
  static const BarChange changes[] = {{0, 3, BEATS(1)},
                                      {BEATS(4), 5, BEATS(0.5)}};
  Rig* const             rig       = rig_new(1);
  rig_op(rig,
         (Operation){.type = OPERATION_BARS, .bars = bar_map_new(changes, 2)});
  gain(rig, 1.0f);
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  rig_run(rig, left, right, LENGTH, 256);
  memset(want, 0, sizeof(want));
  for (uint32_t beat = 0; beat < 4; ++beat) {
    expect_click(beat * 24000, beat % 3 == 0, 1.0f);
  }

  for (uint32_t eighth = 0; 96000 + eighth * 12000 < LENGTH; ++eighth) {
    expect_click(96000 + eighth * 12000, eighth % 5 == 0, 1.0f);
  }

  check_output();
  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_clicks_are_on_the_beats),
    cmocka_unit_test(test_a_loop_counts_its_beats_again),
    cmocka_unit_test(test_accents_follow_changes_of_signature),
    cmocka_unit_test(test_it_is_silent_when_off_or_not_playing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
