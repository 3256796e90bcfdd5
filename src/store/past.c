// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/past.h"

#include "model/codec.h"
#include "store/file.h"
#include "store/journal.h"
#include "store/stamp.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Most bytes of lines that are held; what came before is too long ago
#define BYTES_MAX (64u << 20u)

/// Lines that a step has at most, one with another: what is dragged for long
/// has many
#define STEP_LINES 16u

/// A line that leads to the present, the newest first
typedef struct {
  uint64_t     revision;
  uint64_t     parent;
  json_t*      object; ///< Owned
  Composition* before; ///< Owned, null if the patch back can't be applied
  Composition* after;  ///< Owned
} PastLine;

typedef struct {
  const char* folder;
  PastLine*   lines; ///< Room for `room` of them, owned
  size_t      count;
  size_t      room;
  size_t      steps; ///< That the lines make, those that only move included
  size_t      max;   ///< Of steps
  size_t      bytes;
  uint64_t    wanted; ///< Revision of the line that is looked for
  char*       text;
  size_t      text_size;
} Walk;

// Finding the lines

/// Places of the good lines in a segment, owned; null if memory ran out
static JournalLine*
index_lines(const char* const data, const size_t size, size_t* const count)
{
  size_t      num    = 0;
  size_t      offset = 0;
  JournalLine line;
  while (journal_next(data, size, &offset, &line)) {
    num += line.revision != 0u;
  }

  JournalLine* const lines =
    (JournalLine*)malloc((num + 1u) * sizeof(JournalLine));
  offset = 0;
  *count = 0;
  while (lines && journal_next(data, size, &offset, &line)) {
    if (line.revision) {
      lines[(*count)++] = line;
    }
  }

  return lines;
}

static bool
is_full(const Walk* const walk)
{
  return walk->steps >= walk->max || walk->count >= STEP_LINES * walk->max ||
         walk->bytes >= BYTES_MAX || !walk->wanted;
}

/// Add a line, all zero; null if memory ran out
static PastLine*
add_line(Walk* const walk)
{
  if (walk->count == walk->room) {
    const size_t    room = walk->room ? walk->room * 2u : 256u;
    PastLine* const lines =
      (PastLine*)realloc(walk->lines, room * sizeof(PastLine));
    if (!lines) {
      return NULL;
    }

    walk->lines = lines;
    walk->room  = room;
  }

  PastLine* const line = &walk->lines[walk->count++];
  memset(line, 0, sizeof(*line));
  return line;
}

/// Take the lines of a segment that lead on backwards
static Status
take_lines(Walk* const walk, const JournalLine* const lines, size_t count)
{
  for (; count && !is_full(walk); --count) {
    const JournalLine* const line = &lines[count - 1u];
    if (line->revision != walk->wanted) {
      continue;
    }

    PastLine* const taken  = add_line(walk);
    json_t* const   object = taken ? journal_line_build(line) : NULL;
    if (!object) {
      return file_no_memory(walk->text, walk->text_size);
    }

    taken->revision = line->revision;
    taken->parent   = line->parent;
    taken->object   = object;
    walk->bytes += line->length;
    walk->steps += !json_is_true(json_object_get(object, "more"));
    walk->wanted = line->parent;
  }

  return STATUS_OK;
}

static Status
take_segment(Walk* const walk, const char* const name)
{
  char* const path = file_path("%s/%s", walk->folder, name);
  char*       data = NULL;
  size_t      size = 0;
  Status      st =
    path
           ? file_read(path, JOURNAL_MAX, &data, &size, walk->text, walk->text_size)
           : file_no_memory(walk->text, walk->text_size);
  if (!st) {
    size_t             count = 0;
    JournalLine* const lines = index_lines(data, size, &count);
    st                       = lines ? take_lines(walk, lines, count)
                                     : file_no_memory(walk->text, walk->text_size);
    free(lines);
  }

  free(data);
  free(path);
  return st;
}

/// Find the lines that lead to the present
static Status
find_lines(Walk* const walk)
{
  JournalSegment* segments = NULL;
  size_t          count    = 0;
  Status          st =
    journal_list(walk->folder, &segments, &count, walk->text, walk->text_size);
  for (; !st && count && !is_full(walk); --count) {
    if (segments[count - 1u].first <= walk->wanted) {
      st = take_segment(walk, segments[count - 1u].name);
    }
  }

  free(segments);
  return st;
}

// Their documents

