// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bars and their beats along the timeline
//
// A signature holds from where it is given to the next one; there, a bar
// begins, whether or not the one before was complete.  Bars and beats are
// counted from 0.  A map is immutable once built and may be read by any thread.

#ifndef SONIC_BASE_BARS_H
#define SONIC_BASE_BARS_H

#include "base/rt.h"
#include "base/ticks.h"

#include <stdbool.h>
#include <stdint.h>

/// A signature and where it begins
typedef struct {
  Ticks    start;      ///< At least 0
  uint32_t beats;      ///< In a bar, at least 1
  Ticks    beat_ticks; ///< Length of a beat, at least 1
} BarChange;

typedef struct BarMap BarMap;

/**
   Build a map.

   @param changes Signatures in ascending order of start; the first one holds
   from the beginning, wherever it starts.
   @param num_changes Number of changes, at least 1.
   @return A new map, owned by the caller, or null if memory ran out.
*/
BarMap*
bar_map_new(const BarChange* changes, uint32_t num_changes);

/// Release a map (null is fine)
void
bar_map_free(BarMap* map);

/// Where a tick is in its bar
typedef struct {
  int64_t  bar;
  uint32_t beat;       ///< In the bar
  Ticks    rest;       ///< Since the beat
  Ticks    bar_start;  ///< Tick at which the bar begins
  uint32_t beats;      ///< Of the signature there
  Ticks    beat_ticks; ///< Of the signature there
} BarPlace;

SONIC_RT BarPlace
bar_map_place(const BarMap* map, Ticks ticks);

/// The first beat at or after a tick, and whether a bar begins there
SONIC_RT Ticks
bar_map_next_beat(const BarMap* map, Ticks ticks, bool* bar);

/// A grid of bars: every `bars`, or `parts` lines in each bar.  None: each tick
typedef struct {
  uint32_t bars;  ///< 0: see `parts`
  uint32_t parts; ///< 0: none
} BarGrid;

/// The first line of a grid at or after a tick
SONIC_RT Ticks
bar_map_line(const BarMap* map, Ticks ticks, BarGrid grid);

#endif // SONIC_BASE_BARS_H
