// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/clip_part.h"

#include <math.h>
#include <stdlib.h>

static int64_t
frames_of(const double seconds, const uint32_t rate)
{
  return (int64_t)floor(seconds * rate + 0.5);
}

/// Seconds as exact frames
static FrameTime
frame_time_of(const double seconds, const uint32_t rate)
{
  return (FrameTime)ldexp(seconds, 64) * rate;
}

static int64_t
least(const int64_t a, const int64_t b)
{
  return a < b ? a : b;
}

/// Least length of an audio loop, so that a cycle has few of them
#define MIN_LOOP_FRAMES 64

/// What of the sample is played, in the direction in which it is
static void
prepare_content(PartAudio* const  audio,
                const Clip* const clip,
                const uint32_t    rate)
{
  const int64_t   length = (int64_t)audio->sample->frames;
  const FrameTime whole  = frame_time_from_frames(length);
  const FrameTime given  = frame_time_of(clip->end, rate);
  const FrameTime begin  = frame_time_of(clip->offset, rate);
  const FrameTime end    = given > 0 && given < whole ? given : whole;

  int64_t loop_start = least(frames_of(clip->loop_start, rate), length);
  int64_t loop_end   = clip->loop_end > 0.0
                         ? least(frames_of(clip->loop_end, rate), length)
                         : frame_time_round(end);
  int64_t stop       = frame_time_round(end);

  audio->offset = begin;
  if (clip->reverse) {
    const int64_t start = loop_start;
    audio->offset       = whole - end;
    stop                = length - frame_time_round(begin);
    loop_start          = length - loop_end;
    loop_end            = length - start;
  }

  audio->end_frames = stop;
  audio->loop_from  = NEVER_REACHED;
  if (clip->loop && loop_end - loop_start >= MIN_LOOP_FRAMES) {
    // As with notes: what begins behind the loop comes to it from the end
    const bool before  = audio->offset < frame_time_from_frames(loop_end);
    audio->end_frames  = NEVER_REACHED;
    audio->loop_from   = before ? loop_end : stop;
    audio->loop_start  = loop_start;
    audio->loop_frames = loop_end - loop_start;
  }
}

