// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/words.h"
#include "ai/words_known.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/// Most words of a phrase
#define PHRASE_MAX 5u

bool
tags_have(const char* const tags, const char* const tag)
{
  const size_t length = strlen(tag);
  for (const char* at = tags; at && *at; at += strcspn(at, " ")) {
    at += *at == ' ';
    if (!strncmp(at, tag, length) && (at[length] == ' ' || !at[length])) {
      return true;
    }
  }

  return false;
}

bool
token_has(const Token* const token, const char* const tag)
{
  return token->word && tags_have(token->word->tags, tag);
}

// Cutting

static bool
is_inside(const char c)
{
  return isalnum((unsigned char)c) || (unsigned char)c >= 0x80u || c == '#' ||
         c == '\'' || c == '+' || c == '%' || c == '/' || c == '_';
}

/// Add a token of `length` bytes
static Token*
add(Words* const      words,
    const char* const text,
    const size_t      length,
    const Gap         gap)
{
  if (words->count == WORDS_MAX || !length) {
    return NULL;
  }

  Token* const token = &words->tokens[words->count++];
  *token             = (Token){.gap = gap, .unit = "", .thing = -1};
  snprintf(token->text,
           sizeof(token->text),
           "%.*s",
           (int)(length < 63 ? length : 63),
           text);
  for (size_t i = 0; token->text[i]; ++i) {
    token->norm[i] = (char)tolower((unsigned char)token->text[i]);
  }

  return token;
}

/// Read a quotation; returns what follows it, null if there is none here
static const char*
read_quoted(Words* const words, const char* const at, const Gap gap)
{
  static const char* const quotes[][2] = {
    {"\"", "\""}, {"\xe2\x80\x9c", "\xe2\x80\x9d"}, {"`", "`"}};
  for (size_t i = 0; i < 3; ++i) {
    const size_t      open = strlen(quotes[i][0]);
    const char* const end =
      strncmp(at, quotes[i][0], open) ? NULL : strstr(at + open, quotes[i][1]);
    if (end) {
      Token* const token =
        add(words, at + open, (size_t)(end - at) - open, gap);
      if (token) {
        token->quoted = true;
      }

      return end + strlen(quotes[i][1]);
    }
  }

  // A single quote opens only before a word and closes behind one
  const char* const end = *at == '\'' ? strchr(at + 1, '\'') : NULL;
  if (end && isalnum((unsigned char)at[1]) && !isalnum((unsigned char)end[1])) {
    Token* const token = add(words, at + 1, (size_t)(end - at) - 1u, gap);
    if (token) {
      token->quoted = true;
    }

    return end + 1;
  }

  return NULL;
}

/// Length of a number at the start of a text, 0 if there is none
static size_t
number_length(const char* const at)
{
  size_t n = *at == '-' || *at == '+';
  if (!isdigit((unsigned char)at[n]) &&
      !(at[n] == '.' && isdigit((unsigned char)at[n + 1u]))) {
    return 0;
  }

  while (isdigit((unsigned char)at[n])) {
    ++n;
  }

  if (at[n] == '.' && isdigit((unsigned char)at[n + 1u])) {
    ++n;
    while (isdigit((unsigned char)at[n])) {
      ++n;
    }
  }

  return n;
}

/// Units that stand behind a number, in one form each
static const char*
unit_of(const char* const text)
{
  // clang-format off
  static const struct { const char* forms; const char* unit; } units[] = {
    {"db|decibel|decibels|dbs", "db"}, {"%|percent|per cent|pct|percentage", "%"},
    {"bpm|bpms", "bpm"}, {"semitone|semitones|semi|semis|st|half-step|half-steps|halfsteps|halfstep", "st"},
    {"octave|octaves|oct", "octave"}, {"bar|bars|measure|measures", "bars"},
    {"beat|beats", "beats"}, {"hz|hertz", "hz"}, {"khz|kilohertz|k", "khz"},
    {"ms|millisecond|milliseconds|msec", "ms"}, {"s|sec|second|seconds|secs", "s"},
    {"x|times", "x"}, {"cent|cents", "cents"},
  };
  // clang-format on
  for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); ++i) {
    if (words_is_form(units[i].forms, text)) {
      return units[i].unit;
    }
  }

  return NULL;
}

