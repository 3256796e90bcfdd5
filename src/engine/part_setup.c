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
  if (!set->max_end || !set->parts) {
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
    free(set);
  }
}

void
clip_set_finish(ClipSet* const set)
{
  Ticks max_end = INT64_MIN;
  for (uint32_t i = 0; i < set->num_parts; ++i) {
    const Ticks end = set->parts[i]->end;
    max_end         = end > max_end ? end : max_end;
    set->max_end[i] = max_end;
  }
}
