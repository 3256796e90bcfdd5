// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/reader_place.h"

#include "engine/content.h"

/// Places of recordings that are not played as they are start on multiples of
/// 1/4096 frame
#define PLACE_BITS 52u

/// What offsets may be wrong by, since they are rounded numbers: 2^-20 frames
#define OFFSET_FAULT ((FrameTime)1 << 44)

/// A time at another speed
SONIC_RT static FrameTime
scaled(const FrameTime time, const FrameTime speed)
{
  __extension__ typedef unsigned __int128 Wide;
  const uint64_t                          part  = (uint64_t)time;
  const uint64_t                          whole = (uint64_t)(speed >> 64);
  const Wide                              rest  = (Wide)part * (uint64_t)speed;
  return (time >> 64) * speed + (FrameTime)((Wide)part * whole) +
         (FrameTime)(rest >> 64);
}

SONIC_RT FrameTime
reader_base(const ClipPart* const part, const Timeline* const timeline)
{
  const PartAudio* const audio = &part->audio;
  const FrameTime        time =
    tempo_map_time(timeline->map, part->start) - timeline->origin;
  if (audio->speed == SPEED_ONE) {
    const FrameTime fault = (uint64_t)audio->offset ? OFFSET_FAULT : 0;
    return frame_time_from_frames(
      -frame_time_round(time - audio->offset + fault));
  }

  const FrameTime base = audio->offset - scaled(time, audio->speed);
  return ((base + ((FrameTime)1 << (PLACE_BITS - 1u)) + OFFSET_FAULT) >>
          PLACE_BITS) *
         ((FrameTime)1 << PLACE_BITS);
}

SONIC_RT FrameTime
reader_place(const ClipPart* const part,
             const Timeline* const timeline,
             const int64_t         grid)
{
  return content_unlooped_place(
    &part->audio, reader_base(part, timeline) + grid * part->audio.speed);
}

SONIC_RT int64_t
reader_frame(const Timeline* const timeline,
             const Ticks           ticks,
             const FrameTime       later)
{
  return frame_time_round(tempo_map_time(timeline->map, ticks) -
                          timeline->origin + later + OFFSET_FAULT);
}
