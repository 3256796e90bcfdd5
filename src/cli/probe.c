// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude probe`: a running daemon against its own schema, from outside
//
// All is tried on a copy of the composition that is open, which is deleted
// afterwards, and the composition is opened again.

#include "cli/probe.h"

#include "cli/commands.h"
#include "cli/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Things that are made for the probe, where the schema has them
static const struct {
  const char* address;
  Kind        kind;
  const char* types; ///< `s` a text, `f` 0, `t` the track
  const char* texts[3];
} props[] = {
  {"/compositions/current/tracks/create", KIND_TRACK, "ss", {"Probe", "midi"}},
  {"/compositions/current/tracks/{t}/clips/create", KIND_CLIP, "ff", {NULL}},
  {"/mixer/buses/create", KIND_BUS, "s", {"Probe"}},
  {"/compositions/current/scenes/create", KIND_SCENE, "s", {"Probe"}},
  {"/compositions/current/markers/create", KIND_MARKER, "sf", {"Probe"}},
  {"/mixer/groups/create", KIND_GROUP, "s", {"Probe"}},
  {"/mixer/snapshots/create", KIND_SNAPSHOT, "s", {"Probe"}},
  {"/compositions/current/automation/create",
   KIND_AUTOMATION,
   "s",
   {"/mixer/master/fader"}},
  {"/effects/add", KIND_EFFECT, "ts", {NULL, "eq3"}},
};

/// Make a thing that the composition may lack
static void
make_prop(Probe* const probe, const size_t number)
{
  const char* const track = probe->things[KIND_TRACK];
  char              address[PROBE_ADDRESS_SIZE];
  ProbeArgs         args = {0};
  const char* const at   = strstr(props[number].address, "{t}");
  if (at) {
    snprintf(address,
             sizeof(address),
             "%.*s%s%s",
             (int)(at - props[number].address),
             props[number].address,
             track,
             at + 3);
  } else {
    snprintf(address, sizeof(address), "%s", props[number].address);
  }
  for (const char* type = props[number].types; *type; ++type) {
    args.args[args.count] =
      *type == 's'   ? probe_text(props[number].texts[args.count])
      : *type == 't' ? probe_text(track)
                     : probe_number('f', args.count ? 4.0 : 0.0);
    ++args.count;
  }

  const ProbeAnswer* const answer = probe_ask(probe, address, &args);
  if (answer->type == PROBE_REPLY && answer->num_values) {
    snprintf(probe->things[props[number].kind],
             sizeof(probe->things[0]),
             "%.60s",
             answer->values[0].text);
  }
}

/// Open a composition to work on, a copy of the one that is open
static bool
set_scene(Probe* const probe)
{
  char                     address[PROBE_ADDRESS_SIZE];
  const ProbeArgs          name   = {1, {probe_text("Probe")}};
  const ProbeAnswer* const status = probe_ask(probe, "/status", NULL);
  if (!probe_check(probe,
                   status->type == PROBE_VALUE && status->num_values >= 6,
                   "/status",
                   "no daemon answers there")) {
    return false;
  }
  snprintf(
    probe->before, sizeof(probe->before), "%.90s", status->values[5].text);

  const ProbeAnswer* const made =
    probe->before[0]
      ? probe_ask_long(probe, "/compositions/current/duplicate", NULL)
      : probe_ask_long(probe, "/compositions/create", &name);
  if (!probe_check(probe,
                   made->type == PROBE_REPLY && made->num_values,
                   "/compositions",
                   "can't make a composition to try things on: %s",
                   made->text)) {
    return false;
  }
  snprintf(
    probe->scratch, sizeof(probe->scratch), "%.90s", made->values[0].text);
  snprintf(address, sizeof(address), "/compositions/%s/open", probe->scratch);
  if (!probe_check(probe,
                   probe_ask_long(probe, address, NULL)->type == PROBE_REPLY,
                   address,
                   "can't open the composition to try things on")) {
    return false;
  }

  memset(probe->things, 0, sizeof(probe->things));
  strcpy(probe->things[KIND_MASTER], "master");
  for (size_t i = 0; i < sizeof(props) / sizeof(props[0]); ++i) {
    make_prop(probe, i);
  }
  strcpy(probe->things[KIND_NONE], probe->things[KIND_TRACK]);
  probe_find_things(probe);
  return !probe->is_lost;
}

