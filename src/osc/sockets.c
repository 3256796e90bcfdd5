// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/sockets.h"
#include "osc/tcp.h"
#include "osc/udp.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_BYTES (4 << 20) ///< Of the kernel, for datagrams each way
#define BACKLOG 128            ///< Connections that wait to be taken
#define PORT_TRIES 16          ///< To find one port free for UDP and TCP

// The loop's own descriptors are watched like those of others
#define NUM_OWN 3u
#define NUM_WATCHES (LIMIT_WATCHES + NUM_OWN)

/// A watched descriptor
typedef struct {
  int       fd;    ///< -1 in a free place
  uint32_t  count; ///< Rises with each use of the place
  WatchFunc func;
  void*     handle;
} Watch;

struct Sockets {
  int                   epoll_fd;
  int                   wake_fd;
  int                   udp_fd; ///< Borrowed from `udp`
  uint16_t              port;
  bool                  udp_waits; ///< Output waits for the UDP socket
  Udp*                  udp;
  Tcp*                  tcp;
  const SocketsHandler* handler; ///< Of the present round
  Traffic               traffic;
  Watch                 watches[NUM_WATCHES];
};

/// A pair of bound sockets
typedef struct {
  int udp_fd;
  int tcp_fd;
} Pair;

// Opening

/// Say why a socket can't be had
static Status
say(const SocketsConfig* const config,
    const int                  error,
    char* const                text,
    const size_t               text_size)
{
  char              buf[PEER_ADDRESS_SIZE];
  const char* const address = peer_address_format(&config->address, buf);
  const unsigned    port    = config->port;

  switch (error) {
    case EADDRINUSE:
      snprintf(text,
               text_size,
               "Port %u of %s is taken by another program",
               port,
               address);
      return STATUS_EXISTS;
    case EADDRNOTAVAIL:
      snprintf(
        text, text_size, "%s is not an address of this machine", address);
      return STATUS_NOT_FOUND;
    case EACCES:
      snprintf(text, text_size, "Port %u of %s may not be used", port, address);
      return STATUS_DENIED;
    default:
      snprintf(text,
               text_size,
               "Port %u of %s can't be opened: %s",
               port,
               address,
               strerror(error));
      return STATUS_IO;
  }
}

/// Ask for large kernel buffers, beyond the system's limit where we may
static void
set_buffers(const int fd)
{
  const int size = BUFFER_BYTES;
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size))) {
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
  }
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size))) {
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
  }
}

/// A bound socket, or -1 with `errno`
static int
open_socket(const PeerAddress* const address,
            const uint16_t           port,
            const int                type)
{
  const bool ipv4   = peer_address_is_ipv4(address);
  const int  family = ipv4 ? AF_INET : AF_INET6;
  const int  on     = 1;
  const int  off    = 0;
  const int  fd     = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    return -1;
  }

  // "::" takes IPv4 too.  A TCP port may be had again at once after a restart;
  // for UDP the same option would let two programs have one port.
  if (!ipv4) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  }
  if (type == SOCK_STREAM) {
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  } else {
    set_buffers(fd);
  }

  struct sockaddr_in6 name;
  const socklen_t     size = peer_address_write(address, port, family, &name);
  if (bind(fd, (struct sockaddr*)&name, size) ||
      (type == SOCK_STREAM && listen(fd, BACKLOG))) {
    const int error = errno;
    close(fd);
    errno = error;
    return -1;
  }
  return fd;
}

/// The port that a socket is bound to
static uint16_t
bound_port(const int fd)
{
  struct sockaddr_in6    name = {0};
  struct sockaddr* const at   = (struct sockaddr*)&name;
  socklen_t              size = sizeof(name);
  return getsockname(fd, at, &size) ? 0u : peer_port_read(at);
}

