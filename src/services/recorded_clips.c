// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/composition_clips.h"
#include "services/edit.h"
#include "services/recorded_notes.h"
#include "services/recorded_passes.h"
#include "services/song_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The part of a pass that is kept; false if none is
static bool
kept_range(const Recorded* const recorded,
           const Pass* const     pass,
           Ticks* const          start,
           Ticks* const          end)
{
  *start = pass->start;
  *end   = pass->end;
  if (recorded->punch) {
    *start = *start < recorded->punch_start ? recorded->punch_start : *start;
    *end   = *end > recorded->punch_end ? recorded->punch_end : *end;
  }

  return *start < *end;
}

/// Whether a later pass of the recording covers some of the same place, so that
/// this one is an earlier take
static bool
is_replaced(const Recorded* const recorded,
            const Passes* const   passes,
            const uint32_t        index)
{
  Ticks start = 0;
  Ticks end   = 0;
  kept_range(recorded, &passes->passes[index], &start, &end);
  for (uint32_t i = index + 1u; i < passes->num_passes; ++i) {
    Ticks other_start = 0;
    Ticks other_end   = 0;
    if (kept_range(recorded, &passes->passes[i], &other_start, &other_end) &&
        other_start < end && other_end > start) {
      return true;
    }
  }

  return false;
}

// Audio

/// Add a sample for a file
static Status
add_sample(Services* const services, const char* const file, Id* const id)
{
  Status st = composition_take_id(edit_draft(services), KIND_SAMPLE, id);
  SampleNode* const node = st ? NULL : (SampleNode*)node_new(NODE_SAMPLE, *id);
  if (!node) {
    return st ? st : edit_no_memory(services);
  }

  char              name[sizeof(((RecordedTake*)0)->file)];
  const char* const dot = strrchr(file, '.');
  snprintf(name,
           sizeof(name),
           "%.*s",
           dot ? (int)(dot - file) : (int)strlen(file),
           file);
  if (!edit_string(&node->name, name) || !edit_string(&node->file, file) ||
      !edit_string(&node->category, "recordings")) {
    node_release(&node->node);
    return edit_no_memory(services);
  }

  return edit_put(services, &node->node);
}

/// Put a clip of a take on its track
static Status
add_audio_clip(Services* const services,
               const Id        track,
               const Id        sample,
               const Ticks     start,
               const Ticks     end,
               const double    offset,
               const bool      mute)
{
  Id     id = ID_NONE;
  Status st = clips_create(services, track, start, end - start, sample, &id);
  Clip* const clip = st ? NULL : (Clip*)edit_copy(services, id, &st);
  if (!clip) {
    return st;
  }

  clip->offset = offset;
  clip->mute   = mute;
  return edit_put(services, &clip->node);
}

static Status
insert_audio(Services* const           services,
             const Recorded* const     recorded,
             const RecordedTake* const take,
             const Passes* const       passes,
             uint32_t* const           num_clips)
{
  Id     sample = ID_NONE;
  Status st =
    take->frames ? add_sample(services, take->file, &sample) : STATUS_OK;
  for (uint32_t i = 0; !st && take->frames && i < passes->num_passes; ++i) {
    const Pass* const pass  = &passes->passes[i];
    Ticks             start = 0;
    Ticks             end   = 0;
    if (!kept_range(recorded, pass, &start, &end)) {
      continue;
    }

    // The file begins with what was played to the first frame
    const uint64_t frame =
      passes_frame(passes, pass, start) - passes->passes[0].frame;
    if (frame < take->frames) {
      st = add_audio_clip(services,
                          take->track,
                          sample,
                          start,
                          end,
                          (double)frame / recorded->rate,
                          is_replaced(recorded, passes, i));
      *num_clips += !st;
    }
  }

  return st;
}

// Notes

/// Move an end of a clip to a beat, unless something ends there
static Ticks
clip_start(const Recorded* const recorded,
           const Pass* const     pass,
           const Ticks           start)
{
  const bool exact =
    pass->after || (recorded->punch && start == recorded->punch_start);
  return exact ? start : start - start % TICKS_PER_BEAT;
}

