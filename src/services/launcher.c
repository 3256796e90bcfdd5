// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/launcher.h"

#include "services/composition_state.h"
#include "services/edit.h"
#include "services/launch_record.h"
#include "services/playback.h"
#include "services/services_private.h"
#include "services/song_time.h"

#include <string.h>

/// Lines of the launch quantization, in the order of its words
static const BarGrid grids[] = {
  {.bars = 0},  // none
  {.parts = 4}, // 1/4
  {.parts = 2}, // 1/2
  {.bars = 1},
  {.bars = 2},
  {.bars = 4},
};

static BarGrid
present_grid(const Services* const services)
{
  return grids[services_document(services)->launch_quantization];
}

/// A copy of a track to be changed, owned; null (noted) if that fails
static Track*
copy_track(Services* const services, const Id id, Status* const st)
{
  return (Track*)edit_copy(services, id, st);
}

Id
launcher_slot(const Track* const track, const Id scene)
{
  char              text[ID_TEXT_SIZE];
  Id                clip = ID_NONE;
  const char* const value =
    json_string_value(json_object_get(track->slots, id_format(scene, text)));
  return value && id_parse(value, &clip) ? clip : ID_NONE;
}

Id
launcher_find_scene(const Composition* const root, const Id clip)
{
  const Clip* const  found = composition_clip(root, clip);
  const Track* const track =
    found ? composition_track(root, found->track) : NULL;
  const IdList* const scenes = root->order[KIND_SCENE];
  for (uint32_t i = 0; track && i < id_list_count(scenes); ++i) {
    if (launcher_slot(track, scenes->ids[i]) == clip) {
      return scenes->ids[i];
    }
  }

  return ID_NONE;
}

/// Put a clip into a slot without looking
static Status
put_slot(Services* const services,
         const Id        track,
         const Id        scene,
         const Id        clip)
{
  Status        st    = STATUS_OK;
  Track* const  copy  = copy_track(services, track, &st);
  json_t* const slots = copy ? json_copy(copy->slots) : NULL;
  char          key[ID_TEXT_SIZE];
  char          value[ID_TEXT_SIZE];
  id_format(scene, key);
  if (slots && !clip) {
    json_object_del(slots, key);
  }

  if (!slots || (clip && json_object_set_new(
                           slots, key, json_string(id_format(clip, value))))) {
    json_decref(slots);
    node_release(copy ? &copy->node : NULL);
    return st ? st : edit_no_memory(services);
  }

  json_drop(copy->slots);
  copy->slots = slots;
  return edit_put(services, &copy->node);
}

Status
launcher_set_slot(Services* const services,
                  const Id        track,
                  const Id        scene,
                  const Id        clip)
{
  const Composition* const root  = services_document(services);
  const Clip* const        found = composition_clip(root, clip);
  char                     text[ID_TEXT_SIZE];
  char                     name[ID_TEXT_SIZE];
  if (!composition_find(root, scene)) {
    return edit_not_found(services, scene);
  }

  if (clip && !found) {
    return edit_not_found(services, clip);
  }

  if (clip && found->track != track) {
    return services_fail(
      services,
      STATUS_CONFLICT,
      "A slot holds a clip of its own track; %s is not on %s",
      id_format(clip, text),
      id_format(track, name));
  }

  return put_slot(services, track, scene, clip);
}

// Scenes

Status
scenes_create(Services* const services, const char* const name, Id* const out)
{
  if (id_list_count(services_document(services)->order[KIND_SCENE]) >=
      MAX_SCENES) {
    return services_fail(services,
                         STATUS_TOO_LARGE,
                         "A composition has at most %u scenes",
                         MAX_SCENES);
  }

  const Status st = composition_take_id(edit_draft(services), KIND_SCENE, out);
  Scene* const scene = st ? NULL : (Scene*)node_new(NODE_SCENE, *out);
  if (!scene || !edit_string(&scene->name, name)) {
    node_release(scene ? &scene->node : NULL);
    return st ? st : edit_no_memory(services);
  }

  return edit_put(services, &scene->node);
}

