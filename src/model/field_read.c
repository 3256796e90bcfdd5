// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/field_private.h"

#include "base/number.h"
#include "model/codec.h"
#include "model/json_place.h"
#include "model/notes_codec.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Status
value_unexpected(const Value* const value,
                 ValueFault* const  fault,
                 const char* const  format,
                 ...)
{
  char    expected[160];
  va_list args;
  va_start(args, format);
  vsnprintf(expected, sizeof(expected), format, args);
  va_end(args);

  value_fault(fault, "", "expected %s", expected);
  if (value->json) {
    value_fault_found(fault, value->json);
  } else {
    value_fault_found_text(
      fault, value->span.at, (size_t)(value->span.end - value->span.at));
  }

  return STATUS_BAD_ARGUMENT;
}

/// Say which numbers a field takes
static Status
unexpected_number(const Field* const field,
                  const Value* const value,
                  ValueFault* const  fault)
{
  const char* const kind =
    field->type == FIELD_INT ? "a whole number" : "a number";
  const char* const above = field->flags & FIELD_OPEN ? "above" : "of at least";
  return field->flags & FIELD_NO_MAX
           ? (field->flags & FIELD_NO_MIN
                ? value_unexpected(value, fault, "%s", kind)
                : value_unexpected(
                    value, fault, "%s %s %.10g", kind, above, field->min))
         : field->flags & FIELD_NO_MIN
           ? value_unexpected(
               value, fault, "%s of at most %.10g", kind, field->max)
         : field->flags & FIELD_OPEN
           ? value_unexpected(value,
                              fault,
                              "%s above %.10g, up to %.10g",
                              kind,
                              field->min,
                              field->max)
           : value_unexpected(value,
                              fault,
                              "%s from %.10g to %.10g",
                              kind,
                              field->min,
                              field->max);
}

/// Take a number in the field's range
static Status
take_number(const Field* const field,
            const Value* const value,
            const RangeMode    mode,
            ValueFault* const  fault,
            double* const      out)
{
  if (value->type != JSON_INTEGER && value->type != JSON_REAL) {
    return unexpected_number(field, value, fault);
  }

  const double number = value->number;
  const bool   open   = field->flags & FIELD_OPEN;
  const bool   low    = !(field->flags & FIELD_NO_MIN) &&
                   (open ? number <= field->min : number < field->min);
  const bool high  = !(field->flags & FIELD_NO_MAX) && number > field->max;
  const bool whole = field->type != FIELD_INT || number == floor(number);
  if (!isfinite(number) || !whole) {
    return unexpected_number(field, value, fault);
  }

  if ((low || high) && mode == RANGE_CHECKED) {
    return unexpected_number(field, value, fault);
  }

  // What must be above the minimum has none to be clamped to
  *out = low    ? (open ? field->initial : field->min)
         : high ? field->max
                : number;
  return STATUS_OK;
}

static Status
take_ticks(const Field* const field,
           const Value* const value,
           const RangeMode    mode,
           ValueFault* const  fault,
           Ticks* const       out)
{
  double       beats = 0.0;
  const Status st    = take_number(field, value, mode, fault, &beats);
  if (st) {
    return st;
  }

  // What is above zero by less than half a tick is not above it as ticks
  Ticks ticks = 0;
  if (!ticks_from_beats(beats, &ticks) ||
      (field->flags & FIELD_OPEN && ticks_to_beats(ticks) <= field->min)) {
    return unexpected_number(field, value, fault);
  }

  *out = ticks;
  return STATUS_OK;
}

static Status
take_word(const Field* const field,
          const Value* const value,
          ValueFault* const  fault,
          int32_t* const     out)
{
  for (int32_t i = 0; value->type == JSON_STRING && field->words[i]; ++i) {
    if (!strcmp(field->words[i], value->text)) {
      *out = i;
      return STATUS_OK;
    }
  }

  char words[128] = "";
  for (unsigned i = 0; field->words[i]; ++i) {
    const size_t used = strlen(words);
    snprintf(words + used,
             sizeof(words) - used,
             "%s\"%s\"",
             !i                     ? ""
             : field->words[i + 1u] ? ", "
                                    : " or ",
             field->words[i]);
  }

  return value_unexpected(value, fault, "%s", words);
}

