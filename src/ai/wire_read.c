// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/wire_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
finish_anthropic(WireParts* const parts, WireAnswer* const answer)
{
  size_t  i     = 0;
  json_t* block = NULL;
  json_t* said  = json_object();
  json_array_foreach(parts->parts, i, block)
  {
    const char* const type = wire_text(block, "type");
    if (!strcmp(type, "text")) {
      wire_join(said, "text", wire_text(block, "text"));
    } else if (!strcmp(type, "tool_use")) {
      const json_t* const pieces = json_object_get(block, "partial_json");
      json_t* const       args   = pieces
                                     ? read_arguments(json_string_value(pieces))
                                     : json_incref(json_object_get(block, "input"));
      add_call(
        answer->calls, wire_text(block, "id"), wire_text(block, "name"), args);
      json_object_del(block, "partial_json");
      json_object_set_new(block,
                          "input",
                          json_is_object(args) ? json_incref(args)
                                               : json_object());
      json_decref(args);
    }
  }

  answer->text = strdup(wire_text(said, "text"));
  answer->message =
    json_pack("{s:s, s:O}", "role", "assistant", "content", parts->parts);
  json_decref(said);
}

static void
finish_openai(WireParts* const parts, WireAnswer* const answer)
{
  size_t        i    = 0;
  json_t*       part = NULL;
  json_t* const said = json_array();
  json_array_foreach(parts->parts, i, part)
  {
    json_t* const args = read_arguments(wire_text(part, "arguments"));
    add_call(
      answer->calls, wire_text(part, "id"), wire_text(part, "name"), args);
    json_array_append_new(
      said,
      json_pack("{s:s, s:s, s:{s:s, s:s}}",
                "id",
                wire_text(part, "id"),
                "type",
                "function",
                "function",
                "name",
                wire_text(part, "name"),
                "arguments",
                args ? wire_text(part, "arguments") : "{}"));
    json_decref(args);
  }

  answer->text    = strdup(wire_text(parts->head, "content"));
  answer->message = json_pack("{s:s, s:s}",
                              "role",
                              "assistant",
                              "content",
                              wire_text(parts->head, "content"));
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
judge(WireParts* const parts, const WireFormat format)
{
  const char* const stop   = wire_text(parts->head, "stop");
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
  WireParts parts = {.parts = json_array(), .head = json_object()};
  wire_take(&parts, format, body, size);
  const WireAnswer answer = judge(&parts, format);
  json_decref(parts.parts);
  json_decref(parts.head);
  return answer;
}

/// Whether a request was refused for its length, which each server says in its
/// own words
static bool
is_too_long(const long http_status, const char* const words)
{
  return http_status == 413 ||
         (http_status == 400 && (strcasestr(words, "too long") ||
                                 strcasestr(words, "context length") ||
                                 strcasestr(words, "context size") ||
                                 strcasestr(words, "context window")));
}

WireAnswer
wire_read_error(const long        http_status,
                const char* const body,
                const size_t      size)
{
  WireParts     parts = {0};
  char          text[480];
  json_t* const json = json_loadb(size ? body : "", size, 0, NULL);
  wire_take_error(&parts, json);
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
                   : is_too_long(http_status, parts.error)  ? WIRE_TOO_LONG
                                                            : WIRE_REJECTED,
                   text);
}
