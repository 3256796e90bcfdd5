// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/allow.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Status
add(AllowList* const         list,
    const PeerAddress* const address,
    const uint32_t           num_bits)
{
  if (allow_has(list, address) && num_bits == 128u) {
    return STATUS_OK;
  }

  if (list->num_networks == LIMIT_ALLOWED) {
    return STATUS_TOO_LARGE;
  }

  list->networks[list->num_networks++] = (AllowNetwork){*address, num_bits};
  return STATUS_OK;
}

Status
allow_add(AllowList* const list, const char* const cidr)
{
  char              text[PEER_ADDRESS_SIZE];
  const char* const slash  = strchr(cidr, '/');
  const size_t      length = slash ? (size_t)(slash - cidr) : strlen(cidr);
  PeerAddress       address;
  if (length >= sizeof(text)) {
    return STATUS_BAD_ARGUMENT;
  }

  memcpy(text, cidr, length);
  text[length] = 0;
  if (!peer_address_parse(text, &address)) {
    return STATUS_BAD_ARGUMENT;
  }

  // The scope is an interface's number on this machine, no part of a network
  const uint32_t skipped = peer_address_is_ipv4(&address) ? 96u : 0u;
  const uint32_t most    = 128u - skipped;
  address.scope          = 0;
  if (!slash) {
    return add(list, &address, 128u);
  }

  char*               end  = NULL;
  const unsigned long bits = strtoul(slash + 1, &end, 10);
  const bool          good = slash[1] >= '0' && slash[1] <= '9' && !*end;
  if (!good || bits > most) {
    return STATUS_BAD_ARGUMENT;
  }
  return add(list, &address, skipped + (uint32_t)bits);
}

/// Number of leading one bits of a netmask, as bits of an IPv6 address
static uint32_t
count_mask_bits(const struct sockaddr* const netmask)
{
  PeerAddress mask;
  if (!netmask || !peer_address_read(netmask, &mask)) {
    return 128u;
  }

  uint32_t bits = netmask->sa_family == AF_INET ? 96u : 0u;
  while (bits < 128u && (mask.bytes[bits / 8u] & (0x80u >> bits % 8u))) {
    ++bits;
  }
  return bits;
}

/// Add the addresses of interfaces, or the networks they are in; only those
/// equal to `wanted` unless it is null.  What a full list can't take is left
/// out: a machine with hundreds of addresses still gets its server.
static Status
add_interfaces(AllowList* const         list,
               const PeerAddress* const wanted,
               const bool               networks)
{
  struct ifaddrs* interfaces = NULL;
  if (getifaddrs(&interfaces)) {
    return STATUS_IO;
  }

  Status status = STATUS_OK;
  for (struct ifaddrs* i = interfaces; i && !status; i = i->ifa_next) {
    PeerAddress address;
    if (!i->ifa_addr || !peer_address_read(i->ifa_addr, &address) ||
        (wanted && memcmp(wanted->bytes, address.bytes, 16u))) {
      continue;
    }

    address.scope = 0;
    status =
      add(list, &address, networks ? count_mask_bits(i->ifa_netmask) : 128u);
  }

  freeifaddrs(interfaces);
  return STATUS_OK;
}

Status
allow_add_this_machine(AllowList* const list)
{
  const Status status = allow_add(list, "127.0.0.0/8");
  return status ? status : add_interfaces(list, NULL, false);
}

Status
allow_add_subnets(AllowList* const list, const PeerAddress* const address)
{
  const bool any = peer_address_is_any(address);
  return add_interfaces(list, any ? NULL : address, true);
}

Status
allow_make(AllowList* const         list,
           const PeerAddress* const bind,
           const char* const* const cidrs,
           const uint32_t           num_cidrs,
           char* const              text,
           const size_t             text_size)
{
  // The user's networks get half of the list at most, so that the rest fits
  list->num_networks = 0;
  Status status      = allow_add(list, "127.0.0.0/8");
  for (uint32_t i = 0; i < num_cidrs && !status; ++i) {
    const bool room = i < LIMIT_ALLOWED / 2u;
    status          = room ? allow_add(list, cidrs[i]) : STATUS_TOO_LARGE;
    if (status) {
      snprintf(text,
               text_size,
               room ? "'%s' is not a network like 192.168.1.0/24"
                    : "'%s' is one network too many to allow",
               cidrs[i]);
      return status;
    }
  }

  if (!num_cidrs && !peer_address_is_loopback(bind)) {
    status = allow_add_subnets(list, bind);
  }
  if (!status) {
    status = add_interfaces(list, NULL, false);
  }
  if (status) {
    snprintf(text, text_size, "The network interfaces can't be listed");
  }
  return status;
}

static bool
network_has(const AllowNetwork* const network, const PeerAddress* const address)
{
  const uint32_t whole = network->num_bits / 8u;
  const uint32_t rest  = network->num_bits % 8u;
  if (memcmp(network->address.bytes, address->bytes, whole)) {
    return false;
  }

  const unsigned mask = 0xff00u >> rest & 0xffu;
  return !rest ||
         !((network->address.bytes[whole] ^ address->bytes[whole]) & mask);
}

bool
allow_has(const AllowList* const list, const PeerAddress* const address)
{
  for (uint32_t i = 0; i < list->num_networks; ++i) {
    if (network_has(&list->networks[i], address)) {
      return true;
    }
  }
  return false;
}
