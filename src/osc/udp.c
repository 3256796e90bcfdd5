// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/udp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define BATCH 64u

// Receive buffers lie a page and some cache lines apart from a multiple of
// their size, else the heads of all of them would share one cache set.
#define STRIDE (LIMIT_PACKET_BYTES + 4096u + 192u)

/// Most bytes in a datagram over IPv4
#define DATAGRAM_MAX 65507u

/// Datagrams to be received in one call
typedef struct {
  struct mmsghdr      heads[BATCH];
  struct iovec        parts[BATCH];
  struct sockaddr_in6 names[BATCH];
  uint8_t             bytes[BATCH][STRIDE];
} Inbox;

/// Datagrams to be sent in one call, those from `first` to `end`
typedef struct {
  uint32_t            first;
  uint32_t            end;
  uint32_t            used; ///< Of `bytes`, by those up to `end`
  struct mmsghdr      heads[LIMIT_UDP_OUTPUT_PACKETS];
  struct iovec        parts[LIMIT_UDP_OUTPUT_PACKETS];
  struct sockaddr_in6 names[LIMIT_UDP_OUTPUT_PACKETS];
  uint8_t             bytes[LIMIT_UDP_OUTPUT_BYTES];
} Outbox;

struct Udp {
  int              fd;
  int              family;
  PeerAddress      address; ///< We are bound to
  uint16_t         port;    ///< Likewise
  const AllowList* allow;
  Traffic*         traffic;
  AllowList        ours; ///< Addresses of this machine
  Peer friend;           ///< The last peer that was allowed
  Inbox  in;
  Outbox out;
};

static void
init_head(struct mmsghdr* const      head,
          struct iovec* const        part,
          struct sockaddr_in6* const name)
{
  head->msg_hdr.msg_iov     = part;
  head->msg_hdr.msg_iovlen  = 1;
  head->msg_hdr.msg_name    = name;
  head->msg_hdr.msg_namelen = sizeof(*name);
}

Udp*
udp_new(const int fd, const AllowList* const allow, Traffic* const traffic)
{
  Udp* const udp = calloc(1, sizeof(Udp));
  if (!udp) {
    close(fd);
    return NULL;
  }

  struct sockaddr_in6    bound      = {0};
  struct sockaddr* const bound_to   = (struct sockaddr*)&bound;
  socklen_t              bound_size = sizeof(bound);
  getsockname(fd, bound_to, &bound_size);

  udp->fd      = fd;
  udp->family  = bound_to->sa_family;
  udp->port    = peer_port_read(bound_to);
  udp->allow   = allow;
  udp->traffic = traffic;
  if (!peer_address_read(bound_to, &udp->address) ||
      allow_add_this_machine(&udp->ours)) {
    udp_free(udp);
    return NULL;
  }

  for (uint32_t i = 0; i < BATCH; ++i) {
    init_head(&udp->in.heads[i], &udp->in.parts[i], &udp->in.names[i]);
    udp->in.parts[i] = (struct iovec){udp->in.bytes[i], LIMIT_PACKET_BYTES};
  }
  for (uint32_t i = 0; i < LIMIT_UDP_OUTPUT_PACKETS; ++i) {
    init_head(&udp->out.heads[i], &udp->out.parts[i], &udp->out.names[i]);
  }
  return udp;
}

void
udp_free(Udp* const udp)
{
  if (udp) {
    close(udp->fd);
    free(udp);
  }
}

/// Whether a peer is this very socket: answering it would never end
static bool
is_ourselves(const Udp* const udp, const Peer* const peer)
{
  if (peer->port != udp->port) {
    return false;
  }

  // A packet to the "any" address comes back to this machine
  if (peer_address_is_any(&peer->address)) {
    return true;
  }

  return peer_address_is_any(&udp->address)
           ? allow_has(&udp->ours, &peer->address)
           : !memcmp(udp->address.bytes, peer->address.bytes, 16u);
}

/// Whether a datagram from `peer` is to be read
static bool
is_welcome(Udp* const udp, const Peer* const peer)
{
  if (peer_equal(peer, &udp->friend)) {
    return true;
  }

  if (!peer->port || !allow_has(udp->allow, &peer->address)) {
    ++udp->traffic->not_allowed;
    return false;
  }

  if (is_ourselves(udp, peer)) {
    ++udp->traffic->from_ourselves;
    return false;
  }

  udp->friend = *peer;
  return true;
}

