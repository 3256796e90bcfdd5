// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/content.h"

#include "dsp/resample.h"
#include "engine/sample_read.h"

#include <stddef.h>
#include <string.h>

SONIC_RT static int64_t
least(const int64_t a, const int64_t b)
{
  return a < b ? a : b;
}

/// Frames from `frame` on that follow each other without a jump of the loop
SONIC_RT static int64_t
run_at(const PartAudio* const audio, const int64_t frame)
{
  if (audio->loop_from == NEVER_REACHED) {
    return NEVER_REACHED;
  }

  return frame < audio->loop_from
           ? audio->loop_from - frame
           : audio->loop_frames -
               (frame - audio->loop_from) % audio->loop_frames;
}

/// Frames of the sample, counted in its direction, as frames of the file
SONIC_RT static FileRange
in_file(const PartAudio* const audio, const int64_t from, const int64_t to)
{
  const int64_t length = (int64_t)audio->sample->frames;
  const int64_t first  = from > 0 ? from : 0;
  const int64_t end    = least(to, length);
  return audio->reverse ? (FileRange){length - end, length - first}
                        : (FileRange){first, end};
}

SONIC_RT static uint32_t
find_ranges(const PartAudio* const audio,
            const int64_t          from,
            const int64_t          to,
            FileRange              ranges[2])
{
  const int64_t first = content_unlooped(audio, from);
  const int64_t run   = least(run_at(audio, from), to - from);
  const int64_t rest  = least(to - from - run, audio->loop_frames);
  uint32_t      n     = 0;
  ranges[n]           = in_file(audio, first, first + run);
  n += ranges[n].to > ranges[n].from;
  if (rest > 0) {
    ranges[n] = in_file(audio, audio->loop_start, audio->loop_start + rest);
    n += ranges[n].to > ranges[n].from;
  }

  return n;
}

/// Ask for the pages of a range, the one that is needed first first
SONIC_RT static bool
request_range(const PartAudio* const audio,
              const FileRange* const range,
              const uint32_t         cycle,
              Ring* const            pages)
{
  const uint32_t page = (uint32_t)(range->from / PAGE_FRAMES);
  const uint32_t past = (uint32_t)((range->to + PAGE_FRAMES - 1) / PAGE_FRAMES);
  if (!audio->reverse) {
    return sample_request(audio->sample, page, past - page, cycle, pages);
  }

  bool all = true;
  for (uint32_t p = past; p > page; --p) {
    all &= sample_request(audio->sample, p - 1u, 1u, cycle, pages);
  }

  return all;
}

SONIC_RT uint32_t
content_heard(const PartAudio* const audio,
              const FrameTime        from,
              const FrameTime        to,
              FileRange              ranges[2])
{
  // Between frames, those on both sides are needed, also behind the clip's end;
  // a frame more covers any rounding of the place
  const bool    plain = audio->speed == SPEED_ONE;
  const int64_t side  = plain ? 0 : (int64_t)resample_side(audio->speed);
  const int64_t first = (int64_t)(from >> 64) - side - 1;
  const int64_t last  = least((int64_t)(to >> 64) + 2, audio->end_frames);
  const int64_t end   = last + side;
  return end > first ? find_ranges(audio, first, end, ranges) : 0u;
}

SONIC_RT bool
content_request(const PartAudio* const audio,
                const FrameTime        from,
                const FrameTime        to,
                const uint32_t         cycle,
                Ring* const            pages)
{
  FileRange      ranges[2];
  const uint32_t n   = content_heard(audio, from, to, ranges);
  bool           all = true;
  for (uint32_t i = 0; i < n; ++i) {
    all &= request_range(audio, &ranges[i], cycle, pages);
  }

  return all;
}

SONIC_RT int64_t
content_piece(const PartAudio* const audio,
              const int64_t          frame,
              uint32_t* const        n)
{
  const int64_t length = (int64_t)audio->sample->frames;
  const int64_t place  = content_unlooped(audio, frame);
  const int64_t run    = least(*n, run_at(audio, frame));
  if (place < 0 || place >= length) {
    *n = (uint32_t)(place < 0 ? least(run, -place) : run);
    return -1;
  }

  const int64_t at = audio->reverse ? length - 1 - place : place;
  const int64_t page =
    audio->reverse ? at % PAGE_FRAMES + 1 : PAGE_FRAMES - at % PAGE_FRAMES;

  *n = (uint32_t)least(run, least(page, length - place));
  return at;
}

/// Copy one channel of `n` frames, `step` floats apart
SONIC_RT static void
copy_side(const float* const in,
          const ptrdiff_t    step,
          float* const       out,
          const uint32_t     n)
{
  for (uint32_t i = 0; i < n; ++i) {
    out[i] = in[step * (ptrdiff_t)i];
  }
}

SONIC_RT uint32_t
content_copy(const PartAudio* const audio,
             const int64_t          frame,
             const uint32_t         n,
             const uint32_t         cycle,
             Ring* const            pages,
             float* const           sides[2])
{
  const uint32_t  channels = audio->sample->channels;
  const ptrdiff_t step =
    audio->reverse ? -(ptrdiff_t)channels : (ptrdiff_t)channels;

  uint32_t late = 0;
  uint32_t m    = 0;
  for (uint32_t done = 0; done < n; done += m) {
    m                       = n - done;
    const int64_t      at   = content_piece(audio, frame + done, &m);
    const uint32_t     page = (uint32_t)(at / PAGE_FRAMES);
    const float* const data =
      at < 0 ? NULL : sample_page(audio->sample, page, cycle, pages);
    late += at >= 0 && !data;
    for (uint32_t c = 0; c < channels; ++c) {
      if (data) {
        const size_t first = (size_t)(at % PAGE_FRAMES) * channels + c;
        copy_side(data + first, step, sides[c] + done, m);
      } else {
        memset(sides[c] + done, 0, m * sizeof(float));
      }
    }
  }

  return late;
}
