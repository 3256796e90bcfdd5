// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the instrument engines cost: nanoseconds for a frame of a voice, and how
// many voices one core plays at 48 kHz.  Each engine has a patch of common use;
// 256 voices sound in 16 instances.

#include "base/rt.h"
#include "units/instrument.h"
#include "units/sampler.h"
#include "units/units_support.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define RATE 48000u
#define ROUNDS 20
#define NUM_INSTANCES 16u
#define VOICES 16u

typedef struct {
  const char* engine;
  const char* params[6]; ///< Symbols, up to a null
  float       values[6];
} Patch;

static const Patch patches[] = {
  {"subtractive", {"osc2_level", "osc2_detune", "cutoff"}, {0, 10, 1200}},
  {"fm", {"op3_level", "op4_level", "feedback"}, {80, 30, 20}},
  {"additive",
   {"drawbar_16", "drawbar_4", "drawbar_2_2_3", "drawbar_2"},
   {-3, -6, -9, -12}},
  {"plucked", {"string_sustain"}, {20}},
  {"modal", {"ring"}, {20}},
  {"formant", {"breath"}, {-30}},
  {"wavetable", {"place", "cutoff"}, {50, 6000}},
  {"sampler", {"release"}, {100}},
};

static double
seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/// A stereo recording in a loop, played at all pitches
static const SamplerMap*
recording(void)
{
  static const SamplerMap* map;
  SamplerAudio             audio;
  if (!map && sampler_audio_init(&audio, RATE, 2, RATE)) {
    SamplerZone zone = sampler_zone_initial;
    zone.loop        = LOOP_FORWARD;
    zone.loop_end    = RATE;
    for (uint32_t i = 0; i < RATE; ++i) {
      audio.sides[0][i] = (float)(i % 100u) * 0.01f - 0.5f;
      audio.sides[1][i] = (float)(i % 120u) * 0.01f - 0.6f;
    }
    map = sampler_map_new(&zone, 1, &audio, 1);
  }
  return map;
}

static void*
new_instance(const Patch* const patch, const CpuLevel level, const uint32_t i)
{
  const InstrumentInfo* const info = instrument_find(patch->engine);
  void* const                 self = new_aligned(info->size());
  info->init(self, RATE, level);
  if (info->load) {
    info->load(self, recording());
  }
  for (uint32_t p = 0; patch->params[p]; ++p) {
    const int param = instrument_find_param(info, patch->params[p]);
    info->set(self, (uint32_t)param, patch->values[p]);
  }
  for (uint32_t v = 0; v < VOICES; ++v) {
    const uint8_t pitch = (uint8_t)(36u + (i * VOICES + 7u * v) % 48u);
    const Note    note  = {v, pitch, 100, v};
    info->note_on(self, &note);
  }
  return self;
}

static void
bench(const CpuLevel level, const Patch* const patch)
{
  const InstrumentInfo* const info = instrument_find(patch->engine);
  void*                       instances[NUM_INSTANCES];
  for (uint32_t i = 0; i < NUM_INSTANCES; ++i) {
    instances[i] = new_instance(patch, level, i);
  }

  static float   left[BLOCK_FRAMES];
  static float   right[BLOCK_FRAMES];
  const uint32_t frames = 8u * BLOCK_FRAMES;
  double         best   = 1e9;
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

  const double each = best / frames / (NUM_INSTANCES * VOICES);
  printf("%s %-12s %7.3f ns a frame of a voice, %6.0f voices a core\n",
         cpu_level_name(level),
         patch->engine,
         1e9 * each,
         1.0 / (each * RATE));
  for (uint32_t i = 0; i < NUM_INSTANCES; ++i) {
    free(instances[i]);
  }
}

int
main(void)
{
  flush_denormals();
  FOR_EACH_LEVEL(level)
  {
    for (size_t i = 0; i < sizeof(patches) / sizeof(patches[0]); ++i) {
      bench(level, &patches[i]);
    }
  }
  return 0;
}
