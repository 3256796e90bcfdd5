// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/daw_private.h"

#include "services/composition_undo.h"
#include "services/edit.h"
#include "services/services_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/// Most actions that there are
#define MAX_ACTIONS 96u

const DawAction*
daw_actions(uint32_t* const count)
{
  static DawAction       all[MAX_ACTIONS];
  static uint32_t        num;
  static size_t          num_lists;
  const DawAction* const lists[] = {
    daw_track_actions, daw_clip_actions, daw_effect_actions, daw_song_actions};
  for (size_t i = 0; !num_lists && i < sizeof(lists) / sizeof(lists[0]); ++i) {
    for (const DawAction* a = lists[i]; a->name; ++a) {
      all[num++] = *a;
    }
  }

  num_lists = sizeof(lists) / sizeof(lists[0]);
  *count    = num;
  return all;
}

static const DawAction*
find_action(const char* const name)
{
  uint32_t               count = 0;
  const DawAction* const all   = daw_actions(&count);
  for (uint32_t i = 0; i < count; ++i) {
    if (!strcmp(all[i].name, name)) {
      return &all[i];
    }
  }

  return NULL;
}

Status
daw_action(Services* const     services,
           const char* const   name,
           const json_t* const args,
           json_t** const      result)
{
  const DawAction* const action = find_action(name);
  *result                       = NULL;
  if (!action) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "There is no action \"%.60s\" (see /ai/actions/list)",
                         name);
  }

  Status st = daw_check(services, name, action->args, args);
  if (st) {
    return st;
  }

  DawMark mark = daw_mark(services);
  DawCall call = {services, args, json_object()};
  st = call.result && mark.root ? action->run(&call) : edit_no_memory(services);
  if (st) {
    json_decref(call.result);
    daw_rollback(services, &mark);
    if (!services_error(services)[0]) {
      services_fail(services, st, "%s: %s", name, status_text(st));
    }

    return st;
  }

  daw_unmark(&mark);
  *result = call.result;
  return STATUS_OK;
}

// Drafts

DawMark
daw_mark(Services* const services)
{
  const DawMark mark = {composition_retain(services_document(services)),
                        services->batch ? services->batch->num_ops : 0};
  return mark;
}

void
daw_unmark(DawMark* const mark)
{
  composition_release(mark->root);
  mark->root = NULL;
}

void
daw_rollback(Services* const services, DawMark* const mark)
{
  if (mark->root) {
    edit_replace(services, mark->root);
  }

  // What the transport was asked for since then is taken back
  if (services->batch && services->batch->num_ops > mark->ops) {
    services->batch->num_ops = mark->ops;
    services->asked.set      = services->asked.set && mark->ops > 0;
  }

  daw_unmark(mark);
}

// Finding

/// What a name may have been, for the message
static void
list_names(Services* const services,
           const Kind      kind,
           char* const     text,
           const size_t    size)
{
  const Composition* const root = services_document(services);
  const IdList* const list = root->order[kind == KIND_NONE ? KIND_TRACK : kind];
  size_t              used = 0;
  text[0]                  = '\0';
  for (uint32_t i = 0; i < id_list_count(list) && used + 48 < size; ++i) {
    char id[ID_TEXT_SIZE];
    used += (size_t)snprintf(text + used,
                             size - used,
                             "%s%s %.24s",
                             i ? ", " : "",
                             id_format(list->ids[i], id),
                             node_name(composition_find(root, list->ids[i])));
  }
}

/// A thing of a kind by name, ID_NONE if there is none
static Id
find_name(Services* const services, const Kind kind, const char* const text)
{
  const Composition* const root = services_document(services);
  const IdList* const      list = root->order[kind];
  for (uint32_t i = 0; i < id_list_count(list); ++i) {
    if (!strcasecmp(node_name(composition_find(root, list->ids[i])), text)) {
      return list->ids[i];
    }
  }

  return ID_NONE;
}

