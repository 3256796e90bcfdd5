// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

SendList*
send_list_new(const uint32_t count)
{
  SendList* const list =
    (SendList*)calloc(1, sizeof(SendList) + (size_t)count * sizeof(Send));
  if (list) {
    atomic_init(&list->refs, 1u);
    list->count = count;
  }

  return list;
}

SendList*
send_list_retain(const SendList* const list)
{
  if (list) {
    atomic_fetch_add_explicit(
      (atomic_uint*)&list->refs, 1u, memory_order_relaxed);
  }

  return (SendList*)list;
}

void
send_list_release(const SendList* const list)
{
  if (list && atomic_fetch_sub_explicit(
                (atomic_uint*)&list->refs, 1u, memory_order_acq_rel) == 1u) {
    free((void*)list);
  }
}

ParamMap*
param_map_retain(const ParamMap* const map)
{
  if (map) {
    atomic_fetch_add_explicit(
      (atomic_uint*)&map->refs, 1u, memory_order_relaxed);
  }

  return (ParamMap*)map;
}

void
param_map_release(const ParamMap* const map)
{
  if (map && atomic_fetch_sub_explicit(
               (atomic_uint*)&map->refs, 1u, memory_order_acq_rel) == 1u) {
    for (uint32_t i = 0; i < map->count; ++i) {
      string_release(map->params[i].symbol);
    }

    free((void*)map);
  }
}

/// Place of `symbol`, or where it would go
static uint32_t
param_place(const ParamMap* const map,
            const char* const     symbol,
            bool* const           found)
{
  uint32_t low  = 0;
  uint32_t high = map ? map->count : 0;
  *found        = false;
  while (low < high) {
    const uint32_t middle = (low + high) / 2u;
    const int order = strcmp(symbol, string_text(map->params[middle].symbol));
    if (!order) {
      *found = true;
      return middle;
    }

    if (order < 0) {
      high = middle;
    } else {
      low = middle + 1u;
    }
  }

  return low;
}

bool
param_map_find(const ParamMap* const map,
               const char* const     symbol,
               double* const         value)
{
  bool           found = false;
  const uint32_t place = param_place(map, symbol, &found);
  if (found) {
    *value = map->params[place].value;
  }

  return found;
}

Status
param_map_set(const ParamMap* const map,
              const char* const     symbol,
              const double          value,
              const bool            remove,
              ParamMap** const      out)
{
  bool           found = false;
  const uint32_t place = param_place(map, symbol, &found);
  const uint32_t old   = map ? map->count : 0;
  const uint32_t count = old + (remove ? 0u : 1u) - (found ? 1u : 0u);
  *out                 = NULL;
  if (!count) {
    return STATUS_OK;
  }

  ParamMap* const result =
    (ParamMap*)malloc(sizeof(ParamMap) + (size_t)count * sizeof(Param));
  String* const name = remove ? NULL : string_new(symbol);
  if (!result || (!remove && !name)) {
    free(result);
    string_release(name);
    return STATUS_NO_MEMORY;
  }

  atomic_init(&result->refs, 1u);
  result->count = count;

  uint32_t n = 0;
  for (uint32_t i = 0; i <= old; ++i) {
    if (i == place && !remove) {
      result->params[n].symbol  = name;
      result->params[n++].value = value;
    }

    if (i < old && !(i == place && found)) {
      result->params[n].symbol  = string_retain(map->params[i].symbol);
      result->params[n++].value = map->params[i].value;
    }
  }

  *out = result;
  return STATUS_OK;
}

void
slug_make(const char* name, char slug[SLUG_SIZE])
{
  uint32_t length = 0;
  bool     gap    = false;
  for (; *name && length < SLUG_SIZE - 2u; ++name) {
    const char c = *name >= 'A' && *name <= 'Z' ? (char)(*name + 32) : *name;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      if (gap && length) {
        slug[length++] = '-';
      }

      slug[length++] = c;
      gap            = false;
    } else {
      gap = true;
    }
  }

  slug[length] = '\0';
}

bool
signature_parse(const char* const text, Signature* const signature)
{
  unsigned beats = 0;
  unsigned unit  = 0;
  int      end   = 0;
  if (sscanf(text, "%2u/%2u%n", &beats, &unit, &end) != 2 || text[end] ||
      text[0] == '+' || beats < 1 || beats > 64 || unit < 1 || unit > 64 ||
      (unit & (unit - 1u))) {
    return false;
  }

  signature->beats = (uint8_t)beats;
  signature->unit  = (uint8_t)unit;
  return true;
}
