// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/midi_live.h"

#include <stddef.h>
#include <string.h>

/// Controllers that end what sounds
enum {
  ALL_SOUND_OFF = 120,
  ALL_NOTES_OFF = 123,
};

SONIC_RT static uint32_t
key_of(const uint32_t channel, const uint32_t pitch)
{
  return LIVE_KEY | channel * MIDI_PITCHES | pitch;
}

SONIC_RT static bool
listens(const TrackInput* const input, const uint32_t channel)
{
  return input->on && (!input->channel || input->channel == channel + 1u);
}

SONIC_RT static void
end_note(MidiLive* const         live,
         const Instrument* const instrument,
         const uint32_t          channel,
         const uint32_t          pitch)
{
  uint8_t* const held = &live->held[channel][pitch];
  if (*held) {
    *held = 0;
    --live->num_held;
    midi_out_put(&live->out, 0x80, (uint8_t)pitch, 64);
    if (instrument) {
      instrument->info->note_off(instrument->state, key_of(channel, pitch));
    }
  }
}

SONIC_RT static void
send_on(const Instrument* const instrument,
        const uint32_t          channel,
        const uint32_t          pitch,
        const uint8_t           velocity,
        const uint64_t          seed)
{
  if (instrument) {
    const Note note = {.key      = key_of(channel, pitch),
                       .pitch    = (uint8_t)pitch,
                       .velocity = velocity,
                       .seed     = seed};
    instrument->info->note_on(instrument->state, &note);
  }
}

SONIC_RT static void
start_note(MidiLive* const         live,
           const Instrument* const instrument,
           const MidiEvent* const  event,
           const uint64_t          frame)
{
  const uint32_t channel = event->data[0] & 0x0Fu;
  const uint32_t pitch   = event->data[1];
  end_note(live, instrument, channel, pitch);
  live->held[channel][pitch] = event->data[2];
  ++live->num_held;
  midi_out_put(&live->out, 0x90, event->data[1], event->data[2]);
  send_on(instrument,
          channel,
          pitch,
          event->data[2],
          (frame + 1u) * 0x9E3779B97F4A7C15ull);
}

/// End the notes of a channel
SONIC_RT static void
end_channel(MidiLive* const         live,
            const Instrument* const instrument,
            const uint32_t          channel)
{
  for (uint32_t pitch = 0; live->num_held && pitch < MIDI_PITCHES; ++pitch) {
    end_note(live, instrument, channel, pitch);
  }
}

SONIC_RT static void
control(const Instrument* const instrument,
        const ControlKind       kind,
        const uint8_t           number,
        const float             value)
{
  if (instrument && instrument->info->control) {
    instrument->info->control(instrument->state, kind, number, value);
  }
}

/// Let go of the controllers that would be heard for ever
SONIC_RT static void
rest(MidiLive* const live, const Instrument* const instrument)
{
  if (live->ccs[CONTROL_SUSTAIN] > 1u) {
    control(instrument, CONTROL_CC, CONTROL_SUSTAIN, 0.0f);
  }

  if (live->bend != 0.0f) {
    control(instrument, CONTROL_BEND, 0, 0.0f);
  }

  if (live->pressure != 0.0f) {
    control(instrument, CONTROL_PRESSURE, 0, 0.0f);
  }

  memset(live->ccs, 0, sizeof(live->ccs));
  live->moved    = false;
  live->bend     = 0.0f;
  live->pressure = 0.0f;
}

SONIC_RT void
midi_live_set(MidiLive* const         live,
              const Instrument* const instrument,
              const TrackInput* const input)
{
  // Another port's keys are others
  const bool moves = live->input.port != input->port;
  live->input      = *input;
  for (uint32_t channel = 0; channel < MIDI_CHANNELS; ++channel) {
    if (moves || !listens(input, channel)) {
      end_channel(live, instrument, channel);
    }
  }

  if (!input->on && live->moved) {
    rest(live, instrument);
  }
}

SONIC_RT void
midi_live_begin(MidiLive* const live, const Span* const span)
{
  live->events = port_midi(span, live->input.port, &live->num_events);
  live->next   = 0;
}

/// Whether an event is complete and one that the track listens to
SONIC_RT static bool
concerns(const MidiLive* const live, const MidiEvent* const event)
{
  static const uint8_t sizes[8] = {3, 3, 3, 3, 2, 2, 3, 0};

  const uint8_t status = event->data[0];
  const uint8_t size   = status < 0x80u ? 0 : sizes[(status >> 4u) & 7u];
  return size && event->size == size && listens(&live->input, status & 0x0Fu) &&
         event->data[1] < 0x80u && (size < 3 || event->data[2] < 0x80u);
}

