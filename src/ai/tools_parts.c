// SPDX-License-Identifier: GPL-3.0-or-later
//
// Composing parts

#include "ai/clause.h"
#include "ai/tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/// Most bars of a part
#define BARS_MAX 256

static const char*
text_arg(const DawCall* const call, const char* const name)
{
  const char* const text = json_string_value(json_object_get(call->args, name));
  return text ? text : "";
}

static double
number_arg(const DawCall* const call, const char* const name, const double none)
{
  const json_t* const value = json_object_get(call->args, name);
  return json_is_number(value) ? json_number_value(value) : none;
}

// What is played

/// Everything a part is made from
typedef struct {
  PartPlan    plan;
  Harmony     harmony;
  const char* part;
  double      start; ///< Beat of the timeline
} Work;

/// A role's default names of an instrument
static const char*
usual_instrument(const char* const part, const Genre* const genre)
{
  if (genre) {
    return !strcmp(part, "bass")     ? genre->bass
           : !strcmp(part, "melody") ? genre->lead
           : !strcmp(part, "arp")    ? "pluck"
                                     : genre->chords;
  }

  return !strcmp(part, "bass")     ? "bass|moogBass"
         : !strcmp(part, "melody") ? "lead|analogLead"
         : !strcmp(part, "arp")    ? "pluck|square"
         : !strcmp(part, "pad")    ? "warmPad|pad"
                                   : "acousticGrandPiano|rhodes|organ|pad";
}

static const char*
usual_name(const char* const part)
{
  return !strcmp(part, "drums")    ? "Drums"
         : !strcmp(part, "bass")   ? "Bass"
         : !strcmp(part, "melody") ? "Lead"
         : !strcmp(part, "arp")    ? "Arp"
         : !strcmp(part, "pad")    ? "Pad"
                                   : "Chords";
}

/// A name that no track has yet
static void
free_name(Services* const services, const char* const wish, char name[128])
{
  const Composition* const root = services_document(services);
  const IdList* const      list = root->order[KIND_TRACK];
  snprintf(name, 128, "%.100s", wish);
  for (int n = 2; n < 1000; ++n) {
    bool taken = false;
    for (uint32_t i = 0; i < id_list_count(list); ++i) {
      taken = taken || !strcasecmp(
                         node_name(composition_find(root, list->ids[i])), name);
    }

    if (!taken) {
      return;
    }

    snprintf(name, 128, "%.100s %d", wish, n);
  }
}

/// Read chords given as symbols or numerals
static uint32_t
given_chords(const DawCall* const call, const Key* const key, Chord chords[64])
{
  const json_t* const list  = json_object_get(call->args, "chords");
  size_t              i     = 0;
  const json_t*       item  = NULL;
  uint32_t            count = 0;
  json_array_foreach(list, i, item)
  {
    const char* const text = json_string_value(item);
    if (text && count < 64 &&
        (chord_parse(text, &chords[count]) ||
         roman_parse(text, key, &chords[count]))) {
      ++count;
    }
  }

  return count;
}

static uint32_t
progression_chords(const char* const text,
                   const Key* const  key,
                   Chord             chords[64])
{
  char     copy[160];
  char*    rest  = copy;
  char*    word  = NULL;
  uint32_t count = 0;
  snprintf(copy, sizeof(copy), "%s", text);
  while (count < 64 && (word = strtok_r(rest, " -,|", &rest))) {
    count += roman_parse(word, key, &chords[count]) ||
             chord_parse(word, &chords[count]);
  }

  return count;
}

/// The usual chords of a genre, or of none
static uint32_t
usual_chords(const Work* const work, Chord chords[64])
{
  const PartPlan* const    plan    = &work->plan;
  static const char* const major[] = {"I V vi IV", "I vi IV V", "vi IV I V"};
  static const char* const minor[] = {
    "i VI III VII", "i iv VI v", "i VII VI VII"};
  const Genre* const genre = plan->genre;
  Key                key   = plan->key;
  if (key.scale->count < 7) {
    key.scale = scale_find(key_is_minor(&key) ? "minor" : "major");
  }

  const uint32_t pick = (uint32_t)(random_hash(plan->seed, "chords") % 997u);
  const char* text = genre ? genre->progressions[pick % genre->num_progressions]
                     : key_is_minor(&key) ? minor[pick % 3u]
                                          : major[pick % 3u];

  // A genre's numerals are for its own kind of key
  const bool small = strchr(text, 'i') == text || strstr(text, "vi IV") == text;
  if (genre &&
      key_is_minor(&key) !=
        (text[0] == 'i' && text[1] != 'i' && text[1] != 'v') &&
      !small) {
    text = key_is_minor(&key) ? minor[pick % 3u] : major[pick % 3u];
  }

  return progression_chords(text, &key, chords);
}

