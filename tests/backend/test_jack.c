// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine under a real JACK server, in real time and in freewheel

#include "session.h"
#include "support/capture.h"
#include "support/fail_malloc.h"
#include "support/guard.h"
#include "support/jackd.h"

#include <pthread.h>
#include <signal.h>

enum {
  SOUND    = 100000, ///< Frames of the sample, two dozen pages
  ATTEMPTS = 20,     ///< At a recording without an xrun
};

static Jackd    jackd;
static Session  session;
static Capture* capture;

/// Start a server and open a session on it, but do not start the engine yet
static void
open_on_server(uint32_t period)
{
  const BackendConfig config = {.driver      = DRIVER_JACK,
                                .client_name = "sonic-test",
                                .server_name = jackd.name};
  jackd.period               = period;
  assert_true(jackd_start(&jackd));
  session_open(&session, &config);
}

/// Start the engine and record its outputs
static void
start_captured(void)
{
  capture = capture_new(jackd.name, SOUND);
  assert_non_null(capture);
  session_start(&session);
  assert_true(
    capture_connect(capture, "sonic-test:out_left", "sonic-test:out_right"));
}

/// Close everything, also after a failure
static int
close_all(void** state)
{
  (void)state;
  capture_free(capture);
  capture = NULL;
  session_close(&session);
  jackd_stop(&jackd, SIGTERM);
  return 0;
}

// What it must sound like: the same offline

typedef struct {
  float    left[SOUND];
  float    right[SOUND];
  uint32_t num;
} Heard;

/// Append from the first frame on that is not silent
static bool
append_sound(void* handle, const float* left, const float* right, uint32_t n)
{
  Heard* const recording = (Heard*)handle;
  for (uint32_t i = 0; i < n && recording->num < SOUND; ++i) {
    if (recording->num || left[i] != 0.0f || right[i] != 0.0f) {
      recording->left[recording->num]    = left[i];
      recording->right[recording->num++] = right[i];
    }
  }
  return recording->num < SOUND;
}

static void
not_ready(void* handle)
{
  (void)handle;
  fail_msg("a page is absent offline");
}

static Heard*
record_offline(void)
{
  static Heard     recording;
  const OfflineJob job = {.frames = 2 * SOUND,
                          .period = 100,
                          .write  = append_sound,
                          .wait   = not_ready,
                          .handle = &recording};

  Rig* const rig = session_rig(RIG_RATE, true, 0);
  session_audio(rig, rig_sample(rig, SOUND, 2, 7));
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  recording.num = 0;
  assert_int_equal(offline_run(rig->engine, &job), STATUS_CANCELLED);
  rig_free(rig);
  return &recording;
}

static void
check_capture(const Heard* expected)
{
  const uint32_t n = capture_frames(capture);
  assert_true(n > 0 && n <= expected->num);
  for (uint32_t i = 0; i < n; ++i) {
    if (capture_left(capture)[i] != expected->left[i] ||
        capture_right(capture)[i] != expected->right[i]) {
      fail_msg("frame %u: %g is not %g",
               i,
               capture_left(capture)[i],
               expected->left[i]);
    }
  }
}

// Pages that come late

/// Plays the part of the media thread for a sample whose pages are absent
typedef struct {
  Rig*         rig;
  Sample*      sample;
  const float* data[SOUND / PAGE_FRAMES + 1];
  atomic_bool  quit;
  pthread_t    thread;
} Reader;

static void
bring_page(Reader* reader, uint32_t page)
{
  atomic_store(&reader->sample->pages[page].data, reader->data[page]);
  atomic_store(&reader->sample->pages[page].state, PAGE_RESIDENT);
}

static void*
read_pages(void* arg)
{
  Reader* const reader = (Reader*)arg;
  while (!atomic_load(&reader->quit)) {
    PageRequest request;
    for (uint32_t i = 0; i < reader->rig->config.num_threads; ++i) {
      while (ring_read(reader->rig->rings[i], &request)) {
        bring_page(reader, request.page);
      }
    }
    poll(NULL, 0, 2);
  }
  return NULL;
}

static void
reader_start(Reader* reader, Rig* rig, Sample* sample)
{
  *reader = (Reader){.rig = rig, .sample = sample};
  for (uint32_t i = 0; i < sample->num_pages; ++i) {
    reader->data[i] = atomic_exchange(&sample->pages[i].data, NULL);
    atomic_store(&sample->pages[i].state, PAGE_ABSENT);
  }
  pthread_create(&reader->thread, NULL, read_pages, reader);
}

static void
reader_stop(Reader* reader)
{
  atomic_store(&reader->quit, true);
  pthread_join(reader->thread, NULL);
  for (uint32_t i = 0; i < reader->sample->num_pages; ++i) {
    bring_page(reader, i);
  }
}

// The tests

/// Stop, and wait until nothing of an earlier attempt sounds
static void
stop_and_wait(void)
{
  rig_transport(session.rig, TRANSPORT_STOP, 0);
  rig_send(session.rig, 0);
  assert_true(session_wait_frame(
    &session, rig_telemetry(session.rig).frame + RIG_RATE / 10, 10000));
  assert_int_equal(rig_telemetry(session.rig).state, ENGINE_STOPPED);
}

static void
play_captured(uint32_t frames)
{
  capture_start(capture, CAPTURE_SOUND, frames);
  rig_transport(session.rig, TRANSPORT_PLAY, 0);
  rig_send(session.rig, 0);
  assert_true(capture_wait(capture, 60000));
}