/// Number of characters of UTF-8
static size_t
count_characters(const char* text)
{
  size_t count = 0;
  for (; *text; ++text) {
    count += ((unsigned char)*text & 0xC0u) != 0x80u;
  }

  return count;
}

static Status
take_string(const Field* const field,
            const Value* const value,
            const RangeMode    mode,
            ValueFault* const  fault,
            String** const     out)
{
  if (value->type != JSON_STRING) {
    return value_unexpected(value, fault, "a text");
  }

  // The maximum of a text is its length
  if (mode == RANGE_CHECKED && field->max > 0.0 &&
      (double)count_characters(value->text) > field->max) {
    return value_unexpected(
      value, fault, "a text of at most %.0f characters", field->max);
  }

  String* const string = string_new(value->text);
  if (!string) {
    return STATUS_NO_MEMORY;
  }

  string_release(*out);
  *out = string;
  return STATUS_OK;
}

static Status
take_notes(const Value* const value,
           ValueFault* const  fault,
           NoteList** const   out)
{
  ClipNote*    notes = NULL;
  uint32_t     count = 0;
  NoteList*    list  = NULL;
  const Status st    = notes_read_json(value->json, 4, fault, &notes, &count);
  const Status built = st ? st : note_list_build(notes, count, &list);
  free(notes);
  if (!built) {
    note_list_release(*out);
    *out = list;
  }

  return built;
}

static Status
take_json(const Field* const field,
          const Node* const  node,
          const Value* const value,
          const RangeMode    mode,
          ValueFault* const  fault,
          json_t** const     out)
{
  const bool is_array = field->text[0] == '[';
  if (value->type != (is_array ? JSON_ARRAY : JSON_OBJECT)) {
    return value_unexpected(value, fault, is_array ? "an array" : "an object");
  }

  const Status st =
    content_check(node->type, field->key, value->json, mode, fault);
  if (st) {
    return st;
  }

  json_t* const old = *out;
  *out              = json_hold((json_t*)value->json);
  json_drop(old);
  return STATUS_OK;
}

/// Give a field a value, whatever its source
static Status
take_value(const Field* const field,
           Node* const        node,
           const Value* const value,
           const RangeMode    mode,
           ValueFault* const  fault)
{
  void* const at     = field_at(field, node);
  double      number = 0.0;
  Status      st     = STATUS_OK;
  switch (field->type) {
    case FIELD_BOOL:
      if (value->type != JSON_TRUE && value->type != JSON_FALSE) {
        return value_unexpected(value, fault, "true or false");
      }
      *(bool*)at = value->type == JSON_TRUE;
      return STATUS_OK;

    case FIELD_INT:
      st = take_number(field, value, mode, fault, &number);
      if (!st && fabs(number) > INT32_MAX) {
        return unexpected_number(field, value, fault);
      }
      *(int32_t*)at = st ? *(int32_t*)at : (int32_t)number;
      return st;

    case FIELD_FLOAT:
      return take_number(field, value, mode, fault, (double*)at);

    case FIELD_TICKS:
      return take_ticks(field, value, mode, fault, (Ticks*)at);

    case FIELD_TEMPO:
      st             = take_number(field, value, mode, fault, &number);
      *(MicroBpm*)at = st ? *(MicroBpm*)at : tempo_from_double(number);
      return st;

    case FIELD_SIGNATURE:
      return value->type == JSON_STRING &&
                 signature_parse(value->text, (Signature*)at)
               ? STATUS_OK
               : value_unexpected(value, fault, "a signature such as \"6/8\"");

    case FIELD_ENUM:
      return take_word(field, value, fault, (int32_t*)at);

    case FIELD_STRING:
      return take_string(field, value, mode, fault, (String**)at);

    case FIELD_ID:
      return field_take_id(field, value, fault, (Id*)at);

    case FIELD_IDS:
      return field_take_ids(field, value, fault, (IdList**)at);

    case FIELD_NOTES:
      return take_notes(value, fault, (NoteList**)at);

    case FIELD_SENDS:
      return field_take_sends(value, mode, fault, (SendList**)at);

    case FIELD_PARAMS:
      return field_take_params(value, fault, (ParamMap**)at);

    case FIELD_JSON:
      return take_json(field, node, value, mode, fault, (json_t**)at);
  }

  return STATUS_INTERNAL;
}