/// Read a number with what hangs on it: "-6dB", "16th", "4/4", "808"
static size_t
read_number(Words* const words, const char* const at, const Gap gap)
{
  const size_t n = number_length(at);
  size_t       m = n;
  if (!n) {
    return 0;
  }

  while (is_inside(at[m]) && at[m] != '\'') {
    ++m;
  }

  Token* const token = add(words, at, m, gap);
  if (!token) {
    return m;
  }

  char rest[64];
  snprintf(rest, sizeof(rest), "%s", token->norm + n);
  const char* const unit = *rest ? unit_of(rest) : "";
  token->number          = strtod(token->text, NULL);
  if (unit) {
    token->is_number = true;
    token->unit      = unit;
  } else if (words_is_form("st|nd|rd|th|ths|nds|rds", rest)) {
    token->is_number = true;
    token->unit      = "th";
  }

  return m;
}

static void
cut(Words* const words, const char* const text)
{
  Gap gap = GAP_STOP;
  for (const char* at = text; *at;) {
    const char* const quoted = read_quoted(words, at, gap);
    if (quoted) {
      at  = quoted;
      gap = GAP_SPACE;
      continue;
    }

    // A minus counts at the start of a word only
    const bool   free = at == text || !is_inside(at[-1]);
    const size_t n    = free ? read_number(words, at, gap) : 0;
    size_t       m    = n;
    while (!n && (is_inside(at[m]) ||
                  (m && at[m] == '&' && isalpha((unsigned char)at[m + 1u])))) {
      ++m;
    }

    if (!n && m) {
      add(words, at, m, gap);
    }

    if (m) {
      at += m;
      gap = GAP_SPACE;
      continue;
    }

    if (*at == '&') {
      add(words, "and", 3, gap);
      gap = GAP_SPACE;
    }

    if (*at == '?' && words->count) {
      words->tokens[words->count - 1u].question = true;
    }

    gap = strchr(".;!?\n", *at)      ? GAP_STOP
          : *at == ',' || *at == ':' ? (gap == GAP_STOP ? gap : GAP_COMMA)
                                     : gap;
    ++at;
  }
}

// Phrases

/// Join a token and those behind it
static void
join(Words* const words, const uint32_t at, const uint32_t count)
{
  Token* const first = &words->tokens[at];
  for (uint32_t i = 1; i < count; ++i) {
    const Token  next = words->tokens[at + i];
    const size_t text = strlen(first->text);
    const size_t norm = strlen(first->norm);
    snprintf(first->text + text, sizeof(first->text) - text, " %s", next.text);
    snprintf(first->norm + norm, sizeof(first->norm) - norm, " %s", next.norm);
    first->question = next.question;
  }

  words->count -= count - 1u;
  memmove(first + 1, first + count, (words->count - at - 1u) * sizeof(Token));
}

/// A verb of two words with a pronoun between: "dial it back"
static const Word*
find_parted(Words* const words, const uint32_t at)
{
  static const char pronouns[] = "it|them|that|this|em|those|these|everything";
  char              text[160];
  if (at + 2u >= words->count) {
    return NULL;
  }

  const Token* const token = &words->tokens[at];
  const bool         open  = token[1].gap == GAP_SPACE && !token[2].quoted &&
                    token[2].gap == GAP_SPACE &&
                    words_is_form(pronouns, token[1].norm);
  snprintf(text, sizeof(text), "%s %s", token->norm, token[2].norm);
  const Word* const word = open ? words_find_word(text) : NULL;
  if (!word || !tags_have(word->tags, "verb")) {
    return NULL;
  }

  snprintf(words->tokens[at].norm, sizeof(token->norm), "%.60s", text);
  words->tokens[at + 1u].question |= token[2].question;
  --words->count;
  memmove(&words->tokens[at + 2u],
          &words->tokens[at + 3u],
          (words->count - at - 2u) * sizeof(Token));
  return word;
}

/// Find the longest phrase at a token
static void
find_phrase(Words* const words, const uint32_t at)
{
  const uint32_t left = words->count - at;
  for (uint32_t n = left < PHRASE_MAX ? left : PHRASE_MAX; n > 1; --n) {
    char   text[256];
    size_t used = 0;
    bool   open = true;
    for (uint32_t i = 0; i < n && open; ++i) {
      const Token* const token = &words->tokens[at + i];
      open = !token->quoted && !(i && token->gap != GAP_SPACE);
      used += (size_t)snprintf(
        text + used, sizeof(text) - used, "%s%s", i ? " " : "", token->norm);
    }

    const Word* const word = open ? words_find_stem(text) : NULL;
    if (word) {
      join(words, at, n);
      words->tokens[at].word      = word;
      words->tokens[at].is_number = false;
      return;
    }
  }

  Token* const token = &words->tokens[at];
  token->word        = token->quoted ? NULL : find_parted(words, at);
  token->word =
    token->quoted || token->word ? token->word : words_find_stem(token->norm);
}

