// SPDX-License-Identifier: GPL-3.0-or-later
//
// Lists of notes, harmony over time, drums and feel

#include "ai/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

// Notes

void
notes_put(Notes* const notes,
          const double start,
          const double length,
          const int    pitch,
          const int    velocity)
{
  if (notes->count == notes->max) {
    const uint32_t   max = notes->max ? notes->max * 2u : 64u;
    MusicNote* const more =
      (MusicNote*)realloc(notes->notes, max * sizeof(MusicNote));
    if (!more) {
      notes->failed = true;
      return;
    }

    notes->notes = more;
    notes->max   = max;
  }

  notes->notes[notes->count++] = (MusicNote){
    start < 0.0 ? 0.0 : start,
    length,
    pitch < 0     ? 0
    : pitch > 127 ? 127
                  : pitch,
    velocity < 1     ? 1
    : velocity > 127 ? 127
                     : velocity,
  };
}

void
notes_free(Notes* const notes)
{
  free(notes->notes);
  *notes = (Notes){0};
}

static int
compare_notes(const void* const a, const void* const b)
{
  const MusicNote* const x = (const MusicNote*)a;
  const MusicNote* const y = (const MusicNote*)b;
  return x->start < y->start   ? -1
         : x->start > y->start ? 1
                               : x->pitch - y->pitch;
}

void
notes_sort(Notes* const notes)
{
  if (notes->count) {
    qsort(notes->notes, notes->count, sizeof(MusicNote), compare_notes);
  }
}

// Harmony

const HarmonyChord*
harmony_at(const Harmony* const harmony, const double beat)
{
  const HarmonyChord* found = NULL;
  for (uint32_t i = 0; harmony && i < harmony->count; ++i) {
    if (harmony->chords[i].start <= beat + 1e-6) {
      found = &harmony->chords[i];
    }
  }

  return found;
}

void
harmony_fill(Harmony* const     harmony,
             const Chord* const chords,
             const uint32_t     count,
             const double       each,
             const double       length)
{
  harmony->count = 0;
  for (double at = 0.0;
       count && at < length - 1e-6 && harmony->count < HARMONY_MAX;
       at += each) {
    const double left               = length - at;
    harmony->chords[harmony->count] = (HarmonyChord){
      chords[harmony->count % count], at, left < each ? left : each};
    ++harmony->count;
  }
}

// Drums

/// Velocity of a letter of a pattern, 0 for a rest
static int
letter_velocity(const char letter)
{
  return letter == 'X' ? 112 : letter == 'x' ? 96 : letter == 'o' ? 48 : 0;
}

/// The bar of a pattern that plays in bar `n`, and its number of steps
static const char*
pattern_bar(const char* const pattern, const uint32_t n, uint32_t* const steps)
{
  uint32_t bars = 1;
  for (const char* c = pattern; *c; ++c) {
    bars += *c == '|';
  }

  const char* at = pattern;
  for (uint32_t i = n % bars; i > 0; --i) {
    at = strchr(at, '|') + 1;
  }

  *steps = (uint32_t)strcspn(at, "|");
  return at;
}

/// How hats and shakers breathe: strong beats, then eighths, then the rest
static int
shaped(const int velocity, const uint32_t step, const uint32_t per_beat)
{
  const uint32_t in_beat = step % per_beat;
  return in_beat == 0               ? velocity
         : in_beat * 2u == per_beat ? velocity - 16
                                    : velocity - 8;
}

/// Play one voice through the part
static void
play_voice(const PartPlan* const plan,
           const char* const     voice,
           const char* const     pattern,
           Notes* const          out)
{
  const uint32_t per_beat = plan->genre && plan->genre->steps == 12 ? 3 : 4;
  const double   step     = 1.0 / per_beat;
  const int      note     = drum_note(voice);
  const bool     hat =
    drum_is("hat", note) || drum_is("shaker", note) || drum_is("ride", note);
  Random random = {random_hash(plan->seed, voice)};
  for (uint32_t bar = 0; bar < plan->bars; ++bar) {
    uint32_t          steps = 0;
    const char* const row   = pattern_bar(pattern, bar, &steps);
    const uint32_t    want  = (uint32_t)lround(plan->bar * per_beat);
    for (uint32_t i = 0; i < want && steps; ++i) {
      int velocity = letter_velocity(row[i % steps]);
      if (!velocity || (plan->density < 0.7 && velocity < 60)) {
        continue;
      }

      velocity = hat ? shaped(velocity, i, per_beat) : velocity;
      velocity += (int)lround(random_normal(&random) * 3.0);
      notes_put(out,
                bar * plan->bar + i * step,
                per_beat == 3 ? step * 0.75 : 0.25,
                note,
                plan->velocity ? velocity * plan->velocity / 96 : velocity);
    }
  }
}

/// Hat rolls: `r` is a pair of 32nds, `t` a part of a triplet run
static void
play_rolls(const PartPlan* const plan,
           const char* const     pattern,
           Notes* const          out)
{
  for (uint32_t bar = 0; bar < plan->bars; ++bar) {
    uint32_t          steps = 0;
    const char* const row   = pattern_bar(pattern, bar, &steps);
    for (uint32_t i = 0; i < steps && i * 0.25 < plan->bar; ++i) {
      const uint32_t hits = row[i] == 'r' ? 2 : row[i] == 't' ? 3 : 0;
      for (uint32_t k = 0; k < hits; ++k) {
        const double at = bar * plan->bar + i * 0.25 + k * 0.25 / hits;
        notes_put(out,
                  at,
                  0.25 / hits,
                  drum_note("closed_hat"),
                  70 + (int)(8u * k) + (int)(i % 4u) * 4);
      }
    }
  }
}

