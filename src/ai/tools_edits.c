// SPDX-License-Identifier: GPL-3.0-or-later
//
// Editing notes and clips

#include "ai/clause.h"
#include "ai/tools.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/// An edit of a track's notes
typedef struct {
  const Toolbox* box;
  DawCall*       call;
  const Track*   track;
  TrackNotes     list;
  const char*    voice; ///< "" for all
  double         from;  ///< Beats
  double         to;
  double         value;
  double         grid;
  bool           drums;
  bool           whole; ///< All of the track is meant
} Edit;

static bool
is_meant(const Edit* const edit, const MusicNote* const note)
{
  return note->start >= edit->from - 0.13 && note->start < edit->to - 0.13 &&
         (!*edit->voice || drum_is(edit->voice, note->pitch));
}

static int
clamp(const int value, const int low, const int high)
{
  return value < low ? low : value > high ? high : value;
}

// Single notes

static Status
transpose(Edit* const edit)
{
  const int steps = (int)edit->value;
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    const MusicNote* const note = &edit->list.notes.notes[i];
    const int              to   = note->pitch + steps;
    if (is_meant(edit, note) && (to < 0 || to > 127)) {
      return services_fail(edit->call->services,
                           STATUS_OUT_OF_RANGE,
                           "%s would leave the range of notes 0 to 127",
                           string_text(edit->track->name));
    }
  }

  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    note->pitch += is_meant(edit, note) ? steps : 0;
  }

  return STATUS_OK;
}

static Status
quantize(Edit* const edit)
{
  const double amount = number_arg(edit->call, "amount", 100.0) / 100.0;
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    if (is_meant(edit, note)) {
      const double to = round(note->start / edit->grid) * edit->grid;
      note->start += (to - note->start) * amount;
    }
  }

  return STATUS_OK;
}

/// Swing pairs; eighths if there is nothing finer
static Status
swing(Edit* const edit)
{
  const double ratio = edit->value / 100.0;
  double       pair  = edit->grid * 2.0;
  if (edit->grid <= 0.0) {
    uint32_t fine = 0;
    uint32_t all  = 0;
    for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
      const MusicNote* const note = &edit->list.notes.notes[i];
      const double in = note->start * 2.0 - floor(note->start * 2.0 + 0.02);
      fine += is_meant(edit, note) && fabs(in - 0.5) < 0.26;
      all += is_meant(edit, note);
    }

    pair = fine * 8u > all ? 0.5 : 1.0;
  }

  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    const double     at   = note->start / pair;
    const double     in   = at - floor(at + 0.02);
    if (is_meant(edit, note) && in > 0.4 && in < 0.8) {
      note->start = (floor(at + 0.02) + ratio) * pair;
    }
  }

  return STATUS_OK;
}

static Status
humanize(Edit* const edit)
{
  const double tempo =
    tempo_to_bpm(services_document(edit->call->services)->tempo);
  Notes     part = {0};
  uint32_t* from =
    (uint32_t*)calloc(edit->list.notes.count + 1u, sizeof(uint32_t));
  if (!from) {
    return STATUS_NO_MEMORY;
  }

  // One after another, so that each keeps its clip
  Random random = {edit->box->seed};
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    if (!is_meant(edit, note)) {
      continue;
    }

    part.count = 0;
    notes_put(
      &part, note->start + 1.0, note->length, note->pitch, note->velocity);
    notes_humanize(
      &part, edit->drums, 60000.0 / tempo, edit->value, random_bits(&random));
    const double moved = part.notes[0].start - 1.0;
    note->start    = note->start < 1e-6 && moved < 0.0 ? note->start : moved;
    note->velocity = part.notes[0].velocity;
  }

  free(from);
  notes_free(&part);
  return STATUS_OK;
}

static Status
velocity(Edit* const edit)
{
  const double set = number_arg(edit->call, "set", 0.0);
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    if (is_meant(edit, note)) {
      note->velocity = clamp(
        (int)lround(set > 0.0 ? set : note->velocity + edit->value), 1, 127);
    }
  }

  return STATUS_OK;
}

