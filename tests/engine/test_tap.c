// SPDX-License-Identifier: GPL-3.0-or-later
//
// A tap hands over what its channel puts out, frame by frame

#include "rig.h"

#include "engine/channel.h"

enum { LENGTH = 20000, RING = 512 };

static float left[LENGTH];
static float right[LENGTH];

/// Open a tap in a slot, or with null close it
static void
set_tap(Rig* const           rig,
        const uint32_t       slot,
        EngineChannel* const channel,
        Ring* const          ring)
{
  rig_op(
    rig,
    (Operation){
      .type = OPERATION_TAP, .channel = channel, .param = slot, .tap = ring});
  rig_send(rig, 0);
}

/// A rig with an audio track that plays noise
static Rig*
rig_with_noise(void)
{
  Rig* const      rig    = rig_new(1);
  Sample* const   sample = rig_sample(rig, LENGTH, 2, 5);
  ClipPart* const part   = rig_audio(rig, 1, 0, BEATS(100), sample);
  rig_track(rig, TRACK_AUDIO, NULL);
  rig_schedule(rig);
  rig_clips(rig, 0, &(ClipPart*){part}, 1);
  rig_transport(rig, TRANSPORT_PLAY, 0);
  return rig;
}

/// Check that a ring has the output from a frame on, and return the next one
static uint64_t
check_blocks(Ring* const ring, uint64_t frame)
{
  TapBlock block;
  while (ring_read(ring, &block)) {
    assert_true(block.frame == frame);
    assert_in_range(block.n, 1, TAP_FRAMES);
    for (uint32_t i = 0; i < block.n; ++i) {
      assert_true(block.left[i] == left[frame + i]);
      assert_true(block.right[i] == right[frame + i]);
    }
    frame += block.n;
  }
  return frame;
}

static void
test_a_tap_hands_over_what_is_heard(void** state)
{
  (void)state;
  static const uint32_t periods[] = {1, 37, 64, 256, 1000};

  for (uint32_t i = 0; i < 5u; ++i) {
    Rig* const  rig  = rig_with_noise();
    Ring* const ring = ring_new(RING, sizeof(TapBlock));
    set_tap(rig, 3, rig->master, ring);
    for (uint64_t done = 0; done < LENGTH; done += 500u) {
      const uint64_t next = done;
      rig_run(rig, left + done, right + done, 500, periods[i]);
      assert_true(check_blocks(ring, next) == done + 500u);
    }
    assert_true(left[LENGTH / 2] != 0.0f);
    rig_free(rig);
  }
}

static void
test_a_full_ring_loses_only_what_comes_after(void** state)
{
  (void)state;
  Rig* const  rig  = rig_with_noise();
  Ring* const ring = ring_new(4, sizeof(TapBlock));
  set_tap(rig, 0, rig->master, ring);
  rig_run(rig, left, right, 1024, 64);
  const uint64_t kept = check_blocks(ring, 0);
  assert_true(kept >= 4u * TAP_FRAMES && kept < 1024u);

  // Read again, it goes on where the engine is
  rig_run(rig, left + 1024, right + 1024, 64, 64);
  assert_true(check_blocks(ring, 1024) == 1088u);
  rig_free(rig);
}

static void
test_a_tap_is_closed_and_comes_home(void** state)
{
  (void)state;
  Rig* const  rig   = rig_with_noise();
  Ring* const first = ring_new(RING, sizeof(TapBlock));
  Ring* const other = ring_new(RING, sizeof(TapBlock));
  set_tap(rig, 0, rig->master, first);
  rig_run(rig, left, right, 100, 64);
  assert_true(check_blocks(first, 0) == 100u);

  // Another one hears from then on; each is freed by the batch that ends it
  set_tap(rig, 0, rig->master, NULL);
  set_tap(rig, 0, rig->tracks[0].channel, other);
  rig_run(rig, left + 100, right + 100, 4000, 64);
  assert_true(check_blocks(other, 100) == 4100u);
  set_tap(rig, 0, rig->tracks[0].channel, NULL);
  rig_run(rig, left, right, 10000, 64);
  assert_null(rig->master->tap);
  assert_null(rig->tracks[0].channel->tap);

  // A slot that is not there gives back what it was sent
  set_tap(rig, ENGINE_MAX_TAPS, rig->master, ring_new(4, sizeof(TapBlock)));
  rig_run(rig, left, right, 4000, 64);
  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_tap_hands_over_what_is_heard),
    cmocka_unit_test(test_a_full_ring_loses_only_what_comes_after),
    cmocka_unit_test(test_a_tap_is_closed_and_comes_home),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
