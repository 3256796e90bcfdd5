// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is heard is the same bit for bit, however it is cut and shared out
//
// A script of edits and commands at odd frames plays a session of many tracks;
// it is the same script for every period and number of threads.

#include "rig.h"

#include "support/sanitized.h"

enum {
  LENGTH      = SANITIZED ? 30000 : 100000,
  NUM_AUDIO   = 30,
  NUM_MIDI    = 20,
  NUM_BUSES   = 3,
  NUM_TRACKS  = NUM_AUDIO + NUM_MIDI,
  NUM_SAMPLES = 5,
};

static float first[2][LENGTH];
static float again[2][LENGTH];

/// Any speed, direction and loop
static void
random_content(Random* const random, PartAudio* const audio)
{
  audio->reverse = random_below(random, 3) == 0;
  if (random_below(random, 20) == 0) {
    audio->speed =
      SPEED_ONE / 4 + SPEED_ONE / 1000 * (FrameTime)random_below(random, 3751);
  }

  if (random_below(random, 3) == 0) {
    audio->end_frames  = NEVER_REACHED;
    audio->loop_start  = (int64_t)random_below(random, 3000);
    audio->loop_frames = 64 + (int64_t)random_below(random, 3000);
    audio->loop_from   = 9000;
  }
}

/// Random clips of audio for a track, some of them overlapping
static void
random_audio(Rig* const     rig,
             Random* const  random,
             const uint32_t track,
             Sample** const samples)
{
  ClipPart*      parts[16];
  const uint32_t num   = 1u + (uint32_t)random_below(random, 16);
  Ticks          start = -(Ticks)random_below(random, BEATS(1));
  for (uint32_t i = 0; i < num; ++i) {
    const Ticks     end = start + 1 + (Ticks)random_below(random, BEATS(1.5));
    Sample* const   sample = samples[random_below(random, NUM_SAMPLES)];
    ClipPart* const part   = rig_audio(rig, i + 1u, start, end, sample);

    part->audio.gain = 0.1f + 0.01f * (float)random_below(random, 30);
    part->audio.offset =
      frame_time_from_frames((int64_t)random_below(random, 9000));
    if (random_below(random, 2)) {
      part->audio.fade_in_frames  = (int64_t)random_below(random, 500);
      part->audio.fade_out_frames = (int64_t)random_below(random, 2000);
    }

    random_content(random, &part->audio);
    part->muted = random_below(random, 10) == 0;
    parts[i]    = part;
    start += (Ticks)random_below(random, BEATS(0.5));
  }

  rig_clips(rig, track, parts, num);
}

/// Random clips of notes for a track
static void
random_notes(Rig* const rig, Random* const random, const uint32_t track)
{
  ClipPart*      parts[6];
  const uint32_t num   = 1u + (uint32_t)random_below(random, 6);
  Ticks          start = -(Ticks)random_below(random, BEATS(1));
  for (uint32_t i = 0; i < num; ++i) {
    PartNote notes[40];
    Ticks    at = 0;
    for (uint32_t k = 0; k < 40; ++k) {
      at += (Ticks)random_below(random, BEATS(0.1));
      const Ticks end = at + 1 + (Ticks)random_below(random, BEATS(0.3));
      notes[k]        = (PartNote){
               .start = at, .end = end, .pitch = (uint8_t)(40u + k), .velocity = 90};
    }

    parts[i] = rig_midi(rig, i + 1u, start, start + at + BEATS(0.5), notes, 40);
    start += (Ticks)random_below(random, BEATS(2));
  }

  rig_clips(rig, track, parts, num);
}

static void
random_clips(Rig* const     rig,
             Random* const  random,
             const uint32_t track,
             Sample** const samples)
{
  if (rig->tracks[track].type == TRACK_AUDIO) {
    random_audio(rig, random, track, samples);
  } else {
    random_notes(rig, random, track);
  }
}

