// SPDX-License-Identifier: GPL-3.0-or-later
//
// Words that are known, and what is put right against them

#include "ai/words_known.h"
#include "ai/words.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

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

bool
words_is_form(const char* const forms, const char* const text)
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

const Word*
words_find_word(const char* const text)
{
  uint32_t              count = 0;
  uint32_t              words = 0;
  const Spelling* const all   = spellings(&count);
  const Spelling        key   = {text, (uint32_t)strlen(text), 0};
  const Spelling* const found = (const Spelling*)bsearch(
    &key, all, count, sizeof(Spelling), compare_spellings);
  return found ? &lexicon(&words)[found->row] : NULL;
}

const Word*
words_find_stem(const char* const text)
{
  char         stem[64];
  const size_t length = strlen(text);
  const Word*  found  = words_find_word(text);
  if (found || length < 4) {
    return found;
  }

  snprintf(stem, sizeof(stem), "%s", text);
  if (text[length - 1u] == 's' && text[length - 2u] != 's') {
    stem[length - 1u] = '\0';
    found             = words_find_word(stem);
    if (!found && text[length - 2u] == 'e') {
      stem[length - 2u] = '\0';
      found             = words_find_word(stem);
    }
  }

  return found;
}

// Slips of the finger

bool
words_is_in_phrase(const char* const text)
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

bool
words_is_named(const char* const        text,
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

const Word*
words_correct(char                     text[64],
              const char* const* const names,
              const uint32_t           num_names)
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
      found = words_find_stem(name);
      snprintf(right, sizeof(right), "%s", name);
    }
  }

  if (best <= limit) {
    snprintf(text, 64, "%s", right);
  }

  return best <= limit ? found : NULL;
}
