// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/bars.h"

#include <stdlib.h>

typedef struct {
  BarChange change;
  Ticks     bar_ticks;
  int64_t   bar; ///< Number of the bar that begins here
} Section;

struct BarMap {
  uint32_t count;
  Section  sections[];
};

/// The greatest whole number of times that `b` goes into `a`
SONIC_RT static int64_t
floor_div(const int64_t a, const int64_t b)
{
  return a / b - (a % b < 0);
}

SONIC_RT static int64_t
ceil_div(const int64_t a, const int64_t b)
{
  return -floor_div(-a, b);
}

BarMap*
bar_map_new(const BarChange* const changes, const uint32_t num_changes)
{
  BarMap* const map =
    (BarMap*)calloc(1, sizeof(BarMap) + num_changes * sizeof(Section));
  if (!map) {
    return NULL;
  }

  map->count = num_changes;
  for (uint32_t i = 0; i < num_changes; ++i) {
    Section* const section = &map->sections[i];
    section->change        = changes[i];
    section->change.start  = i ? changes[i].start : 0;
    section->bar_ticks     = changes[i].beats * changes[i].beat_ticks;
    if (i) {
      const Section* const before = section - 1;
      section->bar =
        before->bar + ceil_div(section->change.start - before->change.start,
                               before->bar_ticks);
    }
  }

  return map;
}

void
bar_map_free(BarMap* const map)
{
  free(map);
}

/// Index of the section that a tick is in
SONIC_RT static uint32_t
find(const BarMap* const map, const Ticks ticks)
{
  uint32_t low  = 1;
  uint32_t high = map->count;
  while (low < high) {
    const uint32_t middle = (low + high) / 2u;
    if (map->sections[middle].change.start <= ticks) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }

  return low - 1u;
}

SONIC_RT BarPlace
bar_map_place(const BarMap* const map, const Ticks ticks)
{
  const Section* const section = &map->sections[find(map, ticks)];
  const Ticks          since   = ticks - section->change.start;
  const int64_t        bars    = floor_div(since, section->bar_ticks);
  const Ticks          in_bar  = since - bars * section->bar_ticks;
  return (BarPlace){
    .bar        = section->bar + bars,
    .beat       = (uint32_t)(in_bar / section->change.beat_ticks),
    .rest       = in_bar % section->change.beat_ticks,
    .bar_start  = ticks - in_bar,
    .beats      = section->change.beats,
    .beat_ticks = section->change.beat_ticks,
  };
}

/// Where the section after one begins
SONIC_RT static Ticks
end_of(const BarMap* const map, const uint32_t index)
{
  return index + 1u < map->count ? map->sections[index + 1u].change.start
                                 : INT64_MAX;
}

SONIC_RT Ticks
bar_map_next_beat(const BarMap* const map, const Ticks ticks, bool* const bar)
{
  const uint32_t         i      = find(map, ticks);
  const BarChange* const change = &map->sections[i].change;
  const int64_t beat = ceil_div(ticks - change->start, change->beat_ticks);
  const Ticks   at   = change->start + beat * change->beat_ticks;
  const Ticks   end  = end_of(map, i);
  *bar               = at >= end || beat % (int64_t)change->beats == 0;
  return at < end ? at : end;
}

/// The first line of a grid in a section, which may lie behind its end
SONIC_RT static Ticks
line_in(const Section* const section, const Ticks ticks, const BarGrid grid)
{
  const Ticks since = ticks - section->change.start;
  if (grid.bars) {
    const int64_t first = section->bar + ceil_div(since, section->bar_ticks);
    const int64_t bar   = ceil_div(first, grid.bars) * grid.bars;
    return section->change.start + (bar - section->bar) * section->bar_ticks;
  }

  // Line k of a bar is at the whole tick at or before its exact place
  const int64_t bar  = floor_div(since, section->bar_ticks);
  const Ticks   rest = since - bar * section->bar_ticks;
  const int64_t line = ceil_div(rest * grid.parts, section->bar_ticks);
  return section->change.start + bar * section->bar_ticks +
         line * section->bar_ticks / grid.parts;
}

SONIC_RT Ticks
bar_map_line(const BarMap* const map, const Ticks ticks, const BarGrid grid)
{
  if (!grid.bars && !grid.parts) {
    return ticks;
  }

  Ticks from = ticks;
  for (uint32_t i = find(map, ticks);; ++i) {
    const Ticks line = line_in(&map->sections[i], from, grid);
    if (line < end_of(map, i)) {
      return line;
    }

    from = end_of(map, i);
  }
}
