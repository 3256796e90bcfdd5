// SPDX-License-Identifier: GPL-3.0-or-later
//
// What units cost: nanoseconds for a frame of one voice or channel, on one
// core, for each CPU level of the machine.  The thread's own time counts, and
// the best of many short rounds, so that a busy machine shows little.

#include "base/rt.h"
#include "units/instrument.h"
#include "units/mix.h"
#include "units/strip.h"
#include "units/units_support.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE 48000u
#define ROUNDS 60
#define NUM_INSTANCES 16u
#define VOICES_PER_INSTANCE 16u
#define NUM_STRIP_BANKS 8u

typedef struct {
  const char* name;
  const char* params[16]; ///< Symbols, up to a null
  float       values[16];
} Patch;

// The first is the voice that other engines were measured with
static const Patch patches[] = {
  {"two saws, 2-pole low-pass, both envelopes",
   {"osc2_level",
    "osc2_detune",
    "cutoff",
    "resonance",
    "filter_env",
    "filter_sustain",
    "sustain"},
   {0.0f, 10.0f, 1200.0f, 0.5f, 24.0f, 60.0f, 60.0f}},
  {"the same with four poles",
   {"osc2_level",
    "osc2_detune",
    "cutoff",
    "resonance",
    "filter_env",
    "filter_sustain",
    "sustain",
    "filter_poles"},
   {0.0f, 10.0f, 1200.0f, 0.5f, 24.0f, 60.0f, 60.0f, 4.0f}},
  {"two pulses, sub, noise, LFO, 4-pole band-pass",
   {"osc1_shape",
    "osc2_shape",
    "osc2_level",
    "osc2_detune",
    "sub_level",
    "noise_level",
    "lfo_width",
    "lfo_pitch",
    "cutoff",
    "filter_type",
    "filter_poles"},
   {3.0f, 3.0f, 0.0f, 10.0f, -6.0f, -20.0f, 30.0f, 10.0f, 1200.0f, 1.0f, 4.0f}},
  {"one sine", {"osc1_shape"}, {0.0f}},
};

static double
seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void*
new_instance(const InstrumentInfo* const info,
             const Patch* const          patch,
             const CpuLevel              level,
             const uint32_t              number)
{
  void* const self = new_aligned(info->size());
  info->init(self, RATE, level);
  for (uint32_t i = 0; patch->params[i]; ++i) {
    const int param = instrument_find_param(info, patch->params[i]);
    info->set(self, (uint32_t)param, patch->values[i]);
  }

  for (uint32_t i = 0; i < VOICES_PER_INSTANCE; ++i) {
    const Note note = {
      i,
      (uint8_t)(36u + (number * VOICES_PER_INSTANCE + 7u * i) % 48u),
      100,
      i};
    info->note_on(self, &note);
  }
  return self;
}

static void
bench_instrument(const CpuLevel level, const Patch* const patch)
{
  const InstrumentInfo* const info = instrument_find("subtractive");

  void* instances[NUM_INSTANCES];
  for (uint32_t i = 0; i < NUM_INSTANCES; ++i) {
    instances[i] = new_instance(info, patch, level, i);
  }

  static float   left[BLOCK_FRAMES];
  static float   right[BLOCK_FRAMES];
  double         best   = 1e9;
  const uint32_t frames = RATE / 10 / BLOCK_FRAMES * BLOCK_FRAMES;
  uint64_t       at     = 0;
  for (int round = 0; round < ROUNDS; ++round) {
    const double begin = seconds();
    for (uint32_t f = 0; f < frames; f += BLOCK_FRAMES) {
      for (uint32_t i = 0; i < NUM_INSTANCES; ++i) {
        info->run(instances[i], left, right, 1, at, BLOCK_FRAMES);
      }
      at += BLOCK_FRAMES;
    }

    const double taken = seconds() - begin;
    best               = taken < best ? taken : best;
  }

  const uint32_t voices = NUM_INSTANCES * VOICES_PER_INSTANCE;
  printf("%s voice  %7.3f ns  %s\n",
         cpu_level_name(level),
         1e9 * best / frames / voices,
         patch->name);
  for (uint32_t i = 0; i < NUM_INSTANCES; ++i) {
    free(instances[i]);
  }
}

static LaneBlock blocks[NUM_STRIP_BANKS];

static void
bench_strips(const CpuLevel level, const int moving)
{
  StripBank* banks[NUM_STRIP_BANKS];
  MixSource  sources[NUM_STRIP_BANKS * LANES];
  Random     random = {1};
  for (uint32_t b = 0; b < NUM_STRIP_BANKS; ++b) {
    banks[b] = new_aligned(strip_bank_size());
    strip_bank_init(banks[b], RATE, level);
    fill_noise(&random, &blocks[b]);
    for (uint32_t lane = 0; lane < LANES; ++lane) {
      sources[b * LANES + lane] =
        (MixSource){.block = &blocks[b], .lane = lane};
    }
  }

  static float   left[BLOCK_FRAMES];
  static float   right[BLOCK_FRAMES];
  double         best[2]  = {1e9, 1e9};
  const uint32_t frames   = RATE / 10 / BLOCK_FRAMES * BLOCK_FRAMES;
  const uint32_t channels = NUM_STRIP_BANKS * LANES;
  for (int round = 0; round < ROUNDS; ++round) {
    double taken[2] = {0.0, 0.0};
    for (uint32_t f = 0; f < frames; f += BLOCK_FRAMES) {
      const double begin = seconds();
      for (uint32_t b = 0; b < NUM_STRIP_BANKS; ++b) {
        for (uint32_t lane = 0; moving && lane < LANES; ++lane) {
          const float swing = (f / BLOCK_FRAMES) % 8 < 4 ? -12.0f : 0.0f;
          strip_set(banks[b], lane, STRIP_FADER, swing);
        }
        strip_run(banks[b], &blocks[b], &blocks[b], f, BLOCK_FRAMES);
      }

      const double middle = seconds();
      mix_run(mix_kernel(level), sources, channels, left, right, BLOCK_FRAMES);
      taken[0] += middle - begin;
      taken[1] += seconds() - middle;
    }
    for (int i = 0; i < 2; ++i) {
      best[i] = taken[i] < best[i] ? taken[i] : best[i];
    }
  }

  printf("%s strip  %7.3f ns  %s\n",
         cpu_level_name(level),
         1e9 * best[0] / frames / channels,
         moving ? "all faders moving" : "still");
  printf("%s sum    %7.3f ns  %u channels in order\n",
         cpu_level_name(level),
         1e9 * best[1] / frames / channels,
         channels);
  for (uint32_t b = 0; b < NUM_STRIP_BANKS; ++b) {
    free(banks[b]);
  }
}

int
main(void)
{
  flush_denormals();

  FOR_EACH_LEVEL(level)
  {
    for (size_t i = 0; i < sizeof(patches) / sizeof(patches[0]); ++i) {
      bench_instrument(level, &patches[i]);
    }
    bench_strips(level, 0);
    bench_strips(level, 1);
  }
  return 0;
}
