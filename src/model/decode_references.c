// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/decode_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
decoder_refer(Decoder* const     decoder,
              const Node* const  node,
              const Field* const field,
              const JsonSpan     span)
{
  if (decoder->num_references == decoder->max_references) {
    const size_t max =
      decoder->max_references ? decoder->max_references * 2u : 64u;
    Reference* const grown =
      (Reference*)realloc(decoder->references, max * sizeof(Reference));
    if (!decoder_need(decoder, grown)) {
      return;
    }

    decoder->references     = grown;
    decoder->max_references = max;
  }

  Reference* const reference = &decoder->references[decoder->num_references++];
  reference->node            = node_retain(node);
  reference->field           = field;
  reference->span            = span;
}

static bool
is_there(const Composition* const root, const Id id)
{
  return id == ID_NONE || id == ID_MASTER || composition_find(root, id);
}

static void
tell_of_absent(Decoder* const decoder, const char* const at, const Id id)
{
  char text[ID_TEXT_SIZE];
  decoder_fault(decoder, at, "there is no \"%s\"", id_format(id, text));
}

/// Check a launcher row: scenes that are there, clips of this track
static void
check_slots(Decoder* const decoder, const Reference* const reference)
{
  json_t* const slots = ((const Track*)reference->node)->slots;
  for (void* i = json_object_iter(slots); i;
       i       = json_object_iter_next(slots, i)) {
    const char* const key   = json_object_iter_key(i);
    const char* const value = json_string_value(json_object_iter_value(i));
    Id                scene = ID_NONE;
    Id                clip  = ID_NONE;
    char              path[64];
    snprintf(path, sizeof(path), ".%s", key);

    const char* const at = json_locate(reference->span, path);
    if (!id_parse(key, &scene) || id_kind(scene) != KIND_SCENE ||
        !composition_find(decoder->root, scene)) {
      decoder_fault(decoder, at, "there is no scene \"%s\"", key);
    } else if (*value) {
      const bool        is_id = id_parse(value, &clip);
      const Clip* const found =
        is_id ? composition_clip(decoder->root, clip) : NULL;
      if (!found || found->track != reference->node->id) {
        decoder_fault(
          decoder, at, "there is no clip \"%s\" on this track", value);
      }
    }
  }
}

static void
check_sends(Decoder* const decoder, const Reference* const reference)
{
  const SendList* const sends = ((const Channel*)reference->node)->sends;
  for (uint32_t i = 0; sends && i < sends->count; ++i) {
    if (!is_there(decoder->root, sends->sends[i].bus)) {
      char path[32];
      snprintf(path, sizeof(path), "[%u].bus", i);
      tell_of_absent(
        decoder, json_locate(reference->span, path), sends->sends[i].bus);
    }
  }
}

static void
check_master(Decoder* const decoder, const Reference* const reference)
{
  const Channel* const master = (const Channel*)reference->node;
  if (reference->field->type == FIELD_SENDS ? master->sends != NULL
                                            : master->output != ID_MASTER) {
    decoder_fault(
      decoder, reference->span.at, "the master goes to no other channel");
  }
}

// Buses that go round: a walk along outputs and sends, in depth, that comes to
// a bus it is still on the way from has found a circle.

typedef enum { UNSEEN, ON_THE_WAY, DONE } Mark;

typedef struct {
  Decoder*      decoder;
  const IdList* buses;
  bool          found;
  uint8_t*      marks; ///< Mark by position in `buses`
} Walk;

/// Most buses, so that the walk's depth is bounded
#define MAX_BUSES 4096u

static void
walk_from(Walk* walk, size_t position);

/// Tell that the channel of a bus leads back to it
static void
tell_of_circle(Decoder* const decoder, const Id from, const Id to)
{
  char text[ID_TEXT_SIZE];
  for (size_t i = 0; i < decoder->num_references; ++i) {
    const Reference* const reference = &decoder->references[i];
    if (reference->node->id == from && reference->node->type == NODE_CHANNEL &&
        (reference->field->type == FIELD_SENDS ||
         ((const Channel*)reference->node)->output == to)) {
      decoder_fault(decoder,
                    reference->span.at,
                    "what goes from here to \"%s\" comes back here",
                    id_format(to, text));
      return;
    }
  }
}

