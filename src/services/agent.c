// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/agent.h"

#include "base/utf8.h"
#include "services/composition_state.h"
#include "services/composition_undo.h"
#include "services/edit.h"
#include "services/services_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct Agent {
  Services*  services;
  AgentBrain brain;
  AgentFunc  listener;
  void*      listener_handle;
  AgentTurn  queue[AGENT_QUEUE_MAX];
  uint32_t   num_queued;
  AgentTurn  taken; ///< Being answered elsewhere; number 0: none
  int        wake;
};

Agent*
agent_new(Services* const services)
{
  Agent* const agent = (Agent*)calloc(1, sizeof(Agent));
  if (!agent) {
    return NULL;
  }

  agent->services = services;
  agent->wake     = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (agent->wake < 0) {
    free(agent);
    return NULL;
  }

  return agent;
}

void
agent_free(Agent* const agent)
{
  if (!agent) {
    return;
  }

  for (uint32_t i = 0; i < agent->num_queued; ++i) {
    free(agent->queue[i].text);
  }

  free(agent->taken.text);
  close(agent->wake);
  free(agent);
}

int
agent_fd(const Agent* const agent)
{
  return agent->wake;
}

void
agent_set_brain(Services* const services, const AgentBrain* const brain)
{
  services->agent->brain = brain ? *brain : (AgentBrain){0};
}

void
agent_listen(Services* const services, const AgentFunc func, void* const handle)
{
  services->agent->listener        = func;
  services->agent->listener_handle = handle;
}

static void
tell(Agent* const         agent,
     const AgentEventType type,
     const AgentTurn*     turn,
     const char* const    text,
     const double         share)
{
  const AgentEvent event = {type, turn->number, turn->client, text, share};
  if (agent->listener) {
    agent->listener(agent->listener_handle, &event);
  }
}

// The conversation

/// The number of the next turn
static uint32_t
next_number(const Agent* const agent)
{
  const json_t* const chat = services_document(agent->services)->chat;
  const json_t* const last = json_array_get(chat, json_array_size(chat) - 1u);
  uint32_t number = (uint32_t)json_integer_value(json_object_get(last, "turn"));
  number          = agent->taken.number > number ? agent->taken.number : number;
  return 1u + number + agent->num_queued;
}

/// Add both sides of a turn to the draft's conversation
static Status
add_chat(Services* const          services,
         const AgentTurn* const   turn,
         const AgentAnswer* const answer)
{
  Composition* const root = edit_root(services);
  json_t* const chat = root ? json_copy(root->chat) : NULL; // Entries shared
  json_t* const said = json_pack("{s:s, s:s, s:I}",
                                 "role",
                                 "user",
                                 "text",
                                 turn->text,
                                 "turn",
                                 (json_int_t)turn->number);
  json_t* const told = json_pack("{s:s, s:s, s:I}",
                                 "role",
                                 "assistant",
                                 "text",
                                 answer->reply ? answer->reply : "",
                                 "turn",
                                 (json_int_t)turn->number);
  if (answer->did) {
    json_object_set(told, "did", answer->did);
  }

  if (!chat || json_array_append_new(chat, said) ||
      json_array_append_new(chat, told)) {
    json_decref(chat);
    return edit_no_memory(services);
  }

  while (json_array_size(chat) > AGENT_CHAT_MAX) {
    json_array_remove(chat, 0);
  }

  json_drop(root->chat);
  root->chat = chat;
  return STATUS_OK;
}

static void
answer_clear(AgentAnswer* const answer)
{
  free(answer->reply);
  json_decref(answer->did);
  *answer = (AgentAnswer){0};
}

/// What stands in the journal and in the list of undo for a turn
static Author
author_of(const AgentTurn* const turn, char what[AGENT_TEXT_MAX + 16u])
{
  snprintf(
    what, 200, "AI: %.*s", (int)utf8_prefix(turn->text, 180), turn->text);
  const Author author = {turn->client, turn->who, what, ""};
  return author;
}

/// Keep what was said of a turn that changed nothing
static void
keep_words(Services* const          services,
           const Author* const      author,
           const AgentTurn* const   turn,
           const AgentAnswer* const answer)
{
  services_begin(services, author);
  if (add_chat(services, turn, answer)) {
    services_abort(services);
  } else {
    services_commit(services);
  }
}

