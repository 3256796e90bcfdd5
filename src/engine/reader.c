// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/reader.h"

#include "engine/fade.h"
#include "engine/reader_mix.h"
#include "engine/sample_read.h"
#include "units/unit.h"

#include <stddef.h>

/// Milliseconds in which the gain of a clip follows an edit
#define GAIN_GLIDE_MS 20u

/// A gain that an edit of a fade may change without a cross-fade
#define SAME_GAIN 1e-3f

/// "Never" for `rise`, far enough from overflow
#define LONG_AGO (INT64_MIN / 2)

SONIC_RT static int64_t
least(const int64_t a, const int64_t b)
{
  return a < b ? a : b;
}

/// Agree with a part from now on
SONIC_RT static void
adopt(Reader* const reader, const ClipPart* const part, const Span* const span)
{
  const PartAudio* const audio = &part->audio;

  reader->part      = part;
  reader->start     = part->start;
  reader->end       = part->end;
  reader->offset    = audio->offset_frames;
  reader->end_frame = timeline_frame(span->timeline, part->end);
  reader->limit     = least(audio->end_frames, (int64_t)audio->sample->frames);
  reader->fade_in   = audio->fade_in_frames;
  reader->fade_out  = audio->fade_out_frames;
}

SONIC_RT void
reader_start(Reader* const         reader,
             const ClipPart* const part,
             const Span* const     span,
             const int64_t         grid)
{
  const int64_t first = timeline_frame(span->timeline, part->start);

  adopt(reader, part, span);
  reader->sample      = part->audio.sample;
  reader->shift       = reader->offset - first;
  reader->rise        = first < grid ? grid : LONG_AGO;
  reader->leave       = INT64_MAX;
  reader->gain        = part->audio.gain;
  reader->next_gain   = part->audio.gain;
  reader->gain_target = part->audio.gain;
  reader->glide_steps = 0;
  reader->missing     = false;
}

SONIC_RT void
reader_leave(Reader* const reader, const int64_t grid)
{
  reader->part  = NULL;
  reader->leave = grid;

  // It reads on beyond the clip's end, so that the fade is whole
  if (grid + reader->shift < reader->limit) {
    reader->limit = (int64_t)reader->sample->frames;
  }
}

/// Grid frame at which the reader is done
SONIC_RT static int64_t
last_frame(const Reader* const reader)
{
  return reader->end_frame <= reader->leave ? reader->end_frame
                                            : reader->leave + FADE_FRAMES;
}

SONIC_RT bool
reader_is_done(const Reader* const reader, const int64_t grid)
{
  return last_frame(reader) <= grid;
}

/// Gain of a clip's own fades
SONIC_RT static float
clip_fade(const int64_t from_start,
          const int64_t to_end,
          const int64_t fade_in,
          const int64_t fade_out)
{
  float gain = 1.0f;
  if (from_start < fade_in) {
    gain *= (float)(from_start + 1) / (float)fade_in;
  }

  // A reader that leaves goes on behind the end
  if (fade_out > 0 && to_end < fade_out) {
    gain *= (float)(to_end > 0 ? to_end : 0) / (float)fade_out;
  }

  return gain;
}

SONIC_RT static float
clip_fade_at(const Reader* const reader, const int64_t grid)
{
  return clip_fade(grid + reader->shift - reader->offset,
                   reader->end_frame - grid,
                   reader->fade_in,
                   reader->fade_out);
}

SONIC_RT bool
reader_matches(const Reader* const   reader,
               const ClipPart* const part,
               const Span* const     span)
{
  if (reader->part == part) {
    return true;
  }

  // The same frame of the sample at the same place: as it was given, or as it
  // turns out
  const PartAudio* const audio = &part->audio;
  const int64_t          shift =
    audio->offset_frames - timeline_frame(span->timeline, part->start);
  const bool same =
    (reader->start == part->start && reader->offset == audio->offset_frames) ||
    reader->shift == shift;
  if (reader->sample != audio->sample || !same) {
    return false;
  }

  const int64_t place = span->grid + reader->shift;
  const int64_t end   = timeline_frame(span->timeline, part->end);
  if (end <= span->grid || place >= audio->end_frames) {
    return false;
  }

  // Where a fade would step, the two are cross-faded instead
  const float fade   = clip_fade(place - audio->offset_frames,
                               end - span->grid,
                               audio->fade_in_frames,
                               audio->fade_out_frames);
  const float change = fade - clip_fade_at(reader, span->grid);
  return change < SAME_GAIN && change > -SAME_GAIN;
}

SONIC_RT void
reader_take(Reader* const         reader,
            const ClipPart* const part,
            const Span* const     span)
{
  adopt(reader, part, span);
  if (reader->gain_target != part->audio.gain) {
    reader->gain_target = part->audio.gain;
    reader->glide_steps = span->rate * GAIN_GLIDE_MS / 1000u / GRID_FRAMES + 1u;
  }
}

SONIC_RT void
reader_retime(Reader* const reader, const Span* const span)
{
  const int64_t end_frame = timeline_frame(span->timeline, reader->end);
  if (end_frame <= span->grid) {
    reader_leave(reader, span->grid);
  } else {
    reader->end_frame = end_frame;
  }
}

