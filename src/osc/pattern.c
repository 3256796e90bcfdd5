// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/pattern.h"

#include <string.h>

// A part is matched by following all possibilities at once: `Places` is the
// set of places in the name that the pattern so far can have reached.  Each
// element of the pattern, read once from left to right, makes a new set from
// the old one: a character moves the places where it stands by one, `*` adds
// all places behind the first, `{}` unites what its alternatives make.  So the
// work is at most pattern size x name size, and mostly far less.

#define NUM_WORDS ((LIMIT_PART_CHARS + 64u) / 64u)

/// Set of places in a name; place n is before character n
typedef struct {
  uint64_t words[NUM_WORDS];
} Places;

/// A set of characters
typedef struct {
  bool        negated;
  const char* text; ///< Between the brackets, without `!`
  const char* end;
} Class;

/// A match under way
typedef struct {
  const char* name;
  uint32_t    size;
  uint32_t    num_words; ///< Words of a set in use
  uint32_t*   steps;
} Matcher;

/// Take `n` steps from the budget; false if it is used up
static bool
spend(uint32_t* const steps, const uint32_t n)
{
  const bool enough = *steps > n;
  *steps            = enough ? *steps - n : 0;
  return enough;
}

/// What a character means in a pattern
enum { PLAIN, SPECIAL, END_OF_PART };

// clang-format off
static const uint8_t meanings[256] = {
  ['?'] = SPECIAL, ['['] = SPECIAL, ['{'] = SPECIAL, ['\0'] = END_OF_PART,
  ['*'] = SPECIAL, [']'] = SPECIAL, ['}'] = SPECIAL, ['/']  = END_OF_PART,
};
// clang-format on

static bool
is_empty(const Matcher* const matcher, const Places* const places)
{
  uint64_t any = 0;
  for (uint32_t i = 0; i < matcher->num_words; ++i) {
    any |= places->words[i];
  }
  return !any;
}

static void
unite(Places* const places, const Places* const others)
{
  for (uint32_t i = 0; i < NUM_WORDS; ++i) {
    places->words[i] |= others->words[i];
  }
}

/// Whether `c` is in a class
static bool
class_has(const Class* const class, const char c)
{
  const char* text = class->text;
  while (text < class->end) {
    const bool range = class->end - text >= 3 && text[1] == '-';
    const char first = text[0];
    const char last  = range ? text[2] : first;
    if ((first <= c && c <= last) || (last <= c && c <= first)) {
      return !class->negated;
    }
    text += range ? 3 : 1;
  }
  return class->negated;
}

/// Move on by one character, which is `c`, or in `class`, or any
static bool
step_char(const Matcher* const matcher,
          Places* const        places,
          const char           c,
          const Class* const class)
{
  const uint32_t cost = class ? (uint32_t)(class->end - class->text) + 1u : 1u;
  Places         next = {{0}};

  for (uint32_t i = 0; i < matcher->num_words; ++i) {
    for (uint64_t word = places->words[i]; word; word &= word - 1u) {
      const uint32_t place = i * 64u + (uint32_t)__builtin_ctzll(word);
      if (!spend(matcher->steps, cost)) {
        return false;
      }

      if (place < matcher->size &&
          (class ? class_has(class, matcher->name[place])
                 : c == '?' || c == matcher->name[place])) {
        next.words[(place + 1u) / 64u] |= (uint64_t)1 << (place + 1u) % 64u;
      }
    }
  }

  *places = next;
  return !is_empty(matcher, places);
}

/// `*`: all places from the first on
static bool
step_any(const Matcher* const matcher, Places* const places)
{
  uint64_t fill = 0;
  for (uint32_t i = 0; i < matcher->num_words; ++i) {
    const uint64_t word = places->words[i];
    places->words[i]    = fill | (word ? ~(word & -word) + 1u : 0u);
    fill                = fill | (word ? ~(uint64_t)0 : 0u);
  }

  // None behind the name's end
  const uint32_t last  = matcher->size % 64u;
  const uint64_t below = ~(uint64_t)0 >> (63u - last);
  places->words[matcher->size / 64u] &= below;
  return spend(matcher->steps, 1u);
}

