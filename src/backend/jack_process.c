// SPDX-License-Identifier: GPL-3.0-or-later
//
// What JACK's process thread runs

#include "backend/jack_client.h"

#include <jack/midiport.h>

#include <string.h>
#include <time.h>

/// Milliseconds that freewheel waits for audio; the server gives a client ten
/// seconds
#define MAX_WAITS 4000

/// Copy what came in; the rest of a flood is counted
SONIC_RT static uint32_t
read_midi(Jack* jack, jack_nframes_t n)
{
  void* const    buffer = jack_port_get_buffer(jack->ports[MIDI_IN], n);
  const uint32_t count  = jack_midi_get_event_count(buffer);
  uint32_t       num    = 0;
  for (uint32_t i = 0; i < count; ++i) {
    jack_midi_event_t event;
    if (jack_midi_event_get(&event, buffer, i) || !event.size ||
        event.size > sizeof(jack->midi[0].data)) {
      continue;
    }
    if (num == JACK_MAX_MIDI) {
      atomic_fetch_add(&jack->midi_lost, count - i);
      break;
    }

    MidiEvent* const midi = &jack->midi[num++];
    midi->frame           = event.time;
    midi->size            = (uint8_t)event.size;
    memcpy(midi->data, event.buffer, event.size);
  }
  return num;
}

/// In freewheel nobody listens, so the callback may wait for audio
SONIC_RT static void
wait_for_audio(Engine* engine, uint32_t n)
{
  const struct timespec millisecond = {0, 1000000};
  for (int i = 0; i < MAX_WAITS && !engine_ready(engine, n); ++i) {
    rt_section_leave();
    nanosleep(&millisecond, NULL);
    rt_section_enter();
  }
}

/// Like offline: batches are applied before the audio that they want is waited
/// for, and the cycle is cut where the next one is due
SONIC_RT static void
run_freewheel(Jack* jack, Engine* engine, const EngineIO* io, uint32_t n)
{
  const EngineIO nothing = {0};
  uint32_t       midi    = 0;
  for (uint32_t done = 0; done < n;) {
    engine_run(engine, &nothing, 0);

    const uint32_t part_n = engine_batch_frames(engine, n - done);
    EngineIO       part   = {
              .out_left  = io->out_left + done,
              .out_right = io->out_right + done,
              .in_left   = io->in_left + done,
              .in_right  = io->in_right + done,
              .midi      = &jack->midi[midi],
              .ports     = io->ports,
    };
    while (midi < io->num_midi && jack->midi[midi].frame < done + part_n) {
      jack->midi[midi++].frame -= done;
      ++part.num_midi;
    }

    wait_for_audio(engine, part_n);
    engine_run(engine, &part, part_n);
    jack_ports_flush(jack, done);
    jack_ports_advance(jack, part_n);
    done += part_n;
  }
}

SONIC_RT int
jack_process(jack_nframes_t n, void* arg)
{
  Jack* const jack = (Jack*)arg;
  float*      audio[MIDI_IN];
  for (int i = 0; i < MIDI_IN; ++i) {
    audio[i] = (float*)jack_port_get_buffer(jack->ports[i], n);
  }

  // Control takes the engine away and then waits for `inside` to be false
  atomic_store(&jack->inside, true);
  Engine* const     engine = atomic_load(&jack->engine);
  EnginePort* const ports  = jack_ports_begin(jack, n);
  if (!engine) {
    memset(audio[OUT_LEFT], 0, n * sizeof(float));
    memset(audio[OUT_RIGHT], 0, n * sizeof(float));
  } else {
    const EngineIO io = {
      .out_left  = audio[OUT_LEFT],
      .out_right = audio[OUT_RIGHT],
      .in_left   = audio[IN_LEFT],
      .in_right  = audio[IN_RIGHT],
      .midi      = jack->midi,
      .num_midi  = read_midi(jack, n),
      .ports     = ports,
    };
    jack_transport_follow(jack, engine);
    if (atomic_load(&jack->freewheels)) {
      run_freewheel(jack, engine, &io, n);
    } else {
      engine_run(engine, &io, n);
      jack_ports_flush(jack, 0);
    }
  }
  atomic_store(&jack->inside, false);
  return 0;
}
