// SPDX-License-Identifier: GPL-3.0-or-later
//
// The passes of a recording: from one jump of the transport to the next
//
// A pass has a span for each tempo map that was in use; each says where on the
// timeline a frame is.

#ifndef SONIC_SERVICES_RECORDED_PASSES_H
#define SONIC_SERVICES_RECORDED_PASSES_H

#include "base/tempo.h"
#include "base/ticks.h"
#include "services/recorded.h"

#include <stdbool.h>
#include <stdint.h>

/// A pass
typedef struct {
  uint64_t frame; ///< Engine frame of its first
  Ticks    start; ///< Where on the timeline it begins
  Ticks    end;   ///< Where it ends
  bool     jumps; ///< Another pass follows
  bool     after; ///< It follows another
} Pass;

typedef struct {
  TempoMap*    map;     ///< Owned
  RecordEvent* anchors; ///< Events of type RECORD_PASS, owned
  uint32_t*    pass_of; ///< For each the pass it belongs to, owned
  uint32_t     num_anchors;
  Pass*        passes; ///< Owned
  uint32_t     num_passes;
} Passes;

/**
   Find the passes.

   @param map Tempo map at the recording's rate, moves.
   @param frames How long the recording was at least, where its end is not
   known.
   @return False if memory ran out.
*/
bool
passes_find(const Recorded* recorded,
            TempoMap*       map,
            uint64_t        frames,
            Passes*         out);

/// Release what passes hold
void
passes_clear(Passes* passes);

/// The pass that an engine frame belongs to, and its place on the timeline
const Pass*
passes_locate(const Passes* passes, uint64_t frame, Ticks* ticks);

/// Engine frame at which a tick of a pass was heard
uint64_t
passes_frame(const Passes* passes, const Pass* pass, Ticks ticks);

#endif // SONIC_SERVICES_RECORDED_PASSES_H
