// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/mcp.h"

#include "base/version.h"

#include <stdlib.h>
#include <string.h>

/// The revision without `initialize`
#define MODERN "2026-07-28"

/// Where a request of that revision has it
#define VERSION_KEY "io.modelcontextprotocol/protocolVersion"

enum {
  PARSE_ERROR      = -32700,
  INVALID_REQUEST  = -32600,
  METHOD_NOT_FOUND = -32601,
  INVALID_PARAMS   = -32602,
  INTERNAL_ERROR   = -32603,
  WRONG_VERSION    = -32004,
};

static const char* const legacy[] = {"2025-11-25",
                                     "2025-06-18",
                                     "2025-03-26",
                                     "2024-11-05"};

#define NUM_LEGACY (sizeof(legacy) / sizeof(legacy[0]))

static const char instructions[] =
  "Tools for a running Sonic Claude session. Begin with get_overview. Tracks, "
  "clips and effects are named by id or by name; bars and beats that are "
  "called so count from 1. Each call is one step that undo takes back; a call "
  "that fails changes nothing.";

/// A request that is being answered
typedef struct {
  const McpHost* host;
  const json_t*  params; ///< May be null
  bool           modern;
  int            code; ///< Of the failure, 0 if there is none
  char*          text; ///< Of the failure, owned
} Request;

/// Note a failure; returns null, so that it ends a function
static json_t*
fail(Request* const request, const int code, const char* const text)
{
  free(request->text);
  request->code = code;
  request->text = strdup(text);
  return NULL;
}

static json_t*
server_info(void)
{
  return json_pack("{s:s, s:s, s:s}",
                   "name",
                   "sonic-claude",
                   "title",
                   "Sonic Claude",
                   "version",
                   SONIC_VERSION);
}

// Methods

static json_t*
initialize(Request* const request)
{
  const char* const wanted =
    json_string_value(json_object_get(request->params, "protocolVersion"));
  const char* version = legacy[0];
  for (size_t i = 0; wanted && i < NUM_LEGACY; ++i) {
    version = strcmp(wanted, legacy[i]) ? version : legacy[i];
  }

  return json_pack("{s:s, s:{s:{}}, s:o, s:s}",
                   "protocolVersion",
                   version,
                   "capabilities",
                   "tools",
                   "serverInfo",
                   server_info(),
                   "instructions",
                   instructions);
}

static json_t*
discover(Request* const request)
{
  json_t* const versions = json_pack("[s]", MODERN);
  (void)request;
  for (size_t i = 0; i < NUM_LEGACY; ++i) {
    json_array_append_new(versions, json_string(legacy[i]));
  }

  return json_pack("{s:o, s:{s:{}}, s:o, s:s, s:i, s:s}",
                   "supportedVersions",
                   versions,
                   "capabilities",
                   "tools",
                   "serverInfo",
                   server_info(),
                   "instructions",
                   instructions,
                   "ttlMs",
                   3600000,
                   "cacheScope",
                   "public");
}

static json_t*
ping(Request* const request)
{
  (void)request;
  return json_object();
}

/// The tools as the host has them; null if it fails
static json_t*
host_tools(Request* const request)
{
  char*         error = NULL;
  json_t* const tools = request->host->tools(request->host->handle, &error);
  if (!tools) {
    fail(request, INTERNAL_ERROR, error ? error : "Out of memory");
  }

  free(error);
  return tools;
}

static json_t*
tool_entry(const json_t* const tool)
{
  const char* const name  = json_string_value(json_object_get(tool, "name"));
  const bool        looks = name && !strncmp(name, "get_", 4);
  const bool        breaks =
    name && (!strncmp(name, "delete_", 7) || !strncmp(name, "clear_", 6) ||
             !strncmp(name, "remove_", 7));
  return json_pack("{s:O, s:O, s:O, s:{s:b, s:b, s:b}}",
                   "name",
                   json_object_get(tool, "name"),
                   "description",
                   json_object_get(tool, "description"),
                   "inputSchema",
                   json_object_get(tool, "input_schema"),
                   "annotations",
                   "readOnlyHint",
                   looks,
                   "destructiveHint",
                   breaks,
                   "openWorldHint",
                   0);
}