static Ticks
clip_end(const Recorded* const recorded,
         const Pass* const     pass,
         const Ticks           end)
{
  const bool exact =
    pass->jumps || (recorded->punch && end == recorded->punch_end);
  return exact ? end
               : (end + TICKS_PER_BEAT - 1) / TICKS_PER_BEAT * TICKS_PER_BEAT;
}

/// Put a clip of notes and controllers, which both move, on a track
static Status
add_midi_clip(Services* const       services,
              const Recorded* const recorded,
              const Id              track,
              const Ticks           start,
              const Ticks           end,
              RecordedNotes* const  content,
              const bool            mute)
{
  NoteList* notes = NULL;
  Id        id    = ID_NONE;
  Status st = clips_create(services, track, start, end - start, ID_NONE, &id);
  st = st ? st : note_list_build(content->notes, content->num_notes, &notes);
  Clip* const clip = st ? NULL : (Clip*)edit_copy(services, id, &st);
  if (!clip) {
    note_list_release(notes);
    return st;
  }

  note_list_release(clip->notes);
  clip->notes = notes;
  clip->mute  = mute;
  if (content->controllers) {
    json_drop(clip->controllers);
    clip->controllers    = content->controllers;
    content->controllers = NULL;
  }

  if (recorded->quantize > 0) {
    clip->quantize      = 100.0;
    clip->quantize_grid = recorded->quantize;
  }

  return edit_put(services, &clip->node);
}

static Status
insert_midi(Services* const           services,
            const Recorded* const     recorded,
            const RecordedTake* const take,
            const Passes* const       passes,
            uint32_t* const           num_clips)
{
  // From the last pass on, so that it is known whether one follows that sounds
  Status st        = STATUS_OK;
  bool   has_later = false;
  for (uint32_t i = passes->num_passes; !st && i > 0; --i) {
    const Pass* const pass  = &passes->passes[i - 1u];
    Ticks             start = 0;
    Ticks             end   = 0;
    if (!kept_range(recorded, pass, &start, &end)) {
      continue;
    }

    const Ticks   from    = clip_start(recorded, pass, start);
    RecordedNotes content = {0};
    st =
      recorded_notes(recorded, take, passes, pass, start, end, from, &content)
        ? STATUS_OK
        : edit_no_memory(services);
    if (!st && (content.num_notes || content.controllers)) {
      const bool mute = has_later && is_replaced(recorded, passes, i - 1u);
      st              = add_midi_clip(services,
                         recorded,
                         take->track,
                         from,
                         clip_end(recorded, pass, end),
                         &content,
                         mute);
      *num_clips += !st;
      has_later = true;
    }

    recorded_notes_clear(&content);
  }

  return st;
}

/// Frames of the longest take
static uint64_t
longest(const Recorded* const recorded)
{
  uint64_t frames = 0;
  for (uint32_t i = 0; i < recorded->num_takes; ++i) {
    const uint64_t own = recorded->takes[i].frames;
    frames             = own > frames ? own : frames;
  }

  for (uint32_t i = 0; i < recorded->num_events; ++i) {
    const uint64_t own = recorded->events[i].frame - recorded->events[0].frame;
    frames             = own > frames ? own : frames;
  }

  return frames;
}

Status
recorded_insert(Services* const       services,
                const Recorded* const recorded,
                uint32_t* const       num_clips)
{
  const Composition* const root   = services_document(services);
  Passes                   passes = {0};
  *num_clips                      = 0;
  if (!passes_find(recorded,
                   song_time_map(root, recorded->rate),
                   longest(recorded),
                   &passes)) {
    return edit_no_memory(services);
  }

  Status st = STATUS_OK;
  for (uint32_t i = 0; !st && passes.num_passes && i < recorded->num_takes;
       ++i) {
    const RecordedTake* const take = &recorded->takes[i];
    const Track* const        track =
      composition_track(services_document(services), take->track);
    if (track && (track->type == TRACK_AUDIO) == take->is_audio) {
      st = take->is_audio
             ? insert_audio(services, recorded, take, &passes, num_clips)
             : insert_midi(services, recorded, take, &passes, num_clips);
    }
  }

  passes_clear(&passes);
  return st;
}