/// Both sockets on one port; returns 0 or the error
static int
open_pair(const PeerAddress* const address,
          const uint16_t           port,
          Pair* const              pair)
{
  pair->udp_fd = open_socket(address, port, SOCK_DGRAM);
  if (pair->udp_fd < 0) {
    return errno;
  }

  pair->tcp_fd = open_socket(address, bound_port(pair->udp_fd), SOCK_STREAM);
  if (pair->tcp_fd < 0) {
    const int error = errno;
    close(pair->udp_fd);
    return error;
  }
  return 0;
}

// Watching

static Status
watch(Sockets* const  sockets,
      const uint32_t  place,
      const int       fd,
      const uint32_t  events,
      const WatchFunc func,
      void* const     handle)
{
  Watch* const       w     = &sockets->watches[place];
  const uint64_t     count = w->count + 1u;
  struct epoll_event event = {events, {.u64 = count << 32u | place}};
  if (epoll_ctl(sockets->epoll_fd, EPOLL_CTL_ADD, fd, &event)) {
    return STATUS_IO;
  }

  *w = (Watch){fd, (uint32_t)count, func, handle};
  return STATUS_OK;
}

Status
sockets_watch(Sockets* const  sockets,
              const int       fd,
              const uint32_t  events,
              const WatchFunc func,
              void* const     handle)
{
  for (uint32_t i = NUM_OWN; i < NUM_WATCHES; ++i) {
    if (sockets->watches[i].fd < 0) {
      return watch(sockets, i, fd, events, func, handle);
    }
  }
  return STATUS_TOO_LARGE;
}

