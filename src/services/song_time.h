// SPDX-License-Identifier: GPL-3.0-or-later
//
// Beats, seconds and frames of a composition

#ifndef SONIC_SERVICES_SONG_TIME_H
#define SONIC_SERVICES_SONG_TIME_H

#include "base/bars.h"
#include "base/tempo.h"
#include "model/document.h"

/// The tempo map of a composition at a rate, owned; null if memory ran out
TempoMap*
song_time_map(const Composition* composition, uint32_t rate);

/// The bars of a composition, owned; null if memory ran out
BarMap*
song_time_bars(const Composition* composition);

/// Whether two compositions have the same bars everywhere
bool
song_time_bars_equal(const Composition* a, const Composition* b);

/// Whether two compositions have the same tempo everywhere
bool
song_time_equal(const Composition* a, const Composition* b);

/// Seconds from one place to a later one
double
song_time_seconds(const Composition* composition, Ticks from, Ticks to);

/// Ticks that so many seconds last from a place on
Ticks
song_time_ticks(const Composition* composition, Ticks from, double seconds);

/// Bar and beat in it, each from 1, of a place
void
song_time_bar(const Composition* composition,
              Ticks              position,
              int64_t*           bar,
              double*            beat);

/// Where the last clip ends, 0 if there is none
Ticks
song_time_end(const Composition* composition);

#endif // SONIC_SERVICES_SONG_TIME_H
