// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/decode_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
node_list_free(NodeList* const list)
{
  for (size_t i = 0; i < list->count; ++i) {
    node_release(list->nodes[i]);
  }

  free(list->nodes);
}

void
node_list_add(Decoder* const decoder, NodeList* const list, Node* const node)
{
  if (list->count == list->room) {
    const size_t room  = list->room ? list->room * 2u : 8u;
    Node** const nodes = (Node**)realloc(list->nodes, room * sizeof(Node*));
    if (!decoder_need(decoder, nodes)) {
      node_release(node);
      return;
    }

    list->nodes = nodes;
    list->room  = room;
  }

  list->nodes[list->count++] = node;
}

bool
decoder_put(Decoder* const decoder, Node* const node)
{
  return decoder_need(decoder, !composition_put(&decoder->root, node));
}

void
decoder_put_all(Decoder* const decoder, NodeList* const list)
{
  for (size_t i = 0; i < list->count; ++i) {
    Node* const node = list->nodes[i];
    list->nodes[i]   = NULL;
    if (!decoder_put(decoder, node)) {
      return;
    }
  }
}

static void
read_id(Decoder* const decoder, void* const handle)
{
  Thing* const thing = (Thing*)handle;
  JsonSpan     span;
  if (!json_skip(&decoder->reader, &span)) {
    return;
  }

  // Between the quotes; what has escapes is no id
  char         text[ID_TEXT_SIZE] = "";
  const size_t length             = (size_t)(span.end - span.at);
  if (length >= 2u && length - 2u < sizeof(text) && *span.at == '"') {
    memcpy(text, span.at + 1, length - 2u);
  }

  Id id = ID_NONE;
  if (!id_parse(text, &id) || id_kind(id) != thing->kind) {
    ValueFault fault;
    value_fault(
      &fault, "", "expected an id such as \"%c1\"", id_letter(thing->kind));
    value_fault_found_text(&fault, span.at, length);
    decoder_fault(decoder, span.at, "%s", fault.text);
  } else if (decoder_see(decoder, id)) {
    thing->node->id = id;
  } else if (!decoder->status) {
    decoder_fault(decoder, span.at, "the id \"%s\" is there twice", text);
  }
}

Node*
decoder_read_thing(Decoder* const      decoder,
                   Thing* const        thing,
                   const Member* const members)
{
  thing->node = node_new(node_type_of_kind(thing->kind), ID_NONE);
  if (!decoder_need(decoder, thing->node)) {
    return NULL;
  }

  json_peek(&decoder->reader);
  const char* const start  = decoder->reader.at;
  const uint32_t    faults = decoder->num_faults;
  decoder_read_object(
    decoder, thing->node, "", node_extra(thing->node), members, thing);

  const bool is_named =
    thing->node->id != ID_NONE || thing->kind == KIND_AUTOMATION;
  if (!is_named && decoder_going(decoder) && decoder->num_faults == faults) {
    decoder_fault(decoder, start, "the key \"id\" is missing");
  }

  if (!is_named || !decoder_going(decoder)) {
    node_release(thing->node);
    thing->node = NULL;
  }

  return thing->node;
}

const Member decoder_id_only[] = {{"id", read_id}, {NULL, NULL}};

// Channels and what is in them

/// Where a channel is read to
typedef struct {
  Channel*  channel; ///< Borrowed, not shared yet
  NodeList* effects;
} ChannelPlace;

static void
read_effects(Decoder* const decoder, void* const handle)
{
  const ChannelPlace* const place = (const ChannelPlace*)handle;
  unsigned                  count = 0;
  if (!decoder_enter_array(decoder)) {
    return;
  }

  while (decoder_going(decoder) && json_next(&decoder->reader, &count, ']')) {
    Thing       thing  = {.kind = KIND_EFFECT};
    Node* const effect = decoder_read_thing(decoder, &thing, decoder_id_only);
    if (effect) {
      node_list_add(decoder, place->effects, effect);
    }
  }

  const size_t  num = place->effects->count;
  IdList* const ids = num ? id_list_new((uint32_t)num) : NULL;
  for (size_t i = 0; decoder_need(decoder, ids || !num) && i < num; ++i) {
    ids->ids[i] = place->effects->nodes[i]->id;
  }

  id_list_release(place->channel->effects);
  place->channel->effects = ids;
}

