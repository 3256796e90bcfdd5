// SPDX-License-Identifier: GPL-3.0-or-later
//
// From the document to the engine
//
// The feed holds the engine's side of each thing in the document: tracks,
// channels, clip parts.  It turns the difference of two documents into the
// operations of one batch.  What a batch displaces is released when it is home.

#ifndef SONIC_SERVICES_FEED_H
#define SONIC_SERVICES_FEED_H

#include "backend/backend.h"
#include "base/status.h"
#include "engine/engine.h"
#include "model/document.h"

typedef struct Feed Feed;

/// The audio of a sample at a change of pitch, borrowed, or null if it is not
/// there (silent)
typedef Sample* (*FeedSampleFunc)(void*             handle,
                                  const SampleNode* node,
                                  double            semitones);

/// The engine of a track's instrument, never null
typedef const InstrumentInfo* (*FeedInfoFunc)(void* handle, const Track* track);

/// Value of a parameter of a track's instrument
typedef float (*FeedParamFunc)(void*                 handle,
                               const Track*          track,
                               const InstrumentInfo* info,
                               uint32_t              param);

/// Number of the port of a kind that a track has of its own, 0 for none
typedef uint32_t (*FeedPortFunc)(void*        handle,
                                 const Track* track,
                                 PortKind     kind);

/// Number of the port for MIDI clock, 0 for none
typedef uint32_t (*FeedClockFunc)(void* handle, const Composition* root);

/// Recordings that a track's instrument plays, borrowed, or null
typedef struct SamplerMap* (*FeedMapFunc)(void* handle, const Track* track);

/// What the feed asks of others
typedef struct {
  FeedSampleFunc sample;
  FeedInfoFunc   info;
  FeedParamFunc  param;
  FeedMapFunc    map;
  FeedPortFunc   port;
  FeedClockFunc  clock;
  void*          handle;
} FeedSource;

/// An empty feed for an engine; null if memory ran out
Feed*
feed_new(Engine*           engine,
         uint32_t          rate,
         CpuLevel          level,
         const FeedSource* source);

/// Release the feed and what the engine no longer uses; the engine must have
/// stopped
void
feed_free(Feed* feed);

/**
   Add to a batch what turns the engine from one document to another.

   On failure the batch is to be dropped with `feed_rollback`.

   @param old_root What the engine plays now, null for nothing.
   @param new_root What it is to play.
   @param batch Batch that receives the operations.
*/
Status
feed_change(Feed*              feed,
            const Composition* old_root,
            const Composition* new_root,
            Batch*             batch);

/// Forget what `feed_change` prepared since the last `feed_accept`
void
feed_rollback(Feed* feed);

/// The batch is on its way
void
feed_accept(Feed* feed);

/// Add to a batch new parts for all clips of a sample whose audio changed
Status
feed_refresh_sample(Feed*              feed,
                    const Composition* root,
                    Id                 sample,
                    Batch*             batch);

/// Add to a batch a new instance of a track's instrument
Status
feed_refresh_instrument(Feed*              feed,
                        const Composition* root,
                        const Track*       track,
                        Batch*             batch);

/// The engine's side of a track, or null
EngineTrack*
feed_track(const Feed* feed, Id track);

/// The track that plays what is tried out
EngineTrack*
feed_preview(const Feed* feed);

/// The engine's side of a channel, or null
EngineChannel*
feed_channel(const Feed* feed, Id channel);

/// The engine's side of an effect, or null
EngineEffect*
feed_effect(const Feed* feed, Id effect);

/// The master's limiter, or null if it is off
EngineEffect*
feed_limiter(const Feed* feed);

/// Frames from the sources to the master's output
uint32_t
feed_latency(const Feed* feed);

#endif // SONIC_SERVICES_FEED_H