/// From soft to loud, or back, over the stretch
static Status
ramp(Edit* const edit)
{
  double first = 1e9;
  double last  = -1e9;
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    const MusicNote* const note = &edit->list.notes.notes[i];
    if (is_meant(edit, note)) {
      first = fmin(first, note->start);
      last  = fmax(last, note->start);
    }
  }

  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    const double     way =
      last > first ? (note->start - first) / (last - first) : 1.0;
    const double share = edit->value > 0.0 ? way : 1.0 - way;
    if (is_meant(edit, note)) {
      note->velocity =
        clamp((int)lround(note->velocity * (0.45 + 0.7 * share)), 1, 127);
    }
  }

  return STATUS_OK;
}

static Status
accent(Edit* const edit)
{
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    const bool       on =
      fabs(note->start / edit->grid - round(note->start / edit->grid)) < 0.05;
    if (is_meant(edit, note)) {
      note->velocity = clamp(note->velocity + (on ? 18 : -10), 1, 127);
    }
  }

  return STATUS_OK;
}

static Status
scale_length(Edit* const edit)
{
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    if (!is_meant(edit, note)) {
      continue;
    }

    // Longer notes reach to the next one at most
    double next = 1e9;
    for (uint32_t k = 0; k < edit->list.notes.count; ++k) {
      const double at = edit->list.notes.notes[k].start;
      next            = at > note->start + 0.05 ? fmin(next, at) : next;
    }

    const double length = note->length * edit->value;
    const double room   = next < 1e8 ? next - note->start : length;
    note->length = edit->value > 1.0 ? fmax(note->length, fmin(length, room))
                                     : fmax(0.05, length);
  }

  return STATUS_OK;
}

static Status
remove_notes(Edit* const edit)
{
  for (uint32_t i = edit->list.notes.count; i-- > 0;) {
    if (is_meant(edit, &edit->list.notes.notes[i])) {
      track_notes_remove(&edit->list, i);
    }
  }

  return STATUS_OK;
}

/// Leave out the weak ones: off the beat first
static Status
thin(Edit* const edit)
{
  const double grid = edit->drums ? 0.5 : 1.0;
  for (uint32_t i = edit->list.notes.count; i-- > 0;) {
    const MusicNote* const note = &edit->list.notes.notes[i];
    const double off = fabs(note->start / grid - round(note->start / grid));
    const bool   core =
      edit->drums &&
      (drum_is("kick", note->pitch) ||
       (drum_is("backbeat", note->pitch) && note->velocity > 60));
    // With nothing off the grid every second beat goes
    if (is_meant(edit, note) && !core && off > 0.05) {
      track_notes_remove(&edit->list, i);
    }
  }

  return STATUS_OK;
}

/// Thin again, coarser, if the first time found nothing
static Status
thin_more(Edit* const edit)
{
  const uint32_t before = edit->list.notes.count;
  Status         st     = thin(edit);
  for (uint32_t i = edit->list.notes.count;
       i-- > 0 && edit->list.notes.count == before;) {
    for (uint32_t k = edit->list.notes.count; k-- > 0;) {
      const MusicNote* const note = &edit->list.notes.notes[k];
      const double           in   = fmod(note->start + 0.02, 2.0);
      const bool             core = edit->drums && !drum_is("hat", note->pitch);
      if (is_meant(edit, note) && !core && in > 0.9 &&
          fmod(note->start + 0.02, edit->drums ? 1.0 : 2.0) > 0.3) {
        track_notes_remove(&edit->list, k);
      }
    }

    break;
  }

  return st;
}

/// More of what is there: repeats on the eighths or sixteenths between
static Status
fill_in(Edit* const edit)
{
  Random         random = {edit->box->seed};
  const uint32_t count  = edit->list.notes.count;
  Key            key    = {0};
  const bool     tonal  = song_key(edit->call->services, &key);
  for (uint32_t i = 0; i < count; ++i) {
    const MusicNote note = edit->list.notes.notes[i];
    const bool      hat  = edit->drums && drum_is("hat", note.pitch);
    if (!is_meant(edit, &note) || (edit->drums && !hat && note.pitch != 38) ||
        (!edit->drums && random_unit(&random) < 0.5)) {
      continue;
    }

    MusicNote more = note;
    more.start += edit->drums ? 0.25 : fmax(0.25, note.length / 2.0);
    more.velocity = clamp(note.velocity - (hat ? 25 : 40), 20, 127);
    if (!edit->drums) {
      more.length = fmin(note.length / 2.0, 0.5);
      more.pitch =
        tonal ? key_step(&key, note.pitch, random_below(&random, 2) ? 1 : -1)
              : note.pitch;
      edit->list.notes.notes[i].length = fmax(0.1, note.length / 2.0);
    }

    bool there = false;
    for (uint32_t k = 0; k < edit->list.notes.count; ++k) {
      const MusicNote* const other = &edit->list.notes.notes[k];
      there = there || (fabs(other->start - more.start) < 0.1 &&
                        (!edit->drums || other->pitch == more.pitch));
    }

    if (!there) {
      track_notes_add(edit->call->services, edit->track, &edit->list, &more);
    }
  }

  return STATUS_OK;
}

