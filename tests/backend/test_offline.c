// SPDX-License-Identifier: GPL-3.0-or-later
//
// Offline, nothing is late, and batches are heard at their frame

#include "../engine/rig.h"

#include "backend/backend.h"

enum { LENGTH = 200000, NUM_PAGES = 60 };

static float left[2][LENGTH];

/// A rig whose pages come only when somebody waits for them
typedef struct {
  Rig*     rig;
  Sample*  sample;
  float*   data[NUM_PAGES]; ///< What is in the pages
  float*   out;
  uint64_t done;
  uint64_t stop; ///< Frame after which writing says stop
  uint32_t waits;
} Session;

static void
take_pages(Session* const session)
{
  for (uint32_t i = 0; i < NUM_PAGES; ++i) {
    SamplePage* const page = &session->sample->pages[i];
    const float*      data = atomic_exchange(&page->data, NULL);
    session->data[i]       = data ? (float*)(uintptr_t)data : session->data[i];
    atomic_store(&page->state, PAGE_ABSENT);
  }
}

/// Read one page that is asked for; a wait without one would last for ever
static void
wait_for_page(void* const handle)
{
  Session* const session = (Session*)handle;
  PageRequest    request;
  bool           found = false;
  for (uint32_t i = 0; i < session->rig->config.num_threads && !found; ++i) {
    found = ring_read(session->rig->rings[i], &request);
  }

  assert_true(found);
  ++session->waits;
  SamplePage* const page = &session->sample->pages[request.page];
  atomic_store(&page->data, session->data[request.page]);
  atomic_store(&page->state, PAGE_RESIDENT);
}

static bool
write_out(void* const        handle,
          const float* const left_side,
          const float* const right_side,
          const uint32_t     n)
{
  (void)right_side;
  Session* const session = (Session*)handle;
  memcpy(session->out + session->done, left_side, n * sizeof(float));
  session->done += n;
  return session->done < session->stop;
}

/// Play a loop, then locate, over a file of which nothing is in memory
static void
render(const uint32_t period, const uint32_t threads, float* const out)
{
  const EngineConfig config  = {.rate        = RIG_RATE,
                                .max_frames  = 4096,
                                .num_threads = threads,
                                .level       = cpu_level_best(),
                                .offline     = true,
                                .share_from  = 1};
  Session            session = {.out = out, .stop = UINT64_MAX};
  session.rig                = rig_new_with(&config);
  Rig* const rig             = session.rig;
  rig_track(rig, TRACK_AUDIO, NULL);
  session.sample = rig_sample(rig, NUM_PAGES * PAGE_FRAMES, 2, 5);
  take_pages(&session);

  ClipPart* const a = rig_audio(rig, 1, 0, BEATS(3), session.sample);
  ClipPart* const b = rig_audio(rig, 2, BEATS(2.3), BEATS(9), session.sample);
  b->audio.offset   = frame_time_from_frames(100000);
  rig_clips(rig, 0, (ClipPart*[]){a, b}, 2);
  rig_schedule(rig);
  rig_loop(rig, true, BEATS(1), BEATS(2.5));
  rig_transport(rig, TRANSPORT_PLAY, 0);
  rig_send(rig, 0);
  rig_transport(rig, TRANSPORT_LOCATE, BEATS(4));
  rig_send(rig, 100777);

  const OfflineJob job = {.frames = LENGTH,
                          .period = period,
                          .write  = write_out,
                          .wait   = wait_for_page,
                          .handle = &session};
  assert_int_equal(offline_run(rig->engine, &job), STATUS_OK);
  assert_int_equal(session.done, LENGTH);
  assert_true(session.waits > 10);
  assert_int_equal(rig_state(rig).late, 0);
  for (uint32_t i = 0; i < NUM_PAGES; ++i) {
    atomic_store(&session.sample->pages[i].data, session.data[i]);
  }

  // What is heard is the file
  assert_true(out[0] == *sample_at(session.sample, 0, 0));
  assert_true(out[30000] == *sample_at(session.sample, 30000, 0));
  rig_free(rig);
}

static void
test_what_is_not_in_memory_is_waited_for(void** state)
{
  (void)state;
  static const uint32_t periods[] = {16, 441, 1024, 4096};
  render(256, 1, left[0]);
  for (unsigned p = 0; p < 4; ++p) {
    for (uint32_t threads = 1; threads <= 2; ++threads) {
      render(periods[p], threads, left[1]);
      assert_memory_equal(left[0], left[1], sizeof(left[0]));
    }
  }
}

static void
test_writing_can_stop_it(void** state)
{
  (void)state;
  Session          session = {.rig = rig_new(1), .out = left[0], .stop = 5000};
  const OfflineJob job     = {.frames = LENGTH,
                              .period = 1024,
                              .write  = write_out,
                              .wait   = wait_for_page,
                              .handle = &session};
  assert_int_equal(offline_run(session.rig->engine, &job), STATUS_CANCELLED);
  assert_int_equal(session.done, 5 * 1024);
  rig_free(session.rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_what_is_not_in_memory_is_waited_for),
    cmocka_unit_test(test_writing_can_stop_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
