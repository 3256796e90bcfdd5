// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/agent.h"

#include "base/utf8.h"
#include "services/agent_private.h"
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

Agent*
agent_new(Services* const services)
{
  Agent* const agent = (Agent*)calloc(1, sizeof(Agent));
  if (!agent) {
    return NULL;
  }

  agent->services = services;
  snprintf(agent->stage.name, sizeof(agent->stage.name), "idle");
  agent->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
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
tell(const Agent* const   agent,
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

/// Note how far a turn is, for those who watch
static void
set_stage(Agent* const           agent,
          const AgentTurn* const turn,
          const char* const      name,
          const double           share)
{
  agent->stage = (AgentStage){.number = turn->number, .share = share};
  snprintf(agent->stage.name,
           sizeof(agent->stage.name),
           "%.*s",
           (int)utf8_prefix(name, sizeof(agent->stage.name) - 1u),
           name);
}

/// A turn has come as far as that
static void
tell_stage(Agent* const           agent,
           const AgentTurn* const turn,
           const char* const      name,
           const double           share)
{
  set_stage(agent, turn, name, share);
  tell(agent, AGENT_PROGRESS, turn, name, share);
}

/// A turn is over
static void
tell_end(Agent* const           agent,
         const AgentTurn* const turn,
         const char* const      name,
         const char* const      reply)
{
  set_stage(agent, turn, name, 1.0);
  tell(agent, AGENT_REPLY, turn, reply ? reply : "", 1.0);
}

AgentStage
agent_stage(const Services* const services)
{
  AgentStage stage = services->agent->stage;
  stage.waiting    = services->agent->num_queued;
  return stage;
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

  tell_end(agent,
           turn,
           answer->cancelled ? "cancelled"
           : st              ? "failed"
                             : "done",
           answer->reply);
}

/// Whether another composition is open now than when a turn was said, which
/// ends the turn
static bool
is_elsewhere(Agent* const agent, const AgentTurn* const turn)
{
  const bool elsewhere = strcmp(turn->composition, agent->services->id) != 0;
  if (elsewhere) {
    tell_end(agent,
             turn,
             "failed",
             "Another composition was opened meanwhile, so I did nothing");
  }

  return elsewhere;
}

/// Answer a turn here and now
static void
run_turn(Agent* const agent, const AgentTurn* const turn)
{
  char         what[AGENT_TEXT_MAX + 16u];
  const Author author = author_of(turn, what);
  tell_stage(agent, turn, "thinking", 0.0);
  services_begin(agent->services, &author);
  AgentAnswer answer =
    agent->brain.think
      ? agent->brain.think(agent->brain.self, agent->services, turn)
      : (AgentAnswer){.reply  = strdup("There is no assistant in this program"),
                      .failed = true};
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
    agent->taken         = turn;
    const bool elsewhere = is_elsewhere(agent, &turn);
    if (!elsewhere && agent->brain.begin &&
        agent->brain.begin(agent->brain.self, &turn)) {
      tell_stage(agent, &turn, "thinking", 0.0);
      return;
    }

    if (!elsewhere) {
      run_turn(agent, &turn);
    }

    agent->taken = (AgentTurn){0};
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
  *turn                 = (AgentTurn){
                    next_number(agent), author->client, about, strdup(text), "", ""};
  if (!turn->text) {
    return edit_no_memory(services);
  }

  snprintf(turn->who, sizeof(turn->who), "%.90s", author->who);
  snprintf(turn->composition, sizeof(turn->composition), "%s", services->id);
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
    tell_stage(agent, &agent->taken, stage, share);
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
  if (!is_elsewhere(agent, &turn)) {
    services_begin(services, &author);
    AgentAnswer answer = finish(handle, services, &turn);
    conclude(agent, &author, &turn, &answer);
    answer_clear(&answer);
  }

  free(turn.text);
  if (agent->num_queued && write(agent->wake, &one, sizeof(one)) < 0) {
    return; // It is readable already
  }
}
