// SPDX-License-Identifier: GPL-3.0-or-later
//
// The source of a track
//
// A track follows the transport by itself: when it is run, it compares what it
// saw last with the span, and starts, jumps or stops what it plays.  So tracks
// can do so side by side.

#ifndef SONIC_ENGINE_TRACK_H
#define SONIC_ENGINE_TRACK_H

#include "base/id.h"
#include "base/ring.h"
#include "base/rt.h"
#include "engine/audio_track.h"
#include "engine/engine.h"
#include "engine/fade.h"
#include "engine/launch.h"
#include "engine/midi_track.h"
#include "engine/part.h"
#include "engine/span.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

struct EngineTrack {
  _Alignas(64) float left[BLOCK_FRAMES]; ///< What it put out, unless silent
  float right[BLOCK_FRAMES];

  Id        id;
  TrackType type;
  uint32_t  latency; ///< Frames
  ClipSet*  clips;   ///< Of the timeline; owned, never null
  uint32_t  voices;  ///< That sound
  uint32_t  late;    ///< Pages that were not there in the last span

  bool scheduled; ///< Is in the schedule
  bool wanted;    ///< Is in the next schedule
  Fade fade;      ///< To silence before it leaves the schedule
  bool silent;    ///< Put out nothing in the last span

  RecordSides sides;   ///< Of the inputs, on an audio track
  uint32_t    port;    ///< Of what comes in, on an audio track
  Fade        monitor; ///< Of what comes in, on an audio track
  TrackLaunch launch;  ///< What plays instead of the timeline

  // What it saw last

  bool     playing;
  bool     replaced; ///< `clips` are others than when it last ran
  uint32_t starts;
  uint32_t passes;
  uint32_t maps;

  union {
    AudioTrack audio;
    MidiTrack  midi;
  };
};

/// Be silent at once, and start everything anew
SONIC_RT void
track_reset(EngineTrack* track);

/// Take other clips; returns those before
SONIC_RT ClipSet*
track_exchange_clips(EngineTrack* track, ClipSet* clips);

/// Hear something else live
SONIC_RT void
track_set_input(EngineTrack* track, const TrackInput* input);

/// Run a span into the track's buffers, see `silent`
SONIC_RT void
track_run(EngineTrack* track, const Span* span, Ring* pages);

/// Ask for the audio of the next `frames` frames of what sounds; true if all of
/// it is in memory
SONIC_RT bool
track_request_sounding(const EngineTrack* track,
                       int64_t            grid,
                       int64_t            frames,
                       uint32_t           cycle,
                       Ring*              pages);

/// Ask for the audio of clips from tick `from` to `to`; true if all of it is in
/// memory
SONIC_RT bool
track_request_clips(const EngineTrack* track,
                    const TempoMap*    map,
                    Ticks              from,
                    Ticks              to,
                    uint32_t           cycle,
                    Ring*              pages);

#endif // SONIC_ENGINE_TRACK_H
