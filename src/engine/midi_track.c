// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/midi_track.h"

#include "engine/midi_sounding.h"
#include "engine/part_find.h"
#include "units/unit.h"

#include <stddef.h>
#include <string.h>

/// "Not in this span"
#define NEVER INT64_MAX

SONIC_RT static void
send_off(MidiTrack* const track, const SoundingNote* const sounding)
{
  midi_out_put(&track->live.out, 0x80, sounding->note.pitch, 64);
  if (track->instrument) {
    const InstrumentInfo* const info = track->instrument->info;
    info->note_off(track->instrument->state, sounding->note.key);
  }
}

SONIC_RT static void
send_on(MidiTrack* const track, const SoundingNote* const sounding)
{
  midi_out_put(
    &track->live.out, 0x90, sounding->note.pitch, sounding->note.velocity);
  if (track->instrument) {
    const InstrumentInfo* const info = track->instrument->info;
    info->note_on(track->instrument->state, &sounding->note);
  }
}

SONIC_RT static void
end_note(MidiTrack* const track, const uint32_t index)
{
  send_off(track, &track->sounding[index]);
  --track->num_sounding;
  memmove(&track->sounding[index],
          &track->sounding[index + 1u],
          (track->num_sounding - index) * sizeof(SoundingNote));
}

SONIC_RT void
midi_track_release(MidiTrack* const track)
{
  for (uint32_t i = 0; i < track->num_sounding; ++i) {
    send_off(track, &track->sounding[i]);
  }

  track->num_sounding = 0;
  track->active       = NULL;
  midi_controls_release(&track->controls, track->instrument);
}

SONIC_RT void
midi_track_panic(MidiTrack* const track)
{
  track->num_sounding    = 0;
  track->live.out.panics = true;
  midi_live_forget(&track->live);
  if (track->instrument) {
    track->instrument->info->all_off(track->instrument->state);
  }
}

SONIC_RT void
midi_track_reset(MidiTrack* const track)
{
  for (uint32_t i = 0; i < track->num_sounding; ++i) {
    send_off(track, &track->sounding[i]);
  }

  track->leaving      = NULL;
  track->active       = NULL;
  track->next_part    = 0;
  track->next_key     = 0;
  track->num_sounding = 0;
  midi_controls_reset(&track->controls);
  if (track->instrument) {
    track->instrument->info->reset(track->instrument->state);
    midi_live_resume(&track->live, track->instrument);
  }
}

SONIC_RT uint32_t
midi_track_voices(const MidiTrack* const track)
{
  const Instrument* const instrument = track->instrument;
  return instrument ? instrument->info->active(instrument->state) : 0u;
}

/// Work out at which frame of the span a note ends
SONIC_RT static void
schedule_off(SoundingNote* const sounding, const Span* const span)
{
  sounding->off_frame = NEVER;
  if (sounding->end < span->to) {
    const int64_t frame = span_event(span, sounding->end);
    sounding->off_frame =
      frame > sounding->on_frame ? frame : sounding->on_frame + 1;
  }
}

/// Work out at which frame of the span the next note of a part starts
SONIC_RT static void
schedule_on(ClipPart* const part, const Span* const span)
{
  part->next_frame = NEVER;
  if (part->next_note < part->num_notes) {
    const Ticks start = part->start + part->notes[part->next_note].start;
    if (start < span->to) {
      part->next_frame = span_event(span, start);
    }
  }
}

/// Sound as a note of a part
SONIC_RT static void
become(SoundingNote* const   sounding,
       const ClipPart* const part,
       const PartNote* const note)
{
  sounding->clip  = part->id;
  sounding->start = part->start + note->start;
  sounding->end   = part->start + note->end;
}

SONIC_RT static void
start_note(MidiTrack* const      track,
           const ClipPart* const part,
           const PartNote* const note,
           const Span* const     span,
           const int64_t         frame)
{
  if (track->num_sounding == MAX_SOUNDING) {
    end_note(track, 0);
  }

  SoundingNote* const sounding = &track->sounding[track->num_sounding++];

  sounding->note = (Note){
    .key      = TIMELINE_KEY | track->next_key++,
    .pitch    = note->pitch,
    .velocity = note->velocity,
    .seed     = sounding_seed(track->id, note),
  };
  become(sounding, part, note);
  sounding->on_frame = frame;
  schedule_off(sounding, span);
  send_on(track, sounding);
}

