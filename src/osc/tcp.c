// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/tcp.h"
#include "osc/framing.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

// A connection that ends, for whatever reason, is only marked: its descriptor
// is closed at once, but its memory stays until `tcp_poll` has told that it is
// gone.  So nothing that is under way can lose its ground.

// One round takes a little from a few connections, so that a flood does not
// keep the thread from all else; the kernel lets the others have their turn.
#define NUM_EVENTS 4u          ///< Connections served at a time
#define ACCEPTS_MAX 256u       ///< Connections taken at a time
#define INPUT_BYTES 16384u     ///< Taken from one connection at a time
#define OUTPUT_BYTES_MIN 4096u ///< First size of a queue

typedef struct {
  int      fd;      ///< -1 once closed
  Peer     peer;    ///<
  bool     ending;  ///< Nothing more comes; closes once all is sent
  bool     blocked; ///< Output waits for the socket
  uint8_t* out;     ///< Queue, owned
  uint32_t out_size;
  uint32_t out_first; ///< Bytes from here ...
  uint32_t out_end;   ///< ... to here are to be sent
  Framing  in;
} Connection;

struct Tcp {
  int              fd;       ///< The listener
  int              epoll_fd; ///< Watches it and all connections
  int              spare_fd; ///< Given up to accept when none are left, or -1
  const AllowList* allow;
  Traffic*         traffic;
  uint32_t         num_taken; ///< Connections since the start
  uint32_t         num_gone;  ///< Connections to be reported
  Connection*      connections[LIMIT_TCP_CLIENTS]; ///< Owned, or null
  uint8_t          input[INPUT_BYTES];
};

// An event carries the connection's number, of which the lower part is the
// place in the table; the listener's is 0.

static Connection*
find(const Tcp* const tcp, const uint32_t number)
{
  Connection* const c = tcp->connections[number % LIMIT_TCP_CLIENTS];
  return c && c->peer.connection == number && c->fd >= 0 ? c : NULL;
}

static int
watch(const Tcp* const tcp,
      const int        operation,
      const int        fd,
      const uint32_t   number,
      const uint32_t   events)
{
  struct epoll_event event = {.events = events, .data = {.u32 = number}};
  return epoll_ctl(tcp->epoll_fd, operation, fd, &event);
}

