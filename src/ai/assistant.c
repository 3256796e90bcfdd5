// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/assistant.h"

#include "ai/describe.h"
#include "ai/intent.h"
#include "ai/tools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Most clauses of a request
#define CLAUSES_MAX 16u

/// Most names that are no slips of the finger
#define NAMES_MAX 256u

struct Assistant {
  Services* services;
  Genres*   genres;
};

/// What was said before
typedef struct {
  const char* text;   ///< The last request that did something, or null
  const char* asked;  ///< The request that was answered by a question, or null
  json_t*     tracks; ///< Ids that were dealt with last, borrowed
} Memory;

// Memory

static Memory
remember(const Composition* const root)
{
  Memory       memory = {NULL, NULL, NULL};
  const size_t count  = json_array_size(root->chat);
  for (size_t i = count; i-- > 1 && !memory.text;) {
    const json_t* const entry = json_array_get(root->chat, i);
    const json_t* const did   = json_object_get(entry, "did");
    const char* const   said  = json_string_value(
      json_object_get(json_array_get(root->chat, i - 1u), "text"));
    if (!json_is_object(did)) {
      continue;
    }

    if (i + 1u == count && json_is_true(json_object_get(did, "asked"))) {
      memory.asked = said;
    }

    if (!memory.tracks && json_array_size(json_object_get(did, "tracks"))) {
      memory.tracks = json_object_get(did, "tracks");
    }

    const json_t* const tools = json_object_get(did, "tools");
    const char* const   first =
      json_string_value(json_object_get(json_array_get(tools, 0), "tool"));
    if (first && strcmp(first, "undo") != 0 && strcmp(first, "redo") != 0) {
      memory.text = said;
    }
  }

  return memory;
}

// A request

/// Everything about a request in the making
typedef struct {
  Assistant* assistant;
  uint32_t   number; ///< Of the turn
  Turn       turn;
  Words      words;
  Clause     clauses[CLAUSES_MAX];
  uint32_t   num_clauses;
  Id         recent[CLAUSE_TRACKS];
  uint32_t   num_recent;
  Id         forced[CLAUSE_TRACKS]; ///< Tracks in place of those that are named
  uint32_t   num_forced;
  uint32_t   understood;
} Request;

/// Cut a text into clauses
static void
read_text(Request* const request, const char* const text)
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
       i < genres_count(request->assistant->genres) && count + 2u < NAMES_MAX;
       ++i) {
    const Genre* const genre = genres_get(request->assistant->genres, i);
    names[count++]           = genre->name;
    names[count++]           = genre->words;
  }

  words_read(&request->words, text, names, count);
  request->num_clauses =
    clauses_cut(&request->words, request->clauses, CLAUSES_MAX);
}

/// Whether a clause says that nothing is to be changed
static bool
forbids(const Clause* const clause)
{
  return clause_has(clause, "not") && !clause_has(clause, "undo") &&
         (clause_has(clause, "set") || clause_has(clause, "changes") ||
          clause_says(clause, "touch|do")) &&
         (clause_says(clause, "anything|nothing|it|them") ||
          clause->num_tracks == 0) &&
         !clause_has(clause, "question");
}

