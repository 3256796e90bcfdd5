// SPDX-License-Identifier: GPL-3.0-or-later
//
// Putting what is said anew in place of what was said
//
// A number takes the place of a number, a side that of a side, a genre that of
// a genre.

#include "ai/request.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void
request_append(char made[REQUEST_SIZE], const char* const text)
{
  const size_t used = strlen(made);
  const size_t size = strlen(text);
  const size_t gap  = used ? 1u : 0u;
  if (size && used + size + 2u < REQUEST_SIZE) {
    memcpy(made + used, " ", gap);
    memcpy(made + used + gap, text, size + 1u);
  }
}

/// What kind of thing a token is, so that another of the kind replaces it
static const char*
kind_of(const Token* const token)
{
  // clang-format off
  static const struct { const char* tag; const char* kind; } kinds[] = {
    {"left", "side"},           {"right", "side"},           {"center", "side"},
    {"up", "way"},              {"down", "way"},             {"voice", "voice"},
    {"faster", "pace"},         {"slower", "pace"},          {"waltz", "meter"},
    {"rising", "contour"},      {"falling", "contour"},      {"mode", "mode"},
    {"bassstyle", "bassstyle"}, {"chordstyle", "chordstyle"}, {"fx", "fx"},
    {"inst", "inst"},           {"sectionname", "section"},  {"grid", "grid"},
  };
  // clang-format on
  const char* end = NULL;
  if (token->is_number) {
    return *token->unit ? token->unit : "number";
  }

  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); ++i) {
    if (token_has(token, kinds[i].tag)) {
      return kinds[i].kind;
    }
  }

  const bool tonic = isupper((unsigned char)token->text[0]) &&
                     pitch_class_parse(token->text, &end) >= 0 && !*end;
  return tonic ? "tonic" : "";
}

/// The other side, the other way; null if a word has none
static const char*
opposite_of(const Token* const token)
{
  // clang-format off
  static const char* const pairs[][2] = {
    {"left", "right"},      {"right", "left"},      {"up", "down"},
    {"down", "up"},         {"louder", "quieter"},  {"quieter", "louder"},
    {"faster", "slower"},   {"slower", "faster"},   {"raise", "lower"},
    {"lower", "raise"},     {"rising", "falling"},  {"falling", "rising"},
    {"brighter", "darker"}, {"darker", "brighter"}, {"more", "less"},
    {"less", "more"},       {"shorter", "longer"},  {"longer", "shorter"},
    {"busier", "simpler"},  {"simpler", "busier"},  {"harder", "softly"},
    {"softly", "harder"},
  };
  // clang-format on
  for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); ++i) {
    if (!strcmp(pairs[i][0], token->norm) || token_has(token, pairs[i][0])) {
      return pairs[i][1];
    }
  }

  return NULL;
}

/// Whether a kind can stand for another: a bare number for one with a unit
static bool
stands_for(const char* const is, const char* const was)
{
  static const char units[] = "|db|%|bpm|st|octave|bars|beats|hz|khz|ms|x|";
  char              unit[16];
  snprintf(unit, sizeof(unit), "|%.10s|", was);
  return *was && (!strcmp(was, is) ||
                  (!strcmp(is, "number") && strstr(units, unit) != NULL));
}

/// Words that only lead to what is said
static bool
leads(const Token* const token)
{
  // clang-format off
  static const char* const tags[] = {
    "filler", "polite", "no", "not", "conj", "again", "correct", "it", "def",
    "light", "to", "off", "other", "indef", "set", "at"};
  // clang-format on
  for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); ++i) {
    if (token_has(token, tags[i]) && !token_has(token, "up") &&
        !token_has(token, "level")) {
      return true;
    }
  }

  return !strcmp(token->norm, "as") || !strcmp(token->norm, "one");
}

/// Number of words at a place that are a genre
static uint32_t
genre_length(const Request* const request,
             const Words* const   words,
             const uint32_t       at)
{
  for (uint32_t n = 4; n > 0; --n) {
    char text[REQUEST_SIZE] = "";
    for (uint32_t i = 0; i < n && at + i < words->count; ++i) {
      request_append(text, words->tokens[at + i].norm);
    }

    if (at + n <= words->count && genres_find(request->genres, text)) {
      return n;
    }
  }

  return 0;
}

/// Two texts that are put together
typedef struct {
  const Request* request;
  Words          now;
  bool           used[WORDS_MAX]; ///< Words of `now` that found a place
} Replacement;

/// Put what can stand for a word in its place; false if nothing can
static bool
put(Replacement* const self,
    const Token* const old,
    const bool         genre,
    char               made[REQUEST_SIZE])
{
  for (uint32_t k = 0; k < self->now.count; ++k) {
    const Token* const token = &self->now.tokens[k];
    const uint32_t     span =
      genre && !self->used[k] ? genre_length(self->request, &self->now, k) : 0;
    for (uint32_t n = 0; n < span; ++n) {
      request_append(made, token[n].text);
      self->used[k + n] = true;
    }

    if (span) {
      return true;
    }

    if (self->used[k] || leads(token) ||
        !stands_for(kind_of(token), kind_of(old))) {
      continue;
    }

    self->used[k] = true;
    request_append(made, token->text);
    if (token->is_number && !*token->unit && old->is_number) {
      request_append(made, old->unit);
    }

    return true;
  }

  return false;
}

bool
followup_replace(Request* const request,
                 char           made[REQUEST_SIZE],
                 char           rest[REQUEST_SIZE])
{
  static Replacement self; // The control thread has one request at a time
  static Words       old;
  bool               any = false;
  self = (Replacement){.request = request, .now = request->words};
  request_read(request, request->memory.text);
  old     = request->words;
  made[0] = '\0';
  rest[0] = '\0';
  for (uint32_t i = 0; i < old.count; ++i) {
    const uint32_t span = genre_length(request, &old, i);
    const bool     gap  = old.tokens[i].gap == GAP_STOP && i;
    request_append(made, gap ? "." : "");
    if (put(&self, &old.tokens[i], span > 0, made)) {
      any = true;
      i += span > 1 ? span - 1u : 0;
    } else {
      request_append(made, old.tokens[i].text);
    }
  }

  bool open = false;
  for (uint32_t k = 0; k < self.now.count; ++k) {
    open = open || (!self.used[k] && !leads(&self.now.tokens[k]));
    if (open && !self.used[k]) {
      request_append(rest, self.now.tokens[k].text);
    }
  }

  request->words = self.now;
  request->num_clauses =
    clauses_cut(&request->words, request->clauses, CLAUSES_MAX);
  return any;
}

bool
followup_turn_around(Request* const request, char made[REQUEST_SIZE])
{
  bool any = false;
  made[0]  = '\0';
  request_read(request, request->memory.text);
  for (uint32_t i = 0; i < request->words.count; ++i) {
    const Token* const token = &request->words.tokens[i];
    const char* const  other = opposite_of(token);
    any                      = any || other;
    request_append(made, other ? other : token->text);
  }

  return any;
}
