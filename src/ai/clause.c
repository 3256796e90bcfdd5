// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/clause.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
clause_has(const Clause* const clause, const char* const tag)
{
  return clause_index(clause, tag, 0) >= 0;
}

int
clause_index(const Clause* const clause,
             const char* const   tag,
             const uint32_t      from)
{
  for (uint32_t i = from; i < clause->count; ++i) {
    if (token_has(&clause->tokens[i], tag)) {
      return (int)i;
    }
  }

  return -1;
}

const Token*
clause_find(const Clause* const clause, const char* const tag)
{
  const int i = clause_index(clause, tag, 0);
  return i < 0 ? NULL : &clause->tokens[i];
}

bool
clause_says(const Clause* const clause, const char* const forms)
{
  char key[72];
  char all[256];
  snprintf(all, sizeof(all), "|%s|", forms);
  for (uint32_t i = 0; i < clause->count; ++i) {
    snprintf(key, sizeof(key), "|%s|", clause->tokens[i].norm);
    if (strstr(all, key)) {
      return true;
    }
  }

  return false;
}

bool
clause_number(const Clause* const clause,
              const char* const   unit,
              double* const       number)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (token->is_number && !strcmp(token->unit, unit)) {
      *number = token->number;
      return true;
    }
  }

  return false;
}

// Slots

/// Add a text to a list that has it at most once
static void
note(const char** const list, uint32_t* const count, const char* const text)
{
  for (uint32_t i = 0; i < *count; ++i) {
    if (!strcmp(list[i], text)) {
      return;
    }
  }

  if (*count < CLAUSE_THINGS) {
    list[(*count)++] = text;
  }
}

static void
read_lists(Clause* const clause)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (token_has(token, "voice")) {
      note(clause->voices, &clause->num_voices, token->word->value);
    }

    // "chorus" is a section, unless it is put on something
    const Token* const next =
      i + 1u < clause->count ? &clause->tokens[i + 1u] : NULL;
    const bool put = !strcmp(token->norm, "chorus") &&
                     !(i && token_has(&clause->tokens[i - 1u], "def")) &&
                     next && (token_has(next, "to") || token_has(next, "on"));
    if (put) {
      note(clause->effects, &clause->num_effects, "chorus");
    } else if (token_has(token, "sectionname")) {
      note(clause->sections, &clause->num_sections, token->word->value);
    }

    if (token_has(token, "fx")) {
      note(clause->effects, &clause->num_effects, token->word->value);
    }

    if (token_has(token, "param")) {
      note(clause->params, &clause->num_params, token->word->value);
    }

    // "6 to 1", "4:1"
    const Token* const third =
      i + 2u < clause->count ? &clause->tokens[i + 2u] : next;
    if (token->is_number && next && third->is_number && third->number == 1.0 &&
        !*third->unit && (token_has(next, "to") || next == third) &&
        clause_has(clause, "fx")) {
      note(clause->params, &clause->num_params, "ratio");
    }

    if (token_has(token, "grid") && !clause->grid) {
      clause->grid = strtod(token->word->value, NULL);
    }
  }
}

static void
read_way(Clause* const clause)
{
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    const bool up   = token_has(token, "up") || token_has(token, "rising");
    const bool down = token_has(token, "down") || token_has(token, "falling");
    clause->way     = clause->way || !(up || down) ? clause->way : up ? 1 : -1;
  }

  clause->amount = clause_has(clause, "small") ? 0.5
                   : clause_has(clause, "big") ? 2.0
                                               : 1.0;
}

// Bars

/// The number of a token that may stand for a bar
static bool
bar_number(const Clause* const clause, const uint32_t i, int* const bar)
{
  if (i >= clause->count || !clause->tokens[i].is_number ||
      (*clause->tokens[i].unit && strcmp(clause->tokens[i].unit, "th") != 0 &&
       strcmp(clause->tokens[i].unit, "bars") != 0)) {
    return false;
  }

  *bar = (int)clause->tokens[i].number;
  return true;
}

/// "bars 5 to 8", "bar 9", "bars 5 and 6"
static bool
read_range(Clause* const clause, const uint32_t at)
{
  int first = 0;
  int last  = 0;
  if (!bar_number(clause, at + 1u, &first)) {
    return false;
  }

  last           = first;
  uint32_t  next = at + 2u;
  const int more =
    next < clause->count && (token_has(&clause->tokens[next], "to") ||
                             token_has(&clause->tokens[next], "until") ||
                             token_has(&clause->tokens[next], "conj"));
  if (more && next + 1u < clause->count &&
      token_has(&clause->tokens[next + 1u], "bar")) {
    ++next;
  }

  int number = 0;
  if (bar_number(clause, next + (more ? 1u : 0u), &number) &&
      (number > first || more) &&
      (more || clause->tokens[next].gap == GAP_SPACE)) {
    last = number;
  }

  clause->has_range = true;
  clause->first     = first;
  clause->last      = last;
  return true;
}

