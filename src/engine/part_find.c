// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/part_find.h"

SONIC_RT uint32_t
clip_set_lower_bound(const ClipSet* const set, const Ticks ticks)
{
  uint32_t first = 0;
  uint32_t end   = set->num_parts;
  while (first < end) {
    const uint32_t middle = first + (end - first) / 2u;
    if (set->parts[middle]->start < ticks) {
      first = middle + 1u;
    } else {
      end = middle;
    }
  }

  return first;
}

SONIC_RT uint32_t
clip_set_first_covering(const ClipSet* const set,
                        const Ticks          ticks,
                        const uint32_t       end)
{
  uint32_t first = end;
  while (first && set->max_end[first - 1u] > ticks) {
    --first;
  }

  return first;
}

SONIC_RT uint32_t
clip_part_lower_bound(const ClipPart* const part, const Ticks ticks)
{
  uint32_t first = 0;
  uint32_t end   = part->num_notes;
  while (first < end) {
    const uint32_t middle = first + (end - first) / 2u;
    if (part->notes[middle].start < ticks) {
      first = middle + 1u;
    } else {
      end = middle;
    }
  }

  return first;
}

SONIC_RT uint32_t
clip_part_first_covering(const ClipPart* const part,
                         const Ticks           ticks,
                         const uint32_t        end)
{
  uint32_t first = end;
  while (first && part->notes[first - 1u].max_end > ticks) {
    --first;
  }

  return first;
}

SONIC_RT uint32_t
clip_part_next_control(const ClipPart* const part, const Ticks ticks)
{
  uint32_t first = 0;
  uint32_t end   = part->num_controls;
  while (first < end) {
    const uint32_t middle = first + (end - first) / 2u;
    if (part->controls[middle].at < ticks) {
      first = middle + 1u;
    } else {
      end = middle;
    }
  }

  return first;
}