static void
random_strip(Rig* const rig, Random* const random, const uint32_t track)
{
  static const float ranges[NUM_STRIP_PARAMS][2] = {{-12.0f, 6.0f},
                                                    {0.0f, 1.0f},
                                                    {0.0f, 2.0f},
                                                    {-60.0f, 6.0f},
                                                    {-1.0f, 1.0f},
                                                    {0.0f, 1.0f}};
  const uint32_t     param = (uint32_t)random_below(random, NUM_STRIP_PARAMS);
  const float        share = (float)random_below(random, 1001) / 1000.0f;
  const float        value =
    ranges[param][0] + (ranges[param][1] - ranges[param][0]) * share;
  const bool is_switch = param == STRIP_PHASE || param == STRIP_MUTE;
  rig_op(rig,
         (Operation){.type    = OPERATION_STRIP,
                     .channel = rig->tracks[track].channel,
                     .param   = param,
                     .value   = is_switch ? (float)(share > 0.5f) : value});
}

/// Turn a parameter of an instrument, if the track has one with parameters
static void
random_param(Rig* const rig, Random* const random, const uint32_t track)
{
  const InstrumentInfo* const info = instrument_find("subtractive");
  const uint32_t param = (uint32_t)random_below(random, info->num_params);
  const ParamInfo* const range = &info->params[param];
  const float            share = (float)random_below(random, 1001) / 1000.0f;
  rig_op(rig,
         (Operation){.type  = OPERATION_PARAM,
                     .track = rig->tracks[track].source,
                     .param = param,
                     .value = range->min + (range->max - range->min) * share});
}

/// One edit or command
static void
random_step(Rig* const rig, Random* const random, Sample** const samples)
{
  const uint32_t track = (uint32_t)random_below(random, NUM_TRACKS);
  switch (random_below(random, 14)) {
    case 0:
      rig_tempo(rig, BPM(90) + (MicroBpm)random_below(random, 60000000));
      break;
    case 1:
      rig_transport(rig,
                    (TransportCommand)random_below(random, 4),
                    (Ticks)random_below(random, BEATS(3)));
      rig_transport(rig, TRANSPORT_PLAY, 0);
      break;
    case 2:
      rig_loop(rig,
               random_below(random, 3) > 0,
               (Ticks)random_below(random, BEATS(1)),
               BEATS(1) + (Ticks)random_below(random, BEATS(1)));
      break;
    case 3:
      rig_op(rig,
             (Operation){.type  = OPERATION_METRONOME,
                         .value = 0.1f * (float)random_below(random, 5)});
      break;
    case 4:
      // All tracks, or all but the last
      rig->num_tracks -= (uint32_t)random_below(random, 2);
      rig_schedule(rig);
      rig->num_tracks = NUM_TRACKS + NUM_BUSES;
      break;
    case 5:
    case 6:
      random_param(rig, random, track);
      break;
    case 7:
    case 8:
    case 9:
      random_clips(rig, random, track, samples);
      break;
    default:
      random_strip(rig, random, track);
      break;
  }
}

/// Buses are at the end of the rig's tracks and have no source
static void
add_buses(Rig* const rig)
{
  for (uint32_t i = 0; i < NUM_BUSES; ++i) {
    RigTrack* const bus = &rig->tracks[rig->num_tracks++];
    bus->channel = engine_channel_new(rig->engine, id_make(KIND_BUS, i + 1u));
    assert_non_null(bus->channel);
    bus->output = i ? NUM_TRACKS : PLAN_MASTER;
  }
}

/// Play the session of a seed
static void
play(const uint64_t seed,
     const uint32_t period,
     const uint32_t threads,
     float          out[2][LENGTH])
{
  const EngineConfig config = {.rate        = RIG_RATE,
                               .max_frames  = 4096,
                               .num_threads = threads,
                               .level       = cpu_level_best(),
                               .offline     = true,
                               .share_from  = 1};
  Random             random = {seed};
  Rig* const         rig    = rig_new_with(&config);
  Sample*            samples[NUM_SAMPLES];
  for (uint32_t i = 0; i < NUM_SAMPLES; ++i) {
    samples[i] = rig_sample(rig, 10000u + 20000u * i, 1u + i % 2u, seed + i);
  }

  for (uint32_t i = 0; i < NUM_TRACKS; ++i) {
    const InstrumentInfo* const info =
      i % 2u ? &probe_info : instrument_find("subtractive");
    rig_track(rig, i % 5u < 3u ? TRACK_AUDIO : TRACK_MIDI, info);
    rig->tracks[i].output =
      i % 4u ? PLAN_MASTER
             : NUM_TRACKS + (uint32_t)random_below(&random, NUM_BUSES);
  }

  add_buses(rig);
  rig_schedule(rig);
  for (uint32_t i = 0; i < NUM_TRACKS; ++i) {
    random_clips(rig, &random, i, samples);
    random_strip(rig, &random, i);
  }

  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  uint64_t at = 0;
  for (uint32_t i = 0; i < 150; ++i) {
    at += random_below(&random, LENGTH / 75);
    random_step(rig, &random, samples);
    rig_send(rig, at);
  }

  rig_run(rig, out[0], out[1], LENGTH, period);
  assert_int_equal(rig_state(rig).not_finite, 0);
  rig_free(rig);
}