/// "first 4 bars", "last two bars", "4 bars", "8 bar"
static void
read_length(Clause* const clause, const uint32_t at)
{
  const Token* const token  = &clause->tokens[at];
  const Token* const before = at ? &clause->tokens[at - 1u] : NULL;
  const int          n      = (int)token->number;
  if (before && token_has(before, "ordinal") && before->number == 1.0) {
    clause->has_range = true;
    clause->first     = 1;
    clause->last      = n;
  } else if (before && token_has(before, "last")) {
    clause->has_range = true;
    clause->first     = -n;
    clause->last      = -1;
  } else if (!clause->bars) {
    clause->bars = n;
  }
}

static void
read_bars(Clause* const clause)
{
  clause->bar_beat = -1.0;
  for (uint32_t i = 0; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    const Token* const next =
      i + 1u < clause->count ? &clause->tokens[i + 1u] : NULL;
    if (token_has(token, "bar") && !clause->has_range) {
      const bool last = i && token_has(&clause->tokens[i - 1u], "last");
      const bool nth  = i && clause->tokens[i - 1u].is_number &&
                       !strcmp(clause->tokens[i - 1u].unit, "th");
      if (read_range(clause, i)) {
        continue;
      }

      if (last || nth) {
        clause->has_range = true;
        clause->first     = last ? -1 : (int)clause->tokens[i - 1u].number;
        clause->last      = clause->first;
      }
    } else if (token->is_number && !strcmp(token->unit, "bars")) {
      // "bars 1 to 4 bars" is no length, "every bar" neither
      if (!(i && token_has(&clause->tokens[i - 1u], "to") &&
            clause->has_range)) {
        read_length(clause, i);
      }
    } else if (token->is_number && !strcmp(token->unit, "beats") &&
               clause->bar_beat < 0.0) {
      clause->bar_beat = token->number;
    } else if (token_has(token, "bar") && next && next->is_number) {
      continue;
    }
  }

  if (clause_has(clause, "secondhalf") && !clause->has_range) {
    clause->has_range = true;
    clause->first     = -1000;
    clause->last      = -1;
  }
}

// Names

/// What ends a name
static bool
ends_name(const Token* const token, const bool marker)
{
  return token->gap != GAP_SPACE || token_has(token, "conj") ||
         (marker && (token_has(token, "at") || token_has(token, "on"))) ||
         token_has(token, "with") || token_has(token, "filler");
}

static void
take_name(Clause* const clause, uint32_t i, const bool marker)
{
  size_t used = 0;
  if (i < clause->count && clause->tokens[i].quoted) {
    snprintf(clause->name, sizeof(clause->name), "%s", clause->tokens[i].text);
    return;
  }

  if (i < clause->count && token_has(&clause->tokens[i], "it") &&
      i + 1u < clause->count) {
    ++i;
  }

  for (const uint32_t start = i; i < clause->count; ++i) {
    const Token* const token = &clause->tokens[i];
    if (i > start && ends_name(token, marker)) {
      break;
    }

    used += (size_t)snprintf(clause->name + used,
                             sizeof(clause->name) - used,
                             "%s%s",
                             used ? " " : "",
                             token->text);
    if (used >= sizeof(clause->name)) {
      break;
    }
  }
}

static void
read_name(Clause* const clause)
{
  const bool marker = clause_has(clause, "marker") || clause_has(clause, "bar");
  const int  name   = clause_index(clause, "name", 0);
  const bool rename =
    clause_has(clause, "rename") || (name > 0 && clause_has(clause, "set"));
  for (uint32_t i = 0; rename && i < clause->count; ++i) {
    const Token* const token = &clause->tokens[clause->count - 1u - i];
    if (token_has(token, "to") || !strcmp(token->norm, "as")) {
      take_name(clause, clause->count - i, false);
      return;
    }
  }

  for (uint32_t i = 0; i < clause->count; ++i) {
    if (clause->tokens[i].quoted) {
      take_name(clause, i, marker);
      return;
    }
  }

  if (name > 0 || (name == 0 && clause->count > 2)) {
    uint32_t at = (uint32_t)name + 1u;
    // "call the lead Main Hook": behind the track that is named first
    if (name == 0) {
      while (at < clause->count && clause->tokens[at].thing < 0 &&
             !token_has(&clause->tokens[at], "role") &&
             !token_has(&clause->tokens[at], "it")) {
        ++at;
      }

      ++at;
      at += at < clause->count && token_has(&clause->tokens[at], "track");
    }

    take_name(clause, at, marker);
  }
}

void
clause_read(Clause* const clause, const Setting* const setting)
{
  read_lists(clause);
  read_way(clause);
  read_bars(clause);
  read_name(clause);
  clause_slots(clause, setting);
  clause_tracks(clause, setting);
}