void
sockets_unwatch(Sockets* const sockets, const int fd)
{
  for (uint32_t i = NUM_OWN; i < NUM_WATCHES; ++i) {
    if (sockets->watches[i].fd == fd) {
      epoll_ctl(sockets->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
      sockets->watches[i].fd = -1;
    }
  }
}

void
sockets_wake(Sockets* const sockets)
{
  // It can fail only if it is so full that the wait ends anyway
  const uint64_t one = 1;
  const ssize_t  n   = write(sockets->wake_fd, &one, sizeof(one));
  (void)n;
}

static void
on_wake(void* const handle, const int fd, const uint32_t events)
{
  (void)handle;
  (void)events;
  uint64_t      num_wakes = 0;
  const ssize_t n         = read(fd, &num_wakes, sizeof(num_wakes));
  (void)n;
}

static void
on_udp(void* const handle, const int fd, const uint32_t events)
{
  (void)fd;
  const Sockets* const sockets = handle;
  if (events & (EPOLLIN | EPOLLERR)) {
    udp_receive(
      sockets->udp, sockets->handler->packet, sockets->handler->handle);
  }
}

static void
on_tcp(void* const handle, const int fd, const uint32_t events)
{
  (void)fd;
  (void)events;
  const Sockets* const        sockets = handle;
  const SocketsHandler* const handler = sockets->handler;
  tcp_poll(sockets->tcp, handler->packet, handler->gone, handler->handle);
}

// Life

/// Put the loop together around a pair of sockets, which moves here
static Status
assemble(Sockets* const sockets, const Pair pair, const AllowList* const allow)
{
  sockets->port     = bound_port(pair.udp_fd);
  sockets->udp_fd   = pair.udp_fd;
  sockets->udp      = udp_new(pair.udp_fd, allow, &sockets->traffic);
  sockets->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  sockets->wake_fd  = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

  const Status status =
    tcp_new(pair.tcp_fd, allow, &sockets->traffic, &sockets->tcp);
  if (status || !sockets->udp) {
    return status ? status : STATUS_NO_MEMORY;
  }

  if (sockets->epoll_fd < 0 || sockets->wake_fd < 0 ||
      watch(sockets, 0, sockets->wake_fd, EPOLLIN, on_wake, sockets) ||
      watch(sockets, 1, sockets->udp_fd, EPOLLIN, on_udp, sockets) ||
      watch(sockets, 2, tcp_fd(sockets->tcp), EPOLLIN, on_tcp, sockets)) {
    return STATUS_IO;
  }
  return STATUS_OK;
}

Status
sockets_new(const SocketsConfig* const config,
            char* const                text,
            const size_t               text_size,
            Sockets** const            out)
{
  Pair pair  = {-1, -1};
  int  error = open_pair(&config->address, config->port, &pair);
  for (int i = 1; i < PORT_TRIES && error == EADDRINUSE && !config->port; ++i) {
    error = open_pair(&config->address, 0, &pair);
  }
  if (error) {
    return say(config, error, text, text_size);
  }

  Sockets* const sockets = calloc(1, sizeof(Sockets));
  if (!sockets) {
    close(pair.udp_fd);
    close(pair.tcp_fd);
    snprintf(text, text_size, "%s", status_text(STATUS_NO_MEMORY));
    return STATUS_NO_MEMORY;
  }

  for (uint32_t i = 0; i < NUM_WATCHES; ++i) {
    sockets->watches[i].fd = -1;
  }

  const Status status = assemble(sockets, pair, config->allow);
  if (status) {
    snprintf(
      text, text_size, "The network can't be served: %s", status_text(status));
    sockets_free(sockets);
    return status;
  }

  *out = sockets;
  return STATUS_OK;
}

void
sockets_free(Sockets* const sockets)
{
  if (!sockets) {
    return;
  }

  udp_free(sockets->udp);
  tcp_free(sockets->tcp);
  if (sockets->epoll_fd >= 0) {
    close(sockets->epoll_fd);
  }
  if (sockets->wake_fd >= 0) {
    close(sockets->wake_fd);
  }
  free(sockets);
}

uint16_t
sockets_port(const Sockets* const sockets)
{
  return sockets->port;
}

Traffic*
sockets_traffic(Sockets* const sockets)
{
  // The kernel counts what it dropped since the socket was made
  uint32_t  info[SK_MEMINFO_VARS] = {0};
  socklen_t size                  = sizeof(info);
  if (!getsockopt(sockets->udp_fd, SOL_SOCKET, SO_MEMINFO, info, &size)) {
    sockets->traffic.overrun = info[SK_MEMINFO_DROPS];
  }
  return &sockets->traffic;
}

// Running

Status
sockets_send(Sockets* const    sockets,
             const Peer* const peer,
             const void* const data,
             const uint32_t    size)
{
  switch (peer->type) {
    case PEER_UDP:
      return udp_send(sockets->udp, peer, data, size);
    case PEER_TCP:
      return tcp_send(sockets->tcp, peer, data, size);
    default:
      return STATUS_UNSUPPORTED;
  }
}

void
sockets_flush(Sockets* const sockets)
{
  udp_flush(sockets->udp);
  tcp_flush(sockets->tcp);

  const bool waits = udp_waits(sockets->udp);
  if (waits != sockets->udp_waits) {
    const uint64_t     count = sockets->watches[1].count;
    struct epoll_event event = {EPOLLIN | (waits ? EPOLLOUT : 0u),
                                {.u64 = count << 32u | 1u}};
    epoll_ctl(sockets->epoll_fd, EPOLL_CTL_MOD, sockets->udp_fd, &event);
    sockets->udp_waits = waits;
  }
}

void
sockets_poll(Sockets* const              sockets,
             const int                   timeout_ms,
             const SocketsHandler* const handler)
{
  const bool         hurry = tcp_has_gone(sockets->tcp);
  struct epoll_event events[NUM_WATCHES];
  sockets->handler = handler;

  const int n =
    epoll_wait(sockets->epoll_fd, events, NUM_WATCHES, hurry ? 0 : timeout_ms);
  if (hurry) {
    on_tcp(sockets, -1, 0);
  }

  for (int i = 0; i < n; ++i) {
    // One that was unwatched meanwhile has nobody to be told
    const Watch* const w = &sockets->watches[(uint32_t)events[i].data.u64];
    if (w->fd >= 0 && w->count == events[i].data.u64 >> 32u) {
      w->func(w->handle, w->fd, events[i].events);
    }
  }
  sockets_flush(sockets);
}
