// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts of the feed share
//
// feed.c walks the difference and keeps the engine's side of things;
// feed_tracks.c, feed_channels.c, feed_groups.c, feed_effects.c, feed_sends.c
// and feed_root.c turn what changed into operations, feed_plan.c plans who runs
// when. Functions return false when the work has failed, which ends the walk;
// `status` then says why.

#ifndef SONIC_SERVICES_FEED_PRIVATE_H
#define SONIC_SERVICES_FEED_PRIVATE_H

#include "engine/engine.h"
#include "model/difference.h"
#include "services/feed.h"
#include "services/slots.h"

#include <stdbool.h>
#include <stdint.h>

/// The engine's side of a track or bus
typedef struct {
  EngineTrack*   source; ///< Null for a bus
  EngineChannel* channel;
} Voice;

/// A send, shared by lists of a channel's sends
typedef struct {
  uint32_t    refs;
  Id          bus;
  EngineSend* send; ///< Owned
} FeedSend;

/// The sends of a channel, in its order
typedef struct {
  EngineChannel* channel;
  uint32_t       count;
  FeedSend*      sends[];
} FeedSends;

struct Feed {
  Engine*        engine;
  uint32_t       rate;
  CpuLevel       level;
  FeedSource     source;
  Slots          tracks;      ///< Voice* by track number
  Slots          buses;       ///< Voice* by bus number
  Slots          clips;       ///< ClipPart* by clip number
  Slots          curves;      ///< Curve* by automation number
  Slots          slots;       ///< ClipPart* of launched clips, by clip number
  Slots          effects;     ///< EngineEffect* by effect number
  Slots          track_sends; ///< FeedSends* by track number
  Slots          bus_sends;   ///< FeedSends* by bus number
  Slots          limiter;     ///< EngineEffect* of the master, at 0
  uint32_t       latency;     ///< Of the last schedule, in frames
  EngineChannel* master;
  Voice          preview;  ///< Plays what is tried out; of no track
  int64_t        num_solo; ///< Soloed tracks
  int64_t        old_num_solo;
  int64_t        num_group_solo; ///< Channels that are soloed by their group
  int64_t        old_num_group_solo;
};

/// A change under way
typedef struct {
  Feed*              feed;
  const Composition* before;
  const Composition* after;
  Batch*             batch;
  bool               schedule; ///< A new schedule is needed
  bool               solo;     ///< Who is silenced by solos may differ
  bool               groups;   ///< Who is soloed by a group may differ
  bool               curves;   ///< A new set of curves is needed
  bool               targets;  ///< What curves move may be something else
  IdList*            moved;    ///< Automation that changed or went
  Id*                dirty;    ///< Tracks that need a new clip set
  uint32_t           num_dirty;
  uint32_t           max_dirty;
  Status             status;
} Work;

/// Fail the work for want of memory; returns false
bool
feed_out_of_memory(Work* work);

/// Append an operation
bool
feed_add(Work* work, const Operation* op);

/// Replace what a slot holds; what it held goes to the batch's garbage
bool
feed_replace(Work* work, Slots* slots, uint32_t number, void* thing);

/// The engine's side of a track or bus, or null
Voice*
feed_find_voice(const Feed* feed, Id id);

/// Release a Voice of the engine `owner` (null is fine)
void
feed_release_voice(void* owner, void* thing);

/// What changed in a channel
bool
feed_change_channel(Work* work, const Channel* before, const Channel* after);

/// Tell a channel and its sends whether it is silent now
bool
feed_change_silence(Work* work, const Channel* channel);

/// A group that came, went or changed
bool
feed_change_group(Work* work, const Change* change);

/// Tell a channel the level of its group
bool
feed_set_group_level(Work* work, const Channel* channel);

/// Count the channels that groups solo
void
feed_count_group_solos(Work* work);

/// Tell every track's strip whether it is silent now
bool
feed_change_solo(Work* work);

/// A bus that came or went
bool
feed_change_bus(Work* work, const Change* change);

/// A track that came, went or changed
bool
feed_change_track(Work* work, const Change* change);

/// A clip that came, went or changed
bool
feed_change_clip(Work* work, const Change* change);

/// A clip as the engine plays it, owned; null if memory ran out
ClipPart*
feed_make_part(const Work* work, const Clip* clip);

/// Prepare a clip anew
bool
feed_put_part(Work* work, const Clip* clip);

/// Note that a track needs a new clip set
bool
feed_mark_dirty(Work* work, Id track);

/// Send the clip sets of all tracks noted
bool
feed_send_clip_sets(Work* work);

/// The engine's side of a channel's send to a bus, or null
EngineSend*
feed_find_send(const Feed* feed, Id channel, Id bus);

/// Say where the song ends, if the transport is to stop there
bool
feed_change_end(Work* work);

/// Note that a clip sounds different when it is launched
bool
feed_drop_slot(Work* work, Id clip);

/// Note that all tracks with slots need others
bool
feed_mark_slots(Work* work);

/// Send the slots of a track
bool
feed_send_slots(Work* work, const Track* track);

/// Automation that came, went or changed
bool
feed_change_automation(Work* work, const Change* change);

/// Note that a clip changed, whose time automation may be in
void
feed_move_automation(Work* work, Id clip);

/// Send all curves
bool
feed_send_curves(Work* work);

/// Whether a channel is silent, by its mute or by what is soloed
bool
feed_is_silenced(const Work* work, const Channel* channel);

/// An effect that came, went or changed
bool
feed_change_effect(Work* work, const Change* change);

/// The instance of an effect on a channel, made if it is not there; null if
/// there is no such type, or if the work failed
EngineEffect*
feed_need_effect(Work* work, const Effect* node, EngineChannel* channel);

/// The master's limiter if it is on; null if it is off or the work failed
EngineEffect*
feed_need_limiter(Work* work);

/// The sends of a channel as the document has them; null if there are none or
/// the work failed
FeedSends*
feed_need_sends(Work* work, const Channel* node, EngineChannel* channel);

/// Say the levels of all sends of a channel
bool
feed_change_send_levels(Work* work, const Channel* channel);

/// Take away the sends of a channel that went
bool
feed_drop_sends(Work* work, Id channel);

/// What changed in the master's limiter
bool
feed_change_limiter(Work* work);

/// Release an EngineEffect (null is fine)
void
feed_release_effect(void* owner, void* thing);

/// Release FeedSends (null is fine)
void
feed_release_sends(void* owner, void* thing);

/// What changed in the composition itself
bool
feed_change_root(Work* work);

/// A new schedule for what there is now
bool
feed_change_schedule(Work* work);

#endif // SONIC_SERVICES_FEED_PRIVATE_H
