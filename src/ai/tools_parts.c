// SPDX-License-Identifier: GPL-3.0-or-later
//
// Composing parts

#include "ai/tools_parts.h"
#include "ai/clause.h"
#include "ai/tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// What is played

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
  const char* const   only     = part_text_arg(call, "voices");
  const double        swing    = part_number_arg(call, "swing", 0.0);
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
  const char* const contour = part_text_arg(call, "contour");
  work->plan.harmony        = &work->harmony;
  if (!strcmp(work->part, "bass")) {
    Notes kicks = {0};
    hear_kicks(call->services, work, &kicks);
    generate_bass(&work->plan, &kicks, out);
    notes_free(&kicks);
  } else if (!strcmp(work->part, "melody")) {
    generate_melody(&work->plan, contour, out);
  } else if (!strcmp(work->part, "arp")) {
    generate_arpeggio(&work->plan, part_number_arg(call, "grid", 0.25), out);
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
  const char* const given    = part_text_arg(call, "track");
  if (*given) {
    return daw_find(services, KIND_TRACK, given, out);
  }

  char              name[128];
  const bool        drums = !strcmp(work->part, "drums");
  const char* const wish  = part_text_arg(call, "name");
  const char*       names = part_text_arg(call, "instrument");
  names = *names ? names : usual_instrument(work->part, work->plan.genre);
  const char* const instrument = drums ? NULL : daw_instrument(services, names);
  free_name(services, *wish ? wish : usual_name(work->part), name);

  json_t* result = NULL;
  json_t* args   = json_pack("{s:s, s:s}", "name", name, "type", "midi");
  if (drums) {
    const char* const kit = part_text_arg(call, "kit");
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
  Status st                = part_plan_part(box, call, &work);
  if (st) {
    return st;
  }

  if (!strcmp(work.part, "drums")) {
    make_drums(call, &work, &notes);
  } else {
    part_set_harmony(call, &work);
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
                     *part_text_arg(call, "track") != '\0',
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
  Status st = daw_find(services, KIND_TRACK, part_text_arg(call, "track"), &id);
  const Track* const track =
    st ? NULL : composition_track(services_document(services), id);
  st                   = st ? st : track_notes_read(services, track, &list);
  const double   bar   = daw_bar(services);
  const int      last  = (int)part_number_arg(call, "bar", song_bars(services));
  const double   beats = part_number_arg(call, "beats", 2.0);
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
