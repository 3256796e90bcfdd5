// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/clip_part.h"

#include <math.h>
#include <stdlib.h>

static int64_t
frames_of(const double seconds, const uint32_t rate)
{
  return (int64_t)floor(seconds * rate + 0.5);
}

static void
prepare_audio(ClipPart* const   part,
              const Clip* const clip,
              Sample* const     sample,
              const uint32_t    rate)
{
  const int64_t length = sample ? (int64_t)sample->frames : 0;
  const int64_t end    = frames_of(clip->end, rate);

  part->audio.sample          = sample;
  part->audio.offset_frames   = frames_of(clip->offset, rate);
  part->audio.end_frames      = end > 0 && end < length ? end : length;
  part->audio.fade_in_frames  = frames_of(clip->fade_in, rate);
  part->audio.fade_out_frames = frames_of(clip->fade_out, rate);
  part->audio.gain =
    clip->gain_db <= -60.0 ? 0.0f : (float)pow(10.0, clip->gain_db / 20.0);
}

static int32_t
clamped(const int32_t value, const int32_t min, const int32_t max)
{
  return value < min ? min : value > max ? max : value;
}

/// Move a start towards the nearest line of the grid by the clip's strength
static Ticks
quantized(const Clip* const clip, const Ticks start)
{
  const Ticks grid = clip->quantize_grid;
  if (clip->quantize <= 0.0 || grid <= 0) {
    return start;
  }

  const Ticks line = (start + grid / 2) / grid * grid;
  return start +
         (Ticks)floor((double)(line - start) * clip->quantize / 100.0 + 0.5);
}

/// A note after the transforms; false if nothing of it is in the clip
static bool
transform(const Clip* const     clip,
          const ClipNote* const note,
          PartNote* const       out)
{
  const Ticks moved = quantized(clip, note->start) + clip->timing;
  const Ticks gated = (Ticks)floor((double)note->length * clip->gate + 0.5);

  out->start = moved > 0 ? moved : 0;
  out->end   = out->start + (gated > 1 ? gated : 1);
  out->end   = out->end < clip->length ? out->end : clip->length;
  out->pitch = (uint8_t)clamped(note->pitch + clip->transpose, 0, 127);
  out->velocity =
    (uint8_t)clamped(note->velocity + clip->velocity_offset, 1, 127);
  return out->start < clip->length;
}

static int
compare_part_notes(const void* const a, const void* const b)
{
  const PartNote* const x = (const PartNote*)a;
  const PartNote* const y = (const PartNote*)b;
  return x->start != y->start ? (x->start < y->start ? -1 : 1)
                              : (int)x->pitch - (int)y->pitch;
}

static void
prepare_notes(ClipPart* const part, const Clip* const clip)
{
  uint32_t        count  = 0;
  bool            sorted = true;
  NoteCursor      cursor = note_cursor(clip->notes);
  const ClipNote* note   = NULL;
  while ((note = note_next(&cursor))) {
    if (transform(clip, note, &part->notes[count])) {
      sorted =
        sorted && (!count || compare_part_notes(&part->notes[count - 1u],
                                                &part->notes[count]) <= 0);
      ++count;
    }
  }

  part->num_notes = count;
  if (!sorted) {
    qsort(part->notes, count, sizeof(PartNote), compare_part_notes);
  }
}

ClipPart*
clip_part_prepare(const Clip* const clip,
                  Sample* const     sample,
                  const uint32_t    rate)
{
  ClipPart* const part = clip_part_new(note_list_count(clip->notes));
  if (!part) {
    return NULL;
  }

  part->id    = clip->node.id;
  part->start = clip->start;
  part->end   = clip->start + clip->length;
  part->muted = clip->mute;
  prepare_audio(part, clip, sample, rate);
  prepare_notes(part, clip);
  clip_part_finish(part);
  return part;
}

bool
clip_sounds_equal(const Clip* const a, const Clip* const b)
{
  const NodeInfo* const info = node_info(NODE_CLIP);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    const Field* const field = &info->fields[i];
    if (field->offset != offsetof(Clip, name) &&
        !field_equal(field, &a->node, &b->node)) {
      return false;
    }
  }

  return true;
}
