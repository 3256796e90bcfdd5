// SPDX-License-Identifier: GPL-3.0-or-later
//
// Words: a request cut into tokens that carry what they mean
//
// Lower case, numbers with their units, phrases of several words as one token,
// slips of the finger put right against the words that are known.

#ifndef SONIC_AI_WORDS_H
#define SONIC_AI_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Most tokens of a request
#define WORDS_MAX 160u

/// What is known of a word or phrase
typedef struct {
  const char* forms; ///< Spellings, a bar between
  const char* tags;  ///< What it is about, spaces between
  const char* value; ///< What it stands for, or ""
} Word;

/// The lexicon, `*count` of them
const Word*
lexicon(uint32_t* count);

/// What stands between a token and the one before
typedef enum {
  GAP_SPACE,
  GAP_COMMA,
  GAP_STOP, ///< `.` `;` `!` `?` or a new line
} Gap;

typedef struct {
  char        text[64]; ///< As it was written
  char        norm[64]; ///< Lower case, put right
  const Word* word;     ///< Or null
  Gap         gap;
  bool        quoted;
  bool        question; ///< A question mark follows
  bool        is_number;
  double      number;
  const char* unit;  ///< "db", "%", "bpm", "st", ... or ""
  int         thing; ///< Index of what it names among `names`, or -1
} Token;

typedef struct {
  Token    tokens[WORDS_MAX];
  uint32_t count;
} Words;

/**
   Cut a text into tokens.

   @param names Names of tracks and the like, which are no slips of the finger;
   several in one text have bars between.
*/
void
words_read(Words*             words,
           const char*        text,
           const char* const* names,
           uint32_t           num_names);

/// Whether a token has a tag
bool
token_has(const Token* token, const char* tag);

/// Whether a list of words between spaces has a word
bool
tags_have(const char* tags, const char* tag);

/// Letters that have to change between two words; neighbours that changed
/// places are one
uint32_t
words_distance(const char* a, const char* b);

#endif // SONIC_AI_WORDS_H
