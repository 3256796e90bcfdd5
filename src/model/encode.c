// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/codec.h"
#include "model/field_codec.h"

#include <string.h>

// The layout follows the schema: the fields of a node in the order of its
// table, what is no field where the schema has it, unknown keys at the end.
// Tracks and the composition take a line for each member, the small things a
// line each.

static void
write_id(JsonWriter* const writer, const Id id)
{
  char text[ID_TEXT_SIZE];
  json_key(writer, "id");
  json_put_string(writer, id_format(id, text));
}

/// Write the members of an object of Jansson's, except one
static void
write_members(JsonWriter* const   writer,
              const json_t* const object,
              const char* const   except)
{
  json_t* const members = (json_t*)object; // Only looked at
  for (void* i = json_object_iter(members); i;
       i       = json_object_iter_next(members, i)) {
    const char* const key = json_object_iter_key(i);
    if (!except || strcmp(key, except)) {
      json_key(writer, key);
      json_put_json(writer, json_object_iter_value(i));
    }
  }
}

/// Write the fields whose keys begin with a prefix, by what follows it
static void
write_prefixed(JsonWriter* const writer,
               const Node* const node,
               const char* const prefix)
{
  const NodeInfo* const info   = node_info(node->type);
  const size_t          length = strlen(prefix);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    const Field* const field = &info->fields[i];
    if (!strncmp(field->key, prefix, length) &&
        !(field->flags & FIELD_HIDDEN)) {
      json_key(writer, field->key + length);
      field_write(writer, field, node);
    }
  }
}

/// Write fields that are an object of their own, with unknown keys in it
static void
write_group(JsonWriter* const   writer,
            const Node* const   node,
            const char* const   name,
            const char* const   prefix,
            const json_t* const extra)
{
  const bool compact = writer->compact;
  json_key(writer, name);
  json_open(writer, '{', true);
  write_prefixed(writer, node, prefix);
  write_members(writer, json_object_get(extra, name), NULL);
  json_close(writer, '}', compact);
}

/// Write a node that is fields only, on one line
static void
write_simple(JsonWriter* const writer, const Node* const node)
{
  const bool compact = writer->compact;
  json_open(writer, '{', true);
  write_id(writer, node->id);
  write_prefixed(writer, node, "");
  write_members(writer, node_extra(node), NULL);
  json_close(writer, '}', compact);
}

/// Write a channel; the master's has the limiter too
static void
write_channel(JsonWriter* const        writer,
              const Composition* const root,
              const Channel* const     channel)
{
  const bool            compact   = writer->compact;
  const bool            is_master = channel->node.id == ID_MASTER;
  const NodeInfo* const info      = node_info(NODE_CHANNEL);
  json_open(writer, '{', true);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    // The master leads nowhere but out
    const Field* const field = &info->fields[i];
    if (!(field->flags & FIELD_HIDDEN) &&
        !(is_master &&
          (!strcmp(field->key, "output") || !strcmp(field->key, "sends")))) {
      json_key(writer, field->key);
      field_write(writer, field, &channel->node);
    }
  }

  json_key(writer, "effects");
  json_open(writer, '[', true);
  for (uint32_t i = 0; i < id_list_count(channel->effects); ++i) {
    const Node* const effect = composition_find(root, channel->effects->ids[i]);
    if (effect) {
      write_simple(writer, effect);
    }
  }

  json_close(writer, ']', true);
  if (is_master) {
    write_group(
      writer, &root->node, "limiter", "master.limiter.", channel->extra);
  }

  write_members(writer, channel->extra, is_master ? "limiter" : NULL);
  json_close(writer, '}', compact);
}