/// End the open transaction with the words of a turn
static void
conclude(Agent* const           agent,
         const Author* const    author,
         const AgentTurn* const turn,
         AgentAnswer* const     answer)
{
  Services* const services = agent->services;
  Status          st =
    answer->failed ? STATUS_CONFLICT : add_chat(services, turn, answer);
  if (st) {
    services_abort(services);
  } else {
    st = services_commit(services);
  }

  if (st) {
    if (!answer->failed) {
      char text[640];
      snprintf(text,
               sizeof(text),
               "Sorry, I couldn't do that, and nothing changed: %s",
               services_error(services));
      answer_clear(answer);
      answer->reply = strdup(text);
    }

    keep_words(services, author, turn, answer);
  }

  for (uint32_t i = 0; !st && i < answer->undos; ++i) {
    services_begin(services, author);
    st = composition_undo(services);
    st = st ? st : services_commit(services);
    if (st) {
      services_abort(services);
    }
  }

  tell(agent, AGENT_REPLY, turn, answer->reply ? answer->reply : "", 1.0);
}

/// Answer a turn here and now
static void
run_turn(Agent* const agent, const AgentTurn* const turn)
{
  char         what[AGENT_TEXT_MAX + 16u];
  const Author author = author_of(turn, what);
  tell(agent, AGENT_PROGRESS, turn, "thinking", 0.0);
  services_begin(agent->services, &author);
  AgentAnswer answer =
    agent->brain.think
      ? agent->brain.think(agent->brain.self, agent->services, turn)
      : (AgentAnswer){
          strdup("There is no assistant in this program"), NULL, true, 0};
  conclude(agent, &author, turn, &answer);
  answer_clear(&answer);
}

void
agent_poll(Agent* const agent)
{
  uint64_t count = 0;
  if (read(agent->wake, &count, sizeof(count)) < 0 && errno != EAGAIN) {
    return;
  }

  if (agent->brain.poll) {
    agent->brain.poll(agent->brain.self);
  }

  while (agent->num_queued && !agent->taken.number) {
    AgentTurn turn = agent->queue[0];
    memmove(
      agent->queue, agent->queue + 1, --agent->num_queued * sizeof(AgentTurn));
    agent->taken = turn;
    if (agent->brain.begin && agent->brain.begin(agent->brain.self, &turn)) {
      tell(agent, AGENT_PROGRESS, &turn, "thinking", 0.0);
      return;
    }

    agent->taken = (AgentTurn){0};
    run_turn(agent, &turn);
    free(turn.text);
  }
}

Status
agent_chat(Services* const     services,
           const Author* const author,
           const char* const   text,
           const Id            about,
           uint32_t* const     number)
{
  Agent* const   agent = services->agent;
  const uint64_t one   = 1;
  if (!services->id[0] && !services->offline) {
    return services_fail(
      services, STATUS_CONFLICT, "No composition is open to talk about");
  }

  if (strlen(text) > AGENT_TEXT_MAX) {
    return services_fail(
      services, STATUS_TOO_LARGE, "Expected at most %u bytes", AGENT_TEXT_MAX);
  }

  if (agent->num_queued == AGENT_QUEUE_MAX) {
    return services_fail(services,
                         STATUS_BUSY,
                         "%u requests wait for the assistant already",
                         AGENT_QUEUE_MAX);
  }

  AgentTurn* const turn = &agent->queue[agent->num_queued];
  *turn =
    (AgentTurn){next_number(agent), author->client, about, strdup(text), ""};
  if (!turn->text) {
    return edit_no_memory(services);
  }

  snprintf(turn->who, sizeof(turn->who), "%.90s", author->who);
  ++agent->num_queued;
  *number = turn->number;
  if (write(agent->wake, &one, sizeof(one)) < 0) {
    return STATUS_OK; // It is readable already
  }

  return STATUS_OK;
}

