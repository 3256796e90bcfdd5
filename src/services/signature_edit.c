// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/signature_edit.h"

#include "services/edit.h"

#include <jansson.h>

#include <stdio.h>

static Ticks
beat_of(const json_t* const row)
{
  Ticks beat = 0;
  ticks_from_beats(json_number_value(json_array_get(row, 0)), &beat);
  return beat;
}

void
signature_each(const Services* const     services,
               const SignatureChangeFunc func,
               void* const               handle)
{
  const json_t* const map = services_document(services)->signature_map;
  for (size_t i = 0; i < json_array_size(map); ++i) {
    const json_t* const row = json_array_get(map, i);
    func(handle, beat_of(row), json_string_value(json_array_get(row, 1)));
  }
}

/// Take a map, which moves, into the draft
static Status
put_map(Services* const services, json_t* const map)
{
  Composition* const root = map ? edit_root(services) : NULL;
  if (!root) {
    json_decref(map);
    return edit_no_memory(services);
  }

  json_drop(root->signature_map);
  root->signature_map = map;
  return STATUS_OK;
}

/// Place of the first change at or after a beat; `found` if it is at it
static size_t
find_place(const json_t* const map, const Ticks beat, bool* const found)
{
  size_t i = 0;
  while (i < json_array_size(map) && beat_of(json_array_get(map, i)) < beat) {
    ++i;
  }

  *found = i < json_array_size(map) && beat_of(json_array_get(map, i)) == beat;
  return i;
}

/// Check a change; writes its signature in its usual form
static Status
check_change(Services* const   services,
             const Ticks       beat,
             const char* const given,
             char              text[16])
{
  Signature    signature = {0};
  const size_t count =
    json_array_size(services_document(services)->signature_map);
  if (beat < 0) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "The timeline begins at beat 0, not %g",
                         ticks_to_beats(beat));
  }

  if (!signature_parse(given, &signature)) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "Expected a signature such as \"6/8\", not \"%s\"",
                         given);
  }

  snprintf(text, 16, "%u/%u", signature.beats, signature.unit);
  return count < MAX_SIGNATURE_CHANGES
           ? STATUS_OK
           : services_fail(services,
                           STATUS_TOO_LARGE,
                           "There are at most %u changes of signature",
                           MAX_SIGNATURE_CHANGES);
}

Status
signature_set(Services* const   services,
              const Ticks       beat,
              const char* const signature)
{
  char         text[16];
  const Status st = check_change(services, beat, signature, text);
  if (st) {
    return st;
  }

  bool          found = false;
  json_t* const map   = json_copy(services_document(services)->signature_map);
  const size_t  place = find_place(map, beat, &found);
  json_t* const row   = json_pack("[fs]", ticks_to_beats(beat), text);
  if (!row || (found ? json_array_set_new(map, place, row)
                     : json_array_insert_new(map, place, row))) {
    json_decref(map);
    return edit_no_memory(services);
  }

  return put_map(services, map);
}

Status
signature_remove(Services* const services, const Ticks beat)
{
  bool          found = false;
  json_t* const map   = json_copy(services_document(services)->signature_map);
  const size_t  place = find_place(map, beat, &found);
  if (!found) {
    json_decref(map);
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "The signature does not change at beat %g",
                         ticks_to_beats(beat));
  }

  json_array_remove(map, place);
  return put_map(services, map);
}

Status
signature_clear(Services* const services)
{
  return put_map(services, json_array());
}