static void
write_track(JsonWriter* const        writer,
            const Composition* const root,
            const Track* const       track)
{
  json_open(writer, '{', false);
  write_id(writer, track->node.id);
  write_prefixed(writer, &track->node, "");

  json_key(writer, "clips");
  json_open(writer, '[', false);
  for (uint32_t i = 0; i < id_list_count(track->clips) && !writer->failed;
       ++i) {
    const Clip* const clip = composition_clip(root, track->clips->ids[i]);
    if (clip) {
      write_simple(writer, &clip->node);
    }
  }

  json_close(writer, ']', false);
  json_key(writer, "channel");
  write_channel(writer, root, track->channel);
  write_members(writer, track->extra, NULL);
  json_close(writer, '}', false);
}

static void
write_bus(JsonWriter* const        writer,
          const Composition* const root,
          const Bus* const         bus)
{
  json_open(writer, '{', false);
  write_id(writer, bus->node.id);
  write_prefixed(writer, &bus->node, "");
  json_key(writer, "channel");
  write_channel(writer, root, bus->channel);
  write_members(writer, bus->extra, NULL);
  json_close(writer, '}', false);
}

/// Write all things of a kind in their order
static void
write_things(JsonWriter* const        writer,
             const Composition* const root,
             const char* const        key,
             const Kind               kind)
{
  json_key(writer, key);
  json_open(writer, '[', false);

  const IdList* const order = root->order[kind];
  for (uint32_t i = 0; i < id_list_count(order) && !writer->failed; ++i) {
    const Node* const node = composition_find(root, order->ids[i]);
    if (node && kind == KIND_TRACK) {
      write_track(writer, root, (const Track*)node);
    } else if (node && kind == KIND_BUS) {
      write_bus(writer, root, (const Bus*)node);
    } else if (node) {
      write_simple(writer, node);
    }
  }

  json_close(writer, ']', false);
}

static void
write_counters(JsonWriter* const writer, const Composition* const root)
{
  json_key(writer, "next_id");
  json_open(writer, '{', true);
  for (unsigned k = 0; k < NUM_KINDS; ++k) {
    const char letter[2] = {id_letter((Kind)k), '\0'};
    if (letter[0]) {
      json_key(writer, letter);
      json_put_int(writer, root->next_id[k]);
    }
  }

  json_close(writer, '}', false);
}

static void
write_parts(JsonWriter* const writer, const Composition* const root)
{
  write_things(writer, root, "samples", KIND_SAMPLE);
  write_things(writer, root, "tracks", KIND_TRACK);
  write_things(writer, root, "buses", KIND_BUS);
  json_key(writer, "master");
  write_channel(writer, root, root->master);
  write_things(writer, root, "automation", KIND_AUTOMATION);
  write_things(writer, root, "scenes", KIND_SCENE);
  write_things(writer, root, "markers", KIND_MARKER);
  write_things(writer, root, "groups", KIND_GROUP);
  write_things(writer, root, "snapshots", KIND_SNAPSHOT);
}

Status
composition_encode_file(const Composition* const root,
                        const json_t* const      head,
                        const CodecWriteFunc     write,
                        void* const              handle)
{
  JsonWriter writer;
  json_writer_init(&writer, write, handle, false);
  json_open(&writer, '{', false);
  write_members(&writer, head, NULL);

  const NodeInfo* const info = node_info(NODE_COMPOSITION);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    const Field* const field = &info->fields[i];
    if (!strcmp(field->key, "chat")) {
      write_parts(&writer, root);
    }

    if (!strcmp(field->key, "loop.enabled")) {
      write_group(&writer, &root->node, "loop", "loop.", root->extra);
    } else if (!strchr(field->key, '.')) {
      json_key(&writer, field->key);
      field_write(&writer, field, &root->node);
    }
  }

  write_counters(&writer, root);
  write_members(&writer, root->extra, "loop");
  json_close(&writer, '}', false);
  json_put_text(&writer, "\n", 1);
  return json_writer_flush(&writer) ? STATUS_OK : STATUS_IO;
}

Status
composition_encode(const Composition* const composition,
                   const CodecWriteFunc     write,
                   void* const              handle)
{
  return composition_encode_file(composition, NULL, write, handle);
}
