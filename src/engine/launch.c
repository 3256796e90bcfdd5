// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/launch.h"

#include "engine/audio_track.h"
#include "engine/engine_state.h"
#include "engine/track.h"
#include "engine/transport.h"

/// Well mixed bits of a number (the finalizer of SplitMix64)
SONIC_RT static uint64_t
hash(uint64_t x)
{
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30u)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27u)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31u);
}

SONIC_RT static bool
is_playing(const Engine* const engine)
{
  return engine->transport.state == ENGINE_PLAYING;
}

SONIC_RT const ClipSet*
launch_clips(const TrackLaunch* const launch, const ClipSet* const timeline)
{
  static const ClipSet nothing = {0};
  return !launch->taken    ? timeline
         : launch->playing ? &launch->playing->set
                           : &nothing;
}

/// Put a slot's clip at a place
SONIC_RT static void
place(LaunchSlot* const slot, const Ticks start)
{
  slot->part->start = start;
  slot->part->end   = start + slot->length;
  slot->max_end[0]  = slot->part->end;
  slot->parts[0]    = slot->part;
  slot->set         = (ClipSet){1, slot->max_end, slot->parts, NULL};
}

/// Tell control how a track stands
SONIC_RT static void
tell(TrackLaunch* const launch)
{
  const Id playing = launch->playing ? launch->playing->part->id : ID_NONE;
  const Id waiting = launch->next ? launch->next->part->id : ID_NONE;
  const LaunchState state = launch->playing ? LAUNCH_PLAYING
                            : launch->taken ? LAUNCH_STOPPED
                                            : LAUNCH_TIMELINE_HEARD;
  atomic_store_explicit(&launch->told_playing, playing, memory_order_relaxed);
  atomic_store_explicit(&launch->told_waiting, waiting, memory_order_relaxed);
  atomic_store_explicit(
    &launch->told_state, (unsigned)state, memory_order_relaxed);
}

/// Tell control that something took place
SONIC_RT static void
send_event(Engine* const         engine,
           const LaunchEventType type,
           const Id              thing,
           const Id              clip,
           const Ticks           at,
           const Ticks           offset)
{
  const LaunchEvent event = {type, thing, clip, at, offset};
  ring_write(engine->launcher.events, &event);
}

/// Where in its length a slot's clip is at a tick
SONIC_RT static Ticks
phase_at(const LaunchSlot* const slot, const Ticks ticks)
{
  const Ticks since = (ticks - slot->part->start) % slot->length;
  return since < 0 ? since + slot->length : since;
}

/// Play a slot from a tick on
SONIC_RT static void
play_slot(Engine* const      engine,
          EngineTrack* const track,
          LaunchSlot* const  slot,
          const Ticks        at)
{
  TrackLaunch* const launch  = &track->launch;
  const bool         goes_on = slot->legato && launch->playing;
  const Ticks        before  = goes_on ? phase_at(launch->playing, at) : 0;
  const Ticks        phase   = before % slot->length;

  place(slot, at - phase);
  launch->taken   = true;
  launch->playing = slot;
  launch->started = at;
  launch->moved   = true;
  ++launch->steps;
  send_event(engine, LAUNCH_EVENT_CLIP, track->id, slot->part->id, at, phase);
  tell(launch);
}

/// Leave a track silent, or to its timeline
SONIC_RT static void
play_nothing(Engine* const      engine,
             EngineTrack* const track,
             const bool         taken,
             const Ticks        at)
{
  TrackLaunch* const launch = &track->launch;
  if (launch->taken || taken) {
    send_event(engine,
               taken ? LAUNCH_EVENT_STOP : LAUNCH_EVENT_TIMELINE,
               track->id,
               ID_NONE,
               at,
               0);
  }

  launch->taken   = taken;
  launch->playing = NULL;
  launch->moved   = true;
  tell(launch);
}

