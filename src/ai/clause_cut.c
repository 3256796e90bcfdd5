// SPDX-License-Identifier: GPL-3.0-or-later
//
// Cutting a request where a new thing to do begins

#include "ai/clause.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Cutting

/// Whether what begins at a token is something to do of its own
static bool
begins(const Words* const words, uint32_t i, const bool after_joint)
{
  static const char* const never[] = {"sectionname", "genreword", "voice"};
  while (i < words->count && (token_has(&words->tokens[i], "filler") ||
                              token_has(&words->tokens[i], "polite") ||
                              token_has(&words->tokens[i], "again"))) {
    ++i;
  }

  const Token* const token = i < words->count ? &words->tokens[i] : NULL;
  if (!token || token->quoted || token->thing >= 0) {
    return false;
  }

  const Token* const next =
    i + 1u < words->count ? &words->tokens[i + 1u] : NULL;
  for (size_t k = 0; k < 3; ++k) {
    const bool compared =
      k == 2 && next && next->gap == GAP_SPACE &&
      (token_has(next, "compare") || token_has(next, "harder") ||
       token_has(next, "softly") || token_has(next, "velocity"));
    if (compared) {
      return true;
    }

    if (token_has(token, never[k]) &&
        !(next && (token_has(next, "def") || token_has(next, "indef")))) {
      return false;
    }
  }

  if (token_has(token, "undo") || token_has(token, "redo") ||
      token_has(token, "question") || token_has(token, "not")) {
    return true;
  }

  // A noun that is a verb as well needs something behind it
  const bool noun = token_has(token, "role") || token_has(token, "fx") ||
                    token_has(token, "swing") || token_has(token, "inst") ||
                    token_has(token, "copy");
  if (token_has(token, "verb") && !noun) {
    // "ends on C" and "follows the chords" belong to what comes before
    return !token_has(token, "ends") && !(token_has(token, "loop") && !next) &&
           (!token_has(token, "quantize") || strcmp(token->norm, "tight"));
  }

  // "... and the bass quieter", "... and bass at -3 dB"
  for (uint32_t k = i; after_joint && k < words->count && k < i + 6u; ++k) {
    const Token* const t = &words->tokens[k];
    if (k > i && (t->gap != GAP_SPACE || token_has(t, "conj"))) {
      break;
    }

    if (k > i && (token_has(t, "compare") || token_has(t, "tone") ||
                  token_has(t, "mute") || token_has(t, "solo") ||
                  token_has(t, "left") || token_has(t, "right") ||
                  ((token_has(t, "up") || token_has(t, "down")) &&
                   k + 1u < words->count && t[1].is_number) ||
                  (t->is_number && !strcmp(t->unit, "db")))) {
      return token_has(token, "def") || token_has(token, "role") ||
             token->thing >= 0;
    }
  }

  return after_joint &&
         (token_has(token, "faster") || token_has(token, "slower"));
}

/// Whether words tell of something to do
static bool
acts(const Token* const tokens, const uint32_t count)
{
  for (uint32_t i = 0; i < count; ++i) {
    if (token_has(&tokens[i], "verb") && !token_has(&tokens[i], "light") &&
        !token_has(&tokens[i], "leave")) {
      return true;
    }
  }

  return false;
}

static bool
any_has(const Token* const tokens, const uint32_t count, const char* const tag)
{
  for (uint32_t i = 0; i < count; ++i) {
    if (token_has(&tokens[i], tag)) {
      return true;
    }
  }

  return false;
}

/**
   Whether what comes next only says what to do about what stands before: "the
   pad is too loud, bring it down", "we need a bass, write one", "if it has no
   reverb, add one".
*/
static bool
belongs(const Words* const words, const uint32_t start, const uint32_t i)
{
  const Token* const before = words->tokens + start;
  const uint32_t     num    = i - start;
  uint32_t           end    = i;
  while (end < words->count &&
         (end == i || words->tokens[end].gap == GAP_SPACE)) {
    ++end;
  }

  const Token* const behind = words->tokens + i;
  const uint32_t     more   = end - i;
  if (any_has(before, num, "if")) {
    return true;
  }

  // The same part once more
  for (uint32_t k = 0; k < num && any_has(before, num, "need"); ++k) {
    for (uint32_t n = 0; n < more; ++n) {
      if (token_has(&before[k], "part") && token_has(&behind[n], "part") &&
          !strcmp(before[k].word->value, behind[n].word->value) &&
          !any_has(before, num, "not")) {
        return true;
      }
    }
  }

  const bool about = any_has(behind, more, "it") ||
                     !strcmp(words->tokens[end - 1u].norm, "that");
  return about && !acts(before, num) && acts(behind, more) &&
         !any_has(before, num, "not") && !any_has(before, num, "question") &&
         !any_has(behind, more, "role") && !any_has(behind, more, "inst") &&
         !any_has(behind, more, "undo") && !any_has(behind, more, "voice") &&
         (any_has(before, num, "ask") || any_has(before, num, "light"));
}

static bool
is_blank(const Token* const tokens, const uint32_t count)
{
  for (uint32_t i = 0; i < count; ++i) {
    if (!token_has(&tokens[i], "filler") && !token_has(&tokens[i], "conj") &&
        !token_has(&tokens[i], "polite")) {
      return false;
    }
  }

  return true;
}

uint32_t
clauses_cut(const Words* const words, Clause* const clauses, const uint32_t max)
{
  uint32_t count = 0;
  uint32_t start = 0;
  for (uint32_t i = 1; i <= words->count; ++i) {
    const Token* const token = i < words->count ? &words->tokens[i] : NULL;
    const bool         joint = token && token_has(token, "conj");
    const bool         comma = token && token->gap == GAP_COMMA;
    const bool         ends  = !token || token->gap == GAP_STOP ||
                      (joint && begins(words, i + 1u, true)) ||
                      (comma && begins(words, joint ? i + 1u : i, comma) &&
                       !is_blank(words->tokens + start, i - start));
    const bool cut = ends && !(token && belongs(words, start, i));
    if (!cut || is_blank(words->tokens + start, i - start)) {
      start = cut ? i : start;
      continue;
    }

    if (count < max) {
      clauses[count] = (Clause){0};
      while (start < i && token_has(&words->tokens[start], "conj")) {
        ++start;
      }

      clauses[count].tokens = words->tokens + start;
      clauses[count].count  = i - start;
      for (uint32_t k = start; k < i; ++k) {
        clauses[count].question |= words->tokens[k].question;
      }

      ++count;
    }

    start = i;
  }

  return count;
}
