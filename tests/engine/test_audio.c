// SPDX-License-Identifier: GPL-3.0-or-later
//
// Audio clips are heard at their frames, and never step where they must fade

#include "rig.h"

#include <math.h>

enum { LENGTH = 60000 };

static float left[LENGTH];
static float right[LENGTH];

/// The nearest frame to a stretch of ticks at a tempo, in whole numbers
static int64_t
frames_in(const MicroBpm tempo, const Ticks ticks)
{
  __extension__ typedef __int128 Wide;
  const Wide                     n = (Wide)ticks * RIG_RATE * 60000000;
  const Wide                     d = (Wide)tempo * TICKS_PER_BEAT;
  return (int64_t)((2 * n + d) / (2 * d));
}

static void
test_a_clip_is_its_file_at_its_frame(void** state)
{
  (void)state;
  Random random = {1};
  for (unsigned i = 0; i < 200; ++i) {
    const MicroBpm tempo =
      20000000 + (MicroBpm)random_below(&random, 280000001);
    const Ticks    from     = (Ticks)random_below(&random, 100 * BEATS(1));
    const Ticks    start    = from + (Ticks)random_below(&random, BEATS(0.3));
    const uint32_t channels = 1u + (uint32_t)random_below(&random, 2);
    const uint64_t frames   = 1u + random_below(&random, 20000);
    const int64_t  offset   = (int64_t)random_below(&random, frames);
    const uint32_t period   = 1u + (uint32_t)random_below(&random, 700);

    Rig* const rig = rig_new(1);
    rig_track(rig, TRACK_AUDIO, NULL);
    Sample* const   sample = rig_sample(rig, frames, channels, i + 1u);
    const Ticks     end    = start + 1 + (Ticks)random_below(&random, BEATS(2));
    ClipPart* const part   = rig_audio(rig, 1, start, end, sample);
    part->audio.offset_frames = offset;
    rig_tempo(rig, tempo);
    rig_schedule(rig);
    rig_clips(rig, 0, (ClipPart*[]){part}, 1);
    rig_transport(rig, TRANSPORT_LOCATE, from);
    rig_transport(rig, TRANSPORT_PLAY, 0);
    const uint32_t at = (uint32_t)random_below(&random, 1000);
    rig_send(rig, at);
    rig_run(rig, left, right, LENGTH, period);

    const int64_t first = at + frames_in(tempo, start - from);
    const int64_t last  = at + frames_in(tempo, end - from);
    for (int64_t f = 0; f < LENGTH; ++f) {
      const int64_t place  = f - first + offset;
      const bool    sounds = f >= first && f < last && place < (int64_t)frames;
      const float   l = sounds ? *sample_at(sample, (uint64_t)place, 0) : 0.0f;
      const float   r = sounds ? *sample_at(sample, (uint64_t)place, 1) : 0.0f;
      if (left[f] != l || right[f] != r) {
        fail_msg("case %u frame %ld: %g not %g", i, (long)f, left[f], l);
      }
    }

    rig_free(rig);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_clip_is_its_file_at_its_frame),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