/// Put hits of a voice on places of each bar
static Status
add_hits(Edit* const edit)
{
  const json_t* const places = json_object_get(edit->call->args, "beats");
  const double        bar    = daw_bar(edit->call->services);
  const int           note   = drum_note(*edit->voice ? edit->voice : "kick");
  const int           loud   = (int)number_arg(edit->call, "set", 0.0);
  const double        every  = number_arg(edit->call, "every", 1.0);
  uint32_t            added  = 0;
  for (double start = floor(edit->from / bar + 0.01) * bar;
       start < edit->to - 1e-6 && start < 4096.0;
       start += bar * every) {
    size_t        i    = 0;
    const json_t* beat = NULL;
    json_array_foreach(places, i, beat)
    {
      const double at = start + (every - 1.0) * bar + json_number_value(beat);
      bool         there = json_number_value(beat) >= bar - 1e-6;
      for (uint32_t k = 0; k < edit->list.notes.count; ++k) {
        const MusicNote* const other = &edit->list.notes.notes[k];
        there =
          there || (fabs(other->start - at) < 0.05 && other->pitch == note);
      }

      const bool      weak = drum_is("hat", note) && fmod(at, 0.5) > 0.01;
      const MusicNote hit  = {at, 0.25, note, loud > 0 ? loud : weak ? 72 : 96};
      added +=
        !there &&
        track_notes_add(edit->call->services, edit->track, &edit->list, &hit);
    }
  }

  json_object_set_new(edit->call->result, "added", json_integer(added));
  return STATUS_OK;
}

// Chords

/// The notes that start together at a place; returns how many
static uint32_t
stack_at(const Edit* const edit, const double at, uint32_t stack[16])
{
  uint32_t n = 0;
  for (uint32_t i = 0; i < edit->list.notes.count && n < 16; ++i) {
    const MusicNote* const note = &edit->list.notes.notes[i];
    if (fabs(note->start - at) < 0.1 && is_meant(edit, note)) {
      stack[n++] = i;
    }
  }

  return n;
}

/// The chord that a stack makes
static bool
stack_chord(const Edit* const edit,
            const uint32_t*   stack,
            const uint32_t    n,
            Chord* const      chord)
{
  double weights[12] = {0};
  int    lowest      = 128;
  for (uint32_t i = 0; i < n; ++i) {
    const int pitch = edit->list.notes.notes[stack[i]].pitch;
    weights[pitch % 12] += 1.0;
    lowest = pitch < lowest ? pitch : lowest;
  }

  const bool found = n >= 2 && chord_detect(weights, lowest % 12, chord);
  chord->bass      = chord->root;
  return found;
}

/// Replace stacks by what `change` makes of their chords
static Status
change_stacks(Edit* const edit,
              bool (*change)(Edit*          edit,
                             Chord*         chord,
                             const Voicing* last,
                             Voicing*       voicing))
{
  Voicing  last   = {0, {0}};
  uint32_t done   = 0;
  double   at     = -1e9;
  uint32_t stacks = 0;
  while (stacks < 4096) {
    // The next place behind `at`
    double next = 1e9;
    for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
      const MusicNote* const note = &edit->list.notes.notes[i];
      if (note->start > at + 0.1 && is_meant(edit, note)) {
        next = fmin(next, note->start);
      }
    }

    if (next > 1e8) {
      break;
    }

    uint32_t       stack[16];
    Chord          chord   = {0};
    Voicing        voicing = {0, {0}};
    const uint32_t n       = stack_at(edit, next, stack);
    at                     = next;
    ++stacks;
    for (uint32_t i = 0; i < n && i < CHORD_MAX_TONES; ++i) {
      voicing.pitches[i] = edit->list.notes.notes[stack[i]].pitch;
    }

    voicing.count = n < CHORD_MAX_TONES ? n : CHORD_MAX_TONES;
    if (!stack_chord(edit, stack, n, &chord) ||
        !change(edit, &chord, &last, &voicing)) {
      continue;
    }

    const MusicNote model = edit->list.notes.notes[stack[0]];
    const Id        clip  = edit->list.clips[stack[0]];
    for (uint32_t i = n; i-- > 0;) {
      track_notes_remove(&edit->list, stack[i]);
    }

    for (uint32_t i = 0; i < voicing.count; ++i) {
      MusicNote note = model;
      note.pitch     = clamp(voicing.pitches[i], 0, 127);
      if (track_notes_add(
            edit->call->services, edit->track, &edit->list, &note)) {
        edit->list.clips[edit->list.notes.count - 1u] = clip;
      }
    }

    last = voicing;
    ++done;
  }

  return done ? STATUS_OK
              : services_fail(edit->call->services,
                              STATUS_NOT_FOUND,
                              "There are no chords on %s to change",
                              string_text(edit->track->name));
}

