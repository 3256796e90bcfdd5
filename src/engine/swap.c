// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/swap.h"

#include "engine/track.h"
#include "engine/transport.h"

#include <stdbool.h>
#include <stddef.h>

/// Mark the tracks of a schedule, which may be null
SONIC_RT static void
mark(const Schedule* const schedule, const bool wanted)
{
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    schedule->tracks[i]->wanted = wanted;
  }
}

SONIC_RT void
swap_request(Engine* const engine, Operation* const op)
{
  // What is not in the next one begins to fade, what is comes back
  bool leaves = false;
  mark(op->schedule, true);
  for (uint32_t i = 0; engine->schedule && i < engine->schedule->num_tracks;
       ++i) {
    EngineTrack* const track = engine->schedule->tracks[i];
    track->fade.out          = !track->wanted;
    leaves |= !track->wanted;
  }

  mark(op->schedule, false);

  // One that still waits is left out; its time holds, since what it displaces
  // may be gone after it
  if (!engine->next) {
    const bool waits   = leaves && transport_is_heard(&engine->transport);
    engine->next_frame = engine->frame + (waits ? FADE_FRAMES : 0u);
  }

  engine->next = op;
  if (engine->next_frame <= engine->frame) {
    swap_schedule(engine);
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

  mark(after, false);
  engine->schedule       = after;
  engine->next->schedule = before;
  engine->next           = NULL;
}
