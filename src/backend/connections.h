// SPDX-License-Identifier: GPL-3.0-or-later
//
// Connections of our ports, remembered by name
//
// While the server lives, the list follows what it tells.  When it is gone the
// list is kept, and each connection is `lost` until it could be made again.
// Any thread but the process thread may call these functions.

#ifndef SONIC_BACKEND_CONNECTIONS_H
#define SONIC_BACKEND_CONNECTIONS_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One of our ports and another
typedef struct {
  uint32_t port; ///< Number of our port
  char*    peer; ///< Full name of the other, owned
  bool     lost; ///< To be made again
} Connection;

typedef struct {
  pthread_mutex_t lock;
  Connection*     items; ///< Owned
  size_t          num;
  size_t          max;
  bool            frozen; ///< The server is gone: what it breaks is kept
} Connections;

/// Prepare an empty list
void
connections_init(Connections* list);

/// Release what the list holds
void
connections_clear(Connections* list);

/// The server has connected or disconnected a port of ours
void
connections_set(Connections* list, uint32_t port, const char* peer, bool on);

/// A port of ours is to be connected to a peer once that is there
void
connections_want(Connections* list, uint32_t port, const char* peer);

/// Forget the connections of a port of ours
void
connections_drop(Connections* list, uint32_t port);

/// The server is gone: keep what there is, to be made again
void
connections_freeze(Connections* list);

/// A server is there: follow what it tells
void
connections_thaw(Connections* list);

/**
   Step through the lost connections.

   @param list List to look at.
   @param position Starts at 0, moves on with each call.
   @param port Receives the number of our port.
   @param peer Receives the other's name, cut to `size`.
   @return False if there are no more.
*/
bool
connections_next_lost(Connections* list,
                      size_t*      position,
                      uint32_t*    port,
                      char*        peer,
                      size_t       size);

/// Whether a port of ours is connected
bool
connections_has(Connections* list, uint32_t port);

#endif // SONIC_BACKEND_CONNECTIONS_H