Status
scenes_duplicate(Services* const services, const Id scene, Id* const out)
{
  const Composition* const root = services_document(services);
  const Scene* const       from = (const Scene*)composition_find(root, scene);
  if (!from) {
    return edit_not_found(services, scene);
  }

  Status       st   = scenes_create(services, string_text(from->name), out);
  Scene* const copy = st ? NULL : (Scene*)edit_copy(services, *out, &st);
  if (!copy) {
    return st;
  }

  copy->tempo = from->tempo;
  if (!edit_string(&copy->color, string_text(from->color))) {
    node_release(&copy->node);
    return edit_no_memory(services);
  }

  st                  = edit_put(services, &copy->node);
  IdList* const order = id_list_retain(root->order[KIND_TRACK]);
  for (uint32_t i = 0; !st && i < id_list_count(order); ++i) {
    const Track* const track =
      composition_track(services_document(services), order->ids[i]);
    const Id clip = launcher_slot(track, scene);
    st            = clip ? put_slot(services, order->ids[i], *out, clip) : st;
  }

  id_list_release(order);
  return st;
}

int64_t
scenes_position(const Services* const services, const Id scene)
{
  return id_list_find(services_document(services)->order[KIND_SCENE], scene) +
         1;
}

Status
scenes_set_position(Services* const services,
                    const Id        scene,
                    const int64_t   position)
{
  const uint32_t count =
    id_list_count(services_document(services)->order[KIND_SCENE]);
  if (position < 1 || position > count) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "Scenes have positions 1 to %u, not %lld",
                         count,
                         (long long)position);
  }

  return composition_move(
    edit_draft(services), scene, (uint32_t)(position - 1));
}

// Launching

static Status
request(Services* const  services,
        const Id         track,
        const LaunchType type,
        const Id         clip)
{
  EngineTrack* const source = feed_track(services->feed, track);
  const Operation    op     = {.type   = OPERATION_LAUNCH,
                               .track  = source,
                               .launch = {type, clip, present_grid(services)}};
  return source ? edit_request(services, &op) : STATUS_OK;
}

static Status
play(Services* const services)
{
  return playback_runs(services) ? STATUS_OK : playback_play(services);
}

Status
launcher_launch_clip(Services* const services, const Id clip)
{
  const Composition* const root  = services_document(services);
  const Clip* const        found = composition_clip(root, clip);
  char                     text[ID_TEXT_SIZE];
  if (!clip) {
    return services_fail(
      services, STATUS_BAD_ARGUMENT, "Expected a clip that is in a slot");
  }

  if (!found) {
    return edit_not_found(services, clip);
  }

  if (!launcher_find_scene(root, clip)) {
    return services_fail(services,
                         STATUS_CONFLICT,
                         "%s is in no slot of the launcher",
                         id_format(clip, text));
  }

  const Status st = request(services, found->track, LAUNCH_CLIP, clip);
  return st ? st : play(services);
}

Status
launcher_launch_slot(Services* const services, const Id track, const Id scene)
{
  const Track* const found =
    composition_track(services_document(services), track);
  char text[ID_TEXT_SIZE];
  char name[ID_TEXT_SIZE];
  if (!found) {
    return edit_not_found(services, track);
  }

  const Id clip = launcher_slot(found, scene);
  return clip ? launcher_launch_clip(services, clip)
              : services_fail(services,
                              STATUS_NOT_FOUND,
                              "The slot of %s in %s is empty",
                              id_format(track, text),
                              id_format(scene, name));
}

/// Go on at a scene's tempo from its line on, or at once if nothing plays
static Status
request_tempo(Services* const services, const Scene* const scene)
{
  if (!playback_runs(services)) {
    Composition* const draft = edit_root(services);
    if (draft) {
      draft->tempo = scene->tempo;
    }

    return draft ? STATUS_OK : STATUS_NO_MEMORY;
  }

  // The document follows when the line is reached
  Composition root = *services_document(services);
  root.tempo       = scene->tempo;

  TempoMap* const map = song_time_map(&root, services->rate);
  const Operation op  = {.type  = OPERATION_LAUNCH_TEMPO,
                         .scene = scene->node.id,
                         .grid  = present_grid(services),
                         .tempo = map};
  const Status    st =
    map ? edit_request(services, &op) : edit_no_memory(services);
  if (st) {
    tempo_map_free(map);
  }

  return st;
}