SONIC_RT bool
reader_request(const Reader* const reader,
               const int64_t       grid,
               const int64_t       frames,
               const uint32_t      cycle,
               Ring* const         pages)
{
  const int64_t now  = grid + reader->shift;
  const int64_t last = least(reader->limit, last_frame(reader) + reader->shift);
  const int64_t first = now > 0 ? now : 0;
  const int64_t end   = least(now + frames, last);
  if (end <= first) {
    return true;
  }

  const uint32_t page = (uint32_t)(first / PAGE_FRAMES);
  const uint32_t past = (uint32_t)((end + PAGE_FRAMES - 1) / PAGE_FRAMES);
  return sample_request(reader->sample, page, past - page, cycle, pages);
}

/// Go on to the next grid step of the gain
SONIC_RT static void
step_gain(Reader* const reader)
{
  reader->gain = reader->next_gain;
  if (reader->glide_steps > 1u) {
    reader->next_gain +=
      (reader->gain_target - reader->gain) / (float)reader->glide_steps;
    --reader->glide_steps;
  } else if (reader->glide_steps) {
    reader->next_gain   = reader->gain_target;
    reader->glide_steps = 0;
  }
}

/// Frames from `grid` on, up to `n`, that have one gain; 0: each has its own
SONIC_RT static uint32_t
steady_frames(const Reader* const reader, const int64_t grid, const uint32_t n)
{
  const int64_t started = grid + reader->shift - reader->offset;
  if (reader->glide_steps || reader->gain != reader->next_gain ||
      grid < reader->rise + READER_RISE_FRAMES || started < reader->fade_in) {
    return 0;
  }

  const int64_t fades =
    least(reader->end_frame - reader->fade_out, reader->leave);
  return grid < fades ? (uint32_t)least(n, fades - grid) : 0u;
}

SONIC_RT static void
compute_gains(const Reader* const reader,
              const int64_t       grid,
              float* const        gains,
              const uint32_t      n)
{
  const float change = reader->next_gain - reader->gain;
  for (uint32_t i = 0; i < n; ++i) {
    const int64_t at    = grid + i;
    const float   phase = (float)(at % GRID_FRAMES) / (float)GRID_FRAMES;

    float gain = (reader->gain + change * phase) * clip_fade_at(reader, at);
    if (at - reader->rise < READER_RISE_FRAMES) {
      gain *= (float)(at - reader->rise + 1) / (float)READER_RISE_FRAMES;
    }

    if (at >= reader->leave) {
      gain *=
        (float)(reader->leave + FADE_FRAMES - at) / (float)(FADE_FRAMES + 1u);
    }

    gains[i] = gain;
  }
}

/// Add frames of a page, in pieces of one gain or of one grid step
SONIC_RT static void
mix(Reader* const  reader,
    const int64_t  grid,
    const float*   in,
    float* const   left,
    float* const   right,
    const uint32_t n)
{
  const uint32_t channels = reader->sample->channels;
  for (uint32_t done = 0, m = 0; done < n; done += m) {
    const int64_t  at      = grid + done;
    const uint32_t to_grid = GRID_FRAMES - (uint32_t)(at % GRID_FRAMES);
    if (to_grid == GRID_FRAMES) {
      step_gain(reader);
    }

    const float* const from = in + (size_t)done * channels;

    m = steady_frames(reader, at, n - done);
    if (m) {
      reader_mix_steady(
        from, channels, reader->gain, left + done, right + done, m);
    } else {
      float gains[GRID_FRAMES];
      m = (uint32_t)least(to_grid, n - done);
      compute_gains(reader, at, gains, m);
      reader_mix_curve(from, channels, gains, left + done, right + done, m);
    }
  }
}

/// Number of frames from `place` in the sample that come from one page or are
/// silent; `silent` says which
SONIC_RT static uint32_t
piece(const Reader* const reader,
      const int64_t       place,
      const uint32_t      n,
      bool* const         silent)
{
  *silent = place < 0 || place >= reader->limit;
  if (*silent) {
    return place < 0 ? (uint32_t)least(n, -place) : n;
  }

  const int64_t in_page = PAGE_FRAMES - place % PAGE_FRAMES;
  return (uint32_t)least(n, least(in_page, reader->limit - place));
}

SONIC_RT uint32_t
reader_run(Reader* const  reader,
           const int64_t  grid,
           const uint32_t n,
           const uint32_t cycle,
           Ring* const    pages,
           float* const   left,
           float* const   right)
{
  const int64_t end  = least(grid + n, last_frame(reader));
  uint32_t      late = 0;
  uint32_t      m    = 0;
  for (int64_t at = grid; at < end; at += m) {
    const int64_t place  = at + reader->shift;
    bool          silent = false;
    m                    = piece(reader, place, (uint32_t)(end - at), &silent);
    if (silent) {
      continue;
    }

    const uint32_t     page = (uint32_t)(place / PAGE_FRAMES);
    const float* const data = sample_page(reader->sample, page, cycle, pages);
    if (!data) {
      reader->missing = true;
      ++late;
      continue;
    }

    if (reader->missing) {
      reader->missing = false;
      reader->rise    = at;
    }

    const size_t first = (size_t)(place % PAGE_FRAMES);
    mix(reader,
        at,
        data + first * reader->sample->channels,
        left + (at - grid),
        right + (at - grid),
        m);
  }

  return late;
}
