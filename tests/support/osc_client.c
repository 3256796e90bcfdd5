// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/osc_client.h"

#include "support/process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PACKET_SIZE = 65536, END = 0xC0, ESC = 0xDB, ESC_END, ESC_ESC };

struct OscClient {
  OscTransport       transport;
  int                fd;
  struct sockaddr_in server;
  bool               closed;
  uint8_t*           stream; ///< Bytes of TCP that are no packet yet
  size_t             stream_size;
  OscReceived**      kept;
  size_t             num_kept;
  OscReceived*       taken; ///< Result of the last wait
};

OscClient*
osc_client_new(OscTransport transport, uint16_t port)
{
  OscClient* const client = (OscClient*)calloc(1, sizeof(OscClient));
  client->transport       = transport;
  client->server =
    (struct sockaddr_in){.sin_family      = AF_INET,
                         .sin_port        = htons(port),
                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

  struct sockaddr_in own  = {.sin_family      = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  const int          one  = 1;
  const int          size = 4 * 1024 * 1024;
  const bool         udp  = transport == OSC_UDP;
  client->fd =
    socket(AF_INET, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  setsockopt(client->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
  if (udp) {
    bind(client->fd, (const struct sockaddr*)&own, sizeof(own));
    return client;
  }

  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  if (connect(client->fd,
              (const struct sockaddr*)&client->server,
              sizeof(client->server))) {
    osc_client_free(client);
    return NULL;
  }
  return client;
}

static void
received_free(OscReceived* received)
{
  if (received) {
    free(received->path);
    lo_message_free(received->message);
    free(received);
  }
}

void
osc_client_drop(OscClient* client)
{
  for (size_t i = 0; i < client->num_kept; ++i) {
    received_free(client->kept[i]);
  }
  client->num_kept = 0;
}

void
osc_client_free(OscClient* client)
{
  if (client) {
    osc_client_drop(client);
    received_free(client->taken);
    close(client->fd);
    free(client->kept);
    free(client->stream);
    free(client);
  }
}

uint16_t
osc_client_port(const OscClient* client)
{
  struct sockaddr_in own  = {0};
  socklen_t          size = sizeof(own);
  getsockname(client->fd, (struct sockaddr*)&own, &size);
  return ntohs(own.sin_port);
}

// Sending

static bool
send_all(OscClient* client, const uint8_t* data, size_t size)
{
  while (size) {
    const ssize_t n = send(client->fd, data, size, MSG_NOSIGNAL);
    if (n <= 0) {
      client->closed = true;
      return false;
    }
    data += n;
    size -= (size_t)n;
  }
  return true;
}

static bool
send_slip(OscClient* client, const uint8_t* data, size_t size)
{
  uint8_t* const framed = (uint8_t*)malloc(2 * size + 2);
  size_t         n      = 0;
  framed[n++]           = END;
  for (size_t i = 0; i < size; ++i) {
    if (data[i] == END || data[i] == ESC) {
      framed[n++] = ESC;
      framed[n++] = data[i] == END ? ESC_END : ESC_ESC;
    } else {
      framed[n++] = data[i];
    }
  }
  framed[n++] = END;

  const bool is_sent = send_all(client, framed, n);
  free(framed);
  return is_sent;
}

bool
osc_client_send_raw(OscClient*  client,
                    const void* data,
                    size_t      size,
                    bool        framed)
{
  if (client->transport == OSC_UDP) {
    return sendto(client->fd,
                  data,
                  size,
                  0,
                  (const struct sockaddr*)&client->server,
                  sizeof(client->server)) == (ssize_t)size;
  }
  if (framed && client->transport == OSC_SLIP) {
    return send_slip(client, (const uint8_t*)data, size);
  }

  const uint32_t prefix = htonl((uint32_t)size);
  if (framed && !send_all(client, (const uint8_t*)&prefix, sizeof(prefix))) {
    return false;
  }
  return send_all(client, (const uint8_t*)data, size);
}

/// Send a packet and release it
static bool
send_packet(OscClient* client, void* data, size_t size)
{
  const bool is_sent = osc_client_send_raw(client, data, size, true);
  free(data);
  return is_sent;
}

bool
osc_client_send_message(OscClient* client, const char* path, lo_message message)
{
  size_t      size = 0;
  void* const data = lo_message_serialise(message, path, NULL, &size);
  return send_packet(client, data, size);
}

bool
osc_client_send_bundle(OscClient* client, lo_bundle bundle)
{
  size_t      size = 0;
  void* const data = lo_bundle_serialise(bundle, NULL, &size);
  return send_packet(client, data, size);
}

bool
osc_client_send(OscClient* client, const char* path, const char* types, ...)
{
  va_list args;
  va_start(args, types);
  const lo_message message = osc_message_new(types, args);
  va_end(args);

  const bool is_sent = osc_client_send_message(client, path, message);
  lo_message_free(message);
  return is_sent;
}

// Receiving

static uint32_t
read_word(const uint8_t* data)
{
  uint32_t word = 0;
  memcpy(&word, data, sizeof(word));
  return ntohl(word);
}

/// Keep the message, or each message of the bundle, that `data` holds
static void
keep(OscClient*     client,
     const uint8_t* data,
     size_t         size,
     uint16_t       from,
     size_t         packet_size)
{
  if (size >= 16 && !memcmp(data, "#bundle", 8)) {
    for (size_t at = 16; at + 4 <= size;) {
      const size_t element = read_word(data + at);
      if (element > size - at - 4) {
        return;
      }
      keep(client, data + at + 4, element, from, packet_size);
      at += 4 + element;
    }
    return;
  }

  const lo_message message =
    lo_message_deserialise((void*)(uintptr_t)data, size, NULL);
  if (!message) {
    return;
  }

  OscReceived* const received = (OscReceived*)calloc(1, sizeof(OscReceived));
  received->path              = strdup((const char*)data);
  received->message           = message;
  received->from              = from;
  received->size              = packet_size;
  client->kept                = (OscReceived**)realloc(
    client->kept, (client->num_kept + 1) * sizeof(OscReceived*));
  client->kept[client->num_kept++] = received;
}

/// Length of the next whole packet with its frame at the start of the stream,
/// 0 if there is none; the packet is put into `packet`
static size_t
next_packet(const OscClient* client, uint8_t* packet, size_t* packet_size)
{
  const uint8_t* const stream = client->stream;
  const size_t         size   = client->stream_size;
  if (client->transport == OSC_PREFIX) {
    const size_t len = size < 4 ? SIZE_MAX : read_word(stream);
    if (size < 4 || size - 4 < len) {
      return 0;
    }
    memcpy(packet, stream + 4, len);
    *packet_size = len;
    return len + 4;
  }

  size_t n = 0;
  for (size_t i = 0; i < size; ++i) {
    if (stream[i] == END) {
      *packet_size = n;
      return i + 1;
    }
    const bool is_escaped = stream[i] == ESC && i + 1 < size;
    i += is_escaped;
    packet[n++] = !is_escaped            ? stream[i]
                  : stream[i] == ESC_END ? (uint8_t)END
                                         : (uint8_t)ESC;
  }
  return 0;
}

static void
take_stream(OscClient* client, const uint8_t* data, size_t size)
{
  client->stream =
    (uint8_t*)realloc(client->stream, client->stream_size + size);
  memcpy(client->stream + client->stream_size, data, size);
  client->stream_size += size;

  uint8_t* const packet = (uint8_t*)malloc(client->stream_size);
  size_t         len    = 0;
  size_t         used   = 0;
  while ((used = next_packet(client, packet, &len))) {
    if (len) {
      keep(client, packet, len, ntohs(client->server.sin_port), len);
    }
    client->stream_size -= used;
    memmove(client->stream, client->stream + used, client->stream_size);
  }
  free(packet);
}

/// Read once; false when the time is over or the connection closed
static bool
receive(OscClient* client, int64_t end_ms)
{
  static uint8_t data[PACKET_SIZE];

  const int64_t left   = end_ms - now_ms();
  struct pollfd poller = {client->fd, POLLIN, 0};
  if (client->closed || poll(&poller, 1, left > 0 ? (int)left : 0) <= 0) {
    return false;
  }

  struct sockaddr_in from      = {0};
  socklen_t          from_size = sizeof(from);
  const ssize_t      n         = recvfrom(
    client->fd, data, sizeof(data), 0, (struct sockaddr*)&from, &from_size);
  if (client->transport == OSC_UDP) {
    if (n > 0) {
      keep(client, data, (size_t)n, ntohs(from.sin_port), (size_t)n);
    }
    return true;
  }
  if (n <= 0) {
    client->closed = true;
    return false;
  }
  take_stream(client, data, (size_t)n);
  return true;
}

/// Take the first kept message that matches, null if none does
static const OscReceived*
take(OscClient* client, size_t* looked_at, OscMatch match, void* handle)
{
  for (; *looked_at < client->num_kept; ++*looked_at) {
    OscReceived* const received = client->kept[*looked_at];
    if (match(received, handle)) {
      --client->num_kept;
      memmove(&client->kept[*looked_at],
              &client->kept[*looked_at + 1],
              (client->num_kept - *looked_at) * sizeof(*client->kept));
      received_free(client->taken);
      client->taken = received;
      return received;
    }
  }
  return NULL;
}

const OscReceived*
osc_client_wait(OscClient* client, OscMatch match, void* handle, int timeout_ms)
{
  const int64_t      end       = now_ms() + timeout_ms;
  size_t             looked_at = 0;
  const OscReceived* found     = NULL;
  do {
    found = take(client, &looked_at, match, handle);
  } while (!found && receive(client, end));
  return found;
}

static bool
match_path(const OscReceived* received, void* handle)
{
  return !handle || !strcmp(received->path, (const char*)handle);
}

const OscReceived*
osc_client_wait_path(OscClient* client, const char* path, int timeout_ms)
{
  return osc_client_wait(
    client, match_path, (void*)(uintptr_t)path, timeout_ms);
}

static bool
match_answer(const OscReceived* received, void* handle)
{
  const bool names_it =
    !strcmp(received->path, "/reply") || !strcmp(received->path, "/error");
  return match_path(received, handle) ||
         (names_it && !strcmp(osc_text(received, 0), (const char*)handle));
}

const OscReceived*
osc_client_wait_answer(OscClient* client, const char* path, int timeout_ms)
{
  return osc_client_wait(
    client, match_answer, (void*)(uintptr_t)path, timeout_ms);
}

size_t
osc_client_collect(OscClient* client, int timeout_ms)
{
  const int64_t end = now_ms() + timeout_ms;
  while (receive(client, end)) {
  }
  return client->num_kept;
}

const OscReceived*
osc_client_kept(const OscClient* client, size_t index)
{
  return index < client->num_kept ? client->kept[index] : NULL;
}

bool
osc_client_closed(const OscClient* client)
{
  return client->closed;
}
