// SPDX-License-Identifier: GPL-3.0-or-later
//
// Text in UTF-8

#ifndef SONIC_BASE_UTF8_H
#define SONIC_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/// Whether `size` bytes are well-formed (no overlong forms, no surrogates)
bool
utf8_valid(const char* text, size_t size);

/// Bytes of the longest beginning of well-formed `text` that has whole
/// characters and at most `max` bytes
size_t
utf8_prefix(const char* text, size_t max);

#endif // SONIC_BASE_UTF8_H
