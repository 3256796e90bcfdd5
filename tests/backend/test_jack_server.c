// SPDX-License-Identifier: GPL-3.0-or-later
//
// The JACK server goes and comes back

#include "session.h"
#include "support/capture.h"
#include "support/guard.h"
#include "support/jackd.h"

#include <signal.h>

enum { BACK_MS = 3000 }; ///< In which all must be as before

static Jackd    jackd;
static Session  session;
static Capture* capture;

/// Start a server and a session that plays on it for ever
static void
open_on_server(void)
{
  const BackendConfig config = {.driver      = DRIVER_JACK,
                                .client_name = "sonic-test",
                                .server_name = jackd.name};
  assert_true(jackd_start(&jackd));
  session_open(&session, &config);
  session_audio(session.rig, rig_sample(session.rig, 4000000, 2, 7));
  rig_transport(session.rig, TRANSPORT_PLAY, 0);
  rig_send(session.rig, 0);
  session_start(&session);
}

static int
close_all(void** state)
{
  (void)state;
  capture_free(capture);
  capture = NULL;
  session_close(&session);
  jackd_stop(&jackd, SIGTERM);
  jackd_init(&jackd, RIG_RATE, 256);
  return 0;
}

/// Stop the server and have the backend notice it
static void
lose_server(int signal)
{
  // The capture goes between the server and the backend's next attempt, since
  // libjack cleans up all clients of a dead server when it opens one
  jackd_stop(&jackd, signal);
  capture_free(capture);
  capture = NULL;
  assert_true(session_wait_state(&session, BACKEND_DOWN, 3000) >= 0);
}

/// Start the server again and wait for the backend to be in a state
static void
regain_server(BackendState state)
{
  assert_true(jackd_start(&jackd));
  const int64_t took = session_wait_state(&session, state, BACK_MS);
  assert_true(took >= 0);
  capture = capture_new(jackd.name, 48000);
  assert_non_null(capture);
}

static bool
is_connected(const char* from, const char* to)
{
  return capture_are_connected(capture, from, to);
}

/// Whether what plays is heard at the port that an application reads
static void
check_sound(void)
{
  assert_true(
    capture_connect(capture, "sonic-test:out_left", "sonic-test:out_right"));
  capture_start(capture, CAPTURE_SOUND, 100);
  assert_true(capture_wait(capture, 5000));
}

static void
check_ports(void)
{
  static const char* const ports[] = {"sonic-test:out_left",
                                      "sonic-test:out_right",
                                      "sonic-test:in_left",
                                      "sonic-test:in_right",
                                      "sonic-test:midi_in"};
  for (size_t i = 0; i < sizeof(ports) / sizeof(*ports); ++i) {
    assert_true(capture_wait_port(capture, ports[i], 1000));
  }
}

static void
check_comes_back(int signal)
{
  open_on_server();
  assert_int_equal(backend_connect_outputs(session.backend, session.text, 256),
                   STATUS_OK);
  assert_int_equal(
    backend_connect(
      session.backend, "system:capture_2", "sonic-test:in_left", true),
    STATUS_OK);
  assert_true(backend_is_connected(session.backend));

  for (int i = 0; i < 2; ++i) {
    const uint64_t frame = rig_telemetry(session.rig).frame;
    lose_server(signal);
    assert_false(backend_is_connected(session.backend));
    assert_int_equal(
      backend_connect(
        session.backend, "system:capture_1", "sonic-test:in_left", true),
      STATUS_NOT_READY);

    regain_server(BACKEND_RUNNING);
    check_ports();
    assert_true(is_connected("sonic-test:out_left", "system:playback_1"));
    assert_true(is_connected("sonic-test:out_right", "system:playback_2"));
    assert_true(is_connected("system:capture_2", "sonic-test:in_left"));
    assert_false(is_connected("system:capture_1", "sonic-test:in_left"));
    assert_true(backend_is_connected(session.backend));
    check_sound();
    assert_true(rig_telemetry(session.rig).frame > frame);
    assert_int_equal(rig_telemetry(session.rig).state, ENGINE_PLAYING);
  }
}

static void
test_after_a_kill_all_is_as_before(void** state)
{
  (void)state;
  check_comes_back(SIGKILL);
}

