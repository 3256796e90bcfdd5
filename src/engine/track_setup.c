// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/aligned.h"
#include "engine/engine.h"
#include "engine/track.h"
#include "units/sampler.h"

#include <stdlib.h>

EngineTrack*
engine_track_new(const Engine* const engine, const Id id, const TrackType type)
{
  (void)engine;
  EngineTrack* const track = (EngineTrack*)aligned_new(sizeof(EngineTrack));
  ClipSet* const     clips = clip_set_new(0);
  if (!track || !clips) {
    free(track);
    clip_set_free(clips);
    return NULL;
  }

  track->id      = id;
  track->type    = type;
  track->clips   = clips;
  track->monitor = (Fade){FADE_FRAMES, true};
  if (type == TRACK_MIDI) {
    track->midi.id = id;
  }

  return track;
}

void
engine_track_free(EngineTrack* const track)
{
  if (!track) {
    return;
  }

  if (track->type == TRACK_MIDI) {
    instrument_free(track->midi.instrument);
  }

  launch_set_free(track->launch.set);
  clip_set_free(track->clips);
  free(track);
}

Instrument*
instrument_new(const InstrumentInfo* const info,
               const uint32_t              rate,
               const CpuLevel              level)
{
  Instrument* const instrument = (Instrument*)malloc(sizeof(Instrument));
  void* const       state      = aligned_new(info->size());
  if (!instrument || !state) {
    free(instrument);
    free(state);
    return NULL;
  }

  *instrument = (Instrument){info, state, NULL};
  info->init(state, rate, level);
  return instrument;
}

void
instrument_load(Instrument* const instrument, SamplerMap* const map)
{
  if (map && instrument->info->load && !instrument->map) {
    instrument->map = sampler_map_retain(map);
    instrument->info->load(instrument->state, map);
  }
}

void
instrument_free(Instrument* const instrument)
{
  if (instrument) {
    sampler_map_release(instrument->map);
    free(instrument->state);
    free(instrument);
  }
}
