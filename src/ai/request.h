// SPDX-License-Identifier: GPL-3.0-or-later
//
// A request: its words, its clauses, and what was said before it

#ifndef SONIC_AI_REQUEST_H
#define SONIC_AI_REQUEST_H

#include "ai/clause.h"
#include "ai/genre.h"
#include "ai/intent.h"
#include "ai/words.h"
#include "services/agent.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/// Most clauses of a request
#define CLAUSES_MAX 16u

/// Room for a request that is put together
#define REQUEST_SIZE (AGENT_TEXT_MAX + 1u)

/// What was said before; all borrowed from the conversation
typedef struct {
  const char* text;      ///< The last request that did something, as a request
                         ///< that can do it again, or null
  const json_t* tools;   ///< What it did: {tool, args, was}
  const json_t* forced;  ///< Ids of tracks that it was put to, or null
  const json_t* tracks;  ///< Ids that were dealt with last
  const char*   asked;   ///< The request that was answered by a question
  const json_t* offered; ///< Ids that were offered with it
  uint64_t      base;    ///< Revision of what was there before
  uint64_t      seed;
} Memory;

/// Everything about a request in the making
typedef struct {
  const Genres* genres;
  Memory        memory;
  Turn          turn;
  Words         words;
  Clause        clauses[CLAUSES_MAX];
  uint32_t      num_clauses;
  Id            recent[CLAUSE_TRACKS];
  uint32_t      num_recent;
  Id            forced[CLAUSE_TRACKS]; ///< In place of tracks that are named
  uint32_t      num_forced;
  uint32_t      understood;
  uint32_t      number;             ///< Of the turn
  uint64_t      base;               ///< Revision of what is there before
  char          text[REQUEST_SIZE]; ///< What could be asked to do it again
} Request;

/// What the conversation of a composition has
Memory
memory_read(const Composition* root);

/// Set a request up; `turn` lives as long as it
void
request_init(Request*         request,
             Services*        services,
             const Genres*    genres,
             const AgentTurn* turn);

/// Cut a text into words and clauses; it has to last as long as they do
void
request_read(Request* request, const char* text);

/// Do the clauses of the text that was read
void
request_run(Request* request);

/// Whether a word of the text has a tag
bool
request_says(const Request* request, const char* tag);

/// Whether the text has something to do in it
bool
request_has_verb(const Request* request);

/// The tracks that the text names, by name or role
uint32_t
request_tracks(Request* request, Id ids[CLAUSE_TRACKS]);

/// Put what is done to other tracks than those that are named
void
request_force(Request* request, const Id* ids, uint32_t count);

/// The ids of a JSON array that are still there
uint32_t
ids_read(Services* services, const json_t* list, Id ids[CLAUSE_TRACKS]);

/**
   Deal with a text that makes sense only after what was said before: an answer,
   a correction, more or less of it, the same once more.

   @return False if the text that was read stands for itself.
*/
bool
followup_run(Request* request);

/// Add words behind a blank; what has no room is left out
void
request_append(char made[REQUEST_SIZE], const char* text);

/**
   The last request, with the words that were read in place of its own of their
   kind.

   @param rest Receives what found no place.
   @return Whether anything found one.
*/
bool
followup_replace(Request* request,
                 char     made[REQUEST_SIZE],
                 char     rest[REQUEST_SIZE]);

/// The last request the other way round: up for down, left for right; false if
/// it has no way
bool
followup_turn_around(Request* request, char made[REQUEST_SIZE]);

/// "more", "half of that": step what the last request changed; false if it
/// changed nothing that has steps
bool
followup_step(Request* request);

#endif // SONIC_AI_REQUEST_H
