// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Most blocks or calls of an answer
#define PARTS_MAX 64u

const char*
wire_words(const WireStatus status)
{
  static const char* const words[] = {
    [WIRE_OK]        = "All is well",
    [WIRE_CONFIG]    = "The language model is not set up",
    [WIRE_AUTH]      = "The language model does not take the key",
    [WIRE_BILLING]   = "The language model's account can't pay",
    [WIRE_LIMITED]   = "The language model takes no more requests now",
    [WIRE_BUSY]      = "The language model is out of order",
    [WIRE_TIMEOUT]   = "The language model took too long",
    [WIRE_NETWORK]   = "The language model can't be reached",
    [WIRE_REJECTED]  = "The language model rejected the request",
    [WIRE_GARBAGE]   = "The language model's answer makes no sense",
    [WIRE_TRUNCATED] = "The language model's answer was too long",
    [WIRE_REFUSED]   = "The language model declined",
    [WIRE_LOOP]      = "The language model did not come to an end",
    [WIRE_CANCELLED] = "Cancelled",
  };
  return words[status];
}

WireAnswer
wire_fail(const WireStatus status, const char* const text)
{
  const WireAnswer answer = {status, NULL, NULL, strdup(text), 0};
  return answer;
}

void
wire_clear(WireAnswer* const answer)
{
  json_decref(answer->message);
  json_decref(answer->calls);
  free(answer->text);
  *answer = (WireAnswer){WIRE_OK, NULL, NULL, NULL, 0};
}

static const char*
text_at(const json_t* const json, const char* const key)
{
  const char* const text = json_string_value(json_object_get(json, key));
  return text ? text : "";
}

/// Put a text behind one that is there
static void
join(json_t* const json, const char* const key, const char* const more)
{
  const char* const before = text_at(json, key);
  const size_t      size   = strlen(before) + strlen(more) + 1u;
  char* const       text   = (char*)malloc(size);
  if (text) {
    snprintf(text, size, "%s%s", before, more);
    json_object_set_new(json, key, json_string(text));
    free(text);
  }
}

// Writing

static json_t*
cached(json_t* const block)
{
  json_object_set_new(
    block, "cache_control", json_pack("{s:s}", "type", "ephemeral"));
  return block;
}

/// Tools and system come first and stay the same, so that they are cached
static json_t*
write_anthropic(const WireRequest* const request)
{
  json_t* const tools = json_array();
  const size_t  count = json_array_size(request->tools);
  for (size_t i = 0; i < count; ++i) {
    json_t* const tool = json_copy(json_array_get(request->tools, i));
    json_array_append_new(tools, i + 1u == count ? cached(tool) : tool);
  }

  return json_pack(
    "{s:s, s:i, s:b, s:o, s:[o], s:O}",
    "model",
    request->model,
    "max_tokens",
    request->max_tokens,
    "stream",
    1,
    "tools",
    tools,
    "system",
    cached(json_pack("{s:s, s:s}", "type", "text", "text", request->system)),
    "messages",
    request->messages);
}

static json_t*
write_openai(const WireRequest* const request)
{
  json_t* const tools    = json_array();
  json_t* const messages = json_array();
  size_t        i        = 0;
  json_t*       tool     = NULL;
  json_array_foreach(request->tools, i, tool)
  {
    json_array_append_new(tools,
                          json_pack("{s:s, s:{s:O, s:O, s:O}}",
                                    "type",
                                    "function",
                                    "function",
                                    "name",
                                    json_object_get(tool, "name"),
                                    "description",
                                    json_object_get(tool, "description"),
                                    "parameters",
                                    json_object_get(tool, "input_schema")));
  }

  json_array_append_new(
    messages,
    json_pack("{s:s, s:s}", "role", "system", "content", request->system));
  json_array_extend(messages, (json_t*)request->messages);
  return json_pack("{s:s, s:i, s:b, s:{s:b}, s:o, s:o}",
                   "model",
                   request->model,
                   request->new_limit ? "max_completion_tokens" : "max_tokens",
                   request->max_tokens,
                   "stream",
                   1,
                   "stream_options",
                   "include_usage",
                   1,
                   "tools",
                   tools,
                   "messages",
                   messages);
}

char*
wire_write(const WireFormat format, const WireRequest* const request)
{
  json_t* const body =
    format == WIRE_ANTHROPIC ? write_anthropic(request) : write_openai(request);
  char* const text = json_dumps(body, JSON_COMPACT);
  json_decref(body);
  return text;
}

