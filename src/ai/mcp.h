// SPDX-License-Identifier: GPL-3.0-or-later
//
// Model Context Protocol: JSON-RPC lines about the tools
//
// Both eras are spoken: with `initialize`, and with the version in each
// request.  Only texts go in and out here; who has the tools is the host's.

#ifndef SONIC_AI_MCP_H
#define SONIC_AI_MCP_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/// Most bytes of a line
#define MCP_LINE_MAX (4u << 20u)

/// Where the tools are
typedef struct {
  /// All tools as an array of {name, description, input_schema}, owned; null
  /// and an owned text if that failed
  json_t* (*tools)(void* handle, char** error);

  /// Run a tool; the result, owned, or null and an owned text
  json_t* (*call)(void*         handle,
                  const char*   name,
                  const json_t* args,
                  char**        error);

  void* handle;
} McpHost;

/**
   Answer a line.

   @return Owned line without its end, or null if there is nothing to say.
*/
char*
mcp_answer(const McpHost* host, const char* line, size_t size);

/// The number or text by which a line wants to be answered, owned; null if not
json_t*
mcp_id(const char* line, size_t size);

/// Whether a line takes back the request of an id
bool
mcp_cancels(const char* line, size_t size, const json_t* id);

#endif // SONIC_AI_MCP_H