Status
field_read(const Field* const  field,
           Node* const         node,
           const json_t* const value,
           const RangeMode     mode,
           ValueFault* const   fault)
{
  const Value taken = {.type   = json_typeof(value),
                       .number = json_number_value(value),
                       .text   = json_string_value(value),
                       .json   = value};
  fault->path[0]    = '\0';
  return take_value(field, node, &taken, mode, fault);
}

/// Longest text that is scanned here
#define SCAN_MAX 128u

/// Take a short text without escapes
static bool
scan_string(const JsonSpan span, char buffer[SCAN_MAX], Value* const value)
{
  const size_t length = (size_t)(span.end - span.at) - 2u;
  if (length >= SCAN_MAX) {
    return false;
  }

  for (size_t i = 0; i < length; ++i) {
    const char c = span.at[i + 1u];
    if (c < ' ' || c == '\\' || c == 127) {
      return false;
    }

    buffer[i] = c;
  }

  buffer[length] = '\0';
  value->type    = JSON_STRING;
  value->text    = buffer;
  return true;
}

/// Take a simple value as it stands; false if it needs more than a look
static bool
scan_value(const JsonSpan span, char buffer[SCAN_MAX], Value* const value)
{
  const size_t length = (size_t)(span.end - span.at);
  value->span         = span;
  switch (*span.at) {
    case '"':
      return scan_string(span, buffer, value);
    case 't':
      value->type = JSON_TRUE;
      return length == 4 && !memcmp(span.at, "true", 4);
    case 'f':
      value->type = JSON_FALSE;
      return length == 5 && !memcmp(span.at, "false", 5);
    case '{':
    case '[':
      return false;
    default: {
      Number number;
      if (number_scan(span.at, span.end, &number) != span.end) {
        return false;
      }

      value->type   = JSON_REAL;
      value->number = number_value(&number);
      return true;
    }
  }
}

Status
field_read_text(const Field* const field,
                Node* const        node,
                const JsonSpan     span,
                const RangeMode    mode,
                ValueFault* const  fault,
                const char** const fault_at)
{
  *fault_at      = span.at;
  fault->path[0] = '\0';
  char  buffer[SCAN_MAX];
  Value value = {0};
  if (scan_value(span, buffer, &value)) {
    return take_value(field, node, &value, mode, fault);
  }

  json_t*      built = NULL;
  const Status made  = json_build(span, fault, fault_at, &built);
  if (made) {
    return made;
  }

  const Status st = field_read(field, node, built, mode, fault);
  if (st == STATUS_BAD_ARGUMENT) {
    *fault_at = json_locate(span, fault->path);
  }

  json_decref(built);
  return st;
}

Status
field_decode(const Field* const  field,
             Node* const         node,
             const json_t* const value,
             char* const         text,
             const size_t        text_size)
{
  ValueFault   fault = {"", ""};
  const Status st    = field_read(field, node, value, RANGE_CHECKED, &fault);
  if (st) {
    snprintf(text,
             text_size,
             "%s%s%s",
             fault.path,
             fault.path[0] ? ": " : "",
             st == STATUS_BAD_ARGUMENT ? fault.text : status_text(st));
  }

  return st;
}