/// Make the chain of the parts that the playhead stands in
SONIC_RT static void
activate(MidiTrack* const     track,
         const ClipSet* const clips,
         const Span* const    span)
{
  const uint32_t next = clip_set_lower_bound(clips, span->from);
  uint32_t       i    = clip_set_first_covering(clips, span->from, next);
  ClipPart**     link = &track->active;
  for (; i < next; ++i) {
    ClipPart* const part = clips->parts[i];
    if (part->end > span->from && !part->muted) {
      part->next_note = clip_part_lower_bound(part, span->from - part->start);
      *link           = part;
      link            = &part->next_active;
    }
  }

  *link            = NULL;
  track->next_part = next;
  midi_controls_chase(
    &track->controls, track->instrument, track->active, span->from);
}

/// Begin a part that starts here with the notes that it is tied to
SONIC_RT static void
start_tied(MidiTrack* const      track,
           const ClipPart* const part,
           const Span* const     span)
{
  if (part->muted || !part->num_notes || !part->notes[0].tied) {
    return;
  }

  midi_controls_begin(&track->controls, track->instrument, part);
  for (uint32_t i = 0; i < part->num_notes && part->notes[i].tied; ++i) {
    start_note(track, part, &part->notes[i], span, span->grid);
  }
}

SONIC_RT void
midi_track_enter(MidiTrack* const     track,
                 const ClipSet* const clips,
                 const Span* const    span)
{
  activate(track, clips, span);
  for (const ClipPart* part = track->active; part; part = part->next_active) {
    const Ticks    now  = span->from - part->start;
    const uint32_t next = part->next_note;
    for (uint32_t i = clip_part_first_covering(part, now, next); i < next;
         ++i) {
      if (part->notes[i].end > now) {
        start_note(track, part, &part->notes[i], span, span->grid);
      }
    }
  }

  for (uint32_t i = track->next_part;
       i < clips->num_parts && clips->parts[i]->start == span->from;
       ++i) {
    start_tied(track, clips->parts[i], span);
  }
}

SONIC_RT void
midi_track_replace(MidiTrack* const     track,
                   const ClipSet* const clips,
                   const Span* const    span)
{
  activate(track, clips, span);
  for (uint32_t i = 0; i < track->num_sounding;) {
    SoundingNote* const sounding = &track->sounding[i];
    const FoundNote     found    = sounding_find(track, sounding, span->from);

    if (found.note) {
      become(sounding, found.part, found.note);
      ++i;
    } else {
      end_note(track, i);
    }
  }
}

SONIC_RT Instrument*
midi_track_exchange(MidiTrack* const track, Instrument* const instrument)
{
  Instrument* const before = track->instrument;

  track->instrument   = instrument;
  track->leaving      = before;
  track->leaving_fade = (Fade){.out = true};
  for (uint32_t i = 0; i < track->num_sounding; ++i) {
    send_on(track, &track->sounding[i]);
  }

  midi_controls_resume(&track->controls, track->instrument);
  midi_live_resume(&track->live, track->instrument);
  return before;
}

/// Activate the parts that start in the span, and let go of those that are over
SONIC_RT static void
update_chain(MidiTrack* const     track,
             const ClipSet* const clips,
             const Span* const    span)
{
  ClipPart** link = &track->active;
  while (*link) {
    ClipPart* const part = *link;
    if (part->next_note == part->num_notes &&
        part->next_control == part->num_controls) {
      *link = part->next_active;
    } else {
      schedule_on(part, span);
      link = &part->next_active;
    }
  }

  for (; track->next_part < clips->num_parts; ++track->next_part) {
    ClipPart* const part = clips->parts[track->next_part];
    if (part->start >= span->to) {
      break;
    }

    if (!part->muted) {
      part->next_note    = 0;
      part->next_control = 0;
      part->next_active  = NULL;
      schedule_on(part, span);
      *link = part;
      link  = &part->next_active;
    }
  }
}

/// Frame of the next start or end of a note in the span
SONIC_RT static int64_t
next_event(MidiTrack* const track, const Span* const span)
{
  int64_t next = midi_live_next(&track->live, span);
  for (uint32_t i = 0; i < track->num_sounding; ++i) {
    const int64_t frame = track->sounding[i].off_frame;
    next                = frame < next ? frame : next;
  }

  for (const ClipPart* part = track->active; part; part = part->next_active) {
    next = part->next_frame < next ? part->next_frame : next;
  }

  const int64_t moved =
    midi_controls_next(&track->controls, track->active, span);
  return moved < next ? moved : next;
}

