// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/request.h"

#include "ai/random.h"

#include <stdio.h>
#include <string.h>

/// Most names that are no slips of the finger
#define NAMES_MAX 256u

// Memory

/// Whether an entry tells of something that was changed
static bool
did_something(const json_t* const did)
{
  static const char* const history[] = {"undo", "redo"};
  const json_t* const      tools     = json_object_get(did, "tools");
  const char* const        first =
    json_string_value(json_object_get(json_array_get(tools, 0), "tool"));
  return first && strcmp(first, history[0]) != 0 &&
         strcmp(first, history[1]) != 0;
}

Memory
memory_read(const Composition* const root)
{
  Memory       memory = {0};
  const size_t count  = json_array_size(root->chat);
  for (size_t i = count; i-- > 1 && !memory.text;) {
    const json_t* const did =
      json_object_get(json_array_get(root->chat, i), "did");
    const char* const said = json_string_value(
      json_object_get(json_array_get(root->chat, i - 1u), "text"));
    if (!json_is_object(did)) {
      continue;
    }

    if (i + 1u == count && json_is_true(json_object_get(did, "asked"))) {
      memory.asked   = said;
      memory.offered = json_object_get(did, "offered");
    }

    if (!memory.tracks && json_array_size(json_object_get(did, "tracks"))) {
      memory.tracks = json_object_get(did, "tracks");
    }

    if (did_something(did)) {
      const char* const text = json_string_value(json_object_get(did, "text"));
      memory.text            = text ? text : said;
      memory.tools           = json_object_get(did, "tools");
      memory.forced          = json_object_get(did, "forced");
      memory.base = (uint64_t)json_integer_value(json_object_get(did, "base"));
      memory.seed = (uint64_t)json_integer_value(json_object_get(did, "seed"));
    }
  }

  return memory;
}

uint32_t
ids_read(Services* const     services,
         const json_t* const list,
         Id                  ids[CLAUSE_TRACKS])
{
  size_t        i     = 0;
  uint32_t      count = 0;
  const json_t* item  = NULL;
  json_array_foreach(list, i, item)
  {
    Id                id   = ID_NONE;
    const char* const text = json_string_value(item);
    if (text && id_parse(text, &id) && count < CLAUSE_TRACKS &&
        composition_channel(services_document(services), id)) {
      ids[count++] = id;
    }
  }

  return count;
}

// Reading

void
request_init(Request* const         request,
             Services* const        services,
             const Genres* const    genres,
             const AgentTurn* const agent_turn)
{
  Turn* const turn = &request->turn;
  request->number  = agent_turn->number;
  request->genres  = genres;
  request->memory  = memory_read(services_document(services));
  request->base    = daw_step(services);
  request->num_recent =
    ids_read(services, request->memory.tracks, request->recent);
  turn->services           = services;
  turn->box.genres         = genres;
  turn->box.seed           = random_hash(1, agent_turn->text) % 100000u;
  turn->text               = agent_turn->text;
  turn->did                = json_array();
  turn->setting.services   = services;
  turn->setting.genres     = genres;
  turn->setting.about      = agent_turn->about;
  turn->setting.recent     = request->recent;
  turn->setting.num_recent = request->num_recent;
  snprintf(request->text, sizeof(request->text), "%s", agent_turn->text);

  // A conversation about a clip or an effect is one about its track
  const Composition* const root = services_document(services);
  const Clip* const        clip = composition_clip(root, agent_turn->about);
  if (clip) {
    turn->setting.about = clip->track;
  } else if (id_kind(agent_turn->about) == KIND_EFFECT) {
    const Effect* const effect =
      (const Effect*)composition_find(root, agent_turn->about);
    turn->setting.about = effect ? effect->owner : ID_NONE;
  }
}

void
request_read(Request* const request, const char* const text)
{
  const char*              names[NAMES_MAX];
  uint32_t                 count = 0;
  const Composition* const root  = services_document(request->turn.services);
  for (int k = 0; k < 3; ++k) {
    static const Kind   kinds[] = {KIND_TRACK, KIND_BUS, KIND_MARKER};
    const IdList* const list    = root->order[kinds[k]];
    for (uint32_t i = 0; i < id_list_count(list) && count < NAMES_MAX; ++i) {
      names[count++] = node_name(composition_find(root, list->ids[i]));
    }
  }

  for (uint32_t i = 0;
       i < genres_count(request->genres) && count + 2u < NAMES_MAX;
       ++i) {
    const Genre* const genre = genres_get(request->genres, i);
    names[count++]           = genre->name;
    names[count++]           = genre->words;
  }

  request->turn.text = text;
  words_read(&request->words, text, names, count);
  request->num_clauses =
    clauses_cut(&request->words, request->clauses, CLAUSES_MAX);
}

