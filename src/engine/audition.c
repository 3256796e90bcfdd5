// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/audition.h"

#include "engine/fade.h"
#include "engine/sample_read.h"

/// Pages that are asked for ahead
#define AHEAD_PAGES 8u

SONIC_RT Sample*
audition_exchange(Audition* const audition, Sample* const sample)
{
  audition->before = audition->now;
  audition->fade   = audition->before.sample ? FADE_FRAMES : 0;
  audition->now    = (AuditionVoice){sample, 0};
  return audition->before.sample;
}

/// Take the next frame of a voice; false if there is none now
SONIC_RT static bool
next_frame(AuditionVoice* const voice,
           const uint32_t       cycle,
           Ring* const          pages,
           float                out[2])
{
  Sample* const sample = voice->sample;
  if (!sample || voice->frame >= sample->frames) {
    return false;
  }

  const uint32_t     page = (uint32_t)(voice->frame / PAGE_FRAMES);
  const float* const data = sample_peek(sample, page, cycle);
  if (!data) {
    sample_want(sample, page, pages);
    return false;
  }
  const uint64_t at = (voice->frame++ % PAGE_FRAMES) * sample->channels;
  out[0]            = data[at];
  out[1]            = data[at + sample->channels - 1u];
  return true;
}

SONIC_RT void
audition_run(Audition* const audition,
             float* const    left,
             float* const    right,
             const uint32_t  n,
             const uint32_t  cycle,
             Ring* const     pages)
{
  Sample* const sample = audition->now.sample;
  if (sample) {
    sample_request(sample,
                   (uint32_t)(audition->now.frame / PAGE_FRAMES),
                   AHEAD_PAGES,
                   cycle,
                   pages);
  }

  float out[2];
  for (uint32_t i = 0; i < n; ++i) {
    if (next_frame(&audition->now, cycle, pages, out)) {
      left[i] += out[0];
      right[i] += out[1];
    }
    if (audition->fade) {
      const float gain = (float)--audition->fade / (float)FADE_FRAMES;
      if (next_frame(&audition->before, cycle, pages, out)) {
        left[i] += gain * out[0];
        right[i] += gain * out[1];
      }
    }
  }
}