/// Launch what a track has in a scene, or stop what was launched
static Status
launch_track(Services* const    services,
             const Track* const track,
             const Id           scene,
             uint32_t* const    count)
{
  const Id         clip = launcher_slot(track, scene);
  const LaunchTold told = launcher_told(services, track->node.id);
  if (clip) {
    // A clip in many slots is launched as that of the first
    ++*count;
    return request(services, track->node.id, LAUNCH_CLIP, clip);
  }

  return told.state == LAUNCH_PLAYING || told.waiting
           ? request(services, track->node.id, LAUNCH_STOP, ID_NONE)
           : STATUS_OK;
}

Status
launcher_launch_scene(Services* const services, const Id id)
{
  const Composition* const root  = services_document(services);
  const Scene* const       scene = (const Scene*)composition_find(root, id);
  const IdList* const      order = root->order[KIND_TRACK];
  char                     text[ID_TEXT_SIZE];
  if (!scene) {
    return edit_not_found(services, id);
  }

  uint32_t count = 0;
  Status   st    = STATUS_OK;
  for (uint32_t i = 0; !st && i < id_list_count(order); ++i) {
    st = launch_track(
      services, composition_track(root, order->ids[i]), id, &count);
  }

  if (!st && !count && !scene->tempo) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "All slots of scene %s are empty",
                         id_format(id, text));
  }

  st = st || !scene->tempo ? st : request_tempo(services, scene);
  return st ? st : play(services);
}

/// Ask something of a track, or of all that don't play their timeline
static Status
request_all(Services* const services, const Id track, const LaunchType type)
{
  if (track) {
    return request(services, track, type, ID_NONE);
  }

  const IdList* const order = services_document(services)->order[KIND_TRACK];
  Status              st    = STATUS_OK;
  for (uint32_t i = 0; !st && i < id_list_count(order); ++i) {
    const LaunchTold told = launcher_told(services, order->ids[i]);
    if (told.state != LAUNCH_TIMELINE_HEARD || told.waiting) {
      st = request(services, order->ids[i], type, ID_NONE);
    }
  }

  return st;
}

Status
launcher_stop(Services* const services, const Id track)
{
  return request_all(services, track, LAUNCH_STOP);
}

Status
launcher_return(Services* const services, const Id track)
{
  return request_all(services, track, LAUNCH_TIMELINE);
}

LaunchTold
launcher_told(const Services* const services, const Id track)
{
  EngineTrack* const source = feed_track(services->feed, track);
  return source ? engine_launched(source)
                : (LaunchTold){.state = LAUNCH_TIMELINE_HEARD};
}

/// The document's tempo becomes the one that a scene brought
static void
follow_tempo(Services* const services, const Id id)
{
  const Author       author = {0, "sonic-claude", "tempo of a scene", ""};
  const Scene* const scene = (const Scene*)composition_find(services->root, id);
  if (!scene || !scene->tempo) {
    return;
  }

  services_begin(services, &author);
  Composition* const draft = edit_root(services);
  if (draft) {
    draft->tempo = scene->tempo;
  }

  const Status st = draft ? services_commit(services) : STATUS_NO_MEMORY;
  if (st) {
    services_log(services, services_error(services));
  }
}

void
launcher_poll(Services* const services)
{
  LaunchEvent event;
  while (engine_launch_event(services->engine, &event)) {
    launch_record_event(services, &event);
    if (event.type == LAUNCH_EVENT_TEMPO) {
      services->launch_scene = event.thing;
    }
  }
}

void
launcher_follow(Services* const services)
{
  const Id scene         = services->launch_scene;
  services->launch_scene = ID_NONE;
  if (scene) {
    follow_tempo(services, scene);
  }

  launch_record_poll(services);
}