Status
daw_find(Services* const   services,
         const Kind        kind,
         const char* const text,
         Id* const         out)
{
  const Composition* const root = services_document(services);
  if (id_parse(text, out)) {
    const bool good = kind == KIND_NONE
                        ? composition_channel(root, *out) != NULL
                        : id_kind(*out) == kind && composition_find(root, *out);
    if (good) {
      return STATUS_OK;
    }
  }

  *out = find_name(services, kind == KIND_NONE ? KIND_TRACK : kind, text);
  *out = *out == ID_NONE && kind == KIND_NONE
           ? find_name(services, KIND_BUS, text)
           : *out;
  *out = *out == ID_NONE && kind == KIND_NONE && !strcasecmp(text, "master")
           ? ID_MASTER
           : *out;
  if (*out != ID_NONE) {
    return STATUS_OK;
  }

  static const char* const kinds[NUM_KINDS] = {[KIND_NONE]   = "channel",
                                               [KIND_TRACK]  = "track",
                                               [KIND_CLIP]   = "clip",
                                               [KIND_EFFECT] = "effect",
                                               [KIND_SAMPLE] = "sample",
                                               [KIND_BUS]    = "bus",
                                               [KIND_SCENE]  = "scene",
                                               [KIND_MARKER] = "marker"};
  char                     names[320];
  list_names(services, kind, names, sizeof(names));
  return services_fail(services,
                       STATUS_NOT_FOUND,
                       "There is no %s \"%.60s\"%s%s",
                       kinds[kind] ? kinds[kind] : "thing",
                       text,
                       names[0] ? "; there are " : "",
                       names);
}

// Arguments

const char*
daw_text(const DawCall* const call,
         const char* const    name,
         const char* const    none)
{
  const char* const text = json_string_value(daw_get(call, name));
  return text ? text : none;
}

double
daw_number(const DawCall* const call, const char* const name, const double none)
{
  const json_t* const value = daw_get(call, name);
  return json_is_number(value) ? json_number_value(value) : none;
}

bool
daw_bool(const DawCall* const call, const char* const name, const bool none)
{
  const json_t* const value = daw_get(call, name);
  return value ? json_is_true(value) : none;
}

Id
daw_id(const DawCall* const call, const Kind kind, const char* const name)
{
  Id                id   = ID_NONE;
  const char* const text = daw_text(call, name, NULL);
  return text && !daw_find(call->services, kind, text, &id) ? id : ID_NONE;
}

Ticks
daw_ticks(const double beats)
{
  Ticks ticks = 0;
  return ticks_from_beats(beats, &ticks) ? ticks : -1;
}

// Fields

static Status
set_field(Services* const         services,
          const Id                id,
          const NodeType          type,
          const char* const       key,
          const FieldValue* const value)
{
  const Field* const field = node_find_field(type, key);
  return field ? services_set_field(services, id, type, field, value)
               : STATUS_INTERNAL;
}

Status
daw_set_number(Services* const   services,
               const Id          id,
               const NodeType    type,
               const char* const key,
               const double      number)
{
  const FieldValue value = {.number = number};
  return set_field(services, id, type, key, &value);
}

Status
daw_set_beats(Services* const   services,
              const Id          id,
              const char* const key,
              const double      beats)
{
  const FieldValue value = {.ticks = daw_ticks(beats)};
  return set_field(services, id, node_type_of_kind(id_kind(id)), key, &value);
}

Status
daw_set_text(Services* const   services,
             const Id          id,
             const NodeType    type,
             const char* const key,
             const char* const text)
{
  const FieldValue value = {.text = text};
  return set_field(services, id, type, key, &value);
}

// Steps

uint64_t
daw_step(Services* const services)
{
  return composition_step(services);
}

bool
daw_can_redo(Services* const services)
{
  return *composition_undo_name(services, 1) != '\0';
}

Status
daw_take_back(Services* const services, const uint64_t revision)
{
  return composition_take_back(services, revision);
}