bool
request_says(const Request* const request, const char* const tag)
{
  for (uint32_t i = 0; i < request->words.count; ++i) {
    if (token_has(&request->words.tokens[i], tag)) {
      return true;
    }
  }

  return false;
}

bool
request_has_verb(const Request* const request)
{
  for (uint32_t i = 0; i < request->words.count; ++i) {
    const Token* const token = &request->words.tokens[i];
    if (token_has(token, "verb") && !token_has(token, "light")) {
      return true;
    }
  }

  return false;
}

uint32_t
request_tracks(Request* const request, Id ids[CLAUSE_TRACKS])
{
  uint32_t count = 0;
  for (uint32_t i = 0; i < request->num_clauses; ++i) {
    Clause clause = request->clauses[i];
    clause_read(&clause, &request->turn.setting);
    for (uint32_t k = 0; k < clause.num_tracks && count < CLAUSE_TRACKS; ++k) {
      if (clause.by[k] <= BY_ROLE || clause.by[k] == BY_ALL) {
        ids[count++] = clause.tracks[k];
      }
    }
  }

  return count;
}

void
request_force(Request* const request, const Id* const ids, const uint32_t count)
{
  memcpy(request->forced, ids, count * sizeof(Id));
  request->num_forced = count;
}

/// Whether a clause says that nothing is to be changed
static bool
forbids(const Clause* const clause)
{
  return clause_has(clause, "not") && !clause_has(clause, "undo") &&
         (clause_has(clause, "set") || clause_has(clause, "fix") ||
          clause_has(clause, "changes") || clause_says(clause, "touch|do")) &&
         (clause_says(clause, "anything|nothing|it|them") ||
          clause->num_tracks == 0) &&
         !clause_has(clause, "question");
}

/// Whether something is told and then asked what to do: "the vocals sound thin,
/// what would help?"
static bool
only_asks(const Request* const request)
{
  bool asks = false;
  for (uint32_t i = 0; i < request->words.count; ++i) {
    const Token* const token = &request->words.tokens[i];
    asks =
      asks || (i && token_has(token, "question") && token->gap != GAP_SPACE);
    if (token_has(token, "verb") && !token_has(token, "light") &&
        !token_has(token, "fix")) {
      return false;
    }
  }

  return asks;
}

// Doing

void
request_run(Request* const request)
{
  Turn* const turn = &request->turn;
  for (uint32_t i = 0; i < request->num_clauses; ++i) {
    // "without changing anything else" is said of what else there is
    const bool look = request->clauses[i].question ||
                      clause_has(&request->clauses[i], "question") || i > 0;
    turn->look_only = turn->look_only || forbids(&request->clauses[i]) ||
                      (look && clause_has(&request->clauses[i], "lookonly") &&
                       !clause_says(&request->clauses[i], "else"));
  }

  turn->look_only = turn->look_only || only_asks(request);
  for (uint32_t i = 0; i < request->num_clauses; ++i) {
    Clause* const clause = &request->clauses[i];
    if (forbids(clause)) {
      ++request->understood;
      continue;
    }

    // "it" is what the clauses before were about
    if (turn->num_touched) {
      turn->setting.recent     = turn->touched;
      turn->setting.num_recent = turn->num_touched;
    }

    agent_progress(turn->services,
                   request->number,
                   "working",
                   (i + 1.0) / (request->num_clauses + 1.0));
    clause_read(clause, &turn->setting);
    if (request->num_forced) {
      memcpy(clause->tracks, request->forced, sizeof(request->forced));
      memset(clause->by, 0, sizeof(clause->by));
      clause->num_tracks = request->num_forced;
      clause->unknown    = false;
      clause->ambiguous  = false;
    }

    DawMark mark        = daw_mark(turn->services);
    turn->clause        = clause;
    const size_t faults = turn->not_done.size;
    if (intent_run(turn)) {
      ++request->understood;
    }

    // A clause that failed half way leaves nothing behind
    if (turn->not_done.size > faults && turn->said.size == 0) {
      daw_rollback(turn->services, &mark);
    } else {
      daw_unmark(&mark);
    }
  }
}
