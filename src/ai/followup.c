// SPDX-License-Identifier: GPL-3.0-or-later
//
// Texts that make sense only after what was said before
//
// Such a text becomes a request of its own: the last one, with what is said
// anew in place of what it had.  A correction first takes back what was done.

#include "ai/request.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

// What kind of text it is

/// Whether a word stands in the name of a track
static bool
in_name(const Request* const request, const Token* const token)
{
  const Composition* const root  = services_document(request->turn.services);
  const IdList* const      order = root->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const char* const name =
      string_text(composition_track(root, order->ids[i])->name);
    const char* const at     = strcasestr(name, token->norm);
    const size_t      length = strlen(token->norm);
    if (at && (at == name || !isalnum((unsigned char)at[-1])) &&
        !isalnum((unsigned char)at[length])) {
      return true;
    }
  }

  return false;
}

/// Whether all words have one of some tags, and one has one of others
static bool
consists(const Request* const request,
         const char* const    all,
         const char* const    one)
{
  bool found = false;
  for (uint32_t i = 0; i < request->words.count; ++i) {
    const Token* const token = &request->words.tokens[i];
    bool               may = in_name(request, token) && tags_have(all, "role");
    char               copy[256];
    char*              rest = copy;
    char*              tag  = NULL;
    snprintf(copy, sizeof(copy), "%s %s", one, all);
    const char* const behind = copy + strlen(one);
    while ((tag = strtok_r(rest, " ", &rest))) {
      const bool has = token_has(token, tag);
      may            = may || has;
      found          = found || (has && tag < behind);
    }

    if (!may) {
      return false;
    }
  }

  return found;
}

/// The first token that is no filler
static const Token*
head(const Request* const request)
{
  for (uint32_t i = 0; i < request->words.count; ++i) {
    const Token* const token = &request->words.tokens[i];
    if (!token_has(token, "filler") && !token_has(token, "conj") &&
        !token_has(token, "polite")) {
      return token;
    }
  }

  return request->words.count ? &request->words.tokens[0] : NULL;
}

/// Whether the last request wrote something
static bool
composed(const Memory* const memory)
{
  size_t        i    = 0;
  const json_t* item = NULL;
  json_array_foreach(memory->tools, i, item)
  {
    const char* const tool = json_string_value(json_object_get(item, "tool"));
    if (tool && (!strcmp(tool, "compose_part") ||
                 !strcmp(tool, "arrange_song") || !strcmp(tool, "add_fill"))) {
      return true;
    }
  }

  return false;
}

// Running the last request again

/// Take back what the last request did; false if that can't be done
static bool
take_back(Request* const request)
{
  if (daw_take_back(request->turn.services, request->memory.base)) {
    return false;
  }

  // It is done in place of the last one, so a correction of it begins there
  request->base = request->memory.base;
  return true;
}

/// Run a text in place of what was said, and `rest` as a change of its result
static void
run_as(Request* const request, const char* const text, const char* const rest)
{
  snprintf(request->text, sizeof(request->text), "%s", text);
  request_read(request, request->text);
  request_run(request);
  if (rest && *rest) {
    char made[REQUEST_SIZE] = "make it";
    request_append(made, rest);
    request->num_forced = 0;
    request_append(request->text, ".");
    request_append(request->text, made);
    request_read(request, made);
    request_run(request);
  }
}

/// The last request on the tracks it was put to
static void
keep_tracks(Request* const request)
{
  Id             ids[CLAUSE_TRACKS];
  const uint32_t count =
    ids_read(request->turn.services, request->memory.forced, ids);
  if (count && !request->num_forced) {
    request_force(request, ids, count);
  }
}

// Kinds

/// An answer to what was asked back: the track that was meant
static bool
answer(Request* const request)
{
  const Memory* const memory = &request->memory;
  Turn* const         turn   = &request->turn;
  Id                  ids[CLAUSE_TRACKS];
  Id                  offered[CLAUSE_TRACKS];
  const bool          open =
    memory->asked && request->words.count <= 6 && !request_has_verb(request);
  if (!open) {
    return false;
  }

  // "the second", "both", "the last one": of those that were offered
  uint32_t count = ids_read(turn->services, memory->offered, offered);
  if (!count) {
    const IdList* const order =
      services_document(turn->services)->order[KIND_TRACK];
    for (uint32_t i = 0; i < id_list_count(order) && i < CLAUSE_TRACKS; ++i) {
      offered[count++] = order->ids[i];
    }
  }

  uint32_t chosen = 0;
  for (uint32_t i = 0; i < request->words.count && !chosen; ++i) {
    const Token* const token = &request->words.tokens[i];
    const uint32_t     n     = token->is_number ? (uint32_t)token->number
                               : token_has(token, "last") ? count
                                                          : 0;
    if (n >= 1 && n <= count) {
      ids[chosen++] = offered[n - 1u];
    } else if (token_has(token, "all") || !strcmp(token->norm, "both")) {
      memcpy(ids, offered, sizeof(ids));
      chosen = count;
    }
  }

  chosen = chosen ? chosen : request_tracks(request, ids);
  if (!chosen) {
    return false;
  }

  request_force(request, ids, chosen);
  run_as(request, memory->asked, NULL);
  return true;
}

