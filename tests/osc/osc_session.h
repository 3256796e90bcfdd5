// SPDX-License-Identifier: GPL-3.0-or-later
//
// A session with real services and a dispatcher, without sockets and on a clock
// that the test moves
//
// Clients are numbered; number n sends from UDP port 9000 + n.  What is sent to
// them is kept as lines, with `n< ` before it.

#ifndef SONIC_TESTS_OSC_SESSION_H
#define SONIC_TESTS_OSC_SESSION_H

#include "model/codec.h"
#include "osc/dispatch.h"
#include "osc/schema.h"
#include "osc_text.h"
#include "services/services_private.h"
#include "support/temp_folder.h"

#include <stdarg.h>

/// Where presets come from, which a test may say before it includes this
#ifndef SESSION_PRESETS
#define SESSION_PRESETS "tests/osc/presets"
#endif

/// Port of client 0
#define FIRST_PORT 9000u

typedef struct {
  char      folder[TEMP_PATH_SIZE];
  Services* services;
  Dispatch* dispatch;
  Moment    moment;
  bool      tcp; ///< Clients are connections
  char      log[1u << 20u];
  size_t    length;
  size_t    largest; ///< Bytes of the largest packet
  uint32_t  packets;
} Session;

static const char* const session_document =
  "{\"format\": 1, \"id\": \"demo\", \"name\": \"Demo\", \"tempo\": 120.0,"
  " \"tracks\": ["
  "{\"id\": \"t1\", \"name\": \"Drums\", \"type\": \"audio\"},"
  "{\"id\": \"t2\", \"name\": \"Bass Line\", \"type\": \"midi\", \"clips\": ["
  "{\"id\": \"c1\", \"name\": \"Intro\", \"start\": 0.0, \"length\": 4.0,"
  " \"notes\": [[36, 0.0, 1.0, 100]]},"
  "{\"id\": \"c2\", \"name\": \"Loop\", \"start\": 4.0, \"length\": 4.0}]},"
  "{\"id\": \"t3\", \"name\": \"Loop\", \"type\": \"audio\"},"
  "{\"id\": \"t4\", \"name\": \"loop\", \"type\": \"audio\"}],"
  "\"buses\": [{\"id\": \"b1\", \"name\": \"Reverb\"}],"
  "\"scenes\": [{\"id\": \"n1\", \"name\": \"Verse\"}]}";

static inline Peer
session_peer(const Session* const session, const uint32_t client)
{
  Peer peer = {0};
  peer_address_parse("127.0.0.1", &peer.address);
  peer.port       = (uint16_t)(FIRST_PORT + client);
  peer.type       = session->tcp ? PEER_TCP : PEER_UDP;
  peer.connection = session->tcp ? client : 0;
  return peer;
}

static inline Status
session_capture(void* const       handle,
                const Peer* const peer,
                const void* const data,
                const uint32_t    size)
{
  static PacketReader reader;
  Session* const      session = (Session*)handle;
  packet_reader_init(&reader, data, size);
  assert_int_equal(packet_next(&reader), PACKET_MESSAGE);
  assert_true(session->length + 2u * size + 4096u < sizeof(session->log));
  session->length += (size_t)sprintf(
    session->log + session->length, "%d< ", (int)peer->port - (int)FIRST_PORT);
  session->length +=
    (size_t)format_message(&reader.message, session->log + session->length);
  session->log[session->length++] = '\n';
  session->log[session->length]   = '\0';
  session->largest = size > session->largest ? size : session->largest;
  ++session->packets;
  return STATUS_OK;
}

static inline Moment
session_now(void* const handle)
{
  return ((const Session*)handle)->moment;
}

static inline void
session_ignore_log(void* const handle, const char* const text)
{
  (void)handle;
  (void)text;
}

