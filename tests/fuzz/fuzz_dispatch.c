// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whatever packets come, a session goes on
//
// An input is a series of packets, each after its size in two bytes, of two
// clients by turns; a size of 0 lets time pass.  The dispatcher runs with real
// services, offline.  After each input the program still answers, and what it
// has sent fits into datagrams.

#include "model/codec.h"
#include "osc/dispatch.h"
#include "osc/packet.h"
#include "osc/schema.h"
#include "osc/writer.h"
#include "services/services_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

/// What an input may do to the clock
#define STEP_NANOS 7000000u

/// Longer than anything is put off
#define REST_NANOS UINT64_C(61000000000)

#define NUM_CLIENTS 3u

static const char document[] =
  "{\"format\": 1, \"id\": \"fuzz\", \"name\": \"Fuzz\", \"tracks\": ["
  "{\"id\": \"t1\", \"name\": \"Drums\", \"type\": \"audio\"},"
  "{\"id\": \"t2\", \"name\": \"Bass\", \"type\": \"midi\", \"clips\": ["
  "{\"id\": \"c1\", \"name\": \"Intro\", \"start\": 0.0, \"length\": 4.0,"
  " \"notes\": [[36, 0.0, 1.0, 100]]}]}],"
  "\"buses\": [{\"id\": \"b1\", \"name\": \"Reverb\"}]}";

static Services*    services;
static Dispatch*    dispatch;
static Composition* original; ///< Document that each input begins with
static Moment moment = {UINT64_C(1000000000000), UINT64_C(1700000000000000000)};
static bool   answered; ///< A `/reply ,s /ping` was sent

static Status
capture(void* const       handle,
        const Peer* const peer,
        const void* const data,
        const uint32_t    size)
{
  static PacketReader reader;
  (void)handle;
  (void)peer;
  assert(size <= LIMIT_DATAGRAM_BYTES);
  packet_reader_init(&reader, data, size);
  assert(packet_next(&reader) == PACKET_MESSAGE);
  const PacketMessage* const message = &reader.message;
  for (uint32_t i = 0; i < message->num_args; ++i) {
    assert(strchr("ifsb", message->args[i].type));
  }
  answered |= !strcmp(message->address, "/reply") && message->num_args == 1 &&
              !strcmp(message->args[0].s, "/ping");
  return STATUS_OK;
}

static Moment
now(void* const handle)
{
  (void)handle;
  return moment;
}

static void
ignore_log(void* const handle, const char* const text)
{
  (void)handle;
  (void)text;
}

/// Start a session that keeps nothing
static void
start(void)
{
  static char                 folder[]  = "/tmp/sonic-fuzz-XXXXXX";
  static const char* const    none[]    = {NULL};
  static const ServicesConfig config    = {.data_dir       = folder,
                                           .media_dirs     = none,
                                           .presets_dir    = "presets",
                                           .num_threads    = 1,
                                           .offline        = true,
                                           .offline_rate   = 48000,
                                           .offline_period = 256,
                                           .log            = ignore_log};
  char                        text[512] = "";
  CodecError                  error     = {0};
  if (!mkdtemp(folder) ||
      services_new(&config, text, sizeof(text), &services) ||
      composition_decode(document, strlen(document), &error, &original)) {
    abort();
  }
  rmdir(folder);

  const DispatchConfig dispatcher = {.services = services,
                                     .rows     = schema_rows,
                                     .num_rows = schema_num_rows,
                                     .send     = capture,
                                     .now      = now};
  if (dispatch_new(&dispatcher, text, sizeof(text), &dispatch)) {
    abort();
  }
}

static Peer
peer_of(const unsigned client)
{
  Peer peer = {.port = (uint16_t)(9000u + client), .type = PEER_UDP};
  peer_address_parse("127.0.0.1", &peer.address);
  return peer;
}

/// Let time pass, and the engine run
static void
pass(void)
{
  static float   left[32];
  static float   right[32];
  const EngineIO io = {.out_left = left, .out_right = right};
  engine_run(services->engine, &io, 32);
  moment.monotonic += STEP_NANOS;
  moment.realtime += STEP_NANOS;
  services_poll(services);
  dispatch_poll(dispatch);
}

/// Begin with the document as it was
static void
begin(void)
{
  if (services->root != original &&
      services_switch(
        services, "fuzz", "/nowhere", composition_retain(original), NULL, 1)) {
    abort();
  }
}

/// Let all happen that was put off, and forget the clients
static void
end(void)
{
  moment.monotonic += REST_NANOS;
  moment.realtime += REST_NANOS;
  pass();
  for (unsigned client = 0; client < NUM_CLIENTS; ++client) {
    const Peer peer = peer_of(client);
    dispatch_gone(dispatch, &peer);
  }
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  if (!services) {
    start();
  }
  begin();

  unsigned client = 0;
  for (size_t at = 0; at + 2u <= size; ++client) {
    const size_t length = (size_t)data[at] << 8u | data[at + 1u];
    const size_t rest   = size - at - 2u;
    const size_t taken  = length < rest ? length : rest;
    const Peer   peer   = peer_of(client % 2u);
    if (length) {
      dispatch_packet(dispatch, &peer, data + at + 2u, (uint32_t)taken);
    }
    pass();
    at += 2u + taken;
  }

  static const uint8_t ping[] = "/ping\0\0\0,\0\0";
  const Peer           peer   = peer_of(2);
  answered                    = false;
  dispatch_packet(dispatch, &peer, ping, 12);
  assert(answered);
  end();
  return 0;
}
