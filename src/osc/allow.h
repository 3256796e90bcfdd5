// SPDX-License-Identifier: GPL-3.0-or-later
//
// Who may talk to us
//
// A list of networks.  What comes from elsewhere is dropped before it is looked
// at, so nothing can be reflected.  This machine itself is always allowed.

#ifndef SONIC_OSC_ALLOW_H
#define SONIC_OSC_ALLOW_H

#include "base/rt.h"
#include "base/status.h"
#include "osc/limits.h"
#include "osc/peer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Addresses whose first `num_bits` are those of `address`
typedef struct {
  PeerAddress address;
  uint32_t    num_bits;
} AllowNetwork;

/// Networks; empty when zeroed, and then allows nobody
typedef struct {
  AllowNetwork networks[LIMIT_ALLOWED];
  uint32_t     num_networks;
} AllowList;

/// Add a network like "192.168.1.0/24" or "10.0.0.5"; STATUS_BAD_ARGUMENT if
/// it is not one, STATUS_TOO_LARGE if the list is full
SONIC_CHECKED Status
allow_add(AllowList* list, const char* cidr);

/// Add this machine: loopback and the addresses of its interfaces
SONIC_CHECKED Status
allow_add_this_machine(AllowList* list);

/// Add the networks of the interface that has `address`, or of all interfaces
/// if it is the "any" address
SONIC_CHECKED Status
allow_add_subnets(AllowList* list, const PeerAddress* address);

/**
   Make the list for a server.

   @param list Set up here.
   @param bind Address the server is bound to.
   @param cidrs Networks to allow, or none for the default: the networks of the
   interface that has the bound address.
   @param num_cidrs Number of `cidrs`.
   @param text Receives a sentence on failure.
   @param text_size Size of `text`.
*/
SONIC_CHECKED Status
allow_make(AllowList*         list,
           const PeerAddress* bind,
           const char* const* cidrs,
           uint32_t           num_cidrs,
           char*              text,
           size_t             text_size);

/// Whether an address is in one of the networks
bool
allow_has(const AllowList* list, const PeerAddress* address);

#endif // SONIC_OSC_ALLOW_H
