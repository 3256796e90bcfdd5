// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/midi_control.h"

#include "engine/part_find.h"
#include "units/instrument.h"

#include <math.h>
#include <stdbool.h>

/// "Not in this span"
#define NEVER INT64_MAX

/// A share of a range of whole numbers
SONIC_RT static int
steps_of(const float value, const float full, const int most)
{
  const int steps = (int)lrintf(value * full);
  return steps < 0 ? 0 : steps > most ? most : steps;
}

/// Send a controller out
SONIC_RT static void
put_out(MidiOut* const out, const MovedControl* const moved, const float value)
{
  const uint8_t seven = (uint8_t)steps_of(value, 127.0f, 127);
  const int     bend  = steps_of(value + 1.0f, 8192.0f, 16383);
  switch ((ControlKind)moved->kind) {
    case CONTROL_CC:
      midi_out_put(out, 0xB0, moved->number, seven);
      break;
    case CONTROL_BEND:
      midi_out_put(
        out, 0xE0, (uint8_t)(bend & 0x7F), (uint8_t)((unsigned)bend >> 7u));
      break;
    case CONTROL_PRESSURE:
      midi_out_put_pressure(out, seven);
      break;
    case CONTROL_POLY:
      midi_out_put(out, 0xA0, moved->number, seven);
      break;
    default:
      break;
  }
}

SONIC_RT static void
play(const Instrument* const   instrument,
     const MovedControl* const moved,
     const float               value)
{
  if (instrument && instrument->info->control) {
    instrument->info->control(
      instrument->state, (ControlKind)moved->kind, moved->number, value);
  }
}

SONIC_RT static void
send(const MidiControls* const controls,
     const Instrument* const   instrument,
     const MovedControl* const moved,
     const float               value)
{
  put_out(controls->out, moved, value);
  play(instrument, moved, value);
}

/// Whether a player holds it, and lets go at the end
SONIC_RT static bool
is_held(const MovedControl* const moved)
{
  return moved->kind != CONTROL_CC || moved->number == CONTROL_SUSTAIN;
}

SONIC_RT static void
rest(MidiControls* const     controls,
     const Instrument* const instrument,
     const uint32_t          index)
{
  MovedControl* const moved = &controls->moved[index];
  send(controls,
       instrument,
       moved,
       control_rest((ControlKind)moved->kind, moved->number));
  *moved = controls->moved[--controls->num_moved];
}

SONIC_RT static void
move(MidiControls* const      controls,
     const Instrument* const  instrument,
     const ClipPart* const    part,
     const PartControl* const control)
{
  const MovedControl now = {
    control->kind, control->number, control->value, part->id, part->end};

  uint32_t i = 0;
  while (i < controls->num_moved && (controls->moved[i].kind != now.kind ||
                                     controls->moved[i].number != now.number)) {
    ++i;
  }

  if (i < MAX_MOVED) {
    controls->moved[i] = now;
    controls->num_moved += i == controls->num_moved;
  }

  send(controls, instrument, &now, now.value);
}

SONIC_RT void
midi_controls_reset(MidiControls* const controls)
{
  controls->num_moved = 0;
}

SONIC_RT void
midi_controls_release(MidiControls* const     controls,
                      const Instrument* const instrument)
{
  while (controls->num_moved) {
    rest(controls, instrument, controls->num_moved - 1u);
  }
}

/// Controllers that were seen, a bit for each
typedef struct {
  uint64_t bits[NUM_CONTROL_KINDS][2];
  uint32_t count;
} Seen;

/// See a controller; false if it was seen before
SONIC_RT static bool
see(Seen* const seen, const PartControl* const control)
{
  uint64_t* const bits = &seen->bits[control->kind][control->number / 64u];
  const uint64_t  bit  = (uint64_t)1 << (control->number % 64u);
  const bool      anew = !(*bits & bit);
  *bits |= bit;
  seen->count += anew;
  return anew;
}

/// Back from where a clip stands, to the last event of each controller
SONIC_RT static void
chase_part(MidiControls* const     controls,
           const Instrument* const instrument,
           const ClipPart* const   part)
{
  Seen seen = {0};
  for (uint32_t i = part->next_control;
       i > 0 && seen.count < part->num_controllers;
       --i) {
    if (see(&seen, &part->controls[i - 1u])) {
      move(controls, instrument, part, &part->controls[i - 1u]);
    }
  }
}

SONIC_RT void
midi_controls_chase(MidiControls* const     controls,
                    const Instrument* const instrument,
                    ClipPart* const         active,
                    const Ticks             now)
{
  for (uint32_t i = 0; i < controls->num_moved; ++i) {
    controls->moved[i].clip = ID_NONE;
  }

  for (ClipPart* part = active; part; part = part->next_active) {
    part->next_control = clip_part_next_control(part, now - part->start);
    chase_part(controls, instrument, part);
  }

  for (uint32_t i = controls->num_moved; i > 0; --i) {
    if (controls->moved[i - 1u].clip == ID_NONE) {
      rest(controls, instrument, i - 1u);
    }
  }
}

SONIC_RT void
midi_controls_begin(MidiControls* const     controls,
                    const Instrument* const instrument,
                    const ClipPart* const   part)
{
  for (uint32_t i = 0; i < part->num_controls && !part->controls[i].at; ++i) {
    move(controls, instrument, part, &part->controls[i]);
  }
}

SONIC_RT void
midi_controls_resume(const MidiControls* const controls,
                     const Instrument* const   instrument)
{
  for (uint32_t i = 0; i < controls->num_moved; ++i) {
    play(instrument, &controls->moved[i], controls->moved[i].value);
  }
}

/// Frame of a part's next event
SONIC_RT static int64_t
next_of_part(const ClipPart* const part, const Span* const span)
{
  if (part->next_control == part->num_controls) {
    return NEVER;
  }

  const Ticks at = part->start + part->controls[part->next_control].at;
  return at < span->to ? span_event(span, at) : NEVER;
}

/// Frame at which a controller goes to rest
SONIC_RT static int64_t
rest_frame(const MovedControl* const moved, const Span* const span)
{
  return is_held(moved) && moved->clip_end < span->to
           ? span_event(span, moved->clip_end)
           : NEVER;
}

SONIC_RT int64_t
midi_controls_next(const MidiControls* const controls,
                   const ClipPart* const     active,
                   const Span* const         span)
{
  int64_t next = NEVER;
  if (!span->playing) {
    return next;
  }

  for (const ClipPart* part = active; part; part = part->next_active) {
    const int64_t frame = next_of_part(part, span);
    next                = frame < next ? frame : next;
  }

  for (uint32_t i = 0; i < controls->num_moved; ++i) {
    const int64_t frame = rest_frame(&controls->moved[i], span);
    next                = frame < next ? frame : next;
  }

  return next;
}

SONIC_RT void
midi_controls_play(MidiControls* const     controls,
                   const Instrument* const instrument,
                   ClipPart* const         active,
                   const Span* const       span,
                   const int64_t           frame)
{
  if (!span->playing) {
    return;
  }

  for (ClipPart* part = active; part; part = part->next_active) {
    while (next_of_part(part, span) == frame) {
      move(controls, instrument, part, &part->controls[part->next_control++]);
    }
  }

  // A clip that goes on from here has taken what it moves for its own
  for (uint32_t i = controls->num_moved; i > 0; --i) {
    if (rest_frame(&controls->moved[i - 1u], span) == frame) {
      rest(controls, instrument, i - 1u);
    }
  }
}
