// SPDX-License-Identifier: GPL-3.0-or-later
//
// Voicings: chords as pitches that move little

#include "ai/theory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int
wrap(const int pitch)
{
  return ((pitch % 12) + 12) % 12;
}

double
voicing_distance(const Voicing* const from, const Voicing* const to)
{
  double sum = 0.0;
  for (uint32_t i = 0; i < to->count; ++i) {
    int nearest = 127;
    for (uint32_t k = 0; k < from->count; ++k) {
      const int d = abs(to->pitches[i] - from->pitches[k]);
      nearest     = d < nearest ? d : nearest;
    }

    sum += nearest;
  }

  return to->count ? sum / to->count : 0.0;
}

static double
voicing_cost(const Voicing* const v,
             const Voicing* const previous,
             const int            low,
             const int            high)
{
  double cost = 0.0;
  for (uint32_t i = 0; i < v->count; ++i) {
    const int p = v->pitches[i];
    cost += 2.0 * ((p < low ? low - p : 0) + (p > high ? p - high : 0));

    // No thirds below C3, no clusters below E3
    const int gap = i ? p - v->pitches[i - 1u] : 12;
    cost += gap < 5 && v->pitches[i ? i - 1u : 0] < 48 ? 4.0 : 0.0;
    cost += gap < 3 && v->pitches[i ? i - 1u : 0] < 52 ? 4.0 : 0.0;
  }

  if (previous && previous->count) {
    cost += 3.0 *
            (voicing_distance(previous, v) * v->count +
             voicing_distance(v, previous) * previous->count) /
            2.0;
  } else {
    // The first sits in the middle, on its root
    cost += fabs((v->pitches[0] + v->pitches[v->count - 1u]) / 2.0 -
                 (low + high) / 2.0);
  }

  return cost;
}

/// The inversion whose lowest tone is the chord's `first`, closed, near a pitch
static Voicing
invert(const Chord* const chord, const uint32_t first, const int at)
{
  Voicing v   = {0, {0}};
  int     low = at;
  for (uint32_t i = 0; i < chord->count; ++i) {
    const int tone  = chord->root + chord->tones[(first + i) % chord->count];
    int       pitch = low + wrap(tone - low);
    if (i && pitch == v.pitches[i - 1u]) {
      pitch += 12;
    }

    v.pitches[v.count++] = pitch;
    low                  = pitch;
  }

  return v;
}

Voicing
chord_voice(const Chord* const   chord,
            const Voicing* const previous,
            const int            low,
            const int            high)
{
  Voicing best = invert(chord, 0, low);
  double  cost = voicing_cost(&best, previous, low, high);
  for (uint32_t first = 0; first < chord->count; ++first) {
    for (int at = low - 12; at <= high; ++at) {
      const Voicing v = invert(chord, first, at);
      const double  c = voicing_cost(&v, previous, low, high);
      if (v.pitches[0] == at && c < cost - 1e-9) {
        best = v;
        cost = c;
      }
    }
  }

  return best;
}
