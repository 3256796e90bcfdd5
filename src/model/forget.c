// SPDX-License-Identifier: GPL-3.0-or-later
//
// What names a thing that goes

#include "model/document.h"

#include <string.h>

/// Take the slots of a track that hold a clip, or that are of a scene, away
static Status
empty_slots(Composition** const draft, const Track* const track, const Id id)
{
  char        text[ID_TEXT_SIZE];
  json_t*     kept = json_object();
  const char* key  = NULL;
  json_t*     value;
  id_format(id, text);
  json_object_foreach(track->slots, key, value)
  {
    const char* const clip = json_string_value(value);
    if (strcmp(key, text) && (!clip || strcmp(clip, text)) &&
        json_object_set_new(kept, key, json_string(clip ? clip : ""))) {
      json_decref(kept);
      return STATUS_NO_MEMORY;
    }
  }

  if (kept && json_object_size(kept) == json_object_size(track->slots)) {
    json_decref(kept);
    return STATUS_OK;
  }

  Track* const copy = kept ? (Track*)node_copy(&track->node) : NULL;
  if (!copy) {
    json_decref(kept);
    return STATUS_NO_MEMORY;
  }

  json_drop(copy->slots);
  copy->slots = kept;
  return composition_put(draft, &copy->node);
}

/// Take the automation that is in a clip's time away
static Status
drop_automation(Composition** const draft, const Id clip)
{
  Status        st    = STATUS_OK;
  IdList* const order = id_list_retain((*draft)->order[KIND_AUTOMATION]);
  for (uint32_t i = 0; !st && i < id_list_count(order); ++i) {
    const Automation* const automation =
      (const Automation*)composition_find(*draft, order->ids[i]);
    if (automation->clip == clip) {
      st = composition_remove(draft, order->ids[i]);
    }
  }

  id_list_release(order);
  return st;
}

/// Forget all clips of a track
static Status
forget_clips(Composition** const draft, const Id id)
{
  Status             st    = STATUS_OK;
  const Track* const track = composition_track(*draft, id);
  IdList* const      clips = id_list_retain(track ? track->clips : NULL);
  const bool         any   = id_list_count((*draft)->order[KIND_AUTOMATION]);
  for (uint32_t i = 0; any && !st && i < id_list_count(clips); ++i) {
    st = drop_automation(draft, clips->ids[i]);
  }

  id_list_release(clips);
  return st;
}

Status
composition_empty_slots(Composition** const draft, const Id track, const Id id)
{
  const Track* const found = composition_track(*draft, track);
  return found ? empty_slots(draft, found, id) : STATUS_OK;
}

Status
composition_forget(Composition** const draft, const Id id)
{
  const Kind kind = id_kind(id);
  if (kind == KIND_TRACK) {
    return forget_clips(draft, id);
  }

  if (kind == KIND_CLIP) {
    const Clip* const clip = composition_clip(*draft, id);
    const Status      st   = composition_empty_slots(draft, clip->track, id);
    return st ? st : drop_automation(draft, id);
  }

  Status        st    = STATUS_OK;
  IdList* const order = id_list_retain((*draft)->order[KIND_TRACK]);
  for (uint32_t i = 0; kind == KIND_SCENE && !st && i < id_list_count(order);
       ++i) {
    st = empty_slots(draft, composition_track(*draft, order->ids[i]), id);
  }

  id_list_release(order);
  return st;
}