/// Whether what is heard suits a key that was asked for
static bool
suits(const Harmony* const harmony, const Key* const key)
{
  double in    = 0.0;
  double whole = 0.0;
  for (uint32_t i = 0; i < harmony->count; ++i) {
    const Chord* const chord = &harmony->chords[i].chord;
    for (uint32_t k = 0; k < chord->count; ++k) {
      whole += 1.0;
      in += key_has(key, chord->root + chord->tones[k]);
    }
  }

  return in >= 0.75 * whole;
}

/// Set up the harmony; true if it was given or heard
static bool
set_harmony(const DawCall* const call, Work* const work)
{
  static Chord      chords[64];
  const double      beats = work->plan.bar * work->plan.bars;
  const double      each  = number_arg(call, "beats_per_chord", work->plan.bar);
  const char* const text  = text_arg(call, "progression");
  uint32_t          count = given_chords(call, &work->plan.key, chords);
  bool              told  = true;
  if (!count && *text) {
    count = progression_chords(text, &work->plan.key, chords);
  }

  if (!count && json_object_get(call->args, "chords") == NULL &&
      harmony_hear(call->services, work->start, beats, &work->harmony) &&
      (!*text_arg(call, "key") || suits(&work->harmony, &work->plan.key))) {
    return true;
  }

  if (!count) {
    count = usual_chords(work, chords);
    told  = false;
  }

  const double   want = number_arg(call, "chord_size", 0.0);
  const bool     own  = work->plan.genre && !want && !told;
  const uint32_t size = want > 0.0 ? (uint32_t)want
                        : own      ? work->plan.genre->chord_size
                                   : 0;
  for (uint32_t i = 0; size > 3 && i < count; ++i) {
    chords[i] = chord_extend(&chords[i], &work->plan.key, size);
  }

  harmony_fill(&work->harmony, chords, count, each, beats);
  return told;
}

/// The number of chords that were given
static uint32_t
num_given(const DawCall* const call, const Key* const key)
{
  static Chord   chords[64];
  const uint32_t n = given_chords(call, key, chords);
  return n ? n : progression_chords(text_arg(call, "progression"), key, chords);
}

/// How many bars a part has if nobody says
static int
usual_bars(const DawCall* const call, const Key* const key)
{
  const int      song  = song_bars(call->services);
  const double   bar   = daw_bar(call->services);
  const uint32_t given = num_given(call, key);
  if (given) {
    const double each = number_arg(call, "beats_per_chord", bar);
    return (int)ceil(given * each / bar - 1e-6);
  }

  return song > 0 && song <= 64 ? song : 4;
}

static Status
plan_part(const Toolbox* const box, const DawCall* const call, Work* const work)
{
  Services* const   services = call->services;
  const char* const genre    = text_arg(call, "genre");
  const char* const key      = text_arg(call, "key");
  work->part                 = text_arg(call, "part");
  work->plan.bar             = daw_bar(services);
  work->plan.genre           = genres_find(box->genres, genre);
  work->plan.seed = box->seed + (uint64_t)number_arg(call, "variation", 0.0);
  if (*genre && !work->plan.genre) {
    return services_fail(
      services, STATUS_NOT_FOUND, "There is no genre \"%.40s\"", genre);
  }

  if (*key && !key_parse(key, &work->plan.key)) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "Expected a key such as \"A minor\", not \"%.40s\"",
                         key);
  }

  if (!*key && !song_key(services, &work->plan.key)) {
    const char* const scale =
      work->plan.genre ? work->plan.genre->scale : "major";
    const Key usual = {strcmp(scale, "major") ? 9 : 0, scale_find(scale)};
    work->plan.key  = usual;
  }

  const double bars =
    number_arg(call, "bars", usual_bars(call, &work->plan.key));
  work->plan.bars    = (uint32_t)(bars < 1          ? 1
                                  : bars > BARS_MAX ? BARS_MAX
                                                    : bars);
  work->plan.style   = text_arg(call, "style");
  work->plan.density = number_arg(call, "density", 1.0);
  work->plan.grid =
    !strcmp(work->part, "melody") ? number_arg(call, "grid", 0.0) : 0.0;
  work->plan.octave   = (int)number_arg(call, "octave", 0.0);
  work->plan.velocity = (int)number_arg(call, "velocity", 0.0);
  work->start = (number_arg(call, "start_bar", 1.0) - 1.0) * work->plan.bar;
  return STATUS_OK;
}