/// Leave the daemon as it was
static void
clear_scene(Probe* const probe)
{
  char address[PROBE_ADDRESS_SIZE];
  if (!probe->scratch[0] || probe->is_lost) {
    return;
  }
  probe_ask(probe, "/playback/stop", NULL);
  if (probe->before[0]) {
    snprintf(address, sizeof(address), "/compositions/%s/open", probe->before);
    probe_ask_long(probe, address, NULL);
  }
  snprintf(address, sizeof(address), "/compositions/%s/delete", probe->scratch);
  probe_ask_long(probe, address, NULL);
  probe->scratch[0] = '\0';
}

/// `/help` says of a row what the table does
static void
try_help(Probe* const probe, const OscRow* const row)
{
  char                     tags[SCHEMA_TAGS_SIZE];
  char                     text[PROBE_TEXT_SIZE];
  const PacketArg          path   = probe_text(row->path);
  const ProbeAnswer* const answer = probe_set(probe, "/help", &path);
  row_type_tags(row, tags);
  probe_check(probe,
              answer->type == PROBE_VALUE && answer->num_values == 4 &&
                !strcmp(answer->values[0].text, row->path) &&
                !strcmp(answer->values[1].text, access_name(row->access)) &&
                !strcmp(answer->values[2].text, tags) &&
                !strcmp(answer->values[3].text, row->summary),
              row->path,
              "/help does not describe it as this program's schema does: %s",
              probe_describe(answer, text));
}

/// What is beyond an address is unknown
static void
try_unknown(Probe* const probe, const char* const address)
{
  char   beyond[PROBE_ADDRESS_SIZE];
  size_t used = strlen(address);
  if (probe->row->flags & ROW_REPEAT || used + 100u > sizeof(beyond)) {
    return;
  }
  memcpy(beyond, address, used + 1u);
  for (uint32_t i = 0; i < probe->row->num_args + 3u; ++i) {
    memcpy(beyond + used, "/zzz", 5);
    used += 4u;
  }
  probe_expect_error(probe,
                     beyond,
                     probe_ask(probe, beyond, NULL),
                     "unknown-address",
                     "no such address");
}

/// Whether a call without arguments does nothing but answer
static bool
is_asked(const OscRow* const row)
{
  return row->access == ACCESS_VALUE || row->access == ACCESS_READ ||
         row_min_args(row);
}

/// Through `/call` the answer has the number
static void
try_numbered(Probe* const probe, const char* const address)
{
  const bool      trigger = probe->row->access == ACCESS_TRIGGER;
  const ProbeArgs args    = {
       trigger ? 3 : 2,
    {probe_number('i', 424242), probe_text(address), probe_number('F', 0.0)}};
  const PacketMessage* message = NULL;
  uint32_t             cursor  = 0;
  uint32_t             count   = 0;
  if (!strcmp(address, "/call") || (!trigger && !is_asked(probe->row))) {
    return;
  }
  probe_ask(probe, "/call", &args);
  while ((message = probe_link_next(&probe->setter, &cursor))) {
    count += !strncmp(message->address, "/call/", 6) && message->num_args > 1 &&
             message->args[0].type == 'i' && message->args[0].i == 424242 &&
             message->args[1].type == 's' &&
             !strcmp(message->args[1].s, address);
  }
  probe_check(probe,
              count == 1,
              address,
              "called by number: expected one answer with it, got %u",
              count);
}

