// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/value.h"

#include <stdlib.h>
#include <string.h>

// Whoever takes the last reference away must see all that other threads did
// with the value before: decrements release, and the last one acquires.

/// Take an owner away; true if it was the last
static bool
drop(const atomic_uint* const refs)
{
  atomic_uint* const counter = (atomic_uint*)refs;
  return atomic_fetch_sub_explicit(counter, 1u, memory_order_acq_rel) == 1u;
}

static void
hold(const atomic_uint* const refs)
{
  atomic_fetch_add_explicit((atomic_uint*)refs, 1u, memory_order_relaxed);
}

String*
string_new(const char* const text)
{
  return string_new_length(text, strlen(text));
}

String*
string_new_length(const char* const text, const size_t length)
{
  String* const string = (String*)malloc(sizeof(String) + length + 1u);
  if (!string) {
    return NULL;
  }

  atomic_init(&string->refs, 1u);
  string->length = (uint32_t)length;
  memcpy(string->text, text, length);
  string->text[length] = '\0';
  return string;
}

String*
string_retain(const String* const string)
{
  if (string) {
    hold(&string->refs);
  }

  return (String*)string;
}

void
string_release(const String* const string)
{
  if (string && drop(&string->refs)) {
    free((void*)string);
  }
}

bool
string_equal(const String* const a, const String* const b)
{
  return a == b || !strcmp(string_text(a), string_text(b));
}

IdList*
id_list_new(const uint32_t count)
{
  IdList* const list =
    (IdList*)malloc(sizeof(IdList) + (size_t)count * sizeof(Id));
  if (!list) {
    return NULL;
  }

  atomic_init(&list->refs, 1u);
  list->count = count;
  return list;
}

IdList*
id_list_retain(const IdList* const list)
{
  if (list) {
    hold(&list->refs);
  }

  return (IdList*)list;
}

void
id_list_release(const IdList* const list)
{
  if (list && drop(&list->refs)) {
    free((void*)list);
  }
}

int64_t
id_list_find(const IdList* const list, const Id id)
{
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    if (list->ids[i] == id) {
      return i;
    }
  }

  return -1;
}

bool
id_list_equal(const IdList* const a, const IdList* const b)
{
  const uint32_t count = id_list_count(a);
  return a == b || (count == id_list_count(b) &&
                    (!count || !memcmp(a->ids, b->ids, count * sizeof(Id))));
}

IdList*
id_list_insert(const IdList* const list, const uint32_t at, const Id id)
{
  const uint32_t count  = id_list_count(list);
  IdList* const  result = id_list_new(count + 1u);
  if (!result) {
    return NULL;
  }

  if (count) {
    memcpy(result->ids, list->ids, at * sizeof(Id));
    memcpy(result->ids + at + 1u, list->ids + at, (count - at) * sizeof(Id));
  }

  result->ids[at] = id;
  return result;
}

IdList*
id_list_remove(const IdList* const list, const uint32_t at)
{
  const uint32_t count  = list->count;
  IdList* const  result = id_list_new(count - 1u);
  if (!result) {
    return NULL;
  }

  memcpy(result->ids, list->ids, at * sizeof(Id));
  memcpy(result->ids + at, list->ids + at + 1u, (count - at - 1u) * sizeof(Id));
  return result;
}