/// The end of a `[` or `{` group, or null if it has none before `end`
static const char*
find_close(const char* const open, const char* const end)
{
  const char close = *open == '[' ? ']' : '}';
  return memchr(open + 1, close, (size_t)(end - open - 1));
}

static Class
read_class(const char* const open, const char* const close)
{
  const bool negated = open[1] == '!';
  return (Class){negated, open + (negated ? 2 : 1), close};
}

/// Move on by the elements from `*text` to `end`, or to a `{` unless it is
/// inside of alternatives, where it has no meaning; leaves `*text` there
static bool
step_text(const Matcher* const matcher,
          Places* const        places,
          const char** const   text,
          const char* const    end,
          const bool           inside)
{
  bool reached = true;
  while (reached && *text < end && (inside || **text != '{')) {
    const char* const here = *text;
    if (*here == '*') {
      reached = step_any(matcher, places);
      while (*text < end && **text == '*') {
        ++*text;
      }
      continue;
    }

    if (*here != '[') {
      reached = step_char(matcher, places, *here, NULL);
      ++*text;
      continue;
    }

    const char* const close = find_close(here, end);
    if (!close) {
      return false;
    }

    const Class class = read_class(here, close);
    reached           = step_char(matcher, places, 0, &class);
    *text             = close + 1;
  }
  return reached;
}

/// Move on by one of the alternatives from `text` to `end`
static bool
step_alternatives(const Matcher* const matcher,
                  Places* const        places,
                  const char*          text,
                  const char* const    end)
{
  const Places before = *places;
  Places       after  = {{0}};

  while (spend(matcher->steps, 1u)) {
    const char* const comma = memchr(text, ',', (size_t)(end - text));
    Places            next  = before;
    if (step_text(matcher, &next, &text, comma ? comma : end, true)) {
      unite(&after, &next);
    }

    if (!comma) {
      *places = after;
      return !is_empty(matcher, places);
    }
    text = comma + 1;
  }
  return false;
}

/// Whether a part with special characters matches
static bool
match_special(const PatternPart* const part,
              const char* const        name,
              const uint32_t           size,
              uint32_t* const          steps)
{
  const Matcher     matcher = {name, size, size / 64u + 1u, steps};
  const char* const end     = part->text + part->size;
  const char*       text    = part->text;
  Places            places  = {{1u}};

  while (text < end) {
    if (!step_text(&matcher, &places, &text, end, false)) {
      return false;
    }

    if (text < end) {
      const char* const close = find_close(text, end);
      if (!close || !step_alternatives(&matcher, &places, text + 1, close)) {
        return false;
      }
      text = close + 1;
    }
  }
  return *steps && (places.words[size / 64u] >> size % 64u & 1u);
}

bool
pattern_match_part(const PatternPart* const part,
                   const char* const        name,
                   const uint32_t           size,
                   uint32_t* const          steps)
{
  if (!spend(steps, 1u)) {
    return false;
  }

  if (part->literal) {
    return part->size == size && !memcmp(part->text, name, size);
  }

  // Looking for a bracket's end is fast, but it may be done for each name
  if (size > LIMIT_PART_CHARS || !spend(steps, part->size / 64u)) {
    return false;
  }

  return match_special(part, name, size, steps);
}

bool
pattern_next_part(const char** const cursor, PatternPart* const part)
{
  const char* text = *cursor;
  if (*text != '/') {
    return false;
  }

  // However many slashes more than one mean the same
  ++text;
  part->deep = *text == '/';
  while (*text == '/') {
    ++text;
  }

  part->text       = text;
  unsigned meaning = PLAIN;
  unsigned special = PLAIN;
  while ((meaning = meanings[(uint8_t)*text]) != END_OF_PART) {
    special |= meaning;
    ++text;
  }

  part->size    = (uint32_t)(text - part->text);
  part->literal = special == PLAIN;
  *cursor       = text;
  return true;
}

