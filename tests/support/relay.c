// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/relay.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/// Most clients of a relay
#define MAX_CLIENTS 64

/// A client and the socket by which the program knows it
typedef struct {
  struct sockaddr_in address;
  int                fd;
} RelayClient;

struct Relay {
  RelayFunc          func;
  void*              handle;
  int                fd;
  struct sockaddr_in program;
  RelayClient        clients[MAX_CLIENTS];
  int                num_clients;
  atomic_bool        stopped;
  pthread_t          thread;
};

static struct sockaddr_in
loopback(const uint16_t port)
{
  const struct sockaddr_in address = {
    .sin_family = AF_INET,
    .sin_port   = htons(port),
    .sin_addr   = {htonl(INADDR_LOOPBACK)},
  };
  return address;
}

static int
open_socket(void)
{
  const struct sockaddr_in any  = loopback(0);
  const int                size = 4 << 20;
  const int                fd   = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bind(fd, (const struct sockaddr*)&any, sizeof(any));
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
  return fd;
}

/// The client that sends from an address
static RelayClient*
client_of(Relay* const relay, const struct sockaddr_in* const address)
{
  for (int i = 0; i < relay->num_clients; ++i) {
    if (relay->clients[i].address.sin_port == address->sin_port) {
      return &relay->clients[i];
    }
  }
  if (relay->num_clients == MAX_CLIENTS) {
    return NULL;
  }
  RelayClient* const client = &relay->clients[relay->num_clients++];
  client->address           = *address;
  client->fd                = open_socket();
  connect(client->fd,
          (const struct sockaddr*)&relay->program,
          sizeof(relay->program));
  return client;
}

static void
pass_on(Relay* const relay)
{
  static _Thread_local char packet[65536];

  struct sockaddr_in from;
  socklen_t          from_size = sizeof(from);
  ssize_t            size      = recvfrom(relay->fd,
                          packet,
                          sizeof(packet),
                          MSG_DONTWAIT,
                          (struct sockaddr*)&from,
                          &from_size);
  const RelayClient* client    = size > 0 ? client_of(relay, &from) : NULL;
  if (client && relay->func(relay->handle, true, packet, (size_t)size)) {
    send(client->fd, packet, (size_t)size, 0);
  }

  for (int i = 0; i < relay->num_clients; ++i) {
    client = &relay->clients[i];
    while ((size = recv(client->fd, packet, sizeof(packet), MSG_DONTWAIT)) >
           0) {
      if (relay->func(relay->handle, false, packet, (size_t)size)) {
        sendto(relay->fd,
               packet,
               (size_t)size,
               0,
               (const struct sockaddr*)&client->address,
               sizeof(client->address));
      }
    }
  }
}

static void*
run(void* const arg)
{
  Relay* const relay = (Relay*)arg;
  while (!atomic_load(&relay->stopped)) {
    struct pollfd pollers[MAX_CLIENTS + 1];
    pollers[0] = (struct pollfd){relay->fd, POLLIN, 0};
    for (int i = 0; i < relay->num_clients; ++i) {
      pollers[i + 1] = (struct pollfd){relay->clients[i].fd, POLLIN, 0};
    }
    if (poll(pollers, (nfds_t)relay->num_clients + 1u, 20) > 0) {
      pass_on(relay);
    }
  }
  return NULL;
}

Relay*
relay_new(const uint16_t port, const RelayFunc func, void* const handle)
{
  Relay* const relay = (Relay*)calloc(1, sizeof(Relay));
  relay->func        = func;
  relay->handle      = handle;
  relay->program     = loopback(port);
  relay->fd          = open_socket();
  if (pthread_create(&relay->thread, NULL, run, relay)) {
    close(relay->fd);
    free(relay);
    return NULL;
  }
  return relay;
}

uint16_t
relay_port(const Relay* const relay)
{
  struct sockaddr_in address = {0};
  socklen_t          size    = sizeof(address);
  getsockname(relay->fd, (struct sockaddr*)&address, &size);
  return ntohs(address.sin_port);
}

void
relay_free(Relay* const relay)
{
  if (relay) {
    atomic_store(&relay->stopped, true);
    pthread_join(relay->thread, NULL);
    for (int i = 0; i < relay->num_clients; ++i) {
      close(relay->clients[i].fd);
    }
    close(relay->fd);
    free(relay);
  }
}