static bool
voice_smoothly(Edit* const          edit,
               Chord* const         chord,
               const Voicing* const last,
               Voicing* const       voicing)
{
  (void)edit;
  const int middle = voicing->pitches[0] + 5;
  if (last->count || voicing->count != chord->count) {
    *voicing =
      chord_voice(chord, last->count ? last : NULL, middle - 12, middle + 14);
  } else {
    // The first chord is turned as well, so that something is heard of it
    const int lowest = voicing->pitches[0];
    *voicing         = chord_voice(chord, NULL, lowest - 9, lowest + 6);
  }

  return true;
}

static bool
stack_more(Edit* const          edit,
           Chord* const         chord,
           const Voicing* const last,
           Voicing* const       voicing)
{
  Key key = {0, scale_find("major")};
  (void)last;
  song_key(edit->call->services, &key);
  const Chord more = chord_extend(chord, &key, (uint32_t)edit->value);

  // What is added goes on top
  for (uint32_t i = 0; i < more.count; ++i) {
    const int tone = more.root + more.tones[i];
    bool      has  = false;
    for (uint32_t k = 0; k < voicing->count; ++k) {
      has = has || (voicing->pitches[k] - tone) % 12 == 0;
    }

    if (!has && voicing->count < CHORD_MAX_TONES) {
      int pitch =
        voicing->pitches[0] + ((tone - voicing->pitches[0]) % 12 + 12) % 12;
      voicing->pitches[voicing->count++] = pitch;
    }
  }

  return true;
}

static bool
stack_triad(Edit* const          edit,
            Chord* const         chord,
            const Voicing* const last,
            Voicing* const       voicing)
{
  uint32_t n = 0;
  (void)edit;
  (void)last;
  for (uint32_t i = 0; i < voicing->count; ++i) {
    const int  above = ((voicing->pitches[i] - chord->root) % 12 + 12) % 12;
    const bool power = edit->value == 2.0;
    if (above == 0 || above == 7 || (!power && (above == 3 || above == 4)) ||
        above == 6 || above == 8 ||
        (!power && above == 5 && chord->count < 4)) {
      voicing->pitches[n++] = voicing->pitches[i];
    }
  }

  voicing->count = n ? n : voicing->count;
  return true;
}

// Lines

/// The last note is the nearest pitch of a class
static Status
end_on(Edit* const edit)
{
  uint32_t last = 0;
  for (uint32_t i = 1; i < edit->list.notes.count; ++i) {
    last = edit->list.notes.notes[i].start >= edit->list.notes.notes[last].start
             ? i
             : last;
  }

  MusicNote* const note = &edit->list.notes.notes[last];
  const int        want = (int)edit->value;
  const int        up   = ((want - note->pitch) % 12 + 12) % 12;
  note->pitch += up > 6 ? up - 12 : up;
  return STATUS_OK;
}

/// Notes out of the key go to the nearest in it
static Status
fit_key(Edit* const edit)
{
  Key key = {0};
  if (!key_parse(text_arg(edit->call, "key"), &key) &&
      !song_key(edit->call->services, &key)) {
    return services_fail(
      edit->call->services, STATUS_NOT_FOUND, "There is no key to fit into");
  }

  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    note->pitch =
      is_meant(edit, note) ? key_snap(&key, note->pitch) : note->pitch;
  }

  return STATUS_OK;
}

