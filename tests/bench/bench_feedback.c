// SPDX-License-Identifier: GPL-3.0-or-later
//
// What it costs to keep a crowd of subscribers informed
//
// Clients without sockets watch everything of a session of 64 channels at 60 Hz
// while a desk moves one fader after the other, on a clock that runs as fast as
// it goes.  Told is the processor time of the dispatcher for a second of it.
// Run as `bench_feedback CLIENTS MOVES SECONDS`, it does that once; with
// valgrind --tool=callgrind --toggle-collect=dispatch_packet
// --toggle-collect=dispatch_poll it counts instructions.

#include "backend/backend.h"
#include "osc/dispatch.h"
#include "osc/schema.h"
#include "osc/writer.h"
#include "services/services_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHANNELS 64u
#define RATE 48000u
#define STEP_NANOS 1000000u
#define FIRST_PORT 9000u

/// A crowd, and what is sent to it
typedef struct {
  Services* services;
  Dispatch* dispatch;
  Moment    moment;
  uint64_t  packets;
  uint64_t  bytes;
  double    cost; ///< Seconds of processor time in the dispatcher
} Crowd;

static void
ignore_line(void* const handle, const char* const text)
{
  (void)handle;
  (void)text;
}

static bool
drop(void* const        handle,
     const float* const left,
     const float* const right,
     const uint32_t     n)
{
  (void)handle;
  (void)left;
  (void)right;
  (void)n;
  return true;
}

static double
cpu_seconds(void)
{
  struct timespec time = {0};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static Status
count_packet(void* const       handle,
             const Peer* const peer,
             const void* const data,
             const uint32_t    size)
{
  Crowd* const crowd = (Crowd*)handle;
  (void)peer;
  (void)data;
  ++crowd->packets;
  crowd->bytes += size;
  return STATUS_OK;
}

static Moment
tell_time(void* const handle)
{
  return ((const Crowd*)handle)->moment;
}

static Services*
start_services(void)
{
  const char* const    no_dirs[] = {NULL};
  const ServicesConfig config    = {.data_dir       = "/nonexistent",
                                    .media_dirs     = no_dirs,
                                    .presets_dir    = "presets",
                                    .num_threads    = 1,
                                    .level          = cpu_level_best(),
                                    .offline        = true,
                                    .offline_rate   = RATE,
                                    .offline_period = 256,
                                    .log            = ignore_line};
  char                 text[512] = "";
  Services*            services  = NULL;
  Composition*         root      = composition_new("bench", "Bench");
  for (uint32_t t = 1; t <= CHANNELS; ++t) {
    composition_put(&root, node_new(NODE_TRACK, id_make(KIND_TRACK, t)));
  }

  if (services_new(&config, text, sizeof(text), &services) ||
      services_switch(services, "bench", "/", root, NULL, 1)) {
    fprintf(stderr, "can't start: %s\n", text);
    exit(1);
  }
  return services;
}

/// Have a client send a message with one value
static void
say(Crowd* const      crowd,
    const uint32_t    client,
    const char* const path,
    const char* const text,
    const float       value)
{
  uint8_t   data[512];
  OscWriter writer;
  Peer      peer = {.port = (uint16_t)(FIRST_PORT + client), .type = PEER_UDP};
  peer_address_parse("127.0.0.1", &peer.address);
  osc_writer_init(&writer, data, sizeof(data));
  osc_writer_message(&writer, path);
  if (text) {
    osc_writer_s(&writer, text);
  }
  osc_writer_f(&writer, value);
  if (!osc_writer_end(&writer)) {
    dispatch_packet(crowd->dispatch, &peer, data, writer.used);
  }
}

/// Let time pass in steps, while the desk makes `moves` in a second
static void
pass(Crowd* const crowd, const double seconds, const uint32_t moves)
{
  const OfflineJob job   = {RATE / 1000u, RATE / 1000u, drop, NULL, NULL};
  const uint32_t   steps = (uint32_t)(seconds * 1e9 / STEP_NANOS);
  uint32_t         moved = 0;
  char             path[64];
  for (uint32_t i = 0; i < steps; ++i) {
    offline_run(crowd->services->engine, &job);
    services_poll(crowd->services);
    crowd->moment.monotonic += STEP_NANOS;
    crowd->moment.realtime += STEP_NANOS;

    const double start = cpu_seconds();
    for (; (uint64_t)moved * 1000u < (uint64_t)moves * i; ++moved) {
      snprintf(
        path, sizeof(path), "/mixer/channels/t%u/fader", 1u + moved % CHANNELS);
      say(crowd, 0, path, NULL, -(float)(moved % 500u) / 10.0f);
    }
    dispatch_poll(crowd->dispatch);
    crowd->cost += cpu_seconds() - start;
  }
}

/// Tell of some seconds with a crowd
static void
measure(const uint32_t clients, const uint32_t moves, const double seconds)
{
  char  text[512];
  Crowd crowd    = {.moment = {1000000000000u, 1700000000000000000u}};
  crowd.services = start_services();

  const DispatchConfig config = {.services = crowd.services,
                                 .rows     = schema_rows,
                                 .num_rows = schema_num_rows,
                                 .send     = count_packet,
                                 .now      = tell_time,
                                 .handle   = &crowd};
  if (dispatch_new(&config, text, sizeof(text), &crowd.dispatch)) {
    fprintf(stderr, "%s\n", text);
    exit(1);
  }
  for (uint32_t i = 1; i <= clients; ++i) {
    say(&crowd, i, "/subscribe", "//", 60.0f);
    say(&crowd, i, "/subscribe", "/streams/meters", 60.0f);
    say(&crowd, i, "/subscribe", "/streams/transport", 60.0f);
    say(&crowd, i, "/client/keep", NULL, 1.0f);
  }

  // What comes first, and comes again in case it was lost, has been told then
  pass(&crowd, 10.0, 0);
  crowd.packets = crowd.bytes = 0;
  crowd.cost                  = 0.0;
  pass(&crowd, seconds, moves);
  printf("%7u %9u %10.0f %10.1f %10.1f\n",
         clients,
         moves,
         (double)crowd.packets / seconds,
         (double)crowd.bytes / seconds / 1e6,
         100.0 * crowd.cost / seconds);
  dispatch_free(crowd.dispatch);
  services_free(crowd.services);
}

int
main(const int argc, char** const argv)
{
  printf("%7s %9s %10s %10s %10s\n",
         "clients",
         "moves/s",
         "packets/s",
         "MB/s",
         "% of a core");
  if (argc == 4) {
    measure((uint32_t)strtoul(argv[1], NULL, 10),
            (uint32_t)strtoul(argv[2], NULL, 10),
            strtod(argv[3], NULL));
    return 0;
  }

  measure(1, 0, 2.0);
  measure(20, 0, 2.0);
  measure(20, 60, 2.0);
  measure(20, 500, 2.0);
  return 0;
}
