// SPDX-License-Identifier: GPL-3.0-or-later
//
// Frames of a clip's content
//
// A clip plays one endless row of frames: its sample in the direction that is
// wanted, in which a loop may begin again and again.  Frame 0 of the row is the
// first of the sample in that direction, and what is before the sample or
// behind it is silence.  Here is where a frame of the row is in the file.

#ifndef SONIC_ENGINE_CONTENT_H
#define SONIC_ENGINE_CONTENT_H

#include "base/ring.h"
#include "base/rt.h"
#include "engine/part.h"
#include "engine/sample.h"

#include <stdbool.h>
#include <stdint.h>

/// Frames of a file, in the file's own order
typedef struct {
  int64_t from;
  int64_t to;
} FileRange;

/// The frame of the row, before it loops, that is the same as `frame`
SONIC_RT static inline int64_t
content_unlooped(const PartAudio* const audio, const int64_t frame)
{
  return frame < audio->loop_from
           ? frame
           : audio->loop_start +
               (frame - audio->loop_from) % audio->loop_frames;
}

/// The same of a place between frames
SONIC_RT static inline FrameTime
content_unlooped_place(const PartAudio* const audio, const FrameTime place)
{
  const int64_t whole = (int64_t)(place >> 64);
  return place + frame_time_from_frames(content_unlooped(audio, whole) - whole);
}

// Ranges are up to two, the one that is needed first first; the functions
// return how many

/// Where what is heard from place `from` to `to` of the row is in the file,
/// with what is needed to read between frames, and no further than the clip's
/// end
SONIC_RT uint32_t
content_heard(const PartAudio* audio,
              FrameTime        from,
              FrameTime        to,
              FileRange        ranges[2]);

/// Ask for the pages of that; true if all are in memory
SONIC_RT bool
content_request(const PartAudio* audio,
                FrameTime        from,
                FrameTime        to,
                uint32_t         cycle,
                Ring*            pages);

/**
   Frames of the row that lie in one page.

   @param audio What is played.
   @param frame First frame of the row.
   @param n Receives how many follow each other there, at least 1; where
   there is silence, for how long, at most what it was before.
   @return Place of the first one in the file, -1 if it is silence.
*/
SONIC_RT int64_t
content_piece(const PartAudio* audio, int64_t frame, uint32_t* n);

/**
   Copy frames of the row, side by side.

   @param audio What is played.
   @param frame First frame of the row.
   @param n Number of frames.
   @param cycle For the pages.
   @param pages Ring for pages that are not there.
   @param sides Receive the frames; the second is used if there are two
   channels.
   @return Pages that were not there, whose frames are silent.
*/
SONIC_RT uint32_t
content_copy(const PartAudio* audio,
             int64_t          frame,
             uint32_t         n,
             uint32_t         cycle,
             Ring*            pages,
             float* const     sides[2]);

#endif // SONIC_ENGINE_CONTENT_H
