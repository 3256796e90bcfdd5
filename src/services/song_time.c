// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/song_time.h"

#include <jansson.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Frames per second at which lengths in seconds are worked out
#define FINE_RATE 192000u

TempoMap*
song_time_map(const Composition* const composition, const uint32_t rate)
{
  const json_t* const rows  = composition->tempo_map;
  const size_t        count = json_array_size(rows);
  TempoChange* const  changes =
    (TempoChange*)calloc(count + 1u, sizeof(TempoChange));
  if (!changes) {
    return NULL;
  }

  uint32_t n = 0;
  for (size_t i = 0; i < count; ++i) {
    const json_t* const row  = json_array_get(rows, i);
    const char* const   word = json_string_value(json_array_get(row, 2));

    TempoChange* const change = &changes[n];
    change->tempo =
      tempo_from_double(json_number_value(json_array_get(row, 1)));
    change->ramp = word && !strcmp(word, "ramp");
    n += ticks_from_beats(json_number_value(json_array_get(row, 0)),
                          &change->start) &&
         change->tempo > 0;
  }

  TempoMap* const map = tempo_map_new(rate, composition->tempo, changes, n);
  free(changes);
  return map;
}

static BarChange
bar_change(const Ticks start, const Signature* const signature)
{
  return (BarChange){.start      = start,
                     .beats      = signature->beats,
                     .beat_ticks = (Ticks)TICKS_PER_BEAT * 4 / signature->unit};
}

BarMap*
song_time_bars(const Composition* const composition)
{
  const json_t* const rows  = composition->signature_map;
  const size_t        count = json_array_size(rows);
  BarChange* const changes  = (BarChange*)calloc(count + 1u, sizeof(BarChange));
  if (!changes) {
    return NULL;
  }

  uint32_t n   = 0;
  changes[n++] = bar_change(0, &composition->signature);
  for (size_t i = 0; i < count; ++i) {
    const json_t* const row       = json_array_get(rows, i);
    const char* const   text      = json_string_value(json_array_get(row, 1));
    Ticks               start     = 0;
    Signature           signature = {0};
    if (text && signature_parse(text, &signature) &&
        ticks_from_beats(json_number_value(json_array_get(row, 0)), &start)) {
      // One at the beginning, or at the place of another, comes instead of it
      n -= start <= changes[n - 1u].start;
      changes[n++] = bar_change(start, &signature);
    }
  }

  BarMap* const map = bar_map_new(changes, n);
  free(changes);
  return map;
}

bool
song_time_bars_equal(const Composition* const a, const Composition* const b)
{
  return !memcmp(&a->signature, &b->signature, sizeof(Signature)) &&
         (a->signature_map == b->signature_map ||
          json_equal(a->signature_map, b->signature_map));
}

bool
song_time_equal(const Composition* const a, const Composition* const b)
{
  return a->tempo == b->tempo && (a->tempo_map == b->tempo_map ||
                                  json_equal(a->tempo_map, b->tempo_map));
}

double
song_time_seconds(const Composition* const composition,
                  const Ticks              from,
                  const Ticks              to)
{
  TempoMap* const map = song_time_map(composition, FINE_RATE);
  if (!map) {
    return 0.0;
  }

  const FrameTime length = tempo_map_time(map, to) - tempo_map_time(map, from);
  tempo_map_free(map);
  return ldexp((double)length, -64) / FINE_RATE;
}

Ticks
song_time_ticks(const Composition* const composition,
                const Ticks              from,
                const double             seconds)
{
  TempoMap* const map = song_time_map(composition, FINE_RATE);
  if (!map) {
    return 1;
  }

  const FrameTime end =
    tempo_map_time(map, from) + (FrameTime)ldexp(seconds * FINE_RATE, 64);
  const Ticks ticks = tempo_map_ticks(map, end) - from;
  tempo_map_free(map);
  return ticks > 0 ? ticks : 1;
}

/// Keeps the latest end
static bool
see_clip(void* const handle, const uint32_t number, const Node* const node)
{
  (void)number;
  Ticks* const      end  = (Ticks*)handle;
  const Clip* const clip = (const Clip*)node;
  *end = clip->start + clip->length > *end ? clip->start + clip->length : *end;
  return true;
}

Ticks
song_time_end(const Composition* const composition)
{
  Ticks end = 0;
  table_each(composition->things[KIND_CLIP], see_clip, &end);
  return end;
}

void
song_time_bar(const Composition* const composition,
              const Ticks              position,
              int64_t* const           bar,
              double* const            beat)
{
  const json_t* const rows      = composition->signature_map;
  Signature           signature = composition->signature;
  Ticks               from      = 0;
  *bar                          = 1;
  for (size_t i = 0; i <= json_array_size(rows); ++i) {
    const json_t* const row      = json_array_get(rows, i);
    const Ticks         unit     = (Ticks)TICKS_PER_BEAT * 4 / signature.unit;
    const Ticks         long_bar = unit * signature.beats;
    Ticks               to       = TICKS_MAX;
    if (row) {
      ticks_from_beats(json_number_value(json_array_get(row, 0)), &to);
    }
    if (position < to || !row) {
      const Ticks in = position - from;
      *bar += in / long_bar;
      *beat = 1.0 + (double)(in % long_bar) / (double)unit;
      return;
    }

    // A change of signature begins a bar
    *bar += (to - from + long_bar - 1) / long_bar;
    from = to;
    signature_parse(json_string_value(json_array_get(row, 1)), &signature);
  }
}
