// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/audio_track.h"

#include "engine/content.h"
#include "engine/part_find.h"

#include <stddef.h>
#include <string.h>

/// Clips ahead of the playhead whose first pages are asked for
#define MAX_AHEAD 32u

/// Cycles between two looks at a place that may be jumped to
#define PLACE_CYCLES 16u

SONIC_RT void
audio_track_reset(AudioTrack* const track)
{
  track->num_readers = 0;
  track->next_part   = 0;
}

SONIC_RT static void
remove_reader(AudioTrack* const track, const uint32_t index)
{
  --track->num_readers;
  memmove(&track->readers[index],
          &track->readers[index + 1u],
          (track->num_readers - index) * sizeof(Reader));
}

SONIC_RT void
audio_track_release(AudioTrack* const track, const Span* const span)
{
  for (uint32_t i = 0; i < track->num_readers; ++i) {
    if (track->readers[i].part) {
      reader_leave(&track->readers[i], span->grid);
    }
  }
}

/// Room for a reader that starts at `grid`
SONIC_RT static Reader*
add_reader(AudioTrack* const track, const int64_t grid)
{
  uint32_t playing = 0;
  uint32_t oldest  = 0;
  uint32_t fading  = 0;
  for (uint32_t i = track->num_readers; i > 0; --i) {
    const Reader* const reader = &track->readers[i - 1u];
    if (reader->part) {
      oldest = i - 1u;
      ++playing;
    } else if (reader->leave <= track->readers[fading].leave) {
      fading = i - 1u;
    }
  }

  if (playing == MAX_PLAYING) {
    reader_leave(&track->readers[oldest], grid);
  }

  // With so many fading at once, the one that has faded most is given up
  if (track->num_readers == MAX_READERS) {
    remove_reader(track, fading);
  }

  return &track->readers[track->num_readers++];
}

SONIC_RT static bool
is_silent(const ClipPart* const part)
{
  return part->muted || !part->audio.sample;
}

/// Start a part at a grid frame of the span, where all others have come to
SONIC_RT static void
start_part(AudioTrack* const    track,
           const ClipSet* const clips,
           const uint32_t       index,
           const Span* const    span,
           const int64_t        grid)
{
  const ClipPart* const part  = clips->parts[index];
  const ClipCross       cross = clip_set_cross(clips, index);
  if (!is_silent(part) && timeline_frame(span->timeline, part->end) > grid) {
    reader_start(add_reader(track, grid), part, &cross, span, grid);
  }
}

SONIC_RT void
audio_track_enter(AudioTrack* const    track,
                  const ClipSet* const clips,
                  const Span* const    span)
{
  const uint32_t next = clip_set_lower_bound(clips, span->from);
  uint32_t       i    = clip_set_first_covering(clips, span->from, next);
  for (; i < next; ++i) {
    if (clips->parts[i]->end > span->from) {
      start_part(track, clips, i, span, span->grid);
    }
  }

  track->next_part = next;
}

SONIC_RT void
audio_track_retime(AudioTrack* const track, const Span* const span)
{
  for (uint32_t i = 0; i < track->num_readers; ++i) {
    if (track->readers[i].part) {
      reader_retime(&track->readers[i], span);
    }
  }
}

/// The reader that can go on with a part, if it is not one of `taken`; -1: none
SONIC_RT static int
find_match(const AudioTrack* const track,
           const ClipPart* const   part,
           const ClipCross* const  cross,
           const Span* const       span,
           const uint32_t          taken)
{
  for (uint32_t i = 0; i < track->num_readers; ++i) {
    const Reader* const reader = &track->readers[i];
    if (reader->part && !(taken & (1u << i)) &&
        reader_matches(reader, part, cross, span)) {
      return (int)i;
    }
  }

  return -1;
}

SONIC_RT static bool
plays(const AudioTrack* const track, const ClipPart* const part)
{
  for (uint32_t i = 0; i < track->num_readers; ++i) {
    if (track->readers[i].part == part) {
      return true;
    }
  }

  return false;
}

SONIC_RT void
audio_track_replace(AudioTrack* const    track,
                    const ClipSet* const clips,
                    const Span* const    span)
{
  const uint32_t next  = clip_set_lower_bound(clips, span->from);
  const uint32_t first = clip_set_first_covering(clips, span->from, next);

  // What goes on
  uint32_t taken = 0;
  for (uint32_t i = first; i < next; ++i) {
    const ClipPart* const part = clips->parts[i];
    if (part->end > span->from && !is_silent(part)) {
      const ClipCross cross = clip_set_cross(clips, i);
      const int       match = find_match(track, part, &cross, span, taken);
      if (match >= 0) {
        reader_take(&track->readers[match], part, &cross, span);
        taken |= 1u << (uint32_t)match;
      }
    }
  }

  // What has gone
  for (uint32_t i = 0; i < track->num_readers; ++i) {
    if (track->readers[i].part && !(taken & (1u << i))) {
      reader_leave(&track->readers[i], span->grid);
    }
  }

  // What is new under the playhead
  for (uint32_t i = first; i < next; ++i) {
    const ClipPart* const part = clips->parts[i];
    if (part->end > span->from && !plays(track, part)) {
      start_part(track, clips, i, span, span->grid);
    }
  }

  track->next_part = next;
}

