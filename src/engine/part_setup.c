// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/part.h"

#include <stdlib.h>

ClipPart*
clip_part_new(const uint32_t num_notes)
{
  ClipPart* const part = (ClipPart*)calloc(1, sizeof(ClipPart));
  if (!part || !num_notes) {
    return part;
  }

  part->notes = (PartNote*)calloc(num_notes, sizeof(PartNote));
  if (!part->notes) {
    free(part);
    return NULL;
  }

  part->num_notes = num_notes;
  return part;
}

void
clip_part_free(ClipPart* const part)
{
  if (part) {
    free(part->notes);
    free(part->controls);
    free(part);
  }
}

void
clip_part_finish(ClipPart* const part)
{
  Ticks max_end = 0;
  for (uint32_t i = 0; i < part->num_notes; ++i) {
    PartNote* const note = &part->notes[i];
    max_end              = note->end > max_end ? note->end : max_end;
    note->max_end        = max_end;
  }
}

ClipSet*
clip_set_new(const uint32_t num_parts)
{
  ClipSet* const set = (ClipSet*)calloc(1, sizeof(ClipSet));
  if (!set || !num_parts) {
    return set;
  }

  set->num_parts = num_parts;
  set->max_end   = (Ticks*)calloc(num_parts, sizeof(Ticks));
  set->parts     = (ClipPart**)calloc(num_parts, sizeof(ClipPart*));
  set->cross     = (ClipCross*)calloc(num_parts, sizeof(ClipCross));
  if (!set->max_end || !set->parts || !set->cross) {
    clip_set_free(set);
    return NULL;
  }

  return set;
}

void
clip_set_free(ClipSet* const set)
{
  if (set) {
    free(set->max_end);
    free(set->parts);
    free(set->cross);
    free(set);
  }
}

/// Of no part
#define NONE UINT32_MAX

/// Find what crosses: clips that are inside another are heard with it, of the
/// others each may end in the next
static void
find_crosses(ClipSet* const set, const CrossMode mode)
{
  uint32_t last   = NONE;
  uint32_t before = NONE;
  for (uint32_t i = 0; i < set->num_parts; ++i) {
    ClipPart* const part = set->parts[i];
    set->cross[i].mode   = mode;
    if (part->muted || !part->audio.sample ||
        (last != NONE && part->end <= set->parts[last]->end)) {
      continue;
    }

    // The one before starts with this one, so it is inside it
    if (last != NONE && part->start == set->parts[last]->start) {
      set->cross[last].before = NULL;
      last                    = before;
    }

    // A fade that somebody made stands
    ClipPart* const other = last != NONE ? set->parts[last] : NULL;
    if (other) {
      const bool crosses = other->end > part->start &&
                           !other->audio.fade_out_frames &&
                           !part->audio.fade_in_frames;
      set->cross[last].after = crosses ? part : NULL;
      set->cross[i].before   = crosses ? other : NULL;
    }

    before = last;
    last   = i;
  }
}

void
clip_set_finish(ClipSet* const set, const CrossMode mode)
{
  Ticks max_end = INT64_MIN;
  for (uint32_t i = 0; i < set->num_parts; ++i) {
    const Ticks end = set->parts[i]->end;
    max_end         = end > max_end ? end : max_end;
    set->max_end[i] = max_end;
  }

  if (mode != CROSS_OFF) {
    find_crosses(set, mode);
  }
}
