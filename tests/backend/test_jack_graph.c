// SPDX-License-Identifier: GPL-3.0-or-later
//
// What other clients see of us, and we of them

#include "session.h"
#include "support/guard.h"
#include "support/jackd.h"

#include <jack/jack.h>
#include <jack/metadata.h>
#include <jack/midiport.h>

#include <signal.h>
#include <time.h>

enum { PERIOD = 256, FLOOD = 1500 };

static Jackd          jackd;
static Session        session;
static jack_client_t* peer;
static jack_port_t*   peer_midi;
static atomic_uint    peer_work; ///< What the peer does in its next cycle

enum { NOTHING, SEND_FLOOD, TAKE_LONG };

static int
run_peer(jack_nframes_t n, void* arg)
{
  (void)arg;
  void* const buffer = jack_port_get_buffer(peer_midi, n);
  jack_midi_clear_buffer(buffer);
  switch (atomic_exchange(&peer_work, NOTHING)) {
    case SEND_FLOOD: {
      const jack_midi_data_t on[] = {0x90, 60, 100};
      for (uint32_t i = 0; i < FLOOD; ++i) {
        jack_midi_event_write(buffer, i * n / FLOOD, on, sizeof(on));
      }
      break;
    }
    case TAKE_LONG: {
      struct timespec now;
      struct timespec start;
      clock_gettime(CLOCK_MONOTONIC, &start);
      do {
        clock_gettime(CLOCK_MONOTONIC, &now);
      } while ((now.tv_sec - start.tv_sec) * 1000 +
                 (now.tv_nsec - start.tv_nsec) / 1000000 <
               50);
      break;
    }
  }
  return 0;
}

