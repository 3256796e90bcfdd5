// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/patch.h"

#include "model/codec.h"
#include "model/field_codec.h"
#include "model/notes_codec.h"

#include <stdio.h>
#include <string.h>

/// A patch that is being written
typedef struct {
  JsonWriter*        writer;
  const Composition* old_root; ///< Or null
  const Composition* new_root;
  Status             status;
} Patch;

/// An object of a patch, which is opened when there is something to say
typedef struct {
  JsonWriter* writer;
  const char* key;
  bool        open;
} Entry;

static void
open_entry(Entry* const entry)
{
  if (!entry->open) {
    json_key(entry->writer, entry->key);
    json_open(entry->writer, '{', true);
    entry->open = true;
  }
}

static void
close_entry(Entry* const entry)
{
  if (entry->open) {
    json_close(entry->writer, '}', true);
  }
}

// Notes

typedef struct {
  JsonWriter* writer;
  bool        added; ///< Write what is new, else what is gone
} NoteSide;

static bool
write_note_side(void* const           handle,
                const ClipNote* const old_note,
                const ClipNote* const new_note)
{
  const NoteSide* const side = (const NoteSide*)handle;
  if (side->added && new_note) {
    note_write(side->writer, new_note, 4);
  } else if (!side->added && !new_note) {
    note_write(side->writer, old_note, 2);
  }

  return true;
}

/// Write a change of notes; one that changes in place is only added
static void
write_note_change(JsonWriter* const     writer,
                  const NoteList* const before,
                  const NoteList* const after)
{
  static const char* const keys[] = {"remove", "add"};

  json_open(writer, '{', true);
  for (unsigned i = 0; i < 2u; ++i) {
    NoteSide side = {writer, i == 1u};
    json_key(writer, keys[i]);
    json_open(writer, '[', true);
    note_list_difference(before, after, write_note_side, &side);
    json_close(writer, ']', true);
  }

  json_close(writer, '}', true);
}

// Nodes

/// Whether a field follows from other nodes
static bool
is_derived(const Field* const field, const Node* const node)
{
  return node->type == NODE_TRACK && field->flags & FIELD_HIDDEN;
}

/// Write what a node has that another has not
static void
write_fields(Entry* const      entry,
             const Node* const before,
             const Node* const after,
             const bool        is_new)
{
  const NodeInfo* const info = node_info(after->type);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    const Field* const field = &info->fields[i];
    if (is_derived(field, after) || field_equal(field, before, after)) {
      continue;
    }

    open_entry(entry);
    json_key(entry->writer, field->key);
    if (field->type == FIELD_NOTES && !is_new) {
      write_note_change(entry->writer,
                        *(NoteList* const*)field_of(field, before),
                        *(NoteList* const*)field_of(field, after));
    } else {
      field_write(entry->writer, field, after);
    }
  }

  if (!json_equal(node_extra(before), node_extra(after))) {
    open_entry(entry);
    json_key(entry->writer, PATCH_EXTRA);
    json_put_json(entry->writer, node_extra(after));
  }
}

/// Write a node that changed or is new; false if memory ran out
static bool
write_node(Entry* const      entry,
           const Node* const before,
           const Node* const after)
{
  if (before) {
    write_fields(entry, before, after, false);
    return true;
  }

  // What is new is told by how it differs from the defaults
  Node* const initial = node_new(after->type, after->id);
  if (!initial) {
    return false;
  }

  write_fields(entry, initial, after, true);
  node_release(initial);
  return true;
}

// The composition

/// Whether applying the rest of the patch gives the new order by itself: what
/// stays keeps its order, and what is new is appended by number
static bool
order_follows(const Composition* const before,
              const Composition* const after,
              const Kind               kind)
{
  const IdList* const old_order = before ? before->order[kind] : NULL;
  const IdList* const new_order = after->order[kind];
  uint32_t            n         = 0;
  for (uint32_t i = 0; i < id_list_count(old_order); ++i) {
    const Id id = old_order->ids[i];
    if (composition_find(after, id)) {
      if (n == id_list_count(new_order) || new_order->ids[n] != id) {
        return false;
      }

      ++n;
    }
  }

  for (Id last = ID_NONE; n < id_list_count(new_order); ++n) {
    const Id id = new_order->ids[n];
    if (id <= last || (before && composition_find(before, id))) {
      return false;
    }

    last = id;
  }

  return true;
}