// Drums

/// Put one voice where a pattern says, in place of what was there
static void
apply_pattern(const PartPlan* const plan,
              const char* const     voice,
              const json_t* const   pattern,
              Notes* const          out)
{
  uint32_t  n    = 0;
  const int note = drum_note(voice);
  for (uint32_t i = 0; i < out->count; ++i) {
    const bool same = drum_is(voice, out->notes[i].pitch) ||
                      (drum_is("hat", note) && !strcmp(voice, "hat") &&
                       drum_is("hat", out->notes[i].pitch));
    if (!same) {
      out->notes[n++] = out->notes[i];
    }
  }

  out->count = n;
  for (uint32_t bar = 0; note >= 0 && bar < plan->bars; ++bar) {
    size_t        i    = 0;
    const json_t* beat = NULL;
    json_array_foreach(pattern, i, beat)
    {
      const double at = json_number_value(beat);
      if (at < plan->bar - 1e-6) {
        const bool hat = drum_is("hat", note) || drum_is("shaker", note);
        notes_put(out,
                  bar * plan->bar + at,
                  0.25,
                  note,
                  hat && fmod(at, 0.5) > 1e-6 ? 74 : 98);
      }
    }
  }
}

static void
make_drums(const DawCall* const call, Work* const work, Notes* const out)
{
  const json_t* const patterns = json_object_get(call->args, "patterns");
  const char* const   only     = text_arg(call, "voices");
  const double        swing    = number_arg(call, "swing", 0.0);
  const char*         voice    = NULL;
  json_t*             pattern  = NULL;
  if (strcmp(only, "none") != 0) {
    generate_drums(&work->plan, *only ? only : NULL, out);
  }

  json_object_foreach((json_t*)patterns, voice, pattern)
  {
    apply_pattern(&work->plan, voice, pattern, out);
  }

  if (swing > 50.5 && !(work->plan.genre && work->plan.genre->swing > 50.5)) {
    notes_swing(out, 0.5, swing / 100.0);
  }

  if (work->plan.bars >= 8 && work->plan.genre && !patterns &&
      work->plan.density > 0.7) {
    generate_fill(&work->plan, work->plan.bars * work->plan.bar, 1.0, out);
  }

  notes_sort(out);
}

/// The kicks of the song under a part
static void
hear_kicks(Services* const services, const Work* const work, Notes* const out)
{
  const Composition* const root = services_document(services);
  const IdList* const      list = root->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    const Track* const track = composition_track(root, list->ids[i]);
    TrackNotes         notes = {0};
    if (strcmp(track_role(services, track), "drums") != 0 ||
        track_notes_read(services, track, &notes)) {
      track_notes_free(&notes);
      continue;
    }

    for (uint32_t k = 0; k < notes.notes.count; ++k) {
      const MusicNote* const note = &notes.notes.notes[k];
      if (note->start >= work->start && drum_is("kick", note->pitch)) {
        notes_put(out, note->start - work->start, 0.25, 36, 100);
      }
    }

    track_notes_free(&notes);
  }
}

static void
make_part(const DawCall* const call, Work* const work, Notes* const out)
{
  const char* const contour = text_arg(call, "contour");
  work->plan.harmony        = &work->harmony;
  if (!strcmp(work->part, "bass")) {
    Notes kicks = {0};
    hear_kicks(call->services, work, &kicks);
    generate_bass(&work->plan, &kicks, out);
    notes_free(&kicks);
  } else if (!strcmp(work->part, "melody")) {
    generate_melody(&work->plan, contour, out);
  } else if (!strcmp(work->part, "arp")) {
    generate_arpeggio(&work->plan, number_arg(call, "grid", 0.25), out);
  } else {
    if (!strcmp(work->part, "pad") && !*work->plan.style) {
      work->plan.style = "block";
    }

    generate_chords(&work->plan, out);
  }
}

