// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/intent.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// Conditions

static bool
has_unit(const Clause* const clause, const char* const unit)
{
  double number = 0.0;
  return clause_number(clause, unit, &number);
}

/// Whether a clause has something like 6/8 that is no grid
static bool
has_meter(const Clause* const clause)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    int  beats = 0;
    int  unit  = 0;
    char rest  = '\0';
    if (!token_has(&clause->tokens[i], "grid") &&
        sscanf(clause->tokens[i].text, "%d/%d%c", &beats, &unit, &rest) == 2) {
      return true;
    }
  }

  return false;
}

static bool
has_slot(const Turn* const turn, const char* const slot)
{
  const Clause* const c = turn->clause;
  // clang-format off
  const struct { const char* name; bool is; } slots[] = {
    {"track", c->num_tracks && c->by[0] != BY_PRONOUN},
    {"any_track", c->num_tracks > 0},
    {"named", c->num_tracks && c->by[0] <= BY_ROLE},
    {"unknown", c->unknown},
    {"chords", c->num_chords > 0}, {"roman", c->roman[0] != '\0'},
    {"key", c->has_key}, {"genre", c->genre != NULL},
    {"db", has_unit(c, "db")}, {"pct", has_unit(c, "%")},
    {"bpm", has_unit(c, "bpm")}, {"hz", has_unit(c, "hz") || has_unit(c, "khz")}, {"st", has_unit(c, "st")},
    {"num", has_unit(c, "") || has_unit(c, "x")},
    {"bars", c->bars > 0}, {"range", c->has_range || c->num_sections > 0},
    {"name", c->name[0] != '\0'}, {"voice", c->num_voices > 0},
    {"fx", c->num_effects > 0}, {"param", c->num_params > 0},
    {"section", c->num_sections > 0}, {"grid", c->grid > 0.0},
    {"question", c->question}, {"way", c->way != 0},
    {"meter", has_meter(c)},
  };
  // clang-format on
  for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); ++i) {
    if (!strcmp(slots[i].name, slot)) {
      return slots[i].is;
    }
  }

  return false;
}

/// Whether the first word that counts has a tag
static bool
heads(const Clause* const clause, const char* const tag)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (!token_has(token, "filler") && !token_has(token, "polite") &&
        !token_has(token, "conj")) {
      return token_has(token, tag);
    }
  }

  return false;
}

/// Whether one alternative holds
static bool
holds(const Turn* const turn, const char* const term)
{
  return *term == '#'   ? has_slot(turn, term + 1)
         : *term == '^' ? heads(turn->clause, term + 1)
                        : clause_has(turn->clause, term);
}

bool
intent_fits(const Turn* const turn, const char* const when)
{
  char  copy[1024];
  char* rest = copy;
  char* term = NULL;
  snprintf(copy, sizeof(copy), "%s", when);
  while ((term = strtok_r(rest, " ", &rest))) {
    const bool negated = *term == '!';
    char*      options = term + negated;
    char*      option  = NULL;
    bool       any     = false;
    char*      then    = strchr(options, '>');
    if (then) {
      *then = '\0';
      if (!holds(turn, options)) {
        continue;
      }

      options = then + 1;
    }

    while ((option = strtok_r(options, "|", &options))) {
      any = any || holds(turn, option);
    }

    if (any == negated) {
      return false;
    }
  }

  return true;
}

bool
intent_run(Turn* const turn)
{
  static const Intent* const lists[] = {intents_history,
                                        intents_opinion,
                                        intents_query,
                                        intents_transport,
                                        intents_tracks,
                                        intents_arrange,
                                        intents_parts,
                                        intents_effects,
                                        intents_edit,
                                        intents_mixer,
                                        intents_advice};
  for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); ++i) {
    for (const Intent* row = lists[i]; row->run; ++row) {
      if (intent_fits(turn, row->when) && row->run(turn) == INTENT_DONE) {
        return true;
      }
    }
  }

  return false;
}

// Doing and saying