/// Ask which of the tracks that were not meant is
static void
ask_other(Request* const request, const Id* const ids, const uint32_t count)
{
  Turn* const turn       = &request->turn;
  char        names[400] = "";
  turn->num_offered      = count < CLAUSE_TRACKS ? count : CLAUSE_TRACKS;
  for (uint32_t i = 0; i < turn->num_offered; ++i) {
    const size_t used = strlen(names);
    turn->offered[i]  = ids[i];
    snprintf(names + used,
             sizeof(names) - used,
             "%s%.32s",
             i ? ", " : "",
             turn_name(turn, ids[i]));
  }

  turn_ask(turn, "Which one do you mean: %s?", names);
}

/// "no, the other one": what was done to a track is done to another instead
static bool
other_track(Request* const request)
{
  const Memory* const memory = &request->memory;
  Turn* const         turn   = &request->turn;
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  Id             meant[CLAUSE_TRACKS];
  Id             others[CLAUSE_TRACKS];
  uint32_t       count = 0;
  uint32_t       akin  = 0;
  const uint32_t num   = ids_read(turn->services, memory->tracks, meant);
  if (num != 1 || composed(memory)) {
    return false;
  }

  // Those of the same role come first
  const Composition* const root = services_document(turn->services);
  const Track* const       was  = composition_track(root, meant[0]);
  for (int pass = 0; was && pass < 2; ++pass) {
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      const Track* const track = composition_track(root, order->ids[i]);
      const bool         same  = !strcmp(track_role(turn->services, track),
                                track_role(turn->services, was));
      if (track != was && same == !pass && count < CLAUSE_TRACKS) {
        others[count++] = order->ids[i];
        akin += same;
      }
    }
  }

  if (count != 1 && akin != 1) {
    if (count) {
      ask_other(request, others, count);
    }

    return count > 0;
  }

  request_force(request, others, 1);
  if (take_back(request)) {
    run_as(request, memory->text, NULL);
  }

  return true;
}

/// "another one": the same request with other chance
static bool
variation(Request* const request)
{
  const Memory* const memory = &request->memory;
  if (!composed(memory)) {
    return false;
  }

  keep_tracks(request);
  if (take_back(request)) {
    request->turn.box.seed = memory->seed + 1u;
    run_as(request, memory->text, NULL);
  }

  return true;
}

/// "do that again but softer", "same for the bass", "the drums too"
static bool
repeat(Request* const request)
{
  const Memory* const memory = &request->memory;
  Id                  ids[CLAUSE_TRACKS];
  char                made[REQUEST_SIZE];
  char                rest[REQUEST_SIZE];
  const uint32_t      count = request_tracks(request, ids);
  const bool          wrote = composed(memory);
  if (request_says(request, "question")) {
    return false;
  }

  if (count) {
    request_force(request, ids, count);
    run_as(request, memory->text, NULL);
    return true;
  }

  keep_tracks(request);
  const bool changed     = followup_replace(request, made, rest);
  request->turn.box.seed = memory->seed + (!changed && !*rest);
  if (wrote && !take_back(request)) {
    return false;
  }

  // A part that is slower is stretched; the song keeps its tempo
  if (wrote && request_says(request, "slower")) {
    strcpy(rest, "half time");
  } else if (wrote && request_says(request, "faster")) {
    strcpy(rest, "double time");
  }

  run_as(request, made, rest);
  return true;
}

/// "the keys too", "and the bass", "now the lead"
static bool
also(Request* const request)
{
  Id                 ids[CLAUSE_TRACKS];
  const Token* const first = &request->words.tokens[0];
  const bool         led =
    token_has(first, "conj") || request_says(request, "too") ||
    request_says(request, "also") || !strcmp(first->norm, "now") ||
    !strcmp(first->norm, "what about") || !strcmp(first->norm, "how about");
  return led && request_tracks(request, ids) && repeat(request);
}

