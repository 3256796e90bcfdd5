// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/clip_notes.h"

#include "units/instrument.h"

#include <jansson.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int32_t
clamped(const int32_t value, const int32_t min, const int32_t max)
{
  return value < min ? min : value > max ? max : value;
}

/// Move a start towards the nearest line of the grid by the clip's strength
static Ticks
quantized(const Clip* const clip, const Ticks start)
{
  const Ticks grid = clip->quantize_grid;
  if (clip->quantize <= 0.0 || grid <= 0) {
    return start;
  }

  const Ticks line = (start + grid / 2) / grid * grid;
  return start +
         (Ticks)floor((double)(line - start) * clip->quantize / 100.0 + 0.5);
}

/// A note after the transforms, from the start of the clip's content
static PartNote
transformed(const Clip* const clip, const ClipNote* const note)
{
  const Ticks   moved  = quantized(clip, note->start) + clip->timing;
  const Ticks   gated  = (Ticks)floor((double)note->length * clip->gate + 0.5);
  const Ticks   start  = moved > 0 ? moved : 0;
  const int32_t louder = note->velocity + clip->velocity_offset;

  // Notes of one pitch differ in where they are in the content
  const PartNote result = {
    .start = start,
    .end   = start + (gated > 1 ? gated : 1),
    .seed =
      (uint32_t)note->start + 0x9E3779B9u * (uint32_t)(note->start >> 32u),
    .pitch    = (uint8_t)clamped(note->pitch + clip->transpose, 0, 127),
    .velocity = (uint8_t)clamped(louder, 1, 127)};
  return result;
}

// What of the content is heard is windows: from `offset` to the loop's end,
// then the loop again and again, or from `offset` to `end` where none loops.
// Each window is a stretch of the content and where it lies in the clip.

/// Least length of a loop, so that a clip has a bounded number of notes
#define MIN_LOOP (TICKS_PER_BEAT / 32)

typedef struct {
  Ticks from; ///< In the content
  Ticks to;   ///< In the content
  Ticks at;   ///< In the clip
} Window;

/// Where the content ends: with its last note, on a beat
static Ticks
content_end(const Clip* const clip)
{
  Ticks           end    = 0;
  NoteCursor      cursor = note_cursor(clip->notes);
  const ClipNote* note   = NULL;
  while ((note = note_next(&cursor))) {
    end = note->start + note->length > end ? note->start + note->length : end;
  }

  return (end + TICKS_PER_BEAT - 1) / TICKS_PER_BEAT * TICKS_PER_BEAT;
}

/// What of the content is played; a loop's length is 0 if it does not loop
typedef struct {
  Ticks from;       ///< Where it begins
  Ticks to;         ///< Where it first ends
  Ticks loop_start; ///< Where it then goes on...
  Ticks loop_ticks; ///< ...for this long, again and again
} Passage;

static Passage
passage_of(const Clip* const clip)
{
  Ticks offset     = 0;
  Ticks end        = 0;
  Ticks loop_start = 0;
  Ticks loop_end   = 0;
  ticks_from_beats(clip->offset, &offset);
  ticks_from_beats(clip->end, &end);
  ticks_from_beats(clip->loop_start, &loop_start);
  ticks_from_beats(clip->loop_end, &loop_end);
  if (clip->loop && !loop_end) {
    loop_end = end ? end : content_end(clip);
  }

  const bool  loops = clip->loop && loop_end - loop_start >= MIN_LOOP;
  const Ticks limit = end ? end : offset + clip->length;
  const Ticks to    = loops && loop_end > offset ? loop_end : limit;
  return (Passage){offset,
                   to > offset ? to : offset,
                   loop_start,
                   loops ? loop_end - loop_start : 0};
}

/// The window that follows one; false at the clip's end
static bool
next_window(const Clip* const    clip,
            const Passage* const passage,
            Window* const        window)
{
  window->at += window->to - window->from;
  window->from = passage->loop_start;
  window->to   = passage->loop_start + passage->loop_ticks;
  return passage->loop_ticks && window->at < clip->length;
}

Ticks
clip_place(const Clip* const clip, const Ticks from_start)
{
  const Passage passage = passage_of(clip);
  const Ticks   behind  = passage.from + from_start - passage.to;
  return behind < 0 || !passage.loop_ticks
           ? passage.from + from_start
           : passage.loop_start + behind % passage.loop_ticks;
}

