// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/tempo_edit.h"

#include "services/edit.h"

#include <jansson.h>

#include <string.h>

/// Read a row of the map; false if it is not one
static bool
read_change(const json_t* const row, TempoChange* const change)
{
  const char* const word = json_string_value(json_array_get(row, 2));
  change->tempo = tempo_from_double(json_number_value(json_array_get(row, 1)));
  change->ramp  = word && !strcmp(word, "ramp");
  return ticks_from_beats(json_number_value(json_array_get(row, 0)),
                          &change->start);
}

void
tempo_each(const Services* const services,
           const TempoChangeFunc func,
           void* const           handle)
{
  const json_t* const map    = services_document(services)->tempo_map;
  TempoChange         change = {0};
  for (size_t i = 0; i < json_array_size(map); ++i) {
    if (read_change(json_array_get(map, i), &change)) {
      func(handle, &change);
    }
  }
}

/// A copy of the map to be changed, owned; null (noted) if memory ran out
static json_t*
copy_map(Services* const services)
{
  json_t* const copy = json_copy(services_document(services)->tempo_map);
  if (!copy) {
    edit_no_memory(services);
  }

  return copy;
}

/// Take a map, which moves, into the draft
static Status
put_map(Services* const services, json_t* const map)
{
  Composition* const root = map ? edit_root(services) : NULL;
  if (!root) {
    json_decref(map);
    return STATUS_NO_MEMORY;
  }

  json_drop(root->tempo_map);
  root->tempo_map = map;
  return STATUS_OK;
}

/// Place of the first change at or after a beat; `found` if it is at it
static size_t
find_place(const json_t* const map, const Ticks beat, bool* const found)
{
  const size_t count  = json_array_size(map);
  TempoChange  change = {0};
  for (size_t i = 0; i < count; ++i) {
    if (read_change(json_array_get(map, i), &change) && change.start >= beat) {
      *found = change.start == beat;
      return i;
    }
  }

  *found = false;
  return count;
}

Status
tempo_set(Services* const services, const TempoChange* const change)
{
  if (change->start < 0) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "The timeline begins at beat 0, not %g",
                         ticks_to_beats(change->start));
  }

  json_t* const map = copy_map(services);
  if (json_array_size(map) >= MAX_TEMPO_CHANGES) {
    json_decref(map);
    return services_fail(services,
                         STATUS_TOO_LARGE,
                         "There are at most %u changes of tempo",
                         MAX_TEMPO_CHANGES);
  }

  bool          found = false;
  const size_t  place = find_place(map, change->start, &found);
  json_t* const row   = json_pack("[ffs]",
                                ticks_to_beats(change->start),
                                tempo_to_bpm(change->tempo),
                                change->ramp ? "ramp" : "jump");
  if (!row || (found ? json_array_set_new(map, place, row)
                     : json_array_insert_new(map, place, row))) {
    json_decref(map);
    return edit_no_memory(services);
  }

  return put_map(services, map);
}

Status
tempo_remove(Services* const services, const Ticks beat)
{
  bool          found = false;
  json_t* const map   = copy_map(services);
  const size_t  place = find_place(map, beat, &found);
  if (!found) {
    json_decref(map);
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "The tempo does not change at beat %g",
                         ticks_to_beats(beat));
  }

  json_array_remove(map, place);
  return put_map(services, map);
}

Status
tempo_clear(Services* const services)
{
  return put_map(services, json_array());
}
