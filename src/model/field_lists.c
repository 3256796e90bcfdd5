// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/field_private.h"

#include <stdio.h>
#include <string.h>

/// What a field that holds ids may name, by its key
static const struct {
  const char* key;
  unsigned    kinds; ///< Bit by Kind
  const char* expected;
} id_fields[] = {
  {"output",
   1u << KIND_BUS | 1u << KIND_MASTER,
   "\"master\" or the id of a bus"},
  {"key",
   1u << KIND_NONE | 1u << KIND_TRACK | 1u << KIND_BUS,
   "the id of a track or bus"},
  {"sample", 1u << KIND_NONE | 1u << KIND_SAMPLE, "the id of a sample"},
  {"track", 1u << KIND_TRACK, "the id of a track"},
  {"clip", 1u << KIND_NONE | 1u << KIND_CLIP, "the id of a clip"},
  {"owner",
   1u << KIND_TRACK | 1u << KIND_BUS | 1u << KIND_MASTER,
   "the id of a channel"},
  {"group", 1u << KIND_NONE | 1u << KIND_GROUP, "the id of a group"},
  {"morph_from", 1u << KIND_NONE | 1u << KIND_SNAPSHOT, "the id of a snapshot"},
  {"morph_to", 1u << KIND_NONE | 1u << KIND_SNAPSHOT, "the id of a snapshot"},
  {"effects", 1u << KIND_EFFECT, "ids of effects"},
};

Status
field_take_id(const Field* const field,
              const Value* const value,
              ValueFault* const  fault,
              Id* const          out)
{
  const size_t num = sizeof(id_fields) / sizeof(id_fields[0]);
  for (size_t i = 0; i < num; ++i) {
    if (strcmp(field->key, id_fields[i].key)) {
      continue;
    }

    Id         id    = ID_NONE;
    const bool is_id = value->type == JSON_STRING &&
                       (!*value->text || id_parse(value->text, &id));
    if (!is_id || !(id_fields[i].kinds & 1u << id_kind(id))) {
      return value_unexpected(value, fault, "%s", id_fields[i].expected);
    }

    *out = id;
    return STATUS_OK;
  }

  return value_unexpected(value, fault, "no value");
}

Status
field_take_ids(const Field* const field,
               const Value* const value,
               ValueFault* const  fault,
               IdList** const     out)
{
  if (value->type != JSON_ARRAY) {
    return value_unexpected(value, fault, "an array of ids");
  }

  const size_t  count = json_array_size(value->json);
  IdList* const list  = count ? id_list_new((uint32_t)count) : NULL;
  if (count && !list) {
    return STATUS_NO_MEMORY;
  }

  for (size_t i = 0; i < count; ++i) {
    const json_t* const item  = json_array_get(value->json, i);
    const Value         entry = {
              .type = json_typeof(item), .text = json_string_value(item), .json = item};
    if (field_take_id(field, &entry, fault, &list->ids[i])) {
      snprintf(fault->path, sizeof(fault->path), "[%zu]", i);
      id_list_release(list);
      return STATUS_BAD_ARGUMENT;
    }
  }

  id_list_release(*out);
  *out = list;
  return STATUS_OK;
}

/// Read a send: {"bus": "b1", "level": -12, "pre": false}
static Status
take_send(const json_t* const item,
          const RangeMode     mode,
          ValueFault* const   fault,
          Send* const         send)
{
  const json_t* const bus   = json_object_get(item, "bus");
  const json_t* const level = json_object_get(item, "level");
  const json_t* const pre   = json_object_get(item, "pre");
  const char* const   text  = json_string_value(bus);
  if (!json_is_object(item)) {
    value_fault(fault, "", "expected an object");
    value_fault_found(fault, item);
    return STATUS_BAD_ARGUMENT;
  }

  if (!text || !id_parse(text, &send->bus) || id_kind(send->bus) != KIND_BUS) {
    value_fault(fault, ".bus", "expected the id of a bus");
    value_fault_found(fault, bus);
    return STATUS_BAD_ARGUMENT;
  }

  const double number = level ? json_number_value(level) : -60.0;
  if (level &&
      (!json_is_number(level) ||
       (mode == RANGE_CHECKED && !(number >= -60.0 && number <= 12.0)))) {
    value_fault(fault, ".level", "expected a number from -60 to 12");
    value_fault_found(fault, level);
    return STATUS_BAD_ARGUMENT;
  }

  if (pre && !json_is_boolean(pre)) {
    value_fault(fault, ".pre", "expected true or false");
    value_fault_found(fault, pre);
    return STATUS_BAD_ARGUMENT;
  }

  send->level_db = number < -60.0 ? -60.0 : number > 12.0 ? 12.0 : number;
  send->pre      = json_is_true(pre);
  return STATUS_OK;
}

Status
field_take_sends(const Value* const value,
                 const RangeMode    mode,
                 ValueFault* const  fault,
                 SendList** const   out)
{
  if (value->type != JSON_ARRAY) {
    return value_unexpected(value, fault, "an array of sends");
  }

  const size_t    count = json_array_size(value->json);
  SendList* const list  = count ? send_list_new((uint32_t)count) : NULL;
  if (count && !list) {
    return STATUS_NO_MEMORY;
  }

  Status st = STATUS_OK;
  for (size_t i = 0; !st && i < count; ++i) {
    const json_t* const item = json_array_get(value->json, i);
    st                       = take_send(item, mode, fault, &list->sends[i]);
    for (size_t j = 0; !st && j < i; ++j) {
      if (list->sends[j].bus == list->sends[i].bus) {
        st = value_fault(fault, ".bus", "a second send to this bus");
      }
    }

    if (st) {
      char within[32];
      snprintf(within, sizeof(within), "%.16s", fault->path);
      snprintf(fault->path, sizeof(fault->path), "[%zu]%s", i, within);
    }
  }

  if (st) {
    send_list_release(list);
    return st;
  }

  send_list_release(*out);
  *out = list;
  return STATUS_OK;
}

Status
field_take_params(const Value* const value,
                  ValueFault* const  fault,
                  ParamMap** const   out)
{
  if (value->type != JSON_OBJECT) {
    return value_unexpected(value, fault, "an object of numbers");
  }

  json_t* const object = (json_t*)value->json; // Only looked at
  ParamMap*     map    = NULL;
  Status        st     = STATUS_OK;
  for (void* i = json_object_iter(object); !st && i;
       i       = json_object_iter_next(object, i)) {
    const char* const   symbol = json_object_iter_key(i);
    const json_t* const item   = json_object_iter_value(i);
    if (!json_is_number(item)) {
      char path[64];
      snprintf(path, sizeof(path), ".%s", symbol);
      value_fault(fault, path, "expected a number");
      value_fault_found(fault, item);
      st = STATUS_BAD_ARGUMENT;
      break;
    }

    ParamMap* larger = NULL;
    st = param_map_set(map, symbol, json_number_value(item), false, &larger);
    if (!st) {
      param_map_release(map);
      map = larger;
    }
  }

  if (st) {
    param_map_release(map);
    return st;
  }

  param_map_release(*out);
  *out = map;
  return STATUS_OK;
}