static void
test_after_a_shutdown_all_is_as_before(void** state)
{
  (void)state;
  check_comes_back(SIGTERM);
}

static void
test_changes_are_told_once(void** state)
{
  (void)state;
  open_on_server();
  assert_false(backend_poll(session.backend));
  jackd_stop(&jackd, SIGKILL);

  int           changes = 0;
  const int64_t end     = now_ms() + 3000;
  while (!changes && now_ms() < end) {
    changes += backend_poll(session.backend);
    poll(NULL, 0, 10);
  }
  assert_int_equal(changes, 1);
  assert_int_equal(backend_info(session.backend).state, BACKEND_DOWN);
  for (int i = 0; i < 20; ++i) {
    assert_false(backend_poll(session.backend));
    poll(NULL, 0, 10);
  }
}

static void
test_polling_never_holds_up(void** state)
{
  (void)state;
  open_on_server();
  jackd_stop(&jackd, SIGKILL);

  // Two attempts to come back fall into this
  const int64_t start   = now_ms();
  int64_t       longest = 0;
  while (now_ms() - start < 1500) {
    const int64_t before = now_ms();
    backend_poll(session.backend);
    const int64_t took = now_ms() - before;
    longest            = took > longest ? took : longest;
    poll(NULL, 0, 1);
  }
  assert_int_equal(backend_info(session.backend).state, BACKEND_DOWN);
  assert_true(longest < 250); // An attempt takes as long on a busy machine
}

static void
test_a_peer_that_comes_later_is_connected_then(void** state)
{
  (void)state;
  open_on_server();
  capture = capture_new(jackd.name, 48000);
  assert_non_null(capture);
  check_sound();
  lose_server(SIGKILL);
  regain_server(BACKEND_RUNNING);

  // The new capture has the old one's name and does not connect itself
  const int64_t end = now_ms() + BACK_MS;
  while (!is_connected("sonic-test:out_right", "capture:right") &&
         now_ms() < end) {
    backend_poll(session.backend);
    poll(NULL, 0, 20);
  }
  assert_true(is_connected("sonic-test:out_left", "capture:left"));
  assert_true(is_connected("sonic-test:out_right", "capture:right"));
}

static void
test_another_rate_waits_for_another_engine(void** state)
{
  (void)state;
  open_on_server();
  lose_server(SIGKILL);
  jackd.rate = 44100;
  regain_server(BACKEND_RATE_CHANGED);
  check_ports();
  assert_int_equal(backend_info(session.backend).rate, 44100);
  const uint64_t frame = rig_telemetry(session.rig).frame;

  // The old engine may go, since nobody calls it
  poll(NULL, 0, 100);
  assert_int_equal(rig_telemetry(session.rig).frame, frame);
  rig_free(session.rig);
  session.rig = session_new_rig(&session);
  session_audio(session.rig, rig_sample(session.rig, 400000, 2, 7));
  rig_transport(session.rig, TRANSPORT_PLAY, 0);
  rig_send(session.rig, 0);
  session_start(&session);
  assert_int_equal(backend_info(session.backend).state, BACKEND_RUNNING);
  assert_false(backend_poll(session.backend));
  check_sound();
}

static void
test_it_closes_without_a_server(void** state)
{
  open_on_server();
  lose_server(SIGKILL);
  const int64_t start = now_ms();
  close_all(state);
  assert_true(now_ms() - start < 5000);
}

int
main(int argc, char** argv)
{
  (void)argc;
  guard_require(argv);
  jackd_init(&jackd, RIG_RATE, 256);

  const struct CMUnitTest tests[] = {
    cmocka_unit_test_teardown(test_after_a_kill_all_is_as_before, close_all),
    cmocka_unit_test_teardown(test_after_a_shutdown_all_is_as_before,
                              close_all),
    cmocka_unit_test_teardown(test_changes_are_told_once, close_all),
    cmocka_unit_test_teardown(test_polling_never_holds_up, close_all),
    cmocka_unit_test_teardown(test_a_peer_that_comes_later_is_connected_then,
                              close_all),
    cmocka_unit_test_teardown(test_another_rate_waits_for_another_engine,
                              close_all),
    cmocka_unit_test_teardown(test_it_closes_without_a_server, close_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
