// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude send`: one message to a running daemon

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Number of the `/sync` that follows the message
#define SYNC_NUMBER 1

/// Time to wait for the next reply, in milliseconds
#define WAIT_MS 5000

/// Append a word as what it looks like: whole number, number, or text
static void
write_arg(OscWriter* const writer, const char* const word)
{
  char*      end   = NULL;
  const long whole = strtol(word, &end, 10);
  const bool is_i  = *word && !*end && whole >= INT32_MIN && whole <= INT32_MAX;
  const double value = is_i ? 0.0 : strtod(word, &end);
  if (is_i) {
    osc_writer_i(writer, (int32_t)whole);
  } else if (*word && !*end) {
    osc_writer_f(writer, (float)value);
  } else {
    osc_writer_s(writer, word);
  }
}

/// Append a word as a type tag says; false if there is no such tag
static bool
write_typed(OscWriter* const writer, const char type, const char* const word)
{
  switch (type) {
    case 'i':
      osc_writer_i(writer, (int32_t)strtol(word, NULL, 10));
      return true;
    case 'f':
      osc_writer_f(writer, strtof(word, NULL));
      return true;
    case 'd':
      osc_writer_d(writer, strtod(word, NULL));
      return true;
    case 'h':
      osc_writer_h(writer, strtoll(word, NULL, 10));
      return true;
    case 's':
      osc_writer_s(writer, word);
      return true;
    case 'T':
    case 'F':
      osc_writer_bool(writer, type == 'T');
      return true;
    default:
      return false;
  }
}

static bool
send_message(Client* const     client,
             const int         argc,
             char** const      argv,
             const char* const types)
{
  static uint8_t buf[65000];
  OscWriter      writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, argv[0]);

  int next = 1;
  for (const char* type = types; *type; ++type) {
    // True and false are in the type alone
    const bool  bare = *type == 'T' || *type == 'F';
    const char* word = bare ? "" : next < argc ? argv[next++] : NULL;
    if (!word) {
      fprintf(stderr, "sonic-claude send: expected a word for each type\n");
      return false;
    }

    if (!write_typed(&writer, *type, word)) {
      fprintf(stderr,
              "sonic-claude send: expected types of ifdhsTF, not %c\n",
              *type);
      return false;
    }
  }

  while (next < argc) {
    write_arg(&writer, argv[next++]);
  }

  if (osc_writer_end(&writer)) {
    fprintf(stderr, "sonic-claude send: the message is too large\n");
    return false;
  }

  return client_send(client, &writer);
}

/// Ask to be told when all before has been dealt with
static bool
send_sync(Client* const client)
{
  uint8_t   buf[64];
  OscWriter writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, "/sync");
  osc_writer_i(&writer, SYNC_NUMBER);
  return !osc_writer_end(&writer) && client_send(client, &writer);
}

/// What was heard so far
typedef struct {
  const char* address;
  bool        answered;
  bool        failed;
  bool        synced;
} Hearing;

static const char*
first_text(const PacketMessage* const message)
{
  return message->num_args && message->args[0].type == 's' ? message->args[0].s
                                                           : "";
}

static void
hear(Hearing* const hearing, const PacketMessage* const message)
{
  const bool is_error = !strcmp(message->address, "/error") ||
                        !strcmp(message->address, "/call/error");
  const bool is_reply = !strcmp(message->address, "/reply");
  if (!strcmp(message->address, "/synced")) {
    // The last one is ours, one before is what was asked for
    const bool asked  = !strcmp(hearing->address, "/sync");
    hearing->synced   = !asked || hearing->answered;
    hearing->answered = asked || hearing->answered;
    if (hearing->synced) {
      return;
    }
  }

  client_print(message);
  hearing->failed = hearing->failed || is_error;
  hearing->answered =
    hearing->answered || is_error ||
    !strcmp(message->address, hearing->address) ||
    !strcmp(message->address, "/call/reply") ||
    (is_reply && !strcmp(first_text(message), hearing->address));
}

/// Print replies until the message has been dealt with; returns the exit code
static int
print_replies(Client* const     client,
              const char* const address,
              const int         timeout_ms)
{
  Hearing hearing = {address, false, false, false};
  while (!(hearing.synced && hearing.answered)) {
    PacketReader       reader;
    const ClientResult result = client_receive(client, timeout_ms, &reader);
    if (result != CLIENT_PACKET) {
      // A released button is done when all before it is, without a word
      if (hearing.synced && result == CLIENT_TIMEOUT) {
        return 0;
      }

      if (result == CLIENT_REFUSED) {
        client_say_refused(client);
      } else {
        fprintf(stderr, "sonic-claude send: no answer\n");
      }

      return 1;
    }

    while (packet_next(&reader) == PACKET_MESSAGE) {
      hear(&hearing, &reader.message);
    }
  }

  return hearing.failed ? 1 : 0;
}

int
cli_send(const int argc, char** const argv)
{
  const char* host    = "127.0.0.1";
  const char* types   = "";
  int64_t     port    = 7770;
  int64_t     timeout = WAIT_MS / 1000;

  const Option options[] = {
    DAEMON_OPTIONS(&host, &port),
    {.name     = "--types",
     .type     = OPTION_TEXT,
     .value    = &types,
     .argument = "TAGS",
     .help     = "type tags of the arguments, of ifdhsTF (by their look)"},
    {.name     = "--timeout",
     .type     = OPTION_WHOLE,
     .value    = &timeout,
     .argument = "SECONDS",
     .help     = "time to wait for a reply (5)",
     .min      = 1,
     .max      = 3600},
  };
  const Usage usage = {
    "send",
    "ADDRESS [ARG...] [OPTION...]",
    "Send one OSC message to a running daemon and print the replies.",
    options,
    sizeof(options) / sizeof(options[0]),
    1,
    -1,
  };

  int                 num_args = 0;
  const OptionsResult read     = options_read(&usage, argc, argv, &num_args);
  if (read != OPTIONS_GO) {
    return read == OPTIONS_HELP ? 0 : 2;
  }

  if (argv[0][0] != '/') {
    fprintf(stderr,
            "sonic-claude send: expected an address that begins with /, not "
            "%s\n",
            argv[0]);
    return 2;
  }

  static Client client;
  if (!client_open(&client, "send", host, port)) {
    return 1;
  }

  const int result =
    send_message(&client, num_args, argv, types) && send_sync(&client)
      ? print_replies(&client, argv[0], (int)timeout * 1000)
      : 1;
  client_close(&client);
  return result;
}
