// SPDX-License-Identifier: GPL-3.0-or-later
//
// The clock without sound

#include "session.h"
#include "support/fail_malloc.h"
#include "support/guard.h"

#include <math.h>

static const BackendConfig config = {.driver      = DRIVER_DUMMY,
                                     .client_name = "dummy",
                                     .rate        = 48000,
                                     .period      = 64};

/// Nanoseconds by which the clock is ahead of its frames, in the most punctual
/// of forty cycles from now
static double
best_lateness(Session* session)
{
  double best = INFINITY;
  for (int i = 0; i < 40; ++i) {
    const uint64_t frame = rig_telemetry(session->rig).frame;
    assert_true(session_wait_frame(session, frame, 5000));
    const Telemetry now = rig_telemetry(session->rig);
    const double late   = (double)now.nanos - (double)now.frame / 48000.0 * 1e9;
    best                = late < best ? late : best;
  }
  return best;
}

static void
test_it_keeps_time(void** state)
{
  (void)state;
  Session session;
  session_open(&session, &config);
  session_start(&session);
  assert_true(session_wait_frame(&session, 0, 5000));

  // A machine that stops for a while makes the clock start anew
  double   drift = INFINITY;
  uint64_t xruns = 1;
  for (int attempt = 0; xruns && attempt < 5; ++attempt) {
    const uint64_t before = backend_info(session.backend).xruns;
    const double   first  = best_lateness(&session);
    drift                 = best_lateness(&session) - first;
    xruns                 = backend_info(session.backend).xruns - before;
  }
  assert_int_equal(xruns, 0);
  assert_true(fabs(drift) < 2e6);
  session_close(&session);
}

static void
test_the_engine_plays(void** state)
{
  (void)state;
  Session session;
  session_open(&session, &config);
  session_audio(session.rig, rig_sample(session.rig, 4800, 2, 1));
  rig_transport(session.rig, TRANSPORT_PLAY, 0);
  rig_send(session.rig, 0);
  session_start(&session);

  assert_true(session_wait_frame(&session, 4800, 5000));
  const StripMeter meter =
    engine_take_meter(session.rig->engine, session.rig->master);
  assert_true(meter.peak_left > 0.1f);
  assert_int_equal(rig_telemetry(session.rig).state, ENGINE_PLAYING);
  session_close(&session);
}

static void
test_it_stops_and_starts_with_another_engine(void** state)
{
  (void)state;
  Session session;
  session_open(&session, &config);
  Rig* const other = session.rig;
  session_start(&session);
  assert_true(session_wait_frame(&session, 64, 5000));

  session.rig = session_new_rig(&session);
  session_start(&session);
  const uint64_t frame = rig_telemetry(other).frame;
  assert_true(session_wait_frame(&session, 640, 5000));
  assert_int_equal(rig_telemetry(other).frame, frame);
  rig_free(other);
  session_close(&session);
}

static void
test_what_it_says_of_itself(void** state)
{
  (void)state;
  Session session;
  session_open(&session, &config);
  const BackendInfo info = backend_info(session.backend);
  assert_string_equal(session.text, "");
  assert_string_equal(info.driver, "dummy");
  assert_int_equal(info.rate, 48000);
  assert_int_equal(info.period, 64);
  assert_int_equal(info.state, BACKEND_RUNNING);
  assert_true(backend_is_connected(session.backend));
  assert_false(backend_poll(session.backend));
  assert_int_equal(backend_connect(session.backend, "a", "b", true),
                   STATUS_NOT_FOUND);
  session_close(&session);
  backend_close(NULL);
}

static void
test_rates_and_periods_out_of_range_are_refused(void** state)
{
  static const uint32_t cases[][2] = {
    {7999, 64}, {192001, 64}, {48000, 15}, {48000, 8193}, {0, 0}};

  (void)state;
  for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
    BackendConfig bad = config;
    bad.rate          = cases[i][0];
    bad.period        = cases[i][1];
    char     text[256];
    Backend* backend = NULL;
    assert_int_equal(backend_open(&bad, text, sizeof(text), &backend),
                     STATUS_OUT_OF_RANGE);
    assert_true(text[0]);
    assert_null(backend);
  }
}

static void
test_it_says_when_memory_runs_out(void** state)
{
  (void)state;
  char     text[256];
  Backend* backend = NULL;
  Status   st      = STATUS_NO_MEMORY;
  for (unsigned n = 1; st; ++n) {
    fail_malloc_at(n);
    st = backend_open(&config, text, sizeof(text), &backend);
    if (fail_malloc_stop() < n) {
      assert_int_equal(st, STATUS_OK);
    } else {
      assert_int_equal(st, STATUS_NO_MEMORY);
      assert_null(backend);
    }
  }
  backend_close(backend);
}

int
main(int argc, char** argv)
{
  (void)argc;
  guard_require(argv);

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_it_keeps_time),
    cmocka_unit_test(test_the_engine_plays),
    cmocka_unit_test(test_it_stops_and_starts_with_another_engine),
    cmocka_unit_test(test_what_it_says_of_itself),
    cmocka_unit_test(test_rates_and_periods_out_of_range_are_refused),
    cmocka_unit_test(test_it_says_when_memory_runs_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