/// Let a note that ends with its clip go on in one that is tied to it; false if
/// there is none
SONIC_RT static bool
go_on(const MidiTrack* const track,
      SoundingNote* const    sounding,
      const Span* const      span)
{
  for (const ClipPart* part = track->active; part; part = part->next_active) {
    for (uint32_t i = 0; part->start == sounding->end && i < part->num_notes &&
                         part->notes[i].tied;
         ++i) {
      const PartNote* const note = &part->notes[i];
      if (note->pitch == sounding->note.pitch &&
          sounding_seed(track->id, note) == sounding->note.seed) {
        become(sounding, part, note);
        schedule_off(sounding, span);
        return true;
      }
    }
  }

  return false;
}

/// Do what is to be done at a frame
SONIC_RT static void
play(MidiTrack* const track, const Span* const span, const int64_t frame)
{
  midi_out_move(&track->live.out, span, frame);
  for (uint32_t i = 0; i < track->num_sounding;) {
    SoundingNote* const sounding = &track->sounding[i];
    if (sounding->off_frame == frame && !go_on(track, sounding, span)) {
      end_note(track, i);
    } else {
      ++i;
    }
  }

  midi_controls_play(
    &track->controls, track->instrument, track->active, span, frame);
  midi_live_play(&track->live, track->instrument, span, frame);
  for (ClipPart* part = track->active; part; part = part->next_active) {
    while (part->next_frame == frame) {
      const PartNote* const note = &part->notes[part->next_note++];
      if (!note->tied) {
        start_note(track, part, note, span, frame);
      }

      schedule_on(part, span);
    }
  }
}

/// Write `n` frames; without an instrument, silence
SONIC_RT static void
run_instrument(const Instrument* const instrument,
               float* const            left,
               float* const            right,
               const int64_t           grid,
               const uint32_t          n)
{
  if (n && instrument) {
    instrument->info->run(instrument->state, left, right, 1, (uint64_t)grid, n);
  } else {
    memset(left, 0, n * sizeof(float));
    memset(right, 0, n * sizeof(float));
  }
}

/// Add the fading rest of the instrument before
SONIC_RT static void
run_leaving(MidiTrack* const  track,
            const Span* const span,
            float* const      left,
            float* const      right)
{
  _Alignas(64) float old_left[BLOCK_FRAMES];
  _Alignas(64) float old_right[BLOCK_FRAMES];

  const uint32_t whole = FADE_FRAMES - track->leaving_fade.position;
  const uint32_t n     = span->n < whole ? span->n : whole;
  run_instrument(track->leaving, old_left, old_right, span->grid, n);
  fade_run(&track->leaving_fade, old_left, old_right, n);
  for (uint32_t i = 0; i < n; ++i) {
    left[i] += old_left[i];
    right[i] += old_right[i];
  }

  if (fade_is_silent(&track->leaving_fade)) {
    track->leaving = NULL;
  }
}

SONIC_RT bool
midi_track_run(MidiTrack* const     track,
               const ClipSet* const clips,
               const Span* const    span,
               float* const         left,
               float* const         right)
{
  const Instrument* const instrument = track->instrument;
  midi_live_begin(&track->live, span);
  if (span->playing) {
    update_chain(track, clips, span);
    for (uint32_t i = 0; i < track->num_sounding; ++i) {
      schedule_off(&track->sounding[i], span);
    }
  }

  // A note starts the instrument's voices, so what comes before runs first
  bool     sounds = midi_track_voices(track) > 0;
  uint32_t at     = 0;
  int64_t  frame  = 0;
  while ((frame = next_event(track, span)) < span_end(span)) {
    const uint32_t next = (uint32_t)(frame - span->grid);
    run_instrument(
      instrument, left + at, right + at, span->grid + at, next - at);
    play(track, span, frame);
    sounds |= instrument != NULL;
    at = next;
  }

  run_instrument(
    instrument, left + at, right + at, span->grid + at, span->n - at);
  if (track->leaving) {
    run_leaving(track, span, left, right);
    sounds = true;
  }

  return sounds;
}
