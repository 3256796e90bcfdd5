// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/wire.h"

#include <stdlib.h>

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
