// SPDX-License-Identifier: GPL-3.0-or-later
//
// With the place i + x between frames i and i + 1, frame i + k counts
//
//   h((k - x) / s) / s,   h(t) = sinc(t) kaiser(t / 16),   s = max(1, speed)
//
// and all that count are brought to a sum of 1, so that a level stays what it
// is.  Row p of the table has h(k - p / 512), k = -15...16; between rows it is
// a straight line (an error of 2e-6).

#include "dsp/resample.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/// Shape of the window: about -80 dB
#define BETA 8.0

/// Taps of a row
#define TAPS (2u * RESAMPLE_ZEROS)

#define PI 3.14159265358979323846

/// A whole frame
#define ONE ((FrameTime)1 << 64)

typedef float Quad __attribute__((vector_size(16)));

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
  const double edge = t / RESAMPLE_ZEROS;
  if (fabs(edge) >= 1.0) {
    return 0.0;
  }

  const double sinc = t == 0.0 ? 1.0 : sin(PI * t) / (PI * t);
  return sinc * bessel(BETA * sqrt(1.0 - edge * edge)) / bessel(BETA);
}

void
resample_table_init(ResampleTable* const table)
{
  for (uint32_t p = 0; p <= RESAMPLE_PHASES; ++p) {
    double row[TAPS];
    double sum = 0.0;
    for (uint32_t i = 0; i < TAPS; ++i) {
      const double k = (double)i - (RESAMPLE_ZEROS - 1.0);
      row[i]         = windowed_sinc(k - (double)p / RESAMPLE_PHASES);

      // A sinc is exactly 0 at other frames, the computed one nearly
      row[i] = p % RESAMPLE_PHASES == 0 && fabs(row[i]) < 1e-9 ? 0.0 : row[i];
      sum += row[i];
    }

    for (uint32_t i = 0; i < TAPS; ++i) {
      table->rows[p][i] = (float)(row[i] / sum);
    }
  }
}

SONIC_RT uint32_t
resample_side(const FrameTime speed)
{
  if (speed <= ONE) {
    return RESAMPLE_ZEROS;
  }

  const FrameTime whole = speed * RESAMPLE_ZEROS + (ONE - 1);
  const uint32_t  side  = (uint32_t)(whole >> 64);
  return side + side % 2u;
}

/// Part of a frame behind the whole one, as a phase and a share of the way to
/// the next
SONIC_RT static uint32_t
phase_of(const FrameTime place, float* const share)
{
  const uint64_t part = (uint64_t)place;
  *share              = (float)((part >> 31u) & 0xFFFFFFu) * 0x1p-24f;
  return (uint32_t)(part >> 55u);
}

/// What each frame counts at a place, not sped up
SONIC_RT static void
plain_taps(const ResampleTable* const table,
           const FrameTime            place,
           float* const               taps)
{
  float              share = 0.0f;
  const uint32_t     phase = phase_of(place, &share);
  const float* const row   = table->rows[phase];
  const float* const next  = table->rows[phase + 1u];
  for (uint32_t i = 0; i < TAPS; ++i) {
    taps[i] = row[i] + (next[i] - row[i]) * share;
  }
}

// Sped up, the distances of the frames from the place are on no row.  They are
// counted down from the sinc's end, t = 16 - r / 512, in rows of 2^-32: column
// 31 - r / 512, row r % 512.

/// A row
#define ROW ((int64_t)1 << 32)

/// What the sinc is at a distance
SONIC_RT static float
sinc_at(const ResampleTable* const table, const int64_t r)
{
  const int64_t row = r >> 32;
  if (row < 0 || row >= (int64_t)(TAPS * RESAMPLE_PHASES)) {
    return 0.0f;
  }

  const uint32_t column = TAPS - 1u - (uint32_t)row / RESAMPLE_PHASES;
  const uint32_t phase  = (uint32_t)row % RESAMPLE_PHASES;
  const float    share  = (float)(uint32_t)r * 0x1p-32f;
  const float    from   = table->rows[phase][column];
  return from + (table->rows[phase + 1u][column] - from) * share;
}

/// What each of 2 `side` frames counts at a place, sped up
SONIC_RT static void
wide_taps(const ResampleTable* const table,
          const FrameTime            place,
          const double               distance,
          const uint32_t             side,
          float* const               taps)
{
  const double  x     = (double)((uint64_t)place >> 11u) * 0x1p-53;
  const double  first = RESAMPLE_ZEROS + ((double)(side - 1u) + x) * distance;
  const int64_t step  = (int64_t)(distance * (RESAMPLE_PHASES * (double)ROW));
  int64_t       r     = (int64_t)(first * (RESAMPLE_PHASES * (double)ROW));
  float         sum   = 0.0f;
  for (uint32_t i = 0; i < 2u * side; ++i, r -= step) {
    taps[i] = sinc_at(table, r);
    sum += taps[i];
  }

  const float scale = 1.0f / sum;
  for (uint32_t i = 0; i < 2u * side; ++i) {
    taps[i] *= scale;
  }
}

SONIC_RT static float
weigh(const float* const in, const float* const taps, const uint32_t n)
{
  Quad sum = {0.0f, 0.0f, 0.0f, 0.0f};
  for (uint32_t i = 0; i < n; i += 4u) {
    Quad frames;
    Quad weights;
    memcpy(&frames, in + i, sizeof(frames));
    memcpy(&weights, taps + i, sizeof(weights));
    sum += frames * weights;
  }

  return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

SONIC_RT void
resample_run(const ResampleTable* const table,
             const float* const         in,
             FrameTime                  place,
             const FrameTime            speed,
             float* const               out,
             const uint32_t             stride,
             const uint32_t             n)
{
  const uint32_t side     = resample_side(speed);
  const double   distance = 0x1p64 / (double)speed;
  for (uint32_t i = 0; i < n; ++i, place += speed) {
    float taps[2u * RESAMPLE_MAX_SIDE];
    if (speed <= ONE) {
      plain_taps(table, place, taps);
    } else {
      wide_taps(table, place, distance, side, taps);
    }

    out[(size_t)i * stride] = weigh(in + (place >> 64), taps, 2u * side);
  }
}
