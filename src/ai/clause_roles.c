// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a track is used as, by its name, sound and notes

#include "ai/clause_roles.h"
#include "ai/clause.h"
#include "ai/genre.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Roles

/// Words that stand in names of tracks of a role
// clang-format off
static const struct { const char* role; const char* words; } roles[] = {
  {"drums",  "drum|beat|kit|perc|kick|snare|hat|clap|cymbal|tom|groove|break"},
  {"bass",   "bass|808|sub|reese|low end"},
  {"vocal",  "vox|vocal|voice|singer|vocals|choir lead|acapella"},
  {"melody", "lead|melod|hook|solo|arp|pluck|flute|riff|bell|topline|trumpet|sax|violin|whistle"},
  {"chords", "chord|key|piano|pad|rhodes|organ|string|stab|guitar|synth|ep|wurli|brass|harp"},
};

/// What a word may be called in a name or an instrument
static const struct { const char* word; const char* means; } kin[] = {
  {"keys",   "key|piano|rhodes|organ|ep|wurli|clav|electric piano"},
  {"piano",  "piano|keys|rhodes"},
  {"pad",    "pad|atmos|strings"},
  {"arp",    "arp"},
  {"vocal",  "vox|vocal|voice|singer"},
  {"synth",  "synth|saw|pwm|supersaw|poly|juno|square|duo|hoover"},
  {"guitar", "guitar|gtr"},
  {"strings","string|violin|orchestra"},
  {"brass",  "brass|horn|trumpet"},
  {"organ",  "organ|hammond"},
  {"lead",   "lead|melod|hook|solo|topline"},
  {"bell",   "bell"},
};
// clang-format on

bool
clause_has_any(const char* const text, const char* const words)
{
  for (const char* at = words; *at;) {
    char         word[48];
    const size_t size = strcspn(at, "|");
    snprintf(word, sizeof(word), "%.*s", (int)size, at);
    const char* const found = strcasestr(text, word);

    // Short ones only as words of their own
    const bool edge =
      size > 2 ||
      (found && (found == text || !isalpha((unsigned char)found[-1])) &&
       !isalpha((unsigned char)found[size]));
    if (found && edge) {
      return true;
    }

    at += size + (at[size] == '|');
  }

  return false;
}

/// What the notes of a track look like
static const char*
role_of_notes(Services* const services, const Track* const track)
{
  uint32_t count  = 0;
  uint32_t chords = 0;
  double   sum    = 0.0;
  Ticks    last   = -1;
  for (uint32_t i = 0; i < id_list_count(track->clips) && count < 500; ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), track->clips->ids[i]);
    NoteCursor      cursor = note_cursor(clip->notes);
    const ClipNote* note   = NULL;
    while ((note = note_next(&cursor)) && count < 500) {
      chords += note->start == last;
      last = note->start;
      sum += note->pitch;
      ++count;
    }
  }

  return !count                ? ""
         : sum / count < 48.0  ? "bass"
         : chords * 2u > count ? "chords"
                               : "melody";
}

const char*
track_role(Services* const services, const Track* const track)
{
  const char* const name = string_text(track->name);
  if (*string_text(track->kit)) {
    return "drums";
  }

  for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); ++i) {
    if (clause_has_any(name, roles[i].words)) {
      return roles[i].role;
    }
  }

  const char* const instrument = string_text(track->instrument);
  if (clause_has_any(instrument, "bass|moog|reese|wobble")) {
    return "bass";
  }

  return track->type ? role_of_notes(services, track) : "vocal";
}

bool
track_is(Services* const    services,
         const Track* const track,
         const char* const  word)
{
  for (size_t i = 0; i < sizeof(kin) / sizeof(kin[0]); ++i) {
    if (!strcmp(kin[i].word, word)) {
      return clause_has_any(string_text(track->name), kin[i].means) ||
             (clause_has_any(string_text(track->instrument), kin[i].means) &&
              strcmp(track_role(services, track), "bass") != 0 &&
              strcmp(track_role(services, track), "drums") != 0);
    }
  }

  return clause_has_any(string_text(track->name), word) ||
         clause_has_any(string_text(track->instrument), word);
}
