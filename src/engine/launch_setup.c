// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/engine_state.h"
#include "engine/launch.h"
#include "engine/track.h"

#include <stdlib.h>

/// Least time between two events of a track
#define MIN_LENGTH (TICKS_PER_BEAT / 32)

LaunchSet*
launch_set_new(const uint32_t num_slots)
{
  LaunchSet* const  set = (LaunchSet*)calloc(1, sizeof(LaunchSet));
  LaunchSlot* const slots =
    (LaunchSlot*)calloc(num_slots + 1u, sizeof(LaunchSlot));
  if (!set || !slots) {
    free(set);
    free(slots);
    return NULL;
  }

  set->num_slots = num_slots;
  set->slots     = slots;
  return set;
}

void
launch_set_put(LaunchSet* const        set,
               const uint32_t          index,
               const LaunchInfo* const info)
{
  const Ticks length = info->length > MIN_LENGTH ? info->length : MIN_LENGTH;
  const Ticks after  = info->follow_after > 0 ? info->follow_after : length;

  set->slots[index] = (LaunchSlot){
    .scene        = info->scene,
    .part         = info->part,
    .length       = length,
    .legato       = info->legato,
    .follow       = info->follow,
    .follow_after = after > MIN_LENGTH ? after : MIN_LENGTH,
  };
}

void
launch_set_trim(LaunchSet* const set, const uint32_t num_slots)
{
  set->num_slots = num_slots < set->num_slots ? num_slots : set->num_slots;
}

void
launch_set_free(LaunchSet* const set)
{
  if (set) {
    free(set->slots);
    free(set);
  }
}

LaunchTold
engine_launched(EngineTrack* const track)
{
  TrackLaunch* const launch = &track->launch;
  return (LaunchTold){
    .state   = (LaunchState)atomic_load(&launch->told_state),
    .playing = atomic_load(&launch->told_playing),
    .waiting = atomic_load(&launch->told_waiting),
  };
}

bool
engine_launch_event(Engine* const engine, LaunchEvent* const event)
{
  return ring_read(engine->launcher.events, event);
}
