// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text that grows
//
// A failed allocation is remembered, and what is added after it is dropped, so
// that a caller looks once, at the end.

#ifndef SONIC_BASE_TEXT_H
#define SONIC_BASE_TEXT_H

#include "base/rt.h"

#include <stdbool.h>
#include <stddef.h>

/// Zero bytes are an empty text
typedef struct {
  char*  data;     ///< Ends with a zero byte once something was added; owned
  size_t size;     ///< Bytes without the end
  size_t capacity; ///< Bytes that `data` has room for
  bool   failed;   ///< Memory ran out
} Text;

/// Add bytes
void
text_add(Text* text, const char* data, size_t size);

/// Add what printf would print
void
text_print(Text* text, const char* format, ...) SONIC_PRINTF(2, 3);

/// Forget the contents and any failure, keep the memory
void
text_clear(Text* text);

/// Release the memory; the text is empty then
void
text_free(Text* text);

#endif // SONIC_BASE_TEXT_H
