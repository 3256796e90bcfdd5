// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts of the JACK driver share
//
// `jack.c` opens and closes the client, `jack_process.c` is what the process
// thread runs, `jack_notify.c` what libjack's notification thread runs, and
// `jack_graph.c` deals with ports and their connections.

#ifndef SONIC_BACKEND_JACK_CLIENT_H
#define SONIC_BACKEND_JACK_CLIENT_H

#include "backend/connections.h"
#include "backend/driver.h"
#include "base/rt.h"

#include <jack/jack.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Longest full name of a port, with its end
#define JACK_NAME_SIZE BACKEND_PORT_SIZE

/// Most MIDI events of a cycle
#define JACK_MAX_MIDI 1024u

typedef enum {
  OUT_LEFT,
  OUT_RIGHT,
  IN_LEFT,
  IN_RIGHT,
  MIDI_IN,
  NUM_PORTS
} Port;

/// A port as it is registered, and its metadata
typedef struct {
  const char*   name;
  const char*   type;
  unsigned long flags;
  const char*   title;
  const char*   group; ///< Or null
  const char*   order;
} PortInfo;

extern const PortInfo jack_port_infos[NUM_PORTS];

/// Numbers of all ports by which connections are remembered: the common ones,
/// then two for each of a track's own
#define JACK_ALL_PORTS (NUM_PORTS + 2u * ENGINE_MAX_PORTS)

/// A port of a track's own, or a pair
typedef struct {
  BackendPort           wanted; ///< Protected by the lock of the ports
  _Atomic(jack_port_t*) ports[2];
  atomic_int            kind; ///< PortKind, once the process thread may use it
  MidiEvent*            midi; ///< Of JACK_MAX_MIDI events, owned, or null
  void*                 buffer; ///< Of MIDI that goes out, in this cycle
} OwnPort;

typedef struct {
  Backend        base;
  jack_client_t* client; ///< The keeper's while down, else of control
  jack_port_t*   ports[NUM_PORTS];
  char*          server;                      ///< Owned, null for the default
  char           wanted_name[JACK_NAME_SIZE]; ///< To be asked for
  Connections    connections;

  // Ports of tracks
  pthread_mutex_t own_lock; ///< Of what is wanted
  OwnPort         own[ENGINE_MAX_PORTS];
  atomic_uint     num_own;              ///< Numbers that were ever used
  EnginePort      io[ENGINE_MAX_PORTS]; ///< For the process thread

  // Of control
  BackendState state;
  BackendState told;                 ///< State at the last poll
  Engine*      started;              ///< To be called while running, borrowed
  uint32_t     engine_rate;          ///< Its rate, 0 if none was ever started
  char         name[JACK_NAME_SIZE]; ///< The one that JACK gave

  // Between control and the process thread
  _Atomic(Engine*) engine; ///< Called by the callback, or null for silence
  atomic_int       sync;   ///< SyncMode
  atomic_bool      inside; ///< The callback may have seen the engine
  atomic_ullong    midi_lost;
  MidiEvent        midi[JACK_MAX_MIDI];

  // From the notification thread
  atomic_uint   rate;
  atomic_uint   period;
  atomic_uint   latency; ///< Of the engine in frames
  atomic_int    rt_priority;
  atomic_ullong xruns;
  atomic_bool   freewheels;
  atomic_bool   is_shut_down;
  atomic_bool   ports_changed;

  // The keeper
  bool            has_keeper;
  pthread_t       keeper;
  pthread_mutex_t lock;    ///< Of the flags that follow
  pthread_cond_t  wake;    ///< One of them was set
  bool            is_kept; ///< The keeper is done
  bool            quit;    ///< The keeper need not open a client again
} Jack;

/// The process callback
SONIC_RT int
jack_process(jack_nframes_t n, void* arg);

/// Have the client tell `jack` what happens, before it is activated
void
jack_notify_set(Jack* jack);

// Ports of tracks

/// See backend.h
Status
jack_ports_set(Backend* backend, uint32_t number, const BackendPort* port);
uint32_t
jack_ports_latency(const Backend* backend, uint32_t number);

/// Register all that are wanted and not there, for whoever has the client
void
jack_ports_restore(Jack* jack);

/// The client is gone, and all ports with it
void
jack_ports_forget(Jack* jack);

/// Release what is kept of ports
void
jack_ports_clear(Jack* jack);

/// Begin a cycle of `n` frames; the ports for the engine, or null
SONIC_RT EnginePort*
jack_ports_begin(Jack* jack, jack_nframes_t n);

/// Send what the engine put out since frame `done` of the cycle
SONIC_RT void
jack_ports_flush(Jack* jack, uint32_t done);

/// Go on by a part of the cycle
SONIC_RT void
jack_ports_advance(Jack* jack, uint32_t n);

/// A port by its number, or null
static inline jack_port_t*
jack_port_numbered(Jack* const jack, const uint32_t number)
{
  const uint32_t own = number - NUM_PORTS;
  return number < NUM_PORTS ? jack->ports[number]
                            : atomic_load(&jack->own[own / 2u].ports[own % 2u]);
}

// JACK's transport

/// See backend.h
Status
jack_transport_set(Backend* backend, SyncMode mode);
Status
jack_transport_command(Backend*         backend,
                       TransportCommand command,
                       uint64_t         frame);

/// Be the timebase master again, if that is wanted
void
jack_transport_restore(Jack* jack);

/// Have the engine do as JACK does, before a cycle
SONIC_RT void
jack_transport_follow(Jack* jack, Engine* engine);

// The graph, for whoever has the client

/// Register the ports; false if one could not be
bool
jack_graph_register(Jack* jack);

/// Set and remove titles, groups and order of the client and its ports
void
jack_graph_describe(Jack* jack);
void
jack_graph_undescribe(Jack* jack);

/// Make lost connections again whose other end is there
void
jack_graph_restore(Jack* jack);

/// Connect two ports; being connected already is as good
bool
jack_graph_join(Jack* jack, const char* from, const char* to);

/// Longest latency of what is connected to some ports, 0 while down
uint32_t
jack_graph_latency(const Jack*                  jack,
                   Port                         first,
                   Port                         last,
                   jack_latency_callback_mode_t mode);

/// See backend.h
Status
jack_graph_connect_outputs(Backend* backend, char* text, size_t size);
bool
jack_graph_is_connected(const Backend* backend);
Status
jack_graph_ports(Backend* backend, BackendPortFunc func, void* handle);
Status
jack_graph_connect(Backend* backend, const char* from, const char* to, bool on);

#endif // SONIC_BACKEND_JACK_CLIENT_H
