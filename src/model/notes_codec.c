// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/notes_codec.h"

#include "base/number.h"
#include "model/json_place.h"

#include <stdlib.h>
#include <string.h>

/// Notes on one line of a file
#define NOTES_PER_LINE 8u

/// Greatest start and length in beats, for the text of a fault
#define MAX_BEATS "10000000"

static char*
write_small(char* at, const unsigned value)
{
  if (value >= 100u) {
    *at++ = (char)('0' + value / 100u);
  }

  if (value >= 10u) {
    *at++ = (char)('0' + value / 10u % 10u);
  }

  *at++ = (char)('0' + value % 10u);
  return at;
}

void
note_write(JsonWriter* const     writer,
           const ClipNote* const note,
           const unsigned        items)
{
  char              text[2u * NUMBER_SIZE + 32u];
  char*             at   = text;
  const char* const mark = writer->spaced ? ", " : ",";
  const size_t      gap  = writer->spaced ? 2u : 1u;

  *at++ = '[';
  at    = write_small(at, note->pitch);
  memcpy(at, mark, gap);
  at += gap;
  at += number_format_ticks(note->start, at);
  if (items == 4u) {
    memcpy(at, mark, gap);
    at += gap;
    at += number_format_ticks(note->length, at);
    memcpy(at, mark, gap);
    at = write_small(at + gap, note->velocity);
  }

  *at++ = ']';
  json_put_text(writer, text, (size_t)(at - text));
}

void
notes_write(JsonWriter* const writer, const NoteList* const notes)
{
  const bool compact = writer->compact;
  const bool lines = writer->spaced && note_list_count(notes) > NOTES_PER_LINE;
  json_open(writer, '[', true);

  NoteCursor cursor = note_cursor(notes);
  uint32_t   n      = 0;
  for (const ClipNote* note = NULL; (note = note_next(&cursor)); ++n) {
    // A line begins with the note that comes after a full one
    writer->compact = n % NOTES_PER_LINE || !lines;
    note_write(writer, note, 4);
  }

  writer->compact = !lines;
  json_close(writer, ']', compact);
}

/// A number of a note as it is read
static bool
read_item(JsonReader* const reader, unsigned* const count, Number* const number)
{
  if (!json_next(reader, count, ']')) {
    return !reader->fault &&
           json_fault(reader, reader->at - 1, "expected another number here");
  }

  const char* const end = number_scan(reader->at, reader->end, number);
  if (!end) {
    return json_fault(reader, reader->at, "expected a number");
  }

  reader->at = end;
  return true;
}

/// Tell that a number is not one that was expected
static bool
tell_unexpected(JsonReader* const   reader,
                const Number* const number,
                const char* const   expected)
{
  ValueFault fault;
  value_fault(&fault, "", "expected %s", expected);
  value_fault_found_text(&fault, number->text, number->length);
  return json_fault(reader, number->text, fault.text);
}

/// Take a pitch or velocity, a whole number
static bool
take_small(JsonReader* const   reader,
           const Number* const number,
           const unsigned      min,
           const char* const   expected,
           uint8_t* const      out)
{
  const double value = number_value(number);
  if (!(value >= min && value <= 127.0) || value != (double)(uint8_t)value) {
    return tell_unexpected(reader, number, expected);
  }

  *out = (uint8_t)value;
  return true;
}

/// Take a start or length in beats
static bool
take_ticks(JsonReader* const   reader,
           const Number* const number,
           const Ticks         min,
           const char* const   expected,
           Ticks* const        out)
{
  return (number_ticks(number, out) && *out >= min) ||
         tell_unexpected(reader, number, expected);
}

/// Read a note, or with 2 items the pitch and start that name one
static bool
read_note(JsonReader* const reader, const unsigned items, ClipNote* const note)
{
  Number   numbers[4] = {0};
  unsigned count      = 0;
  json_enter(reader, '[');
  for (unsigned i = 0; i < items; ++i) {
    if (!read_item(reader, &count, &numbers[i])) {
      return false;
    }
  }

  if (json_next(reader, &count, ']')) {
    return json_fault(reader, reader->at, "expected no more numbers here");
  }

  note->length   = 1;
  note->velocity = 1;
  return !reader->fault &&
         take_small(reader,
                    &numbers[0],
                    0,
                    "a pitch, a whole number from 0 to 127",
                    &note->pitch) &&
         take_ticks(reader,
                    &numbers[1],
                    0,
                    "a start from 0 to " MAX_BEATS " beats",
                    &note->start) &&
         (items == 2u ||
          (take_ticks(reader,
                      &numbers[2],
                      1,
                      "a length above 0, up to " MAX_BEATS " beats",
                      &note->length) &&
           take_small(reader,
                      &numbers[3],
                      1,
                      "a velocity, a whole number from 1 to 127",
                      &note->velocity)));
}

/// Room for notes that doubles as it fills
typedef struct {
  ClipNote* notes;
  uint32_t  count;
  uint32_t  room;
} NoteArray;

static bool
note_array_grow(NoteArray* const array)
{
  if (array->count < array->room) {
    return true;
  }

  const uint32_t  room = array->room ? array->room * 2u : 64u;
  ClipNote* const notes =
    (ClipNote*)realloc(array->notes, room * sizeof(ClipNote));
  if (!notes) {
    return false;
  }

  array->notes = notes;
  array->room  = room;
  return true;
}

/// Read an array of notes into room that the caller frees; a fault is the
/// reader's
static Status
read_notes(JsonReader* const reader,
           const unsigned    items,
           NoteArray* const  array)
{
  unsigned count = 0;
  json_enter(reader, '[');
  while (json_next(reader, &count, ']')) {
    if (array->count == NOTES_MAX) {
      json_fault(reader, reader->at, "more notes than a clip can have");
    } else if (!note_array_grow(array)) {
      return STATUS_NO_MEMORY;
    } else if (read_note(reader, items, &array->notes[array->count])) {
      ++array->count;
    }
  }

  return reader->fault ? STATUS_BAD_ARGUMENT : STATUS_OK;
}

Status
notes_read(JsonReader* const reader, NoteList** const out)
{
  NoteArray array = {NULL, 0, 0};
  Status    st    = read_notes(reader, 4, &array);
  st              = st ? st : note_list_build(array.notes, array.count, out);
  free(array.notes);
  return st;
}

Status
notes_read_json(const json_t* const value,
                const unsigned      items,
                ValueFault* const   fault,
                ClipNote** const    notes,
                uint32_t* const     count)
{
  // Its text is read like that of a file, so that there is one set of rules
  Text       text = {0};
  JsonWriter writer;
  json_writer_init(&writer, json_write_to_text, &text, true);
  json_put_json(&writer, value);

  NoteArray array = {NULL, 0, 0};
  Status    st    = STATUS_NO_MEMORY;
  if (json_writer_flush(&writer)) {
    JsonReader reader;
    json_reader_init(&reader, text.data, text.size);
    st = read_notes(&reader, items, &array);
    if (st == STATUS_BAD_ARGUMENT) {
      JsonPlace place;
      value_fault(fault, "", "%s", reader.fault);
      json_place_init(&place, text.data, text.size);
      json_place_go(&place, reader.fault_at);
      json_place_path(&place, fault->path, sizeof(fault->path));
    }
  }

  text_free(&text);
  if (st) {
    free(array.notes);
    return st;
  }

  *notes = array.notes;
  *count = array.count;
  return STATUS_OK;
}