static void
print(Text* const text, const char* const format, va_list args)
{
  char line[1024];
  vsnprintf(line, sizeof(line), format, args);
  text_print(text, "%s%s", text->size ? " " : "", line);
}

void
turn_say(Turn* const turn, const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  print(&turn->said, format, args);
  va_end(args);
}

Outcome
turn_cannot(Turn* const turn, const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  print(&turn->not_done, format, args);
  va_end(args);
  return INTENT_DONE;
}

Outcome
turn_ask(Turn* const turn, const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  print(&turn->not_done, format, args);
  va_end(args);
  turn->asked = true;
  return INTENT_DONE;
}

bool
turn_do(Turn* const turn, const char* const tool, json_t* const args)
{
  json_t* result = NULL;
  if (turn->look_only) {
    json_decref(args);
    return false;
  }

  json_t* const was = followup_value(turn->services, tool, args);
  Status        st = tools_run(&turn->box, turn->services, tool, args, &result);
  st               = st == STATUS_UNKNOWN_ADDRESS
                       ? daw_action(turn->services, tool, args, &result)
                       : st;
  if (st) {
    turn_cannot(
      turn, "Sorry, I can't do that: %s.", services_error(turn->services));
  } else {
    json_array_append_new(
      turn->did,
      json_pack("{s:s, s:O, s:O*}", "tool", tool, "args", args, "was", was));
  }

  json_decref(was);

  json_decref(args);
  json_decref(turn->result);
  turn->result = st ? NULL : result;
  return !st;
}

void
turn_touch(Turn* const turn, const Id id)
{
  for (uint32_t i = 0; i < turn->num_touched; ++i) {
    if (turn->touched[i] == id) {
      return;
    }
  }

  if (turn->num_touched < CLAUSE_TRACKS) {
    turn->touched[turn->num_touched++] = id;
  }
}

const char*
turn_name(const Turn* const turn, const Id id)
{
  const Node* const node =
    composition_find(services_document(turn->services), id);
  return id == ID_MASTER ? "the master" : node ? node_name(node) : "";
}

void
turn_names(const Turn* const turn, char* const text, const size_t size)
{
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  size_t used = 0;
  text[0]     = '\0';
  for (uint32_t i = 0; i < id_list_count(order) && used + 40u < size; ++i) {
    used += (size_t)snprintf(text + used,
                             size - used,
                             "%s%.32s",
                             i ? ", " : "",
                             turn_name(turn, order->ids[i]));
  }
}

bool
turn_targets(Turn* const turn)
{
  const Clause* const clause = turn->clause;
  char                names[400];
  turn_names(turn, names, sizeof(names));
  if (clause->unknown && (!clause->num_tracks || clause->by[0] > BY_ROLE)) {
    turn_ask(turn,
             *names ? "Sorry, there is no track \"%s\". Which one do you mean: "
                      "%s?"
                    : "Sorry, there is no track \"%s\" yet.%s",
             clause->asked,
             names);
    return false;
  }

  if (clause->ambiguous && clause->num_tracks > 1) {
    char   some[300] = "";
    size_t used      = 0;
    for (uint32_t i = 0; i < clause->num_tracks && used < 240; ++i) {
      used += (size_t)snprintf(some + used,
                               sizeof(some) - used,
                               "%s%.32s",
                               i ? " or " : "",
                               turn_name(turn, clause->tracks[i]));
    }

    turn->num_offered = clause->num_tracks;
    memcpy(turn->offered, clause->tracks, sizeof(turn->offered));
    turn_ask(turn, "Which \"%s\" do you mean: %s?", clause->asked, some);
    return false;
  }

  // There is only one that could be meant
  const IdList* const order =
    services_document(turn->services)->order[KIND_TRACK];
  if (!clause->num_tracks && id_list_count(order) == 1) {
    Clause* const only = (Clause*)turn->clause;
    only->tracks[0]    = order->ids[0];
    only->by[0]        = BY_PRONOUN;
    only->at[0]        = 0;
    only->num_tracks   = 1;
    return true;
  }

  if (!clause->num_tracks) {
    turn_ask(turn,
             *names ? "Which track do you mean: %s?"
                    : "Sorry, there is no track yet to do that to.%s",
             names);
    return false;
  }

  return true;
}

