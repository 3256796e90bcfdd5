// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/model_answer.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Bytes of arguments that come at a time
#define PIECE 3

/// Append a text to a stream that is being written
static void
put(FILE* const out, json_t* const event)
{
  char* const text = json_dumps(event, JSON_COMPACT);
  fprintf(out, "data: %s\n\n", text);
  free(text);
  json_decref(event);
}

/// What an error is in both formats
static json_t*
make_error(const ModelStep* const step)
{
  return json_pack("{s:s, s:{s:s, s:s}}",
                   "type",
                   "error",
                   "error",
                   "type",
                   step->error,
                   "message",
                   step->text ? step->text : "");
}

static bool
has_calls(const ModelStep* const step)
{
  return step->calls[0].tool != NULL;
}

// Anthropic's Messages

static const char*
anthropic_stop(const ModelStep* const step)
{
  return step->cut         ? "max_tokens"
         : step->refuse    ? "refusal"
         : has_calls(step) ? "tool_use"
                           : "end_turn";
}

static void
put_anthropic_block(FILE* const       out,
                    const int         index,
                    const char* const key,
                    const char* const type,
                    const char* const text,
                    json_t* const     block)
{
  put(out,
      json_pack("{s:s, s:i, s:o}",
                "type",
                "content_block_start",
                "index",
                index,
                "content_block",
                block));
  for (const char* at = text; *at; at += strnlen(at, PIECE)) {
    put(out,
        json_pack("{s:s, s:i, s:{s:s, s:s%}}",
                  "type",
                  "content_block_delta",
                  "index",
                  index,
                  "delta",
                  "type",
                  type,
                  key,
                  at,
                  strnlen(at, PIECE)));
  }

  put(out,
      json_pack("{s:s, s:i}", "type", "content_block_stop", "index", index));
}

static void
put_anthropic(FILE* const out, const ModelStep* const step)
{
  int index = 0;
  fprintf(out, "event: message_start\n");
  put(out, json_pack("{s:s, s:{}}", "type", "message_start", "message"));
  put(out, json_pack("{s:s}", "type", "ping"));
  if (step->text && !step->error) {
    put_anthropic_block(out,
                        index++,
                        "text",
                        "text_delta",
                        step->text,
                        json_pack("{s:s, s:s}", "type", "text", "text", ""));
  }

  for (int i = 0; i < MODEL_CALLS && step->calls[i].tool; ++i) {
    char id[16];
    snprintf(id, sizeof(id), "toolu_%d", i);
    put_anthropic_block(out,
                        index++,
                        "partial_json",
                        "input_json_delta",
                        step->calls[i].arguments,
                        json_pack("{s:s, s:s, s:s, s:{}}",
                                  "type",
                                  "tool_use",
                                  "id",
                                  id,
                                  "name",
                                  step->calls[i].tool,
                                  "input"));
  }

  if (step->error) {
    put(out, make_error(step));
  } else if (!step->broken) {
    put(out,
        json_pack("{s:s, s:{s:s}, s:{s:i}}",
                  "type",
                  "message_delta",
                  "delta",
                  "stop_reason",
                  anthropic_stop(step),
                  "usage",
                  "output_tokens",
                  9));
    put(out, json_pack("{s:s}", "type", "message_stop"));
  }
}

static json_t*
whole_anthropic(const ModelStep* const step)
{
  json_t* const content = json_array();
  if (step->text) {
    json_array_append_new(
      content, json_pack("{s:s, s:s}", "type", "text", "text", step->text));
  }

  for (int i = 0; i < MODEL_CALLS && step->calls[i].tool; ++i) {
    json_array_append_new(
      content,
      json_pack("{s:s, s:s, s:s, s:o}",
                "type",
                "tool_use",
                "id",
                "toolu_0",
                "name",
                step->calls[i].tool,
                "input",
                json_loads(step->calls[i].arguments, 0, NULL)));
  }

  return json_pack("{s:s, s:s, s:s, s:o, s:{s:i}}",
                   "type",
                   "message",
                   "role",
                   "assistant",
                   "stop_reason",
                   anthropic_stop(step),
                   "content",
                   content,
                   "usage",
                   "output_tokens",
                   9);
}