/// Ask for frames `from` to `to` of a part, counted from its start
SONIC_RT static bool
request_part(const ClipPart* const part,
             const int64_t         from,
             const int64_t         to,
             const uint32_t        cycle,
             Ring* const           pages)
{
  const PartAudio* const audio = &part->audio;
  return is_silent(part) || to <= from ||
         content_request(audio,
                         audio->offset + from * audio->speed,
                         audio->offset + to * audio->speed,
                         cycle,
                         pages);
}

SONIC_RT bool
clip_set_request(const ClipSet* const  clips,
                 const TempoMap* const map,
                 const Ticks           from,
                 const Ticks           to,
                 const uint32_t        cycle,
                 Ring* const           pages)
{
  const FrameTime from_time = tempo_map_time(map, from);
  const FrameTime to_time   = tempo_map_time(map, to);
  const uint32_t  past      = clip_set_lower_bound(clips, to);
  bool            all       = true;
  for (uint32_t i = clip_set_first_covering(clips, from, past); i < past; ++i) {
    const ClipPart* const part = clips->parts[i];
    if (part->end > from) {
      const FrameTime start = tempo_map_time(map, part->start);
      const FrameTime end   = tempo_map_time(map, part->end);
      const FrameTime stop  = to_time < end ? to_time : end;
      const int64_t   first =
        start < from_time ? frame_time_round(from_time - start) : 0;
      all &=
        request_part(part, first, frame_time_round(stop - start), cycle, pages);
    }
  }

  return all;
}

SONIC_RT bool
audio_track_request(const AudioTrack* const track,
                    const int64_t           grid,
                    const int64_t           frames,
                    const uint32_t          cycle,
                    Ring* const             pages)
{
  bool all = true;
  for (uint32_t i = 0; i < track->num_readers; ++i) {
    all &= reader_request(&track->readers[i], grid, frames, cycle, pages);
  }

  return all;
}

/// Once a cycle, ask for what will be heard within seconds
SONIC_RT static void
read_ahead(AudioTrack* const    track,
           const ClipSet* const clips,
           const Span* const    span,
           Ring* const          pages)
{
  if (track->asked && track->asked_cycle == span->cycle) {
    return;
  }

  track->asked       = true;
  track->asked_cycle = span->cycle;
  audio_track_request(track, span->grid, span->sounding, span->cycle, pages);

  const uint32_t left = clips->num_parts - track->next_part;
  const uint32_t n    = span->playing ? left : 0u;
  for (uint32_t i = 0; i < n && i < MAX_AHEAD; ++i) {
    const ClipPart* const part = clips->parts[track->next_part + i];
    if (part->start >= span->ahead) {
      break;
    }

    request_part(part, 0, span->rate / 4u, span->cycle, pages);
  }

  if (span->place < span->place_end && span->cycle % PLACE_CYCLES == 0) {
    clip_set_request(clips,
                     span->timeline->map,
                     span->place,
                     span->place_end,
                     span->cycle,
                     pages);
  }
}

/// Run all readers up to a grid frame and let go of those that are done
SONIC_RT static void
run_readers(AudioTrack* const track,
            const Span* const span,
            const int64_t     from,
            const int64_t     to,
            Ring* const       pages,
            float* const      left,
            float* const      right)
{
  const ReaderSource source = {span->resample, span->cycle, pages};
  uint32_t           kept   = 0;
  for (uint32_t i = 0; i < track->num_readers; ++i) {
    Reader* const reader = &track->readers[i];
    track->late += reader_run(reader,
                              &source,
                              from,
                              (uint32_t)(to - from),
                              left + (from - span->grid),
                              right + (from - span->grid));
    if (reader_is_done(reader, to)) {
      continue;
    }

    if (kept != i) {
      track->readers[kept] = *reader;
    }

    ++kept;
  }

  track->num_readers = kept;
}

SONIC_RT bool
audio_track_run(AudioTrack* const    track,
                const ClipSet* const clips,
                const Span* const    span,
                Ring* const          pages,
                float* const         left,
                float* const         right)
{
  int64_t at     = span->grid;
  bool    sounds = track->num_readers > 0;
  track->late    = 0;
  while (span->playing && track->next_part < clips->num_parts) {
    const ClipPart* const part = clips->parts[track->next_part];
    if (part->start >= span->to) {
      break;
    }

    const int64_t start = span_event(span, part->start);
    run_readers(track, span, at, start, pages, left, right);
    start_part(track, clips, track->next_part, span, start);
    ++track->next_part;
    sounds |= track->num_readers > 0;
    at = start;
  }

  run_readers(track, span, at, span_end(span), pages, left, right);
  read_ahead(track, clips, span, pages);
  return sounds;
}
