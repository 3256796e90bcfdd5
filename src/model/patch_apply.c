// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/patch.h"

#include "model/codec.h"
#include "model/field_codec.h"
#include "model/notes_codec.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A patch is applied in three steps: what is new or changes, in the order of
// the patch, where owners come before what they own; what goes, owned things
// before owners; then orders and counters, which are right once all else is.

typedef struct {
  Composition* root; ///< Owned
  const char*  key;  ///< Of the member that is applied, for the text
  ValueFault   fault;
} Work;

/// Say what is wrong; returns STATUS_BAD_ARGUMENT
static Status
refuse(Work* const work, const char* const text)
{
  return value_fault(&work->fault, "", "%s", text);
}

/// Apply {"remove": ..., "add": ...} to the notes of a clip
static Status
apply_notes(Work* const         work,
            NoteList** const    notes,
            const json_t* const change)
{
  const json_t* const remove = json_object_get(change, "remove");
  const json_t* const add    = json_object_get(change, "add");
  if (!remove || !add) {
    return refuse(work, "expected notes to remove and to add");
  }

  ClipNote* removed     = NULL;
  ClipNote* added       = NULL;
  uint32_t  num_removed = 0;
  uint32_t  num_added   = 0;
  NoteList* result      = NULL;
  Status st = notes_read_json(remove, 2, &work->fault, &removed, &num_removed);
  st = st ? st : notes_read_json(add, 4, &work->fault, &added, &num_added);
  st = st ? st
          : note_list_change(
              *notes, removed, num_removed, added, num_added, NULL, &result);
  free(removed);
  free(added);
  if (st == STATUS_NOT_FOUND) {
    return refuse(work, "a note to be removed is not there");
  }

  if (!st) {
    note_list_release(*notes);
    *notes = result;
  }

  return st;
}

/// Keep a key that is not ours, as one of a newer version may write it
static Status
apply_unknown(Node* const         node,
              const char* const   key,
              const json_t* const value)
{
  json_t* const extra = json_copy(node_extra(node));
  if (!extra || json_object_set(extra, key, (json_t*)value)) {
    json_decref(extra);
    return STATUS_NO_MEMORY;
  }

  node_set_extra(node, extra);
  return STATUS_OK;
}

static Status
apply_member(Work* const         work,
             Node* const         node,
             const char* const   key,
             const json_t* const value)
{
  if (!strcmp(key, PATCH_EXTRA)) {
    if (!json_is_object(value)) {
      return refuse(work, "expected an object of other keys");
    }

    node_set_extra(node, json_incref((json_t*)value));
    return STATUS_OK;
  }

  const Field* const field = node_find_field(node->type, key);
  if (!field) {
    return apply_unknown(node, key, value);
  }

  return field->type == FIELD_NOTES && json_is_object(value)
           ? apply_notes(work, (NoteList**)field_at(field, node), value)
           : field_read(field, node, value, RANGE_CLAMPED, &work->fault);
}

/// Apply the members of an object to a node of our own
static Status
apply_members(Work* const work, Node* const node, const json_t* const members)
{
  json_t* const object = (json_t*)members; // Only looked at
  for (void* i = json_object_iter(object); i;
       i       = json_object_iter_next(object, i)) {
    const char* const key = json_object_iter_key(i);
    if (node->type == NODE_COMPOSITION &&
        (!strcmp(key, PATCH_ORDER) || !strcmp(key, PATCH_COUNTERS))) {
      continue; // When all else is done
    }

    const Status st = apply_member(work, node, key, json_object_iter_value(i));
    if (st) {
      return st;
    }
  }

  return STATUS_OK;
}

static Status
apply_channel(Work* const work, const Id owner, const json_t* const members)
{
  const Channel* const channel = composition_channel(work->root, owner);
  if (!channel) {
    return refuse(work, "there is no such channel");
  }

  Channel* const copy = (Channel*)node_copy(&channel->node);
  if (!copy) {
    return STATUS_NO_MEMORY;
  }

  const Status st = apply_members(work, &copy->node, members);
  if (st) {
    node_release(&copy->node);
    return st;
  }

  return composition_put_channel(&work->root, copy);
}

