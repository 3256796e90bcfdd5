// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/fail_malloc.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

static atomic_uint num_asked;
static atomic_uint failing;

void
fail_malloc_at(const unsigned n)
{
  atomic_store(&num_asked, 0);
  atomic_store(&failing, n);
}

unsigned
fail_malloc_stop(void)
{
  atomic_store(&failing, 0);
  return atomic_load(&num_asked);
}

/// Count an allocation; true if it is the one to fail
static bool
fails(void)
{
  return atomic_fetch_add(&num_asked, 1) + 1 == atomic_load(&failing);
}

// The linker's --wrap sends calls of NAME to __wrap_NAME and calls of
// __real_NAME to the allocator, which may be a sanitizer's

// clang-format off
#define WRAP(type, name, params, args, failed) \
  type __real_##name params;                   \
  type __wrap_##name params;                   \
  type __wrap_##name params                    \
  {                                            \
    return fails() ? (failed) : __real_##name args; \
  }

WRAP(void*, malloc, (size_t size), (size), NULL)
WRAP(void*, calloc, (size_t num, size_t size), (num, size), NULL)
WRAP(void*, realloc, (void* old, size_t size), (old, size), NULL)
WRAP(void*, reallocarray, (void* old, size_t num, size_t size), (old, num, size), NULL)
WRAP(void*, aligned_alloc, (size_t align, size_t size), (align, size), NULL)
WRAP(char*, strdup, (const char* text), (text), NULL)
WRAP(char*, strndup, (const char* text, size_t size), (text, size), NULL)
WRAP(int, vasprintf, (char** out, const char* format, va_list args), (out, format, args), -1)
// clang-format on

int
__wrap_asprintf(char** out, const char* format, ...);

int
__wrap_asprintf(char** const out, const char* const format, ...)
{
  va_list args;
  va_start(args, format);
  const int size = __wrap_vasprintf(out, format, args);
  va_end(args);
  return size;
}