static void
write_order(JsonWriter* const writer, const IdList* const order)
{
  json_open(writer, '[', true);
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    char text[ID_TEXT_SIZE];
    json_put_string(writer, id_format(order->ids[i], text));
  }

  json_close(writer, ']', true);
}

static void
write_orders(Patch* const patch, Entry* const entry)
{
  Entry orders = {entry->writer, PATCH_ORDER, false};
  for (unsigned k = 0; k < NUM_KINDS; ++k) {
    const char letter[2] = {id_letter((Kind)k), '\0'};
    if (letter[0] &&
        !order_follows(patch->old_root, patch->new_root, (Kind)k)) {
      open_entry(entry);
      open_entry(&orders);
      json_key(entry->writer, letter);
      write_order(entry->writer, patch->new_root->order[k]);
    }
  }

  close_entry(&orders);
}

static void
write_counters(Patch* const patch, Entry* const entry)
{
  Entry counters = {entry->writer, PATCH_COUNTERS, false};
  for (unsigned k = 0; k < NUM_KINDS; ++k) {
    const char     letter[2] = {id_letter((Kind)k), '\0'};
    const uint32_t before = patch->old_root ? patch->old_root->next_id[k] : 0u;
    if (letter[0] && before != patch->new_root->next_id[k]) {
      open_entry(entry);
      open_entry(&counters);
      json_key(entry->writer, letter);
      json_put_int(entry->writer, patch->new_root->next_id[k]);
    }
  }

  close_entry(&counters);
}

// Changes

/// The key of what changed: "t1", "t1/channel", "master", ""
static void
change_key(const Change* const change, char key[PATCH_KEY_SIZE])
{
  key[0] = '\0';
  if (change->type != NODE_COMPOSITION) {
    char text[ID_TEXT_SIZE];
    snprintf(key,
             PATCH_KEY_SIZE,
             "%s%s",
             id_format(change->id, text),
             change->type == NODE_CHANNEL && change->id != ID_MASTER
               ? PATCH_CHANNEL
               : "");
  }
}

static bool
write_change(void* const handle, const Change* const change)
{
  Patch* const patch = (Patch*)handle;
  char         key[PATCH_KEY_SIZE];
  change_key(change, key);
  if (!change->after) {
    // A channel goes with its owner
    if (change->type != NODE_CHANNEL) {
      json_key(patch->writer, key);
      json_put_text(patch->writer, "null", 4);
    }

    return !patch->writer->failed;
  }

  // A new thing is told of even if all of it is as by default, except that a
  // channel is there with its owner
  Entry entry = {patch->writer, key, false};
  if (!change->before && change->type != NODE_CHANNEL) {
    open_entry(&entry);
  }

  if (!write_node(&entry, change->before, change->after)) {
    patch->status = STATUS_NO_MEMORY;
    return false;
  }

  if (change->type == NODE_COMPOSITION) {
    write_orders(patch, &entry);
    write_counters(patch, &entry);
  }

  close_entry(&entry);
  return !patch->writer->failed;
}

Status
patch_write(JsonWriter* const        writer,
            const Composition* const old_root,
            const Composition* const new_root)
{
  Patch patch = {writer, old_root, new_root, STATUS_OK};
  json_open(writer, '{', true);
  document_difference(old_root, new_root, write_change, &patch);
  json_close(writer, '}', true);
  return patch.status ? patch.status : writer->failed ? STATUS_IO : STATUS_OK;
}

json_t*
patch_encode(const Composition* const old_root,
             const Composition* const new_root)
{
  Text       text = {0};
  JsonWriter writer;
  json_writer_init(&writer, json_write_to_text, &text, true);

  const Status  st    = patch_write(&writer, old_root, new_root);
  const bool    ok    = json_writer_flush(&writer) && !st;
  json_t* const patch = ok ? json_loadb(text.data, text.size, 0, NULL) : NULL;
  text_free(&text);
  return patch;
}
