// SPDX-License-Identifier: GPL-3.0-or-later
//
// A network between clients and the program that may be bad
//
// UDP packets to the relay's port go on to the program, and what it answers
// goes back.  A function looks at each packet and may drop it.

#ifndef SONIC_SUPPORT_RELAY_H
#define SONIC_SUPPORT_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Relay Relay;

/// Whether a packet goes on; called in the relay's thread
typedef bool (*RelayFunc)(void*       handle,
                          bool        to_program,
                          const void* packet,
                          size_t      size);

/// Start a relay to the program at `port` on the loopback interface
Relay*
relay_new(uint16_t port, RelayFunc func, void* handle);

/// Port to send to
uint16_t
relay_port(const Relay* relay);

/// Stop (null is fine)
void
relay_free(Relay* relay);

#endif // SONIC_SUPPORT_RELAY_H
