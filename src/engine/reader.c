// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/reader.h"

#include "engine/content.h"
#include "engine/fade.h"
#include "engine/reader_mix.h"
#include "engine/reader_place.h"
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

SONIC_RT static FrameTime
place_at(const Reader* const reader, const int64_t grid)
{
  return reader->base + grid * reader->audio.speed;
}

/// Agree with a part from now on
SONIC_RT static void
adopt(Reader* const          reader,
      const ClipPart* const  part,
      const ClipCross* const cross,
      const Span* const      span)
{
  reader->part      = part;
  reader->audio     = part->audio;
  reader->start     = part->start;
  reader->end       = part->end;
  reader->end_frame = timeline_frame(span->timeline, part->end);
  reader->fades =
    reader_fades(part, cross, span->timeline, reader->first, reader->end_frame);
}

SONIC_RT void
reader_start(Reader* const          reader,
             const ClipPart* const  part,
             const ClipCross* const cross,
             const Span* const      span,
             const int64_t          grid)
{
  reader->first = timeline_frame(span->timeline, part->start);
  adopt(reader, part, cross, span);
  reader->base        = reader_base(part, span->timeline);
  reader->rise        = reader->first < grid ? grid : LONG_AGO;
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
  PartAudio* const audio = &reader->audio;
  if (audio->loop_from == NEVER_REACHED &&
      place_at(reader, grid) >> 64 < audio->end_frames) {
    audio->end_frames = (int64_t)audio->sample->frames;
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

/// Whether a part was given with the same place of the same content
SONIC_RT static bool
is_given_alike(const Reader* const reader, const ClipPart* const part)
{
  const PartAudio* const a = &reader->audio;
  const PartAudio* const b = &part->audio;
  return reader->start == part->start && a->offset == b->offset &&
         a->loop_from == b->loop_from && a->loop_start == b->loop_start &&
         a->loop_frames == b->loop_frames;
}

SONIC_RT bool
reader_matches(const Reader* const    reader,
               const ClipPart* const  part,
               const ClipCross* const cross,
               const Span* const      span)
{
  if (reader->part == part) {
    return true;
  }

  const PartAudio* const audio = &part->audio;
  if (reader->audio.sample != audio->sample ||
      reader->audio.speed != audio->speed ||
      reader->audio.reverse != audio->reverse) {
    return false;
  }

  // The same frame of the sample at the same place: as it was given, or as it
  // turns out
  const FrameTime now =
    content_unlooped_place(&reader->audio, place_at(reader, span->grid));
  const bool      alike = is_given_alike(reader, part);
  const FrameTime place =
    alike
      ? now
      : content_unlooped_place(
          audio, reader_base(part, span->timeline) + span->grid * audio->speed);
  const int64_t end = timeline_frame(span->timeline, part->end);
  if (place != now || end <= span->grid || place >> 64 >= audio->end_frames) {
    return false;
  }

  // Where a fade would step, the two are cross-faded instead
  const int64_t first =
    alike ? reader->first : timeline_frame(span->timeline, part->start);
  const ReaderFades fades =
    reader_fades(part, cross, span->timeline, first, end);
  const float change = reader_fades_gain(&fades, span->grid) -
                       reader_fades_gain(&reader->fades, span->grid);
  return change < SAME_GAIN && change > -SAME_GAIN;
}

SONIC_RT void
reader_take(Reader* const          reader,
            const ClipPart* const  part,
            const ClipCross* const cross,
            const Span* const      span)
{
  if (reader->part != part && !is_given_alike(reader, part)) {
    reader->first = timeline_frame(span->timeline, part->start);
    reader->base  = reader_base(part, span->timeline);
  }

  adopt(reader, part, cross, span);
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
    reader_fades_retime(&reader->fades,
                        span->timeline,
                        reader->start,
                        reader->end,
                        end_frame - reader->end_frame);
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
  const int64_t end = least(grid + frames, last_frame(reader));
  return end <= grid || content_request(&reader->audio,
                                        place_at(reader, grid),
                                        place_at(reader, end),
                                        cycle,
                                        pages);
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
  const ReaderFades* const fades = &reader->fades;
  if (reader->glide_steps || reader->gain != reader->next_gain ||
      grid < reader->rise + READER_RISE_FRAMES ||
      grid < fades->in.edge + fades->in.frames) {
    return 0;
  }

  const int64_t fading =
    least(fades->out.edge - fades->out.frames, reader->leave);
  return grid < fading ? (uint32_t)least(n, fading - grid) : 0u;
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

    float gain =
      (reader->gain + change * phase) * reader_fades_gain(&reader->fades, at);
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

/// Add frames, interleaved, in pieces of one gain or of one grid step
SONIC_RT static void
mix(Reader* const  reader,
    const int64_t  grid,
    const float*   in,
    float* const   left,
    float* const   right,
    const uint32_t n)
{
  const uint32_t channels = reader->audio.sample->channels;
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

// Playing, by pieces; each returns the frames that are done

/// Where a run has come to
typedef struct {
  const ReaderSource* source;
  int64_t             grid;      ///< Next frame
  uint32_t            left_over; ///< Frames to go
  float*              left;
  float*              right;
  uint32_t            late; ///< Pages that were not there
} Run;

/// Add a piece, or note that it is missing
SONIC_RT static void
add_piece(Reader* const      reader,
          Run* const         run,
          const float* const in,
          const uint32_t     n)
{
  if (!in) {
    reader->missing = true;
    return;
  }

  if (reader->missing) {
    reader->missing = false;
    reader->rise    = run->grid;
  }

  mix(reader, run->grid, in, run->left, run->right, n);
}

/// Copy frames backwards
SONIC_RT static void
flip(const float* const in,
     const uint32_t     channels,
     float* const       out,
     const uint32_t     n)
{
  for (uint32_t i = 0; i < n; ++i) {
    for (uint32_t c = 0; c < channels; ++c) {
      out[(size_t)i * channels + c] = in[c - (ptrdiff_t)i * channels];
    }
  }
}

/// At the speed of the recording: what lies in one page
SONIC_RT static uint32_t
run_plain(Reader* const reader, Run* const run)
{
  const PartAudio* const audio = &reader->audio;
  const int64_t          place = (int64_t)(reader->base >> 64) + run->grid;
  if (place >= audio->end_frames) {
    return run->left_over;
  }

  uint32_t      n  = (uint32_t)least(run->left_over, audio->end_frames - place);
  const int64_t at = content_piece(audio, place, &n);
  if (at < 0) {
    return n;
  }

  const uint32_t     channels = audio->sample->channels;
  const float* const page     = sample_page(audio->sample,
                                        (uint32_t)(at / PAGE_FRAMES),
                                        run->source->cycle,
                                        run->source->pages);
  const float* const in =
    page ? page + (size_t)(at % PAGE_FRAMES) * channels : NULL;
  float flipped[2u * BLOCK_FRAMES];
  if (in && audio->reverse) {
    flip(in, channels, flipped, n);
  }

  run->late += !in;
  add_piece(reader, run, in && audio->reverse ? flipped : in, n);
  return n;
}

/// Most frames that are needed for a piece at another speed
#define MAX_NEEDED (RESAMPLE_MAX_SPEED * GRID_FRAMES + 2u * RESAMPLE_MAX_SIDE)

/// At another speed: up to a grid step
SONIC_RT static uint32_t
run_varied(Reader* const reader, Run* const run)
{
  const PartAudio* const audio = &reader->audio;
  const FrameTime        place = place_at(reader, run->grid);
  const int64_t          whole = (int64_t)(place >> 64);
  if (whole >= audio->end_frames) {
    return run->left_over;
  }

  uint32_t n    = (uint32_t)least(run->left_over, GRID_FRAMES);
  int64_t  last = (int64_t)((place + (n - 1u) * audio->speed) >> 64);
  while (last >= audio->end_frames) {
    --n;
    last = (int64_t)((place + (n - 1u) * audio->speed) >> 64);
  }

  float          sides[2][MAX_NEEDED];
  float          out[2u * GRID_FRAMES];
  const uint32_t channels = audio->sample->channels;
  const uint32_t side     = resample_side(audio->speed);
  const uint32_t late     = content_copy(audio,
                                     whole - (int64_t)(side - 1u),
                                     (uint32_t)(last - whole) + 2u * side,
                                     run->source->cycle,
                                     run->source->pages,
                                     (float* [2]){sides[0], sides[1]});
  for (uint32_t c = 0; c < channels; ++c) {
    resample_run(run->source->table,
                 sides[c],
                 place - frame_time_from_frames(whole),
                 audio->speed,
                 out + c,
                 channels,
                 n);
  }

  run->late += late;
  add_piece(reader, run, late ? NULL : out, n);
  return n;
}

SONIC_RT uint32_t
reader_run(Reader* const             reader,
           const ReaderSource* const source,
           const int64_t             grid,
           const uint32_t            n,
           float* const              left,
           float* const              right)
{
  const int64_t end = least(grid + n, last_frame(reader));
  Run           run = {source, grid, 0, left, right, 0};
  while (run.grid < end) {
    run.left_over    = (uint32_t)(end - run.grid);
    const uint32_t m = reader->audio.speed == SPEED_ONE
                         ? run_plain(reader, &run)
                         : run_varied(reader, &run);
    run.grid += m;
    run.left += m;
    run.right += m;
  }

  return run.late;
}
