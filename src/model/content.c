// SPDX-License-Identifier: GPL-3.0-or-later
//
// What free JSON in a document must look like

#include "model/field_codec.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/// The greatest beat, TICKS_MAX
#define MAX_BEAT 10000000.0

/// A number without a range of its own is finite and not absurd
#define MAX_NUMBER 1e9

/// Check one row of a list of lists; `path` is where it is
typedef Status (*RowCheck)(const json_t* row,
                           const char*   path,
                           ValueFault*   fault);

/// Check that an item of a row is a number in a range
static Status
check_number(const json_t* const row,
             const char* const   path,
             const size_t        index,
             const double        min,
             const double        max,
             ValueFault* const   fault)
{
  const json_t* const item  = json_array_get(row, index);
  const double        value = json_number_value(item);
  if (json_is_number(item) && value >= min && value <= max) {
    return STATUS_OK;
  }

  char place[64];
  snprintf(place, sizeof(place), "%s[%zu]", path, index);
  if (min <= -MAX_NUMBER) {
    value_fault(fault, place, "expected a number");
  } else {
    value_fault(
      fault, place, "expected a number from %.10g to %.10g", min, max);
  }

  value_fault_found(fault, item);
  return STATUS_BAD_ARGUMENT;
}

static Status
check_text(const json_t* const row,
           const char* const   path,
           const size_t        index,
           ValueFault* const   fault)
{
  const json_t* const item = json_array_get(row, index);
  if (json_is_string(item)) {
    return STATUS_OK;
  }

  char place[64];
  snprintf(place, sizeof(place), "%s[%zu]", path, index);
  value_fault(fault, place, "expected a text");
  value_fault_found(fault, item);
  return STATUS_BAD_ARGUMENT;
}

static Status
check_tempo(const json_t* const row,
            const char* const   path,
            ValueFault* const   fault)
{
  const Status st = check_number(row, path, 1, 20.0, 300.0, fault);
  if (st || json_array_size(row) < 3) {
    return st;
  }

  const char* const word = json_string_value(json_array_get(row, 2));
  if (word && (!strcmp(word, "jump") || !strcmp(word, "ramp"))) {
    return STATUS_OK;
  }

  char place[64];
  snprintf(place, sizeof(place), "%s[2]", path);
  value_fault(fault, place, "expected \"jump\" or \"ramp\"");
  value_fault_found(fault, json_array_get(row, 2));
  return STATUS_BAD_ARGUMENT;
}

static Status
check_signature(const json_t* const row,
                const char* const   path,
                ValueFault* const   fault)
{
  Signature         signature;
  const char* const text = json_string_value(json_array_get(row, 1));
  if (text && signature_parse(text, &signature)) {
    return STATUS_OK;
  }

  char place[64];
  snprintf(place, sizeof(place), "%s[1]", path);
  value_fault(fault, place, "expected a signature such as \"6/8\"");
  value_fault_found(fault, json_array_get(row, 1));
  return STATUS_BAD_ARGUMENT;
}

static Status
check_point(const json_t* const row,
            const char* const   path,
            ValueFault* const   fault)
{
  const size_t size = json_array_size(row);
  Status       st = check_number(row, path, 1, -MAX_NUMBER, MAX_NUMBER, fault);
  st              = st || size < 3 ? st : check_text(row, path, 2, fault);
  return st || size < 4 ? st : check_number(row, path, 3, -1.0, 1.0, fault);
}

static Status
check_controller(const json_t* const row,
                 const char* const   path,
                 ValueFault* const   fault)
{
  Status st = check_text(row, path, 1, fault);
  for (size_t i = 2; !st && i < json_array_size(row); ++i) {
    st = check_number(row, path, i, -MAX_NUMBER, MAX_NUMBER, fault);
  }

  return st;
}

/// How rows of a list must look
typedef struct {
  size_t   min_items;
  size_t   max_items;
  bool     ordered; ///< By beat
  RowCheck check;   ///< Of all but the beat
} RowRules;

/// Check rows that each begin with a beat
static Status
check_rows(const json_t* const   rows,
           const RowRules* const rules,
           const RangeMode       mode,
           ValueFault* const     fault)
{
  double beat = 0.0;
  for (size_t i = 0; i < json_array_size(rows); ++i) {
    char                path[32];
    const json_t* const row = json_array_get(rows, i);
    snprintf(path, sizeof(path), "[%zu]", i);
    if (!json_is_array(row) || json_array_size(row) < rules->min_items ||
        json_array_size(row) > rules->max_items) {
      value_fault(fault,
                  path,
                  "expected an array of %zu to %zu items",
                  rules->min_items,
                  rules->max_items);
      value_fault_found(fault, row);
      return STATUS_BAD_ARGUMENT;
    }

    // Beats in descending order are a number out of range
    const double min = rules->ordered && mode == RANGE_CHECKED ? beat : 0.0;
    Status       st  = check_number(row, path, 0, min, MAX_BEAT, fault);
    st               = st ? st : rules->check(row, path, fault);
    if (st) {
      return st;
    }

    beat = json_number_value(json_array_get(row, 0));
  }

  return STATUS_OK;
}

/// Check that each value of an object or array has a type
static Status
check_values(const json_t* const value,
             const json_type     type,
             const char* const   expected,
             ValueFault* const   fault)
{
  json_t* const object = (json_t*)value; // Only looked at
  for (size_t i = 0; i < json_array_size(value); ++i) {
    const json_t* const item = json_array_get(value, i);
    if (json_typeof(item) != type) {
      char path[32];
      snprintf(path, sizeof(path), "[%zu]", i);
      value_fault(fault, path, "expected %s", expected);
      value_fault_found(fault, item);
      return STATUS_BAD_ARGUMENT;
    }
  }

  for (void* i = json_object_iter(object); i;
       i       = json_object_iter_next(object, i)) {
    const json_t* const item = json_object_iter_value(i);
    if (json_typeof(item) != type) {
      char path[64];
      snprintf(path, sizeof(path), ".%s", json_object_iter_key(i));
      value_fault(fault, path, "expected %s", expected);
      value_fault_found(fault, item);
      return STATUS_BAD_ARGUMENT;
    }
  }

  return STATUS_OK;
}

Status
content_check(const NodeType      type,
              const char* const   key,
              const json_t* const value,
              const RangeMode     mode,
              ValueFault* const   fault)
{
  static const RowRules tempos      = {2, 3, true, check_tempo};
  static const RowRules signatures  = {2, 2, true, check_signature};
  static const RowRules points      = {2, 4, true, check_point};
  static const RowRules controllers = {3, 4, false, check_controller};
  if (type == NODE_COMPOSITION) {
    return !strcmp(key, "tempo_map") ? check_rows(value, &tempos, mode, fault)
           : !strcmp(key, "signature_map")
             ? check_rows(value, &signatures, mode, fault)
           : !strcmp(key, "chat")
             ? check_values(value, JSON_OBJECT, "an object", fault)
             : STATUS_OK;
  }

  if (type == NODE_TRACK) {
    return !strcmp(key, "slots")
             ? check_values(value, JSON_STRING, "the id of a clip", fault)
             : check_values(value, JSON_OBJECT, "an object", fault);
  }

  return type == NODE_CLIP ? check_rows(value, &controllers, mode, fault)
         : type == NODE_AUTOMATION ? check_rows(value, &points, mode, fault)
         : type == NODE_SAMPLE
           ? check_values(value, JSON_STRING, "a text", fault)
           : STATUS_OK;
}
