// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude surface`: a control surface for the open composition

#include "surface/surface.h"

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Time to wait for the next answer of the daemon
#define WAIT_MS 3000

/// Most channels of a surface
#define MAX_CHANNELS 256u

static const struct {
  const char* name;
  SurfaceFunc write;
} kinds[] = {
  {"touchosc", surface_touchosc},
  {"touchosc1", surface_touchosc1},
  {"open-stage-control", surface_open_stage_control},
  {"pd", surface_pd},
  {"max", surface_max},
};

#define NUM_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool
ask(Client* const client, const char* const address)
{
  uint8_t   buf[256];
  OscWriter writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  osc_writer_message(&writer, address);
  return !osc_writer_end(&writer) && client_send(client, &writer);
}

static bool
is_text(const PacketMessage* const message, const uint32_t index)
{
  return index < message->num_args && message->args[index].type == 's';
}

/// Take in what the daemon says; true once the list has ended
static bool
take(const PacketMessage* const message,
     SurfaceChannel* const      channels,
     uint32_t* const            count)
{
  if (!strcmp(message->address, "/reply")) {
    return is_text(message, 0) &&
           !strcmp(message->args[0].s, "/mixer/channels/list");
  }
  if (!strcmp(message->address, "/mixer/channels/list") &&
      is_text(message, 1) && is_text(message, 2) && *count < MAX_CHANNELS &&
      strcmp(message->args[1].s, "master") != 0) {
    SurfaceChannel* const channel = &channels[(*count)++];
    snprintf(channel->id, sizeof(channel->id), "%.31s", message->args[1].s);
    snprintf(
      channel->name, sizeof(channel->name), "%.200s", message->args[2].s);
    strcpy(channel->color, "#3b82f6");
  }
  return false;
}

/// Take a track's colour
static void
take_color(const PacketMessage* const message,
           SurfaceChannel* const      channels,
           const uint32_t             count)
{
  char address[128];
  for (uint32_t i = 0; i < count; ++i) {
    snprintf(address,
             sizeof(address),
             "/compositions/current/tracks/%.31s/color",
             channels[i].id);
    if (!strcmp(message->address, address) && is_text(message, 0)) {
      snprintf(channels[i].color,
               sizeof(channels[i].color),
               "%.7s",
               message->args[0].s);
    }
  }
}

/// Ask a daemon for its channels; false after one line on stderr
static bool
ask_channels(Client* const         client,
             SurfaceChannel* const channels,
             uint32_t* const       count)
{
  char address[128];
  bool ended = false;
  *count     = 0;
  if (!ask(client, "/mixer/channels/list")) {
    return false;
  }
  while (!ended) {
    PacketReader       reader;
    const ClientResult result = client_receive(client, WAIT_MS, &reader);
    if (result == CLIENT_REFUSED) {
      client_say_refused(client);
      return false;
    }
    if (result == CLIENT_TIMEOUT) {
      fprintf(stderr, "sonic-claude surface: no answer\n");
      return false;
    }
    while (packet_next(&reader) == PACKET_MESSAGE) {
      ended |= take(&reader.message, channels, count);
    }
  }

  for (uint32_t i = 0; i < *count; ++i) {
    PacketReader reader;
    if (channels[i].id[0] != 't') {
      continue;
    }
    snprintf(address,
             sizeof(address),
             "/compositions/current/tracks/%.31s/color",
             channels[i].id);
    if (ask(client, address) &&
        client_receive(client, WAIT_MS, &reader) == CLIENT_PACKET &&
        packet_next(&reader) == PACKET_MESSAGE) {
      take_color(&reader.message, channels, *count);
    }
  }
  return true;
}

static int
write_surface(const Surface* const surface,
              const size_t         kind,
              const char* const    path)
{
  uint32_t       count     = 0;
  uint32_t       num_pages = 0;
  SurfaceText    text      = {0};
  Control* const controls  = surface_lay(surface, &count, &num_pages);
  if (controls) {
    kinds[kind].write(surface, controls, count, num_pages, &text);
  }
  free(controls);

  FILE* const file = text.failed || !text.data ? NULL
                     : !strcmp(path, "-")      ? stdout
                                               : fopen(path, "wb");
  const bool  good = file && fwrite(text.data, 1, text.used, file) == text.used;
  const bool  done = file && !(file == stdout ? fflush(file) : fclose(file));
  free(text.data);
  if (!good || !done) {
    fprintf(stderr, "sonic-claude surface: ");
    perror(path);
    return 1;
  }
  return 0;
}

int
cli_surface(const int argc, char** const argv)
{
  static SurfaceChannel channels[MAX_CHANNELS];
  static Client         client;

  const char* path  = NULL;
  const char* host  = "127.0.0.1";
  int64_t     port  = 7770;
  int64_t     reply = 9000;

  const Option options[] = {
    {.name     = "--output",
     .letter   = "-o",
     .type     = OPTION_TEXT,
     .value    = &path,
     .argument = "FILE",
     .help     = "where to write it, - for standard output"},
    DAEMON_OPTIONS(&host, &port),
    {.name     = "--reply-port",
     .type     = OPTION_WHOLE,
     .value    = &reply,
     .argument = "N",
     .help     = "port that the surface listens on (9000)",
     .min      = 1,
     .max      = 65535},
  };
  const Usage usage = {
    "surface",
    "touchosc|touchosc1|open-stage-control|pd|max -o FILE [OPTION...]",
    "Write a control surface for the composition that is open in a daemon.",
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
  size_t kind = 0;
  while (kind < NUM_KINDS && strcmp(kinds[kind].name, argv[0]) != 0) {
    ++kind;
  }
  if (kind == NUM_KINDS || !path) {
    fprintf(stderr,
            "sonic-claude surface: expected touchosc, touchosc1, "
            "open-stage-control, pd or max and -o FILE\n");
    return 2;
  }

  Surface surface = {.channels   = channels,
                     .host       = host,
                     .port       = (uint16_t)port,
                     .reply_port = (uint16_t)reply};
  if (!client_open(&client, "surface", host, port)) {
    return 1;
  }
  const bool known = ask_channels(&client, channels, &surface.num_channels);
  client_close(&client);
  return known ? write_surface(&surface, kind, path) : 1;
}