/// The part's track: the one that is given, else a new one
static Status
part_track(const DawCall* const call, const Work* const work, Id* const out)
{
  Services* const   services = call->services;
  const char* const given    = text_arg(call, "track");
  if (*given) {
    return daw_find(services, KIND_TRACK, given, out);
  }

  char              name[128];
  const bool        drums = !strcmp(work->part, "drums");
  const char* const wish  = text_arg(call, "name");
  const char*       names = text_arg(call, "instrument");
  names = *names ? names : usual_instrument(work->part, work->plan.genre);
  const char* const instrument = drums ? NULL : daw_instrument(services, names);
  free_name(services, *wish ? wish : usual_name(work->part), name);

  json_t* result = NULL;
  json_t* args   = json_pack("{s:s, s:s}", "name", name, "type", "midi");
  if (drums) {
    const char* const kit = text_arg(call, "kit");
    json_object_set_new(args,
                        "kit",
                        json_string(*kit               ? kit
                                    : work->plan.genre ? work->plan.genre->kit
                                                       : "808-core"));
  } else if (instrument) {
    json_object_set_new(args, "instrument", json_string(instrument));
  }

  const Status      st = daw_action(services, "create_track", args, &result);
  const char* const id =
    json_string_value(json_object_get(json_object_get(result, "track"), "id"));
  const bool good = !st && id && id_parse(id, out);
  json_decref(result);
  json_decref(args);
  return st ? st : good ? STATUS_OK : STATUS_INTERNAL;
}

/**
   Take away what plays in a stretch, and if one clip has all of it and more,
   put the notes there.

   @param within Receives whether they were.
*/
static Status
put_within(Services* const    services,
           const Track* const track,
           const double       start,
           const double       length,
           const Notes* const notes,
           bool* const        within)
{
  TrackNotes list    = {0};
  Id         id      = track->node.id;
  bool       reaches = false;
  for (uint32_t i = 0; i < id_list_count(track->clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), track->clips->ids[i]);
    const double from  = ticks_to_beats(clip->start);
    const double end   = from + ticks_to_beats(clip->length);
    const bool   part  = from < start - 1e-6 || end > start + length + 1e-6;
    const bool   meets = from < start + length - 1e-6 && end > start + 1e-6;
    reaches            = reaches || (part && meets);
    *within            = *within || (part && meets && from < start + 1e-6 &&
                          end > start + length - 1e-6);
  }

  Status st = reaches ? track_notes_read(services, track, &list) : STATUS_OK;
  for (uint32_t i = list.notes.count; i-- > 0;) {
    const double at = list.notes.notes[i].start;
    if (at >= start - 0.05 && at < start + length - 0.05) {
      track_notes_remove(&list, i);
    }
  }

  for (uint32_t i = 0; *within && i < notes->count; ++i) {
    MusicNote note = notes->notes[i];
    note.length    = fmin(note.length, length - note.start);
    note.start += start;
    if (note.length > 1e-6) {
      track_notes_add(services, track, &list, &note);
    }
  }

  st = reaches && !st
         ? track_notes_write(services,
                             composition_track(services_document(services), id),
                             &list)
         : st;
  track_notes_free(&list);
  return st;
}

Status
put_part(Services* const    services,
         const Id           track_id,
         const double       start,
         const double       length,
         const Notes* const notes,
         const bool         replace,
         json_t* const      result)
{
  Status             st = STATUS_OK;
  const Track* const track =
    composition_track(services_document(services), track_id);
  bool within = false;
  st =
    replace ? put_within(services, track, start, length, notes, &within) : st;
  if (within || st) {
    return st;
  }

  IdList* const clips = id_list_retain(track->clips);
  for (uint32_t i = 0; replace && !st && i < id_list_count(clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), clips->ids[i]);
    const double from = ticks_to_beats(clip->start);
    if (from >= start - 1e-6 &&
        from + ticks_to_beats(clip->length) <= start + length + 1e-6) {
      st = act(services,
               "delete_clip",
               json_pack("{s:o}", "clip_id", id_json(clips->ids[i])));
    }
  }

  id_list_release(clips);
  json_t* const list = json_array();
  for (uint32_t i = 0; i < notes->count; ++i) {
    const MusicNote* const note = &notes->notes[i];
    const double           left = length - note->start;
    if (left > 1e-6) {
      json_array_append_new(list,
                            json_pack("[i, f, f, i]",
                                      note->pitch,
                                      note->start,
                                      note->length < left ? note->length : left,
                                      note->velocity));
    }
  }

  json_t* made = NULL;
  json_t* args = json_pack("{s:o, s:f, s:f, s:o}",
                           "track_id",
                           id_json(track_id),
                           "start_time",
                           start,
                           "duration",
                           length,
                           "notes",
                           list);
  st = st ? st : daw_action(services, "create_midi_clip", args, &made);
  if (!st) {
    json_object_update(result, made);
  }

  json_decref(made);
  json_decref(args);
  return st;
}

static json_t*
chords_json(const Work* const work)
{
  json_t* const list = json_array();
  for (uint32_t i = 0; i < work->harmony.count && i < 32; ++i) {
    char text[CHORD_TEXT_SIZE];
    json_array_append_new(
      list,
      json_string(chord_format(
        &work->harmony.chords[i].chord, key_has_flats(&work->plan.key), text)));
  }

  return list;
}

