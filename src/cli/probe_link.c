// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/probe_link.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/// A fence is sent again after this long, in case it was lost
#define FENCE_MS 2000

/// So often
#define FENCE_TRIES 5

bool
probe_link_open(ProbeLink* const  link,
                const char* const host,
                const int64_t     port,
                const bool        tcp)
{
  const struct addrinfo hints = {.ai_socktype = tcp ? SOCK_STREAM : SOCK_DGRAM};
  struct addrinfo*      found = NULL;
  char                  service[16];
  memset(link, 0, sizeof(*link));
  link->fd  = -1;
  link->tcp = tcp;
  framing_init(&link->framing);
  snprintf(service, sizeof(service), "%" PRId64, port);

  const int error = getaddrinfo(host, service, &hints, &found);
  if (error) {
    fprintf(stderr, "sonic-claude probe: %s: %s\n", host, gai_strerror(error));
    return false;
  }

  link->fd = socket(
    found->ai_family, hints.ai_socktype | SOCK_CLOEXEC, found->ai_protocol);
  const bool ok =
    link->fd >= 0 && !connect(link->fd, found->ai_addr, found->ai_addrlen);
  if (!ok) {
    fprintf(stderr,
            "sonic-claude probe: %s port %s: %s\n",
            host,
            service,
            strerror(errno));
  }
  freeaddrinfo(found);
  return ok;
}

void
probe_link_close(ProbeLink* const link)
{
  if (link->fd >= 0) {
    close(link->fd);
  }
  free(link->inbox);
  link->inbox = NULL;
  link->room  = 0;
  link->used  = 0;
  link->fd    = -1;
}

bool
probe_link_send(ProbeLink* const  link,
                const void* const packet,
                const uint32_t    size)
{
  static uint8_t framed[2u * LIMIT_PACKET_BYTES + 16u];

  const uint8_t* data = (const uint8_t*)packet;
  size_t         left = size;
  if (link->tcp) {
    left = framing_write(FRAMING_LENGTH, packet, size, framed);
    data = framed;
  }
  while (left) {
    const ssize_t sent = send(link->fd, data, left, MSG_NOSIGNAL);
    if (sent < 0) {
      return false;
    }
    data += sent;
    left -= (size_t)sent;
  }
  return true;
}

void
probe_link_clear(ProbeLink* const link)
{
  link->used = 0;
}

/// Keep a packet
static bool
keep(ProbeLink* const link, const uint8_t* const packet, const uint32_t size)
{
  if (link->used + size + sizeof(size) > link->room) {
    const uint32_t room  = (link->room + size) * 2u + 4096u;
    uint8_t* const inbox = (uint8_t*)realloc(link->inbox, room);
    if (!inbox) {
      return false;
    }
    link->inbox = inbox;
    link->room  = room;
  }
  memcpy(link->inbox + link->used, &size, sizeof(size));
  memcpy(link->inbox + link->used + sizeof(size), packet, size);
  link->used += size + (uint32_t)sizeof(size);
  return true;
}

bool
probe_link_wait(ProbeLink* const link, const int timeout_ms)
{
  static uint8_t buf[LIMIT_PACKET_BYTES];

  struct pollfd poller = {link->fd, POLLIN, 0};
  if (poll(&poller, 1, timeout_ms) <= 0) {
    return false;
  }
  const ssize_t size = recv(link->fd, buf, sizeof(buf), 0);
  if (size <= 0) {
    return false;
  }
  if (!link->tcp) {
    return keep(link, buf, (uint32_t)size);
  }

  const uint8_t* data        = buf;
  size_t         left        = (size_t)size;
  const uint8_t* packet      = NULL;
  uint32_t       packet_size = 0;
  Status         status      = STATUS_OK;
  while (!(status = framing_read(
             &link->framing, &data, &left, &packet, &packet_size))) {
    if (!keep(link, packet, packet_size)) {
      return false;
    }
  }
  return status == STATUS_NOT_READY;
}

/// Whether a message answers a fence from number `first` on
static bool
is_fence(const ProbeLink* const     link,
         const PacketMessage* const message,
         const int32_t              first)
{
  return !strcmp(message->address, "/call/reply") && message->num_args == 2 &&
         message->args[0].type == 'i' && message->args[1].type == 's' &&
         !strcmp(message->args[1].s, "/ping") && message->args[0].i >= first &&
         message->args[0].i <= link->fences;
}

/// The next message heard, fences too
static const PacketMessage*
next(ProbeLink* const link, uint32_t* const cursor)
{
  while (*cursor < link->used) {
    uint32_t size = 0;
    memcpy(&size, link->inbox + *cursor, sizeof(size));
    packet_reader_init(
      &link->reader, link->inbox + *cursor + sizeof(size), size);
    *cursor += size + (uint32_t)sizeof(size);

    // We are sent no bundles
    if (packet_next(&link->reader) == PACKET_MESSAGE) {
      return &link->reader.message;
    }
  }
  return NULL;
}

const PacketMessage*
probe_link_next(ProbeLink* const link, uint32_t* const cursor)
{
  const PacketMessage* message = NULL;
  while ((message = next(link, cursor)) && is_fence(link, message, 1)) {
  }
  return message;
}

static bool
send_fence(ProbeLink* const link)
{
  uint8_t   buf[64];
  OscWriter writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, "/call");
  osc_writer_i(&writer, ++link->fences);
  osc_writer_s(&writer, "/ping");
  return !osc_writer_end(&writer) && probe_link_send(link, buf, writer.used);
}

bool
probe_link_fence(ProbeLink* const link)
{
  uint32_t cursor = 0;
  for (int i = 0; i < FENCE_TRIES; ++i) {
    if (!send_fence(link)) {
      return false;
    }
    do {
      const PacketMessage* message = NULL;
      while ((message = next(link, &cursor))) {
        if (is_fence(link, message, link->fences)) {
          return true;
        }
      }
    } while (probe_link_wait(link, FENCE_MS));
  }
  return false;
}