/// Backwards within each clip
static Status
reverse(Edit* const edit)
{
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const  note = &edit->list.notes.notes[i];
    const Clip* const clip = composition_clip(
      services_document(edit->call->services), edit->list.clips[i]);
    const double start = ticks_to_beats(clip->start);
    const double end   = start + ticks_to_beats(clip->length);
    note->start        = fmax(start, start + end - note->start - note->length);
  }

  return STATUS_OK;
}

/// Faster or slower; the clips keep their length, what is missing is repeated
static Status
scale_time(Edit* const edit)
{
  const uint32_t count = edit->list.notes.count;
  for (uint32_t i = count; i-- > 0;) {
    MusicNote* const  note = &edit->list.notes.notes[i];
    const Clip* const clip = composition_clip(
      services_document(edit->call->services), edit->list.clips[i]);
    const double    start  = ticks_to_beats(clip->start);
    const double    length = ticks_to_beats(clip->length);
    const double    in     = (note->start - start) * edit->value;
    const MusicNote was    = *note;
    if (in >= length - 1e-6) {
      track_notes_remove(&edit->list, i);
      continue;
    }

    note->start  = start + in;
    note->length = fmin(was.length * edit->value, length - in);
    for (double more = in + length * edit->value;
         edit->value < 1.0 && more < length - 1e-6;
         more += length * edit->value) {
      const MusicNote again = {
        start + more, was.length * edit->value, was.pitch, was.velocity};
      track_notes_add(edit->call->services, edit->track, &edit->list, &again);
    }
  }

  return STATUS_OK;
}

/// The third gives way to another interval
static bool
stack_suspend(Edit* const          edit,
              Chord* const         chord,
              const Voicing* const last,
              Voicing* const       voicing)
{
  (void)last;
  for (uint32_t i = 0; i < voicing->count; ++i) {
    const int above = ((voicing->pitches[i] - chord->root) % 12 + 12) % 12;
    if (above == 3 || above == 4) {
      voicing->pitches[i] += (int)edit->value - above;
    }
  }

  return true;
}

static Status
suspend_edit(Edit* const edit)
{
  return change_stacks(edit, stack_suspend);
}

/// A second voice, some steps of the key above each note
static Status
harmonize(Edit* const edit)
{
  Key            key   = {0, scale_find("major")};
  const uint32_t count = edit->list.notes.count;
  song_key(edit->call->services, &key);
  for (uint32_t i = 0; i < count; ++i) {
    MusicNote note = edit->list.notes.notes[i];
    if (is_meant(edit, &note)) {
      note.pitch    = key_step(&key, note.pitch, (int)edit->value);
      note.velocity = clamp(note.velocity - 10, 1, 127);
      if (note.pitch <= 127) {
        track_notes_add(edit->call->services, edit->track, &edit->list, &note);
      }
    }
  }

  return STATUS_OK;
}

/// Hits of one drum voice become those of another
static Status
revoice(Edit* const edit)
{
  const int to = (int)number_arg(edit->call, "set", 0.0);
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    note->pitch           = is_meant(edit, note) ? to : note->pitch;
  }

  return STATUS_OK;
}

static Status
voicing_edit(Edit* const edit)
{
  return change_stacks(edit, voice_smoothly);
}

static Status
extend_edit(Edit* const edit)
{
  return change_stacks(edit, stack_more);
}

static Status
triad_edit(Edit* const edit)
{
  return change_stacks(edit, stack_triad);
}

/// Rhythm stays, pitches come from elsewhere in the key
static Status
vary(Edit* const edit)
{
  Random random = {edit->box->seed};
  Key    key    = {0, scale_find("major")};
  song_key(edit->call->services, &key);
  for (uint32_t i = 0; i < edit->list.notes.count; ++i) {
    MusicNote* const note = &edit->list.notes.notes[i];
    if (is_meant(edit, note) && !edit->drums && random_unit(&random) < 0.5) {
      note->pitch =
        key_step(&key, note->pitch, random_below(&random, 2) ? 1 : -1);
    }
  }

  return edit->drums ? fill_in(edit) : STATUS_OK;
}

// clang-format off
static const struct { const char* name; Status (*run)(Edit*); } operations[] = {
  {"transpose", transpose}, {"quantize", quantize}, {"swing", swing},
  {"humanize", humanize}, {"velocity", velocity}, {"ramp", ramp},
  {"accent", accent}, {"length", scale_length}, {"remove", remove_notes},
  {"thin", thin_more}, {"fill", fill_in}, {"add_hits", add_hits},
  {"voicing", voicing_edit}, {"extend", extend_edit}, {"triads", triad_edit},
  {"end_on", end_on}, {"fit_key", fit_key}, {"reverse", reverse},
  {"scale_time", scale_time}, {"vary", vary}, {"harmonize", harmonize},
  {"suspend", suspend_edit}, {"revoice", revoice},
};
// clang-format on

