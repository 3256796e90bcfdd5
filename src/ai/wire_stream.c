// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers as they come, in whole or in pieces

#include "ai/wire_private.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Most blocks or calls of an answer
#define PARTS_MAX 64u

const char*
wire_text(const json_t* const json, const char* const key)
{
  const char* const text = json_string_value(json_object_get(json, key));
  return text ? text : "";
}

/// Put a text behind one that is there
void
wire_join(json_t* const json, const char* const key, const char* const more)
{
  const char* const before = wire_text(json, key);
  const size_t      size   = strlen(before) + strlen(more) + 1u;
  char* const       text   = (char*)malloc(size);
  if (text) {
    snprintf(text, size, "%s%s", before, more);
    json_object_set_new(json, key, json_string(text));
    free(text);
  }
}

static json_t*
part_at(WireParts* const parts, const json_t* const index)
{
  const size_t count = json_array_size(parts->parts);
  const size_t want  = json_is_integer(index) && json_integer_value(index) >= 0
                         ? (size_t)json_integer_value(index)
                         : count;
  if (want >= PARTS_MAX || want > count) {
    return NULL;
  }

  if (want == count) {
    json_array_append_new(parts->parts, json_object());
  }

  return json_array_get(parts->parts, want);
}

void
wire_take_error(WireParts* const parts, const json_t* const event)
{
  const json_t* const error = json_object_get(event, "error");
  const char* const   words = json_is_string(error) ? json_string_value(error)
                                                    : wire_text(error, "message");
  snprintf(parts->type,
           sizeof(parts->type),
           "%.*s",
           (int)utf8_prefix(wire_text(error, "type"), 60),
           wire_text(error, "type"));
  snprintf(parts->error,
           sizeof(parts->error),
           "%.*s",
           (int)utf8_prefix(words, sizeof(parts->error) - 1u),
           words);

  if (error && !json_is_null(error) && !parts->error[0]) {
    snprintf(parts->error, sizeof(parts->error), "It told of an error");
  }
}

static void
take_tokens(WireParts* const    parts,
            const json_t* const event,
            const char* const   name)
{
  const json_t* const count =
    json_object_get(json_object_get(event, "usage"), name);
  if (json_is_integer(count) && json_integer_value(count) >= 0) {
    parts->tokens = json_integer_value(count);
  }
}

static void
take_anthropic(WireParts* const parts, const json_t* const event)
{
  const char* const   type  = wire_text(event, "type");
  const json_t* const delta = json_object_get(event, "delta");
  const json_t* const index = json_object_get(event, "index");
  wire_take_error(parts, event);
  take_tokens(parts, event, "output_tokens");
  if (!strcmp(type, "message")) {
    parts->sense = parts->ended = true;
    json_array_extend(parts->parts, json_object_get(event, "content"));
    json_object_set_new(
      parts->head, "stop", json_string(wire_text(event, "stop_reason")));
  } else if (!strcmp(type, "message_start")) {
    parts->sense = true;
  } else if (!strcmp(type, "content_block_start")) {
    json_t* const part = part_at(parts, index);
    json_object_update(part, json_object_get(event, "content_block"));
  } else if (!strcmp(type, "content_block_delta")) {
    static const char* const keys[][2] = {{"text", "text"},
                                          {"partial_json", "partial_json"},
                                          {"thinking", "thinking"},
                                          {"signature", "signature"}};
    json_t* const            part      = part_at(parts, index);
    for (size_t i = 0; part && i < sizeof(keys) / sizeof(keys[0]); ++i) {
      if (json_object_get(delta, keys[i][0])) {
        wire_join(part, keys[i][1], wire_text(delta, keys[i][0]));
      }
    }
  } else if (!strcmp(type, "message_delta")) {
    json_object_set_new(
      parts->head, "stop", json_string(wire_text(delta, "stop_reason")));
  } else if (!strcmp(type, "message_stop")) {
    parts->ended = true;
  }
}

/// Take pieces of calls; some servers give them no index
static void
take_openai_calls(WireParts* const parts, const json_t* const calls)
{
  size_t  i    = 0;
  json_t* call = NULL;
  json_array_foreach(calls, i, call)
  {
    const json_t* const function = json_object_get(call, "function");
    const json_t*       index    = json_object_get(call, "index");
    json_t* const       last     = json_integer(
      (json_int_t)json_array_size(parts->parts) - !*wire_text(call, "id"));
    json_t* const part = part_at(parts, index ? index : last);
    json_decref(last);
    if (part && *wire_text(call, "id")) {
      json_object_set(part, "id", json_object_get(call, "id"));
    }

    if (part && *wire_text(function, "name")) {
      json_object_set(part, "name", json_object_get(function, "name"));
    }

    if (part) {
      wire_join(part, "arguments", wire_text(function, "arguments"));
    }
  }
}

static void
take_openai(WireParts* const parts, const json_t* const event)
{
  const json_t* const choice =
    json_array_get(json_object_get(event, "choices"), 0);
  const json_t* const whole = json_object_get(choice, "message");
  const json_t* const said  = whole ? whole : json_object_get(choice, "delta");
  wire_take_error(parts, event);
  take_tokens(parts, event, "completion_tokens");
  if (!choice) {
    return;
  }

  parts->sense = true;
  parts->ended = parts->ended || whole;
  wire_join(parts->head, "content", wire_text(said, "content"));
  take_openai_calls(parts, json_object_get(said, "tool_calls"));
  if (*wire_text(choice, "finish_reason")) {
    parts->ended = true;
    json_object_set(
      parts->head, "stop", json_object_get(choice, "finish_reason"));
  }
}

static void
take_event(WireParts* const parts,
           const WireFormat format,
           const char*      text,
           const size_t     size)
{
  json_t* const event = json_loadb(text, size, 0, NULL);
  if (json_is_object(event)) {
    (format == WIRE_ANTHROPIC ? take_anthropic : take_openai)(parts, event);
  }

  json_decref(event);
}

/// Take the lines of a stream
static void
take_stream(WireParts* const  parts,
            const WireFormat  format,
            const char* const body,
            const size_t      size)
{
  for (size_t at = 0; at < size;) {
    const char* const line   = body + at;
    const char* const end    = memchr(line, '\n', size - at);
    const size_t      length = end ? (size_t)(end - line) : size - at;
    if (length > 5u && !memcmp(line, "data:", 5)) {
      take_event(parts, format, line + 5, length - 5u);
    }

    at += length + 1u;
  }
}

void
wire_take(WireParts* const  parts,
          const WireFormat  format,
          const char* const body,
          const size_t      size)
{
  const size_t blank = strspn(size ? body : "", " \t\r\n");
  if (blank < size && body[blank] == '{') {
    take_event(parts, format, body, size);
  } else {
    take_stream(parts, format, body, size);
  }
}