bool
pattern_match(const char* pattern, const char* address, uint32_t* const steps)
{
  // A `//` is first taken to stand for nothing.  Where the match then fails it
  // is made to stand for one part more; only the last `//` needs that, since
  // an earlier one can't find more than it did by standing for more.
  const char* retry_pattern = NULL;
  const char* retry_address = NULL;

  for (;;) {
    const char* const pattern_here = pattern;
    const char* const address_here = address;
    PatternPart       wanted       = {NULL, 0, false, false};
    PatternPart       found        = {NULL, 0, false, false};
    const bool        more_wanted  = pattern_next_part(&pattern, &wanted);
    const bool        more_found   = pattern_next_part(&address, &found);
    const ptrdiff_t read = (pattern - pattern_here) + (address - address_here);
    if (!spend(steps, 1u + (uint32_t)read / 16u)) {
      return false;
    }

    if (!more_wanted && !more_found) {
      return !*pattern && !*address; // Else one was not an address
    }

    if (more_wanted && wanted.deep && pattern_here != retry_pattern) {
      retry_pattern = pattern_here;
      retry_address = address_here;
    }

    const bool all = wanted.deep && !wanted.size && !*pattern;
    if (more_wanted && more_found && all) {
      return true;
    }

    if (more_wanted && more_found &&
        pattern_match_part(&wanted, found.text, found.size, steps)) {
      continue;
    }

    // A pattern that wants more than there is can't be helped by skipping
    if (!retry_pattern || !more_found || !*steps) {
      return false;
    }
    pattern_next_part(&retry_address, &found);
    pattern = retry_pattern;
    address = retry_address;
  }
}

bool
pattern_is_literal(const char* const pattern)
{
  for (const char* text = pattern; *text; ++text) {
    if (meanings[(uint8_t)*text] == SPECIAL ||
        (text[0] == '/' && text[1] == '/')) {
      return false;
    }
  }
  return true;
}

static const char*
check_text(const char* text, const char* end, bool inside);

/// Check the set that `open` begins
static const char*
check_set(const char* const open, const char* const close)
{
  return close == open + (open[1] == '!' ? 2 : 1) ? "pattern with an empty []"
                                                  : NULL;
}

/// Check each of the alternatives from `text` to `end`
static const char*
check_alternatives(const char* text, const char* const end)
{
  const char* comma = text;
  const char* wrong = NULL;
  while (comma && !wrong) {
    comma = memchr(text, ',', (size_t)(end - text));
    wrong = check_text(text, comma ? comma : end, true);
    text  = comma ? comma + 1 : end;
  }
  return wrong;
}

/// What is wrong with a text, which may be `inside` of alternatives
static const char*
check_text(const char* text, const char* const end, const bool inside)
{
  const char* wrong = NULL;
  while (text < end && !wrong) {
    if (*text == ']' || *text == '}') {
      return "pattern with a ] or } that was not opened";
    }

    if (*text != '[' && *text != '{') {
      ++text;
      continue;
    }

    const char* const close = find_close(text, end);
    if (inside && *text == '{') {
      return "pattern with {} in {}";
    }

    if (!close) {
      return *text == '[' ? "pattern with a [ that is not closed in its part"
                          : "pattern with a { that is not closed in its part";
    }

    wrong = *text == '[' ? check_set(text, close)
                         : check_alternatives(text + 1, close);
    text  = close + 1;
  }
  return wrong;
}

Status
pattern_check(const char* const pattern, const char** const text)
{
  const char* cursor = pattern;
  PatternPart part   = {NULL, 0, false, false};

  *text = *pattern == '/' ? NULL : "pattern that does not begin with a slash";
  while (!*text && pattern_next_part(&cursor, &part)) {
    *text = check_text(part.text, part.text + part.size, false);
  }
  return *text ? STATUS_BAD_ARGUMENT : STATUS_OK;
}
