// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude watch`: what changes in a running daemon

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/options.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/// A lease lasts 60 s; a sign of life well before keeps it
#define ALIVE_MS 20000

static volatile sig_atomic_t stopped;

static void
stop(const int signal_number)
{
  (void)signal_number;
  stopped = 1;
}

static bool
send_subscribe(Client* const     client,
               const char* const pattern,
               const double      rate)
{
  uint8_t   buf[1400];
  OscWriter writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, "/subscribe");
  osc_writer_s(&writer, pattern);
  osc_writer_f(&writer, (float)rate);
  return !osc_writer_end(&writer) && client_send(client, &writer);
}

static bool
send_text(Client* const     client,
          const char* const address,
          const char* const text)
{
  uint8_t   buf[1400];
  OscWriter writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, address);
  if (*text) {
    osc_writer_s(&writer, text);
  }

  return !osc_writer_end(&writer) && client_send(client, &writer);
}

/// Addresses whose last message is known; a power of two
#define MAX_KNOWN 16384u

/// The last message to an address, as hashes
typedef struct {
  uint64_t address; ///< 0: free
  uint64_t message;
} Known;

static uint64_t
hash_bytes(const void* const data, const size_t size)
{
  const uint8_t* const bytes = (const uint8_t*)data;
  uint64_t             hash  = 14695981039346656037u;
  for (size_t i = 0; i < size; ++i) {
    hash = (hash ^ bytes[i]) * 1099511628211u;
  }

  return hash ? hash : 1u;
}

/// Whether a message is the last one to its address once more: over UDP each
/// is sent again in case it was lost
static bool
is_repeated(const char* const address, const uint64_t message)
{
  static Known   known[MAX_KNOWN];
  static size_t  count = 0;
  const uint64_t hash  = hash_bytes(address, strlen(address));
  size_t         place = hash % MAX_KNOWN;
  while (known[place].address && known[place].address != hash) {
    place = (place + 1u) % MAX_KNOWN;
  }

  if (known[place].address) {
    const bool same      = known[place].message == message;
    known[place].message = message;
    return same;
  }

  if (count < MAX_KNOWN / 2u) {
    ++count;
    known[place] = (Known){hash, message};
  }

  return false;
}

/// Print a message if it is news; true if it says that the subscription was
/// refused
static bool
print_message(const PacketMessage* const message, const uint64_t hash)
{
  // Answers to our own signs of life are nothing that changed
  const bool is_answer = !strncmp(message->address, "/client/", 8) ||
                         (!strcmp(message->address, "/reply") &&
                          message->num_args && message->args[0].type == 's' &&
                          (!strcmp(message->args[0].s, "/subscribe") ||
                           !strcmp(message->args[0].s, "/ping")));
  if (!is_answer && !is_repeated(message->address, hash)) {
    client_print(message);
  }

  return !strcmp(message->address, "/error");
}

static int
watch(Client* const client)
{
  while (!stopped) {
    PacketReader       reader;
    const ClientResult result = client_receive(client, ALIVE_MS, &reader);
    if (stopped) {
      break;
    }

    if (result == CLIENT_REFUSED) {
      client_say_refused(client);
      return 1;
    }

    if (result == CLIENT_TIMEOUT) {
      send_text(client, "/ping", "");
      continue;
    }

    const uint64_t hash = hash_bytes(client->buf, reader.size);
    while (packet_next(&reader) == PACKET_MESSAGE) {
      if (print_message(&reader.message, hash)) {
        return 1;
      }
    }
  }

  return 0;
}

int
cli_watch(const int argc, char** const argv)
{
  const char* host = "127.0.0.1";
  int64_t     port = 7770;
  double      rate = 30.0;

  const Option options[] = {
    DAEMON_OPTIONS(&host, &port),
    {.name     = "--rate",
     .type     = OPTION_NUMBER,
     .value    = &rate,
     .argument = "HZ",
     .help     = "most messages a second for each address (30)",
     .min      = 1,
     .max      = 120},
  };
  const Usage usage = {
    "watch",
    "PATTERN [OPTION...]",
    "Subscribe to the addresses that a pattern matches and print what changes.",
    options,
    sizeof(options) / sizeof(options[0]),
    1,
    1,
  };

  int                 num_args = 0;
  const OptionsResult read     = options_read(&usage, argc, argv, &num_args);
  if (read != OPTIONS_GO) {
    return read == OPTIONS_HELP ? 0 : 2;
  }

  static Client client;
  if (!client_open(&client, "watch", host, port)) {
    return 1;
  }

  const struct sigaction action = {.sa_handler = stop};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);

  const int result =
    send_subscribe(&client, argv[0], rate) ? watch(&client) : 1;
  send_text(&client, "/unsubscribe", argv[0]);
  client_close(&client);
  return result;
}
