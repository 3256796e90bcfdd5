// SPDX-License-Identifier: GPL-3.0-or-later
//
// Rendering the open composition offline
//
// The same engine as in real time, with this thread as its clock; audio that
// is not in memory yet is waited for.  What comes out equals what is heard.

#ifndef SONIC_SERVICES_RENDER_H
#define SONIC_SERVICES_RENDER_H

#include "base/id.h"
#include "base/status.h"
#include "base/ticks.h"
#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

/// Receives what was rendered, with the share that is done; false stops
typedef bool (*RenderFunc)(void*        handle,
                           const float* left,
                           const float* right,
                           uint32_t     n,
                           double       share);

typedef struct {
  Ticks      from;   ///< Where it begins
  Ticks      to;     ///< Where the transport stops
  double     tail;   ///< Seconds after that, for what rings on
  uint32_t   period; ///< Frames in a cycle
  Id         solo;   ///< Only this track is heard, or ID_NONE
  RenderFunc write;
  void*      handle;
} RenderJob;

/// Number of frames that a job gives
uint64_t
render_frames(const Services* services, const RenderJob* job);

/**
   Render the composition of offline services.

   @return STATUS_CANCELLED if `write` stopped it, STATUS_IO if audio could not
   be read; `services_error` says more.
*/
Status
render_run(Services* services, const RenderJob* job);

#endif // SONIC_SERVICES_RENDER_H