static void
walk_along(Walk* const walk, const Id from, const Id to)
{
  const int64_t position =
    id_kind(to) == KIND_BUS ? id_list_find(walk->buses, to) : -1;
  if (position < 0) {
    return;
  }

  if (walk->marks[position] == ON_THE_WAY) {
    walk->found = true;
    tell_of_circle(walk->decoder, from, to);
  } else if (walk->marks[position] == UNSEEN) {
    walk_from(walk, (size_t)position);
  }
}

static void
walk_from(Walk* const walk, const size_t position)
{
  const Id             bus     = walk->buses->ids[position];
  const Channel* const channel = composition_channel(walk->decoder->root, bus);
  walk->marks[position]        = ON_THE_WAY;
  walk_along(walk, bus, channel->output);
  for (uint32_t i = 0; channel->sends && i < channel->sends->count; ++i) {
    walk_along(walk, bus, channel->sends->sends[i].bus);
  }

  walk->marks[position] = DONE;
}

/// Lead all buses straight to the master
static void
straighten(Decoder* const decoder)
{
  const IdList* const buses = decoder->root->order[KIND_BUS];
  for (uint32_t i = 0; i < id_list_count(buses); ++i) {
    const Channel* const channel =
      composition_channel(decoder->root, buses->ids[i]);
    Channel* const copy = (Channel*)node_copy(&channel->node);
    if (decoder_need(decoder, copy)) {
      send_list_release(copy->sends);
      copy->sends  = NULL;
      copy->output = ID_MASTER;
      decoder_need(decoder, !composition_put_channel(&decoder->root, copy));
    }
  }
}

static void
check_circles(Decoder* const decoder)
{
  const IdList* const buses = decoder->root->order[KIND_BUS];
  const uint32_t      count = id_list_count(buses);
  if (count > MAX_BUSES) {
    decoder_fault(
      decoder, decoder->reader.text, "more than %u buses", MAX_BUSES);
    return;
  }

  Walk walk = {decoder, buses, false, (uint8_t*)calloc(count + 1u, 1)};
  if (decoder_need(decoder, walk.marks)) {
    for (uint32_t i = 0; i < count; ++i) {
      if (walk.marks[i] == UNSEEN) {
        walk_from(&walk, i);
      }
    }
  }

  free(walk.marks);
  if (walk.found && decoder->range == RANGE_CLAMPED) {
    straighten(decoder);
  }
}

/// Check what the composition itself names
static void
check_root(Decoder* const decoder)
{
  const Id named[] = {decoder->root->morph_from, decoder->root->morph_to};
  for (uint32_t i = 0; i < 2u; ++i) {
    if (!is_there(decoder->root, named[i])) {
      tell_of_absent(decoder, decoder->reader.text, named[i]);
    }
  }
}

void
decoder_check_references(Decoder* const decoder)
{
  for (size_t i = 0; decoder_going(decoder) && i < decoder->num_references;
       ++i) {
    const Reference* const reference = &decoder->references[i];
    const Field* const     field     = reference->field;
    if (reference->node->id == ID_NONE) {
      continue; // Of a thing that was left out
    }

    if (reference->node->id == ID_MASTER) {
      check_master(decoder, reference);
    } else if (field->type == FIELD_SENDS) {
      check_sends(decoder, reference);
    } else if (field->type == FIELD_JSON) {
      check_slots(decoder, reference);
    } else {
      const Id id = *(const Id*)field_of(field, reference->node);
      if (!is_there(decoder->root, id)) {
        tell_of_absent(decoder, reference->span.at, id);
      }
    }
  }

  if (decoder_going(decoder)) {
    check_root(decoder);
    check_circles(decoder);
  }
}