/// The part of a note that is heard in a window; false if none is.  In the
/// first it may have begun before, in content that the clip leaves out
static bool
place(const Clip* const     clip,
      const Window* const   window,
      const PartNote* const note,
      PartNote* const       out)
{
  const bool tied =
    !window->at && note->start < window->from && note->end > window->from;
  if ((note->start < window->from && !tied) || note->start >= window->to) {
    return false;
  }

  const Ticks shift = window->at - window->from;
  const Ticks limit =
    window->to + shift < clip->length ? window->to + shift : clip->length;
  *out       = *note;
  out->tied  = tied;
  out->start = tied ? window->at : note->start + shift;
  out->end += shift;
  out->end = out->end < limit ? out->end : limit;
  return out->start < limit;
}

static int
compare_part_notes(const void* const a, const void* const b)
{
  const PartNote* const x = (const PartNote*)a;
  const PartNote* const y = (const PartNote*)b;
  return x->start != y->start ? (x->start < y->start ? -1 : 1)
         : x->tied != y->tied ? (int)y->tied - (int)x->tied
                              : (int)x->pitch - (int)y->pitch;
}

/// Number of windows in a clip
static uint32_t
count_windows(const Clip* const clip)
{
  const Passage passage = passage_of(clip);
  const Ticks   rest    = clip->length - (passage.to - passage.from);
  return passage.loop_ticks && rest > 0
           ? 1u +
               (uint32_t)((rest + passage.loop_ticks - 1) / passage.loop_ticks)
           : 1u;
}

Status
clip_looping_notes(const Clip* const clip,
                   const Ticks       from_start,
                   NoteList** const  out)
{
  const Passage passage = passage_of(clip);
  if (!passage.loop_ticks || from_start < passage.to - passage.from) {
    *out = note_list_retain(clip->notes);
    return STATUS_OK;
  }

  const uint32_t  count = note_list_count(clip->notes);
  ClipNote* const kept =
    (ClipNote*)malloc(((size_t)count + 1u) * sizeof(ClipNote));
  if (!kept) {
    return STATUS_NO_MEMORY;
  }

  uint32_t        n      = 0;
  NoteCursor      cursor = note_cursor(clip->notes);
  const ClipNote* note   = NULL;
  while ((note = note_next(&cursor))) {
    const PartNote moved = transformed(clip, note);
    kept[n]              = *note;
    n += moved.start >= passage.loop_start || moved.end <= passage.loop_start;
  }

  const Status st = note_list_build(kept, n, out);
  free(kept);
  return st;
}

uint64_t
clip_most_notes(const Clip* const clip)
{
  const uint32_t notes = note_list_count(clip->notes);
  return notes ? (uint64_t)notes * count_windows(clip) : 0u;
}

void
clip_notes_prepare(ClipPart* const part, const Clip* const clip)
{
  uint32_t count  = 0;
  bool     sorted = true;

  const Passage passage = passage_of(clip);
  Window        window  = {passage.from, passage.to, 0};
  do {
    NoteCursor      cursor = note_cursor(clip->notes);
    const ClipNote* note   = NULL;
    while ((note = note_next(&cursor))) {
      const PartNote  moved = transformed(clip, note);
      PartNote* const slot  = &part->notes[count];
      if (place(clip, &window, &moved, slot)) {
        sorted = sorted && (!count || compare_part_notes(slot - 1, slot) <= 0);
        ++count;
      }
    }

  } while (next_window(clip, &passage, &window));

  part->num_notes = count;
  if (!sorted) {
    qsort(part->notes, count, sizeof(PartNote), compare_part_notes);
  }
}

// Controllers

/// An event of the content
typedef struct {
  PartControl control;
  uint32_t    row;   ///< In the clip
  uint32_t    place; ///< Of its controller among those of the clip
} Event;

/// A row of the clip's controllers; false if it is none that is played
static bool
read_control(const json_t* const row, PartControl* const out)
{
  // clang-format off
  static const struct {
    const char* word;
    ControlKind kind;
    size_t      size; ///< Items of the row
    double      full; ///< Value that is 1
  } kinds[] = {
    {"cc",       CONTROL_CC,       4, 127.0},
    {"bend",     CONTROL_BEND,     3, 8192.0},
    {"pressure", CONTROL_PRESSURE, 3, 127.0},
    {"poly",     CONTROL_POLY,     4, 127.0},
  };
  // clang-format on

  const size_t      size   = json_array_size(row);
  const char* const word   = json_string_value(json_array_get(row, 1));
  const double      number = json_number_value(json_array_get(row, 2));
  const double      beat   = json_number_value(json_array_get(row, 0));
  const double      value =
    json_number_value(json_array_get(row, size ? size - 1u : 0u));
  for (unsigned i = 0; word && i < sizeof(kinds) / sizeof(kinds[0]); ++i) {
    if (!strcmp(word, kinds[i].word) && size >= kinds[i].size) {
      const bool   numbered = kinds[i].size == 4u;
      const double least    = kinds[i].kind == CONTROL_BEND ? -1.0 : 0.0;
      out->kind             = (uint8_t)kinds[i].kind;
      out->number = numbered ? (uint8_t)clamped((int32_t)number, 0, 127) : 0u;
      out->value  = (float)fmin(fmax(value / kinds[i].full, least), 1.0);

      // From 120 on they are no controllers but commands
      return ticks_from_beats(beat, &out->at) &&
             (out->kind != CONTROL_CC || out->number < 120u);
    }
  }

  return false;
}