static int
open_spare(void)
{
  return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

Status
tcp_new(const int              fd,
        const AllowList* const allow,
        Traffic* const         traffic,
        Tcp** const            out)
{
  Tcp* const tcp = calloc(1, sizeof(Tcp));
  if (!tcp) {
    close(fd);
    return STATUS_NO_MEMORY;
  }

  tcp->fd       = fd;
  tcp->allow    = allow;
  tcp->traffic  = traffic;
  tcp->spare_fd = open_spare();
  tcp->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (tcp->spare_fd < 0 || tcp->epoll_fd < 0 ||
      watch(tcp, EPOLL_CTL_ADD, fd, 0, EPOLLIN | EPOLLET)) {
    tcp_free(tcp);
    return STATUS_IO;
  }

  *out = tcp;
  return STATUS_OK;
}

/// Close a connection; `tcp_poll` reports and releases it
static void
shut(Tcp* const tcp, Connection* const c)
{
  if (c->fd >= 0) {
    close(c->fd);
    c->fd = -1;
    ++tcp->num_gone;
    --tcp->traffic->connections;
  }
}

static void
connection_free(Connection* const c)
{
  free(c->out);
  free(c);
}

void
tcp_free(Tcp* const tcp)
{
  if (!tcp) {
    return;
  }

  for (uint32_t i = 0; i < LIMIT_TCP_CLIENTS; ++i) {
    if (tcp->connections[i]) {
      shut(tcp, tcp->connections[i]);
      connection_free(tcp->connections[i]);
    }
  }

  close(tcp->fd);
  if (tcp->epoll_fd >= 0) {
    close(tcp->epoll_fd);
  }
  if (tcp->spare_fd >= 0) {
    close(tcp->spare_fd);
  }
  free(tcp);
}

int
tcp_fd(const Tcp* const tcp)
{
  return tcp->epoll_fd;
}

bool
tcp_has_gone(const Tcp* const tcp)
{
  return tcp->num_gone;
}

/// Report and release what has closed
static void
report_gone(Tcp* const tcp, const GoneFunc gone, void* const handle)
{
  for (uint32_t i = 0; tcp->num_gone && i < LIMIT_TCP_CLIENTS; ++i) {
    Connection* const c = tcp->connections[i];
    if (c && c->fd < 0) {
      const Peer peer     = c->peer;
      tcp->connections[i] = NULL;
      --tcp->num_gone;
      connection_free(c);
      gone(handle, &peer);
    }
  }
}

// Output

/// Send what is queued; closes what is broken or has nothing more to do
static void
send_queue(Tcp* const tcp, Connection* const c)
{
  while (c->out_first < c->out_end) {
    const ssize_t n = send(c->fd,
                           c->out + c->out_first,
                           c->out_end - c->out_first,
                           MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n >= 0) {
      c->out_first += (uint32_t)n;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      break;
    } else if (errno != EINTR) {
      shut(tcp, c);
      return;
    }
  }

  const bool blocked = c->out_first < c->out_end;
  if (!blocked) {
    c->out_first = c->out_end = 0;
    if (c->ending) {
      shut(tcp, c);
      return;
    }
  }

  if (blocked != c->blocked) {
    c->blocked = blocked;
    watch(tcp,
          EPOLL_CTL_MOD,
          c->fd,
          c->peer.connection,
          (c->ending ? 0u : EPOLLIN) | (blocked ? EPOLLOUT : 0u));
  }
}

void
tcp_flush(Tcp* const tcp)
{
  for (uint32_t i = 0; i < LIMIT_TCP_CLIENTS; ++i) {
    Connection* const c = tcp->connections[i];
    if (c && c->fd >= 0 && !c->blocked && (c->out_end || c->ending)) {
      send_queue(tcp, c);
    }
  }
}

/// Make room for `size` more bytes
static Status
make_room(Connection* const c, const uint32_t size)
{
  const uint32_t waiting = c->out_end - c->out_first;
  if (size > LIMIT_TCP_OUTPUT_BYTES - waiting) {
    return STATUS_BUSY;
  }

  if (size > c->out_size - c->out_end && c->out_first) {
    memmove(c->out, c->out + c->out_first, waiting);
    c->out_first = 0;
    c->out_end   = waiting;
  }

  uint32_t wanted = c->out_size ? c->out_size : OUTPUT_BYTES_MIN;
  while (wanted < waiting + size) {
    wanted *= 2u;
  }

  if (wanted > c->out_size) {
    uint8_t* const out = realloc(c->out, wanted);
    if (!out) {
      return STATUS_NO_MEMORY;
    }
    c->out      = out;
    c->out_size = wanted;
  }
  return STATUS_OK;
}

Status
tcp_send(Tcp* const        tcp,
         const Peer* const peer,
         const void* const data,
         const uint32_t    size)
{
  Connection* const c = find(tcp, peer->connection);
  if (!c || !peer->connection) {
    ++tcp->traffic->unsent;
    return STATUS_NOT_FOUND;
  }

  const Status status = make_room(c, framing_size_max(c->in.type, size));
  if (status) {
    ++tcp->traffic->overflowed;
    ++tcp->traffic->unsent;
    shut(tcp, c);
    return status;
  }

  c->out_end += framing_write(c->in.type, data, size, c->out + c->out_end);
  ++tcp->traffic->sent;
  tcp->traffic->sent_bytes += size;
  return STATUS_OK;
}

// Input

/// Hand on the packets in `size` bytes of a connection's stream
static void
read_packets(Tcp* const        tcp,
             Connection* const c,
             size_t            size,
             const PacketFunc  func,
             void* const       handle)
{
  const uint8_t* data        = tcp->input;
  const uint8_t* packet      = NULL;
  uint32_t       packet_size = 0;
  Status         status      = STATUS_OK;

  // A packet's answer may have closed the connection
  while (c->fd >= 0 && !status) {
    status = framing_read(&c->in, &data, &size, &packet, &packet_size);
    if (!status) {
      ++tcp->traffic->received;
      tcp->traffic->received_bytes += packet_size;
      func(handle, &c->peer, packet, packet_size);
    }
  }

  if (c->in.status) {
    ++tcp->traffic->malformed;
    shut(tcp, c);
  }
}

static void
receive(Tcp* const        tcp,
        Connection* const c,
        const PacketFunc  func,
        void* const       handle)
{
  const ssize_t n = recv(c->fd, tcp->input, INPUT_BYTES, MSG_DONTWAIT);
  if (n > 0) {
    read_packets(tcp, c, (size_t)n, func, handle);
    return;
  }

  // The client has said all; what it is owed is still sent
  if (!n) {
    c->ending = true;
    watch(tcp,
          EPOLL_CTL_MOD,
          c->fd,
          c->peer.connection,
          c->blocked ? EPOLLOUT : 0u);
  } else if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
    shut(tcp, c);
  }
}

