// SPDX-License-Identifier: GPL-3.0-or-later
//
// The source of an audio track
//
// Up to sixteen clips sound at once; one more ends the oldest with a fade.
// Functions that take a span are called before the span is run.

#ifndef SONIC_ENGINE_AUDIO_TRACK_H
#define SONIC_ENGINE_AUDIO_TRACK_H

#include "base/ring.h"
#include "base/rt.h"
#include "base/tempo.h"
#include "base/ticks.h"
#include "engine/part.h"
#include "engine/reader.h"
#include "engine/span.h"

#include <stdbool.h>
#include <stdint.h>

/// Clips that sound at once
#define MAX_PLAYING 16u

/// Readers in all, with those that fade out
#define MAX_READERS 24u

typedef struct {
  Reader   readers[MAX_READERS]; ///< In order of their start
  uint32_t num_readers;
  uint32_t next_part;   ///< First clip not yet started
  uint32_t asked_cycle; ///< Cycle in which pages were last asked for
  bool     asked;       ///< Pages have been asked for
  uint32_t late;        ///< Pages that were not there in the last span
} AudioTrack;

/// Be silent at once
SONIC_RT void
audio_track_reset(AudioTrack* track);

/// Let what sounds fade out
SONIC_RT void
audio_track_release(AudioTrack* track, const Span* span);

/// Start the clips that the playhead stands in
SONIC_RT void
audio_track_enter(AudioTrack* track, const ClipSet* clips, const Span* span);

/// Follow a change of tempo
SONIC_RT void
audio_track_retime(AudioTrack* track, const Span* span);

/// Go on with other clips; what is the same in both sounds on
SONIC_RT void
audio_track_replace(AudioTrack* track, const ClipSet* clips, const Span* span);

/// Add a span to silent buffers; false if they are still silent
SONIC_RT bool
audio_track_run(AudioTrack*    track,
                const ClipSet* clips,
                const Span*    span,
                Ring*          pages,
                float*         left,
                float*         right);

/// Ask for the pages that sounding clips need in the next `frames` frames; true
/// if all are in memory
SONIC_RT bool
audio_track_request(const AudioTrack* track,
                    int64_t           grid,
                    int64_t           frames,
                    uint32_t          cycle,
                    Ring*             pages);

/// Ask for the pages that are heard from tick `from` to `to`; true if all are
/// in memory
SONIC_RT bool
clip_set_request(const ClipSet*  clips,
                 const TempoMap* map,
                 Ticks           from,
                 Ticks           to,
                 uint32_t        cycle,
                 Ring*           pages);

#endif // SONIC_ENGINE_AUDIO_TRACK_H
