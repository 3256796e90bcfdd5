// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/prefetch.h"

#include "engine/content.h"
#include "services/clip_part.h"
#include "services/launcher.h"
#include "services/pitches.h"
#include "services/services_private.h"
#include "services/song_time.h"

#include <stdlib.h>

/// Clips before a place that are looked at on each track
#define MAX_LOOK_BACK 8u

/// Most pins in all
#define MAX_PINS 4096u

/// Pins under construction
typedef struct {
  Services*          services;
  const Composition* root;
  const TempoMap*    map;
  PagePin*           pins;
  uint32_t           count;
} Pinning;

/// Collect the places, the likeliest first
static uint32_t
collect_places(Services* const          services,
               const Composition* const root,
               Ticks                    places[PREFETCH_MAX_PLACES])
{
  uint32_t count  = 0;
  places[count++] = services_telemetry(services).position;
  places[count++] = 0;
  places[count++] = root->loop_start;

  const IdList* const markers = root->order[KIND_MARKER];
  for (uint32_t i = 0;
       i < id_list_count(markers) && count < PREFETCH_MAX_PLACES;
       ++i) {
    places[count++] =
      ((const Marker*)composition_find(root, markers->ids[i]))->beat;
  }

  return count;
}

/// Pin a second of a clip from where it is at a place
static void
pin_clip(Pinning* const pinning, const Clip* const clip, const Ticks place)
{
  const SampleNode* const node =
    (const SampleNode*)composition_find(pinning->root, clip->sample);
  Sample* const sample =
    node ? pitches_audio(pinning->services, node, clip->pitch) : NULL;
  if (!sample) {
    return;
  }

  PartAudio      audio;
  FileRange      ranges[2];
  const uint32_t rate = pinning->services->rate;
  const Ticks    from = place > clip->start ? place : clip->start;
  const int64_t  at =
    frame_time_round(tempo_map_time(pinning->map, from) -
                     tempo_map_time(pinning->map, clip->start));
  clip_audio_prepare(&audio, clip, sample, rate);
  const uint32_t n = content_heard(&audio,
                                   audio.offset + at * audio.speed,
                                   audio.offset + (at + rate) * audio.speed,
                                   ranges);
  for (uint32_t i = 0; i < n && pinning->count < MAX_PINS; ++i) {
    PagePin* const pin = &pinning->pins[pinning->count++];
    const int64_t  end = (ranges[i].to + PAGE_FRAMES - 1) / PAGE_FRAMES;
    pin->sample        = sample;
    pin->first_page    = (uint32_t)(ranges[i].from / PAGE_FRAMES);
    pin->num_pages     = (uint32_t)end - pin->first_page;
  }
}

/// Number of clips of a track that start before a place
static uint32_t
clips_before(const Pinning* const pinning,
             const IdList* const  clips,
             const Ticks          place)
{
  uint32_t low  = 0;
  uint32_t high = id_list_count(clips);
  while (low < high) {
    const uint32_t    middle = (low + high) / 2u;
    const Clip* const clip =
      composition_clip(pinning->root, clips->ids[middle]);
    if (clip->start < place) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }

  return low;
}

/// Pin the clips of a track that sound at a place or within a second after
static void
pin_track(Pinning* const pinning, const Track* const track, const Ticks place)
{
  const Ticks soon =
    tempo_map_ticks(pinning->map,
                    tempo_map_time(pinning->map, place) +
                      frame_time_from_frames(pinning->services->rate));
  const uint32_t end   = clips_before(pinning, track->clips, soon);
  const uint32_t first = end > MAX_LOOK_BACK ? end - MAX_LOOK_BACK : 0;
  for (uint32_t i = first; i < end; ++i) {
    const Clip* const clip =
      composition_clip(pinning->root, track->clips->ids[i]);
    if (clip->start + clip->length > place) {
      pin_clip(pinning, clip, place);
    }
  }
}

/// Pin the beginnings of the clips in a track's slots
static void
pin_slots(Pinning* const pinning, const Track* const track)
{
  const IdList* const scenes = pinning->root->order[KIND_SCENE];
  for (uint32_t i = 0; i < id_list_count(scenes); ++i) {
    const Clip* const clip =
      composition_clip(pinning->root, launcher_slot(track, scenes->ids[i]));
    if (clip) {
      pin_clip(pinning, clip, clip->start);
    }
  }
}

void
prefetch_update(Services* const services)
{
  const Composition* const root = services->root;
  TempoMap* const          map  = song_time_map(root, services->rate);
  PagePin* const           pins = (PagePin*)calloc(MAX_PINS, sizeof(PagePin));
  Ticks                    places[PREFETCH_MAX_PLACES];
  Pinning                  pinning = {services, root, map, pins, 0};
  if (map && pins) {
    const uint32_t      num_places = collect_places(services, root, places);
    const IdList* const order      = root->order[KIND_TRACK];
    for (uint32_t p = 0; p < num_places; ++p) {
      for (uint32_t i = 0; i < id_list_count(order); ++i) {
        const Track* const track = composition_track(root, order->ids[i]);
        if (track->type == TRACK_AUDIO) {
          pin_track(&pinning, track, places[p]);
        }
      }
    }

    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      const Track* const track = composition_track(root, order->ids[i]);
      if (track->type == TRACK_AUDIO && json_object_size(track->slots)) {
        pin_slots(&pinning, track);
      }
    }

    // Without memory the old pins stay, and playing may have to wait
    const Status st = media_set_pins(services->media, pins, pinning.count);
    (void)st;
  }

  free(pins);
  tempo_map_free(map);
}