static Status
edit_notes(const Toolbox* const box, DawCall* const call)
{
  Services* const services = call->services;
  const double    bar      = daw_bar(services);
  Id              id       = ID_NONE;
  Status st = daw_find(services, KIND_TRACK, text_arg(call, "track"), &id);
  if (st) {
    return st;
  }

  Edit edit  = {.box = box, .call = call};
  edit.track = composition_track(services_document(services), id);
  edit.voice = text_arg(call, "voice");
  edit.from  = (number_arg(call, "first_bar", 1.0) - 1.0) * bar;
  edit.to    = number_arg(call, "last_bar", 1e6) * bar;
  edit.value = number_arg(call, "value", 0.0);
  edit.grid  = number_arg(call, "grid", 0.0);
  edit.drums = !strcmp(track_role(services, edit.track), "drums");
  st         = track_notes_read(services, edit.track, &edit.list);
  const char* const operation = text_arg(call, "operation");
  const bool        adds      = !strcmp(operation, "add_hits");
  if (edit.grid <= 0.0 && strcmp(operation, "swing") != 0) {
    edit.grid = !strcmp(operation, "accent") ? 1.0 : 0.25;
  }

  uint32_t meant = 0;
  for (uint32_t i = 0; i < edit.list.notes.count; ++i) {
    meant += is_meant(&edit, &edit.list.notes.notes[i]);
  }

  if (!st && !meant && !adds) {
    st =
      services_fail(services,
                    STATUS_NOT_FOUND,
                    "There are no %s%snotes on %s%s",
                    edit.voice,
                    *edit.voice ? " " : "",
                    string_text(edit.track->name),
                    json_object_get(call->args, "first_bar") ? " there" : "");
  }

  for (size_t i = 0; !st && i < sizeof(operations) / sizeof(operations[0]);
       ++i) {
    if (!strcmp(operations[i].name, operation)) {
      st = operations[i].run(&edit);
    }
  }

  // The track is another object once something was written
  st = st || edit.list.notes.failed
         ? (st ? st : STATUS_NO_MEMORY)
         : track_notes_write(services, edit.track, &edit.list);
  json_object_set_new(call->result, "meant", json_integer(meant));
  json_object_set_new(
    call->result, "notes", json_integer(edit.list.notes.count));
  track_notes_free(&edit.list);
  if (!st) {
    json_object_set_new(
      call->result,
      "track",
      daw_describe_track(services,
                         composition_track(services_document(services), id)));
  }

  return st;
}

// Clips

/// Repeat what a track has until it is so long
static Status
repeat_track(const Toolbox* const box, DawCall* const call)
{
  Services* const services = call->services;
  Id              id       = ID_NONE;
  Status st = daw_find(services, KIND_TRACK, text_arg(call, "track"), &id);
  (void)box;
  if (st) {
    return st;
  }

  const Composition* const root  = services_document(services);
  const Track* const       track = composition_track(root, id);
  IdList* const            clips = id_list_retain(track->clips);
  const double             bar   = daw_bar(services);
  const double             want  = number_arg(call, "bars", 8.0) * bar;
  double                   from  = 1e9;
  double                   end   = 0.0;
  for (uint32_t i = 0; i < id_list_count(clips); ++i) {
    const Clip* const clip = composition_clip(root, clips->ids[i]);
    from                   = fmin(from, ticks_to_beats(clip->start));
    end = fmax(end, ticks_to_beats(clip->start + clip->length));
  }

  from              = floor(from / bar + 1e-6) * bar;
  const double span = ceil((end - from) / bar - 1e-6) * bar;
  uint32_t     made = 0;
  if (!id_list_count(clips)) {
    st = services_fail(services,
                       STATUS_NOT_FOUND,
                       "There is nothing on %s",
                       string_text(track->name));
  }

  for (double shift = span; !st && shift + from < want - 1e-6; shift += span) {
    for (uint32_t i = 0; !st && i < id_list_count(clips); ++i) {
      const Clip* const clip =
        composition_clip(services_document(services), clips->ids[i]);
      const double start = ticks_to_beats(clip->start) + shift;
      const double over  = start + ticks_to_beats(clip->length) - (from + want);
      json_t*      result = NULL;
      if (start >= want - 1e-6) {
        continue;
      }

      json_t* const args = json_pack(
        "{s:o, s:f}", "clip_id", id_json(clips->ids[i]), "start_time", start);
      st = daw_action(services, "duplicate_clip", args, &result);
      const char* const copy = json_string_value(
        json_object_get(json_object_get(result, "clip"), "id"));
      if (!st && over > 1e-6 && from < 1e-6) {
        st = act(services,
                 "modify_clip",
                 json_pack("{s:s, s:f}",
                           "clip_id",
                           copy,
                           "duration",
                           ticks_to_beats(clip->length) - over));
      }

      json_decref(args);
      json_decref(result);
      ++made;
    }
  }

  id_list_release(clips);
  json_object_set_new(call->result, "copies", json_integer(made));
  json_object_set_new(call->result, "bars", json_real((from + want) / bar));
  return st;
}