static Status
compose_part(const Toolbox* const box, DawCall* const call)
{
  static Work     work;
  Services* const services = call->services;
  Notes           notes    = {0};
  Id              track    = ID_NONE;
  work                     = (Work){0};
  Status st                = plan_part(box, call, &work);
  if (st) {
    return st;
  }

  if (!strcmp(work.part, "drums")) {
    make_drums(call, &work, &notes);
  } else {
    set_harmony(call, &work);
    make_part(call, &work, &notes);
    json_object_set_new(call->result, "chords", chords_json(&work));
  }

  char key[KEY_TEXT_SIZE];
  st = notes.failed ? STATUS_NO_MEMORY : part_track(call, &work, &track);
  st = st ? st
          : put_part(services,
                     track,
                     work.start,
                     work.plan.bar * work.plan.bars,
                     &notes,
                     *text_arg(call, "track") != '\0',
                     call->result);
  json_object_set_new(call->result, "notes", json_integer(notes.count));
  json_object_set_new(call->result, "bars", json_integer(work.plan.bars));
  json_object_set_new(
    call->result, "key", json_string(key_format(&work.plan.key, key)));
  if (!st) {
    const Track* const made =
      composition_track(services_document(services), track);
    json_object_set_new(
      call->result, "track", daw_describe_track(services, made));
  }

  notes_free(&notes);
  return st;
}

/// A fill at the end of a stretch, on the drums
static Status
add_fill(const Toolbox* const box, DawCall* const call)
{
  Services* const services = call->services;
  Id              id       = ID_NONE;
  TrackNotes      list     = {0};
  Notes           fill     = {0};
  Status st = daw_find(services, KIND_TRACK, text_arg(call, "track"), &id);
  const Track* const track =
    st ? NULL : composition_track(services_document(services), id);
  st                   = st ? st : track_notes_read(services, track, &list);
  const double   bar   = daw_bar(services);
  const int      last  = (int)number_arg(call, "bar", song_bars(services));
  const double   beats = number_arg(call, "beats", 2.0);
  const PartPlan plan  = {.seed = box->seed, .bar = bar, .bars = 1};
  if (!st) {
    generate_fill(&plan, last * bar, beats, &fill);
    for (uint32_t i = list.notes.count; i-- > 0;) {
      const MusicNote* const note = &list.notes.notes[i];
      if (note->start >= last * bar - beats - 1e-6 &&
          note->start < last * bar - 1e-6 && !drum_is("kick", note->pitch)) {
        track_notes_remove(&list, i);
      }
    }

    uint32_t added = 0;
    for (uint32_t i = 0; i < fill.count; ++i) {
      added += track_notes_add(services, track, &list, &fill.notes[i]);
    }

    json_object_set_new(call->result, "notes", json_integer(added));
    json_object_set_new(call->result, "bar", json_integer(last));
    st = added ? track_notes_write(services, track, &list)
               : services_fail(services,
                               STATUS_NOT_FOUND,
                               "There is no clip in bar %d for a fill",
                               last);
  }

  notes_free(&fill);
  track_notes_free(&list);
  return st;
}

// clang-format off
const Tool tools_parts[] = {
  {"compose_part",
   "part! drums,bass,chords,melody,arp,pad | track track | name s -- Name of a new track | genre s -- Such as house or jazz | style s -- Bass: root pulse offbeat octave syncopated walking 808 reese reggae bossa; chords: block offbeat stabs pulse strum syncopated broken staccato; arp: up down updown random | key s -- Such as A minor | chords a -- Symbols or Roman numerals | progression s -- Such as ii V I | beats_per_chord n 0.25 64 | chord_size i 3 5 | bars n 1 256 | start_bar n 1 100000 | instrument s -- Names between bars, the first that there is | kit s | density n 0.1 4 | octave i -3 3 | velocity i 0 127 | contour s -- up down arch valley wave | grid n 0.125 4 -- Beats of the notes of an arpeggio or melody | swing n 50 75 -- Per cent | voices s -- Drum voices, all if absent | patterns o -- Drum voice to beats in a bar | variation i 0 1000000",
   "Compose a part for a new track, or in place of what a track plays; it follows the song's chords.", compose_part},
  {"add_fill", "track! track | bar n 1 100000 -- The bar that it ends | beats n 0.5 16", "Put a drum fill at the end of a bar.", add_fill},
  {0},
};
// clang-format on