SONIC_RT int64_t
midi_live_next(MidiLive* const live, const Span* const span)
{
  if (!live->input.on) {
    return INT64_MAX;
  }

  while (live->next < live->num_events &&
         !concerns(live, &live->events[live->next])) {
    ++live->next;
  }

  return live->next < live->num_events
           ? span->grid + live->events[live->next].frame - span->offset
           : INT64_MAX;
}

/// Where a bend of 14 bits is, from -1 to 1
SONIC_RT static float
bend_of(const MidiEvent* const event)
{
  const int32_t bend = (event->data[1] | event->data[2] << 7) - 8192;
  return (float)bend / (bend < 0 ? 8192.0f : 8191.0f);
}

/// Move a controller, or end what sounds
SONIC_RT static void
play_controller(MidiLive* const         live,
                const Instrument* const instrument,
                const MidiEvent* const  event)
{
  const uint8_t number = event->data[1];
  if (number == ALL_SOUND_OFF || number >= ALL_NOTES_OFF) {
    end_channel(live, instrument, event->data[0] & 0x0Fu);
  } else if (number < ALL_SOUND_OFF) {
    midi_out_put(&live->out, 0xB0, number, event->data[2]);
    live->moved       = true;
    live->ccs[number] = (uint8_t)(event->data[2] + 1u);
    control(instrument, CONTROL_CC, number, (float)event->data[2] / 127.0f);
  }
}

SONIC_RT static void
play_event(MidiLive* const         live,
           const Instrument* const instrument,
           const MidiEvent* const  event,
           const uint64_t          frame)
{
  const uint32_t channel = event->data[0] & 0x0Fu;
  switch (event->data[0] & 0xF0u) {
    case 0x90:
      if (event->data[2]) {
        start_note(live, instrument, event, frame);
        break;
      }

      end_note(live, instrument, channel, event->data[1]);
      break;

    case 0x80:
      end_note(live, instrument, channel, event->data[1]);
      break;

    case 0xA0:
      midi_out_put(&live->out, 0xA0, event->data[1], event->data[2]);
      control(instrument,
              CONTROL_POLY,
              event->data[1],
              (float)event->data[2] / 127.0f);
      break;

    case 0xB0:
      play_controller(live, instrument, event);
      break;

    case 0xD0:
      midi_out_put_pressure(&live->out, event->data[1]);
      live->moved    = true;
      live->pressure = (float)event->data[1] / 127.0f;
      control(instrument, CONTROL_PRESSURE, 0, live->pressure);
      break;

    case 0xE0:
      midi_out_put(&live->out, 0xE0, event->data[1], event->data[2]);
      live->moved = true;
      live->bend  = bend_of(event);
      control(instrument, CONTROL_BEND, 0, live->bend);
      break;

    default:
      break;
  }
}

SONIC_RT void
midi_live_play(MidiLive* const         live,
               const Instrument* const instrument,
               const Span* const       span,
               const int64_t           frame)
{
  const uint64_t engine_frame = span->frame + (uint64_t)(frame - span->grid);
  while (midi_live_next(live, span) == frame) {
    play_event(live, instrument, &live->events[live->next++], engine_frame);
  }
}

/// Move the controllers of an instrument at rest to where they are
SONIC_RT static void
resume_controllers(const MidiLive* const   live,
                   const Instrument* const instrument)
{
  for (uint32_t i = 0; i < MIDI_CONTROLLERS; ++i) {
    if (live->ccs[i]) {
      control(instrument,
              CONTROL_CC,
              (uint8_t)i,
              (float)(live->ccs[i] - 1u) / 127.0f);
    }
  }

  control(instrument, CONTROL_BEND, 0, live->bend);
  control(instrument, CONTROL_PRESSURE, 0, live->pressure);
}

SONIC_RT void
midi_live_resume(MidiLive* const live, const Instrument* const instrument)
{
  if (live->moved) {
    resume_controllers(live, instrument);
  }

  for (uint32_t i = 0; live->num_held && i < MIDI_CHANNELS; ++i) {
    for (uint32_t pitch = 0; pitch < MIDI_PITCHES; ++pitch) {
      if (live->held[i][pitch]) {
        send_on(instrument, i, pitch, live->held[i][pitch], key_of(i, pitch));
      }
    }
  }
}

SONIC_RT void
midi_live_forget(MidiLive* const live)
{
  live->num_held = 0;
  memset(live->held, 0, sizeof(live->held));
  rest(live, NULL);
}
