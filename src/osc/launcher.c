// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of scenes and slots, and of /playback/launch

#include "services/launcher.h"

#include "osc/call.h"
#include "osc/handlers.h"
#include "services/composition_state.h"
#include "services/launch_record.h"

/// `/compositions/{c}/scenes/list`
Status
osc_compositions_scenes_list(Services* const services, OscCall* const call)
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_SCENE];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Scene* const scene =
      (const Scene*)composition_find(root, order->ids[i]);
    call_int(call, i);
    call_id(call, scene->node.id);
    call_string(call, string_text(scene->name));
    call_string(call, string_text(scene->color));
    call_float(call, tempo_to_bpm(scene->tempo));
    call_item(call);
  }

  call_end_list(call, id_list_count(order));
  return STATUS_OK;
}

/// `/compositions/{c}/scenes/create ,s`
Status
osc_compositions_scene_create(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = scenes_create(services, call->args[0].s, &id);
  call_id(call, id);
  return st;
}

/// `/compositions/{c}/scenes/{scene}/duplicate`
Status
osc_compositions_scene_duplicate(Services* const services, OscCall* const call)
{
  Id           id = ID_NONE;
  const Status st = scenes_duplicate(services, call->ids[1], &id);
  call_id(call, id);
  return st;
}

/// `/compositions/{c}/scenes/{scene}/delete`
Status
osc_compositions_scene_delete(Services* const services, OscCall* const call)
{
  return things_delete(services, call->ids[1]);
}

/// `/compositions/{c}/scenes/{scene}/position`
Status
osc_compositions_scene_position_get(Services* const services,
                                    OscCall* const  call)
{
  call_int(call, scenes_position(services, call->ids[1]));
  return STATUS_OK;
}

/// `/compositions/{c}/scenes/{scene}/position ,i`
Status
osc_compositions_scene_position_set(Services* const services,
                                    OscCall* const  call)
{
  call_int(call, call->args[0].i);
  return scenes_set_position(services, call->ids[1], call->args[0].i);
}

/// `/compositions/{c}/slots/list`
Status
osc_compositions_slots_list(Services* const services, OscCall* const call)
{
  const Composition* const root   = services_document(services);
  const IdList* const      tracks = root->order[KIND_TRACK];
  const IdList* const      scenes = root->order[KIND_SCENE];
  uint32_t                 count  = 0;
  for (uint32_t i = 0; i < id_list_count(tracks); ++i) {
    const Track* const track = composition_track(root, tracks->ids[i]);
    for (uint32_t k = 0; k < id_list_count(scenes); ++k) {
      const Id clip = launcher_slot(track, scenes->ids[k]);
      if (clip) {
        call_int(call, count++);
        call_id(call, tracks->ids[i]);
        call_id(call, scenes->ids[k]);
        call_id(call, clip);
        call_item(call);
      }
    }
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// `/compositions/{c}/slots/{track}/{scene}`
Status
osc_compositions_slot_get(Services* const services, OscCall* const call)
{
  const Track* const track =
    composition_track(services_document(services), call->ids[1]);
  call_id(call, track ? launcher_slot(track, call->ids[2]) : ID_NONE);
  return STATUS_OK;
}

/// `/compositions/{c}/slots/{track}/{scene} ,s`
Status
osc_compositions_slot_set(Services* const services, OscCall* const call)
{
  call_id(call, call->args[0].id);
  return launcher_set_slot(
    services, call->ids[1], call->ids[2], call->args[0].id);
}

/// `/playback/launch/clip ,s`
Status
osc_playback_launch_clip(Services* const services, OscCall* const call)
{
  return launcher_launch_clip(services, call->args[0].id);
}

/// `/playback/launch/slot ,ss`
Status
osc_playback_launch_slot(Services* const services, OscCall* const call)
{
  return launcher_launch_slot(services, call->args[0].id, call->args[1].id);
}

/// `/playback/launch/scene ,s`
Status
osc_playback_launch_scene(Services* const services, OscCall* const call)
{
  return launcher_launch_scene(services, call->args[0].id);
}

/// `/playback/launch/stop`
Status
osc_playback_launch_stop(Services* const services, OscCall* const call)
{
  (void)call;
  return launcher_stop(services, ID_NONE);
}

/// `/playback/launch/stop/{track}`
Status
osc_playback_launch_stop_track(Services* const services, OscCall* const call)
{
  return launcher_stop(services, call->ids[0]);
}

/// `/playback/launch/return`
Status
osc_playback_launch_return(Services* const services, OscCall* const call)
{
  (void)call;
  return launcher_return(services, ID_NONE);
}

/// `/playback/launch/return/{track}`
Status
osc_playback_launch_return_track(Services* const services, OscCall* const call)
{
  return launcher_return(services, call->ids[0]);
}

/// `/playback/launch/state/{track}`
Status
osc_playback_launch_state_get(Services* const services, OscCall* const call)
{
  static const char* const words[] = {
    [LAUNCH_TIMELINE_HEARD] = "timeline",
    [LAUNCH_PLAYING]        = "playing",
    [LAUNCH_STOPPED]        = "stopped",
  };

  call_string(call, words[launcher_told(services, call->ids[0]).state]);
  return STATUS_OK;
}

/// `/playback/launch/playing/{track}`
Status
osc_playback_launch_playing_get(Services* const services, OscCall* const call)
{
  call_id(call, launcher_told(services, call->ids[0]).playing);
  return STATUS_OK;
}

/// `/playback/launch/waiting/{track}`
Status
osc_playback_launch_waiting_get(Services* const services, OscCall* const call)
{
  call_id(call, launcher_told(services, call->ids[0]).waiting);
  return STATUS_OK;
}

/// `/playback/launch/record`
Status
osc_playback_launch_record_get(Services* const services, OscCall* const call)
{
  call_int(call, launch_record_is_on(services));
  return STATUS_OK;
}

/// `/playback/launch/record ,i`
Status
osc_playback_launch_record_set(Services* const services, OscCall* const call)
{
  call_int(call, call->args[0].i);
  return launch_record_set(services, call->args[0].i);
}
