// SPDX-License-Identifier: GPL-3.0-or-later
//
// A small OSC client for tests
//
// liblo makes and reads the messages, the sockets are plain.  Whatever arrives
// is kept in order until it is taken; waiting for one message leaves the
// others where they are.

#ifndef SONIC_SUPPORT_OSC_CLIENT_H
#define SONIC_SUPPORT_OSC_CLIENT_H

#include "support/osc_message.h"

#include <lo/lo.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  OSC_UDP,
  OSC_SLIP,   ///< TCP, packets between 0xC0
  OSC_PREFIX, ///< TCP, packets after their length
} OscTransport;

typedef struct OscClient OscClient;

/// Decides whether a message is the one that is waited for
typedef bool (*OscMatch)(const OscReceived* received, void* handle);

/// A client of the server at `port` on the loopback interface; null if TCP
/// cannot connect
OscClient*
osc_client_new(OscTransport transport, uint16_t port);

/// Disconnect and drop what was not taken (null is fine)
void
osc_client_free(OscClient* client);

/// Port that the client sends from
uint16_t
osc_client_port(const OscClient* client);

/// Send a message; the values follow as with lo_send, except that nothing
/// needs to end them
bool
osc_client_send(OscClient* client, const char* path, const char* types, ...);

/// Send a message or a bundle made with liblo, which stay the caller's
bool
osc_client_send_message(OscClient*  client,
                        const char* path,
                        lo_message  message);
bool
osc_client_send_bundle(OscClient* client, lo_bundle bundle);

/// Send bytes as one packet, or (`framed` false, TCP) just as they are
bool
osc_client_send_raw(OscClient*  client,
                    const void* data,
                    size_t      size,
                    bool        framed);

/**
   Wait for a message that matches and take it.

   @return The message, valid until the next wait or until the client is freed;
   null when the time is over or the server has closed the connection.
*/
const OscReceived*
osc_client_wait(OscClient* client,
                OscMatch   match,
                void*      handle,
                int        timeout_ms);

/// The same for the first message to `path`, or any if `path` is null
const OscReceived*
osc_client_wait_path(OscClient* client, const char* path, int timeout_ms);

/// Wait for what answers a command to `path`: the address itself, or `/reply`
/// or `/error` naming it
const OscReceived*
osc_client_wait_answer(OscClient* client, const char* path, int timeout_ms);

/// Take in what has arrived within `timeout_ms`; the number of messages kept
size_t
osc_client_collect(OscClient* client, int timeout_ms);

/// A message that is kept, oldest first
const OscReceived*
osc_client_kept(const OscClient* client, size_t index);

/// Forget all that is kept
void
osc_client_drop(OscClient* client);

/// Whether the server has closed the connection (TCP)
bool
osc_client_closed(const OscClient* client);

#endif // SONIC_SUPPORT_OSC_CLIENT_H
