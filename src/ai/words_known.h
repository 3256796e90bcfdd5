// SPDX-License-Identifier: GPL-3.0-or-later
//
// Words that are known

#ifndef SONIC_AI_WORDS_KNOWN_H
#define SONIC_AI_WORDS_KNOWN_H

#include "ai/words.h"

/// Whether a spelling is one of some forms
bool
words_is_form(const char* forms, const char* text);

/// A word or phrase as it is spelled; null if it is not known
const Word*
words_find_word(const char* text);

/// A word with the endings of plurals and the like taken off
const Word*
words_find_stem(const char* text);

/// Whether a word stands in a phrase that is known
bool
words_is_in_phrase(const char* text);

/// Whether a text is part of a name
bool
words_is_named(const char* text, const char* const* names, uint32_t num_names);

/// The nearest single word that is known; `text` is changed to it
const Word*
words_correct(char text[64], const char* const* names, uint32_t num_names);

#endif // SONIC_AI_WORDS_KNOWN_H