/// The slot that follows one by its follow action; null stops
SONIC_RT static LaunchSlot*
following(const EngineTrack* const track, const LaunchSlot* const slot)
{
  const LaunchSet* const set   = track->launch.set;
  const uint32_t         count = set->num_slots;
  const uint32_t         index = (uint32_t)(slot - set->slots);
  switch (slot->follow) {
    case FOLLOW_NONE:
    case FOLLOW_STOP:
      return NULL;
    case FOLLOW_NEXT:
      return &set->slots[(index + 1u) % count];
    case FOLLOW_PREVIOUS:
      return &set->slots[(index + count - 1u) % count];
    case FOLLOW_FIRST:
      return &set->slots[0];
    case FOLLOW_RANDOM:
      break;
  }

  const uint64_t seed = ((uint64_t)track->id << 32u) | track->launch.steps;
  return &set->slots[hash(seed) % count];
}

/// Where a track's next event is; INT64_MAX if it has none
SONIC_RT static Ticks
next_event(const TrackLaunch* const launch)
{
  const LaunchSlot* const slot = launch->playing;
  Ticks next = launch->waiting == LAUNCH_NONE ? INT64_MAX : launch->line;
  if (slot && slot->part->end < next) {
    next = slot->part->end;
  }

  if (slot && slot->follow != FOLLOW_NONE &&
      launch->started + slot->follow_after < next) {
    next = launch->started + slot->follow_after;
  }

  return next;
}

/// Do a track's event at a tick
SONIC_RT static void
do_event(Engine* const engine, EngineTrack* const track, const Ticks at)
{
  TrackLaunch* const launch = &track->launch;
  LaunchSlot* const  slot   = launch->playing;
  if (launch->waiting != LAUNCH_NONE && launch->line <= at) {
    const LaunchType  type = launch->waiting;
    LaunchSlot* const next = launch->next;
    launch->waiting        = LAUNCH_NONE;
    launch->next           = NULL;
    if (type == LAUNCH_CLIP) {
      play_slot(engine, track, next, at);
    } else {
      play_nothing(engine, track, type == LAUNCH_STOP, at);
    }
  } else if (slot->follow != FOLLOW_NONE &&
             launch->started + slot->follow_after <= at) {
    LaunchSlot* const next = following(track, slot);
    if (next) {
      play_slot(engine, track, next, at);
    } else {
      play_nothing(engine, track, true, at);
    }
  } else {
    place(slot, slot->part->end);
    launch->moved = true;
  }

  curves_touch(&engine->curves);
}

/// Grid frame of a tick, or INT64_MAX
SONIC_RT static int64_t
frame_of(const Engine* const engine, const Ticks ticks)
{
  return ticks == INT64_MAX ? INT64_MAX
                            : timeline_frame(&engine->timeline, ticks);
}

SONIC_RT void
launch_arm(Engine* const engine)
{
  const Schedule* const schedule = engine->schedule;
  Launcher* const       launcher = &engine->launcher;
  Ticks next = launcher->tempo_waits ? launcher->line : INT64_MAX;
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    const Ticks event = next_event(&schedule->tracks[i]->launch);
    next              = event < next ? event : next;
  }

  launcher->next_frame = frame_of(engine, next);
}

/// Go on at the tempo of a scene
SONIC_RT static void
change_tempo(Engine* const engine, const int64_t grid)
{
  Launcher* const launcher = &engine->launcher;
  launcher->tempo_waits    = false;
  launcher->tempo =
    timeline_exchange_map(&engine->timeline, launcher->tempo, grid);
  send_event(
    engine, LAUNCH_EVENT_TEMPO, launcher->scene, ID_NONE, launcher->line, 0);
}

SONIC_RT void
launch_advance(Engine* const engine)
{
  const int64_t   grid     = engine_grid(engine);
  Launcher* const launcher = &engine->launcher;
  if (!is_playing(engine) || launcher->next_frame > grid) {
    return;
  }

  // What is due is found before the tempo changes, which moves frames
  const Schedule* const schedule = engine->schedule;
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    EngineTrack* const track = schedule->tracks[i];
    Ticks              at    = next_event(&track->launch);
    while (at != INT64_MAX && frame_of(engine, at) <= grid) {
      do_event(engine, track, at);
      at = next_event(&track->launch);
    }
  }

  if (launcher->tempo_waits && frame_of(engine, launcher->line) <= grid) {
    change_tempo(engine, grid);
  }

  launch_arm(engine);
}