uint32_t
agent_cancel(Services* const services)
{
  Agent* const agent = services->agent;
  uint32_t     count = agent->num_queued;
  for (uint32_t i = 0; i < agent->num_queued; ++i) {
    tell(agent, AGENT_REPLY, &agent->queue[i], "Cancelled", 1.0);
    free(agent->queue[i].text);
  }

  agent->num_queued = 0;
  if (agent->taken.number && agent->brain.cancel) {
    agent->brain.cancel(agent->brain.self, agent->taken.number);
    ++count;
  }

  return count;
}

void
agent_progress(Services* const   services,
               const uint32_t    number,
               const char* const stage,
               const double      share)
{
  Agent* const agent = services->agent;
  if (agent->taken.number == number) {
    tell(agent, AGENT_PROGRESS, &agent->taken, stage, share);
  }
}

void
agent_answer(Services* const   services,
             const uint32_t    number,
             const AgentFinish finish,
             void* const       handle)
{
  Agent* const   agent = services->agent;
  const uint64_t one   = 1;
  if (!number || agent->taken.number != number) {
    return;
  }

  const AgentTurn turn = agent->taken;
  char            what[AGENT_TEXT_MAX + 16u];
  const Author    author = author_of(&turn, what);
  agent->taken           = (AgentTurn){0};
  services_begin(services, &author);
  AgentAnswer answer = finish(handle, services, &turn);
  conclude(agent, &author, &turn, &answer);
  answer_clear(&answer);
  free(turn.text);
  if (agent->num_queued && write(agent->wake, &one, sizeof(one)) < 0) {
    return; // It is readable already
  }
}

// Tools

Status
agent_action(Services* const     services,
             const char* const   name,
             const json_t* const args,
             json_t** const      result)
{
  const AgentBrain* const brain = &services->agent->brain;
  *result                       = NULL;
  if (brain->tool) {
    DawMark      mark = daw_mark(services);
    const Status st   = brain->tool(brain->self, services, name, args, result);
    if (st) {
      json_decref(*result);
      *result = NULL;
      daw_rollback(services, &mark);
    } else {
      daw_unmark(&mark);
      return st;
    }

    if (st != STATUS_UNKNOWN_ADDRESS) {
      return st;
    }
  }

  return daw_action(services, name, args, result);
}

Status
agent_batch(Services* const     services,
            const json_t* const actions,
            json_t** const      results)
{
  size_t        i    = 0;
  const json_t* item = NULL;
  *results           = NULL;
  if (!json_is_array(actions) || json_array_size(actions) > DAW_MAX_BATCH) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "Expected an array of at most %u actions",
                         DAW_MAX_BATCH);
  }

  json_t* const list = json_array();
  Status        st   = list ? STATUS_OK : edit_no_memory(services);
  json_array_foreach(actions, i, item)
  {
    json_t*           result = NULL;
    const char* const name = json_string_value(json_object_get(item, "action"));
    if (!st && !name) {
      st = services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "Expected {\"action\": name, \"args\": {...}} as "
                         "element %zu",
                         i + 1u);
    }

    st =
      st ? st
         : agent_action(services, name, json_object_get(item, "args"), &result);
    if (!st) {
      json_array_append_new(list, result);
    }
  }

  if (st) {
    json_decref(list);
    return st;
  }

  *results = list;
  return STATUS_OK;
}

json_t*
agent_tools(Services* const services)
{
  const AgentBrain* const brain   = &services->agent->brain;
  uint32_t                count   = 0;
  const DawAction* const  actions = daw_actions(&count);
  json_t* const list = brain->tools ? brain->tools(brain->self) : json_array();
  for (uint32_t i = 0; i < count; ++i) {
    json_array_append_new(list,
                          json_pack("{s:s, s:s, s:o}",
                                    "name",
                                    actions[i].name,
                                    "description",
                                    actions[i].summary,
                                    "input_schema",
                                    daw_schema(actions[i].args)));
  }

  return list;
}

char*
agent_describe(Services* const services)
{
  const AgentBrain* const brain = &services->agent->brain;
  return brain->describe ? brain->describe(brain->self, services) : strdup("");
}

const char*
agent_provider(Services* const services)
{
  const AgentBrain* const brain = &services->agent->brain;
  return brain->name ? brain->name(brain->self) : "none";
}
