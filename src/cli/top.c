// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude top`: a running daemon, live in the terminal

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/options.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/// Between two pictures, and the longest wait for the first
#define PICTURE_MS 200
#define FIRST_MS 3000

/// A lease is renewed after so many pictures
#define RENEW 100

/// Most channels that are shown
#define MAX_CHANNELS 64u

/// Columns of a meter
#define METER 40

static volatile sig_atomic_t stopped;

static void
stop(const int signal_number)
{
  (void)signal_number;
  stopped = 1;
}

/// What was heard last
typedef struct {
  bool   has_transport;
  bool   has_analytics;
  bool   has_meters;
  char   state[32];
  double transport[6];
  double numbers[10];
  int    num_channels;
  double peaks[MAX_CHANNELS]; ///< dB, the louder side
} Picture;

static bool
say(Client* const client, const char* const address, const char* const text)
{
  uint8_t   buf[256];
  OscWriter writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, address);
  if (text) {
    osc_writer_s(&writer, text);
    osc_writer_f(&writer, 1000.0f / PICTURE_MS);
  }
  return !osc_writer_end(&writer) && client_send(client, &writer);
}

static double
number_of(const PacketMessage* const message, const uint32_t index)
{
  const PacketArg* const arg = &message->args[index];
  return index >= message->num_args ? 0.0
         : arg->type == 'i'         ? arg->i
         : arg->type == 'f'         ? (double)arg->f
                                    : 0.0;
}

static double
level_at(const uint8_t* const at)
{
  return (int16_t)(uint16_t)(at[0] << 8u | at[1]) / 256.0;
}

static void
take(Picture* const picture, const PacketMessage* const message)
{
  const PacketArg* const args = message->args;
  if (!strcmp(message->address, "/streams/transport") &&
      message->num_args > 6) {
    picture->has_transport = true;
    snprintf(picture->state,
             sizeof(picture->state),
             "%.31s",
             args[0].type == 's' ? args[0].s : "");
    for (uint32_t i = 0; i < 6u; ++i) {
      picture->transport[i] = number_of(message, i + 1u);
    }
  } else if (!strcmp(message->address, "/streams/analytics")) {
    picture->has_analytics = true;
    for (uint32_t i = 0; i < 10u; ++i) {
      picture->numbers[i] = number_of(message, i);
    }
  } else if (!strcmp(message->address, "/streams/meters") &&
             message->num_args == 3 && args[2].type == 'b') {
    picture->has_meters   = true;
    picture->num_channels = 0;
    for (uint32_t i = 0; i < MAX_CHANNELS && 8u * i + 8u <= args[2].size; ++i) {
      const double left  = level_at(args[2].b + 8u * i);
      const double right = level_at(args[2].b + 8u * i + 2u);
      picture->peaks[picture->num_channels++] = left > right ? left : right;
    }
  }
}

static void
draw(const Picture* const picture, const bool live)
{
  const double* const t = picture->transport;
  const double* const n = picture->numbers;
  if (live) {
    fputs("\033[H\033[J", stdout);
  }
  printf("%-10s bar %.0f beat %.2f   %.2f beats   %.2f s   %.2f BPM\n",
         picture->state,
         t[3],
         t[4],
         t[0],
         t[1],
         t[2]);
  printf(
    "load %3.0f %% (peak %.0f %%)   xruns %.0f   late %.0f   voices %.0f   "
    "memory %.0f MiB   clients %.0f   period %.1f ms\n",
    100.0 * n[0],
    100.0 * n[1],
    n[2],
    n[3],
    n[4],
    n[5],
    n[6],
    n[7]);
  for (int i = 0; i < picture->num_channels; ++i) {
    const double db    = picture->peaks[i];
    const int    width = db <= -60.0 ? 0 : (int)((db + 60.0) * METER / 66.0);
    char         bar[METER + 1];
    memset(bar, '#', METER);
    bar[width > METER ? METER : width] = '\0';
    printf("%3d %-*s %6.1f dB%s\n",
           i + 1,
           METER,
           bar,
           db,
           i + 1 == picture->num_channels ? "  master" : "");
  }
  fflush(stdout);
}

static int
watch_daemon(Client* const client, const bool once)
{
  static const char* const streams[] = {
    "/streams/transport", "/streams/analytics", "/streams/meters"};
  static Picture picture;

  bool shown = false;
  for (int i = 0; i < 3; ++i) {
    if (!say(client, "/subscribe", streams[i])) {
      return 1;
    }
  }
  for (unsigned turn = 1; !stopped; ++turn) {
    PacketReader reader;
    ClientResult result =
      client_receive(client, shown ? PICTURE_MS : FIRST_MS, &reader);
    while (result == CLIENT_PACKET) {
      while (packet_next(&reader) == PACKET_MESSAGE) {
        take(&picture, &reader.message);
      }
      const bool whole =
        picture.has_transport && picture.has_analytics && picture.has_meters;
      result =
        shown || !whole ? client_receive(client, 20, &reader) : CLIENT_TIMEOUT;
    }
    if (result == CLIENT_REFUSED || (!picture.has_transport && turn > 20u)) {
      client_say_refused(client);
      return 1;
    }
    if (picture.has_transport && picture.has_analytics && picture.has_meters) {
      draw(&picture, !once);
      shown = true;
      if (once) {
        break;
      }
    }
    if (turn % RENEW == 0) {
      say(client, "/ping", NULL);
    }
  }
  say(client, "/bye", NULL);
  return shown || stopped ? 0 : 1;
}

int
cli_top(const int argc, char** const argv)
{
  static Client client;
  const char*   host = "127.0.0.1";
  int64_t       port = 7770;
  bool          once = !isatty(STDOUT_FILENO);

  const Option options[] = {
    DAEMON_OPTIONS(&host, &port),
    {.name  = "--once",
     .type  = OPTION_FLAG,
     .value = &once,
     .help  = "one picture only, as where there is no terminal"},
  };
  const Usage usage = {
    "top",
    "[OPTION...]",
    "Show transport, load and levels of a running daemon.",
    options,
    sizeof(options) / sizeof(options[0]),
    0,
    0,
  };

  int                 num_args = 0;
  const OptionsResult read     = options_read(&usage, argc, argv, &num_args);
  if (read != OPTIONS_GO) {
    return read == OPTIONS_HELP ? 0 : 2;
  }
  if (!client_open(&client, "top", host, port)) {
    return 1;
  }
  const struct sigaction action = {.sa_handler = stop};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  const int result = watch_daemon(&client, once);
  client_close(&client);
  return result;
}
