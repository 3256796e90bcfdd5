// SPDX-License-Identifier: GPL-3.0-or-later
//
// Maps of recordings, and the sincs that they are read with
//
// Around the end of a loop a zone has a copy in which the loop goes on, so that
// a voice reads it like any other place: SEAM frames before the end and as many
// behind it.  A voice goes back by a loop's length once it is SAMPLER_GUARD
// frames behind the end, where what is before it is the loop too.

#include "units/sampler.h"

#include "base/rt.h"
#include "units/sampler_kernel.h"
#include "units/sampler_state.h"
#include "units/unit.h"

#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/// Zero crossings of a sinc on each side, and the shape of its window
#define ZEROS 16.0
#define BETA 8.0

/// Binary logarithm of the phases of the narrowest sinc
#define PHASE_BITS 9u

#define PI 3.14159265358979323846

const SamplerZone sampler_zone_initial = {
  .high_key      = 127,
  .low_velocity  = 1,
  .high_velocity = 127,
  .root          = 60.0f,
  .key_track     = 1.0f,
  .gain          = 1.0f,
  .velocity      = 2.0f,
  .amp           = {.sustain = 1.0f, .release = SAMPLER_FOREVER},
  .mod           = {.sustain = 1.0f},
};

static SamplerSinc        made[SAMPLER_WIDTHS];
static const SamplerSinc* all;

/// Modified Bessel function of the first kind and order 0, by its series
static double
bessel(const double x)
{
  double sum  = 1.0;
  double term = 1.0;
  for (int i = 1; term > 1e-18 * sum; ++i) {
    term *= x * x / (4.0 * i * i);
    sum += term;
  }
  return sum;
}

static double
windowed_sinc(const double t)
{
  const double edge = t / ZEROS;
  if (fabs(edge) >= 1.0) {
    return 0.0;
  }
  const double sinc = t == 0.0 ? 1.0 : sin(PI * t) / (PI * t);
  return sinc * bessel(BETA * sqrt(1.0 - edge * edge)) / bessel(BETA);
}

static uint32_t
taps_of(const uint32_t width)
{
  const double taps = 2.0 * ZEROS * exp2(0.5 * width);
  return ((uint32_t)ceil(taps) + LANES - 1u) / LANES * LANES;
}

/// Compute the rows of a sinc, of which there is one more than phases
static void
make_rows(float* const rows, const uint32_t width, const uint32_t phases)
{
  const uint32_t taps  = taps_of(width);
  const double   scale = exp2(-0.5 * width);
  for (uint32_t p = 0; p <= phases; ++p) {
    double row[SAMPLER_MOST_TAPS];
    double sum = 0.0;
    for (uint32_t i = 0; i < taps; ++i) {
      const double k = (double)i - (taps / 2u - 1.0);
      const double h = windowed_sinc((k - (double)p / phases) * scale);

      // A sinc is exactly 0 at other frames, the computed one nearly
      row[i] = fabs(h) < 1e-9 ? 0.0 : h;
      sum += row[i];
    }
    for (uint32_t i = 0; i < taps; ++i) {
      rows[p * taps + i] = (float)(row[i] / sum);
    }
  }
}

static void
make_sincs(void)
{
  for (uint32_t w = 0; w < SAMPLER_WIDTHS; ++w) {
    const uint32_t bits   = PHASE_BITS - w / 2u;
    const uint32_t phases = 1u << bits;
    const size_t   count  = (size_t)(phases + 1u) * taps_of(w);
    float* const   rows   = (float*)calloc(count, sizeof(float));
    if (!rows) {
      return;
    }
    make_rows(rows, w, phases);
    made[w] = (SamplerSinc){rows, taps_of(w), 32u - bits};
  }
  all = made;
}

const SamplerSinc*
sampler_sincs(void)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_sincs);
  return all;
}

// Recordings

bool
sampler_audio_init(SamplerAudio* const audio,
                   const uint32_t      frames,
                   const uint32_t      channels,
                   const uint32_t      rate)
{
  const size_t side = (size_t)frames + 2u * SAMPLER_GUARD;
  *audio            = (SamplerAudio){.frames = frames, .rate = rate};
  audio->memory =
    frames ? (float*)calloc(side * channels, sizeof(float)) : NULL;
  for (uint32_t i = 0; audio->memory && i < channels; ++i) {
    audio->sides[i] = audio->memory + i * side + SAMPLER_GUARD;
  }
  return audio->memory;
}

