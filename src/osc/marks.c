// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/marks.h"

#include <string.h>

void
marks_clear(Marks* const marks)
{
  marks->count = 0;
  if (!++marks->round) {
    memset(marks->rounds, 0, sizeof(marks->rounds));
    marks->round = 1;
  }
}

/// The slot of a hash, or the empty one where it belongs
static uint32_t
find_slot(const Marks* const marks, const uint64_t hash)
{
  uint32_t slot = (uint32_t)(hash >> 20u) % MARKS_SIZE;
  while (marks->rounds[slot] == marks->round && marks->hashes[slot] != hash) {
    slot = (slot + 1u) % MARKS_SIZE;
  }
  return slot;
}

bool
marks_add(Marks* const marks, const uint64_t hash)
{
  const uint32_t slot = find_slot(marks, hash);
  if (marks->rounds[slot] == marks->round ||
      marks->count >= MARKS_SIZE / 4u * 3u) {
    return false;
  }
  marks->rounds[slot] = marks->round;
  marks->hashes[slot] = hash;
  ++marks->count;
  return true;
}

bool
marks_has(const Marks* const marks, const uint64_t hash)
{
  return marks->rounds[find_slot(marks, hash)] == marks->round;
}