static json_t*
list_tools(Request* const request)
{
  size_t  i    = 0;
  json_t* tool = NULL;
  if (json_object_get(request->params, "cursor")) {
    return fail(request, INVALID_PARAMS, "There is one page, without a cursor");
  }

  json_t* const tools = host_tools(request);
  if (!tools) {
    return NULL;
  }

  json_t* const list = json_array();
  json_array_foreach(tools, i, tool)
  {
    json_array_append_new(list, tool_entry(tool));
  }

  json_decref(tools);
  json_t* const result = json_pack("{s:o}", "tools", list);
  if (request->modern) {
    json_object_set_new(result, "ttlMs", json_integer(60000));
    json_object_set_new(result, "cacheScope", json_string("private"));
  }

  return result;
}

/// Whether the host has a tool; true too if it can't be asked, since the call
/// then tells why
static bool
has_tool(const Request* const request, const char* const name)
{
  size_t        i     = 0;
  json_t*       tool  = NULL;
  char*         error = NULL;
  json_t* const tools = request->host->tools(request->host->handle, &error);
  bool          found = !tools;
  json_array_foreach(tools, i, tool)
  {
    const char* const other = json_string_value(json_object_get(tool, "name"));
    found                   = found || (other && !strcmp(other, name));
  }

  json_decref(tools);
  free(error);
  return found;
}

static json_t*
call_tool(Request* const request)
{
  const char* const name =
    json_string_value(json_object_get(request->params, "name"));
  const json_t* const args = json_object_get(request->params, "arguments");
  if (!name) {
    return fail(request, INVALID_PARAMS, "Expected the name of a tool");
  }

  if (args && !json_is_object(args)) {
    return fail(request, INVALID_PARAMS, "Expected arguments as an object");
  }

  if (!has_tool(request, name)) {
    char text[200];
    snprintf(text, sizeof(text), "There is no tool \"%.100s\"", name);
    return fail(request, INVALID_PARAMS, text);
  }

  char*         error = NULL;
  json_t* const made =
    request->host->call(request->host->handle, name, args, &error);
  if (!made) {
    json_t* const result = json_pack("{s:[{s:s, s:s}], s:b}",
                                     "content",
                                     "type",
                                     "text",
                                     "text",
                                     error ? error : "Out of memory",
                                     "isError",
                                     1);
    free(error);
    return result;
  }

  char* const   text   = json_dumps(made, JSON_COMPACT);
  json_t* const result = json_pack("{s:[{s:s, s:s}], s:o, s:b}",
                                   "content",
                                   "type",
                                   "text",
                                   "text",
                                   text ? text : "{}",
                                   "structuredContent",
                                   made,
                                   "isError",
                                   0);
  free(text);
  return result;
}

static const struct {
  const char* name;
  json_t* (*run)(Request* request);
} methods[] = {
  {"initialize", initialize},
  {"server/discover", discover},
  {"ping", ping},
  {"tools/list", list_tools},
  {"tools/call", call_tool},
};

#define NUM_METHODS (sizeof(methods) / sizeof(methods[0]))

/// Run a method; null if it failed
static json_t*
run_method(Request* const request, const char* const method)
{
  const json_t* const version =
    json_object_get(json_object_get(request->params, "_meta"), VERSION_KEY);
  request->modern = version != NULL || !strcmp(method, "server/discover");
  if (request->params && !json_is_object(request->params)) {
    return fail(request, INVALID_PARAMS, "Expected params as an object");
  }

  if (version && (!json_is_string(version) ||
                  strcmp(json_string_value(version), MODERN) != 0)) {
    return fail(request, WRONG_VERSION, "Unsupported protocol version");
  }

  for (size_t i = 0; i < NUM_METHODS; ++i) {
    if (!strcmp(methods[i].name, method)) {
      json_t* const result = methods[i].run(request);
      if (result && request->modern) {
        json_object_set_new(result, "resultType", json_string("complete"));
      }

      return result;
    }
  }

  char text[200];
  snprintf(text, sizeof(text), "There is no method \"%.100s\"", method);
  return fail(request, METHOD_NOT_FOUND, text);
}

