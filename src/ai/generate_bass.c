// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bass lines

#include "ai/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Lowest root that is written: E1
#define LOWEST 28

/// Where the line is about to go
typedef struct {
  const PartPlan* plan;
  Notes*          out;
  Random          random;
  int             velocity;
} Line;

/// A pitch of a chord's bass in the low octave
static int
low_root(const PartPlan* const plan, const Chord* const chord)
{
  const int base  = LOWEST + 12 * plan->octave;
  const int above = ((chord->bass - base) % 12 + 12) % 12;
  return base + above;
}

static void
put(Line* const  line,
    const double start,
    const double length,
    const int    pitch,
    const int    accent)
{
  const int v =
    line->velocity + accent + (int)lround(random_normal(&line->random) * 3.0);
  notes_put(line->out, start, length, pitch, v);
}

/// A tone of a chord above a root: the fifth, if it has one
static int
fifth(const Chord* const chord)
{
  for (uint32_t i = 0; i < chord->count; ++i) {
    if (chord->tones[i] >= 6 && chord->tones[i] <= 8) {
      return chord->tones[i];
    }
  }

  return 7;
}

/// Repeat steps (in sixteenths of four beats) with an interval for each
static void
figure(Line* const               line,
       const HarmonyChord* const place,
       const char* const         rhythm,
       const int8_t* const       intervals,
       const double              gate)
{
  const int      root  = low_root(line->plan, &place->chord);
  const uint32_t steps = (uint32_t)strlen(rhythm);
  for (double at = 0.0; at < place->length - 1e-6; at += 0.25) {
    const uint32_t i = (uint32_t)lround(at * 4.0) % steps;
    if (rhythm[i] == '-') {
      continue;
    }

    double next = 0.25;
    while (at + next < place->length - 1e-6 &&
           rhythm[(uint32_t)lround((at + next) * 4.0) % steps] == '-') {
      next += 0.25;
    }

    const int interval = intervals ? intervals[i] : 0;
    put(line,
        place->start + at,
        next * gate,
        root + (interval == 7 ? fifth(&place->chord) : interval),
        at < 1e-6 ? 8 : 0);
  }
}

/// Quarter notes that lead from root to root
static void
walk(Line* const line, const HarmonyChord* const place, const Chord* const next)
{
  const PartPlan* const plan  = line->plan;
  const int             root  = low_root(plan, &place->chord);
  const int             goal  = low_root(plan, next);
  const int             beats = (int)lround(place->length);
  int                   at    = root;
  for (int i = 0; i < beats; ++i) {
    if (i == 0) {
      at = root;
    } else if (i == beats - 1) {
      // A step away from the next root, from the side the line comes from
      const int below = key_step(&plan->key, goal, -1);
      const int above = key_step(&plan->key, goal, 1);
      at              = abs(at - below) <= abs(at - above) ? below : above;
      at = place->chord.root == next->root && at == goal ? goal - 1 : at;
    } else {
      const int third =
        root + (place->chord.count > 1 ? place->chord.tones[1] : 4);
      const int  up   = i == 1 ? third : root + fifth(&place->chord);
      const int  down = i == 1 ? root - 12 + fifth(&place->chord) : root - 5;
      const bool rise = goal >= root || root - 5 < LOWEST;
      at              = rise || random_unit(&line->random) < 0.4 ? up : down;
      at              = at < 24 ? at + 12 : at;
    }

    put(line, place->start + i, 0.9, at, i == 0 ? 6 : 0);
  }
}

/// Long notes with the kick, or where a kick would be
static void
follow_kick(Line* const               line,
            const HarmonyChord* const place,
            const Notes* const        kicks)
{
  static const double usual[] = {0.0, 1.5, 2.5};
  double              hits[64];
  uint32_t            n    = 0;
  const int           root = low_root(line->plan, &place->chord) - 0;
  hits[n++]                = 0.0;
  for (uint32_t i = 0; kicks && i < kicks->count && n < 60; ++i) {
    const double at = kicks->notes[i].start - place->start;
    if (at > 0.2 && at < place->length - 0.2 &&
        drum_is("kick", kicks->notes[i].pitch)) {
      hits[n++] = at;
    }
  }

  for (double bar = 0.0; n == 1 && bar < place->length - 1e-6; bar += 4.0) {
    for (uint32_t i = bar > 0.0 ? 0 : 1; i < 3 && n < 60; ++i) {
      if (bar + usual[i] < place->length - 1e-6) {
        hits[n++] = bar + usual[i];
      }
    }
  }

  for (uint32_t i = 0; i < n; ++i) {
    const double end = i + 1u < n ? hits[i + 1u] : place->length;
    const int    up  = i + 1u == n && n > 2 && random_unit(&line->random) < 0.3;
    put(line,
        place->start + hits[i],
        (end - hits[i]) * 0.92,
        root + (up ? 12 : 0),
        i ? 0 : 8);
  }
}