void
sampler_audio_clear(SamplerAudio* const audio)
{
  free(audio->memory);
  *audio = (SamplerAudio){0};
}

// Maps

/// Keep a zone within its recording
static void
trim_zone(SamplerZone* const zone, const SamplerAudio* const audio)
{
  const uint32_t frames = audio->frames;
  if (!zone->end || zone->end > frames) {
    zone->end = frames;
  }
  if (zone->start >= zone->end) {
    zone->start = 0;
  }
  if (zone->loop_end > zone->end) {
    zone->loop_end = zone->end;
  }
  if (zone->loop_end < zone->loop_start + SAMPLER_LEAST_LOOP) {
    zone->loop = LOOP_NONE;
  }
}

/// What is around the end of a zone's loop, one side after the other
static float*
make_seam(const SamplerZone* const zone, const SamplerAudio* const audio)
{
  const uint32_t channels = audio->sides[1] ? 2u : 1u;
  const int64_t  length   = (int64_t)zone->loop_end - zone->loop_start;
  float* const   seam =
    (float*)malloc((size_t)channels * SAMPLER_SEAM * sizeof(float));
  for (uint32_t side = 0; seam && side < channels; ++side) {
    for (int64_t i = 0; i < (int64_t)SAMPLER_SEAM; ++i) {
      int64_t frame = (int64_t)zone->loop_end - SAMPLER_SEAM / 2 + i;
      if (frame >= (int64_t)zone->loop_end) {
        frame = zone->loop_start + (frame - zone->loop_start) % length;
      }
      seam[side * SAMPLER_SEAM + (uint32_t)i] =
        frame >= -(int64_t)SAMPLER_GUARD ? audio->sides[side][frame] : 0.0f;
    }
  }
  return seam;
}

SamplerMap*
sampler_map_new(const SamplerZone* const  zones,
                const uint32_t            num_zones,
                const SamplerAudio* const audio,
                const uint32_t            num_audio)
{
  SamplerMap* const map = (SamplerMap*)calloc(1, sizeof(SamplerMap));
  if (!map) {
    return NULL;
  }

  atomic_init(&map->owners, 1u);
  map->zones = (SamplerZone*)calloc(num_zones + 1u, sizeof(SamplerZone));
  map->audio = (SamplerAudio*)calloc(num_audio + 1u, sizeof(SamplerAudio));
  map->seams = (float**)calloc(num_zones + 1u, sizeof(float*));
  bool good  = map->zones && map->audio && map->seams;
  if (good) {
    map->num_zones = num_zones;
    memcpy(map->zones, zones, num_zones * sizeof(SamplerZone));
  }
  for (uint32_t i = 0; good && i < num_zones; ++i) {
    SamplerZone* const zone = &map->zones[i];
    trim_zone(zone, &audio[zone->audio]);
    if (zone->loop != LOOP_NONE) {
      map->seams[i] = make_seam(zone, &audio[zone->audio]);
      good          = map->seams[i];
    }
  }
  if (!good) {
    sampler_map_release(map);
    return NULL;
  }

  map->num_audio = num_audio;
  memcpy(map->audio, audio, num_audio * sizeof(SamplerAudio));
  return map;
}

SamplerMap*
sampler_map_retain(SamplerMap* const map)
{
  atomic_fetch_add_explicit(&map->owners, 1u, memory_order_relaxed);
  return map;
}

void
sampler_map_release(SamplerMap* const map)
{
  if (!map ||
      atomic_fetch_sub_explicit(&map->owners, 1u, memory_order_acq_rel) > 1u) {
    return;
  }

  for (uint32_t i = 0; map->seams && i < map->num_zones; ++i) {
    free(map->seams[i]);
  }
  for (uint32_t i = 0; i < map->num_audio; ++i) {
    sampler_audio_clear(&map->audio[i]);
  }
  free(map->seams);
  free(map->audio);
  free(map->zones);
  free(map);
}

size_t
sampler_map_size(const SamplerMap* const map)
{
  size_t size = sizeof(*map) + map->num_zones * sizeof(SamplerZone);
  for (uint32_t i = 0; i < map->num_audio; ++i) {
    const SamplerAudio* const audio = &map->audio[i];
    size += ((size_t)audio->frames + 2u * SAMPLER_GUARD) *
            (audio->sides[1] ? 2u : 1u) * sizeof(float);
  }
  return size;
}
