// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/recorded_notes.h"

#include <stdlib.h>

/// Controllers from here on are commands
#define FIRST_COMMAND 120u

/// A part of a pass at work
typedef struct {
  Ticks          start;
  Ticks          end;
  Ticks          from;
  RecordedNotes* out;
  uint32_t       held[16][128]; ///< 1 more than the note's index, or 0
} Collecting;

static void
end_note(Collecting* const work,
         const unsigned    channel,
         const unsigned    pitch,
         const Ticks       at)
{
  const uint32_t held = work->held[channel][pitch];
  if (held) {
    ClipNote* const note       = &work->out->notes[held - 1u];
    const Ticks     length     = at - work->from - note->start;
    note->length               = length > 0 ? length : 1;
    work->held[channel][pitch] = 0;
  }
}

static void
start_note(Collecting* const        work,
           const RecordEvent* const event,
           const Ticks              at)
{
  const unsigned channel = event->data[0] & 0x0Fu;
  const unsigned pitch   = event->data[1];
  end_note(work, channel, pitch, at);
  if (at < work->start || at >= work->end) {
    return;
  }

  work->out->notes[work->out->num_notes++] =
    (ClipNote){.start    = at - work->from,
               .length   = 1,
               .pitch    = (uint8_t)pitch,
               .velocity = event->data[2]};
  work->held[channel][pitch] = work->out->num_notes;
}

/// The row of an event that moves a controller; null if it is none
static json_t*
controller_row(const RecordEvent* const event, const double beat)
{
  const int a = event->data[1];
  const int b = event->data[2];
  switch (event->data[0] & 0xF0u) {
    case 0xA0:
      return json_pack("[fsii]", beat, "poly", a, b);
    case 0xB0:
      return event->data[1] < FIRST_COMMAND
               ? json_pack("[fsii]", beat, "cc", a, b)
               : NULL;
    case 0xC0:
      return json_pack("[fsi]", beat, "program", a);
    case 0xD0:
      return json_pack("[fsi]", beat, "pressure", a);
    case 0xE0:
      return json_pack("[fsi]", beat, "bend", (a | b << 7) - 8192);
    default:
      return NULL;
  }
}

static bool
add_controller(const Collecting* const  work,
               const RecordEvent* const event,
               const Ticks              at)
{
  if (at < work->start || at >= work->end) {
    return true;
  }

  json_t* const row = controller_row(event, ticks_to_beats(at - work->from));
  if (row && !work->out->controllers) {
    work->out->controllers = json_array();
  }

  return !row || !json_array_append_new(work->out->controllers, row);
}

static bool
collect(Collecting* const work, const RecordEvent* const event, const Ticks at)
{
  switch (event->data[0] & 0xF0u) {
    case 0x90:
      if (event->data[2]) {
        start_note(work, event, at);
        return true;
      }

      end_note(work, event->data[0] & 0x0Fu, event->data[1], at);
      return true;

    case 0x80:
      end_note(work, event->data[0] & 0x0Fu, event->data[1], at);
      return true;

    default:
      return add_controller(work, event, at);
  }
}

/// End what is held
static void
end_all(Collecting* const work)
{
  for (unsigned channel = 0; channel < 16u; ++channel) {
    for (unsigned pitch = 0; pitch < 128u; ++pitch) {
      end_note(work, channel, pitch, work->end);
    }
  }
}

bool
recorded_notes(const Recorded* const     recorded,
               const RecordedTake* const take,
               const Passes* const       passes,
               const Pass* const         pass,
               const Ticks               start,
               const Ticks               end,
               const Ticks               from,
               RecordedNotes* const      out)
{
  Collecting* const work = (Collecting*)calloc(1, sizeof(Collecting));
  out->notes = (ClipNote*)calloc(recorded->num_events + 1u, sizeof(ClipNote));
  if (!work || !out->notes) {
    free(work);
    return false;
  }

  work->start = start;
  work->end   = end;
  work->from  = from;
  work->out   = out;

  bool ok = true;
  for (uint32_t i = 0; ok && i < recorded->num_events; ++i) {
    const RecordEvent* const event = &recorded->events[i];
    Ticks                    at    = 0;
    if (event->type == RECORD_MIDI && event->port == take->port &&
        (!take->channel || take->channel == (event->data[0] & 0x0Fu) + 1u) &&
        passes_locate(
          passes,
          event->frame > take->latency ? event->frame - take->latency : 0u,
          &at) == pass) {
      ok = collect(work, event, at < end ? at : end);
    }
  }

  end_all(work);
  free(work);
  return ok;
}

void
recorded_notes_clear(RecordedNotes* const notes)
{
  free(notes->notes);
  json_decref(notes->controllers);
  *notes = (RecordedNotes){0};
}
