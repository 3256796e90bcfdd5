// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sample that is tried out is heard once, from its start, beside all else

#include "rig.h"

#include "engine/fade.h"

enum { LENGTH = 12000 };

static float left[LENGTH];
static float right[LENGTH];

/// Try a sample out, or with null end that
static void
audition(Rig* const rig, Sample* const sample)
{
  rig_op(rig, (Operation){.type = OPERATION_AUDITION, .sample = sample});
  rig_send(rig, 0);
}

static void
test_it_is_the_sample_once(void** state)
{
  (void)state;
  static const uint32_t periods[] = {1, 64, 1000};
  for (uint32_t p = 0; p < 3u; ++p) {
    Rig* const    rig    = rig_new(1);
    Sample* const sample = rig_sample(rig, 9000, 2, 3);
    rig_schedule(rig);
    rig_run(rig, left, right, 100, periods[p]);
    audition(rig, sample);
    rig_run(rig, left, right, LENGTH, periods[p]);
    for (uint32_t i = 0; i < LENGTH; ++i) {
      assert_true(left[i] == (i < 9000 ? *sample_at(sample, i, 0) : 0.0f));
      assert_true(right[i] == (i < 9000 ? *sample_at(sample, i, 1) : 0.0f));
    }
    rig_free(rig);
  }
}

static void
test_the_one_before_fades(void** state)
{
  (void)state;
  Rig* const    rig   = rig_new(1);
  Sample* const one   = rig_steady(rig, 9000, 1.0f);
  Sample* const other = rig_steady(rig, 9000, 0.25f);
  rig_schedule(rig);
  audition(rig, one);
  rig_run(rig, left, right, 500, 64);
  audition(rig, other);
  rig_run(rig, left, right, 500, 64);
  for (uint32_t i = 0; i < 500; ++i) {
    const float fade =
      i < FADE_FRAMES ? (float)(FADE_FRAMES - 1u - i) / FADE_FRAMES : 0.0f;
    assert_true(left[i] == 0.25f + fade);
  }
  audition(rig, NULL);
  rig_run(rig, left, right, 500, 64);
  assert_true(left[0] > 0.2f && left[200] == 0.0f);
  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_it_is_the_sample_once),
    cmocka_unit_test(test_the_one_before_fades),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
