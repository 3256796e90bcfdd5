// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/json_writer.h"

#include "base/number.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

void
json_writer_init(JsonWriter* const   writer,
                 const JsonWriteFunc write,
                 void* const         handle,
                 const bool          compact)
{
  writer->write   = write;
  writer->handle  = handle;
  writer->failed  = false;
  writer->spaced  = !compact;
  writer->compact = compact;
  writer->first   = true;
  writer->keyed   = false;
  writer->depth   = 0;
  writer->used    = 0;
}

bool
json_writer_flush(JsonWriter* const writer)
{
  if (writer->used && !writer->failed) {
    writer->failed =
      !writer->write(writer->handle, writer->buffer, writer->used);
  }

  writer->used = 0;
  return !writer->failed;
}

bool
json_write_to_text(void* const       handle,
                   const char* const text,
                   const size_t      length)
{
  Text* const out = (Text*)handle;
  text_add(out, text, length);
  return !out->failed;
}

static void
put(JsonWriter* const writer, const char* const text, const size_t length)
{
  if (length > sizeof(writer->buffer) - writer->used) {
    json_writer_flush(writer);
  }

  if (length > sizeof(writer->buffer)) {
    writer->failed =
      writer->failed || !writer->write(writer->handle, text, length);
    return;
  }

  memcpy(writer->buffer + writer->used, text, length);
  writer->used += length;
}

static void
put_char(JsonWriter* const writer, const char c)
{
  put(writer, &c, 1);
}

static void
put_line(JsonWriter* const writer)
{
  put_char(writer, '\n');
  for (unsigned i = 0; i < writer->depth; ++i) {
    put(writer, "  ", 2);
  }
}

/// What stands between the last value and the next one, or its key
static void
separate(JsonWriter* const writer)
{
  if (writer->keyed) {
    writer->keyed = false;
    return;
  }

  if (!writer->depth) {
    return;
  }

  if (!writer->first) {
    put(writer, ", ", writer->compact && writer->spaced ? 2u : 1u);
  }

  if (!writer->compact) {
    put_line(writer);
  }

  writer->first = false;
}

void
json_open(JsonWriter* const writer, const char opening, const bool compact)
{
  separate(writer);
  put_char(writer, opening);
  writer->compact = writer->compact || compact;
  writer->first   = true;
  ++writer->depth;
}

void
json_close(JsonWriter* const writer, const char closing, const bool compact)
{
  --writer->depth;
  if (!writer->first && !writer->compact) {
    put_line(writer);
  }

  put_char(writer, closing);
  writer->compact = compact;
  writer->first   = false;
}

/// Length of a character in UTF-8 that begins at `text`, 0 if it is not one
static size_t
character_length(const unsigned char* const text, const size_t left)
{
  const unsigned c = text[0];
  const size_t   n = c < 0x80u   ? 1u
                     : c < 0xC2u ? 0u
                     : c < 0xE0u ? 2u
                     : c < 0xF0u ? 3u
                     : c < 0xF5u ? 4u
                                 : 0u;
  if (!n || n > left) {
    return 0;
  }

  for (size_t i = 1; i < n; ++i) {
    if ((text[i] & 0xC0u) != 0x80u) {
      return 0;
    }
  }

  // Overlong forms, surrogates, and what is beyond Unicode
  const bool bad =
    (c == 0xE0u && text[1] < 0xA0u) || (c == 0xEDu && text[1] > 0x9Fu) ||
    (c == 0xF0u && text[1] < 0x90u) || (c == 0xF4u && text[1] > 0x8Fu);
  return bad ? 0u : n;
}

