// SPDX-License-Identifier: GPL-3.0-or-later
//
// Ports that tracks have of their own
//
// Control says what is wanted.  Whoever has the client registers it: control,
// or the keeper before it activates a new client.  The process thread uses a
// port once its kind is set; to take it away, control clears the kind and waits
// until the callback has left.

#include "backend/jack_client.h"

#include <jack/metadata.h>
#include <jack/midiport.h>
#include <jack/uuid.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// What is there

static bool
is_pair(PortKind kind)
{
  return kind == PORT_AUDIO_IN || kind == PORT_AUDIO_OUT;
}

static bool
is_output(PortKind kind)
{
  return kind == PORT_AUDIO_OUT || kind == PORT_MIDI_OUT;
}

/// Set titles, group and order of a port
static void
describe(Jack* jack, uint32_t number)
{
  static const char* const sides[] = {" Left", " Right"};

  OwnPort* const           own    = &jack->own[number];
  const BackendPort* const wanted = &own->wanted;
  for (int i = 0; i < 2; ++i) {
    jack_port_t* const port = atomic_load(&own->ports[i]);
    if (!port) {
      continue;
    }

    char              title[sizeof(wanted->title) + 8];
    const jack_uuid_t uuid = jack_port_uuid(port);
    snprintf(title,
             sizeof(title),
             "%s%s",
             wanted->title,
             is_pair(wanted->kind) ? sides[i] : "");
    jack_set_property(
      jack->client, uuid, JACK_METADATA_PRETTY_NAME, title, NULL);
    if (is_pair(wanted->kind)) {
      jack_set_property(
        jack->client, uuid, JACK_METADATA_PORT_GROUP, wanted->title, NULL);
    } else {
      jack_set_property(
        jack->client, uuid, JACK_METADATA_EVENT_TYPES, "MIDI", NULL);
    }
  }
}

/// Register what is wanted; false if the server takes no more
static bool
register_port(Jack* jack, uint32_t number)
{
  static const char* const sides[] = {"_left", "_right"};

  OwnPort* const           own    = &jack->own[number];
  const BackendPort* const wanted = &own->wanted;
  const bool               pair   = is_pair(wanted->kind);
  for (int i = 0; i < (pair ? 2 : 1); ++i) {
    char name[sizeof(wanted->name) + 8];
    snprintf(name, sizeof(name), "%s%s", wanted->name, pair ? sides[i] : "");
    jack_port_t* const port = jack_port_register(
      jack->client,
      name,
      pair ? JACK_DEFAULT_AUDIO_TYPE : JACK_DEFAULT_MIDI_TYPE,
      is_output(wanted->kind) ? JackPortIsOutput : JackPortIsInput,
      0);
    if (!port) {
      return false;
    }
    atomic_store(&own->ports[i], port);
  }

  describe(jack, number);
  atomic_store(&own->kind, (int)wanted->kind);
  return true;
}

/// Wait until the callback no longer uses what was taken from it
static void
wait_callback(Jack* jack)
{
  const struct timespec moment = {0, 100000};
  while (atomic_load(&jack->inside)) {
    nanosleep(&moment, NULL);
  }
}

static void
unregister_port(Jack* jack, uint32_t number)
{
  OwnPort* const own = &jack->own[number];
  atomic_store(&own->kind, (int)PORT_NONE);
  wait_callback(jack);
  for (int i = 0; i < 2; ++i) {
    jack_port_t* const port = atomic_load(&own->ports[i]);
    if (port) {
      jack_remove_properties(jack->client, jack_port_uuid(port));
      jack_port_unregister(jack->client, port);
      atomic_store(&own->ports[i], NULL);
    }
  }
}

// What is wanted

/// Have it connected to its peer as soon as that is there
static void
want_peer(Jack* jack, uint32_t number)
{
  const BackendPort* const wanted = &jack->own[number].wanted;
  for (uint32_t i = 0; wanted->peer[0] && i < (is_pair(wanted->kind) ? 2u : 1u);
       ++i) {
    connections_want(
      &jack->connections, NUM_PORTS + 2u * number + i, wanted->peer);
  }
  atomic_store(&jack->ports_changed, true);
}

/// Room for the events of a port of MIDI
static bool
make_room(OwnPort* own)
{
  if (!own->midi) {
    own->midi = (MidiEvent*)calloc(JACK_MAX_MIDI, sizeof(MidiEvent));
  }
  return own->midi;
}

static void
note_number(Jack* jack, uint32_t number)
{
  if (atomic_load(&jack->num_own) <= number) {
    atomic_store(&jack->num_own, number + 1u);
  }
}

Status
jack_ports_set(Backend* backend, uint32_t number, const BackendPort* port)
{
  static const BackendPort none;

  Jack* const    jack  = (Jack*)backend;
  OwnPort* const own   = &jack->own[number];
  const bool     is_up = jack->state != BACKEND_DOWN;
  port                 = port ? port : &none;

  pthread_mutex_lock(&jack->own_lock);
  const BackendPort before = own->wanted;
  own->wanted              = *port;
  bool ok = is_pair(port->kind) || port->kind == PORT_NONE || make_room(own);

  const bool is_same = before.kind == port->kind &&
                       !strcmp(before.name, port->name) &&
                       !strcmp(before.peer, port->peer);
  if (!is_same && is_up) {
    unregister_port(jack, number);
  }
  if (!is_same) {
    connections_drop(&jack->connections, NUM_PORTS + 2u * number);
    connections_drop(&jack->connections, NUM_PORTS + 2u * number + 1u);
    want_peer(jack, number);
  }
  note_number(jack, number);
  if (ok && is_up && is_same) {
    describe(jack, number);
  } else if (ok && is_up && port->kind != PORT_NONE) {
    ok = register_port(jack, number);
  }
  pthread_mutex_unlock(&jack->own_lock);
  return ok ? STATUS_OK : STATUS_IO;
}

