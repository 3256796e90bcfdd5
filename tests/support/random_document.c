// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/random_document.h"

#include "model/difference.h"
#include "support/random_value.h"

#include <jansson.h>

// Edits

static void
add_thing(Random* const random, Composition** const draft, const Kind kind)
{
  Id id = ID_NONE;
  random_need(!composition_take_id(draft, kind, &id));

  Node* const node = node_new(node_type_of_kind(kind), id);
  random_need(node);
  random_fields(random, *draft, node);
  random_need(!composition_put(draft, node));
}

static void
add_clip(Random* const random, Composition** const draft)
{
  const Id track = random_thing(random, *draft, KIND_TRACK);
  Id       id    = ID_NONE;
  if (!track) {
    return;
  }

  random_need(!composition_take_id(draft, KIND_CLIP, &id));
  Clip* const clip = (Clip*)node_new(NODE_CLIP, id);
  random_need(clip);
  clip->track = track;
  random_fields(random, *draft, &clip->node);
  note_list_release(clip->notes);
  clip->notes = random_notes(random);
  random_need(!composition_put(draft, &clip->node));
}

static void
add_effect(Random* const random, Composition** const draft)
{
  const Id owner = random_channel(random, *draft);
  Id       id    = ID_NONE;
  random_need(!composition_take_id(draft, KIND_EFFECT, &id));

  Effect* const effect = (Effect*)node_new(NODE_EFFECT, id);
  random_need(effect);
  effect->owner = owner;
  random_fields(random, *draft, &effect->node);
  random_need(!composition_put(draft, &effect->node));

  Channel* const channel =
    (Channel*)node_copy(&composition_channel(*draft, owner)->node);
  IdList* const  old = channel->effects;
  const uint32_t at  = (uint32_t)random_below(random, id_list_count(old) + 1u);
  channel->effects   = id_list_insert(old, at, id);
  id_list_release(old);
  random_need(!composition_put_channel(draft, channel));
}

static void
change_thing(Random* const random, Composition** const draft)
{
  static const Kind kinds[] = {KIND_TRACK,
                               KIND_CLIP,
                               KIND_CLIP,
                               KIND_CLIP,
                               KIND_EFFECT,
                               KIND_SAMPLE,
                               KIND_BUS,
                               KIND_SCENE,
                               KIND_MARKER,
                               KIND_AUTOMATION,
                               KIND_GROUP,
                               KIND_SNAPSHOT};

  const Kind kind =
    kinds[random_below(random, sizeof(kinds) / sizeof(kinds[0]))];
  const Id id = random_node(random, *draft, kind);
  if (!id) {
    return;
  }

  Node* const copy = node_copy(composition_find(*draft, id));
  random_fields(random, *draft, copy);

  // The launcher knows clips by their track, so only some move
  if (kind == KIND_CLIP && random_chance(random, 3)) {
    ((Clip*)copy)->track = random_thing(random, *draft, KIND_TRACK);
  }

  random_need(!composition_put(draft, copy));
}

static void
change_channel(Random* const random, Composition** const draft)
{
  const Id       id = random_channel(random, *draft);
  Channel* const channel =
    (Channel*)node_copy(&composition_channel(*draft, id)->node);
  random_fields(random, *draft, &channel->node);
  random_need(!composition_put_channel(draft, channel));
}

static void
change_root(Random* const random, Composition** const draft)
{
  Composition* const root = composition_edit(draft);
  random_need(root);
  random_fields(random, root, &root->node);
}

static void
move_thing(Random* const random, Composition** const draft)
{
  static const Kind kinds[] = {KIND_TRACK, KIND_BUS, KIND_SCENE, KIND_SAMPLE};

  const Id id = random_thing(random, *draft, kinds[random_below(random, 4)]);
  if (id) {
    random_need(
      !composition_move(draft, id, (uint32_t)random_below(random, 10)));
  }
}

/// Empty the launcher's slots whose scene or clip is not where it was
static void
tidy_slots(Composition** const draft)
{
  IdList* const tracks = id_list_retain((*draft)->order[KIND_TRACK]);
  for (uint32_t i = 0; i < id_list_count(tracks); ++i) {
    const Track* const track = composition_track(*draft, tracks->ids[i]);
    json_t* const      kept  = json_object();
    for (void* j = json_object_iter(track->slots); j;
         j       = json_object_iter_next(track->slots, j)) {
      Id scene = ID_NONE;
      Id id    = ID_NONE;
      id_parse(json_object_iter_key(j), &scene);
      id_parse(json_string_value(json_object_iter_value(j)), &id);

      const Clip* const clip = composition_clip(*draft, id);
      if (clip && clip->track == track->node.id &&
          composition_find(*draft, scene)) {
        json_object_set(
          kept, json_object_iter_key(j), json_object_iter_value(j));
      }
    }

    if (json_equal(kept, track->slots)) {
      json_decref(kept);
      continue;
    }

    Track* const copy = (Track*)node_copy(&track->node);
    json_drop(copy->slots);
    copy->slots = kept;
    random_need(!composition_put(draft, &copy->node));
  }

  id_list_release(tracks);
}

typedef struct {
  Id   sample;
  bool found;
} SampleUse;

static bool
find_use(void* const handle, const uint32_t number, const Node* const node)
{
  SampleUse* const use = (SampleUse*)handle;
  (void)number;
  use->found = use->found || ((const Clip*)node)->sample == use->sample;
  return !use->found;
}

static void
remove_thing(Random* const random, Composition** const draft)
{
  const Kind kind = (Kind)(KIND_TRACK + random_below(random, 10));
  const Id   id   = random_node(random, *draft, kind);
  SampleUse  use  = {id, false};
  table_each((*draft)->things[KIND_CLIP], find_use, &use);
  if (id && !use.found) {
    random_need(!composition_remove(draft, id));
  }
}

void
random_edit(Random* const random, Composition** const draft)
{
  static const Kind kinds[] = {KIND_TRACK,
                               KIND_BUS,
                               KIND_SAMPLE,
                               KIND_SCENE,
                               KIND_MARKER,
                               KIND_AUTOMATION,
                               KIND_GROUP,
                               KIND_SNAPSHOT};

  switch (random_below(random, 12)) {
    case 0:
    case 1:
      add_thing(random, draft, kinds[random_below(random, 8)]);
      break;
    case 2:
    case 3:
      add_clip(random, draft);
      break;
    case 4:
      add_effect(random, draft);
      break;
    case 5:
    case 6:
    case 7:
      change_thing(random, draft);
      break;
    case 8:
      change_channel(random, draft);
      break;
    case 9:
      change_root(random, draft);
      break;
    case 10:
      move_thing(random, draft);
      break;
    default:
      remove_thing(random, draft);
      break;
  }

  tidy_slots(draft);
}

Composition*
random_document(Random* const random, const unsigned num_edits)
{
  Composition* root = composition_new("random", "Random");
  random_need(root);
  for (unsigned i = 0; i < num_edits; ++i) {
    random_edit(random, &root);
  }

  return root;
}

// Comparing

static bool
is_same(void* const handle, const Change* const change)
{
  (void)handle;
  return change->before && change->after &&
         node_equal(change->before, change->after);
}

bool
document_equal(const Composition* const a, const Composition* const b)
{
  for (unsigned k = 0; k < NUM_KINDS; ++k) {
    if (a->next_id[k] != b->next_id[k] ||
        !id_list_equal(a->order[k], b->order[k])) {
      return false;
    }
  }

  return document_difference(a, b, is_same, NULL);
}
