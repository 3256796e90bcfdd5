// SPDX-License-Identifier: GPL-3.0-or-later

#include "analysis/loudness.h"

#include <ebur128.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Readings that are worked out in a second, at most
#define READINGS_PER_SECOND 10u

/// Frames that are handed on at once
#define PART_FRAMES 256u

#define CORRELATION_SECONDS 0.3

/// Mean square below which there is silence: -90 dB
#define SILENT_POWER 1e-9

struct Loudness {
  ebur128_state*  state;
  uint32_t        rate;
  uint32_t        fresh; ///< Frames since the reading was worked out
  LoudnessReading reading;
};

static ebur128_state*
make_state(const uint32_t rate)
{
  return ebur128_init(2,
                      rate,
                      EBUR128_MODE_M | EBUR128_MODE_S | EBUR128_MODE_I |
                        EBUR128_MODE_LRA | EBUR128_MODE_HISTOGRAM);
}

/// Read anew at the next occasion
static void
begin(Loudness* const loudness)
{
  loudness->fresh = loudness->rate;
  loudness->reading =
    (LoudnessReading){LOUDNESS_FLOOR, LOUDNESS_FLOOR, LOUDNESS_FLOOR, 0.0};
}

Loudness*
loudness_new(const uint32_t rate)
{
  Loudness* const      loudness = (Loudness*)calloc(1, sizeof(Loudness));
  ebur128_state* const state    = loudness ? make_state(rate) : NULL;
  if (!state) {
    free(loudness);
    return NULL;
  }

  loudness->state = state;
  loudness->rate  = rate;
  begin(loudness);
  return loudness;
}

void
loudness_free(Loudness* const loudness)
{
  if (loudness) {
    ebur128_destroy(&loudness->state);
    free(loudness);
  }
}

bool
loudness_reset(Loudness* const loudness)
{
  ebur128_state* const state = make_state(loudness->rate);
  if (!state) {
    return false;
  }

  ebur128_destroy(&loudness->state);
  loudness->state = state;
  begin(loudness);
  return true;
}

bool
loudness_add(Loudness* const    loudness,
             const float* const left,
             const float* const right,
             const uint32_t     n)
{
  float both[2u * PART_FRAMES];
  for (uint32_t done = 0; done < n;) {
    const uint32_t rest = n - done;
    const uint32_t part = rest < PART_FRAMES ? rest : PART_FRAMES;
    for (uint32_t f = 0; f < part; ++f) {
      both[2u * f]      = left[done + f];
      both[2u * f + 1u] = right[done + f];
    }
    if (ebur128_add_frames_float(loudness->state, both, part)) {
      return false;
    }

    done += part;
    loudness->fresh += part;
  }
  return true;
}

/// What there is no loudness of is at the floor
static double
at_least(const double lufs)
{
  return lufs > LOUDNESS_FLOOR ? lufs : LOUDNESS_FLOOR;
}

LoudnessReading
loudness_read(Loudness* const loudness)
{
  if (loudness->fresh < loudness->rate / READINGS_PER_SECOND) {
    return loudness->reading;
  }

  LoudnessReading reading = {
    LOUDNESS_FLOOR, LOUDNESS_FLOOR, LOUDNESS_FLOOR, 0.0};
  ebur128_loudness_momentary(loudness->state, &reading.momentary);
  ebur128_loudness_shortterm(loudness->state, &reading.short_term);
  ebur128_loudness_global(loudness->state, &reading.integrated);
  ebur128_loudness_range(loudness->state, &reading.range);
  reading.momentary  = at_least(reading.momentary);
  reading.short_term = at_least(reading.short_term);
  reading.integrated = at_least(reading.integrated);
  loudness->reading  = reading;
  loudness->fresh    = 0;
  return reading;
}

void
correlation_init(Correlation* const correlation, const uint32_t rate)
{
  *correlation =
    (Correlation){.keep = exp(-1.0 / (CORRELATION_SECONDS * (double)rate))};
}

void
correlation_add(Correlation* const correlation,
                const float* const left,
                const float* const right,
                const uint32_t     n)
{
  const double keep = correlation->keep;
  const double take = 1.0 - keep;
  for (uint32_t f = 0; f < n; ++f) {
    const double l     = (double)left[f];
    const double r     = (double)right[f];
    correlation->left  = keep * correlation->left + take * l * l;
    correlation->right = keep * correlation->right + take * r * r;
    correlation->both  = keep * correlation->both + take * l * r;
  }
}

double
correlation_read(const Correlation* const correlation)
{
  const double power = sqrt(correlation->left * correlation->right);
  return power > SILENT_POWER ? fmin(fmax(correlation->both / power, -1.0), 1.0)
                              : 0.0;
}