/// Copy bars of a track, or of all, to another place
static Status
copy_bars(const Toolbox* const box, DawCall* const call)
{
  Services* const services = call->services;
  Id              id       = ID_NONE;
  Status st = daw_find(services, KIND_TRACK, text_arg(call, "track"), &id);
  (void)box;
  if (st) {
    return st;
  }

  const double bar   = daw_bar(services);
  const double from  = (number_arg(call, "first_bar", 1.0) - 1.0) * bar;
  const double to    = number_arg(call, "last_bar", 1.0) * bar;
  const double dest  = (number_arg(call, "to_bar", 1.0) - 1.0) * bar;
  TrackNotes   list  = {0};
  Notes        part  = {0};
  const Track* track = composition_track(services_document(services), id);
  st                 = track_notes_read(services, track, &list);
  for (uint32_t i = 0; i < list.notes.count; ++i) {
    const MusicNote* const note = &list.notes.notes[i];
    if (note->start >= from - 0.13 && note->start < to - 0.13) {
      notes_put(
        &part, note->start - from, note->length, note->pitch, note->velocity);
    }
  }

  // What was at the place goes; a clip that is there takes the notes
  for (uint32_t i = list.notes.count; i-- > 0;) {
    const MusicNote* const note = &list.notes.notes[i];
    if (note->start >= dest - 0.13 && note->start < dest + to - from - 0.13) {
      track_notes_remove(&list, i);
    }
  }

  uint32_t in = 0;
  for (uint32_t i = 0; i < part.count; ++i) {
    MusicNote note = part.notes[i];
    note.start += dest;
    in += track_notes_add(services, track, &list, &note);
  }

  if (!part.count) {
    st = st ? st
            : services_fail(services,
                            STATUS_NOT_FOUND,
                            "%s has nothing there",
                            string_text(track->name));
  }

  st = st || !in ? st : track_notes_write(services, track, &list);
  if (!st && in < part.count) {
    st = put_part(services, id, dest, to - from, &part, true, call->result);
  }

  json_object_set_new(call->result, "notes", json_integer(part.count));
  notes_free(&part);
  track_notes_free(&list);
  return st;
}

// clang-format off
const Tool tools_edits[] = {
  {"edit_notes",
   "track! track | operation! transpose,quantize,swing,humanize,velocity,ramp,accent,length,remove,thin,fill,add_hits,voicing,extend,triads,end_on,fit_key,reverse,scale_time,vary,harmonize,suspend,revoice | value n -128 128 -- Semitones, per cent of swing, velocity, factor of length or time, chord size, pitch class to end on | set n 1 127 -- Velocity, or for revoice the note, to set | amount n 0 100 -- Per cent of quantizing | grid n 0.0625 16 -- Beats | voice s -- Only this drum voice | first_bar n 1 100000 | last_bar n 1 100000 | beats a -- Places in the bar for add_hits | every n 1 64 -- Bars for add_hits | key s",
   "Change the notes of a track, all or those of a drum voice or of some bars.", edit_notes},
  {"repeat_track", "track! track | bars! n 1 1000 -- Length in the end", "Repeat what a track has until it is so long.", repeat_track},
  {"copy_bars", "track! track | first_bar! n 1 100000 | last_bar! n 1 100000 | to_bar! n 1 100000", "Copy bars of a track to another place.", copy_bars},
  {0},
};
// clang-format on
