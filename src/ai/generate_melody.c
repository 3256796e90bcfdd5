// SPDX-License-Identifier: GPL-3.0-or-later
//
// Melodies
//
// A motif of one bar gives the rhythm, the form is a a' b a'.  Tones of the
// chord stand on the strong beats, steps of the key lie between; leaps are
// answered by steps back.  The line follows a contour with one peak.

#include "ai/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Most notes of a motif
#define MOTIF_MAX 16

typedef struct {
  double   starts[MOTIF_MAX]; ///< Beats in the bar
  uint32_t count;
} Motif;

/// Make a rhythm: strong beats mostly, others by chance
static Motif
make_motif(const PartPlan* const plan, Random* const random)
{
  Motif        motif = {{0}, 0};
  const double grid  = plan->grid > 0.0      ? plan->grid
                       : plan->density > 1.4 ? 0.25
                                             : 0.5;
  const double odds  = plan->grid > 0.0      ? 0.8
                       : plan->density < 0.7 ? 0.15
                       : plan->density > 1.4 ? 0.5
                                             : 0.45;
  for (double at = 0.0; at < plan->bar - 1e-6; at += grid) {
    const bool strong = fmod(at, 2.0) < 1e-6;
    const bool beat   = fmod(at, 1.0) < 1e-6;
    if (strong || random_unit(random) < (beat ? odds + 0.3 : odds)) {
      if (motif.count < MOTIF_MAX) {
        motif.starts[motif.count++] = at;
      }
    }
  }

  return motif;
}

/// Where the line should be at a share of the way, -1 to 1
static double
contour_at(const char* const contour, const double share)
{
  if (!strcmp(contour, "up")) {
    return -1.0 + 2.0 * share;
  }

  if (!strcmp(contour, "down")) {
    return 1.0 - 2.0 * share;
  }

  if (!strcmp(contour, "valley")) {
    return -sin(share * M_PI);
  }

  if (!strcmp(contour, "wave")) {
    return sin(share * 4.0 * M_PI);
  }

  // An arch with its peak two thirds in
  return share < 0.66 ? share / 0.66 * 1.4 - 0.6
                      : 0.8 - (share - 0.66) / 0.34 * 1.2;
}

/// The nearest tone of chord and key to a pitch; of the key if they share none
static int
chord_tone(const PartPlan* const plan, const Chord* const chord, const int near)
{
  for (int d = 0; d < 12; ++d) {
    for (int way = -1; way <= 1; way += 2) {
      const int pitch = near + way * d;
      if (chord_has(chord, pitch) && key_has(&plan->key, pitch)) {
        return pitch;
      }
    }
  }

  return key_snap(&plan->key, near);
}

/// Degrees to the next pitch between strong beats: a step towards the goal, at
/// times away or a leap, after which the line steps back
static int
next_degrees(Random* const random,
             const int     from,
             const int     goal,
             const int     before)
{
  const double chance = random_unit(random);
  const int    way = goal > from ? 1 : goal < from ? -1 : chance < 0.5 ? 1 : -1;
  if (before > 1 || before < -1) {
    return before > 0 ? -1 : 1;
  }

  return chance < 0.10   ? 0
         : chance < 0.58 ? way
         : chance < 0.70 ? -way
         : chance < 0.85 ? 2 * way
                         : 3 * way;
}

/// Which motif a bar has: a a' b a'
static uint32_t
form_of(const uint32_t bar)
{
  return bar % 4u == 2u;
}

/// The last note is the tonic, or the chord's tone nearest to it
static int
last_pitch(const PartPlan* const plan, const Chord* const chord, const int near)
{
  int best = near;
  int cost = 128;
  for (int pitch = near - 7; pitch <= near + 7; ++pitch) {
    const bool tonic = (pitch - plan->key.tonic) % 12 == 0;
    const bool fits  = chord && chord_has(chord, plan->key.tonic)
                         ? tonic
                         : chord && chord_has(chord, pitch);
    if (fits && key_has(&plan->key, pitch) && abs(pitch - near) < cost) {
      best = pitch;
      cost = abs(pitch - near);
    }
  }

  return cost < 128 ? best : chord_tone(plan, chord, near);
}

void
generate_melody(const PartPlan* const plan,
                const char* const     contour,
                Notes* const          out)
{
  Random      random   = {random_hash(plan->seed, "melody")};
  const Motif motifs[] = {make_motif(plan, &random), make_motif(plan, &random)};
  const double total   = plan->bar * plan->bars;
  const int    middle  = 71 + 12 * plan->octave;
  int          at      = middle;
  int          repeat[MOTIF_MAX] = {0}; // Degrees to each note of a motif
  int          before            = 0;   // Degrees to the last note
  for (uint32_t bar = 0; bar < plan->bars; ++bar) {
    const Motif* const motif = &motifs[form_of(bar)];
    const bool         again = bar % 4u == 1u || bar % 4u == 3u;
    for (uint32_t i = 0; i < motif->count; ++i) {
      const double start  = bar * plan->bar + motif->starts[i];
      const double next   = i + 1u < motif->count
                              ? motif->starts[i + 1u]
                              : plan->bar + (bar % 2u ? -0.5 : 0.0);
      const double length = fmax(0.2, (next - motif->starts[i]) * 0.95);
      const HarmonyChord* const place = harmony_at(plan->harmony, start);
      const int                 goal =
        middle + (int)lround(7.0 * contour_at(contour, start / total));
      const bool strong = fmod(motif->starts[i], 2.0) < 1e-6;
      if (strong && place) {
        // Not far from where the line is, pulled to the contour
        const int pull = goal > at + 4 ? at + 4 : goal < at - 4 ? at - 4 : goal;
        at             = chord_tone(plan, &place->chord, pull);
      } else if (again && !contour[0] && i && i < MOTIF_MAX) {
        at = key_step(&plan->key, at, repeat[i]);
      } else {
        before    = next_degrees(&random, at, goal, before);
        at        = key_step(&plan->key, at, before);
        repeat[i] = before;
      }

      at = at < middle - 10   ? key_step(&plan->key, at, 2)
           : at > middle + 12 ? key_step(&plan->key, at, -2)
                              : at;
      at = strong && place ? chord_tone(plan, &place->chord, at) : at;
      const bool last = bar + 1u == plan->bars && i + 1u == motif->count;
      if (last && !contour[0]) {
        at = last_pitch(plan, place ? &place->chord : NULL, at);
      }

      notes_put(out,
                start,
                last ? fmin(length, total - start) : length,
                at,
                (plan->velocity ? plan->velocity : 92) + (strong ? 6 : 0) +
                  (int)lround(random_normal(&random) * 3.0));
    }
  }
}