/// Try all that there is to a row
static void
try_row(Probe* const probe, const OscRow* const row)
{
  static ProbePlaces places;

  const uint32_t checks = probe->num_checks;
  probe->row            = row;
  probe->num_row_faults = 0;
  ++probe->num_rows;
  try_help(probe, row);
  probe_find_places(probe, row, &places);
  if (!places.count) {
    ++probe->num_skipped;
    printf("%s %s: not tried, there is nothing to try it on\n",
           probe->transport,
           row->path);
    return;
  }

  if (row->access == ACCESS_VALUE || row->access == ACCESS_READ) {
    probe_try_value(probe, &places);
  } else {
    probe_try_call(probe, &places);
  }
  try_unknown(probe, places.addresses[0]);
  try_numbered(probe, places.addresses[0]);
  if (probe->verbose) {
    printf("%s %s: %u checks, %u faults\n",
           probe->transport,
           places.addresses[0],
           probe->num_checks - checks,
           probe->num_row_faults);
  }
  fflush(stdout);
}

/// Try the whole schema over one transport
static bool
try_all(Probe* const probe, const bool tcp)
{
  probe->transport = tcp ? "TCP" : "UDP";
  const bool open =
    probe_link_open(&probe->setter, probe->host, probe->port, tcp);
  if (!open || !probe_link_open(&probe->other, probe->host, probe->port, tcp)) {
    return false;
  }

  if (set_scene(probe)) {
    for (uint32_t i = 0; i < schema_num_rows && !probe->is_lost; ++i) {
      if (strstr(schema_rows[i].path, probe->only)) {
        try_row(probe, &schema_rows[i]);
      }
    }
  }
  if (probe->is_lost) {
    probe_check(probe, false, "/", "the daemon does not answer any more");
  }
  clear_scene(probe);
  probe_link_close(&probe->setter);
  probe_link_close(&probe->other);
  return true;
}

int
cli_probe(const int argc, char** const argv)
{
  static Probe probe;
  bool         udp_only = false;
  bool         tcp_only = false;
  probe.host            = "127.0.0.1";
  probe.port            = 7770;
  probe.only            = "";

  const Option options[] = {
    DAEMON_OPTIONS(&probe.host, &probe.port),
    {.name     = "--only",
     .type     = OPTION_TEXT,
     .value    = &probe.only,
     .argument = "TEXT",
     .help     = "only addresses that have this in them"},
    {.name  = "--udp",
     .type  = OPTION_FLAG,
     .value = &udp_only,
     .help  = "over UDP alone"},
    {.name  = "--tcp",
     .type  = OPTION_FLAG,
     .value = &tcp_only,
     .help  = "over TCP alone"},
    {.name  = "--verbose",
     .type  = OPTION_FLAG,
     .value = &probe.verbose,
     .help  = "a line for every address"},
  };
  const Usage usage = {
    "probe",
    "[HOST PORT] [OPTION...]",
    "Try every address of a running daemon and say what is not as the schema\n"
    "says.  It works on a copy of the composition that is open.",
    options,
    sizeof(options) / sizeof(options[0]),
    0,
    2,
  };

  int                 num_args = 0;
  const OptionsResult read     = options_read(&usage, argc, argv, &num_args);
  if (read != OPTIONS_GO) {
    return read == OPTIONS_HELP ? 0 : 2;
  }
  if (num_args) {
    char* end  = NULL;
    probe.host = argv[0];
    probe.port = num_args > 1 ? strtol(argv[1], &end, 10) : probe.port;
    if ((end && *end) || probe.port < 1 || probe.port > 65535) {
      fprintf(stderr,
              "sonic-claude probe: expected a port from 1 to 65535, not %s\n",
              argv[1]);
      return 2;
    }
  }

  const bool tried =
    (tcp_only || try_all(&probe, false)) && (udp_only || try_all(&probe, true));
  printf("%u addresses, %u checks, %u faults, %u not tried\n",
         probe.num_rows,
         probe.num_checks,
         probe.num_faults,
         probe.num_skipped);
  return tried && !probe.num_faults ? 0 : 1;
}