// Messages

static json_t*
error_message(const json_t* const id, const int code, const char* const text)
{
  json_t* const error = json_pack("{s:i, s:s}", "code", code, "message", text);
  if (code == WRONG_VERSION) {
    json_object_set_new(
      error, "data", json_pack("{s:[s]}", "supported", MODERN));
  }

  return json_pack("{s:s, s:O?, s:o}",
                   "jsonrpc",
                   "2.0",
                   "id",
                   id ? (json_t*)id : json_null(),
                   "error",
                   error);
}

/// The answer to one message; null if there is none
static json_t*
answer(const McpHost* const host, const json_t* const message)
{
  const json_t* const id = json_object_get(message, "id");
  const char* const   version =
    json_string_value(json_object_get(message, "jsonrpc"));
  const char* const method =
    json_string_value(json_object_get(message, "method"));
  if (!version || strcmp(version, "2.0") != 0 ||
      (id && !json_is_string(id) && !json_is_number(id))) {
    return error_message(NULL, INVALID_REQUEST, "Expected a JSON-RPC request");
  }

  // Answers to us, which never ask, and notifications are taken in silence
  if (!method) {
    return json_object_get(message, "result") ||
               json_object_get(message, "error")
             ? NULL
             : error_message(id, INVALID_REQUEST, "Expected a method");
  }

  if (!id) {
    return NULL;
  }

  Request request = {host, json_object_get(message, "params"), false, 0, NULL};
  json_t* const result = run_method(&request, method);
  json_t* const whole =
    result ? json_pack(
               "{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", id, "result", result)
           : error_message(id,
                           request.code ? request.code : INTERNAL_ERROR,
                           request.text ? request.text : "Out of memory");
  free(request.text);
  return whole;
}

/// The answers to several messages in one line, as an older revision has them
static json_t*
answer_all(const McpHost* const host, const json_t* const messages)
{
  size_t        i       = 0;
  json_t*       message = NULL;
  json_t* const list    = json_array();
  json_array_foreach(messages, i, message)
  {
    json_t* const one = answer(host, message);
    if (one) {
      json_array_append_new(list, one);
    }
  }

  if (!json_array_size(messages)) {
    json_decref(list);
    return error_message(NULL, INVALID_REQUEST, "Expected a request");
  }

  if (!json_array_size(list)) {
    json_decref(list);
    return NULL;
  }

  return list;
}

char*
mcp_answer(const McpHost* const host, const char* const line, const size_t size)
{
  json_error_t  error;
  json_t* const message =
    json_loadb(line, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
  json_t* const made = !message ? error_message(NULL, PARSE_ERROR, error.text)
                       : json_is_array(message) ? answer_all(host, message)
                                                : answer(host, message);
  char* const   text = made ? json_dumps(made, JSON_COMPACT) : NULL;
  json_decref(made);
  json_decref(message);
  return text;
}

json_t*
mcp_id(const char* const line, const size_t size)
{
  json_t* const message = json_loadb(line, size, 0, NULL);
  json_t* const id =
    json_object_get(message, "method") ? json_object_get(message, "id") : NULL;
  json_incref(id);
  json_decref(message);
  return id;
}

bool
mcp_cancels(const char* const line, const size_t size, const json_t* const id)
{
  json_t* const     message = json_loadb(line, size, 0, NULL);
  const char* const method =
    json_string_value(json_object_get(message, "method"));
  const json_t* const other =
    json_object_get(json_object_get(message, "params"), "requestId");
  const bool cancels = method && id && !json_object_get(message, "id") &&
                       !strcmp(method, "notifications/cancelled") &&
                       json_equal(other, id);
  json_decref(message);
  return cancels;
}