static int
open_all(void** state)
{
  (void)state;
  const BackendConfig config = {.driver      = DRIVER_JACK,
                                .client_name = "sonic-test",
                                .server_name = jackd.name};
  session_open(&session, &config);
  session_start(&session);

  peer = jack_client_open(
    "peer", JackNoStartServer | JackServerName, NULL, jackd.name);
  assert_non_null(peer);
  peer_midi = jack_port_register(
    peer, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
  assert_non_null(peer_midi);
  jack_set_process_callback(peer, run_peer, NULL);
  jack_activate(peer);
  return 0;
}

static int
close_all(void** state)
{
  (void)state;
  session_close(&session);
  jack_client_close(peer);
  return 0;
}

static int
start_server(void** state)
{
  (void)state;
  return !jackd_start(&jackd);
}

static int
stop_server(void** state)
{
  (void)state;
  jackd_stop(&jackd, SIGTERM);
  return 0;
}

/// Wait until a counter of the backend is at least `wanted`
static uint64_t
wait_count(uint64_t (*count)(void), uint64_t wanted)
{
  const int64_t end = now_ms() + 5000;
  while (count() < wanted && now_ms() < end) {
    poll(NULL, 0, 5);
  }
  return count();
}

static uint64_t
count_xruns(void)
{
  return backend_info(session.backend).xruns;
}

static uint64_t
count_midi_lost(void)
{
  return backend_info(session.backend).midi_lost;
}

// Ports

typedef struct {
  const char* name;
  const char* type;
  bool        is_output;
  bool        is_there;
} Expected;

static void
tick_off(void* handle, const char* name, const char* type, bool is_output)
{
  for (Expected* port = (Expected*)handle; port->name; ++port) {
    port->is_there |= !strcmp(port->name, name) && !strcmp(port->type, type) &&
                      port->is_output == is_output;
  }
}

/// Whether two ports become connected, or not connected, which clients see in
/// the next cycle
static bool
becomes(const char* from, const char* to, bool connected)
{
  const jack_port_t* const port = jack_port_by_name(peer, from);
  const int64_t            end  = now_ms() + 5000;
  while (connected != (jack_port_connected_to(port, to) != 0) &&
         now_ms() < end) {
    poll(NULL, 0, 2);
  }
  return connected == (jack_port_connected_to(port, to) != 0);
}

static void
test_all_ports_are_listed(void** state)
{
  (void)state;
  Expected expected[] = {{"sonic-test:out_left", "audio", true, false},
                         {"sonic-test:out_right", "audio", true, false},
                         {"sonic-test:in_left", "audio", false, false},
                         {"sonic-test:in_right", "audio", false, false},
                         {"sonic-test:midi_in", "midi", false, false},
                         {"system:playback_1", "audio", false, false},
                         {"system:capture_2", "audio", true, false},
                         {"peer:out", "midi", true, false},
                         {NULL, NULL, false, false}};
  assert_int_equal(backend_ports(session.backend, tick_off, expected),
                   STATUS_OK);
  for (const Expected* port = expected; port->name; ++port) {
    if (!port->is_there) {
      fail_msg("%s is not listed as it is", port->name);
    }
  }
}

static void
test_ports_are_connected_and_disconnected(void** state)
{
  (void)state;
  Backend* const    backend = session.backend;
  const char* const out     = "sonic-test:out_left";
  const char* const in      = "system:playback_2";
  assert_false(backend_is_connected(backend));
  for (int twice = 0; twice < 2; ++twice) {
    assert_int_equal(backend_connect(backend, out, in, true), STATUS_OK);
    assert_true(becomes(out, in, true));
  }
  for (int twice = 0; twice < 2; ++twice) {
    assert_int_equal(backend_connect(backend, out, in, false), STATUS_OK);
    assert_true(becomes(out, in, false));
  }

  // Right after another, too
  assert_int_equal(backend_connect(backend, out, in, true), STATUS_OK);
  assert_int_equal(backend_connect(backend, out, in, false), STATUS_OK);
  assert_true(becomes(out, in, false));
  assert_false(backend_is_connected(backend));

  assert_int_equal(backend_connect(backend, "no:port", in, true),
                   STATUS_NOT_FOUND);
  assert_int_equal(backend_connect(backend, out, "no:port", false),
                   STATUS_NOT_FOUND);
  assert_int_equal(
    backend_connect(backend, "peer:out", "sonic-test:in_left", true),
    STATUS_CONFLICT);
}

static void
test_outputs_go_to_the_first_playback_ports(void** state)
{
  (void)state;
  assert_int_equal(backend_connect_outputs(session.backend, session.text, 256),
                   STATUS_OK);
  assert_string_equal(session.text, "");
  assert_true(becomes("sonic-test:out_left", "system:playback_1", true));
  assert_true(becomes("sonic-test:out_right", "system:playback_2", true));
}

static void
test_a_name_that_is_taken_becomes_another(void** state)
{
  (void)state;
  const BackendConfig config = {.driver      = DRIVER_JACK,
                                .client_name = "sonic-test",
                                .server_name = jackd.name};
  Session             second;
  session_open(&second, &config);
  assert_string_equal(backend_info(session.backend).name, "sonic-test");
  assert_string_equal(backend_info(second.backend).name, "sonic-test-01");
  session_close(&second);
}

// Metadata

static void
check_property(const char* port, const char* key, const char* expected)
{
  char*             value = NULL;
  char*             type  = NULL;
  const jack_uuid_t uuid  = jack_port_uuid(jack_port_by_name(peer, port));
  const int         error = jack_get_property(uuid, key, &value, &type);
  if (!expected) {
    assert_true(error);
    return;
  }
  assert_false(error);
  assert_string_equal(value, expected);
  jack_free(value);
  jack_free(type);
}

static void
test_ports_have_titles_groups_and_order(void** state)
{
  (void)state;
  const char* const left  = "sonic-test:out_left";
  const char* const right = "sonic-test:in_right";
  const char* const midi  = "sonic-test:midi_in";
  check_property(left, JACK_METADATA_PRETTY_NAME, "Master Left");
  check_property(left, JACK_METADATA_PORT_GROUP, "Master");
  check_property(left, JACK_METADATA_ORDER, "1");
  check_property(right, JACK_METADATA_PRETTY_NAME, "Input Right");
  check_property(right, JACK_METADATA_PORT_GROUP, "Input");
  check_property(right, JACK_METADATA_ORDER, "4");
  check_property(midi, JACK_METADATA_EVENT_TYPES, "MIDI");
  check_property(midi, JACK_METADATA_PORT_GROUP, NULL);
}

static void
test_metadata_goes_with_the_client(void** state)
{
  (void)state;
  const jack_uuid_t uuid =
    jack_port_uuid(jack_port_by_name(peer, "sonic-test:out_left"));
  char* value = NULL;
  char* type  = NULL;
  assert_false(
    jack_get_property(uuid, JACK_METADATA_PRETTY_NAME, &value, &type));
  jack_free(value);
  jack_free(type);
  session_close(&session);
  assert_true(
    jack_get_property(uuid, JACK_METADATA_PRETTY_NAME, &value, &type));
}

// Latency

/// Whether both ends of a port's range become `frames`; each direction is told
/// in its own time
static bool
latency_becomes(jack_port_t*                 port,
                jack_latency_callback_mode_t mode,
                uint32_t                     frames)
{
  jack_latency_range_t range = {0, 0};
  const int64_t        end   = now_ms() + 5000;
  do {
    jack_port_get_latency_range(port, mode, &range);
    if (range.min == frames && range.max == frames) {
      return true;
    }
    poll(NULL, 0, 5);
  } while (now_ms() < end);
  return false;
}

static void
test_latency_is_passed_on(void** state)
{
  (void)state;
  jack_port_t* const out = jack_port_by_name(peer, "sonic-test:out_left");
  jack_port_t* const in  = jack_port_by_name(peer, "sonic-test:in_left");
  assert_int_equal(
    backend_connect(
      session.backend, "system:capture_1", "sonic-test:in_left", true),
    STATUS_OK);
  assert_int_equal(backend_connect_outputs(session.backend, session.text, 256),
                   STATUS_OK);

  // Those of the hardware, as the ports at its end say
  jack_latency_range_t capture;
  jack_latency_range_t playback;
  jack_port_get_latency_range(
    jack_port_by_name(peer, "system:capture_1"), JackCaptureLatency, &capture);
  jack_port_get_latency_range(jack_port_by_name(peer, "system:playback_1"),
                              JackPlaybackLatency,
                              &playback);

  static const uint32_t own[] = {0, 1234, 64};
  for (size_t i = 0; i < sizeof(own) / sizeof(*own); ++i) {
    backend_set_latency(session.backend, own[i]);
    assert_true(latency_becomes(out, JackCaptureLatency, capture.max + own[i]));
    assert_true(
      latency_becomes(in, JackPlaybackLatency, playback.max + own[i]));
  }
}

// Load

static void
test_xruns_are_counted(void** state)
{
  (void)state;
  const uint64_t before = count_xruns();
  atomic_store(&peer_work, TAKE_LONG);
  assert_true(wait_count(count_xruns, before + 1) > before);
}

static void
test_a_flood_of_midi_is_counted(void** state)
{
  (void)state;
  assert_int_equal(
    backend_connect(session.backend, "peer:out", "sonic-test:midi_in", true),
    STATUS_OK);

  // A cycle that JACK gives up takes its flood along; then another is sent
  const int64_t end  = now_ms() + 20000;
  uint64_t      lost = 0;
  while (!lost && now_ms() < end) {
    atomic_store(&peer_work, SEND_FLOOD);
    lost = wait_count(count_midi_lost, 1);
  }

  assert_true(lost > 0 && lost % (FLOOD - 1024) == 0);
}

int
main(int argc, char** argv)
{
  (void)argc;
  guard_require(argv);
  jackd_init(&jackd, RIG_RATE, PERIOD);

#define TEST(func) cmocka_unit_test_setup_teardown(func, open_all, close_all)
  const struct CMUnitTest tests[] = {
    TEST(test_all_ports_are_listed),
    TEST(test_ports_are_connected_and_disconnected),
    TEST(test_outputs_go_to_the_first_playback_ports),
    TEST(test_a_name_that_is_taken_becomes_another),
    TEST(test_ports_have_titles_groups_and_order),
    TEST(test_metadata_goes_with_the_client),
    TEST(test_latency_is_passed_on),
    TEST(test_xruns_are_counted),
    TEST(test_a_flood_of_midi_is_counted),
  };
#undef TEST
  return cmocka_run_group_tests(tests, start_server, stop_server);
}
