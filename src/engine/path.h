// SPDX-License-Identifier: GPL-3.0-or-later
//
// The way of a signal from a channel to where it is mixed
//
// A path waits for slower ones: it delays what goes through by a number of
// frames.  Another delay is cross-faded to over 20 ms, once there is enough
// signal behind it.  A path that comes or goes fades.  Most paths do nothing of
// this, and then a sum takes the channel's lane as it is.

#ifndef SONIC_ENGINE_PATH_H
#define SONIC_ENGINE_PATH_H

#include "base/rt.h"
#include "engine/fade.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

/// Longest delay, in frames
#define PATH_MAX_DELAY (1u << 17u)

/// The past of a path
typedef struct {
  uint32_t size; ///< Frames of a side, a power of two
  float    samples[];
} PathPast;

/// Where a path leads, and from which side of the fader
typedef struct {
  const void* to;
  bool        pre; ///< From before the fader
} PathEnds;

typedef struct {
  _Alignas(64) float left[BLOCK_FRAMES]; ///< What came through
  float right[BLOCK_FRAMES];

  PathPast* past;         ///< Owned, null until a delay was wanted
  uint32_t  head;         ///< Frame of the past that comes next
  uint32_t  filled;       ///< Frames of the past that are there
  uint32_t  delay;        ///< That is heard
  uint32_t  next;         ///< That is cross-faded to
  uint32_t  wanted;       ///< That the schedule asks for
  uint32_t  crossed;      ///< Frames of the cross-fade that are done
  uint32_t  cross_frames; ///< Of all cross-fades
  uint32_t  starts;       ///< Start of the transport that it saw last
  Fade      fade;
  bool      used;         ///< Was in a schedule
  uint32_t  hold;         ///< Frames of silence before it fades in
  PathEnds  ends;         ///< In the schedule that runs
  bool      before_fader; ///< As it is taken there
  PathEnds  next_ends;    ///< While schedules are compared
} Path;

/// A past that is long enough for a delay; null if memory ran out
PathPast*
path_past_new(uint32_t delay);

/// Prepare a path without delay
void
path_init(Path* path, uint32_t rate);

/// Release what a path holds
void
path_clear(Path* path);

/// Want a delay, and take the past for it, if that is longer than its own; the
/// other past is given back
SONIC_RT PathPast*
path_set(Path* path, uint32_t delay, PathPast* past);

/// Forget all signal; the delay that is wanted is there at once
SONIC_RT void
path_reset(Path* path);

/// Fade in what comes from now on, with the delay that is wanted; for a path
/// that is silent or new
SONIC_RT void
path_restart(Path* path);

/// Whether two paths go the same way
SONIC_RT static inline bool
path_ends_equal(const PathEnds a, const PathEnds b)
{
  return a.to == b.to && a.pre == b.pre;
}

/// Whether the signal passes as it is
SONIC_RT bool
path_is_plain(const Path* path);

/// Put `n` frames of a lane through the path, into its buffers
SONIC_RT void
path_run(Path* path, const LaneBlock* block, uint32_t lane, uint32_t n);

#endif // SONIC_ENGINE_PATH_H