static void
put_escaped(JsonWriter* const writer, const char c)
{
  switch (c) {
    case '"':
      put(writer, "\\\"", 2);
      break;
    case '\\':
      put(writer, "\\\\", 2);
      break;
    case '\n':
      put(writer, "\\n", 2);
      break;
    case '\t':
      put(writer, "\\t", 2);
      break;
    case '\r':
      put(writer, "\\r", 2);
      break;
    default: {
      char escape[8];
      snprintf(escape, sizeof(escape), "\\u%04x", (unsigned)c & 0x1Fu);
      put(writer, escape, 6);
    }
  }
}

static void
put_quoted(JsonWriter* const writer,
           const char* const text,
           const size_t      length)
{
  const unsigned char* const bytes = (const unsigned char*)text;

  put_char(writer, '"');
  size_t start = 0;
  for (size_t i = 0; i < length;) {
    const bool   plain = bytes[i] >= ' ' && bytes[i] != '"' && bytes[i] != '\\';
    const size_t n     = plain ? character_length(bytes + i, length - i) : 0u;
    if (n) {
      i += n;
      continue;
    }

    // What was good so far, then what needs care
    put(writer, text + start, i - start);
    if (bytes[i] < 0x80u) {
      put_escaped(writer, text[i]);
    } else {
      put(writer, "\xEF\xBF\xBD", 3);
    }

    start = ++i;
  }

  put(writer, text + start, length - start);
  put_char(writer, '"');
}

void
json_key(JsonWriter* const writer, const char* const key)
{
  separate(writer);
  put_quoted(writer, key, strlen(key));
  put(writer, ": ", writer->spaced ? 2u : 1u);
  writer->keyed = true;
}

void
json_put_text(JsonWriter* const writer,
              const char* const text,
              const size_t      length)
{
  separate(writer);
  put(writer, text, length);
}

void
json_put_bool(JsonWriter* const writer, const bool value)
{
  json_put_text(writer, value ? "true" : "false", value ? 4u : 5u);
}

void
json_put_int(JsonWriter* const writer, const int64_t value)
{
  char      text[24];
  const int n = snprintf(text, sizeof(text), "%lld", (long long)value);
  json_put_text(writer, text, (size_t)n);
}

void
json_put_double(JsonWriter* const writer, const double value)
{
  // Negative zero is equal to zero, so it is written as the same
  char text[NUMBER_SIZE];
  json_put_text(writer, text, number_format(value + 0.0, text));
}

void
json_put_string(JsonWriter* const writer, const char* const text)
{
  separate(writer);
  put_quoted(writer, text, strlen(text));
}

static void
put_members(JsonWriter* const writer, const json_t* const value)
{
  const bool compact = writer->compact;
  json_open(writer, '{', true);

  json_t* const object = (json_t*)value; // Only looked at
  for (void* i = json_object_iter(object); i;
       i       = json_object_iter_next(object, i)) {
    json_key(writer, json_object_iter_key(i));
    json_put_json(writer, json_object_iter_value(i));
  }

  json_close(writer, '}', compact);
}

static void
put_items(JsonWriter* const writer, const json_t* const value)
{
  const bool compact = writer->compact;
  json_open(writer, '[', true);
  for (size_t i = 0; i < json_array_size(value); ++i) {
    json_put_json(writer, json_array_get(value, i));
  }

  json_close(writer, ']', compact);
}

void
json_put_json(JsonWriter* const writer, const json_t* const value)
{
  switch (json_typeof(value)) {
    case JSON_OBJECT:
      put_members(writer, value);
      break;
    case JSON_ARRAY:
      put_items(writer, value);
      break;
    case JSON_STRING:
      separate(writer);
      put_quoted(writer, json_string_value(value), json_string_length(value));
      break;
    case JSON_INTEGER:
      json_put_int(writer, (int64_t)json_integer_value(value));
      break;
    case JSON_REAL:
      json_put_double(writer, json_real_value(value));
      break;
    case JSON_TRUE:
    case JSON_FALSE:
      json_put_bool(writer, json_is_true(value));
      break;
    case JSON_NULL:
      json_put_text(writer, "null", 4);
      break;
  }
}