uint32_t
jack_ports_latency(const Backend* backend, uint32_t number)
{
  Jack* const jack    = (Jack*)backend;
  uint32_t    longest = 0;
  for (int i = 0; i < 2 && jack->state != BACKEND_DOWN; ++i) {
    jack_latency_range_t range = {0, 0};
    jack_port_t* const   port  = atomic_load(&jack->own[number].ports[i]);
    if (port && jack_port_connected(port)) {
      jack_port_get_latency_range(port, JackCaptureLatency, &range);
    }
    longest = range.max > longest ? range.max : longest;
  }
  return longest;
}

void
jack_ports_restore(Jack* jack)
{
  pthread_mutex_lock(&jack->own_lock);
  for (uint32_t i = 1; i < atomic_load(&jack->num_own); ++i) {
    if (jack->own[i].wanted.kind != PORT_NONE &&
        !atomic_load(&jack->own[i].ports[0])) {
      register_port(jack, i);
    }
  }
  pthread_mutex_unlock(&jack->own_lock);
}

void
jack_ports_forget(Jack* jack)
{
  for (uint32_t i = 1; i < ENGINE_MAX_PORTS; ++i) {
    atomic_store(&jack->own[i].kind, (int)PORT_NONE);
    atomic_store(&jack->own[i].ports[0], NULL);
    atomic_store(&jack->own[i].ports[1], NULL);
  }
}

void
jack_ports_clear(Jack* jack)
{
  for (uint32_t i = 1; i < ENGINE_MAX_PORTS; ++i) {
    free(jack->own[i].midi);
  }
  pthread_mutex_destroy(&jack->own_lock);
}

// The process thread

SONIC_RT static float*
audio_of(OwnPort* own, int side, jack_nframes_t n)
{
  jack_port_t* const port = atomic_load(&own->ports[side]);
  return (float*)jack_port_get_buffer(port, n);
}

/// Copy what came in
SONIC_RT static uint32_t
read_midi(OwnPort* own, jack_nframes_t n)
{
  void* const    buffer = jack_port_get_buffer(atomic_load(&own->ports[0]), n);
  const uint32_t count  = jack_midi_get_event_count(buffer);
  uint32_t       num    = 0;
  for (uint32_t i = 0; i < count && num < JACK_MAX_MIDI; ++i) {
    jack_midi_event_t event;
    MidiEvent* const  midi = &own->midi[num];
    if (!jack_midi_event_get(&event, buffer, i) && event.size &&
        event.size <= sizeof(midi->data)) {
      midi->frame = event.time;
      midi->size  = (uint8_t)event.size;
      memcpy(midi->data, event.buffer, event.size);
      ++num;
    }
  }
  return num;
}

SONIC_RT static void
begin_port(OwnPort* own, EnginePort* io, jack_nframes_t n)
{
  *io = (EnginePort){.num_in = 0};
  switch ((PortKind)atomic_load(&own->kind)) {
    case PORT_NONE:
      break;
    case PORT_AUDIO_IN:
      io->in[0] = audio_of(own, 0, n);
      io->in[1] = audio_of(own, 1, n);
      break;
    case PORT_AUDIO_OUT:
      io->out[0] = audio_of(own, 0, n);
      io->out[1] = audio_of(own, 1, n);
      memset(io->out[0], 0, n * sizeof(float));
      memset(io->out[1], 0, n * sizeof(float));
      break;
    case PORT_MIDI_IN:
      io->midi_in = own->midi;
      io->num_in  = read_midi(own, n);
      break;
    case PORT_MIDI_OUT:
      own->buffer = jack_port_get_buffer(atomic_load(&own->ports[0]), n);
      jack_midi_clear_buffer(own->buffer);
      io->midi_out = own->midi;
      io->max_out  = JACK_MAX_MIDI;
      break;
  }
}

SONIC_RT EnginePort*
jack_ports_begin(Jack* jack, jack_nframes_t n)
{
  const uint32_t num = atomic_load(&jack->num_own);
  for (uint32_t i = 1; i < num; ++i) {
    begin_port(&jack->own[i], &jack->io[i], n);
  }
  return jack->io;
}

SONIC_RT void
jack_ports_flush(Jack* jack, uint32_t done)
{
  const uint32_t num = atomic_load(&jack->num_own);
  for (uint32_t i = 1; i < num; ++i) {
    EnginePort* const io = &jack->io[i];
    for (uint32_t k = 0; k < io->num_out; ++k) {
      const MidiEvent* const event = &io->midi_out[k];
      jack_midi_event_write(
        jack->own[i].buffer, event->frame + done, event->data, event->size);
    }
    io->num_out = 0;
  }
}

SONIC_RT void
jack_ports_advance(Jack* jack, uint32_t n)
{
  const uint32_t num = atomic_load(&jack->num_own);
  for (uint32_t i = 1; i < num; ++i) {
    EnginePort* const io = &jack->io[i];
    for (int side = 0; side < 2; ++side) {
      io->in[side]  = io->in[side] ? io->in[side] + n : NULL;
      io->out[side] = io->out[side] ? io->out[side] + n : NULL;
    }
    while (io->num_in && io->midi_in->frame < n) {
      ++io->midi_in;
      --io->num_in;
    }
    for (uint32_t k = 0; k < io->num_in; ++k) {
      jack->own[i].midi[(io->midi_in - jack->own[i].midi) + k].frame -= n;
    }
  }
}