/// "no, the keys", "I meant 5 dB", "rather to the right"
static bool
correct(Request* const request)
{
  const Memory* const memory = &request->memory;
  Id                  ids[CLAUSE_TRACKS];
  char                made[REQUEST_SIZE];
  char                rest[REQUEST_SIZE];
  const uint32_t      named = request_tracks(request, ids);
  uint32_t            count = 0;

  // "not the bass, the keys": those behind "not" are those that were not meant
  bool not_meant = request->words.count && token_has(head(request), "not");
  for (uint32_t i = 0; i < named; ++i) {
    Id             was[CLAUSE_TRACKS];
    const uint32_t num = ids_read(request->turn.services, memory->tracks, was);
    bool           mistaken = false;
    for (uint32_t k = 0; not_meant && k < num; ++k) {
      mistaken = mistaken || was[k] == ids[i];
    }

    if (!mistaken) {
      ids[count++] = ids[i];
    }
  }

  if (not_meant && named && !count) {
    return take_back(request);
  }

  const bool changed = !count && followup_replace(request, made, rest);
  if (!count && !changed && !*rest) {
    return false;
  }

  if (!take_back(request)) {
    return false;
  }

  request->turn.box.seed = memory->seed;
  if (count) {
    request_force(request, ids, count);
    run_as(request, memory->text, NULL);
    return true;
  }

  keep_tracks(request);
  if (!changed || *rest) {
    request_append(made, rest);
  }

  run_as(request, made, NULL);
  return true;
}

/// "the other way": up for down, left for right
static bool
opposite(Request* const request)
{
  char made[REQUEST_SIZE];
  if (!followup_turn_around(request, made) || !take_back(request)) {
    return false;
  }

  keep_tracks(request);
  run_as(request, made, NULL);
  return true;
}

/// "no": what else?
static bool
refuse(Request* const request)
{
  turn_ask(&request->turn,
           "What should be different? \"undo\" takes back what I did.");
  request->understood = request->num_clauses;
  return true;
}

/// "no, mute the keys instead": what was done goes, then what is said is done
static bool
instead(Request* const request)
{
  char text[REQUEST_SIZE] = "";
  if (!take_back(request)) {
    return false;
  }

  for (uint32_t i = 0; i < request->words.count; ++i) {
    const Token* const token = &request->words.tokens[i];
    if (!(token_has(token, "no") && !i) && !token_has(token, "correct")) {
      request_append(text, token->quoted ? "\"" : "");
      request_append(text, token->text);
      request_append(text, token->quoted ? "\"" : "");
    }
  }

  run_as(request, text, NULL);
  return true;
}

bool
followup_run(Request* const request)
{
  // clang-format off
  static const struct {
    const char* all; ///< Tags that words may have
    const char* one; ///< Tags of which one has to be there
    bool (*run)(Request* request);
  } rows[] = {
    {"filler polite conj def it no not correct light create need indef of", "otherone", other_track},
    {"filler polite conj def it no not correct light create need indef of again undo", "otherone variation", variation},
    {"filler polite conj def it no correct light vague", "opposite", opposite},
    {"filler def it", "no correct", refuse},
    {"filler conj def it not no small big light vague of polite up", "more less toomuch half double enough small", followup_step},
    {"filler polite conj def it role inst voice for on", "role inst voice too also", also},
  };
  // clang-format on
  const bool   known = request->memory.text != NULL;
  const Token* first = head(request);
  const bool   verb  = request_has_verb(request);
  Id           ids[CLAUSE_TRACKS];
  if (answer(request)) {
    return true;
  }

  for (size_t i = 0; known && i < sizeof(rows) / sizeof(rows[0]); ++i) {
    if (consists(request, rows[i].all, rows[i].one) && rows[i].run(request)) {
      return true;
    }
  }

  if (!known || !first || request->words.count > 12) {
    return false;
  }

  const bool again = request_says(request, "again") && !verb;
  const bool no    = token_has(first, "no") || token_has(first, "correct") ||
                  token_has(&request->words.tokens[0], "correct");
  const bool other = request_says(request, "correct");
  const bool pair = token_has(first, "not") && request_tracks(request, ids) > 1;
  if (again) {
    return repeat(request);
  }

  if ((no || other || pair) && !verb) {
    return correct(request);
  }

  return (no || other) && verb && !request_says(request, "undo") &&
         instead(request);
}
