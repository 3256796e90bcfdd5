// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Make room for `size` more bytes and the end
static bool
reserve(Text* const text, const size_t size)
{
  if (text->failed) {
    return false;
  }

  const size_t needed = text->size + size + 1u;
  if (needed <= text->capacity) {
    return true;
  }

  const size_t doubled  = text->capacity ? text->capacity * 2u : 256u;
  const size_t capacity = needed > doubled ? needed : doubled;
  char* const  data     = (char*)realloc(text->data, capacity);
  if (!data) {
    text->failed = true;
    return false;
  }

  text->data     = data;
  text->capacity = capacity;
  return true;
}

void
text_add(Text* const text, const char* const data, const size_t size)
{
  if (reserve(text, size)) {
    memcpy(text->data + text->size, data, size);
    text->size += size;
    text->data[text->size] = '\0';
  }
}

void
text_print(Text* const text, const char* const format, ...)
{
  va_list args;
  va_start(args, format);

  va_list again;
  va_copy(again, args);
  const int size = vsnprintf(NULL, 0, format, args);
  if (size >= 0 && reserve(text, (size_t)size)) {
    vsnprintf(text->data + text->size, (size_t)size + 1u, format, again);
    text->size += (size_t)size;
  }

  va_end(again);
  va_end(args);
}

void
text_clear(Text* const text)
{
  text->size   = 0;
  text->failed = false;
  if (text->data) {
    text->data[0] = '\0';
  }
}

void
text_free(Text* const text)
{
  free(text->data);
  memset(text, 0, sizeof(*text));
}