static int
compare_events(const void* const a, const void* const b)
{
  const Event* const x = (const Event*)a;
  const Event* const y = (const Event*)b;
  return x->control.at != y->control.at
           ? (x->control.at < y->control.at ? -1 : 1)
           : (x->row > y->row) - (x->row < y->row);
}

/// A controller that the clip moves
typedef struct {
  PartControl now;   ///< Where it is
  bool        moved; ///< It was moved before
} Lever;

/// What a clip does with controllers
typedef struct {
  const Clip* clip;
  Event*      events; ///< By time
  uint32_t    num_events;
  Lever*      levers;
  uint32_t    num_levers;
} Moves;

/// Place of an event's controller, a new one if there is none yet
static uint32_t
lever_of(Moves* const moves, const PartControl* const control)
{
  uint32_t i = 0;
  while (i < moves->num_levers &&
         (moves->levers[i].now.kind != control->kind ||
          moves->levers[i].now.number != control->number)) {
    ++i;
  }

  moves->levers[i].now = *control;
  moves->num_levers += i == moves->num_levers;
  return i;
}

static void
read_rows(Moves* const moves)
{
  const json_t* const rows = moves->clip->controllers;
  for (size_t i = 0; i < json_array_size(rows); ++i) {
    Event* const event = &moves->events[moves->num_events];
    if (read_control(json_array_get(rows, i), &event->control)) {
      event->row   = (uint32_t)i;
      event->place = lever_of(moves, &event->control);
      ++moves->num_events;
    }
  }

  qsort(moves->events, moves->num_events, sizeof(Event), compare_events);
}

static void
add_control(ClipPart* const          part,
            const PartControl* const control,
            const Ticks              at)
{
  PartControl* const out = &part->controls[part->num_controls++];
  *out                   = *control;
  out->at                = at;
}

/// What is moved in a window: at its start all to where they are there, the
/// first time those that were moved before only; then each event
static void
place_moves(ClipPart* const     part,
            const Moves* const  moves,
            const Window* const window)
{
  for (uint32_t i = 0; i < moves->num_levers; ++i) {
    Lever* const lever = &moves->levers[i];
    lever->moved       = false;
    lever->now.value =
      control_rest((ControlKind)lever->now.kind, lever->now.number);
  }

  uint32_t next = 0;
  for (; next < moves->num_events &&
         moves->events[next].control.at < window->from;
       ++next) {
    Lever* const lever = &moves->levers[moves->events[next].place];
    lever->now         = moves->events[next].control;
    lever->moved       = true;
  }

  for (uint32_t i = 0; i < moves->num_levers; ++i) {
    if (moves->levers[i].moved || window->at) {
      add_control(part, &moves->levers[i].now, window->at);
    }
  }

  const Ticks shift = window->at - window->from;
  for (; next < moves->num_events; ++next) {
    const PartControl* const control = &moves->events[next].control;
    if (control->at >= window->to ||
        control->at + shift >= moves->clip->length) {
      return;
    }

    add_control(part, control, control->at + shift);
  }
}

bool
clip_controls_prepare(ClipPart* const part, const Clip* const clip)
{
  const size_t rows = json_array_size(clip->controllers);
  if (!rows) {
    return true;
  }

  Moves moves = {clip,
                 (Event*)calloc(rows, sizeof(Event)),
                 0,
                 (Lever*)calloc(rows, sizeof(Lever)),
                 0};
  if (moves.events && moves.levers) {
    read_rows(&moves);
    const uint64_t needed =
      ((uint64_t)moves.num_events + moves.num_levers) * count_windows(clip);
    part->controls =
      needed <= NOTES_MAX
        ? (PartControl*)calloc((size_t)needed + 1u, sizeof(PartControl))
        : NULL;
  }

  if (part->controls) {
    part->num_controllers = moves.num_levers;

    const Passage passage = passage_of(clip);
    Window        window  = {passage.from, passage.to, 0};
    do {
      place_moves(part, &moves, &window);
    } while (next_window(clip, &passage, &window));
  }

  free(moves.events);
  free(moves.levers);
  return part->controls;
}