/// Apply to a thing, or make it
static Status
apply_thing(Work* const work, const Id id, const json_t* const members)
{
  const Node* const old = composition_find(work->root, id);
  Node* const       node =
    old ? node_copy(old) : node_new(node_type_of_kind(id_kind(id)), id);
  if (!node) {
    return STATUS_NO_MEMORY;
  }

  const Status st = apply_members(work, node, members);
  if (st) {
    node_release(node);
    return st;
  }

  if (id_kind(id) == KIND_CLIP &&
      !composition_track(work->root, ((const Clip*)node)->track)) {
    node_release(node);
    return refuse(work, "the clip's track is not there");
  }

  return composition_put(&work->root, node);
}

/// Apply what is new or changes under a key
static Status
apply_entry(Work* const work, const char* const key, const json_t* const value)
{
  if (!*key) {
    Composition* const root = composition_edit(&work->root);
    return root ? apply_members(work, &root->node, value) : STATUS_NO_MEMORY;
  }

  char         name[ID_TEXT_SIZE];
  const char*  slash  = strchr(key, '/');
  const size_t length = slash ? (size_t)(slash - key) : strlen(key);
  Id           id     = ID_NONE;
  snprintf(name, sizeof(name), "%.*s", (int)length, key);
  if (length >= sizeof(name) || !id_parse(name, &id) ||
      id_kind(id) == KIND_COMPOSITION ||
      (slash && strcmp(slash, PATCH_CHANNEL))) {
    return refuse(work, "this names nothing");
  }

  return slash || id == ID_MASTER ? apply_channel(work, id, value)
                                  : apply_thing(work, id, value);
}

static Status
apply_entries(Work* const work, const json_t* const patch)
{
  json_t* const object = (json_t*)patch; // Only looked at
  for (void* i = json_object_iter(object); i;
       i       = json_object_iter_next(object, i)) {
    const json_t* const value = json_object_iter_value(i);
    work->key                 = json_object_iter_key(i);
    if (json_is_null(value)) {
      continue;
    }

    if (!json_is_object(value)) {
      return refuse(work, "expected an object or null");
    }

    const Status st = apply_entry(work, work->key, value);
    if (st) {
      return st;
    }
  }

  return STATUS_OK;
}

/// Take the effects that are still in the chain of a channel that goes out of
/// it: those that go with it are gone already, these have moved elsewhere
static Status
empty_chain(Work* const work, const Id owner)
{
  const Channel* const channel = composition_channel(work->root, owner);
  if (!channel || !id_list_count(channel->effects)) {
    return STATUS_OK;
  }

  Channel* const copy = (Channel*)node_copy(&channel->node);
  if (!copy) {
    return STATUS_NO_MEMORY;
  }

  id_list_release(copy->effects);
  copy->effects = NULL;
  return composition_put_channel(&work->root, copy);
}

/// Take away what goes and is of a kind, or with KIND_NONE all that is left
static Status
remove_entries(Work* const work, const json_t* const patch, const Kind kind)
{
  json_t* const object = (json_t*)patch; // Only looked at
  for (void* i = json_object_iter(object); i;
       i       = json_object_iter_next(object, i)) {
    Id id     = ID_NONE;
    work->key = json_object_iter_key(i);
    if (!json_is_null(json_object_iter_value(i))) {
      continue;
    }

    if (!id_parse(work->key, &id) || id == ID_MASTER || id == ID_COMPOSITION) {
      return refuse(work, "this can't be removed");
    }

    const bool owned = id_kind(id) == KIND_EFFECT || id_kind(id) == KIND_CLIP;
    if (kind == KIND_NONE ? owned : id_kind(id) != kind) {
      continue;
    }

    Status st = empty_chain(work, id);
    st        = st ? st : composition_remove(&work->root, id);
    if (st) {
      return st == STATUS_NOT_FOUND ? refuse(work, "it is not there to go")
                                    : st;
    }
  }

  return STATUS_OK;
}

// Orders and counters