/// Record until there is a recording without an xrun
static void
check_real_time(uint32_t period)
{
  open_on_server(period);
  session_audio(session.rig, rig_sample(session.rig, SOUND, 2, 7));
  rig_send(session.rig, 0);
  start_captured();

  uint32_t xruns = 1;
  for (int attempt = 0; xruns && attempt < ATTEMPTS; ++attempt) {
    stop_and_wait();
    play_captured(RIG_RATE / 10);
    xruns = capture_xruns(capture);
  }
  assert_int_equal(xruns, 0);
  check_capture(record_offline());
}

static void
test_real_time_is_what_offline_is(void** state)
{
  static const uint32_t periods[] = {64, 441, 1024};

  for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); ++i) {
    check_real_time(periods[i]);
    close_all(state);
  }
}

/// In freewheel, with pages that come late
static void
check_freewheel(uint32_t period)
{
  open_on_server(period);
  Sample* const sample = rig_sample(session.rig, SOUND, 2, 7);
  session_audio(session.rig, sample);
  rig_send(session.rig, 0);
  start_captured();

  static Reader reader;
  reader_start(&reader, session.rig, sample);
  assert_true(capture_freewheel(capture, true));
  assert_true(backend_info(session.backend).freewheeling);
  play_captured(SOUND);
  assert_true(capture_freewheel(capture, false));
  reader_stop(&reader);
  assert_false(backend_info(session.backend).freewheeling);
  assert_int_equal(rig_telemetry(session.rig).late, 0);
  check_capture(record_offline());
}

static void
test_freewheel_is_what_offline_is(void** state)
{
  static const uint32_t periods[] = {100, 256, 4096};

  for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); ++i) {
    check_freewheel(periods[i]);
    close_all(state);
  }
}

static void
test_two_events_keep_their_distance(void** state)
{
  (void)state;
  const uint64_t distance = 12345;
  open_on_server(256);
  rig_track(session.rig, TRACK_MIDI, &probe_info);
  rig_schedule(session.rig);
  rig_send(session.rig, 0);
  start_captured();
  assert_true(session_wait_frame(&session, 0, 5000));

  // The probe puts out one frame that is not silent for each note; where the
  // server places them is compared with what was asked for
  uint32_t apart = 0;
  uint32_t xruns = 1;
  for (uint32_t attempt = 0; xruns && attempt < ATTEMPTS; ++attempt) {
    const uint64_t from   = rig_telemetry(session.rig).frame + 4800;
    const uint64_t before = backend_info(session.backend).xruns;
    for (uint32_t i = 0; i < 2; ++i) {
      const Note note = {
        .key = 2 * attempt + i + 1, .pitch = 60, .velocity = 1.0f};
      capture_start(capture, CAPTURE_SOUND, 16);
      rig_op(session.rig,
             (Operation){.type  = OPERATION_NOTE_ON,
                         .track = session.rig->tracks[0].source,
                         .note  = note});
      rig_send(session.rig, from + i * distance);
      assert_true(capture_wait(capture, 10000));
      assert_true(capture_left(capture)[0] > 0.0f);
      apart = capture_first_frame(capture) - (i ? apart : 0);
    }
    xruns = (uint32_t)(backend_info(session.backend).xruns - before);
  }
  assert_int_equal(xruns, 0);
  assert_int_equal(apart, distance);
}

static void
test_without_a_server_it_says_so(void** state)
{
  (void)state;
  const BackendConfig config = {.driver      = DRIVER_JACK,
                                .client_name = "sonic-test",
                                .server_name = jackd.name,
                                .rate        = 48000,
                                .period      = 64};
  BackendConfig       either = config;
  char                text[256];
  char                expected[256];
  Backend*            backend = NULL;
  assert_int_equal(backend_open(&config, text, sizeof(text), &backend),
                   STATUS_NOT_FOUND);
  assert_null(backend);
  snprintf(expected,
           sizeof(expected),
           "no JACK server %s runs; start one: jackd -n %s -d alsa",
           jackd.name,
           jackd.name);
  assert_string_equal(text, expected);

  either.driver = DRIVER_AUTO;
  assert_int_equal(backend_open(&either, text, sizeof(text), &backend),
                   STATUS_OK);
  assert_string_equal(backend_info(backend).driver, "dummy");
  assert_non_null(strstr(text, "; on the dummy clock, without sound; to hear"));
  backend_close(backend);
}

static void
test_it_says_when_memory_runs_out(void** state)
{
  (void)state;
  const BackendConfig config = {.driver      = DRIVER_JACK,
                                .client_name = "sonic-test",
                                .server_name = jackd.name};
  char                text[256];
  Backend*            backend = NULL;
  for (unsigned n = 1;; ++n) {
    fail_malloc_at(n);
    const Status st = backend_open(&config, text, sizeof(text), &backend);
    assert_null(backend);
    if (fail_malloc_stop() < n) {
      assert_int_equal(st, STATUS_NOT_FOUND);
      break;
    }
    assert_int_equal(st, STATUS_NO_MEMORY);
  }
}

int
main(int argc, char** argv)
{
  (void)argc;
  guard_require(argv);
  jackd_init(&jackd, RIG_RATE, 256);
  jackd.realtime = jackd_can_realtime();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_without_a_server_it_says_so),
    cmocka_unit_test(test_it_says_when_memory_runs_out),
    cmocka_unit_test_teardown(test_two_events_keep_their_distance, close_all),
    cmocka_unit_test_teardown(test_real_time_is_what_offline_is, close_all),
    cmocka_unit_test_teardown(test_freewheel_is_what_offline_is, close_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