void
wire_add_results(const WireFormat    format,
                 json_t* const       messages,
                 const json_t* const results)
{
  json_t* const blocks = json_array();
  size_t        i      = 0;
  json_t*       result = NULL;
  json_array_foreach(results, i, result)
  {
    json_t* const id   = json_object_get(result, "id");
    json_t* const text = json_object_get(result, "text");
    if (format == WIRE_ANTHROPIC) {
      json_array_append_new(blocks,
                            json_pack("{s:s, s:O, s:O, s:O}",
                                      "type",
                                      "tool_result",
                                      "tool_use_id",
                                      id,
                                      "content",
                                      text,
                                      "is_error",
                                      json_object_get(result, "failed")));
      continue;
    }

    json_array_append_new(messages,
                          json_pack("{s:s, s:O, s:O}",
                                    "role",
                                    "tool",
                                    "tool_call_id",
                                    id,
                                    "content",
                                    text));
  }

  if (format == WIRE_ANTHROPIC) {
    json_array_append_new(
      messages, json_pack("{s:s, s:O}", "role", "user", "content", blocks));
  }

  json_decref(blocks);
}

// Reading

/// An answer as its parts come
typedef struct {
  json_t* parts;      ///< Blocks, or calls with their arguments as text
  json_t* head;       ///< {content, stop}
  int64_t tokens;     ///<
  bool    ended;      ///< The last part was there
  bool    sense;      ///< Something that belongs to the format was there
  char    error[400]; ///< The server's words
  char    type[64];   ///< Of the error
} Parts;

static json_t*
part_at(Parts* const parts, const json_t* const index)
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

static void
take_error(Parts* const parts, const json_t* const event)
{
  const json_t* const error = json_object_get(event, "error");
  if (json_is_object(error)) {
    snprintf(
      parts->error, sizeof(parts->error), "%.390s", text_at(error, "message"));
    snprintf(parts->type, sizeof(parts->type), "%.60s", text_at(error, "type"));
  } else if (json_is_string(error)) {
    snprintf(
      parts->error, sizeof(parts->error), "%.390s", json_string_value(error));
  }

  if (error && !json_is_null(error) && !parts->error[0]) {
    snprintf(parts->error, sizeof(parts->error), "It told of an error");
  }
}

static void
take_tokens(Parts* const        parts,
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
take_anthropic(Parts* const parts, const json_t* const event)
{
  const char* const   type  = text_at(event, "type");
  const json_t* const delta = json_object_get(event, "delta");
  const json_t* const index = json_object_get(event, "index");
  take_error(parts, event);
  take_tokens(parts, event, "output_tokens");
  if (!strcmp(type, "message")) {
    parts->sense = parts->ended = true;
    json_array_extend(parts->parts, json_object_get(event, "content"));
    json_object_set_new(
      parts->head, "stop", json_string(text_at(event, "stop_reason")));
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
        join(part, keys[i][1], text_at(delta, keys[i][0]));
      }
    }
  } else if (!strcmp(type, "message_delta")) {
    json_object_set_new(
      parts->head, "stop", json_string(text_at(delta, "stop_reason")));
  } else if (!strcmp(type, "message_stop")) {
    parts->ended = true;
  }
}

/// Take pieces of calls; some servers give them no index
static void
take_openai_calls(Parts* const parts, const json_t* const calls)
{
  size_t  i    = 0;
  json_t* call = NULL;
  json_array_foreach(calls, i, call)
  {
    const json_t* const function = json_object_get(call, "function");
    const json_t*       index    = json_object_get(call, "index");
    json_t* const       last     = json_integer(
      (json_int_t)json_array_size(parts->parts) - !*text_at(call, "id"));
    json_t* const part = part_at(parts, index ? index : last);
    json_decref(last);
    if (part && *text_at(call, "id")) {
      json_object_set(part, "id", json_object_get(call, "id"));
    }

    if (part && *text_at(function, "name")) {
      json_object_set(part, "name", json_object_get(function, "name"));
    }

    if (part) {
      join(part, "arguments", text_at(function, "arguments"));
    }
  }
}

static void
take_openai(Parts* const parts, const json_t* const event)
{
  const json_t* const choice =
    json_array_get(json_object_get(event, "choices"), 0);
  const json_t* const whole = json_object_get(choice, "message");
  const json_t* const said  = whole ? whole : json_object_get(choice, "delta");
  take_error(parts, event);
  take_tokens(parts, event, "completion_tokens");
  if (!choice) {
    return;
  }

  parts->sense = true;
  parts->ended = parts->ended || whole;
  join(parts->head, "content", text_at(said, "content"));
  take_openai_calls(parts, json_object_get(said, "tool_calls"));
  if (*text_at(choice, "finish_reason")) {
    parts->ended = true;
    json_object_set(
      parts->head, "stop", json_object_get(choice, "finish_reason"));
  }
}

