// SPDX-License-Identifier: GPL-3.0-or-later
//
// The OSC server: the control thread's loop
//
// Waits for packets, for what other threads have for the services, and for what
// is due, and deals with each.  One thread calls everything but the wake.

#ifndef SONIC_OSC_SERVER_H
#define SONIC_OSC_SERVER_H

#include "base/status.h"
#include "services/services.h"

#include <stddef.h>
#include <stdint.h>

typedef struct OscServer OscServer;

typedef struct {
  const char*        bind;      ///< Address to listen on; null: 127.0.0.1
  uint16_t           port;      ///< UDP and TCP; 0: any that is free
  const char* const* allow;     ///< Networks that are served
  uint32_t           num_allow; ///< 0: the bound interface's own
} OscServerConfig;

/**
   Open the sockets and serve the schema.

   @param services What is steered, borrowed; outlives the server.
   @param config Settings, borrowed for the call.
   @param text Receives one sentence on failure.
   @param text_size Size of `text`.
   @param out Receives the server, owned.
*/
Status
osc_server_new(Services*              services,
               const OscServerConfig* config,
               char*                  text,
               size_t                 text_size,
               OscServer**            out);

/// Close everything (null is fine)
void
osc_server_free(OscServer* server);

/// Where the server is reached ("osc.udp://127.0.0.1:7770/")
const char*
osc_server_url(const OscServer* server);

/// The port that is served
uint16_t
osc_server_port(const OscServer* server);

/// Wait up to `timeout_ms` for something to do, and do it
void
osc_server_run_once(OscServer* server, int timeout_ms);

// Function for any thread, also from within a signal handler

/// End the wait of the present or the next run
void
osc_server_wake(OscServer* server);

#endif // SONIC_OSC_SERVER_H
