// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/json_reader.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

void
json_reader_init(JsonReader* const reader,
                 const char* const text,
                 const size_t      length)
{
  memset(reader, 0, sizeof(*reader));
  reader->text = text;
  reader->end  = text + length;
  reader->at   = text;
}

bool
json_fault(JsonReader* const reader,
           const char* const at,
           const char* const text)
{
  if (!reader->fault) {
    snprintf(reader->fault_text, sizeof(reader->fault_text), "%s", text);
    reader->fault    = reader->fault_text;
    reader->fault_at = at;
  }

  return false;
}

/// Note that something else was expected here
static bool
unexpected(JsonReader* const reader, const char* const expected)
{
  char                text[128];
  const char* const   at = reader->at;
  const unsigned char c  = at < reader->end ? (unsigned char)*at : 0u;
  if (at == reader->end) {
    snprintf(
      text, sizeof(text), "the text ends where %s was expected", expected);
  } else if (c > ' ' && c < 127u) {
    snprintf(text, sizeof(text), "expected %s, not '%c'", expected, (char)c);
  } else {
    snprintf(text, sizeof(text), "expected %s", expected);
  }

  return json_fault(reader, at, text);
}

char
json_peek(JsonReader* const reader)
{
  while (reader->at < reader->end &&
         (*reader->at == ' ' || *reader->at == '\n' || *reader->at == '\r' ||
          *reader->at == '\t')) {
    ++reader->at;
  }

  return reader->at < reader->end ? *reader->at : '\0';
}

bool
json_enter(JsonReader* const reader, const char opening)
{
  if (reader->fault) {
    return false;
  }

  if (json_peek(reader) != opening) {
    return unexpected(reader, opening == '{' ? "an object" : "an array");
  }

  ++reader->at;
  return true;
}

bool
json_next(JsonReader* const reader, unsigned* const count, const char closing)
{
  if (reader->fault) {
    return false;
  }

  const char c = json_peek(reader);
  if (c == closing) {
    ++reader->at;
    return false;
  }

  if ((*count)++) {
    if (c != ',') {
      return unexpected(reader, closing == '}' ? "',' or '}'" : "',' or ']'");
    }

    ++reader->at;
    json_peek(reader);
  }

  return true;
}

/// Skip a string, whose opening quote is next
static bool
skip_string(JsonReader* const reader)
{
  const char* const start = reader->at;
  const char*       at    = start + 1;
  while (at < reader->end && *at != '"') {
    if (*at == '\n') {
      return json_fault(reader, start, "a string without an end");
    }

    if ((unsigned char)*at < ' ') {
      return json_fault(reader, at, "a control character in a string");
    }

    at += *at == '\\' && at + 1 < reader->end ? 2 : 1;
  }

  if (at >= reader->end) {
    return json_fault(reader, start, "a string without an end");
  }

  reader->at = at + 1;
  return true;
}

bool
json_read_key(JsonReader* const reader, JsonSpan* const key)
{
  if (reader->fault) {
    return false;
  }

  if (json_peek(reader) != '"') {
    return unexpected(reader, "a key in quotes");
  }

  key->at = reader->at + 1;
  if (!skip_string(reader)) {
    return false;
  }

  key->end = reader->at - 1;
  if (json_peek(reader) != ':') {
    return unexpected(reader, "':' after the key");
  }

  ++reader->at;
  json_peek(reader);
  return true;
}

/// Whether a byte ends what is neither a string nor in brackets
static bool
ends_word(const char c)
{
  static const bool ends[128] = {
    [','] = true,
    [':'] = true,
    ['['] = true,
    [']'] = true,
    ['{'] = true,
    ['}'] = true,
    ['"'] = true,
  };

  const unsigned char byte = (unsigned char)c;
  return byte <= ' ' || (byte < 128u && ends[byte]);
}

/// Skip what is neither a string nor in brackets
static bool
skip_word(JsonReader* const reader)
{
  const char* at = reader->at;
  while (at < reader->end && !ends_word(*at)) {
    ++at;
  }

  if (at == reader->at) {
    return unexpected(reader, "a value");
  }

  reader->at = at;
  return true;
}

/// Where the reader is between the brackets of a value
typedef struct {
  char     closing[JSON_MAX_DEPTH];
  unsigned counts[JSON_MAX_DEPTH];
  unsigned depth;
} Nesting;

/// Read one value, or the opening of one
static bool
skip_step(JsonReader* const reader, Nesting* const nesting)
{
  const char c = json_peek(reader);
  if (c == '"') {
    return skip_string(reader);
  }

  if (c != '{' && c != '[') {
    return skip_word(reader);
  }

  if (nesting->depth == JSON_MAX_DEPTH) {
    return json_fault(reader, reader->at, "nested too deeply");
  }

  nesting->closing[nesting->depth] = c == '{' ? '}' : ']';
  nesting->counts[nesting->depth]  = 0;
  ++nesting->depth;
  ++reader->at;
  return true;
}

bool
json_skip(JsonReader* const reader, JsonSpan* const value)
{
  if (reader->fault) {
    return false;
  }

  json_peek(reader);
  const char* const start   = reader->at;
  Nesting           nesting = {.depth = 0};
  if (!skip_step(reader, &nesting)) {
    return false;
  }

  while (nesting.depth) {
    const unsigned top     = nesting.depth - 1u;
    const char     closing = nesting.closing[top];
    if (json_next(reader, &nesting.counts[top], closing)) {
      JsonSpan key;
      if ((closing == '}' && !json_read_key(reader, &key)) ||
          !skip_step(reader, &nesting)) {
        return false;
      }
    } else if (reader->fault) {
      return false;
    } else {
      --nesting.depth;
    }
  }

  if (value) {
    value->at  = start;
    value->end = reader->at;
  }

  return true;
}

bool
json_finish(JsonReader* const reader)
{
  json_peek(reader);
  return !reader->fault && (reader->at == reader->end ||
                            unexpected(reader, "nothing after the end"));
}

Status
json_build(const JsonSpan     value,
           ValueFault* const  fault,
           const char** const fault_at,
           json_t** const     out)
{
  json_error_t error;
  const size_t length = (size_t)(value.end - value.at);
  *out                = json_loadb(
    value.at, length, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
  if (*out) {
    return STATUS_OK;
  }

  if (json_error_code(&error) == json_error_out_of_memory) {
    return STATUS_NO_MEMORY;
  }

  const size_t position = error.position < 0 ? 0u : (size_t)error.position;
  *fault_at             = value.at + (position < length ? position : length);
  return value_fault(fault, "", "%s", error.text);
}
