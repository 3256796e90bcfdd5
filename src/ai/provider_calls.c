// SPDX-License-Identifier: GPL-3.0-or-later
//
// Calls that a model asks for: on a draft first, once more when it is done

#include "ai/provider_private.h"

#include <stdlib.h>
#include <string.h>

/// Most calls of a turn
#define CALLS_MAX 64u

/// Most bytes of a result that it is told
#define RESULT_MAX 24000u

static bool
looks_only(const char* const name)
{
  return !strncmp(name, "get_", 4);
}

/// Whether two results name the same things, so that later calls mean them too
static bool
same_ids(const json_t* const a, const json_t* const b)
{
  size_t      i     = 0;
  json_t*     value = NULL;
  const char* key   = NULL;
  if (json_is_array(a)) {
    json_array_foreach(a, i, value)
    {
      if (!same_ids(value, json_array_get(b, i))) {
        return false;
      }
    }
  }

  json_object_foreach((json_t*)a, key, value)
  {
    const size_t  size  = strlen(key);
    json_t* const other = json_object_get(b, key);
    const bool    is_id =
      !strcmp(key, "id") || (size > 3u && !strcmp(key + size - 3u, "_id"));
    if (is_id ? !json_equal(value, other) : !same_ids(value, other)) {
      return false;
    }
  }

  return true;
}

/// Run what worked once more, in the open transaction
Status
provider_replay(Provider* const provider)
{
  size_t            i    = 0;
  json_t*           call = NULL;
  const char* const open =
    string_text(services_document(provider->services)->id);
  if (strncmp(open, provider->composition, 90) != 0) {
    return services_fail(provider->services,
                         STATUS_CONFLICT,
                         "another composition was opened meanwhile");
  }

  json_array_foreach(provider->log, i, call)
  {
    json_t*      result = NULL;
    const Status st =
      agent_action(provider->services,
                   json_string_value(json_object_get(call, "tool")),
                   json_object_get(call, "args"),
                   &result);
    const bool same = same_ids(json_object_get(call, "result"), result);
    json_decref(result);
    if (st) {
      return st;
    }

    if (!same) {
      return services_fail(provider->services,
                           STATUS_CONFLICT,
                           "the session was changed meanwhile");
    }
  }

  return STATUS_OK;
}

/// Steps back and forth can't be part of a step; the reason why not, or null
static const char*
refuse_history(Provider* const provider, const char* const name)
{
  const bool back    = !strcmp(name, "undo");
  const bool history = back || !strcmp(name, "redo");
  if (looks_only(name)) {
    return NULL;
  }

  if ((history && json_array_size(provider->log)) ||
      (!back && provider->undos)) {
    return "undo and redo can't be mixed with changes in a turn; nothing was "
           "done";
  }

  const json_t* const first = json_array_get(provider->log, 0);
  const char* const   tool  = json_string_value(json_object_get(first, "tool"));
  return tool && !strcmp(tool, "redo") ? "redo has to be alone in a turn"
                                       : NULL;
}

/// Run a call on the draft; what the model is told, owned
static char*
run_call(Provider* const   provider,
         const char* const name,
         json_t* const     args,
         bool* const       failed)
{
  const char* const refused = refuse_history(provider, name);
  json_t*           result  = NULL;
  *failed                   = true;
  if (!json_is_object(args)) {
    return strdup("The arguments are not a JSON object; nothing was done");
  }

  if (++provider->calls > CALLS_MAX) {
    return strdup("Too many calls in a turn; nothing was done");
  }

  if (refused) {
    return strdup(refused);
  }

  if (!strcmp(name, "undo")) {
    ++provider->undos;
    *failed = false;
    return strdup("{\"undone\":\"one step, when you have answered\"}");
  }

  services_fail(provider->services, STATUS_OK, "%s", "");
  const Status st = agent_action(provider->services, name, args, &result);
  if (st) {
    const char* const why = services_error(provider->services);
    return strdup(*why ? why : status_text(st));
  }

  if (!looks_only(name)) {
    json_array_append_new(
      provider->log,
      json_pack(
        "{s:s, s:O, s:O}", "tool", name, "args", args, "result", result));
  }

  char* text = json_dumps(result, JSON_COMPACT);
  json_decref(result);
  *failed = false;
  if (text && strlen(text) > RESULT_MAX) {
    free(text);
    text = strdup("{\"ok\":true,\"note\":\"The result is too long to show; ask "
                  "for less, such as get_notes for some bars\"}");
  }

  return text;
}

/// Run the calls of an answer on a draft, which is dropped
Status
provider_run_calls(Provider* const provider, const json_t* const calls)
{
  size_t        i       = 0;
  json_t*       call    = NULL;
  json_t* const results = json_array();
  services_begin(provider->services, &provider->author);
  const Status st = provider_replay(provider);
  json_array_foreach(calls, i, call)
  {
    bool              failed = false;
    const char* const name   = json_string_value(json_object_get(call, "name"));
    agent_progress(provider->services,
                   provider->number,
                   name,
                   provider->rounds / (double)(PROVIDER_ROUNDS + 1u));
    char* const text =
      st
        ? NULL
        : run_call(provider, name, json_object_get(call, "arguments"), &failed);
    if (failed) {
      json_object_set_new(provider->failures, name, json_string(text));
    } else {
      json_object_del(provider->failures, name);
    }

    json_array_append_new(results,
                          json_pack("{s:O, s:s, s:b}",
                                    "id",
                                    json_object_get(call, "id"),
                                    "text",
                                    text ? text : "Out of memory",
                                    "failed",
                                    failed));
    free(text);
  }

  services_abort(provider->services);
  wire_add_results(provider->config.format, provider->messages, results);
  json_decref(results);
  return st;
}
