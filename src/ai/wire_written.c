// SPDX-License-Identifier: GPL-3.0-or-later
//
// Calls that a small model has written out, since its server knows no better
//
// They count only if they are all that it said and every tool is known, so that
// an answer which merely shows some JSON stays an answer.

#include "ai/wire_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// What stands around calls
static const char* const marks[] = {"<tool_call>",
                                    "</tool_call>",
                                    "[TOOL_CALLS]",
                                    "<|python_tag|>",
                                    "```json",
                                    "```"};

/// Skip blanks and marks
static const char*
skip(const char* text)
{
  for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]);) {
    const size_t size = strlen(marks[i]);
    text += strspn(text, " \t\r\n;");
    if (!strncmp(text, marks[i], size)) {
      text += size;
      i = 0;
    } else {
      ++i;
    }
  }

  return text;
}

static bool
is_known(const json_t* const tools, const char* const name)
{
  size_t        i    = 0;
  const json_t* tool = NULL;
  json_array_foreach(tools, i, tool)
  {
    if (!strcmp(wire_text(tool, "name"), name)) {
      return true;
    }
  }

  return false;
}

/// Take one call, or an array of them; false if it is none
static bool
take(json_t* const calls, const json_t* const tools, json_t* const json)
{
  char              id[24];
  size_t            i     = 0;
  json_t*           item  = NULL;
  json_t* const     given = json_object_get(json, "arguments");
  json_t* const     args  = given ? given : json_object_get(json, "parameters");
  const char* const name  = wire_text(json, "name");
  const bool        listed = json_is_array(json) && json_array_size(json);
  json_array_foreach(listed ? json : NULL, i, item)
  {
    if (json_is_array(item) || !take(calls, tools, item)) {
      return false;
    }
  }

  if (listed) {
    return true;
  }

  if (!json_is_object(args) || !is_known(tools, name)) {
    return false;
  }

  snprintf(id, sizeof(id), "written_%zu", json_array_size(calls));
  return !json_array_append_new(
    calls,
    json_pack("{s:s, s:s, s:O}", "id", id, "name", name, "arguments", args));
}

/// All calls of a text, owned; null if it has anything else
static json_t*
read_calls(const char* text, const json_t* const tools)
{
  json_t* const calls = json_array();
  bool          good  = true;
  for (text = skip(text); good && *text; text = skip(text)) {
    json_error_t  error = {0};
    json_t* const json  = json_loads(text, JSON_DISABLE_EOF_CHECK, &error);
    good                = json && take(calls, tools, json);
    text += json ? (size_t)error.position : strlen(text);
    json_decref(json);
  }

  if (!good || !json_array_size(calls)) {
    json_decref(calls);
    return NULL;
  }

  return calls;
}

/// The message that a model which knows how would have sent
static json_t*
make_message(const json_t* const calls)
{
  size_t        i    = 0;
  json_t*       call = NULL;
  json_t* const said = json_array();
  json_array_foreach(calls, i, call)
  {
    char* const args =
      json_dumps(json_object_get(call, "arguments"), JSON_COMPACT);
    json_array_append_new(said,
                          json_pack("{s:O, s:s, s:{s:O, s:s}}",
                                    "id",
                                    json_object_get(call, "id"),
                                    "type",
                                    "function",
                                    "function",
                                    "name",
                                    json_object_get(call, "name"),
                                    "arguments",
                                    args ? args : "{}"));
    free(args);
  }

  return json_pack(
    "{s:s, s:s, s:o}", "role", "assistant", "content", "", "tool_calls", said);
}

void
wire_take_written(WireAnswer* const answer, const json_t* const tools)
{
  json_t* const calls =
    answer->status || json_array_size(answer->calls) || !answer->text
      ? NULL
      : read_calls(answer->text, tools);
  if (!calls) {
    return;
  }

  json_decref(answer->calls);
  json_decref(answer->message);
  answer->calls   = calls;
  answer->message = make_message(calls);
  answer->text[0] = '\0';
}
