// SPDX-License-Identifier: GPL-3.0-or-later

#include "cli/client.h"

#include "base/number.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool
client_open(Client* const     client,
            const char* const command,
            const char* const host,
            const int64_t     port)
{
  const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM};
  struct addrinfo*      found = NULL;
  char                  service[16];
  snprintf(service, sizeof(service), "%" PRId64, port);
  snprintf(
    client->place, sizeof(client->place), "%.250s port %s", host, service);
  client->command = command;

  const int error = getaddrinfo(host, service, &hints, &found);
  if (error) {
    fprintf(
      stderr, "sonic-claude %s: %s: %s\n", command, host, gai_strerror(error));
    return false;
  }

  client->fd =
    socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, found->ai_protocol);
  const bool ok =
    client->fd >= 0 && !connect(client->fd, found->ai_addr, found->ai_addrlen);
  freeaddrinfo(found);
  if (!ok) {
    fprintf(stderr,
            "sonic-claude %s: %s: %s\n",
            command,
            client->place,
            strerror(errno));
  }

  return ok;
}

void
client_close(Client* const client)
{
  close(client->fd);
}

bool
client_send(Client* const client, const OscWriter* const writer)
{
  if (send(client->fd, writer->buf, writer->used, 0) >= 0) {
    return true;
  }

  if (errno == ECONNREFUSED) {
    client_say_refused(client);
  } else {
    fprintf(stderr,
            "sonic-claude %s: can't send to %s: %s\n",
            client->command,
            client->place,
            strerror(errno));
  }

  return false;
}

void
client_say_refused(const Client* const client)
{
  fprintf(stderr,
          "sonic-claude %s: no daemon listens at %s\n",
          client->command,
          client->place);
}

ClientResult
client_receive(Client* const       client,
               const int           timeout_ms,
               PacketReader* const reader)
{
  struct pollfd poller = {client->fd, POLLIN, 0};
  if (poll(&poller, 1, timeout_ms) <= 0) {
    return CLIENT_TIMEOUT;
  }

  const ssize_t size = recv(client->fd, client->buf, sizeof(client->buf), 0);
  if (size < 0) {
    return errno == ECONNREFUSED ? CLIENT_REFUSED : CLIENT_TIMEOUT;
  }

  packet_reader_init(reader, client->buf, (size_t)size);
  return CLIENT_PACKET;
}

/// A text as it is, in quotes where it would not be one word, on one line
static void
print_text(const char* const text)
{
  if (*text && !strpbrk(text, " \t\n\r\"\\")) {
    printf(" %s", text);
    return;
  }

  fputs(" \"", stdout);
  for (const char* c = text; *c; ++c) {
    switch (*c) {
      case '\n':
        fputs("\\n", stdout);
        break;
      case '\r':
        fputs("\\r", stdout);
        break;
      case '\t':
        fputs("\\t", stdout);
        break;
      case '"':
      case '\\':
        putchar('\\');
        putchar(*c);
        break;
      default:
        putchar(*c);
        break;
    }
  }
  putchar('"');
}

static void
print_number(const double value)
{
  char text[NUMBER_SIZE];
  if (isfinite(value)) {
    number_format(value, text);
    printf(" %s", text);
  } else {
    printf(" %g", value);
  }
}

static void
print_arg(const PacketArg* const arg)
{
  switch (arg->type) {
    case 'i':
    case 'c':
      printf(" %" PRId32, arg->i);
      break;
    case 'f':
      print_number(number_from_float(arg->f));
      break;
    case 'd':
      print_number(arg->d);
      break;
    case 'h':
      printf(" %" PRId64, arg->h);
      break;
    case 's':
    case 'S':
      print_text(arg->s);
      break;
    case 'b':
      printf(" blob:%" PRIu32, arg->size);
      break;
    default:
      printf(" %c", arg->type);
      break;
  }
}

void
client_print(const PacketMessage* const message)
{
  printf("%s", message->address);
  for (uint32_t i = 0; i < message->num_args; ++i) {
    print_arg(&message->args[i]);
  }

  putchar('\n');
  fflush(stdout);
}