static void
read_limiter(Decoder* const decoder, void* const handle)
{
  const ChannelPlace* const place = (const ChannelPlace*)handle;
  json_t* const             extra = json_object();
  if (decoder_need(decoder, extra)) {
    decoder_read_object(
      decoder, &decoder->root->node, "master.limiter.", extra, NULL, NULL);
    if (json_object_size(extra)) {
      decoder_need(decoder,
                   !json_object_set(place->channel->extra, "limiter", extra));
    }
  }

  json_decref(extra);
}

void
decoder_read_channel(Decoder* const  decoder,
                     Channel* const  channel,
                     NodeList* const effects)
{
  static const Member members[]   = {{"effects", read_effects}, {NULL, NULL}};
  static const Member of_master[] = {
    {"effects", read_effects}, {"limiter", read_limiter}, {NULL, NULL}};

  ChannelPlace place = {channel, effects};
  decoder_read_object(decoder,
                      &channel->node,
                      "",
                      channel->extra,
                      channel->node.id == ID_MASTER ? of_master : members,
                      &place);
}

static void
read_channel(Decoder* const decoder, void* const handle)
{
  Thing* const   thing   = (Thing*)handle;
  Channel* const channel = thing->kind == KIND_TRACK
                             ? ((Track*)thing->node)->channel
                             : ((Bus*)thing->node)->channel;
  decoder_read_channel(decoder, channel, &thing->effects);
}

void
decoder_put_effects(Decoder* const  decoder,
                    NodeList* const effects,
                    const Id        owner)
{
  for (size_t i = 0; i < effects->count; ++i) {
    ((Effect*)effects->nodes[i])->owner = owner;
  }

  decoder_put_all(decoder, effects);
}

// Tracks and buses

static void
read_clips(Decoder* const decoder, void* const handle)
{
  Thing* const track = (Thing*)handle;
  unsigned     count = 0;
  if (!decoder_enter_array(decoder)) {
    return;
  }

  while (decoder_going(decoder) && json_next(&decoder->reader, &count, ']')) {
    Thing       thing = {.kind = KIND_CLIP};
    Node* const clip  = decoder_read_thing(decoder, &thing, decoder_id_only);
    if (clip) {
      node_list_add(decoder, &track->clips, clip);
    }
  }
}

/// Put the clips of a track, which is in the document
static void
put_clips(Decoder* const decoder, NodeList* const clips, const Id track)
{
  for (size_t i = 0; i < clips->count; ++i) {
    ((Clip*)clips->nodes[i])->track = track;
  }

  const uint32_t count = (uint32_t)clips->count;
  if (count) {
    clips->count = 0; // They move
    decoder_need(
      decoder,
      !composition_put_clips(&decoder->root, track, clips->nodes, count));
  }
}

/// Read tracks or buses
static void
read_channels(Decoder* const      decoder,
              const Kind          kind,
              const Member* const members)
{
  unsigned count = 0;
  if (!decoder_enter_array(decoder)) {
    return;
  }

  while (decoder_going(decoder) && json_next(&decoder->reader, &count, ']')) {
    Thing       thing = {.kind = kind};
    Node* const node  = decoder_read_thing(decoder, &thing, members);
    if (node) {
      const Id       id = node->id;
      Channel* const channel =
        kind == KIND_TRACK ? ((Track*)node)->channel : ((Bus*)node)->channel;
      channel->node.id = id;
      if (decoder_put(decoder, node)) {
        put_clips(decoder, &thing.clips, id);
        decoder_put_effects(decoder, &thing.effects, id);
      }
    }

    node_list_free(&thing.clips);
    node_list_free(&thing.effects);
  }
}

void
decoder_read_tracks(Decoder* const decoder, void* const handle)
{
  static const Member members[] = {{"id", read_id},
                                   {"clips", read_clips},
                                   {"channel", read_channel},
                                   {NULL, NULL}};
  (void)handle;
  read_channels(decoder, KIND_TRACK, members);
}

void
decoder_read_buses(Decoder* const decoder, void* const handle)
{
  static const Member members[] = {
    {"id", read_id}, {"channel", read_channel}, {NULL, NULL}};
  (void)handle;
  read_channels(decoder, KIND_BUS, members);
}