void
clip_audio_prepare(PartAudio* const  audio,
                   const Clip* const clip,
                   Sample* const     sample,
                   const uint32_t    rate)
{
  *audio = (PartAudio){
    .sample          = sample,
    .speed           = (FrameTime)ldexp(clip->rate, 64),
    .loop_from       = NEVER_REACHED,
    .fade_in_frames  = frames_of(clip->fade_in, rate),
    .fade_out_frames = frames_of(clip->fade_out, rate),
    .gain =
      clip->gain_db <= -60.0 ? 0.0f : (float)pow(10.0, clip->gain_db / 20.0),
  };
  if (sample) {
    audio->reverse = clip->reverse;
    prepare_content(audio, clip, rate);
  }
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

/// A note after the transforms, from the start of the clip's content
static PartNote
transformed(const Clip* const clip, const ClipNote* const note)
{
  const Ticks   moved  = quantized(clip, note->start) + clip->timing;
  const Ticks   gated  = (Ticks)floor((double)note->length * clip->gate + 0.5);
  const Ticks   start  = moved > 0 ? moved : 0;
  const int32_t louder = note->velocity + clip->velocity_offset;

  const PartNote result = {
    .start    = start,
    .end      = start + (gated > 1 ? gated : 1),
    .pitch    = (uint8_t)clamped(note->pitch + clip->transpose, 0, 127),
    .velocity = (uint8_t)clamped(louder, 1, 127)};
  return result;
}

// What of the content is heard is windows: from `offset` to the loop's end,
// then the loop again and again, or from `offset` to `end` where none loops.
// Each window is a stretch of the content and where it lies in the clip.

/// Least length of a loop, so that a clip has a bounded number of notes
#define MIN_LOOP (TICKS_PER_BEAT / 32)

typedef struct {
  Ticks from; ///< In the content
  Ticks to;   ///< In the content
  Ticks at;   ///< In the clip
} Window;

/// Where the content ends: with its last note, on a beat
static Ticks
content_end(const Clip* const clip)
{
  Ticks           end    = 0;
  NoteCursor      cursor = note_cursor(clip->notes);
  const ClipNote* note   = NULL;
  while ((note = note_next(&cursor))) {
    end = note->start + note->length > end ? note->start + note->length : end;
  }

  return (end + TICKS_PER_BEAT - 1) / TICKS_PER_BEAT * TICKS_PER_BEAT;
}

/// What of the content is played; a loop's length is 0 if it does not loop
typedef struct {
  Ticks from;       ///< Where it begins
  Ticks to;         ///< Where it first ends
  Ticks loop_start; ///< Where it then goes on...
  Ticks loop_ticks; ///< ...for this long, again and again
} Passage;

static Passage
passage_of(const Clip* const clip)
{
  Ticks offset     = 0;
  Ticks end        = 0;
  Ticks loop_start = 0;
  Ticks loop_end   = 0;
  ticks_from_beats(clip->offset, &offset);
  ticks_from_beats(clip->end, &end);
  ticks_from_beats(clip->loop_start, &loop_start);
  ticks_from_beats(clip->loop_end, &loop_end);
  if (clip->loop && !loop_end) {
    loop_end = end ? end : content_end(clip);
  }

  const bool  loops = clip->loop && loop_end - loop_start >= MIN_LOOP;
  const Ticks limit = end ? end : offset + clip->length;
  const Ticks to    = loops && loop_end > offset ? loop_end : limit;
  return (Passage){offset,
                   to > offset ? to : offset,
                   loop_start,
                   loops ? loop_end - loop_start : 0};
}

/// The window that follows one; false at the clip's end
static bool
next_window(const Clip* const    clip,
            const Passage* const passage,
            Window* const        window)
{
  window->at += window->to - window->from;
  window->from = passage->loop_start;
  window->to   = passage->loop_start + passage->loop_ticks;
  return passage->loop_ticks && window->at < clip->length;
}

Ticks
clip_place(const Clip* const clip, const Ticks from_start)
{
  const Passage passage = passage_of(clip);
  const Ticks   behind  = passage.from + from_start - passage.to;
  return behind < 0 || !passage.loop_ticks
           ? passage.from + from_start
           : passage.loop_start + behind % passage.loop_ticks;
}

/// The part of a note that is heard in a window; false if none is
static bool
place(const Clip* const     clip,
      const Window* const   window,
      const PartNote* const note,
      PartNote* const       out)
{
  if (note->start < window->from || note->start >= window->to) {
    return false;
  }

  const Ticks shift = window->at - window->from;
  const Ticks limit =
    window->to + shift < clip->length ? window->to + shift : clip->length;
  *out = *note;
  out->start += shift;
  out->end += shift;
  out->end = out->end < limit ? out->end : limit;
  return out->start < limit;
}

static int
compare_part_notes(const void* const a, const void* const b)
{
  const PartNote* const x = (const PartNote*)a;
  const PartNote* const y = (const PartNote*)b;
  return x->start != y->start ? (x->start < y->start ? -1 : 1)
                              : (int)x->pitch - (int)y->pitch;
}

/// Number of windows in a clip
static uint32_t
count_windows(const Clip* const clip)
{
  const Passage passage = passage_of(clip);
  const Ticks   rest    = clip->length - (passage.to - passage.from);
  return passage.loop_ticks && rest > 0
           ? 1u +
               (uint32_t)((rest + passage.loop_ticks - 1) / passage.loop_ticks)
           : 1u;
}

static void
prepare_notes(ClipPart* const part, const Clip* const clip)
{
  uint32_t count  = 0;
  bool     sorted = true;

  const Passage passage = passage_of(clip);
  Window        window  = {passage.from, passage.to, 0};
  do {
    NoteCursor      cursor = note_cursor(clip->notes);
    const ClipNote* note   = NULL;
    while ((note = note_next(&cursor))) {
      const PartNote  moved = transformed(clip, note);
      PartNote* const slot  = &part->notes[count];
      if (place(clip, &window, &moved, slot)) {
        sorted = sorted && (!count || compare_part_notes(slot - 1, slot) <= 0);
        ++count;
      }
    }
  } while (next_window(clip, &passage, &window));

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
  const uint32_t  notes  = note_list_count(clip->notes);
  const uint64_t  needed = notes ? (uint64_t)notes * count_windows(clip) : 0;
  ClipPart* const part =
    needed <= NOTES_MAX ? clip_part_new((uint32_t)needed) : NULL;
  if (!part) {
    return NULL;
  }

  part->id    = clip->node.id;
  part->start = clip->start;
  part->end   = clip->start + clip->length;
  part->muted = clip->mute;
  clip_audio_prepare(&part->audio, clip, sample, rate);
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
