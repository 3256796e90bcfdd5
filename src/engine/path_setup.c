// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/path.h"

#include <stdlib.h>
#include <string.h>

/// Seconds that a cross-fade between delays takes
#define CROSS_SECONDS 0.020

PathPast*
path_past_new(const uint32_t delay)
{
  uint32_t size = 2u * BLOCK_FRAMES;
  while (size < delay + BLOCK_FRAMES) {
    size *= 2u;
  }

  PathPast* const past =
    (PathPast*)calloc(1, sizeof(PathPast) + (size_t)2u * size * sizeof(float));
  if (past) {
    past->size = size;
  }

  return past;
}

void
path_init(Path* const path, const uint32_t rate)
{
  memset(path, 0, sizeof(*path));
  path->cross_frames = (uint32_t)(CROSS_SECONDS * rate);
}

void
path_clear(Path* const path)
{
  free(path->past);
  path->past = NULL;
}
