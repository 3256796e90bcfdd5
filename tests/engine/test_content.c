// SPDX-License-Identifier: GPL-3.0-or-later
//
// Clips play their recordings backwards, in loops and at other speeds

#include "rig.h"

#include <math.h>

enum { LENGTH = 60000, FRAMES = 3 * PAGE_FRAMES + 1234, LONG = 60000 };

static float left[LENGTH];
static float right[LENGTH];
static float again[LENGTH];

/// A rig at 120 BPM (24,000 frames a beat) with an audio track
static Rig*
rig_with_track(void)
{
  Rig* const rig = rig_new(1);
  rig_track(rig, TRACK_AUDIO, NULL);
  rig_schedule(rig);
  return rig;
}

/// Play parts from a tick on
static void
play(Rig* const       rig,
     ClipPart** const parts,
     const uint32_t   num_parts,
     const Ticks      from,
     float* const     out)
{
  rig_clips(rig, 0, parts, num_parts);
  rig_transport(rig, TRANSPORT_LOCATE, from);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, out, right, LENGTH, 256);
}

/// The frame of a file that a clip plays as its n-th, in plain words; -1: none
static int64_t
file_frame(const PartAudio* const audio, const int64_t n)
{
  int64_t at  = (int64_t)(audio->offset >> 64);
  int64_t end = audio->loop_from;
  for (int64_t i = 0; i < n; ++i) {
    if (++at == end) {
      at  = audio->loop_start;
      end = audio->loop_start + audio->loop_frames;
    }
  }

  const int64_t last = (int64_t)audio->sample->frames - 1;
  return at >= audio->end_frames || at > last ? -1
         : audio->reverse                     ? last - at
                                              : at;
}

static void
test_backwards_and_loops_are_frames_of_the_file(void** state)
{
  (void)state;
  for (unsigned i = 0; i < 16; ++i) {
    Rig* const       rig    = rig_with_track();
    Sample* const    sample = rig_sample(rig, FRAMES, 1u + i % 2u, i);
    ClipPart* const  part = rig_audio(rig, 1, BEATS(0.25), BEATS(1.75), sample);
    PartAudio* const audio = &part->audio;
    audio->reverse         = i & 2u;
    audio->offset          = frame_time_from_frames(i & 4u ? 777 : 0);
    if (i & 8u) {
      audio->loop_start  = 500;
      audio->loop_frames = i & 4u ? 4500 : 99;
      audio->loop_from   = audio->loop_start + audio->loop_frames;
      audio->loop_from += i == 8u ? 1000 : 0; // It begins behind its loop
      audio->end_frames = NEVER_REACHED;
    } else {
      audio->end_frames = FRAMES - 321;
    }

    if (audio->loop_from <= audio->offset >> 64) {
      audio->loop_from = FRAMES;
    }

    play(rig, (ClipPart*[]){part}, 1, 0, left);
    for (int64_t f = 0; f < 50000; ++f) {
      const bool    inside = f >= 6000 && f < 42000;
      const int64_t at     = inside ? file_frame(audio, f - 6000) : -1;
      const float   l = at < 0 ? 0.0f : *sample_at(sample, (uint64_t)at, 0);
      const float   r = at < 0 ? 0.0f : *sample_at(sample, (uint64_t)at, 1);
      if (left[f] != l || right[f] != r) {
        fail_msg("case %u, frame %d: %g, not %g", i, (int)f, left[f], l);
      }

      // Walking through the content from its start takes long
      f += inside && f % 97 == 0 ? 380 : 0;
    }

    rig_free(rig);
  }
}

/// Each kind of playing
static void
vary(PartAudio* const audio, const unsigned kind)
{
  static const double speeds[] = {1.0, 0.25, 0.7321, 1.5, 4.0};

  audio->reverse = kind % 2u;
  audio->speed   = (FrameTime)ldexp(speeds[kind / 2u % 5u], 64);
  if (kind >= 10u) {
    audio->loop_start  = 1000;
    audio->loop_frames = 5555;
    audio->loop_from   = 6555;
    audio->end_frames  = NEVER_REACHED;
  }
}

static void
test_a_start_in_the_middle_plays_the_middle(void** state)
{
  (void)state;
  for (unsigned kind = 0; kind < 20; ++kind) {
    for (unsigned late = 0; late < 2; ++late) {
      Rig* const      rig    = rig_with_track();
      Sample* const   sample = rig_sample(rig, LONG, 1, kind);
      ClipPart* const part   = rig_audio(rig, 1, BEATS(0.1), BEATS(2), sample);
      vary(&part->audio, kind);
      play(rig,
           (ClipPart*[]){part},
           1,
           late ? BEATS(0.25) : 0,
           late ? again : left);
      rig_free(rig);
    }

    // Places are kept to 1/8192 frame
    float most = 0.0f;
    float loud = 0.0f;
    for (uint32_t f = 64; f < 40000; ++f) {
      const float fault = fabsf(again[f] - left[f + 6000u]);
      most              = fault > most ? fault : most;
      loud              = fabsf(again[f]) > loud ? fabsf(again[f]) : loud;
    }

    if (most > (kind / 2u % 5u ? 1e-3f : 0.0f) || loud < 0.2f) {
      fail_msg("kind %u: differs by %g of %g", kind, most, loud);
    }
  }
}

/// A clip that is cut in two
typedef struct {
  unsigned kind;
  double   tempo;
  Ticks    start;
  Ticks    cut;
  Ticks    end;
  Ticks    from; ///< Where the transport starts
} Cut;