SONIC_RT bool
launch_is_active(const Engine* const engine)
{
  const Schedule* const schedule = engine->schedule;
  bool                  active   = false;
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    const TrackLaunch* const launch = &schedule->tracks[i]->launch;
    active = active || launch->playing || launch->waiting != LAUNCH_NONE;
  }

  return active;
}

SONIC_RT uint32_t
launch_frames(const Engine* const engine, const uint32_t n)
{
  const int64_t frames = engine->launcher.next_frame - engine_grid(engine);
  return frames < n ? (uint32_t)(frames > 0 ? frames : 1) : n;
}

SONIC_RT LaunchSet*
launch_exchange(Engine* const      engine,
                EngineTrack* const track,
                LaunchSet* const   set)
{
  TrackLaunch* const launch  = &track->launch;
  LaunchSet* const   before  = launch->set;
  LaunchSlot* const  playing = launch->playing;
  LaunchSlot* const  next    = launch->next;
  launch->set                = set;
  launch->playing            = NULL;
  launch->next               = NULL;
  for (uint32_t i = 0; i < set->num_slots; ++i) {
    LaunchSlot* const slot = &set->slots[i];
    if (playing && slot->part->id == playing->part->id) {
      const Ticks start = playing->part->start;
      place(slot, start);
      launch->playing = slot;
    }

    if (next && slot->part->id == next->part->id) {
      launch->next = slot;
    }
  }

  // One that has gone is silent
  launch->moved = launch->moved || (playing && !launch->playing);
  if (next && !launch->next) {
    launch->waiting = LAUNCH_NONE;
  }

  // A clip that has become shorter may be over
  if (launch->playing && is_playing(engine)) {
    const Ticks       from = engine->timeline.next;
    LaunchSlot* const slot = launch->playing;
    if (slot->part->end <= from) {
      place(slot, from - phase_at(slot, from));
    }
  }

  track->replaced = true;
  tell(launch);
  launch_arm(engine);
  return before;
}

/// The line on which something starts that waits now
SONIC_RT static Ticks
line_from(const Engine* const engine, const BarGrid grid, const Ticks from)
{
  return bar_map_line(engine->timeline.bars, from, grid);
}

SONIC_RT static void
wait_on(Engine* const          engine,
        TrackLaunch* const     launch,
        const Operation* const op)
{
  LaunchSlot* next = NULL;
  for (uint32_t i = 0; launch->set && i < launch->set->num_slots; ++i) {
    LaunchSlot* const slot = &launch->set->slots[i];
    if (op->launch.type == LAUNCH_CLIP && slot->part->id == op->launch.clip) {
      next = slot;
    }
  }

  if (op->launch.type == LAUNCH_CLIP && !next) {
    return; // It went on its way here
  }

  launch->waiting = op->launch.type;
  launch->next    = next;
  launch->grid    = op->launch.grid;
  launch->line    = line_from(engine, launch->grid, engine->timeline.next);
  tell(launch);
}

SONIC_RT void
launch_request(Engine* const engine, Operation* const op)
{
  if (op->type == OPERATION_LAUNCH_TEMPO) {
    Launcher* const launcher = &engine->launcher;
    TempoMap* const before   = launcher->tempo;
    launcher->tempo          = op->tempo;
    launcher->tempo_waits    = true;
    launcher->scene          = op->scene;
    launcher->grid           = op->grid;
    launcher->line = line_from(engine, op->grid, engine->timeline.next);
    op->tempo      = before;
  } else {
    wait_on(engine, &op->track->launch, op);
  }

  launch_arm(engine);
}

SONIC_RT void
launch_leave(Engine* const engine)
{
  if (is_playing(engine)) {
    const Ticks at = timeline_position(&engine->timeline, engine_grid(engine));
    send_event(engine, LAUNCH_EVENT_END, ID_NONE, ID_NONE, at, 0);
  }
}

/// Tell what a track plays instead of its timeline from a start on
SONIC_RT static void
tell_start(Engine* const engine, EngineTrack* const track, const Ticks at)
{
  const LaunchSlot* const slot = track->launch.playing;
  if (slot) {
    send_event(engine,
               LAUNCH_EVENT_CLIP,
               track->id,
               slot->part->id,
               at,
               phase_at(slot, at));
  } else if (track->launch.taken) {
    send_event(engine, LAUNCH_EVENT_STOP, track->id, ID_NONE, at, 0);
  }
}