/// Set what makes answers prompt and dead clients known
static void
set_options(const int fd)
{
  const int on       = 1;
  const int idle     = 30; // Seconds until the first question
  const int interval = 10; // Seconds between questions
  const int count    = 3;  // Questions without answer
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
  setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
}

/// The number of a new connection in a free place, 0 if there is none
static uint32_t
new_number(Tcp* const tcp)
{
  for (uint32_t i = 0; i < LIMIT_TCP_CLIENTS; ++i) {
    if (!tcp->connections[i]) {
      tcp->num_taken = tcp->num_taken % (UINT32_MAX / LIMIT_TCP_CLIENTS) + 1u;
      return tcp->num_taken * LIMIT_TCP_CLIENTS + i;
    }
  }
  return 0;
}

/// Serve an accepted socket, or close it
static void
serve(Tcp* const tcp, const int fd, const struct sockaddr* const from)
{
  Peer peer = {.type = PEER_TCP, .port = peer_port_read(from)};
  if (!peer_address_read(from, &peer.address) ||
      !allow_has(tcp->allow, &peer.address)) {
    ++tcp->traffic->not_allowed;
    close(fd);
    return;
  }

  peer.connection     = new_number(tcp);
  Connection* const c = peer.connection ? malloc(sizeof(Connection)) : NULL;
  if (!c || watch(tcp, EPOLL_CTL_ADD, fd, peer.connection, EPOLLIN)) {
    ++tcp->traffic->refused;
    free(c);
    close(fd);
    return;
  }

  c->fd        = fd;
  c->peer      = peer;
  c->ending    = false;
  c->blocked   = false;
  c->out       = NULL;
  c->out_size  = 0;
  c->out_first = 0;
  c->out_end   = 0;
  framing_init(&c->in);
  set_options(fd);

  tcp->connections[peer.connection % LIMIT_TCP_CLIENTS] = c;
  ++tcp->traffic->accepted;
  ++tcp->traffic->connections;
}

/// Take one waiting connection with the spare descriptor and close it
static bool
refuse_one(Tcp* const tcp)
{
  if (tcp->spare_fd < 0) {
    return false;
  }

  close(tcp->spare_fd);
  const int fd = accept4(tcp->fd, NULL, NULL, SOCK_CLOEXEC);
  if (fd >= 0) {
    ++tcp->traffic->refused;
    close(fd);
  }
  tcp->spare_fd = open_spare();
  return fd >= 0;
}

/// Take one waiting connection; false if there is none, or none can be taken
static bool
accept_one(Tcp* const tcp)
{
  struct sockaddr_in6    name = {0};
  struct sockaddr* const from = (struct sockaddr*)&name;
  socklen_t              size = sizeof(name);

  const int fd = accept4(tcp->fd, from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) {
    serve(tcp, fd, from);
    return true;
  }

  switch (errno) {
    case EMFILE:
    case ENFILE:
      return refuse_one(tcp);
    case EAGAIN:
    case ENOMEM:
    case ENOBUFS:
      return false;
    default: // What went wrong is the one connection's
      return true;
  }
}

/// The listener is told of once for all that wait, so that those that can't be
/// taken for want of descriptors do not wake us again and again
static void
accept_waiting(Tcp* const tcp)
{
  if (tcp->spare_fd < 0) {
    tcp->spare_fd = open_spare();
  }

  for (uint32_t i = 0; i < ACCEPTS_MAX; ++i) {
    if (!accept_one(tcp)) {
      return;
    }
  }
  watch(tcp, EPOLL_CTL_MOD, tcp->fd, 0, EPOLLIN | EPOLLET);
}

void
tcp_poll(Tcp* const       tcp,
         const PacketFunc packet,
         const GoneFunc   gone,
         void* const      handle)
{
  struct epoll_event events[NUM_EVENTS];
  report_gone(tcp, gone, handle);

  const int n = epoll_wait(tcp->epoll_fd, events, NUM_EVENTS, 0);
  for (int i = 0; i < n; ++i) {
    if (!events[i].data.u32) {
      accept_waiting(tcp);
      continue;
    }

    Connection* const c = find(tcp, events[i].data.u32);
    if (c && (events[i].events & EPOLLIN)) {
      receive(tcp, c, packet, handle);
    } else if (c && (events[i].events & (EPOLLERR | EPOLLHUP))) {
      shut(tcp, c);
    }
    if (c && c->fd >= 0 && (events[i].events & EPOLLOUT)) {
      send_queue(tcp, c);
    }
  }

  report_gone(tcp, gone, handle);
}
