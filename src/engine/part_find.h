// SPDX-License-Identifier: GPL-3.0-or-later
//
// Finding parts and notes by time
//
// Both are sorted by start and carry the latest end so far, so those that
// cover a place are found by a search and a short walk back.

#ifndef SONIC_ENGINE_PART_FIND_H
#define SONIC_ENGINE_PART_FIND_H

#include "base/rt.h"
#include "base/ticks.h"
#include "engine/part.h"

#include <stddef.h>
#include <stdint.h>

/// Index of the first part that starts at `ticks` or later
SONIC_RT uint32_t
clip_set_lower_bound(const ClipSet* set, Ticks ticks);

/// Index of the first part that ends after `ticks`, or of none that does, given
/// `end`, the lower bound of `ticks`; parts between may end earlier
SONIC_RT uint32_t
clip_set_first_covering(const ClipSet* set, Ticks ticks, uint32_t end);

/// What a part crosses with
SONIC_RT static inline ClipCross
clip_set_cross(const ClipSet* const set, const uint32_t index)
{
  const ClipCross none = {NULL, NULL, CROSS_OFF};
  return set->cross ? set->cross[index] : none;
}

/// Index of the first note that starts at `ticks` (from the clip's start) or
/// later
SONIC_RT uint32_t
clip_part_lower_bound(const ClipPart* part, Ticks ticks);

/// Like `clip_set_first_covering`, for notes
SONIC_RT uint32_t
clip_part_first_covering(const ClipPart* part, Ticks ticks, uint32_t end);

/// Index of the first controller that is moved at `ticks` or later
SONIC_RT uint32_t
clip_part_next_control(const ClipPart* part, Ticks ticks);

#endif // SONIC_ENGINE_PART_FIND_H