// Bars

/// The bars of a section by the markers
static bool
section_bars(const Turn* const turn,
             const char* const name,
             int* const        first,
             int* const        last)
{
  const Composition* const root = services_document(turn->services);
  const IdList* const      list = root->order[KIND_MARKER];
  const double             bar  = daw_bar(turn->services);
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    const Marker* const marker =
      (const Marker*)composition_find(root, list->ids[i]);
    if (strncasecmp(string_text(marker->name), name, strlen(name)) != 0) {
      continue;
    }

    // Up to the next marker, wherever it is in the order
    double       end   = song_bars(turn->services) * bar;
    const double start = ticks_to_beats(marker->beat);
    for (uint32_t k = 0; k < id_list_count(list); ++k) {
      const double at = ticks_to_beats(
        ((const Marker*)composition_find(root, list->ids[k]))->beat);
      end = at > start + 1e-6 && at < end ? at : end;
    }

    *first = (int)floor(start / bar + 1e-6) + 1;
    *last  = (int)ceil(end / bar - 1e-6);
    return *last >= *first;
  }

  return false;
}

bool
turn_bars(const Turn* const turn, int* const first, int* const last)
{
  const Clause* const clause = turn->clause;
  const int           song   = song_bars(turn->services);
  if (clause->num_sections &&
      section_bars(turn, clause->sections[0], first, last)) {
    return true;
  }

  if (clause_has(clause, "firsthalf") || clause_has(clause, "secondhalf")) {
    *first = clause_has(clause, "firsthalf") ? 1 : song / 2 + 1;
    *last  = clause_has(clause, "firsthalf") ? song / 2 : song;
    return song > 1;
  }

  const int from = clause->first < 0 ? song + clause->first + 1 : clause->first;
  const int to   = clause->last < 0 ? song + clause->last + 1 : clause->last;
  if (!clause->has_range || to < from || to < 1) {
    return false;
  }

  *first = from < 1 ? 1 : from;
  *last  = to;
  return true;
}

Id
turn_role(const Turn* const turn, const char* const role)
{
  const Composition* const root  = services_document(turn->services);
  const IdList* const      order = root->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const track = composition_track(root, order->ids[i]);
    if (!strcmp(track_role(turn->services, track), role)) {
      return order->ids[i];
    }
  }

  return ID_NONE;
}

Id
turn_drums(Turn* const turn)
{
  const Clause* const      clause = turn->clause;
  const Composition* const root   = services_document(turn->services);
  for (uint32_t i = 0; i < clause->num_tracks; ++i) {
    const Track* const track = composition_track(root, clause->tracks[i]);
    if (track && !strcmp(track_role(turn->services, track), "drums")) {
      return clause->tracks[i];
    }
  }

  const Id id = turn_role(turn, "drums");
  if (id == ID_NONE) {
    turn_cannot(turn, "Sorry, there is no drum track to do that to.");
  }

  return id;
}

// Results

static const json_t*
result_at(const Turn* const turn, const char* const path)
{
  char          copy[96];
  char*         rest = copy;
  char*         key  = NULL;
  const json_t* at   = turn->result;
  snprintf(copy, sizeof(copy), "%s", path);
  while (at && (key = strtok_r(rest, ".", &rest))) {
    at = json_object_get(at, key);
  }

  return at;
}

const char*
turn_text(const Turn* const turn, const char* const path)
{
  const char* const text = json_string_value(result_at(turn, path));
  return text ? text : "";
}

double
turn_number(const Turn* const turn, const char* const path)
{
  return json_number_value(result_at(turn, path));
}

void
capitalize(char* const text)
{
  text[0] = (char)toupper((unsigned char)text[0]);
}
