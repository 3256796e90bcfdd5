// SPDX-License-Identifier: GPL-3.0-or-later
//
// Immutable values that nodes share: strings, lists of identifiers, JSON
//
// Values are counted: `retain` adds an owner, `release` takes one away and
// frees with the last.  Both accept null and may be called on any thread.

#ifndef SONIC_MODEL_VALUE_H
#define SONIC_MODEL_VALUE_H

#include "base/id.h"

#include <jansson.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Text in UTF-8
typedef struct {
  atomic_uint refs;
  uint32_t    length; ///< Bytes without the end
  char        text[]; ///< Ends with a zero byte
} String;

/// A new string, owned; null if memory ran out
String*
string_new(const char* text);

/// A new string of `length` bytes, owned; null if memory ran out
String*
string_new_length(const char* text, size_t length);

String*
string_retain(const String* string);

void
string_release(const String* string);

/// Text of a string, "" for null
static inline const char*
string_text(const String* const string)
{
  return string ? string->text : "";
}

bool
string_equal(const String* a, const String* b);

/// Identifiers in order
typedef struct {
  atomic_uint refs;
  uint32_t    count;
  Id          ids[];
} IdList;

/// A list with room for `count` identifiers, to be filled in, owned
IdList*
id_list_new(uint32_t count);

IdList*
id_list_retain(const IdList* list);

void
id_list_release(const IdList* list);

/// Number of identifiers, 0 for null
static inline uint32_t
id_list_count(const IdList* const list)
{
  return list ? list->count : 0;
}

/// Position of `id`, or -1
int64_t
id_list_find(const IdList* list, Id id);

bool
id_list_equal(const IdList* a, const IdList* b);

/// A new list with `id` before position `at` (at most the count), owned
IdList*
id_list_insert(const IdList* list, uint32_t at, Id id);

/// A new list without position `at`, owned
IdList*
id_list_remove(const IdList* list, uint32_t at);

// Values of Jansson's.  Its own counting looks at the counter before it changes
// it, without being atomic about that; nodes are shared between threads.

/// Add an owner; returns `json`
static inline json_t*
json_hold(json_t* const json)
{
  if (json && __atomic_load_n(&json->refcount, __ATOMIC_RELAXED) != SIZE_MAX) {
    __atomic_add_fetch(&json->refcount, 1u, __ATOMIC_RELAXED);
  }

  return json;
}

/// Take an owner away
static inline void
json_drop(json_t* const json)
{
  if (json && __atomic_load_n(&json->refcount, __ATOMIC_RELAXED) != SIZE_MAX &&
      !__atomic_sub_fetch(&json->refcount, 1u, __ATOMIC_ACQ_REL)) {
    json_delete(json);
  }
}

#endif // SONIC_MODEL_VALUE_H