/// Look at a received datagram and hand it on
static void
take(Udp* const       udp,
     const uint32_t   index,
     const PacketFunc func,
     void* const      handle)
{
  const struct sockaddr* const from = (struct sockaddr*)&udp->in.names[index];
  const uint32_t               size = udp->in.heads[index].msg_len;
  Peer                         peer = {.type = PEER_UDP};
  if (!peer_address_read(from, &peer.address)) {
    return;
  }

  peer.port = peer_port_read(from);
  if (!is_welcome(udp, &peer)) {
    return;
  }

  if (!size) {
    ++udp->traffic->malformed;
    return;
  }

  ++udp->traffic->received;
  udp->traffic->received_bytes += size;
  func(handle, &peer, udp->in.bytes[index], size);
}

uint32_t
udp_receive(Udp* const udp, const PacketFunc func, void* const handle)
{
  int n = 0;
  do {
    n = recvmmsg(udp->fd, udp->in.heads, BATCH, MSG_DONTWAIT, NULL);
  } while (n < 0 && errno == EINTR);

  for (int i = 0; i < n; ++i) {
    take(udp, (uint32_t)i, func, handle);
    udp->in.heads[i].msg_hdr.msg_namelen = sizeof(udp->in.names[i]);
  }
  return n > 0 ? (uint32_t)n : 0u;
}

/// Move what waits to the front of the queue
static void
compact(Outbox* const out)
{
  const uint32_t left = out->end - out->first;
  if (!left) {
    out->first = out->end = out->used = 0;
    return;
  }

  uint8_t* const start = out->parts[out->first].iov_base;
  const size_t   gone  = (size_t)(start - out->bytes);
  memmove(out->bytes, start, out->used - gone);
  for (uint32_t i = 0; i < left; ++i) {
    const struct iovec* const part = &out->parts[out->first + i];
    const socklen_t size = out->heads[out->first + i].msg_hdr.msg_namelen;

    out->parts[i].iov_base            = (uint8_t*)part->iov_base - gone;
    out->parts[i].iov_len             = part->iov_len;
    out->names[i]                     = out->names[out->first + i];
    out->heads[i].msg_hdr.msg_namelen = size;
  }
  out->first = 0;
  out->end   = left;
  out->used -= (uint32_t)gone;
}

static bool
has_room(const Outbox* const out, const uint32_t size)
{
  return out->end < LIMIT_UDP_OUTPUT_PACKETS &&
         size <= LIMIT_UDP_OUTPUT_BYTES - out->used;
}

static Status
refuse(Udp* const udp, const Status status)
{
  ++udp->traffic->unsent;
  return status;
}

Status
udp_send(Udp* const        udp,
         const Peer* const peer,
         const void* const data,
         const uint32_t    size)
{
  Outbox* const out = &udp->out;
  if (is_ourselves(udp, peer)) {
    return refuse(udp, STATUS_DENIED);
  }

  if (size > DATAGRAM_MAX) {
    return refuse(udp, STATUS_TOO_LARGE);
  }

  if (udp->family == AF_INET && !peer_address_is_ipv4(&peer->address)) {
    return refuse(udp, STATUS_UNSUPPORTED);
  }

  if (!has_room(out, size)) {
    udp_flush(udp);
    compact(out);
    if (!has_room(out, size)) {
      return refuse(udp, STATUS_BUSY);
    }
  }

  const uint32_t i = out->end++;
  memcpy(out->bytes + out->used, data, size);
  out->parts[i] = (struct iovec){out->bytes + out->used, size};
  out->used += size;
  out->heads[i].msg_hdr.msg_namelen =
    peer_address_write(&peer->address, peer->port, udp->family, &out->names[i]);
  return STATUS_OK;
}

/// Count `n` datagrams as sent
static void
count_sent(Udp* const udp, const uint32_t n)
{
  for (uint32_t i = 0; i < n; ++i) {
    udp->traffic->sent_bytes += udp->out.parts[udp->out.first + i].iov_len;
  }
  udp->traffic->sent += n;
  udp->out.first += n;
}

void
udp_flush(Udp* const udp)
{
  Outbox* const out = &udp->out;
  while (out->first < out->end) {
    const int n = sendmmsg(udp->fd,
                           out->heads + out->first,
                           out->end - out->first,
                           MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n > 0) {
      count_sent(udp, (uint32_t)n);
      continue;
    }

    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    }

    // What can't be sent (no route, too large for it) is not tried again
    if (errno != EINTR) {
      ++out->first;
      ++udp->traffic->unsent;
    }
  }
  compact(out);
}

bool
udp_waits(const Udp* const udp)
{
  return udp->out.first < udp->out.end;
}
