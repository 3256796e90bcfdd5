// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/words.h"

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

uint32_t
words_distance(const char* const a, const char* const b)
{
  uint32_t     rows[3][64];
  const size_t n = strlen(a) < 62 ? strlen(a) : 62;
  const size_t m = strlen(b) < 62 ? strlen(b) : 62;
  for (size_t j = 0; j <= m; ++j) {
    rows[1][j] = (uint32_t)j;
  }

  for (size_t i = 1; i <= n; ++i) {
    uint32_t* const row  = rows[(i + 1u) % 3u];
    uint32_t* const last = rows[i % 3u];
    uint32_t* const old  = rows[(i + 2u) % 3u];
    row[0]               = (uint32_t)i;
    for (size_t j = 1; j <= m; ++j) {
      uint32_t cost = last[j - 1u] + (a[i - 1u] != b[j - 1u]);
      cost          = row[j - 1u] + 1u < cost ? row[j - 1u] + 1u : cost;
      cost          = last[j] + 1u < cost ? last[j] + 1u : cost;
      if (i > 1 && j > 1 && a[i - 1u] == b[j - 2u] && a[i - 2u] == b[j - 1u] &&
          old[j - 2u] + 1u < cost) {
        cost = old[j - 2u] + 1u;
      }

      row[j] = cost;
    }
  }

  return rows[(n + 1u) % 3u][m];
}

/// Whether a spelling is one of some forms
static bool
is_form(const char* const forms, const char* const text)
{
  const size_t length = strlen(text);
  for (const char* at = forms; *at;) {
    const size_t size = strcspn(at, "|");
    if (size == length && !strncmp(at, text, length)) {
      return true;
    }

    at += size + (at[size] == '|');
  }

  return false;
}

// The lexicon by spelling

/// Most spellings
#define SPELLINGS_MAX 4096u

typedef struct {
  const char* text; ///< Ends at `size`
  uint32_t    size;
  uint32_t    row;
} Spelling;

static int
compare_spellings(const void* const a, const void* const b)
{
  const Spelling* const x    = (const Spelling*)a;
  const Spelling* const y    = (const Spelling*)b;
  const uint32_t        size = x->size < y->size ? x->size : y->size;
  const int             way  = strncmp(x->text, y->text, size);
  return way ? way : (int)x->size - (int)y->size;
}

/// All spellings in order, made once
static const Spelling*
spellings(uint32_t* const count)
{
  static Spelling   all[SPELLINGS_MAX];
  static uint32_t   num;
  uint32_t          num_words = 0;
  const Word* const words     = lexicon(&num_words);
  const bool        made      = num > 0;
  for (uint32_t i = 0; !made && i < num_words; ++i) {
    for (const char* at = words[i].forms; *at && num < SPELLINGS_MAX;) {
      const uint32_t size = (uint32_t)strcspn(at, "|");
      all[num++]          = (Spelling){at, size, i};
      at += size + (at[size] == '|');
    }
  }

  if (!made) {
    qsort(all, num, sizeof(Spelling), compare_spellings);
  }

  *count = num;
  return all;
}

static const Word*
find_word(const char* const text)
{
  uint32_t              count = 0;
  uint32_t              words = 0;
  const Spelling* const all   = spellings(&count);
  const Spelling        key   = {text, (uint32_t)strlen(text), 0};
  const Spelling* const found = (const Spelling*)bsearch(
    &key, all, count, sizeof(Spelling), compare_spellings);
  return found ? &lexicon(&words)[found->row] : NULL;
}

/// A word with the endings of plurals and the like taken off
static const Word*
find_stem(const char* const text)
{
  char         stem[64];
  const size_t length = strlen(text);
  const Word*  found  = find_word(text);
  if (found || length < 4) {
    return found;
  }

  snprintf(stem, sizeof(stem), "%s", text);
  if (text[length - 1u] == 's' && text[length - 2u] != 's') {
    stem[length - 1u] = '\0';
    found             = find_word(stem);
    if (!found && text[length - 2u] == 'e') {
      stem[length - 2u] = '\0';
      found             = find_word(stem);
    }
  }

  return found;
}

// Slips of the finger

/// Whether a word stands in a phrase that is known
static bool
is_in_phrase(const char* const text)
{
  uint32_t              count  = 0;
  const Spelling* const all    = spellings(&count);
  const size_t          length = strlen(text);
  for (uint32_t i = 0; i < count; ++i) {
    for (uint32_t at = 0; at + length <= all[i].size; ++at) {
      const char* const c = all[i].text + at;
      if (!strncmp(c, text, length) && (!at || c[-1] == ' ') &&
          (at + length == all[i].size || c[length] == ' ')) {
        return true;
      }
    }
  }

  return false;
}

