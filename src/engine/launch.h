// SPDX-License-Identifier: GPL-3.0-or-later
//
// The clip launcher
//
// A track has slots, each with a clip.  A launched clip takes the place of the
// track's timeline from a line of the bars on, and plays again and again from
// its start.  It shares the transport's clock: its events are ticks of the
// timeline like all others, and where the transport's loop jumps back, the
// clip's place goes back by as much, so that it plays on.
//
// All happens in the callback between two spans, in the order of the tracks.

#ifndef SONIC_ENGINE_LAUNCH_H
#define SONIC_ENGINE_LAUNCH_H

#include "base/bars.h"
#include "base/id.h"
#include "base/ring.h"
#include "base/rt.h"
#include "base/ticks.h"
#include "engine/engine.h"
#include "engine/part.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// A clip that can be launched
typedef struct {
  Id           scene;
  ClipPart*    part;   ///< Borrowed from control; its place is set here
  Ticks        length; ///< At least 1
  bool         legato; ///< Takes over the place in the clip before
  FollowAction follow;
  Ticks        follow_after; ///< Since the launch

  // For the process thread only

  ClipSet   set; ///< Of the part alone
  ClipPart* parts[1];
  Ticks     max_end[1];
} LaunchSlot;

/// The slots of a track, in the order of scenes
struct LaunchSet {
  uint32_t    num_slots;
  LaunchSlot* slots; ///< Owned
};

/// What a track's launcher does
typedef struct {
  LaunchSet*  set;     ///< Owned, or null
  bool        taken;   ///< The timeline is not heard
  LaunchSlot* playing; ///< Of `set`, or null
  Ticks       started; ///< Where it was launched
  LaunchType  waiting; ///< LAUNCH_NONE: nothing waits
  LaunchSlot* next;    ///< Of `set`, what waits, or null
  BarGrid     grid;    ///< On whose lines it starts
  Ticks       line;    ///< Where it starts
  uint32_t    steps;   ///< Since the transport started, for what is random
  bool        moved;   ///< What is played is something else

  // For control

  atomic_uint told_playing; ///< Id of a clip, or ID_NONE
  atomic_uint told_waiting; ///< Id of a clip, or ID_NONE
  atomic_uint told_state;   ///< LaunchState
} TrackLaunch;

/// What all tracks share
typedef struct {
  int64_t   next_frame; ///< Grid frame of the next event, INT64_MAX: none
  TempoMap* tempo;      ///< Of a scene that waits, or what was before; owned
  bool      tempo_waits;
  Id        scene; ///< Whose tempo it is
  BarGrid   grid;
  Ticks     line;
  Ring*     events; ///< Of LaunchEvent, to control
} Launcher;

/// The clips that a track plays now
SONIC_RT const ClipSet*
launch_clips(const TrackLaunch* launch, const ClipSet* timeline);

/// Take other slots; returns those before
SONIC_RT LaunchSet*
launch_exchange(Engine* engine, EngineTrack* track, LaunchSet* set);

/// Do what control asks, on the next line of the grid
SONIC_RT void
launch_request(Engine* engine, Operation* op);

/// The transport, if it plays, leaves the place where it is
SONIC_RT void
launch_leave(Engine* engine);

/// The transport starts at a tick: what is launched goes on or begins there
SONIC_RT void
launch_start(Engine* engine, Ticks ticks);

/// The transport has stopped and gone back to 0: timelines are heard again
SONIC_RT void
launch_reset(Engine* engine);

/// The transport's loop has jumped back by so many ticks
SONIC_RT void
launch_jump(Engine* engine, Ticks back);

/// Whether a launched clip plays or waits
SONIC_RT bool
launch_is_active(const Engine* engine);

/// Do what is due at the next frame
SONIC_RT void
launch_advance(Engine* engine);

/// Frames, at most `n`, until something is due
SONIC_RT uint32_t
launch_frames(const Engine* engine, uint32_t n);

/// Something has changed when events take place
SONIC_RT void
launch_arm(Engine* engine);

/// Ask for the audio that what is launched, or waits, needs from tick `from` to
/// `to`; true if all of it is in memory
SONIC_RT bool
launch_request_pages(const TrackLaunch* launch,
                     const TempoMap*    map,
                     Ticks              from,
                     Ticks              to,
                     uint32_t           cycle,
                     Ring*              pages);

#endif // SONIC_ENGINE_LAUNCH_H