// OpenAI's chat completions

static const char*
openai_stop(const ModelStep* const step)
{
  return step->cut         ? "length"
         : step->refuse    ? "content_filter"
         : has_calls(step) ? "tool_calls"
                           : "stop";
}

/// A piece of an answer; null `stop`: more is to come
static json_t*
chunk(json_t* const delta, const char* const stop)
{
  return json_pack("{s:[{s:i, s:o, s:s?}]}",
                   "choices",
                   "index",
                   0,
                   "delta",
                   delta,
                   "finish_reason",
                   stop);
}

static void
put_openai_call(FILE* const            out,
                const int              index,
                const ModelCall* const call,
                const bool             loose)
{
  char id[16];
  snprintf(id, sizeof(id), "call_%d", index);
  for (const char* at = call->arguments; at; at += strnlen(at, PIECE)) {
    const bool    first = at == call->arguments;
    json_t* const piece =
      json_pack("{s:{s:s%}}", "function", "arguments", at, strnlen(at, PIECE));
    if (first) {
      json_object_set_new(piece, "id", json_string(id));
      json_object_set_new(piece, "type", json_string("function"));
      json_object_set_new(
        json_object_get(piece, "function"), "name", json_string(call->tool));
    }

    if (!loose) {
      json_object_set_new(piece, "index", json_integer(index));
    }

    put(out, chunk(json_pack("{s:[o]}", "tool_calls", piece), NULL));
    if (!*at) {
      break;
    }
  }
}

static void
put_openai(FILE* const out, const ModelStep* const step)
{
  const char* const text = step->text && !step->error ? step->text : "";
  put(out, chunk(json_pack("{s:s}", "role", "assistant"), NULL));
  for (const char* at = text; *at; at += strnlen(at, PIECE)) {
    put(out,
        chunk(json_pack("{s:s%}", "content", at, strnlen(at, PIECE)), NULL));
  }

  for (int i = 0; i < MODEL_CALLS && step->calls[i].tool; ++i) {
    put_openai_call(out, i, &step->calls[i], step->loose);
  }

  if (step->error) {
    put(out, make_error(step));
  } else if (!step->broken) {
    put(out, chunk(json_object(), openai_stop(step)));
    put(
      out,
      json_pack("{s:[], s:{s:i}}", "choices", "usage", "completion_tokens", 9));
    fprintf(out, "data: [DONE]\n\n");
  }
}

static json_t*
whole_openai(const ModelStep* const step)
{
  json_t* const calls = json_array();
  for (int i = 0; i < MODEL_CALLS && step->calls[i].tool; ++i) {
    json_array_append_new(calls,
                          json_pack("{s:s, s:s, s:{s:s, s:s}}",
                                    "id",
                                    "call_0",
                                    "type",
                                    "function",
                                    "function",
                                    "name",
                                    step->calls[i].tool,
                                    "arguments",
                                    step->calls[i].arguments));
  }

  return json_pack("{s:[{s:i, s:s, s:{s:s, s:s, s:o}}], s:{s:i}}",
                   "choices",
                   "index",
                   0,
                   "finish_reason",
                   openai_stop(step),
                   "message",
                   "role",
                   "assistant",
                   "content",
                   step->text ? step->text : "",
                   "tool_calls",
                   calls,
                   "usage",
                   "completion_tokens",
                   9);
}

char*
model_answer(const ModelFormat format, const ModelStep* const step)
{
  char*  text = NULL;
  size_t size = 0;
  if (step->body) {
    return strdup(step->body);
  }

  if (step->whole || step->status) {
    json_t* const whole = step->error                 ? make_error(step)
                          : format == MODEL_ANTHROPIC ? whole_anthropic(step)
                                                      : whole_openai(step);
    text                = json_dumps(whole, JSON_COMPACT);
    json_decref(whole);
    return text;
  }

  FILE* const out = open_memstream(&text, &size);
  (format == MODEL_ANTHROPIC ? put_anthropic : put_openai)(out, step);
  fclose(out);
  return text;
}