static Kind
kind_of_letter(const char* const text)
{
  for (unsigned k = 0; k < NUM_KINDS; ++k) {
    if (text[0] && !text[1] && id_letter((Kind)k) == text[0]) {
      return (Kind)k;
    }
  }

  return KIND_NONE;
}

/// Read an order; null, with a fault, unless it has all things of the kind once
static IdList*
read_order(Work* const work, const Kind kind, const json_t* const value)
{
  const IdList* const old   = work->root->order[kind];
  const size_t        count = json_array_size(value);
  IdList* const       order = id_list_new((uint32_t)count);
  if (!order) {
    return NULL;
  }

  order->count = 0;
  for (size_t i = 0; i < count; ++i) {
    const char* const text = json_string_value(json_array_get(value, i));
    Id                id   = ID_NONE;
    if (!text || !id_parse(text, &id) || id_kind(id) != kind ||
        !composition_find(work->root, id) || id_list_find(order, id) >= 0) {
      break;
    }

    order->ids[order->count++] = id;
  }

  if (order->count != count || count != id_list_count(old)) {
    refuse(work, "the order is not that of the things that are there");
    id_list_release(order);
    return NULL;
  }

  return order;
}

static Status
apply_orders(Work* const work, const json_t* const orders)
{
  json_t* const object = (json_t*)orders; // Only looked at
  work->key            = PATCH_ORDER;
  for (void* i = json_object_iter(object); i;
       i       = json_object_iter_next(object, i)) {
    const Kind kind = kind_of_letter(json_object_iter_key(i));
    if (kind == KIND_NONE || kind == KIND_CLIP || kind == KIND_EFFECT) {
      return refuse(work, "an order of no kind");
    }

    IdList* const order = read_order(work, kind, json_object_iter_value(i));
    if (!order) {
      return work->fault.text[0] ? STATUS_BAD_ARGUMENT : STATUS_NO_MEMORY;
    }

    const Status st = composition_set_order(&work->root, kind, order);
    if (st) {
      return st;
    }
  }

  return STATUS_OK;
}

static Status
apply_counters(Work* const work, const json_t* const counters)
{
  Composition* const root   = composition_edit(&work->root);
  json_t* const      object = (json_t*)counters; // Only looked at
  work->key                 = PATCH_COUNTERS;
  if (!root) {
    return STATUS_NO_MEMORY;
  }

  for (void* i = json_object_iter(object); i;
       i       = json_object_iter_next(object, i)) {
    const Kind       kind = kind_of_letter(json_object_iter_key(i));
    const json_int_t next = json_integer_value(json_object_iter_value(i));
    if (kind == KIND_NONE || next < 1 || next > ID_MAX_NUMBER) {
      return refuse(work, "a counter of no kind or without a number");
    }

    root->next_id[kind] = (uint32_t)next;
  }

  return STATUS_OK;
}

Status
patch_apply(Composition** const draft,
            const json_t* const patch,
            char* const         text,
            const size_t        text_size)
{
  Work work = {.root = composition_retain(*draft), .key = ""};
  if (!json_is_object(patch)) {
    composition_release(work.root);
    snprintf(text, text_size, "a patch is an object");
    return STATUS_BAD_ARGUMENT;
  }

  const json_t* const root = json_object_get(patch, "");
  Status              st   = apply_entries(&work, patch);
  st = st ? st : remove_entries(&work, patch, KIND_EFFECT);
  st = st ? st : remove_entries(&work, patch, KIND_CLIP);
  st = st ? st : remove_entries(&work, patch, KIND_NONE);
  st = st ? st : apply_orders(&work, json_object_get(root, PATCH_ORDER));
  st = st ? st : apply_counters(&work, json_object_get(root, PATCH_COUNTERS));
  if (st) {
    composition_release(work.root);
    snprintf(text,
             text_size,
             "\"%s\"%s: %s",
             work.key,
             work.fault.path,
             st == STATUS_BAD_ARGUMENT ? work.fault.text : status_text(st));
    return st;
  }

  composition_release(*draft);
  *draft = work.root;
  return STATUS_OK;
}
