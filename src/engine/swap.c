// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/swap.h"

#include "engine/track.h"
#include "engine/transport.h"

#include <stdbool.h>
#include <stddef.h>

/// Mark the tracks and effects of a schedule, which may be null
SONIC_RT static void
mark(const Schedule* const schedule, const bool wanted)
{
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    schedule->tracks[i]->wanted = wanted;
  }

  for (uint32_t i = 0; schedule && i < schedule->num_effects; ++i) {
    schedule->effects[i]->wanted = wanted;
    schedule->effects[i]->place  = i;
  }

  for (uint32_t i = 0; schedule && i < schedule->num_paths; ++i) {
    const PathPlan* const planned = &schedule->paths[i];
    planned->path->next_ends      = wanted ? planned->ends : (PathEnds){0};
  }
}

SONIC_RT static uint32_t
longer(const uint32_t a, const uint32_t b)
{
  return a > b ? a : b;
}

// An effect has moved if it is not in the order of the others.  `place` is that
// in the next schedule.

/// Whether the wanted effects of a chain, but for one, keep their order
SONIC_RT static bool
is_in_order(EngineEffect* const* const effects,
            const uint32_t             num,
            const uint32_t             without)
{
  uint32_t next = 0;
  for (uint32_t i = 0; i < num; ++i) {
    if (i != without && effects[i]->wanted) {
      if (effects[i]->place < next) {
        return false;
      }

      next = effects[i]->place + 1u;
    }
  }

  return true;
}

/// Have those go that the next schedule has elsewhere, or not; returns the
/// frames that it takes
SONIC_RT static uint32_t
leave_chain(EngineEffect* const* const effects, const uint32_t num)
{
  uint32_t frames  = 0;
  uint32_t without = 0;
  while (without < num && !is_in_order(effects, num, without)) {
    ++without;
  }

  const bool ordered = is_in_order(effects, num, num);
  for (uint32_t i = 0; i < num; ++i) {
    // One has moved, or else all count as such
    const bool moved = !ordered && (without == num || without == i);
    if (!effects[i]->wanted || moved) {
      frames = longer(frames, effect_leave(effects[i]));
    }
  }

  return frames;
}

/// Have everything go that the next schedule does not have in its place;
/// returns the frames that it takes
SONIC_RT static uint32_t
leave(const Schedule* const schedule)
{
  uint32_t frames = 0;
  for (uint32_t i = 0; i < schedule->num_tracks; ++i) {
    EngineTrack* const track = schedule->tracks[i];
    track->fade.out          = !track->wanted;
    frames                   = longer(frames, track->wanted ? 0u : FADE_FRAMES);
  }

  for (uint32_t i = 0; i <= schedule->num_channels; ++i) {
    const Chain* const chain = &schedule->chains[i];
    frames =
      longer(frames, leave_chain(schedule->effects + chain->first, chain->num));
  }

  for (uint32_t i = 0; i < schedule->num_paths; ++i) {
    const PathPlan* const planned = &schedule->paths[i];
    planned->path->fade.out =
      !path_ends_equal(planned->path->next_ends, planned->ends);
    frames = longer(frames, planned->path->fade.out ? FADE_FRAMES : 0u);
  }

  return frames;
}

SONIC_RT void
swap_request(Engine* const engine, Operation* const op)
{
  // What is not in the next one begins to fade, what is comes back
  uint32_t frames = 0;
  mark(op->schedule, true);
  if (engine->schedule) {
    frames = leave(engine->schedule);
  }

  mark(op->schedule, false);
  const bool heard   = transport_is_heard(&engine->transport);
  engine->next_frame = engine->frame + (heard ? frames : 0u);
  engine->next       = op;
  if (engine->next_frame <= engine->frame) {
    swap_schedule(engine);
  }
}

SONIC_RT static void
swap_tracks(const Engine* const   engine,
            const Schedule* const before,
            const Schedule* const after)
{
  for (uint32_t i = 0; before && i < before->num_tracks; ++i) {
    EngineTrack* const track = before->tracks[i];
    track->scheduled         = track->wanted;
  }

  for (uint32_t i = 0; after && i < after->num_tracks; ++i) {
    EngineTrack* const track = after->tracks[i];
    if (!track->scheduled) {
      track_reset(track);
      track->fade      = (Fade){0};
      track->starts    = engine->timeline.starts;
      track->scheduled = true;
    }

    track->fade.out = false;
  }
}

/// What is new comes in, unless its channel is new too
SONIC_RT static void
swap_effects(const Engine* const   engine,
             const Schedule* const before,
             const Schedule* const after)
{
  const bool heard = transport_is_heard(&engine->transport);
  for (uint32_t i = 0; before && i < before->num_effects; ++i) {
    EngineEffect* const effect = before->effects[i];
    effect->scheduled          = effect->wanted;
  }

  for (uint32_t i = 0; after && i < after->num_effects; ++i) {
    EngineEffect* const effect = after->effects[i];
    const bool at_once = !heard || effect->channel->state != CHANNEL_RUNNING;
    if (!effect->scheduled) {
      effect->begun     = false;
      effect->scheduled = true;
      effect->starts    = engine->timeline.starts;
      effect_enter(effect, at_once);
    } else if (effect->leaves) {
      effect_enter(effect, at_once);
    }
  }
}

/// What leads elsewhere, or is new while its channel is heard, fades in
SONIC_RT static void
swap_paths(const Engine* const   engine,
           const Schedule* const before,
           const Schedule* const after)
{
  const bool heard = transport_is_heard(&engine->transport);
  for (uint32_t i = 0; before && i < before->num_paths; ++i) {
    const PathPlan* const planned = &before->paths[i];
    planned->path->ends =
      planned->path->next_ends.to ? planned->ends : (PathEnds){0};
  }

  for (uint32_t i = 0; after && i < after->num_paths; ++i) {
    PathPlan* const planned = &after->paths[i];
    Path* const     path    = planned->path;
    const bool      fresh   = !path_ends_equal(path->ends, planned->ends);
    planned->past           = path_set(path, planned->delay, planned->past);
    path->fade.out          = false;
    if (!heard || !path->used) {
      path_reset(path);
    } else if (fresh) {
      path_restart(path);
    }

    if (fresh) {
      path->starts = engine->timeline.starts;
    }

    path->ends = planned->ends;
    path->used = true;
  }
}

SONIC_RT void
swap_schedule(Engine* const engine)
{
  if (!engine->next) {
    return;
  }

  Schedule* const before = engine->schedule;
  Schedule* const after  = engine->next->schedule;
  mark(after, true);
  swap_tracks(engine, before, after);
  swap_effects(engine, before, after);
  swap_paths(engine, before, after);
  mark(after, false);
  engine->schedule       = after;
  engine->next->schedule = before;
  engine->next           = NULL;
}