/// "drop the keys by 3 dB": to lower, where it is not the part of a song
static void
find_drops(Words* const words)
{
  for (uint32_t i = 0; i + 1u < words->count; ++i) {
    Token* const       token = &words->tokens[i];
    const Token* const next  = token + 1;
    const Token* const last  = i ? token - 1 : NULL;
    const bool         first = !last || token->gap != GAP_SPACE ||
                       token_has(last, "conj") || token_has(last, "polite") ||
                       token_has(last, "filler");
    if (first && !strcmp(token->norm, "drop") &&
        (token_has(next, "def") || token_has(next, "role"))) {
      token->word = words_find_word("drop down");
    }
  }
}

/// Numbers in words, and units that stand apart
static void
find_numbers(Words* const words)
{
  for (uint32_t i = 0; i < words->count; ++i) {
    Token* const token = &words->tokens[i];
    if (token_has(token, "number")) {
      token->is_number = true;
      token->number    = strtod(token->word->value, NULL);
      if (token_has(token, "ordinal")) {
        token->unit = "th";
      }
    }

    Token* const next = i + 1u < words->count ? &words->tokens[i + 1u] : NULL;
    const char*  unit =
      next && token->is_number && !*token->unit && next->gap == GAP_SPACE
         ? unit_of(next->norm)
         : NULL;
    // "twenty five", "a hundred and twenty"
    if (next && token->is_number && token_has(next, "number") &&
        token_has(token, "number") && !token_has(token, "ordinal")) {
      const double n = strtod(next->word->value, NULL);
      if ((token->number >= 20 && n < 10 && (int)token->number % 10 == 0) ||
          (token->number >= 100 && n < 100)) {
        token->number += n;
        join(words, i, 2);
        --i;
        continue;
      }

      if (n >= 100 && token->number < n && token->number > 0) {
        token->number *= n;
        join(words, i, 2);
        --i;
        continue;
      }
    }

    // "minus 3", "minus twenty thousand"
    Token* const sign = i ? token - 1 : NULL;
    if (sign && token->is_number && token_has(sign, "minus") &&
        !token_has(token, "ordinal")) {
      token->number = -fabs(token->number);
    }

    // "2 more dB"
    Token* const third = next && i + 2u < words->count ? next + 1 : NULL;
    if (third && token->is_number && !*token->unit && token_has(next, "more")) {
      const char* const behind = unit_of(third->norm);
      token->unit              = behind ? behind : "";
    }

    if (unit) {
      token->unit = unit;
      next->word  = NULL;
      join(words, i, 2);
    }
  }
}

void
words_read(Words* const             words,
           const char* const        text,
           const char* const* const names,
           const uint32_t           num_names)
{
  words->count = 0;
  cut(words, text);
  for (uint32_t i = 0; i < words->count; ++i) {
    Token* const token = &words->tokens[i];

    // Curly apostrophes and possessives
    char* const curly = strstr(token->norm, "\xe2\x80\x99");
    if (curly) {
      *curly = '\'';
      memmove(curly + 1, curly + 3, strlen(curly + 3) + 1u);
    }

    const size_t length = strlen(token->norm);
    if (length > 2 && !strcmp(token->norm + length - 2u, "'s") &&
        !words_find_word(token->norm)) {
      token->norm[length - 2u] = '\0';
    }

    const bool plain =
      !token->quoted && !token->is_number &&
      strspn(token->norm, "abcdefghijklmnopqrstuvwxyz'") == strlen(token->norm);
    if (plain && !words_find_stem(token->norm) && !unit_of(token->norm) &&
        !words_is_in_phrase(token->norm) &&
        !words_is_named(token->norm, names, num_names)) {
      words_correct(token->norm, names, num_names);
    }
  }

  for (uint32_t i = 0; i < words->count; ++i) {
    find_phrase(words, i);
  }

  find_drops(words);
  find_numbers(words);
}
