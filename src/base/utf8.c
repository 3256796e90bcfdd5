// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/// Bytes of the character that begins with `first`, 0 if none does
static size_t
char_size(const uint8_t first)
{
  return first < 0x80u   ? 1
         : first < 0xC2u ? 0
         : first < 0xE0u ? 2
         : first < 0xF0u ? 3
         : first < 0xF5u ? 4
                         : 0;
}

static bool
is_rest(const uint8_t byte)
{
  return (byte & 0xC0u) == 0x80u;
}

bool
utf8_valid(const char* const text, const size_t size)
{
  const uint8_t* const bytes = (const uint8_t*)text;

  for (size_t i = 0; i < size;) {
    const uint8_t first  = bytes[i];
    const size_t  length = char_size(first);
    if (!length || length > size - i) {
      return false;
    }

    for (size_t k = 1; k < length; ++k) {
      if (!is_rest(bytes[i + k])) {
        return false;
      }
    }

    // The second byte tells overlong forms, surrogates, and what is too high
    if ((first == 0xE0u && bytes[i + 1] < 0xA0u) ||
        (first == 0xEDu && bytes[i + 1] > 0x9Fu) ||
        (first == 0xF0u && bytes[i + 1] < 0x90u) ||
        (first == 0xF4u && bytes[i + 1] > 0x8Fu)) {
      return false;
    }
    i += length;
  }
  return true;
}

size_t
utf8_prefix(const char* const text, const size_t max)
{
  const size_t size = strnlen(text, max + 1u);
  if (size <= max) {
    return size;
  }

  size_t end = max;
  while (end && is_rest((uint8_t)text[end])) {
    --end;
  }
  return end;
}