static void
test_period_and_threads_change_nothing(void** state)
{
  (void)state;
  static const uint32_t periods[] = {
    1, 16, 32, 64, 100, 256, 441, 1024, 4096, LENGTH};
  const uint64_t num_seeds = SANITIZED ? 1 : 3;
  for (uint64_t seed = 1; seed <= num_seeds; ++seed) {
    play(seed, 256, 1, first);
    float loudest = 0.0f;
    for (uint32_t f = 0; f < LENGTH; ++f) {
      loudest = first[0][f] > loudest ? first[0][f] : loudest;
    }

    assert_true(loudest > 0.5f);
    for (unsigned p = 0; p < sizeof(periods) / sizeof(periods[0]); ++p) {
      for (uint32_t threads = 1; threads <= 2; ++threads) {
        if (periods[p] == 1 && (SANITIZED || seed + threads > 2)) {
          continue; // Slow, once is enough
        }

        play(seed, periods[p], threads, again);
        for (uint32_t f = 0; f < LENGTH; ++f) {
          if (first[0][f] != again[0][f] || first[1][f] != again[1][f]) {
            fail_msg("seed %u, period %u, threads %u: frame %u differs",
                     (unsigned)seed,
                     periods[p],
                     threads,
                     f);
          }
        }
      }
    }
  }
}

/// Play ten tracks, and one on the right side only that is edited all the time
static void
play_beside(const bool edited, float out[2][LENGTH])
{
  enum { NUM_OTHERS = 10 };
  Random        random = {77};
  Rig* const    rig    = rig_new(1);
  Sample*       samples[NUM_SAMPLES];
  Sample* const beside = rig_sample(rig, 50000, 2, 99);
  for (uint32_t i = 0; i < NUM_SAMPLES; ++i) {
    samples[i] = rig_sample(rig, 10000u + 20000u * i, 1u + i % 2u, 5u + i);
  }

  for (uint64_t f = 0; f < beside->frames; ++f) {
    *sample_at(beside, f, 0) = 0.0f;
  }

  for (uint32_t i = 0; i < NUM_OTHERS; ++i) {
    const InstrumentInfo* const info =
      i % 2u ? &probe_info : instrument_find("subtractive");
    rig_track(rig, i % 3u ? TRACK_AUDIO : TRACK_MIDI, info);
    random_clips(rig, &random, i, samples);
  }

  rig_schedule(rig);
  rig_loop(rig, true, 0, BEATS(2.7));
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);

  // The other track comes and goes, and its clips and strip change
  rig_track(rig, TRACK_AUDIO, NULL);
  for (uint32_t i = 0; edited && i < 100; ++i) {
    Sample* only[NUM_SAMPLES] = {beside, beside, beside, beside, beside};
    random_audio(rig, &random, NUM_OTHERS, only);
    rig_op(rig,
           (Operation){.type    = OPERATION_STRIP,
                       .channel = rig->tracks[NUM_OTHERS].channel,
                       .param   = i % 2u ? STRIP_FADER : STRIP_PAN,
                       .value   = (float)random_below(&random, 20) / 20.0f});
    rig->num_tracks -= i % 3u ? 0u : 1u;
    rig_schedule(rig);
    rig->num_tracks = NUM_OTHERS + 1u;
    rig_send(rig, 500 + i * 777u);
  }

  rig_run(rig, out[0], out[1], LENGTH, 256);
  rig_free(rig);
}

static void
test_edits_leave_the_other_tracks_alone(void** state)
{
  (void)state;
  play_beside(false, first);
  play_beside(true, again);
  uint32_t differ = 0;
  for (uint32_t f = 0; f < LENGTH; ++f) {
    assert_true(first[0][f] == again[0][f]);
    differ += first[1][f] != again[1][f];
  }

  assert_true(differ > LENGTH / 4);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_period_and_threads_change_nothing),
    cmocka_unit_test(test_edits_leave_the_other_tracks_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