// clang-format off
typedef struct {
  const char* name;
  const char* rhythm;     ///< Sixteenths
  int8_t      steps[16];  ///< Interval of each; 7 is the chord's fifth
  double      gate;
} Figure;

/// Of those with one name the seed chooses
static const Figure figures[] = {
  {"roots",      "x-x-x-x-x-x-x-x-", {0},                                                    0.9},
  {"pulse",      "x-x-x-x-x-x-x-x-", {0},                                                    0.9},
  {"pulse",      "x-x-x-x-x-x-x-x-", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 12, 0},      0.9},
  {"pulse",      "x-x-x-xxx-x-x-x-", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0},       0.85},
  {"offbeat",    "--x---x---x---x-", {0},                                                    0.45},
  {"offbeat",    "--x---x---x---x-", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 0},      0.6},
  {"octave",     "x-x-x-x-x-x-x-x-", {0, 0, 12, 0, 0, 0, 12, 0, 0, 0, 12, 0, 0, 0, 12, 0},   0.8},
  {"octave",     "x-x-x-x-x-x-x-x-", {0, 0, 12, 0, 0, 0, 12, 0, 0, 0, 12, 0, 7, 0, 12, 0},   0.7},
  {"octave",     "x-x-x-xxx-x-x-xx", {0, 0, 12, 0, 0, 0, 12, 12, 0, 0, 12, 0, 0, 0, 12, 7},  0.7},
  {"syncopated", "x--x--x---x-x---", {0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 12, 0, 7, 0, 0, 0},      0.85},
  {"syncopated", "x--x----x-xx--x-", {0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 12, 0},     0.8},
  {"syncopated", "x-xx--x-x--x--x-", {0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 7, 0, 0, 7, 0},      0.75},
  {"syncopated", "x--x--x-x-x--x--", {0, 0, 0, 7, 0, 0, 12, 0, 0, 0, 0, 0, 0, 7, 0, 0},      0.8},
  {"reese",      "x---------x-----", {0},                                                    1.0},
  {"reese",      "x-----x---------", {0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0},       1.0},
  {"reese",      "x---------x---x-", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0},       1.0},
  {"reggae",     "x--x--x-----x-x-", {0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 7, 0},       0.8},
  {"reggae",     "x-x---x-x---x---", {0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 12, 0, 0, 0},      0.75},
  {"reggae",     "x-----x-x-x-----", {0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 7, 0, 0, 0, 0, 0},       0.8},
  {"bossa",      "x-----x-x-----x-", {0, 0, 0, 0, 0, 0, 7, 0, 7, 0, 0, 0, 0, 0, 0, 0},       0.9},
  {"bossa",      "x-----x-x-----x-", {0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 7, 0},       0.85},
  {"sixteenth",  "xxxxxxxxxxxxxxxx", {0},                                                    0.8},
  {"sixteenth",  "x-xxx-xxx-xxx-xx", {0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0},     0.7},
  {"dotted",     "x--x--x--x--x-x-", {0},                                                    0.85},
  {"dotted",     "x--x--x--x--x-x-", {0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 12, 0},      0.8},
};
// clang-format on

/// A sparse or busy line is another figure
static const char*
figure_name(const PartPlan* const plan)
{
  const char* const own = plan->style[0] ? plan->style
                          : plan->genre  ? plan->genre->bass_style
                                         : "pulse";
  return plan->density < 0.6 && strcmp(own, "walking") != 0 ? "root"
         : plan->density > 1.5 && !strcmp(own, "pulse")     ? "sixteenth"
                                                            : own;
}

/// One of the figures of a name, the next for the next seed; null if none has
/// it
static const Figure*
choose_figure(const char* const name, const uint64_t seed)
{
  const Figure*  found[8];
  uint32_t       count = 0;
  const uint32_t num   = sizeof(figures) / sizeof(figures[0]);
  for (uint32_t i = 0; i < num && count < 8; ++i) {
    if (!strcmp(figures[i].name, name)) {
      found[count++] = &figures[i];
    }
  }

  return count ? found[seed % count] : NULL;
}

void
generate_bass(const PartPlan* const plan,
              const Notes* const    kicks,
              Notes* const          out)
{
  Line                 line    = {plan,
                                  out,
                                  {random_hash(plan->seed, "bass")},
               plan->velocity ? plan->velocity : 96};
  const char* const    name    = figure_name(plan);
  const Harmony* const harmony = plan->harmony;
  const Figure* const  found   = choose_figure(name, plan->seed);

  for (uint32_t i = 0; harmony && i < harmony->count; ++i) {
    const HarmonyChord* const place = &harmony->chords[i];
    const Chord* const next = &harmony->chords[(i + 1u) % harmony->count].chord;
    if (!strcmp(name, "walking")) {
      walk(&line, place, next);
    } else if (!strcmp(name, "808")) {
      follow_kick(&line, place, kicks);
    } else if (found) {
      figure(&line, place, found->rhythm, found->steps, found->gate);
    } else {
      put(&line,
          place->start,
          place->length * 0.95,
          low_root(plan, &place->chord),
          0);
    }
  }
}
