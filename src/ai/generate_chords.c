// SPDX-License-Identifier: GPL-3.0-or-later
//
// Comping and arpeggios

#include "ai/generate.h"

#include <math.h>
#include <string.h>

// clang-format off
typedef struct {
  const char* name;
  const char* rhythm; ///< Sixteenths
  double      gate;   ///< Of the time to the next hit
  double      most;   ///< Longest in beats
  double      strum;  ///< Beats between the tones
} Comping;

static const Comping compings[] = {
  {"offbeat",    "--x---x---x---x-", 0.5,  0.5,  0.0},
  {"stabs",      "--x--x----x--x--", 0.5,  0.4,  0.0},
  {"pulse",      "x---x---x---x---", 0.9,  4.0,  0.0},
  {"eighths",    "x-x-x-x-x-x-x-x-", 0.85, 4.0,  0.0},
  {"staccato",   "x---x---x---x---", 0.4,  0.5,  0.0},
  {"strum",      "x---x-x---x-x-x-", 0.9,  2.0,  0.02},
  {"syncopated", "x--x--x---x--x--", 0.7,  1.0,  0.0},
  {"charleston", "x-----x---------", 0.6,  1.2,  0.0},
  {"bossa",      "x-----x---x--x--", 0.6,  1.0,  0.0},
  {"half",       "x-------x-------", 0.95, 4.0,  0.0},
};
// clang-format on

static void
put_chord(const PartPlan* const plan,
          const Voicing* const  v,
          const double          start,
          const double          length,
          const double          strum,
          const int             accent,
          Notes* const          out)
{
  const int velocity = (plan->velocity ? plan->velocity : 82) + accent;
  for (uint32_t i = 0; i < v->count; ++i) {
    notes_put(out,
              start + i * strum,
              length - i * strum,
              v->pitches[i],
              velocity - (int)i);
  }
}

/// Tones one after another through a chord's time
static void
put_broken(const PartPlan* const     plan,
           const Voicing* const      v,
           const HarmonyChord* const place,
           Notes* const              out)
{
  static const uint8_t way[] = {0, 1, 2, 1};
  for (double at = 0.0; at < place->length - 1e-6; at += 0.5) {
    const uint32_t i    = (uint32_t)lround(at * 2.0);
    const uint32_t tone = way[i % 4u] < v->count ? way[i % 4u] : 0;
    const double   hold = place->length - at < 1.5 ? place->length - at : 1.5;
    notes_put(out,
              place->start + at,
              hold,
              v->pitches[tone],
              (plan->velocity ? plan->velocity : 78) + (i % 4u ? 0 : 8));
  }

  // Chords of four tones and more have the rest below it
  for (uint32_t k = 3; k < v->count; ++k) {
    notes_put(out,
              place->start,
              place->length,
              v->pitches[k],
              plan->velocity ? plan->velocity : 70);
  }
}

void
generate_chords(const PartPlan* const plan, Notes* const out)
{
  const char* const name  = plan->style[0] ? plan->style
                            : plan->genre  ? plan->genre->chord_style
                                           : "block";
  const Comping*    found = NULL;
  for (size_t i = 0; i < sizeof(compings) / sizeof(compings[0]); ++i) {
    found = strcmp(compings[i].name, name) ? found : &compings[i];
  }

  Voicing last = {0, {0}};
  for (uint32_t i = 0; plan->harmony && i < plan->harmony->count; ++i) {
    const HarmonyChord* const place = &plan->harmony->chords[i];
    const int                 shift = 12 * plan->octave;
    Voicing                   v     = chord_voice(
      &place->chord, last.count ? &last : NULL, 55 + shift, 76 + shift);
    last = v;
    if (place->chord.bass != place->chord.root && v.count < CHORD_MAX_TONES) {
      // The bass of a slash chord goes below
      const int low  = v.pitches[0] - 1;
      const int bass = low - ((low - place->chord.bass) % 12 + 12) % 12;
      memmove(v.pitches + 1, v.pitches, v.count * sizeof(int));
      v.pitches[0] = bass;
      ++v.count;
    }

    if (!strcmp(name, "broken")) {
      put_broken(plan, &v, place, out);
      continue;
    }

    for (double at = 0.0; at < place->length - 1e-6; at += 0.25) {
      const uint32_t step = (uint32_t)lround(at * 4.0);
      if (!found) {
        put_chord(plan, &v, place->start, place->length, 0.0, 0, out);
        break;
      }

      if (found->rhythm[step % 16u] == '-') {
        continue;
      }

      double next = 0.25;
      while (at + next < place->length - 1e-6 &&
             found->rhythm[(step + (uint32_t)lround(next * 4.0)) % 16u] ==
               '-') {
        next += 0.25;
      }

      const double length = next * found->gate;
      put_chord(plan,
                &v,
                place->start + at,
                length < found->most ? length : found->most,
                found->strum,
                step % 8u ? 0 : 6,
                out);
    }
  }
}

// Arpeggios

/// Index into a way of `n` tones and back
static uint32_t
arpeggio_index(const char* const style,
               const uint32_t    i,
               const uint32_t    n,
               Random* const     random)
{
  if (!strcmp(style, "down")) {
    return n - 1u - i % n;
  }

  if (!strcmp(style, "random")) {
    return (uint32_t)random_below(random, (int)n);
  }

  if (!strcmp(style, "updown") && n > 1) {
    const uint32_t turn = 2u * n - 2u;
    const uint32_t at   = i % turn;
    return at < n ? at : turn - at;
  }

  return i % n;
}

void
generate_arpeggio(const PartPlan* const plan,
                  const double          grid,
                  Notes* const          out)
{
  Random random = {random_hash(plan->seed, "arpeggio")};
  for (uint32_t c = 0; plan->harmony && c < plan->harmony->count; ++c) {
    const HarmonyChord* const place = &plan->harmony->chords[c];
    const Voicing             v     = chord_voice(
      &place->chord, NULL, 57 + 12 * plan->octave, 69 + 12 * plan->octave);

    // The closed chord and its tones an octave above
    int      tones[2 * CHORD_MAX_TONES];
    uint32_t n = 0;
    for (uint32_t octave = 0; octave < 2; ++octave) {
      for (uint32_t i = 0; i < v.count; ++i) {
        tones[n++] = v.pitches[i] + 12 * (int)octave;
      }
    }

    uint32_t i = 0;
    for (double at = 0.0; n && at < place->length - 1e-6; at = ++i * grid) {
      const double left = place->length - at;
      notes_put(out,
                place->start + at,
                (left < grid ? left : grid) * 0.9,
                tones[arpeggio_index(plan->style, i, n, &random)],
                (plan->velocity ? plan->velocity : 86) +
                  (fmod(at, 1.0) < 1e-6 ? 10 : 0));
    }
  }
}