/// Go back line by line; the first that can't be is where the past begins
static Status
go_back(Walk* const walk, const Composition* const root)
{
  const Composition* present = root;
  for (size_t i = 0; i < walk->count; ++i) {
    char            cause[256];
    PastLine* const line = &walk->lines[i];
    line->after          = composition_retain(present);
    line->before         = composition_retain(present);

    const json_t* const undo = json_object_get(line->object, "undo");
    const Status        st   = undo
                                 ? patch_apply(&line->before, undo, cause, sizeof(cause))
                                 : STATUS_BAD_ARGUMENT;
    if (st == STATUS_NO_MEMORY) {
      return file_no_memory(walk->text, walk->text_size);
    }

    if (st) {
      composition_release(line->before);
      line->before = NULL;
      return STATUS_OK;
    }

    present = line->before;
  }

  return STATUS_OK;
}

// The steps

static String*
read_string(const json_t* const object, const char* const key)
{
  const char* const text = json_string_value(json_object_get(object, key));
  return string_new(text ? text : "");
}

static void
step_clear(PastStep* const step)
{
  composition_release(step->before);
  composition_release(step->after);
  string_release(step->who);
  string_release(step->what);
  string_release(step->gesture);
}

/// Forget all steps
static void
forget(Past* const past)
{
  while (past->count) {
    step_clear(&past->steps[--past->count]);
  }

  past->place      = 0;
  past->num_visits = 0;
}

/// Come to a place
static void
visit(Past* const past, const size_t place)
{
  past->place                      = place;
  past->visits[past->num_visits++] = place;
}

/// Add the step of a line
static bool
add_step(Past* const past, const PastLine* const line)
{
  PastStep* const step = &past->steps[past->count++];
  memset(step, 0, sizeof(*step));
  step->parent = past->place;
  visit(past, past->count);
  step->before   = composition_retain(line->before);
  step->after    = composition_retain(line->after);
  step->revision = line->revision;
  step->nanos =
    stamp_read(json_string_value(json_object_get(line->object, "at")));
  step->client =
    (uint32_t)json_integer_value(json_object_get(line->object, "client"));
  step->who     = read_string(line->object, "who");
  step->what    = read_string(line->object, "what");
  step->gesture = read_string(line->object, "gesture");
  return step->who && step->what && step->gesture;
}

/// Let a line lead on from the step that it is one with
static bool
extend_step(Past* const past, const PastLine* const line)
{
  if (!past->place || past->place != past->count ||
      !json_is_true(json_object_get(line->object, "more"))) {
    return false;
  }

  PastStep* const step = &past->steps[past->place - 1u];
  composition_release(step->after);
  step->after    = composition_retain(line->after);
  step->revision = line->revision;
  return true;
}

/// The place of a revision; more than the count, if it is not known
static size_t
find_place(const Past* const past, const uint64_t revision)
{
  size_t place = past->count;
  while (place && past->steps[place - 1u].revision != revision) {
    --place;
  }

  return place || revision == past->first ? place : past->count + 1u;
}

/// Turn lines into steps, from the oldest to the newest
static bool
make_steps(const Walk* const walk, Past* const past)
{
  bool known = false;
  for (size_t i = walk->count; i; --i) {
    const PastLine* const line = &walk->lines[i - 1u];
    if (!line->before) {
      continue; // From here on the past is not known
    }

    past->first = known ? past->first : line->parent;
    known       = true;

    const json_t* const as = json_object_get(line->object, "as");
    const size_t        place =
      as ? find_place(past, (uint64_t)json_integer_value(as)) : 0;
    if (!as) {
      if (!extend_step(past, line) && !add_step(past, line)) {
        return false;
      }
    } else if (place <= past->count) {
      visit(past, place);
    } else {
      // A document from before what is known, so nothing leads to it
      forget(past);
      past->first = line->revision;
    }
  }

  return true;
}

Status
past_read(const char* const        folder,
          const Composition* const root,
          const uint64_t           revision,
          const size_t             max_steps,
          Past* const              out,
          char* const              text,
          const size_t             text_size)
{
  Walk walk = {.folder    = folder,
               .max       = max_steps,
               .wanted    = revision,
               .text      = text,
               .text_size = text_size};
  memset(out, 0, sizeof(*out));
  out->first = revision;

  Status st = find_lines(&walk);
  st        = st ? st : go_back(&walk, root);
  if (!st && walk.count) {
    out->steps  = (PastStep*)calloc(walk.count, sizeof(PastStep));
    out->visits = (size_t*)calloc(walk.count, sizeof(size_t));
    if (!out->steps || !out->visits || !make_steps(&walk, out)) {
      st = file_no_memory(text, text_size);
      past_free(out);
    }
  }

  for (size_t i = 0; i < walk.count; ++i) {
    json_decref(walk.lines[i].object);
    composition_release(walk.lines[i].before);
    composition_release(walk.lines[i].after);
  }

  free(walk.lines);
  return st;
}

void
past_free(Past* const past)
{
  forget(past);
  free(past->steps);
  free(past->visits);
  past->steps  = NULL;
  past->visits = NULL;
}
