// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /compositions/{c}/clips/{clip}/notes that edit sets of notes

#include "osc/call.h"
#include "osc/handlers.h"
#include "services/edit.h"
#include "services/note_edits.h"

#include <stdlib.h>

/// Velocity of a note that is given none
#define DEFAULT_VELOCITY 100

/// Answer with the number of notes in the clip
static Status
answer_count(Services* const services, OscCall* const call, const Status st)
{
  const Clip* const clip =
    composition_clip(services_document(services), call->ids[1]);
  call_int(call, clip ? note_list_count(clip->notes) : 0);
  return st;
}

/// `/compositions/{c}/clips/{clip}/notes/toggle ,iff(i)`
Status
osc_compositions_notes_toggle(Services* const services, OscCall* const call)
{
  bool         on = false;
  const Status st = notes_toggle(
    services,
    call->ids[1],
    (uint8_t)call->args[0].i,
    call->args[1].ticks,
    call->args[2].ticks,
    (uint8_t)(call->num_args > 3 ? call->args[3].i : DEFAULT_VELOCITY),
    &on);
  call_int(call, on);
  return st;
}

/// `/compositions/{c}/clips/{clip}/notes/move ,ifif...`
Status
osc_compositions_notes_move(Services* const services, OscCall* const call)
{
  const uint32_t  count = call->num_args / 4u;
  NoteMove* const moves = (NoteMove*)calloc(count, sizeof(NoteMove));
  if (!moves) {
    return edit_no_memory(services);
  }

  for (uint32_t i = 0; i < count; ++i) {
    const CallArg* const group = &call->args[(size_t)i * 4u];
    moves[i].from.pitch        = (uint8_t)group[0].i;
    moves[i].from.start        = group[1].ticks;
    moves[i].pitch             = (uint8_t)group[2].i;
    moves[i].start             = group[3].ticks;
  }

  const Status st = notes_move(services, call->ids[1], moves, count);
  free(moves);
  return answer_count(services, call, st);
}

/// `/compositions/{c}/clips/{clip}/notes/resize ,iff...`
Status
osc_compositions_notes_resize(Services* const services, OscCall* const call)
{
  const uint32_t  count = call->num_args / 3u;
  ClipNote* const notes = (ClipNote*)calloc(count, sizeof(ClipNote));
  if (!notes) {
    return edit_no_memory(services);
  }

  for (uint32_t i = 0; i < count; ++i) {
    const CallArg* const group = &call->args[(size_t)i * 3u];
    notes[i].pitch             = (uint8_t)group[0].i;
    notes[i].start             = group[1].ticks;
    notes[i].length            = group[2].ticks;
  }

  const Status st = notes_resize(services, call->ids[1], notes, count);
  free(notes);
  return answer_count(services, call, st);
}

/// `/compositions/{c}/clips/{clip}/notes/rescale ,fff`
Status
osc_compositions_notes_rescale(Services* const services, OscCall* const call)
{
  const Status st = notes_rescale(services,
                                  call->ids[1],
                                  call->args[0].ticks,
                                  call->args[1].ticks,
                                  call->args[2].f);
  return answer_count(services, call, st);
}

/// `/compositions/{c}/clips/{clip}/notes/quantize ,fff(f)`
Status
osc_compositions_notes_quantize(Services* const services, OscCall* const call)
{
  const Status st =
    notes_quantize(services,
                   call->ids[1],
                   call->args[0].ticks,
                   call->args[1].ticks,
                   call->args[2].ticks,
                   call->num_args > 3 ? call->args[3].f : 100.0);
  return answer_count(services, call, st);
}