/// Whether a text is part of a name
static bool
is_named(const char* const        text,
         const char* const* const names,
         const uint32_t           num_names)
{
  for (uint32_t i = 0; i < num_names; ++i) {
    char  copy[256];
    char* rest = copy;
    char* part = NULL;
    snprintf(copy, sizeof(copy), "%s", names[i]);
    while ((part = strtok_r(rest, " -_|", &rest))) {
      const size_t length = strlen(part);
      if (!strncasecmp(part, text, length) &&
          (!text[length] || !strcmp(text + length, "s"))) {
        return true;
      }
    }
  }

  return false;
}

/// Whether two words have the same letters, in any order
static bool
same_letters(const char* const a, const char* const b)
{
  int count[256] = {0};
  for (const char* c = a; *c; ++c) {
    ++count[(unsigned char)*c];
  }

  for (const char* c = b; *c; ++c) {
    --count[(unsigned char)*c];
  }

  for (size_t i = 0; i < 256; ++i) {
    if (count[i]) {
      return false;
    }
  }

  return true;
}

/// The nearest single word that is known; `text` is changed to it
static const Word*
correct(char text[64], const char* const* const names, const uint32_t num_names)
{
  const size_t      length = strlen(text);
  const uint32_t    limit  = length >= 8 ? 2 : length >= 4 ? 1 : 0;
  uint32_t          count  = 0;
  uint32_t          best   = limit + 1u;
  const Word* const all    = lexicon(&count);
  const Word*       found  = NULL;
  bool              mixed  = false;
  char              right[64];
  for (uint32_t i = 0; limit && i < count; ++i) {
    for (const char* at = all[i].forms; *at;) {
      char         form[64];
      const size_t size = strcspn(at, "|");
      snprintf(form, sizeof(form), "%.*s", (int)(size < 63 ? size : 63), at);
      at += size + (at[size] == '|');

      // The first letter is seldom wrong
      const bool near = size + 2u >= length && length + 2u >= size &&
                        size > 3 && (form[0] == text[0] || form[0] == text[1]);
      const uint32_t distance =
        near && !strchr(form, ' ') ? words_distance(text, form) : limit + 1u;
      // Letters in the wrong order are likelier than a wrong one
      const bool order = distance <= limit && same_letters(text, form);
      if (distance < best || (distance == best && order && !mixed)) {
        mixed = order;
        best  = distance;
        found = &all[i];
        snprintf(right, sizeof(right), "%s", form);
      }
    }
  }

  // A track's name may be meant as well
  for (uint32_t i = 0; limit && i < num_names; ++i) {
    char name[64];
    snprintf(name, sizeof(name), "%.60s", names[i]);
    for (char* c = name; *c; ++c) {
      *c = (char)tolower((unsigned char)*c);
    }

    if (strlen(name) > 3 && words_distance(text, name) < best) {
      best  = words_distance(text, name);
      found = find_stem(name);
      snprintf(right, sizeof(right), "%s", name);
    }
  }

  if (best <= limit) {
    snprintf(text, 64, "%s", right);
  }

  return best <= limit ? found : NULL;
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
    if (is_form(units[i].forms, text)) {
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
  } else if (is_form("st|nd|rd|th|ths|nds|rds", rest)) {
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
                    is_form(pronouns, token[1].norm);
  snprintf(text, sizeof(text), "%s %s", token->norm, token[2].norm);
  const Word* const word = open ? find_word(text) : NULL;
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

    const Word* const word = open ? find_stem(text) : NULL;
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
    token->quoted || token->word ? token->word : find_stem(token->norm);
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
      token->word = find_word("drop down");
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
        !find_word(token->norm)) {
      token->norm[length - 2u] = '\0';
    }

    const bool plain =
      !token->quoted && !token->is_number &&
      strspn(token->norm, "abcdefghijklmnopqrstuvwxyz'") == strlen(token->norm);
    if (plain && !find_stem(token->norm) && !unit_of(token->norm) &&
        !is_in_phrase(token->norm) &&
        !is_named(token->norm, names, num_names)) {
      correct(token->norm, names, num_names);
    }
  }

  for (uint32_t i = 0; i < words->count; ++i) {
    find_phrase(words, i);
  }

  find_drops(words);
  find_numbers(words);
}
