// SPDX-License-Identifier: GPL-3.0-or-later
//
// The agent: turns of conversation with the assistant
//
// A turn is queued, answered by the brain that the program gave, and committed
// as one step that can be undone.  What was said and done is kept in the
// composition's `chat`, which undo leaves alone.  A brain that takes long works
// elsewhere and hands in its answer when it has one.
//
// Everything belongs to the control thread.

#ifndef SONIC_SERVICES_AGENT_H
#define SONIC_SERVICES_AGENT_H

#include "services/daw_actions.h"
#include "services/quick_commands.h"
#include "services/services.h"
#include "store/library.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/// Most bytes of what is said
#define AGENT_TEXT_MAX 4000u

/// Most turns that wait
#define AGENT_QUEUE_MAX 16u

/// Most entries of a conversation; the oldest go
#define AGENT_CHAT_MAX 200u

typedef struct Agent Agent;

/// What somebody said
typedef struct {
  uint32_t number; ///< Of the turn, in the composition
  uint32_t client; ///< Number of who said it
  Id       about;  ///< A track, clip, effect or channel, or ID_NONE
  char*    text;   ///< Owned
  char     who[96];
  char     composition[LIBRARY_ID_SIZE]; ///< That it is about
} AgentTurn;

/// What comes of a turn
typedef struct {
  char*    reply;     ///< Owned; null: memory ran out
  json_t*  did;       ///< Owned array of what was done, for the conversation
  bool     failed;    ///< Nothing of the transaction is to stay
  uint32_t undos;     ///< Further steps to take back
  bool     cancelled; ///< It failed because somebody wanted it to
} AgentAnswer;

/// Who thinks; functions may be null but for `think`
typedef struct {
  /// Answer a turn within the open transaction
  AgentAnswer (*think)(void* self, Services* services, const AgentTurn* turn);

  /// Take a turn that is answered later, by `agent_answer`; false: `think`
  bool (*begin)(void* self, const AgentTurn* turn);

  /// Stop a turn that was taken
  void (*cancel)(void* self, uint32_t number);

  /// Look whether something has come of a turn that was taken
  void (*poll)(void* self);

  /// Run a tool of its own; STATUS_NOT_FOUND if it has none of that name
  Status (*tool)(void*         self,
                 Services*     services,
                 const char*   name,
                 const json_t* args,
                 json_t**      result);

  /// Its tools as an array of {name, description, input_schema}, owned
  json_t* (*tools)(void* self);

  /// The session in words, owned
  char* (*describe)(void* self, Services* services);

  /// What it is, as a word
  const char* (*name)(void* self);

  void* self;
} AgentBrain;

/// What happens to a turn
typedef enum {
  AGENT_PROGRESS, ///< `text` is the stage
  AGENT_REPLY,    ///< `text` is the answer
} AgentEventType;

typedef struct {
  AgentEventType type;
  uint32_t       number; ///< Of the turn
  uint32_t       client;
  const char*    text;
  double         share; ///< How far it is, 0 to 1
} AgentEvent;

/// How far the turn is that was last
typedef struct {
  uint32_t number;   ///< Of the turn, 0: there was none
  uint32_t waiting;  ///< Turns behind it
  double   share;    ///< 0 to 1
  char     name[48]; ///< "idle", "thinking", a tool, "done", "failed",
                     ///< "cancelled"
} AgentStage;

typedef void (*AgentFunc)(void* handle, const AgentEvent* event);

/// An agent without a brain; null if memory ran out
Agent*
agent_new(Services* services);

void
agent_free(Agent* agent);

/// A descriptor that is readable when a turn waits
int
agent_fd(const Agent* agent);

/// Answer turns that wait
void
agent_poll(Agent* agent);

/// Give it a brain, which stays the caller's; null takes it away
void
agent_set_brain(Services* services, const AgentBrain* brain);

/// Have `func` told what happens (one listener)
void
agent_listen(Services* services, AgentFunc func, void* handle);

/**
   Queue a turn.

   @param about What it is about, or ID_NONE.
   @param number Receives its number.
*/
Status
agent_chat(Services*     services,
           const Author* author,
           const char*   text,
           Id            about,
           uint32_t*     number);

/// Stop the turn that is being answered and forget those that wait; returns
/// how many
uint32_t
agent_cancel(Services* services);

AgentStage
agent_stage(const Services* services);

/// Tell how far a turn is
void
agent_progress(Services*   services,
               uint32_t    number,
               const char* stage,
               double      share);

/// Answers a turn within the open transaction, as `think` does
typedef AgentAnswer (*AgentFinish)(void*            handle,
                                   Services*        services,
                                   const AgentTurn* turn);

/// End a turn that was taken: `finish` is called at once, in a transaction
void
agent_answer(Services*   services,
             uint32_t    number,
             AgentFinish finish,
             void*       handle);

/// Run an action or a tool in the open transaction
Status
agent_action(Services*     services,
             const char*   name,
             const json_t* args,
             json_t**      result);

/// All actions and tools that models have: {name, description, input_schema},
/// owned
json_t*
agent_tools(Services* services);

/// The session in words, owned; null if memory ran out
char*
agent_describe(Services* services);

/// Requests that have a name, borrowed
const QuickCommands*
agent_quick_commands(const Services* services);

/// Name of the brain
const char*
agent_provider(Services* services);

#endif // SONIC_SERVICES_AGENT_H
