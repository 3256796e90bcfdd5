// SPDX-License-Identifier: GPL-3.0-or-later
//
// Cutting a clip in two
//
// Both halves keep all of the content; the right one begins where the left one
// ends.  Audio is counted in the engine's frames, so that the halves of a loop
// agree with the whole about its length.

#include "engine/content.h"
#include "services/clip_notes.h"
#include "services/clip_part.h"
#include "services/composition_clips.h"
#include "services/edit.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "services/song_time.h"

#include <math.h>

/// An end that leaves nothing to be heard, since 0 is the end of the content
#define NOTHING 1e-9

/// Seconds of exact frames
static double
seconds_of(const FrameTime frames, const uint32_t rate)
{
  return ldexp((double)frames, -64) / rate;
}

/// Where in its content the right half of an audio clip begins
static Status
split_audio(Services* const   services,
            const Clip* const whole,
            Clip* const       right,
            const Ticks       cut)
{
  const uint32_t           rate = services->rate;
  const Composition* const root = services_document(services);
  const double             played =
    song_time_seconds(root, whole->start, whole->start + cut) * whole->rate;
  if (!whole->reverse && !whole->loop) {
    right->offset = whole->offset + played;
    return STATUS_OK;
  }

  double            length = 0.0;
  const Status      st     = samples_seconds(services, whole->sample, &length);
  const SampleNode* node =
    (const SampleNode*)composition_find(root, whole->sample);
  Sample* const sample = st ? NULL : samples_audio(services, node);
  if (!sample) {
    return st ? st : STATUS_NOT_READY;
  }

  PartAudio audio;
  clip_audio_prepare(&audio, whole, sample, rate);

  const FrameTime all   = frame_time_from_frames((int64_t)sample->frames);
  const FrameTime place = content_unlooped_place(
    &audio, audio.offset + (FrameTime)ldexp(played, 64) * rate);
  if (!whole->reverse) {
    right->offset = seconds_of(place, rate);
  } else {
    const double end = place < all ? seconds_of(all - place, rate) : 0.0;
    right->end       = end > NOTHING ? end : NOTHING;
  }

  return STATUS_OK;
}

/// A fade of the whole as one half has it, which goes on for `rest` seconds in
/// the other half before it comes here: the same fade from its middle, or none
static void
split_fade(double* const fade, double* const cut, const double rest)
{
  const double past = *cut + rest;
  *cut              = *fade > past ? past : 0.0;
  *fade             = *fade > past ? *fade : 0.0;
}

static void
split_fades(const Composition* const root, Clip* const left, Clip* const right)
{
  const Ticks end = right->start + right->length;
  split_fade(&right->fade_in,
             &right->fade_in_cut,
             song_time_seconds(root, left->start, right->start));
  split_fade(&left->fade_out,
             &left->fade_out_cut,
             song_time_seconds(root, right->start, end));
}

/// Where in its content the right half of a MIDI clip begins, and what of it is
/// still heard there
static Status
split_notes(const Clip* const whole, Clip* const right, const Ticks cut)
{
  NoteList*    notes = NULL;
  const Status st    = clip_looping_notes(whole, cut, &notes);
  if (!st) {
    note_list_release(right->notes);
    right->notes  = notes;
    right->offset = ticks_to_beats(clip_place(whole, cut));
  }

  return st;
}

Status
clips_split(Services* const services,
            const Id        id,
            const Ticks     at,
            Id* const       out)
{
  const Clip* const whole = composition_clip(services_document(services), id);
  if (!whole) {
    return edit_not_found(services, id);
  }

  const Ticks cut = at - whole->start;
  if (cut <= 0 || cut >= whole->length) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "Beat %g is not inside the clip, which goes from %g "
                         "to %g",
                         ticks_to_beats(at),
                         ticks_to_beats(whole->start),
                         ticks_to_beats(whole->start + whole->length));
  }

  Status      st    = composition_take_id(edit_draft(services), KIND_CLIP, out);
  Clip* const left  = st ? NULL : (Clip*)edit_copy(services, id, &st);
  Clip* const right = left ? (Clip*)node_copy(&left->node) : NULL;
  if (!right) {
    node_release(left ? &left->node : NULL);
    return st ? st : edit_no_memory(services);
  }

  right->node.id = *out;
  right->start   = left->start + cut;
  right->length  = left->length - cut;
  if (left->sample != ID_NONE) {
    st = split_audio(services, left, right, cut);
  } else {
    st = split_notes(left, right, cut);
  }

  if (st) {
    node_release(&left->node);
    node_release(&right->node);
    return st;
  }

  split_fades(services_document(services), left, right);
  left->length = cut;
  st           = edit_put(services, &left->node);
  if (st) {
    node_release(&right->node);
    return st;
  }

  return edit_put(services, &right->node);
}
