// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a song sounds like: its chords and its key

#include "ai/clause.h"
#include "ai/tools.h"

#include <math.h>
#include <string.h>

/// How long each pitch class sounds in a stretch, and the lowest note
typedef struct {
  double weights[12];
  int    lowest;
} Sounding;

/// Add what a track plays between two beats
static void
listen(Services* const    services,
       const Track* const track,
       const double       from,
       const double       to,
       Sounding* const    out)
{
  for (uint32_t i = 0; i < id_list_count(track->clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), track->clips->ids[i]);
    const double    base   = ticks_to_beats(clip->start);
    NoteCursor      cursor = note_cursor(clip->notes);
    const ClipNote* note   = NULL;
    while ((note = note_next(&cursor))) {
      const double start  = base + ticks_to_beats(note->start);
      const double end    = start + ticks_to_beats(note->length);
      const double inside = fmin(end, to) - fmax(start, from);
      if (inside > 0.05) {
        out->weights[note->pitch % 12] += inside;
        out->lowest = note->pitch < out->lowest ? note->pitch : out->lowest;
      }
    }
  }
}

/// Whether a track says what the harmony is
static bool
is_harmonic(Services* const services, const Track* const track, const int pass)
{
  const char* const role = track_role(services, track);
  return pass == 0   ? !strcmp(role, "chords")
         : pass == 1 ? !strcmp(role, "chords") || !strcmp(role, "bass") ||
                         !strcmp(role, "melody")
                     : strcmp(role, "drums") != 0;
}

/// What all tracks of a kind play between two beats
static Sounding
listen_all(Services* const services,
           const double    from,
           const double    to,
           const int       pass)
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_TRACK];
  Sounding                 out   = {{0}, 128};
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const track = composition_track(root, order->ids[i]);
    if (is_harmonic(services, track, pass)) {
      listen(services, track, from, to, &out);
    }
  }

  return out;
}

/// The chord between two beats
static bool
hear_chord(Services* const services,
           const double    from,
           const double    to,
           const int       pass,
           Chord* const    chord)
{
  const Sounding heard = listen_all(services, from, to, pass);
  if (heard.lowest == 128 ||
      !chord_detect(heard.weights, heard.lowest % 12, chord)) {
    return false;
  }

  // An inversion is no other chord for what goes along with it
  chord->bass = chord->root;
  return true;
}

static bool
same_chord(const Chord* const a, const Chord* const b)
{
  return a->root == b->root && a->count == b->count &&
         !memcmp(a->tones, b->tones, sizeof(a->tones));
}

static void
add_chord(Harmony* const     harmony,
          const Chord* const chord,
          const double       start,
          const double       length)
{
  HarmonyChord* const last =
    harmony->count ? &harmony->chords[harmony->count - 1u] : NULL;
  const bool joins = last && same_chord(&last->chord, chord) &&
                     fabs(last->start + last->length - start) < 1e-6 &&
                     fmod(start, 4.0) > 1e-6;
  if (joins) {
    last->length += length;
  } else if (harmony->count < HARMONY_MAX) {
    harmony->chords[harmony->count++] = (HarmonyChord){*chord, start, length};
  }
}

/// What was heard once more, where nothing sounds any longer
static void
go_on(Harmony* const out, const double until, const double beats)
{
  uint32_t heard = 0;
  while (heard < out->count && out->chords[heard].start < until - 1e-6) {
    ++heard;
  }

  out->count = heard;
  for (double at = until; heard && at < beats - 1e-6; at += until) {
    for (uint32_t i = 0; i < heard; ++i) {
      const HarmonyChord chord = out->chords[i];
      const double       start = at + chord.start;
      const double       own   = fmin(chord.length, until - chord.start);
      if (start < beats - 1e-6) {
        add_chord(out, &chord.chord, start, fmin(own, beats - start));
      }
    }
  }
}

bool
harmony_hear(Services* const services,
             const double    from,
             const double    beats,
             Harmony* const  out)
{
  const double bar   = daw_bar(services);
  bool         any   = false;
  double       until = 0.0;
  for (int pass = 0; pass < 3 && !any; ++pass) {
    Chord last = {0, 0, 3, {0, 4, 7}};
    out->count = 0;
    for (double at = 0.0; at < beats - 1e-6; at += bar) {
      Chord        whole   = last;
      Chord        half[2] = {last, last};
      const double start   = from + at;
      const double middle  = start + bar / 2.0;
      const double length  = fmin(bar, beats - at);
      const bool   heard =
        hear_chord(services, start, start + length, pass, &whole);
      const bool first = hear_chord(services, start, middle, pass, &half[0]);
      const bool second =
        hear_chord(services, middle, start + bar, pass, &half[1]);

      // Two chords in a bar have two roots
      if (first && second && half[0].root != half[1].root &&
          half[0].count >= 3 && half[1].count >= 3) {
        add_chord(out, &half[0], at, length / 2.0);
        add_chord(out, &half[1], at + length / 2.0, length / 2.0);
        last = half[1];
      } else {
        add_chord(out, heard ? &whole : &last, at, length);
        last = heard ? whole : last;
      }

      any   = any || heard;
      until = heard ? at + length : until;
    }
  }

  if (any && until < beats - 1e-6) {
    go_on(out, until, beats);
  }

  return any;
}

bool
song_key(Services* const services, Key* const key)
{
  const char* const text = string_text(services_document(services)->key);
  if (*text && key_parse(text, key)) {
    return true;
  }

  const Sounding heard = listen_all(services, 0.0, 1e6, 2);
  if (heard.lowest == 128) {
    return false;
  }

  *key = key_detect(heard.weights, NULL);
  return true;
}

int
song_bars(Services* const services)
{
  const Composition* const root = services_document(services);
  double                   end  = 0.0;
  const IdList* const      list = root->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    const Track* const track = composition_track(root, list->ids[i]);
    for (uint32_t k = 0; k < id_list_count(track->clips); ++k) {
      const Clip* const clip = composition_clip(root, track->clips->ids[k]);
      end = fmax(end, ticks_to_beats(clip->start + clip->length));
    }
  }

  return (int)ceil(end / daw_bar(services) - 1e-6);
}
