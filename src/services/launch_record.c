// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/launch_record.h"

#include "services/composition_clips.h"
#include "services/edit.h"
#include "services/launcher.h"
#include "services/playback.h"
#include "services/services_private.h"

#include <stdlib.h>
#include <string.h>

/// Most tracks that are followed, and stretches that are recorded
#define MAX_FOLLOWED 1024u
#define MAX_STRETCHES 100000u

/// Most copies of a clip that a stretch becomes
#define MAX_COPIES 10000u

/// What a track plays instead of its timeline
typedef struct {
  Id    track;
  bool  taken;
  Id    clip;   ///< ID_NONE: silence
  Ticks at;     ///< Since here
  Ticks offset; ///< Place in the clip there
} Followed;

/// A stretch of the performance
typedef struct {
  Id    track;
  Id    clip;
  Ticks from;
  Ticks to;
  Ticks offset; ///< Place in the clip at `from`
} Stretch;

struct LaunchRecord {
  Followed followed[MAX_FOLLOWED];
  uint32_t num_followed;
  bool     on;
  bool     running; ///< The transport plays
  bool     full;    ///< There was no room for a stretch
  Stretch* stretches;
  uint32_t count;
  uint32_t room;
};

LaunchRecord*
launch_record_new(void)
{
  return (LaunchRecord*)calloc(1, sizeof(LaunchRecord));
}

void
launch_record_clear(LaunchRecord* const record)
{
  free(record->stretches);
  memset(record, 0, sizeof(*record));
}

void
launch_record_free(LaunchRecord* const record)
{
  if (record) {
    launch_record_clear(record);
    free(record);
  }
}

bool
launch_record_is_on(const Services* const services)
{
  return services->launch_record->on;
}

static Followed*
follow(LaunchRecord* const record, const Id track)
{
  for (uint32_t i = 0; i < record->num_followed; ++i) {
    if (record->followed[i].track == track) {
      return &record->followed[i];
    }
  }

  if (record->num_followed == MAX_FOLLOWED) {
    return NULL;
  }

  Followed* const followed = &record->followed[record->num_followed++];
  *followed                = (Followed){.track = track};
  return followed;
}

/// Keep what a track played up to a place
static void
close_stretch(LaunchRecord* const record,
              Followed* const     followed,
              const Ticks         to)
{
  if (!record->on || !followed->taken || to <= followed->at) {
    return;
  }

  if (record->count == record->room) {
    const uint32_t room = record->room ? record->room * 2u : 64u;
    Stretch* const grown =
      room <= MAX_STRETCHES
        ? (Stretch*)realloc(record->stretches, room * sizeof(Stretch))
        : NULL;
    if (!grown) {
      record->full = true;
      return;
    }

    record->stretches = grown;
    record->room      = room;
  }

  record->stretches[record->count++] = (Stretch){
    followed->track, followed->clip, followed->at, to, followed->offset};
}

/// Keep what all tracks played up to a place, and go on from another
static void
cut_all(LaunchRecord* const record, const Ticks to, const Ticks from)
{
  for (uint32_t i = 0; i < record->num_followed; ++i) {
    Followed* const followed = &record->followed[i];
    close_stretch(record, followed, to);
    followed->offset += to - followed->at;
    followed->at = from;
  }
}

void
launch_record_event(Services* const services, const LaunchEvent* const event)
{
  LaunchRecord* const record = services->launch_record;
  Followed* const     followed =
    event->type <= LAUNCH_EVENT_TIMELINE ? follow(record, event->thing) : NULL;
  switch (event->type) {
    case LAUNCH_EVENT_CLIP:
    case LAUNCH_EVENT_STOP:
    case LAUNCH_EVENT_TIMELINE:
      if (followed) {
        close_stretch(record, followed, event->at);
        followed->taken  = event->type != LAUNCH_EVENT_TIMELINE;
        followed->clip   = event->clip;
        followed->at     = event->at;
        followed->offset = event->offset;
      }
      break;
    case LAUNCH_EVENT_JUMP:
      cut_all(record, event->at, event->at - event->offset);
      break;
    case LAUNCH_EVENT_START:
      record->running = true;
      break;
    case LAUNCH_EVENT_END:
      cut_all(record, event->at, event->at);
      record->running = false;
      break;
    case LAUNCH_EVENT_TEMPO:
      break;
  }
}

// From the performance to the arrangement

/// A copy of a clip at a place
static Status
copy_clip(Services* const services,
          const Id        clip,
          const Ticks     start,
          Id* const       out)
{
  const Status      st = clips_duplicate(services, clip, out);
  const Clip* const copy =
    st ? NULL : composition_clip(services_document(services), *out);
  return st ? st : clips_move(services, *out, copy->track, start);
}

static Status
set_mute(Services* const services, const Id id, const bool mute)
{
  Status      st   = STATUS_OK;
  Clip* const clip = (Clip*)edit_copy(services, id, &st);
  if (clip) {
    clip->mute = mute;
    st         = edit_put(services, &clip->node);
  }

  return st;
}