static void
play_cut(const Cut* const c, const bool halves, float* const out)
{
  Rig* const    rig      = rig_with_track();
  Sample* const sample   = rig_sample(rig, LONG, 2, c->kind);
  const Ticks   end      = halves ? c->cut : c->end;
  ClipPart*     parts[2] = {rig_audio(rig, 1, c->start, end, sample),
                            rig_audio(rig, 2, c->cut, c->end, sample)};
  vary(&parts[0]->audio, c->kind);
  vary(&parts[1]->audio, c->kind);

  // As a file keeps it: seconds, in double precision
  const double seconds = (double)(c->cut - c->start) / TICKS_PER_BEAT * 60.0 /
                         c->tempo * ldexp((double)parts[0]->audio.speed, -64);
  parts[1]->audio.offset = (FrameTime)ldexp(seconds, 64) * RIG_RATE;
  rig_tempo(rig, BPM(c->tempo));
  play(rig, parts, halves ? 2 : 1, c->from, out);
  rig_free(rig);
}

static void
test_halves_are_the_whole(void** state)
{
  (void)state;
  Random random = {5};
  for (unsigned i = 0; i < 60; ++i) {
    Cut c  = {.kind  = i % 20u,
              .tempo = 20.0 + (double)random_below(&random, 280000) / 1000.0,
              .start = (Ticks)random_below(&random, BEATS(0.2))};
    c.end  = c.start + BEATS(1);
    c.cut  = c.start + 1 + (Ticks)random_below(&random, BEATS(1) - 1);
    c.from = (Ticks)random_below(&random, (uint64_t)c.start + 1u);
    play_cut(&c, false, left);
    play_cut(&c, true, again);
    for (uint32_t f = 0; f < LENGTH; ++f) {
      if (left[f] != again[f]) {
        fail_msg("case %u at %g BPM: frame %u is %.9g, not %.9g",
                 i,
                 c.tempo,
                 f,
                 again[f],
                 left[f]);
      }
    }
  }
}

/// Take all pages away
static void
empty(Sample* const sample, const float** const kept)
{
  for (uint32_t i = 0; i < sample->num_pages; ++i) {
    kept[i] = atomic_exchange(&sample->pages[i].data, NULL);
    atomic_store(&sample->pages[i].state, PAGE_ABSENT);
  }
}

static void
test_pages_are_asked_for_in_the_order_in_which_they_are_heard(void** state)
{
  (void)state;
  enum { PAGES = 40 };
  Rig* const      rig    = rig_with_track();
  Sample* const   sample = rig_sample(rig, PAGES * PAGE_FRAMES, 1, 3);
  ClipPart* const part   = rig_audio(rig, 1, 0, BEATS(8), sample);
  const float*    kept[PAGES];
  empty(sample, kept);
  part->audio.reverse     = true;
  part->audio.loop_start  = 2 * PAGE_FRAMES;
  part->audio.loop_frames = 2 * PAGE_FRAMES;
  part->audio.loop_from   = 4 * PAGE_FRAMES;
  part->audio.end_frames  = NEVER_REACHED;

  // It starts once they are there: the last four of the file
  rig_clips(rig, 0, (ClipPart*[]){part}, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  rig_run(rig, left, right, 1000, 100);
  assert_int_equal(rig_state(rig).state, ENGINE_LOCATING);
  for (uint32_t i = 0; i < 4; ++i) {
    PageRequest request = {NULL, 0};
    assert_true(ring_read(rig->rings[0], &request));
    assert_int_equal(request.page, PAGES - 1u - i);
    atomic_store(&sample->pages[request.page].data, kept[request.page]);
    atomic_store(&sample->pages[request.page].state, PAGE_RESIDENT);
  }

  rig_run(rig, left, right, LENGTH, 100);
  PageRequest none;
  assert_false(ring_read(rig->rings[0], &none));
  assert_int_equal(rig_state(rig).late, 0);
  for (int64_t f = 0; f < 40000; ++f) {
    const int64_t at =
      f < 4 * PAGE_FRAMES ? f : 2 * PAGE_FRAMES + f % (2 * PAGE_FRAMES);
    const uint64_t in_file = PAGES * PAGE_FRAMES - 1u - (uint64_t)at;
    assert_true(left[f] == *sample_at(sample, in_file, 0));
  }

  for (uint32_t i = 0; i < PAGES; ++i) {
    atomic_store(&sample->pages[i].data, kept[i]);
  }

  rig_free(rig);
}

static void
test_a_change_of_speed_or_direction_does_not_step(void** state)
{
  (void)state;
  Rig* const    rig    = rig_with_track();
  Sample* const sample = rig_steady(rig, 90000, 0.5f);
  ClipPart*     parts[20];
  for (unsigned i = 0; i < 20; ++i) {
    parts[i] = rig_audio(rig, 1, 0, BEATS(4), sample);
    vary(&parts[i]->audio, i * 7u % 20u);
  }

  rig_clips(rig, 0, parts, 1);
  rig_command_at(rig, 0, TRANSPORT_PLAY, 0);
  for (unsigned i = 1; i < 20; ++i) {
    rig_clips_at(rig, 1001u * i, &parts[i], 1);
  }

  rig_run(rig, left, right, 20000, 256);
  for (uint32_t f = 1; f < 20000; ++f) {
    assert_true(fabsf(left[f] - left[f - 1u]) < 0.01f);
    assert_true(left[f] > 0.3f);
  }

  rig_free(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_backwards_and_loops_are_frames_of_the_file),
    cmocka_unit_test(test_a_start_in_the_middle_plays_the_middle),
    cmocka_unit_test(test_halves_are_the_whole),
    cmocka_unit_test(
      test_pages_are_asked_for_in_the_order_in_which_they_are_heard),
    cmocka_unit_test(test_a_change_of_speed_or_direction_does_not_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
