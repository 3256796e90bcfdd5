// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/server.h"

#include "osc/dispatch.h"
#include "osc/schema.h"
#include "osc/sockets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/// Longest time between two looks after the services
#define SERVICES_NANOS 10000000u

struct OscServer {
  Services*   services;
  uint64_t    next_look; ///< After the services, monotonic nanoseconds
  AllowList   allow;
  Sockets*    sockets;
  Dispatch*   dispatch;
  PeerAddress address;
  char        url[PEER_TEXT_SIZE];
};

/// Send a packet for the dispatcher
static Status
send_packet(void* const       handle,
            const Peer* const peer,
            const void* const data,
            const uint32_t    size)
{
  OscServer* const server = (OscServer*)handle;
  return sockets_send(server->sockets, peer, data, size);
}

/// Other threads have something for the services
static void
on_services(void* const handle, const int fd, const uint32_t events)
{
  OscServer* const server = (OscServer*)handle;
  (void)fd;
  (void)events;
  services_poll(server->services);
}

static Status
open_sockets(OscServer* const             server,
             const OscServerConfig* const config,
             char* const                  text,
             const size_t                 text_size)
{
  const char* const bind = config->bind ? config->bind : "127.0.0.1";
  if (!peer_address_parse(bind, &server->address)) {
    snprintf(text, text_size, "\"%.60s\" is no address to listen on", bind);
    return STATUS_BAD_ARGUMENT;
  }

  const Status status = allow_make(&server->allow,
                                   &server->address,
                                   config->allow,
                                   config->num_allow,
                                   text,
                                   text_size);
  if (status) {
    return status;
  }
  const SocketsConfig sockets = {
    .address = server->address, .port = config->port, .allow = &server->allow};
  return sockets_new(&sockets, text, text_size, &server->sockets);
}

/// Make the parts of a server
static Status
start(OscServer* const             server,
      const OscServerConfig* const config,
      char* const                  text,
      const size_t                 text_size)
{
  Status status = open_sockets(server, config, text, text_size);
  if (status) {
    return status;
  }

  const DispatchConfig dispatch = {.services = server->services,
                                   .rows     = schema_rows,
                                   .num_rows = schema_num_rows,
                                   .traffic  = sockets_traffic(server->sockets),
                                   .send     = send_packet,
                                   .handle   = server};
  status = dispatch_new(&dispatch, text, text_size, &server->dispatch);
  return status ? status
                : sockets_watch(server->sockets,
                                services_fd(server->services),
                                EPOLLIN,
                                on_services,
                                server);
}

Status
osc_server_new(Services* const              services,
               const OscServerConfig* const config,
               char* const                  text,
               const size_t                 text_size,
               OscServer** const            out)
{
  OscServer* const server = (OscServer*)calloc(1, sizeof(OscServer));
  text[0]                 = '\0';
  if (!server) {
    snprintf(text, text_size, "%s", status_text(STATUS_NO_MEMORY));
    return STATUS_NO_MEMORY;
  }

  server->services    = services;
  const Status status = start(server, config, text, text_size);
  if (status) {
    if (!text[0]) {
      snprintf(text, text_size, "%s", status_text(status));
    }
    osc_server_free(server);
    return status;
  }

  const Peer own = {.address = server->address,
                    .port    = sockets_port(server->sockets),
                    .type    = PEER_UDP};
  peer_format(&own, server->url);
  *out = server;
  return STATUS_OK;
}

void
osc_server_free(OscServer* const server)
{
  if (server) {
    dispatch_free(server->dispatch);
    if (server->sockets) {
      sockets_flush(server->sockets);
    }
    sockets_free(server->sockets);
    free(server);
  }
}

const char*
osc_server_url(const OscServer* const server)
{
  return server->url;
}

uint16_t
osc_server_port(const OscServer* const server)
{
  return sockets_port(server->sockets);
}

/// What comes back from the engine has no descriptor
static void
look_after_services(OscServer* const server)
{
  const uint64_t now = moment_now().monotonic;
  if (now >= server->next_look) {
    server->next_look = now + SERVICES_NANOS;
    services_poll(server->services);
  }
}

void
osc_server_run_once(OscServer* const server, const int timeout_ms)
{
  // What has come due since, and how long there is time until the next
  const int due = dispatch_poll(server->dispatch);
  const int timeout =
    due >= 0 && (timeout_ms < 0 || due < timeout_ms) ? due : timeout_ms;
  const SocketsHandler handler = {
    server->dispatch, dispatch_packet, dispatch_gone};
  sockets_flush(server->sockets);
  sockets_poll(server->sockets, timeout, &handler);
  look_after_services(server);
  dispatch_poll(server->dispatch);
  sockets_flush(server->sockets);
}

void
osc_server_wake(OscServer* const server)
{
  sockets_wake(server->sockets);
}