static Status
set_length(Services* const services, const Id id, const Ticks length)
{
  Status      st   = STATUS_OK;
  Clip* const clip = (Clip*)edit_copy(services, id, &st);
  if (clip) {
    clip->length = length;
    st           = edit_put(services, &clip->node);
  }

  return st;
}

/// Take what a clip has between two places off the timeline
static Status
cut_clip(Services* const services, Id id, const Ticks from, const Ticks to)
{
  Status st = STATUS_OK;
  if (launcher_find_scene(services_document(services), id)) {
    const Id    slotted = id;
    const Ticks start =
      composition_clip(services_document(services), id)->start;
    st = copy_clip(services, slotted, start, &id);
    st = st ? st : set_mute(services, slotted, true);
  }

  const Clip* const clip =
    st ? NULL : composition_clip(services_document(services), id);
  if (!clip) {
    return st;
  }

  const Ticks end    = clip->start + clip->length;
  Id          middle = id;
  Id          rest   = ID_NONE;
  if (clip->start < from) {
    st = clips_split(services, id, from, &middle);
  }

  if (!st && end > to) {
    st = clips_split(services, middle, to, &rest);
  }

  return st ? st : clips_delete(services, middle);
}

/// Take all that a track has between two places off the timeline
static Status
clear_stretch(Services* const services, const Stretch* const stretch)
{
  const Track* const track =
    composition_track(services_document(services), stretch->track);
  IdList* const clips = id_list_retain(track->clips);
  Status        st    = STATUS_OK;
  for (uint32_t i = 0; !st && i < id_list_count(clips); ++i) {
    const Clip* const clip =
      composition_clip(services_document(services), clips->ids[i]);
    if (!clip->mute && clip->start < stretch->to &&
        clip->start + clip->length > stretch->from) {
      st = cut_clip(services, clips->ids[i], stretch->from, stretch->to);
    }
  }

  id_list_release(clips);
  return st;
}

/// Put one copy of a clip, from a place in it on
static Status
put_copy(Services* const services,
         const Id        clip,
         const Ticks     offset,
         const Ticks     start,
         const Ticks     length)
{
  const Ticks whole =
    composition_clip(services_document(services), clip)->length;
  const Id track = composition_clip(services_document(services), clip)->track;
  Id       copy  = ID_NONE;
  Status   st    = copy_clip(services, clip, start, &copy);
  if (!st && offset > 0) {
    const Id left = copy;
    st            = clips_split(services, left, start + offset, &copy);
    st            = st ? st : clips_delete(services, left);
    st            = st ? st : clips_move(services, copy, track, start);
  }

  st = st ? st : set_mute(services, copy, false);
  return st || length >= whole - offset ? st
                                        : set_length(services, copy, length);
}

static Status
put_stretch(Services* const services, const Stretch* const stretch)
{
  const Composition* const root = services_document(services);
  if (!composition_track(root, stretch->track)) {
    return STATUS_OK; // It has gone since
  }

  Status            st = clear_stretch(services, stretch);
  const Clip* const clip =
    composition_clip(services_document(services), stretch->clip);
  if (st || !clip || clip->length <= 0) {
    return st;
  }

  const Ticks whole  = clip->length;
  Ticks       offset = stretch->offset % whole;
  Ticks       at     = stretch->from;
  for (uint32_t i = 0; !st && at < stretch->to && i < MAX_COPIES; ++i) {
    const Ticks left   = stretch->to - at;
    const Ticks rest   = whole - offset;
    const Ticks length = rest < left ? rest : left;
    st                 = put_copy(services, stretch->clip, offset, at, length);
    at += length;
    offset = 0;
  }

  return st;
}

/// Put the performance into the draft and forget it
static Status
finish(Services* const services)
{
  LaunchRecord* const record = services->launch_record;
  Status              st     = STATUS_OK;
  for (uint32_t i = 0; !st && i < record->count; ++i) {
    st = put_stretch(services, &record->stretches[i]);
  }

  if (record->full) {
    services_log(services, "A part of the performance was not recorded");
  }

  record->on    = false;
  record->full  = false;
  record->count = 0;
  return st;
}

Status
launch_record_set(Services* const services, const bool on)
{
  LaunchRecord* const record = services->launch_record;
  if (record->on == on) {
    return STATUS_OK;
  }

  launcher_poll(services);
  const Ticks here = playback_position(services);
  if (record->running) {
    cut_all(record, here, here);
  }

  record->on = on;
  return on ? STATUS_OK : finish(services);
}

void
launch_record_poll(Services* const services)
{
  LaunchRecord* const record = services->launch_record;
  const Author        author = {0, "sonic-claude", "record performance", ""};
  if (!record->on || record->running || !record->count) {
    return;
  }

  services_begin(services, &author);
  Status st = finish(services);
  if (st) {
    services_abort(services);
  } else {
    st = services_commit(services);
  }

  if (st) {
    services_log(services, services_error(services));
  }
}