static void
take_event(Parts* const     parts,
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
take_stream(Parts* const      parts,
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

/// Note a call; arguments that are no object are null
static void
add_call(json_t* const     calls,
         const char* const id,
         const char* const name,
         json_t* const     args)
{
  json_t* const good = json_is_object(args) ? json_incref(args) : json_null();
  json_array_append_new(
    calls,
    json_pack("{s:s, s:s, s:o}", "id", id, "name", name, "arguments", good));
}

static json_t*
read_arguments(const char* const text)
{
  return *text ? json_loads(text, 0, NULL) : json_object();
}

/// Blocks with what came in pieces as it is to be said again
static void
finish_anthropic(Parts* const parts, WireAnswer* const answer)
{
  size_t  i     = 0;
  json_t* block = NULL;
  json_t* said  = json_object();
  json_array_foreach(parts->parts, i, block)
  {
    const char* const type = text_at(block, "type");
    if (!strcmp(type, "text")) {
      join(said, "text", text_at(block, "text"));
    } else if (!strcmp(type, "tool_use")) {
      const json_t* const pieces = json_object_get(block, "partial_json");
      json_t* const       args   = pieces
                                     ? read_arguments(json_string_value(pieces))
                                     : json_incref(json_object_get(block, "input"));
      add_call(
        answer->calls, text_at(block, "id"), text_at(block, "name"), args);
      json_object_del(block, "partial_json");
      json_object_set_new(block,
                          "input",
                          json_is_object(args) ? json_incref(args)
                                               : json_object());
      json_decref(args);
    }
  }

  answer->text = strdup(text_at(said, "text"));
  answer->message =
    json_pack("{s:s, s:O}", "role", "assistant", "content", parts->parts);
  json_decref(said);
}

static void
finish_openai(Parts* const parts, WireAnswer* const answer)
{
  size_t        i    = 0;
  json_t*       part = NULL;
  json_t* const said = json_array();
  json_array_foreach(parts->parts, i, part)
  {
    json_t* const args = read_arguments(text_at(part, "arguments"));
    add_call(answer->calls, text_at(part, "id"), text_at(part, "name"), args);
    json_array_append_new(said,
                          json_pack("{s:s, s:s, s:{s:s, s:s}}",
                                    "id",
                                    text_at(part, "id"),
                                    "type",
                                    "function",
                                    "function",
                                    "name",
                                    text_at(part, "name"),
                                    "arguments",
                                    args ? text_at(part, "arguments") : "{}"));
    json_decref(args);
  }

  answer->text    = strdup(text_at(parts->head, "content"));
  answer->message = json_pack("{s:s, s:s}",
                              "role",
                              "assistant",
                              "content",
                              text_at(parts->head, "content"));
  if (json_array_size(said)) {
    json_object_set(answer->message, "tool_calls", said);
  }

  json_decref(said);
}

/// What an error that came within an answer is
static WireStatus
error_status(const char* const type)
{
  return strstr(type, "overloaded") || strstr(type, "api_error") ||
             strstr(type, "server") || strstr(type, "timeout")
           ? WIRE_BUSY
         : strstr(type, "rate_limit")     ? WIRE_LIMITED
         : strstr(type, "authentication") ? WIRE_AUTH
                                          : WIRE_REJECTED;
}

static WireAnswer
judge(Parts* const parts, const WireFormat format)
{
  const char* const stop   = text_at(parts->head, "stop");
  WireAnswer        answer = {WIRE_OK, NULL, NULL, NULL, parts->tokens};
  if (parts->error[0]) {
    return wire_fail(error_status(parts->type), parts->error);
  }

  if (!parts->sense) {
    return wire_fail(WIRE_GARBAGE, "it is not in the expected format");
  }

  if (!parts->ended) {
    return wire_fail(WIRE_NETWORK, "the answer broke off");
  }

  if (!strcmp(stop, "max_tokens") || !strcmp(stop, "length") ||
      !strcmp(stop, "model_context_window_exceeded")) {
    return wire_fail(WIRE_TRUNCATED, "it was cut");
  }

  if (!strcmp(stop, "refusal") || !strcmp(stop, "content_filter")) {
    return wire_fail(WIRE_REFUSED, "it does not want to answer that");
  }

  answer.calls = json_array();
  (format == WIRE_ANTHROPIC ? finish_anthropic : finish_openai)(parts, &answer);
  return answer;
}

WireAnswer
wire_read(const WireFormat format, const char* const body, const size_t size)
{
  const size_t blank = strspn(size ? body : "", " \t\r\n");
  Parts        parts = {.parts = json_array(), .head = json_object()};
  if (blank < size && body[blank] == '{') {
    take_event(&parts, format, body, size);
  } else {
    take_stream(&parts, format, body, size);
  }

  const WireAnswer answer = judge(&parts, format);
  json_decref(parts.parts);
  json_decref(parts.head);
  return answer;
}

WireAnswer
wire_read_error(const long        http_status,
                const char* const body,
                const size_t      size)
{
  Parts         parts = {0};
  char          text[480];
  json_t* const json = json_loadb(size ? body : "", size, 0, NULL);
  take_error(&parts, json);
  json_decref(json);
  snprintf(text,
           sizeof(text),
           "%ld%s%.400s",
           http_status,
           parts.error[0] ? ", " : "",
           parts.error);
  return wire_fail(http_status == 401 || http_status == 403 ? WIRE_AUTH
                   : http_status == 402                     ? WIRE_BILLING
                   : http_status == 429                     ? WIRE_LIMITED
                   : http_status >= 500                     ? WIRE_BUSY
                   : http_status == 404                     ? WIRE_CONFIG
                                                            : WIRE_REJECTED,
                   text);
}