SONIC_RT void
launch_start(Engine* const engine, const Ticks ticks)
{
  const Schedule* const schedule = engine->schedule;
  const Ticks bar = bar_map_place(engine->timeline.bars, ticks).bar_start;
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    TrackLaunch* const launch = &schedule->tracks[i]->launch;
    LaunchSlot* const  slot   = launch->playing;
    launch->steps             = 0;
    launch->line              = line_from(engine, launch->grid, ticks);
    if (slot && (ticks < slot->part->start || ticks >= slot->part->end)) {
      launch->started = bar;
      place(slot, bar);
      place(slot, ticks - phase_at(slot, ticks));
    }

    tell_start(engine, schedule->tracks[i], ticks);
  }

  engine->launcher.line = line_from(engine, engine->launcher.grid, ticks);
  send_event(engine, LAUNCH_EVENT_START, ID_NONE, ID_NONE, ticks, 0);
  launch_arm(engine);
}

SONIC_RT void
launch_reset(Engine* const engine)
{
  const Schedule* const schedule = engine->schedule;
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    EngineTrack* const track  = schedule->tracks[i];
    TrackLaunch* const launch = &track->launch;
    launch->waiting           = LAUNCH_NONE;
    launch->next              = NULL;
    play_nothing(engine, track, false, transport_position(engine));
  }

  engine->launcher.tempo_waits = false;
  launch_arm(engine);
}

/// Move what sounds of a launched clip back with it
SONIC_RT static void
shift(EngineTrack* const track, const Ticks back)
{
  if (track->type == TRACK_AUDIO) {
    for (uint32_t i = 0; i < track->audio.num_readers; ++i) {
      track->audio.readers[i].start -= back;
      track->audio.readers[i].end -= back;
    }
  } else {
    for (uint32_t i = 0; i < track->midi.num_sounding; ++i) {
      track->midi.sounding[i].start -= back;
      track->midi.sounding[i].end -= back;
    }
  }
}

SONIC_RT void
launch_jump(Engine* const engine, const Ticks back)
{
  const Timeline* const timeline = &engine->timeline;
  const Schedule* const schedule = engine->schedule;
  const Ticks           start    = timeline->loop.start;
  for (uint32_t i = 0; schedule && i < schedule->num_tracks; ++i) {
    EngineTrack* const track  = schedule->tracks[i];
    TrackLaunch* const launch = &track->launch;
    if (launch->taken) {
      shift(track, back);
      track->passes = timeline->passes;
      track->maps   = timeline->maps - 1u; // Ends are worked out anew
    }

    if (launch->playing) {
      place(launch->playing, launch->playing->part->start - back);
      launch->started -= back;
    }

    // Without a line in the loop, its start is one
    const Ticks line = line_from(engine, launch->grid, start);
    launch->line     = line < timeline->loop.end ? line : start;
  }

  const Ticks line      = line_from(engine, engine->launcher.grid, start);
  engine->launcher.line = line < timeline->loop.end ? line : start;
  send_event(
    engine, LAUNCH_EVENT_JUMP, ID_NONE, ID_NONE, timeline->loop.end, back);
  launch_arm(engine);
}

SONIC_RT bool
launch_request_pages(const TrackLaunch* const launch,
                     const TempoMap* const    map,
                     const Ticks              from,
                     const Ticks              to,
                     const uint32_t           cycle,
                     Ring* const              pages)
{
  bool              all  = true;
  const LaunchSlot* slot = launch->playing;
  if (slot) {
    // The end leads to the start
    const Ticks start = slot->part->start;
    const Ticks end   = slot->part->end;
    all &= clip_set_request(&slot->set, map, from, to, cycle, pages);
    if (to > end) {
      all &= clip_set_request(
        &slot->set, map, start, start + (to - end), cycle, pages);
    }
  }

  slot = launch->next;
  if (slot && slot != launch->playing) {
    ClipPart*     part = slot->part;
    Ticks         end  = part->end;
    const ClipSet set  = {1, &end, &part, NULL};
    all &= clip_set_request(
      &set, map, part->start, part->start + (to - from), cycle, pages);
  }

  return all;
}
