// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/assistant.h"

#include "ai/describe.h"
#include "ai/request.h"
#include "ai/tools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct Assistant {
  Services* services;
  Genres*   genres;
};

// Answering

/// The answer in one text: what was done, what was not
static char*
reply_of(Request* const request)
{
  Turn* const turn = &request->turn;
  Text        text = {0};
  if (turn->said.size) {
    text_print(&text, "%s", turn->said.data);
  }

  if (turn->not_done.size) {
    text_print(&text, "%s%s", text.size ? " " : "", turn->not_done.data);
  }

  if (!text.size && turn->look_only) {
    text_print(&text, "I changed nothing.");
  } else if (!text.size && request->understood) {
    text_print(&text, "All right, I leave that as it is.");
  } else if (!text.size) {
    text_print(&text,
               "Sorry, I'm not sure what you mean. I can write drums, bass, "
               "chords and melodies, edit and arrange them, mix, add effects, "
               "or run the transport. What would you like?");
  } else if (request->understood < request->num_clauses) {
    text_print(&text, " I did not understand the rest.");
  }

  return text.failed ? NULL : text.data;
}

static json_t*
ids_json(const Id* const ids, const uint32_t count)
{
  json_t* const list = json_array();
  for (uint32_t i = 0; i < count; ++i) {
    json_array_append_new(list, id_json(ids[i]));
  }

  return list;
}

/// What was done, for the conversation
static json_t*
record_of(const Request* const request)
{
  const Turn* const turn = &request->turn;
  json_t* const     did  = json_pack("{s:O, s:o, s:b}",
                                "tools",
                                turn->did,
                                "tracks",
                                ids_json(turn->touched, turn->num_touched),
                                "asked",
                                turn->asked);
  if (turn->num_offered) {
    json_object_set_new(
      did, "offered", ids_json(turn->offered, turn->num_offered));
  }

  if (json_array_size(turn->did)) {
    json_object_set_new(did, "text", json_string(request->text));
    json_object_set_new(did, "base", json_integer((json_int_t)request->base));
    json_object_set_new(did, "seed", json_integer((json_int_t)turn->box.seed));
    json_object_set_new(
      did, "forced", ids_json(request->forced, request->num_forced));
  }

  return did;
}

static AgentAnswer
think(void* const            self,
      Services* const        services,
      const AgentTurn* const agent_turn)
{
  Request* const request = (Request*)calloc(1, sizeof(Request));
  AgentAnswer    answer  = {0};
  if (!request) {
    return answer;
  }

  request_init(request, services, ((const Assistant*)self)->genres, agent_turn);
  request_read(request, agent_turn->text);
  if (!followup_run(request)) {
    request_read(request, agent_turn->text);
    request_run(request);
  }

  answer.reply = reply_of(request);
  answer.did   = record_of(request);
  answer.undos = request->turn.undos;
  text_free(&request->turn.said);
  text_free(&request->turn.not_done);
  json_decref(request->turn.did);
  json_decref(request->turn.result);
  free(request);
  return answer;
}

// The brain

static Status
run_tool(void* const         self,
         Services* const     services,
         const char* const   name,
         const json_t* const args,
         json_t** const      result)
{
  const Assistant* const assistant = (const Assistant*)self;
  const Toolbox box = {assistant->genres, random_hash(1, name) % 100000u};
  return tools_run(&box, services, name, args, result);
}

static json_t*
list_tools(void* const self)
{
  (void)self;
  return tools_list();
}

static char*
describe(void* const self, Services* const services)
{
  (void)self;
  return describe_session(services);
}

static const char*
name(void* const self)
{
  (void)self;
  return "builtin";
}

AgentBrain
assistant_brain(Assistant* const assistant)
{
  const AgentBrain brain = {.think    = think,
                            .tool     = run_tool,
                            .tools    = list_tools,
                            .describe = describe,
                            .name     = name,
                            .self     = assistant};
  return brain;
}

Assistant*
assistant_new(Services* const          services,
              const char* const        presets_dir,
              const AssistantFaultFunc fault,
              void* const              handle)
{
  char             folder[4096];
  Assistant* const assistant = (Assistant*)calloc(1, sizeof(Assistant));
  if (!assistant) {
    return NULL;
  }

  snprintf(folder, sizeof(folder), "%.4000s/genres", presets_dir);
  assistant->services = services;
  assistant->genres   = genres_new(folder, fault, handle);
  if (!assistant->genres) {
    free(assistant);
    return NULL;
  }

  const AgentBrain brain = assistant_brain(assistant);
  agent_set_brain(services, &brain);
  return assistant;
}

void
assistant_free(Assistant* const assistant)
{
  if (!assistant) {
    return;
  }

  agent_set_brain(assistant->services, NULL);
  genres_free(assistant->genres);
  free(assistant);
}
