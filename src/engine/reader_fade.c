// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/reader_fade.h"

#include "engine/reader_place.h"

#include <math.h>
#include <stdbool.h>

SONIC_RT static ReaderFade
own_fade(const int64_t edge, const int64_t frames, const FadeCurve curve)
{
  return (ReaderFade){edge, frames, curve, NO_CROSS};
}

/// Whether two clips that cross play the same frames of the same recording
SONIC_RT static bool
are_one_recording(const ClipPart* const a,
                  const ClipPart* const b,
                  const Timeline* const timeline,
                  const int64_t         grid)
{
  if (a->audio.sample != b->audio.sample ||
      a->audio.reverse != b->audio.reverse ||
      a->audio.speed != b->audio.speed) {
    return false;
  }

  const FrameTime change =
    reader_place(a, timeline, grid) - reader_place(b, timeline, grid);
  return change < SPEED_ONE && change > -SPEED_ONE;
}

/// Whether the clip that goes has something to play when the other comes
SONIC_RT static bool
has_content(const ClipPart* const part,
            const Timeline* const timeline,
            const int64_t         grid)
{
  return part->audio.loop_from != NEVER_REACHED ||
         (int64_t)(reader_place(part, timeline, grid) >> 64) <
           part->audio.end_frames;
}

/// Whether one clip goes over into another, and how; both have to say the same
SONIC_RT static bool
find_curve(const ClipPart* const from,
           const ClipPart* const to,
           const CrossMode       mode,
           const Timeline* const timeline,
           FadeCurve* const      curve)
{
  if (!from || !to) {
    return false;
  }

  const int64_t grid = timeline_frame(timeline, to->start);
  const bool    straight =
    mode == CROSS_LINEAR ||
    (mode == CROSS_AUTO && are_one_recording(from, to, timeline, grid));

  *curve = straight ? FADE_LINEAR : FADE_EQUAL_POWER;
  return has_content(from, timeline, grid);
}

/// Frames of a crossfade between two places
SONIC_RT static ReaderFade
cross_fade(const Timeline* const timeline,
           const FadeCurve       curve,
           const Ticks           edge,
           const Ticks           other)
{
  const int64_t from = timeline_frame(timeline, edge);
  const int64_t to   = timeline_frame(timeline, other);
  return (ReaderFade){from, to > from ? to - from : from - to, curve, other};
}

SONIC_RT ReaderFades
reader_fades(const ClipPart* const  part,
             const ClipCross* const cross,
             const Timeline* const  timeline,
             const int64_t          first,
             const int64_t          end)
{
  const PartAudio* const audio  = &part->audio;
  FadeCurve              curve  = FADE_LINEAR;
  ReaderFades            result = {
               own_fade(first, audio->fade_in_frames, audio->fade_in_curve),
               own_fade(end, audio->fade_out_frames, audio->fade_out_curve)};
  if (find_curve(cross->before, part, cross->mode, timeline, &curve)) {
    result.in = cross_fade(timeline, curve, part->start, cross->before->end);
  } else if (audio->fade_in_cut) {
    result.in.edge = reader_frame(timeline, part->start, -audio->fade_in_cut);
  }

  if (find_curve(part, cross->after, cross->mode, timeline, &curve)) {
    result.out = cross_fade(timeline, curve, part->end, cross->after->start);
  } else if (audio->fade_out_cut) {
    result.out.edge = reader_frame(timeline, part->end, audio->fade_out_cut);
  }

  return result;
}

SONIC_RT void
reader_fades_retime(ReaderFades* const    fades,
                    const Timeline* const timeline,
                    const Ticks           start,
                    const Ticks           end,
                    const int64_t         end_shift)
{
  ReaderFade* const in  = &fades->in;
  ReaderFade* const out = &fades->out;
  if (in->cross != NO_CROSS) {
    *in = cross_fade(timeline, in->curve, start, in->cross);
  }

  if (out->cross != NO_CROSS) {
    *out = cross_fade(timeline, out->curve, end, out->cross);
  } else {
    out->edge += end_shift;
  }
}

/// Gain at a part of the way of a fade, 0 to 1
SONIC_RT static float
curve_gain(const FadeCurve curve, const float way)
{
  return curve == FADE_EQUAL_POWER ? sinf(way * (float)M_PI_2) : way;
}

/// Gain of a fade in its frame `at`.  A fade by itself is silent before its
/// first frame and whole in its last; two that cross are mirrored
SONIC_RT static float
fade_at(const ReaderFade* const fade, const int64_t at)
{
  const float way = fade->cross == NO_CROSS
                      ? (float)(at + 1) / (float)fade->frames
                      : (float)(2 * at + 1) / (float)(2 * fade->frames);
  return curve_gain(fade->curve, way > 0.0f ? way : 0.0f);
}

SONIC_RT float
reader_fades_gain(const ReaderFades* const fades, const int64_t grid)
{
  const ReaderFade* const in         = &fades->in;
  const ReaderFade* const out        = &fades->out;
  const int64_t           from_start = grid - in->edge;
  const int64_t           to_end     = out->edge - grid;
  float                   gain       = 1.0f;
  if (from_start < in->frames) {
    gain *= fade_at(in, from_start);
  }

  // A reader that leaves goes on behind the end
  if (out->frames > 0 && to_end <= out->frames) {
    gain *= fade_at(out, to_end - 1);
  }

  return gain;
}
