// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/path.h"

#include "units/mix.h"

#include <stddef.h>
#include <string.h>

SONIC_RT static float*
side_of(PathPast* const past, const uint32_t side)
{
  return past->samples + (size_t)side * past->size;
}

/// Bring the past of a path into a longer one
SONIC_RT static void
copy_past(Path* const path, PathPast* const longer)
{
  const PathPast* const old = path->past;
  for (uint32_t side = 0; old && side < 2u; ++side) {
    const float* const from = side_of(path->past, side);
    float* const       to   = side_of(longer, side);
    for (uint32_t age = 1; age <= path->filled; ++age) {
      to[(path->head - age) & (longer->size - 1u)] =
        from[(path->head - age) & (old->size - 1u)];
    }
  }
}

SONIC_RT bool
path_is_plain(const Path* const path)
{
  return !path->wanted && !path->delay && !path->next &&
         fade_is_full(&path->fade);
}

SONIC_RT PathPast*
path_set(Path* const path, const uint32_t delay, PathPast* const past)
{
  PathPast* const before = path->past;
  if (path_is_plain(path)) {
    path->filled = 0; // It has not been kept
  }

  path->wanted = delay;
  if (!past || (before && before->size >= past->size)) {
    return past;
  }

  copy_past(path, past);
  path->past = past;
  return before;
}

SONIC_RT void
path_reset(Path* const path)
{
  path->head    = 0;
  path->filled  = 0;
  path->crossed = 0;
  path->delay   = path->wanted;
  path->next    = path->wanted;
  path->hold    = 0;
  path->fade    = (Fade){0};
  if (path->past) {
    memset(
      path->past->samples, 0, (size_t)2u * path->past->size * sizeof(float));
    path->filled = path->past->size;
  }
}

SONIC_RT void
path_restart(Path* const path)
{
  // What was kept before is over once the delay has passed
  path->delay         = path->wanted;
  path->next          = path->wanted;
  path->hold          = path->wanted;
  path->fade.position = FADE_FRAMES;
}

/// Keep `n` frames
SONIC_RT static void
keep(Path* const path, const uint32_t n)
{
  PathPast* const past  = path->past;
  const uint32_t  mask  = past->size - 1u;
  float* const    left  = side_of(past, 0);
  float* const    right = side_of(past, 1);
  for (uint32_t f = 0; f < n; ++f) {
    left[(path->head + f) & mask]  = path->left[f];
    right[(path->head + f) & mask] = path->right[f];
  }

  path->head += n;
  path->filled = past->size - path->filled < n ? past->size : path->filled + n;
}

/// Frame `f` of the last `n`, some frames later
SONIC_RT static inline float
past_at(const Path* const  path,
        const float* const side,
        const uint32_t     delay,
        const uint32_t     f,
        const uint32_t     n)
{
  return side[(path->head - n + f - delay) & (path->past->size - 1u)];
}

/// Delay `n` frames that were just kept
SONIC_RT static void
delay_run(Path* const path, const uint32_t n)
{
  const float* const left  = side_of(path->past, 0);
  const float* const right = side_of(path->past, 1);
  for (uint32_t f = 0; f < n; ++f) {
    // The next delay begins at the first frame that has it behind it
    if (path->next == path->delay && path->wanted != path->delay &&
        path->filled - (n - 1u - f) > path->wanted) {
      path->next    = path->wanted;
      path->crossed = 0;
    }

    float l = past_at(path, left, path->delay, f, n);
    float r = past_at(path, right, path->delay, f, n);
    if (path->next != path->delay) {
      const float share = (float)++path->crossed / (float)path->cross_frames;
      l += (past_at(path, left, path->next, f, n) - l) * share;
      r += (past_at(path, right, path->next, f, n) - r) * share;
      if (path->crossed == path->cross_frames) {
        path->delay = path->next;
      }
    }

    path->left[f]  = l;
    path->right[f] = r;
  }
}

SONIC_RT void
path_run(Path* const            path,
         const LaneBlock* const block,
         const uint32_t         lane,
         const uint32_t         n)
{
  mix_get(block, lane, path->left, path->right, n);
  if (path->past && (path->wanted || path->delay || path->next)) {
    keep(path, n);
    delay_run(path, n);
  } else {
    path->filled = 0;
  }

  const uint32_t held = path->hold < n ? path->hold : n;
  memset(path->left, 0, held * sizeof(float));
  memset(path->right, 0, held * sizeof(float));
  path->hold -= held;
  fade_run(&path->fade, path->left + held, path->right + held, n - held);
}