/// What plays in meters that no genre is written for: one, and the others
static void
play_meter(const PartPlan* const plan, Notes* const out)
{
  const bool   compound = fabs(plan->bar - 3.0) < 1e-6 && plan->style[0] == '6';
  const double half     = compound ? 1.5 : 1.0;
  for (uint32_t bar = 0; bar < plan->bars; ++bar) {
    const double start = bar * plan->bar;
    notes_put(out, start, 0.25, drum_note("kick"), 108);
    for (double at = half; at < plan->bar - 1e-6; at += half) {
      notes_put(out, start + at, 0.25, drum_note("snare"), 92);
    }

    for (double at = 0.0; at < plan->bar - 1e-6; at += 0.5) {
      notes_put(out,
                start + at,
                0.25,
                drum_note("closed_hat"),
                fmod(at, half) < 1e-6 ? 88 : 68);
    }
  }
}

/// Remove doubled hits, the louder stays
static void
merge_hits(Notes* const notes)
{
  uint32_t n = 0;
  notes_sort(notes);
  for (uint32_t i = 0; i < notes->count; ++i) {
    MusicNote* const last = n ? &notes->notes[n - 1u] : NULL;
    if (last && last->pitch == notes->notes[i].pitch &&
        notes->notes[i].start - last->start < 1e-6) {
      last->velocity = last->velocity > notes->notes[i].velocity
                         ? last->velocity
                         : notes->notes[i].velocity;
    } else {
      notes->notes[n++] = notes->notes[i];
    }
  }

  notes->count = n;
}

void
generate_drums(const PartPlan* const plan,
               const char* const     parts,
               Notes* const          out)
{
  const bool fits = fabs(fmod(plan->bar, 4.0)) < 1e-6;
  if (!plan->genre || !fits) {
    play_meter(plan, out);
    return;
  }

  const char* voice   = NULL;
  json_t*     pattern = NULL;
  json_object_foreach(plan->genre->drums, voice, pattern)
  {
    if ((parts && !strstr(parts, voice)) || !json_is_string(pattern)) {
      continue;
    }

    if (!strcmp(voice, "rolls")) {
      play_rolls(plan, json_string_value(pattern), out);
    } else if (drum_note(voice) >= 0) {
      play_voice(plan, voice, json_string_value(pattern), out);
    }
  }

  merge_hits(out);
  if (plan->genre->swing > 50.5) {
    notes_swing(out, plan->genre->swing_pair, plan->genre->swing / 100.0);
  }
}

void
generate_fill(const PartPlan* const plan,
              const double          end,
              const double          beats,
              Notes* const          out)
{
  static const char* const way[] = {
    "snare", "high_tom", "mid_tom", "low_tom", "floor_tom"};
  Random         random = {random_hash(plan->seed, "fill")};
  const uint32_t steps  = (uint32_t)lround(beats * 4.0);
  for (uint32_t i = 0; i < steps; ++i) {
    // The last steps are always there, the others by chance
    if (i + 2u < steps && i && random_unit(&random) < 0.2) {
      continue;
    }

    const uint32_t place = i * 5u / (steps ? steps : 1u);
    notes_put(out,
              end - beats + i * 0.25,
              0.25,
              drum_note(way[place]),
              82 + (int)(i * 30u / steps) + random_below(&random, 8));
  }
}

// Feel

void
notes_swing(Notes* const notes, const double pair, const double ratio)
{
  for (uint32_t i = 0; i < notes->count; ++i) {
    MusicNote* const note = &notes->notes[i];
    const double     at   = note->start / pair;
    const double     in   = at - floor(at + 1e-6);
    if (fabs(in - 0.5) < 0.02) {
      note->start = (floor(at + 1e-6) + ratio) * pair;
    }
  }
}

/// Systematic offset of a drum in milliseconds
static double
drum_offset_ms(const int pitch)
{
  return drum_is("kick", pitch)       ? -2.0
         : drum_is("backbeat", pitch) ? 7.0
         : drum_is("hat", pitch)      ? -4.0
         : drum_is("shaker", pitch)   ? -5.0
                                      : 4.0;
}

void
notes_humanize(Notes* const   notes,
               const bool     drums,
               const double   ms_per_beat,
               const double   amount,
               const uint64_t seed)
{
  Random random = {seed};
  double last   = -1.0;
  double shared = 0.0;
  notes_sort(notes);
  for (uint32_t i = 0; i < notes->count; ++i) {
    MusicNote* const note = &notes->notes[i];
    // Notes of a chord stay together but for a few milliseconds of strum
    if (note->start - last > 1e-6 || drums) {
      shared = random_normal(&random) * 4.0;
    }

    last                 = note->start;
    const double ms      = drums ? drum_offset_ms(note->pitch) + shared
                                 : 3.0 + shared + random_unit(&random) * 3.0;
    const double limited = fmax(-22.0, fmin(22.0, ms * amount));
    if (note->start > 1e-6 || !drums) {
      note->start = fmax(0.0, note->start + limited / ms_per_beat);
    }

    const int v =
      note->velocity + (int)lround(random_normal(&random) * 6.0 * amount);
    note->velocity = v < 1 ? 1 : v > 127 ? 127 : v;
  }

  notes_sort(notes);
}
