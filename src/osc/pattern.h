// SPDX-License-Identifier: GPL-3.0-or-later
//
// OSC address patterns
//
// Within one part of an address `?` stands for any character, `*` for any
// number of them, `[a-z]` and `[!a-z]` for one of a set or not of it, and
// `{this,th*t}` for one of several.  None of them crosses a slash.  `//` stands
// for any number of parts, none included: `/mixer//mute` is `/mixer/mute` and
// `/mixer/channels/t1/mute`, and `/mixer//` is everything below `/mixer`.
//
// Matching takes no memory and never backtracks within a part.  Its work is
// counted in steps and taken from a budget of the caller's, so that the whole
// walk that one message causes can share one.  When the budget is used up
// nothing matches any more and it is 0: then the answer is `too-large`.

#ifndef SONIC_OSC_PATTERN_H
#define SONIC_OSC_PATTERN_H

#include "base/rt.h"
#include "base/status.h"
#include "osc/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What stands between two slashes, borrowed from the pattern
typedef struct {
  const char* text;    ///< Not terminated
  uint32_t    size;    ///< Number of characters; 0 after a last slash
  bool        deep;    ///< `//` came before it
  bool        literal; ///< Only equal text matches
} PatternPart;

/// Whether it stands for one address only, itself
bool
pattern_is_literal(const char* pattern);

/**
   Check the form of a pattern.

   @param pattern Any text.
   @param text Where to put what is wrong with it, a constant.
   @return STATUS_OK or STATUS_BAD_ARGUMENT.
*/
SONIC_CHECKED Status
pattern_check(const char* pattern, const char** text);

/**
   Whether `address` matches `pattern`.

   A pattern that `pattern_check` refuses matches less than it seems to, or
   nothing.  The address is taken as it is, its parts of at most
   LIMIT_PART_CHARS characters.

   @param steps Budget, reduced by what this took.
*/
bool
pattern_match(const char* pattern, const char* address, uint32_t* steps);

// Functions for walking a tree

/**
   Take the next part of a pattern or an address.

   @param cursor Where to go on, first at a slash; moves past the part.
   @param part The part.
   @return False at the end.
*/
bool
pattern_next_part(const char** cursor, PatternPart* part);

/// Whether the `size` characters of `name`, without slashes, match one part
bool
pattern_match_part(const PatternPart* part,
                   const char*        name,
                   uint32_t           size,
                   uint32_t*          steps);

#endif // SONIC_OSC_PATTERN_H
