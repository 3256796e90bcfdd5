// SPDX-License-Identifier: GPL-3.0-or-later
//
// Our matcher against a naive one
//
// The naive one tries everything in turn; where it gives up, there is nothing
// to compare.  The input is an address's size, the pattern and the address; the
// letters are few so that they meet.

#include "osc/pattern.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NAIVE_STEPS 20000

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static int steps_left;

static bool
match_naively(const char* pattern, const char* address);

/// `{a,b}`: each alternative with what follows the group
static bool
match_group(const char* const pattern, const char* const address)
{
  const char* const close = strchr(pattern, '}');
  const char*       text  = pattern + 1;
  for (;;) {
    const size_t length    = strcspn(text, ",}");
    const size_t rest_size = strlen(close + 1);
    char* const  tried     = malloc(length + rest_size + 1u);
    memcpy(tried, text, length);
    memcpy(tried + length, close + 1, rest_size + 1u);
    const bool matches = match_naively(tried, address);
    free(tried);
    text += length + 1u;
    if (matches || text > close) {
      return matches;
    }
  }
}

/// `[a-c]`: the character with what follows the set
static bool
match_set(const char* const pattern, const char* const address)
{
  const char* const close = strchr(pattern, ']');
  const bool not          = pattern[1] == '!';
  bool in                 = false;
  for (const char* c = pattern + 1 + not ; c < close; ++c) {
    if (c + 2 < close && c[1] == '-') {
      in = in || (c[0] <= *address && *address <= c[2]) ||
           (c[2] <= *address && *address <= c[0]);
      c += 2;
    } else {
      in = in || *c == *address;
    }
  }
  return in != not &&match_naively(close + 1, address + 1);
}

/// One or more slashes
static bool
match_slashes(const char* const pattern, const char* const address)
{
  const size_t      num  = strspn(pattern, "/");
  const char* const rest = pattern + num;
  if (*address != '/') {
    return false;
  }

  if (num == 1u) {
    return match_naively(rest, address + 1);
  }

  bool matches = !*rest;
  for (const char* a = address; a && !matches; a = strchr(a + 1, '/')) {
    matches = match_naively(rest, a + 1);
  }
  return matches;
}

static bool
match_naively(const char* const pattern, const char* const address)
{
  if (--steps_left < 0) {
    return false;
  }

  const bool more = *address && *address != '/';
  switch (*pattern) {
    case '\0':
      return !*address;
    case '/':
      return match_slashes(pattern, address);
    case '*':
      return match_naively(pattern + 1, address) ||
             (more && match_naively(pattern, address + 1));
    case '?':
      return more && match_naively(pattern + 1, address + 1);
    case '[':
      return more && match_set(pattern, address);
    case '{':
      return match_group(pattern, address);
    default:
      return *pattern == *address && match_naively(pattern + 1, address + 1);
  }
}

/// Whether an address is one of ours: whole parts, not too long
static bool
is_plain(const char* address)
{
  for (; *address == '/'; address += strcspn(address, "/")) {
    ++address;
    if (*address == '/' || strcspn(address, "/") > LIMIT_PART_CHARS) {
      return false;
    }
  }
  return true;
}

static void
compare(const char* const pattern, const char* const address)
{
  uint32_t    steps  = LIMIT_PATTERN_STEPS;
  const char* wrong  = NULL;
  const bool  good   = !pattern_check(pattern, &wrong);
  const bool  quick  = pattern_match(pattern, address, &steps);
  uint32_t    plenty = UINT32_MAX;
  assert(good == !wrong);
  assert(!quick || steps);

  const bool matches = pattern_match(pattern, address, &plenty);
  assert(!steps || quick == matches);

  steps_left       = NAIVE_STEPS;
  const bool naive = good && match_naively(pattern, address);
  if (good && steps_left >= 0 && is_plain(address)) {
    assert(matches == naive);
  }

  if (good && pattern_is_literal(pattern) && is_plain(address)) {
    assert(matches == !strcmp(pattern, address));
  }
}

/// A copy as text with few letters
static char*
make_text(const uint8_t* const data, const size_t size)
{
  static const char letters[] = "/a*b?/[c]{-,}!a*/";
  char* const       text      = malloc(size + 2u);
  text[0]                     = '/';
  for (size_t i = 0; i < size; ++i) {
    const uint8_t byte = data[i];
    text[i + 1u] =
      byte < 128u ? letters[byte % (sizeof(letters) - 1u)] : (char)byte;
  }
  text[size + 1u] = 0;
  return text;
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  if (!size) {
    return 0;
  }

  const size_t left         = size - 1u;
  const size_t address_size = data[0] < left ? data[0] : left;
  char* const  pattern      = make_text(data + 1, left - address_size);
  char* const  address = make_text(data + size - address_size, address_size);
  compare(pattern, address);
  free(pattern);
  free(address);
  return 0;
}