/// Offline services with a document
static inline Services*
session_services(const char* const folder, const char* const json)
{
  const char* const    none[]    = {NULL};
  char                 text[512] = "";
  Services*            services  = NULL;
  CodecError           error     = {0};
  Composition*         root      = NULL;
  const ServicesConfig config    = {.data_dir       = folder,
                                    .media_dirs     = none,
                                    .presets_dir    = SESSION_PRESETS,
                                    .num_threads    = 1,
                                    .offline        = true,
                                    .offline_rate   = 48000,
                                    .offline_period = 256,
                                    .log            = session_ignore_log};
  assert_int_equal(services_new(&config, text, sizeof(text), &services),
                   STATUS_OK);
  assert_int_equal(composition_decode(json, strlen(json), &error, &root),
                   STATUS_OK);
  assert_int_equal(services_switch(services, "demo", folder, root, NULL, 1),
                   STATUS_OK);
  return services;
}

static inline Session*
session_new(const char* const json)
{
  Session* const session = calloc(1, sizeof(Session));
  char           text[512];
  assert_non_null(session);
  temp_folder_new(session->folder);
  session->services = session_services(session->folder, json);
  session->moment   = (Moment){1000000000000u, 1700000000000000000u};

  const DispatchConfig config = {.services = session->services,
                                 .rows     = schema_rows,
                                 .num_rows = schema_num_rows,
                                 .send     = session_capture,
                                 .now      = session_now,
                                 .handle   = session};
  assert_int_equal(
    dispatch_new(&config, text, sizeof(text), &session->dispatch), STATUS_OK);
  return session;
}

static inline void
session_free(Session* const session)
{
  dispatch_free(session->dispatch);
  services_free(session->services);
  temp_folder_remove(session->folder);
  free(session);
}

/// Send a packet of bytes
static inline void
session_send_raw(Session* const       session,
                 const uint32_t       client,
                 const uint8_t* const data,
                 const uint32_t       size)
{
  const Peer peer = session_peer(session, client);
  dispatch_packet(session->dispatch, &peer, data, size);
  services_poll(session->services);
  dispatch_poll(session->dispatch);
}

/// Send the message of a line
static inline void
session_send(Session* const    session,
             const uint32_t    client,
             const char* const line)
{
  static uint8_t buf[LIMIT_PACKET_BYTES];
  OscWriter      writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  assert_true(write_line(&writer, line));
  session_send_raw(session, client, buf, writer.used);
}

/// The timetag some milliseconds from now
static inline uint64_t
session_timetag(const Session* const session, const double ms)
{
  return ntp_from_realtime(session->moment.realtime +
                           (uint64_t)(int64_t)(ms * 1e6));
}

/// Send lines as a bundle
static inline void
session_send_bundle(Session* const           session,
                    const uint32_t           client,
                    const uint64_t           timetag,
                    const char* const* const lines,
                    const size_t             num_lines)
{
  static uint8_t buf[LIMIT_PACKET_BYTES];
  OscWriter      writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  assert_int_equal(osc_writer_bundle(&writer, timetag), STATUS_OK);
  for (size_t i = 0; i < num_lines; ++i) {
    assert_true(write_line(&writer, lines[i]));
  }
  osc_writer_bundle_end(&writer);
  session_send_raw(session, client, buf, writer.used);
}

/// Let time pass in steps of 1 ms
static inline void
session_pass(Session* const session, const uint32_t ms)
{
  for (uint32_t i = 0; i < ms; ++i) {
    session->moment.monotonic += 1000000u;
    session->moment.realtime += 1000000u;
    services_poll(session->services);
    dispatch_poll(session->dispatch);
  }
}

/// Let time pass in one step
static inline void
session_jump(Session* const session, const uint64_t ms)
{
  session->moment.monotonic += ms * 1000000u;
  session->moment.realtime += ms * 1000000u;
  dispatch_poll(session->dispatch);
}

/// Drop what was sent so far
static inline void
session_clear(Session* const session)
{
  session->length  = 0;
  session->packets = 0;
  session->log[0]  = '\0';
}

/// Check what was sent since the last check
static inline void
session_expect(Session* const session, const char* const lines)
{
  assert_string_equal(session->log, lines);
  session_clear(session);
}

#endif // SONIC_TESTS_OSC_SESSION_H