/// Do the clauses of the text that was read
static void
run_clauses(Request* const request)
{
  Turn* const turn = &request->turn;
  for (uint32_t i = 0; i < request->num_clauses; ++i) {
    turn->look_only = turn->look_only || forbids(&request->clauses[i]);
  }

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

/// Whether no clause has anything to do in it
static bool
has_verb(const Request* const request)
{
  for (uint32_t i = 0; i < request->words.count; ++i) {
    const Token* const token = &request->words.tokens[i];
    if (token_has(token, "verb") && !token_has(token, "light")) {
      return true;
    }
  }

  return false;
}

static bool
says(const Request* const request, const char* const tag)
{
  for (uint32_t i = 0; i < request->words.count; ++i) {
    if (token_has(&request->words.tokens[i], tag)) {
      return true;
    }
  }

  return false;
}

/// The tracks that the text names, by name or role
static uint32_t
named_tracks(Request* const request, Id ids[CLAUSE_TRACKS])
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

/// An answer to what was asked back: the track that was meant
static bool
answers_question(Request* const request, const Memory* const memory)
{
  Id            ids[CLAUSE_TRACKS];
  const IdList* order =
    services_document(request->turn.services)->order[KIND_TRACK];
  const uint32_t count =
    memory->asked && request->words.count <= 6 && !has_verb(request)
      ? named_tracks(request, ids)
      : 0;
  if (count) {
    memcpy(request->forced, ids, sizeof(ids));
    request->num_forced = count;
    read_text(request, memory->asked);
    return true;
  }

  // "the second one"
  const Token* const first =
    request->words.count ? &request->words.tokens[0] : NULL;
  for (uint32_t i = 0; memory->asked && first && request->words.count <= 4 &&
                       i < request->words.count;
       ++i) {
    const Token* const token = &request->words.tokens[i];
    const uint32_t     n     = token->is_number ? (uint32_t)token->number : 0;
    if (n >= 1 && n <= id_list_count(order) && !has_verb(request)) {
      request->forced[0]  = order->ids[n - 1u];
      request->num_forced = 1;
      read_text(request, memory->asked);
      return true;
    }
  }

  return false;
}

/// "do that again but softer", "same for the bass"
static bool
repeats_last(Request* const request, const Memory* const memory)
{
  Id         ids[CLAUSE_TRACKS];
  const bool again = says(request, "again") && memory->text &&
                     !has_verb(request) && request->words.count <= 10;
  const uint32_t count = again ? named_tracks(request, ids) : 0;
  if (!again || says(request, "question")) {
    return false;
  }

  char   rest[AGENT_TEXT_MAX + 1u] = "";
  size_t used                      = 0;
  bool   behind                    = false;
  for (uint32_t i = 0; i < request->words.count && !count; ++i) {
    const Token* const token = &request->words.tokens[i];
    if (behind && !token_has(token, "conj") && used < 200) {
      used +=
        (size_t)snprintf(rest + used, sizeof(rest) - used, "%s ", token->text);
    }

    behind = behind || token_has(token, "again");
  }

  if (count) {
    memcpy(request->forced, ids, sizeof(ids));
    request->num_forced = count;
  }

  ++request->turn.box.seed;
  read_text(request, memory->text);
  run_clauses(request);
  request->num_forced = 0;
  if (*rest) {
    char made[AGENT_TEXT_MAX + 32u];
    snprintf(made, sizeof(made), "make it %s", rest);
    read_text(request, made);
    run_clauses(request);
  }

  return true;
}

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

/// What was done, for the conversation
static json_t*
record_of(const Turn* const turn)
{
  json_t* const tracks = json_array();
  for (uint32_t i = 0; i < turn->num_touched; ++i) {
    json_array_append_new(tracks, id_json(turn->touched[i]));
  }

  return json_pack("{s:O, s:o, s:b}",
                   "tools",
                   turn->did,
                   "tracks",
                   tracks,
                   "asked",
                   turn->asked);
}

static void
start(Request* const         request,
      Assistant* const       assistant,
      Services* const        services,
      const AgentTurn* const agent_turn,
      const Memory* const    memory)
{
  Turn* const turn    = &request->turn;
  request->assistant  = assistant;
  request->number     = agent_turn->number;
  turn->services      = services;
  turn->box.genres    = assistant->genres;
  turn->box.seed      = random_hash(1, agent_turn->text) % 100000u;
  turn->text          = agent_turn->text;
  turn->did           = json_array();
  size_t        i     = 0;
  const json_t* track = NULL;
  json_array_foreach(memory->tracks, i, track)
  {
    Id                id   = ID_NONE;
    const char* const text = json_string_value(track);
    if (text && id_parse(text, &id) && request->num_recent < CLAUSE_TRACKS) {
      request->recent[request->num_recent++] = id;
    }
  }

  turn->setting.services   = services;
  turn->setting.genres     = assistant->genres;
  turn->setting.about      = agent_turn->about;
  turn->setting.recent     = request->recent;
  turn->setting.num_recent = request->num_recent;

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

  const Memory memory = remember(services_document(services));
  start(request, (Assistant*)self, services, agent_turn, &memory);
  read_text(request, agent_turn->text);
  if (!repeats_last(request, &memory)) {
    answers_question(request, &memory);
    run_clauses(request);
  }

  answer.reply = reply_of(request);
  answer.did   = record_of(&request->turn);
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
