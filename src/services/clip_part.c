// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/clip_part.h"

#include "services/clip_notes.h"

#include <math.h>
#include <stddef.h>

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

/// What is shorter is nothing, however places are rounded: 2^-10 frames
#define LEAST_CONTENT ((FrameTime)1 << 54)

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

  audio->end_frames = end - begin < LEAST_CONTENT ? 0 : stop;
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
    .fade_in_cut     = frame_time_of(clip->fade_in_cut, rate),
    .fade_out_cut    = frame_time_of(clip->fade_out_cut, rate),
    .fade_in_curve   = (FadeCurve)clip->fade_in_curve,
    .fade_out_curve  = (FadeCurve)clip->fade_out_curve,
    .gain =
      clip->gain_db <= -60.0 ? 0.0f : (float)pow(10.0, clip->gain_db / 20.0),
  };
  if (sample) {
    audio->reverse = clip->reverse;
    prepare_content(audio, clip, rate);
  }
}

ClipPart*
clip_part_prepare(const Clip* const clip,
                  Sample* const     sample,
                  const uint32_t    rate)
{
  const uint64_t  notes = clip_most_notes(clip);
  ClipPart* const part =
    notes <= NOTES_MAX ? clip_part_new((uint32_t)notes) : NULL;
  if (!part || !clip_controls_prepare(part, clip)) {
    clip_part_free(part);
    return NULL;
  }

  part->id    = clip->node.id;
  part->start = clip->start;
  part->end   = clip->start + clip->length;
  part->muted = clip->mute;
  clip_audio_prepare(&part->audio, clip, sample, rate);
  clip_notes_prepare(part, clip);
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
