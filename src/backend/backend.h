// SPDX-License-Identifier: GPL-3.0-or-later
//
// Who calls the engine
//
// A backend opens first, which settles the rate; then an engine is made for
// that rate and the backend is started with it.  `jack.c` is a JACK client,
// `dummy.c` a clock without sound.  All functions are for the control thread.

#ifndef SONIC_BACKEND_BACKEND_H
#define SONIC_BACKEND_BACKEND_H

#include "base/id.h"
#include "base/status.h"
#include "engine/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  DRIVER_AUTO,  ///< JACK if a server runs, else the dummy clock
  DRIVER_JACK,  ///< JACK or an error
  DRIVER_DUMMY, ///< The dummy clock
} Driver;

typedef struct {
  Driver      driver;
  const char* client_name; ///< Asked for; JACK may change it
  const char* server_name; ///< JACK server, or null for the default
  uint32_t    rate;        ///< Of the dummy clock, frames per second
  uint32_t    period;      ///< Of the dummy clock, frames
} BackendConfig;

typedef enum {
  BACKEND_RUNNING,
  BACKEND_DOWN, ///< The server is gone; `backend_poll` tries to come back
  /// The rate is not the one that was started with, and the engine is not
  /// called any more: make one for the new rate and start again
  BACKEND_RATE_CHANGED,
} BackendState;

/// What is known of the driver
typedef struct {
  const char*  driver; ///< "jack" or "dummy"
  const char*  name;   ///< Client name that JACK gave, borrowed
  BackendState state;
  uint32_t     rate;
  uint32_t     period;
  uint64_t     xruns;
  bool         freewheeling;
  int          rt_priority; ///< SCHED_FIFO, of the calling thread; 0: ordinary
  uint64_t     midi_lost;   ///< Events that were too many for a cycle
  uint32_t     capture_latency;  ///< Frames until audio comes in
  uint32_t     midi_latency;     ///< Frames until MIDI comes in
  uint32_t     playback_latency; ///< Frames until what goes out is heard
} BackendInfo;

/// What a port of a track's own is
typedef enum {
  PORT_NONE,
  PORT_AUDIO_IN,  ///< A pair
  PORT_AUDIO_OUT, ///< A pair
  PORT_MIDI_IN,
  PORT_MIDI_OUT,
} PortKind;

/// Most bytes in the name of a port of another client
#define BACKEND_PORT_SIZE 320u

/// A port of a track's own
typedef struct {
  PortKind kind;
  char     name[32];                ///< Part of its name: "t3_out"
  char     title[128];              ///< For people
  char     peer[BACKEND_PORT_SIZE]; ///< To be connected to, or ""
} BackendPort;

/// Whether a transport of the graph leads the engine's
typedef enum {
  SYNC_NONE,
  SYNC_FOLLOW, ///< It leads
  SYNC_MASTER, ///< It leads, and is told its bars and beats
} SyncMode;

typedef struct Backend Backend;

/**
   Open a driver without starting it.

   @param config What is asked for.
   @param text Receives one sentence: the cause of a failure, or what is worth
   telling about a success ("no JACK server runs; ..."), else "".
   @param text_size Size of `text`.
   @param out Receives the backend, owned by the caller.
*/
Status
backend_open(const BackendConfig* config,
             char*                text,
             size_t               text_size,
             Backend**            out);

/**
   Start calling `engine`, or call it instead of another.

   It is borrowed until the backend is closed or `backend_poll` has found that
   the rate has changed, which it must be made for.  `text` is written only on
   failure.
*/
Status
backend_start(Backend* backend, Engine* engine, char* text, size_t text_size);

/// Connect the outputs to the first physical playback ports; `text` is written
/// only on failure
Status
backend_connect_outputs(Backend* backend, char* text, size_t text_size);

/// Whether any output is connected (always true for the dummy clock)
bool
backend_is_connected(const Backend* backend);

/**
   Look after the driver; call it at least every second.

   A lost JACK server is noticed here, the client closed, and the server tried
   again each second; ports and their connections come back with it.  Neither
   holds up the caller: a thread of the backend does it.

   @return True if the state changed since the last call.
*/
bool
backend_poll(Backend* backend);

/// The present state
BackendInfo
backend_info(const Backend* backend);

/**
   Have a port of a track's own, have another instead, or none.

   It has the name, a pair has it with `_left` and `_right`; it comes back with
   the server.

   @param number 1 to ENGINE_MAX_PORTS - 1, by which the engine knows it.
   @param port What it is to be; null for none.
   @return STATUS_IO if the server takes no more ports.
*/
Status
backend_set_port(Backend* backend, uint32_t number, const BackendPort* port);

/// Frames until what comes in at a port of a track's own comes in
uint32_t
backend_port_latency(const Backend* backend, uint32_t number);

/// Follow the transport of the graph, or no longer; STATUS_CONFLICT if another
/// client tells bars and beats already, in which case it is followed;
/// STATUS_UNSUPPORTED without a graph
Status
backend_set_sync(Backend* backend, SyncMode mode);

/// Have the transport of the graph do something; `frame` with TRANSPORT_LOCATE
Status
backend_transport(Backend* backend, TransportCommand command, uint64_t frame);

/// Tell the graph how many frames the engine is late
void
backend_set_latency(Backend* backend, uint32_t frames);

/// Called by the backend for every port that matches; see `backend_ports`
typedef void (*BackendPortFunc)(void*       handle,
                                const char* name,
                                const char* type,
                                bool        is_output);

/// List the ports of the graph
Status
backend_ports(Backend* backend, BackendPortFunc func, void* handle);

/// Connect or disconnect two ports of the graph, named in full; it is no
/// failure if they are already
Status
backend_connect(Backend* backend, const char* from, const char* to, bool on);

/// Stop calling the engine and close the driver (null is fine)
void
backend_close(Backend* backend);

// Offline: the caller is the clock

/// Receives what was rendered; false stops
typedef bool (*OfflineWriteFunc)(void*        handle,
                                 const float* left,
                                 const float* right,
                                 uint32_t     n);

/// Waits until absent pages were read; called when `engine_ready` is false
typedef void (*OfflineWaitFunc)(void* handle);

typedef struct {
  uint64_t         frames; ///< How many to render
  uint32_t         period; ///< Frames in a cycle
  OfflineWriteFunc write;
  OfflineWaitFunc  wait;
  void*            handle;
} OfflineJob;

/// Run the engine as fast as it goes; STATUS_CANCELLED if `write` said so
Status
offline_run(Engine* engine, const OfflineJob* job);

#endif // SONIC_BACKEND_BACKEND_H
