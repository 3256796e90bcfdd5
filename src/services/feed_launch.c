// SPDX-License-Identifier: GPL-3.0-or-later
//
// Slots of the launcher as the engine plays them

#include "services/clip_part.h"
#include "services/feed_private.h"
#include "services/launcher.h"

bool
feed_drop_slot(Work* const work, const Id clip)
{
  Slots* const slots = &work->feed->slots;
  return !slots_get(slots, id_number(clip)) ||
         feed_replace(work, slots, id_number(clip), NULL);
}

bool
feed_mark_slots(Work* const work)
{
  const IdList* const order = work->after->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const track = composition_track(work->after, order->ids[i]);
    if (json_object_size(track->slots) &&
        !feed_mark_dirty(work, track->node.id)) {
      return false;
    }
  }

  return true;
}

/// The part of a clip in a slot; null if memory ran out
static ClipPart*
slot_part(Work* const work, const Clip* const clip)
{
  Slots* const    slots  = &work->feed->slots;
  const uint32_t  number = id_number(clip->node.id);
  ClipPart* const had    = (ClipPart*)slots_get(slots, number);
  if (had) {
    return had;
  }

  ClipPart* const part = feed_make_part(work, clip);
  if (!part) {
    feed_out_of_memory(work);
    return NULL;
  }

  part->muted = false;
  return feed_replace(work, slots, number, part) ? part : NULL;
}

/// Fill in the slots of a track in the order of scenes; a clip is in the first
/// of its slots only
static bool
fill(Work* const work, const Track* const track, LaunchSet* const set)
{
  const IdList* const scenes = work->after->order[KIND_SCENE];
  uint32_t            count  = 0;
  for (uint32_t i = 0; i < id_list_count(scenes); ++i) {
    const Id          id   = launcher_slot(track, scenes->ids[i]);
    const Clip* const clip = composition_clip(work->after, id);
    if (!clip || launcher_find_scene(work->after, id) != scenes->ids[i]) {
      continue;
    }

    const LaunchInfo info = {.scene        = scenes->ids[i],
                             .part         = slot_part(work, clip),
                             .length       = clip->length,
                             .legato       = clip->legato,
                             .follow       = (FollowAction)clip->follow,
                             .follow_after = clip->follow_after};
    if (!info.part) {
      return false;
    }

    launch_set_put(set, count++, &info);
  }

  launch_set_trim(set, count);
  return true;
}

bool
feed_send_slots(Work* const work, const Track* const track)
{
  const Track* const before =
    work->before ? composition_track(work->before, track->node.id) : NULL;
  if (!json_object_size(track->slots) &&
      !(before && json_object_size(before->slots))) {
    return true;
  }

  LaunchSet* const set =
    launch_set_new(id_list_count(work->after->order[KIND_SCENE]));
  if (!set) {
    return feed_out_of_memory(work);
  }

  const Operation op = {.type  = OPERATION_SLOTS,
                        .track = feed_track(work->feed, track->node.id),
                        .slots = set};
  if (!fill(work, track, set) || !batch_add(work->batch, &op)) {
    launch_set_free(set);
    return work->status ? false : feed_out_of_memory(work);
  }

  return true;
}
