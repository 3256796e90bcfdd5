// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pages are there when they are needed, and memory stays bounded

#include "engine/sample_read.h"
#include "media/cache.h"
#include "media/media.h"
#include "support/fail_malloc.h"
#include "support/temp_folder.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { RATE = 48000, PAGE_BYTES = PAGE_FRAMES * 2 * sizeof(float) };

static char        folder[TEMP_PATH_SIZE];
static Media*      media;
static atomic_uint cycles;
static atomic_uint num_logged;
static char        logged[1024];

static void
log_line(void* const handle, const char* const line)
{
  snprintf(logged, sizeof(logged), "%s", line);
  atomic_fetch_add(&num_logged, handle == &cycles);
}

/// Start a media thread with room for a number of stereo pages
static void
start(const uint32_t num_pages)
{
  const MediaConfig config = {
    .num_rings   = 2,
    .page_budget = (size_t)num_pages * PAGE_BYTES,
    .log         = log_line,
    .handle      = &cycles,
  };

  media = media_new(&config);
  assert_non_null(media);
  atomic_store(&cycles, 0);
  media_set_cycles(media, &cycles);
}

static int
set_up(void** state)
{
  (void)state;
  temp_folder_new(folder);
  atomic_store(&num_logged, 0);
  media = NULL;
  return 0;
}

static int
tear_down(void** state)
{
  (void)state;
  media_free(media);
  temp_folder_remove(folder);
  return 0;
}

/// The value of a frame, the same wherever it is read
static float
value_of(const uint64_t frame, const uint32_t channel)
{
  return (float)(frame % 1000003u) + (channel ? 0.5f : 0.0f);
}

/// Write a stereo cache file; returns its path until the next call
static const char*
write_cache(const char* const key, const uint64_t frames)
{
  static char  path[CACHE_PATH_SIZE];
  CacheWriter* writer = NULL;
  assert_int_equal(cache_writer_new(folder, key, 2, &writer), STATUS_OK);
  for (uint64_t i = 0; i < frames; ++i) {
    const float frame[2] = {value_of(i, 0), value_of(i, 1)};
    assert_int_equal(cache_writer_add(writer, frame, 1), STATUS_OK);
  }

  const CacheInfo info = {.rate = RATE};
  assert_int_equal(cache_writer_commit(writer, &info), STATUS_OK);
  cache_writer_free(writer);
  assert_true(cache_path(folder, key, ".pcm", path));
  return path;
}

/// Open a stereo sample of a number of pages, the last not quite full
static Sample*
open_pages(const char* const key, const uint32_t num_pages)
{
  Sample*     sample = NULL;
  const char* path   = write_cache(key, (uint64_t)num_pages * PAGE_FRAMES - 3);
  assert_int_equal(media_open(media, path, &sample), STATUS_OK);
  assert_int_equal(sample->num_pages, num_pages);
  assert_int_equal(sample->channels, 2);
  return sample;
}

/// More pages than make a short sample
enum { LONG = RATE * MEDIA_SHORT_SECONDS / PAGE_FRAMES + 10 };

static bool
is_right(const Sample* const sample,
         const uint32_t      page,
         const float* const  data)
{
  for (uint32_t i = 0; i < PAGE_FRAMES; i += 61) {
    const uint64_t frame = (uint64_t)page * PAGE_FRAMES + i;
    for (uint32_t c = 0; c < 2; ++c) {
      if (data[2 * i + c] !=
          (frame < sample->frames ? value_of(frame, c) : 0.0f)) {
        return false;
      }
    }
  }

  return true;
}

static bool
is_resident(const Sample* const sample, const uint32_t page)
{
  return atomic_load(&sample->pages[page].data);
}

static uint32_t
num_resident(const Sample* const sample)
{
  uint32_t num = 0;
  for (uint32_t i = 0; i < sample->num_pages; ++i) {
    num += is_resident(sample, i);
  }
  return num;
}

static void
nap(void)
{
  const struct timespec a_while = {.tv_nsec = 200000};
  nanosleep(&a_while, NULL);
}

/// Wait for a condition that the media thread brings about
#define WAIT_FOR(condition)                                                    \
  do {                                                                         \
    const time_t start_time = time(NULL);                                      \
    while (!(condition)) {                                                     \
      if (time(NULL) - start_time > 30) {                                      \
        fail_msg("waited in vain: %s", #condition);                            \
      }                                                                        \
      nap();                                                                   \
    }                                                                          \
  } while (0)

static uint32_t
now(void)
{
  return atomic_load(&cycles);
}

static void
end_cycle(void)
{
  atomic_fetch_add(&cycles, 1);
}

static void
test_a_short_sample_is_held_whole(void** state)
{
  (void)state;
  start(8);
  Sample* const sample = open_pages("short", 20);
  WAIT_FOR(media_is_ready(sample));
  for (uint32_t i = 0; i < 20; ++i) {
    const float* const data = sample_peek(sample, i, now());
    assert_non_null(data);
    assert_true(is_right(sample, i, data));
  }

  // Whatever else is read
  Sample* const other = open_pages("long", LONG);
  for (uint32_t i = 0; i < LONG; ++i) {
    assert_int_equal(media_wait_resident(media, other, i, 1), STATUS_OK);
    end_cycle();
  }

  assert_int_equal(num_resident(sample), 20);
  assert_int_equal(media_stats(media).held_bytes, 20 * PAGE_BYTES);
  media_release(media, sample);
  media_release(media, other);
  WAIT_FOR((end_cycle(), !media_stats(media).held_bytes));
}

static void
test_short_samples_beyond_their_budget_are_streamed(void** state)
{
  (void)state;
  const MediaConfig config = {.num_rings = 1, .held_budget = 30 * PAGE_BYTES};
  media                    = media_new(&config);
  Sample* const a          = open_pages("a", 20);
  Sample* const b          = open_pages("b", 20);
  WAIT_FOR(num_resident(a) == 20);
  assert_int_equal(media_wait_resident(media, b, 3, 2), STATUS_OK);
  assert_int_equal(num_resident(b), 2);

  // And there is room again when one goes
  media_release(media, a);
  WAIT_FOR(!media_stats(media).held_bytes);
  Sample* const c = open_pages("c", 20);
  WAIT_FOR(num_resident(c) == 20);
}

static void
test_what_is_asked_for_comes(void** state)
{
  (void)state;
  start(100);
  Sample* const sample = open_pages("long", LONG);
  assert_int_equal(num_resident(sample), 0);
  assert_true(media_is_ready(sample));

  for (uint32_t ring = 0; ring < 2; ++ring) {
    const uint32_t page = 70 + ring;
    assert_null(sample_page(sample, page, now(), media_ring(media, ring)));
    WAIT_FOR(is_resident(sample, page));
    const float* const data =
      sample_page(sample, page, now(), media_ring(media, ring));
    assert_true(is_right(sample, page, data));
  }

  assert_int_equal(num_resident(sample), 2);
  assert_int_equal(media_stats(media).late_reads, 2);
  assert_int_equal(media_stats(media).pages_read, 2);

  // The last page ends in silence
  assert_false(sample_request(sample, LONG - 1, 1, 0, media_ring(media, 0)));
  media_wait_requests(media);
  const float* const last = sample_peek(sample, LONG - 1, 0);
  assert_non_null(last);
  assert_true(is_right(sample, LONG - 1, last));
  assert_true(last[2 * PAGE_FRAMES - 1] == 0.0f);
  media_release(media, sample);

  // Late reads are still counted when the sample is gone
  WAIT_FOR((end_cycle(), !media_stats(media).resident_bytes));
  assert_int_equal(media_stats(media).late_reads, 2);
}

static void
test_waiting_for_requests_waits_for_all_of_them(void** state)
{
  (void)state;
  start(100);
  Sample* const sample = open_pages("long", LONG);
  for (uint32_t i = 0; i < 50; ++i) {
    sample_request(sample, i, 1, now(), media_ring(media, i & 1u));
  }

  media_wait_requests(media);
  assert_true(sample_request(sample, 0, 50, now(), media_ring(media, 0)));
  media_release(media, sample);
}

static void
test_the_page_used_least_recently_is_dropped(void** state)
{
  (void)state;
  start(8);
  Sample* const sample = open_pages("long", LONG);
  for (uint32_t i = 0; i < 8; ++i) {
    assert_int_equal(media_wait_resident(media, sample, i, 1), STATUS_OK);
    end_cycle();
  }

  // Page 0 was read first, but is used again
  assert_non_null(sample_peek(sample, 0, now()));
  end_cycle();
  end_cycle();
  assert_int_equal(media_wait_resident(media, sample, 100, 1), STATUS_OK);
  assert_true(is_resident(sample, 0));
  assert_false(is_resident(sample, 1));
  for (uint32_t i = 2; i < 8; ++i) {
    assert_true(is_resident(sample, i));
  }

  // What was dropped can be asked for again
  sample_request(sample, 1, 1, now(), media_ring(media, 0));
  media_wait_requests(media);
  assert_true(is_resident(sample, 1));
  media_release(media, sample);
}

static void
test_what_is_dropped_is_older_than_what_is_kept(void** state)
{
  (void)state;
  enum { BUDGET = 80 };
  start(BUDGET);
  Sample* const sample = open_pages("long", LONG);
  uint32_t      used[LONG];
  for (uint32_t i = 0; i < BUDGET; ++i) {
    assert_int_equal(media_wait_resident(media, sample, i, 1), STATUS_OK);
  }

  // Use them in another order, a cycle each
  for (uint32_t i = 0; i < BUDGET; ++i) {
    const uint32_t page = i * 37u % BUDGET;
    assert_non_null(sample_peek(sample, page, now()));
    used[page] = now();
    end_cycle();
  }

  end_cycle();
  assert_int_equal(media_wait_resident(media, sample, BUDGET, 1), STATUS_OK);
  uint32_t newest_dropped = 0;
  uint32_t oldest_kept    = UINT32_MAX;
  for (uint32_t i = 0; i < BUDGET; ++i) {
    if (is_resident(sample, i)) {
      oldest_kept = used[i] < oldest_kept ? used[i] : oldest_kept;
    } else {
      newest_dropped = used[i] > newest_dropped ? used[i] : newest_dropped;
    }
  }

  const uint32_t num = num_resident(sample);
  assert_true(num <= BUDGET && num > BUDGET * 3 / 4);
  assert_true(newest_dropped > 1 && newest_dropped < oldest_kept);
  media_release(media, sample);
}

static void
test_what_a_cycle_uses_stays_even_over_the_budget(void** state)
{
  (void)state;
  enum { BUDGET = 8 };
  start(BUDGET);
  Sample* const sample = open_pages("long", LONG);
  for (uint32_t i = 0; i < 2 * BUDGET; ++i) {
    assert_int_equal(media_wait_resident(media, sample, i, 1), STATUS_OK);
  }
  assert_int_equal(num_resident(sample), 2 * BUDGET);

  // Also where a cycle of no frames comes between those that read
  end_cycle();
  end_cycle();
  assert_int_equal(media_wait_resident(media, sample, 49, 1), STATUS_OK);
  assert_int_equal(num_resident(sample), 2 * BUDGET + 1);

  // And goes when it is not used any more
  end_cycle();
  end_cycle();
  assert_int_equal(media_wait_resident(media, sample, 50, 1), STATUS_OK);
  assert_int_equal(num_resident(sample), BUDGET);
  media_release(media, sample);
}

static void
test_a_page_in_use_is_not_freed_before_its_cycle_ends(void** state)
{
  (void)state;
  enum { BUDGET = 8 };
  start(BUDGET);
  Sample* const sample = open_pages("long", LONG);
  assert_int_equal(media_wait_resident(media, sample, 0, 1), STATUS_OK);
  const float* const data = sample_peek(sample, 0, now());
  assert_non_null(data);

  // Within one cycle, so much is needed that even page 0 has to go
  for (uint32_t i = 1; i < LONG; ++i) {
    assert_int_equal(media_wait_resident(media, sample, i, 1), STATUS_OK);
    assert_true(is_right(sample, 0, data));
  }

  assert_false(is_resident(sample, 0));
  assert_true(media_stats(media).waiting_bytes > 0);
  assert_true(is_right(sample, 0, data));

  // Its memory is freed when the cycle is over
  end_cycle();
  WAIT_FOR(!media_stats(media).waiting_bytes);
  media_release(media, sample);
}

static void
test_memory_is_bounded_from_end_to_end(void** state)
{
  (void)state;
  enum { BUDGET = 16, PAGES = 1000, AHEAD = 4 };
  start(BUDGET);
  Sample* const sample = open_pages("long", PAGES);
  Ring* const   ring   = media_ring(media, 0);
  uint64_t      most   = 0;
  for (uint32_t i = 0; i < PAGES; ++i) {
    while (!sample_request(sample, i, 1 + AHEAD, now(), ring)) {
      media_wait_requests(media);
    }

    const float* const data = sample_page(sample, i, now(), ring);
    assert_non_null(data);
    assert_true(is_right(sample, i, data));
    end_cycle();

    const MediaStats stats = media_stats(media);
    const uint64_t   bytes = stats.resident_bytes + stats.waiting_bytes;
    most                   = bytes > most ? bytes : most;
  }

  // Pages dropped in one cycle are still there until it ends
  assert_true(most > BUDGET / 2 * PAGE_BYTES);
  assert_true(most <= (BUDGET + AHEAD + 1) * PAGE_BYTES);
  assert_int_equal(media_stats(media).late_reads, 0);
  assert_int_equal(media_stats(media).pages_read, PAGES);
  media_release(media, sample);
}

static void
test_pins_stay_whatever_is_read(void** state)
{
  (void)state;
  start(16);
  Sample* const a = open_pages("a", LONG);
  Sample* const b = open_pages("b", LONG);

  // Twice the same page, and one beyond the end
  const PagePin pins[] = {{a, 10, 3}, {b, 0, 2}, {a, 11, 1}, {b, LONG - 1, 5}};
  assert_int_equal(media_set_pins(media, pins, 4), STATUS_OK);
  WAIT_FOR(!media_stats(media).pins_missing);

  // The set owns its samples
  media_release(media, b);
  for (uint32_t i = 20; i < LONG; ++i) {
    assert_int_equal(media_wait_resident(media, a, i, 1), STATUS_OK);
    end_cycle();
  }

  for (uint32_t i = 10; i < 13; ++i) {
    assert_true(is_resident(a, i));
  }
  assert_true(is_resident(b, 0) && is_resident(b, 1));
  assert_true(is_resident(b, LONG - 1));

  // The latest set wins, and what the old one held can be dropped
  const PagePin others[] = {{a, 50, 2}};
  assert_int_equal(media_set_pins(media, others, 1), STATUS_OK);
  assert_int_equal(media_set_pins(media, pins, 0), STATUS_OK);
  assert_int_equal(media_set_pins(media, others, 1), STATUS_OK);
  WAIT_FOR(!media_stats(media).pins_missing);
  for (uint32_t i = 60; i < 100; ++i) {
    assert_int_equal(media_wait_resident(media, a, i, 1), STATUS_OK);
    end_cycle();
  }
  assert_true(is_resident(a, 50) && is_resident(a, 51));
  assert_false(is_resident(a, 10) || is_resident(a, 11) || is_resident(a, 12));
  assert_int_equal(media_set_pins(media, NULL, 0), STATUS_OK);
  media_release(media, a);
}

static void
test_pins_leave_room_for_what_plays(void** state)
{
  (void)state;
  enum { BUDGET = 16, PINNED = BUDGET / 4 * 3 };
  start(BUDGET);
  Sample* const a      = open_pages("a", LONG);
  const PagePin pins[] = {{a, 0, 4}, {a, 40, 50}};
  assert_int_equal(media_set_pins(media, pins, 2), STATUS_OK);
  WAIT_FOR(media_stats(media).pins_missing == 54 - PINNED);
  for (uint32_t i = 100; i < LONG; ++i) {
    assert_int_equal(media_wait_resident(media, a, i, 1), STATUS_OK);
    end_cycle();
  }

  // The first pins are those that are kept
  for (uint32_t i = 0; i < 4; ++i) {
    assert_true(is_resident(a, i));
  }
  for (uint32_t i = 40; i < 40 + PINNED - 4; ++i) {
    assert_true(is_resident(a, i));
  }
  assert_int_equal(media_stats(media).pins_missing, 54 - PINNED);
  assert_true(media_stats(media).resident_bytes <= BUDGET * PAGE_BYTES);
  media_release(media, a);
}

static void
test_a_page_that_cannot_be_read_is_silent_and_said_once(void** state)
{
  (void)state;
  start(8);
  Sample* const sample = open_pages("long", LONG);

  char path[CACHE_PATH_SIZE];
  assert_true(cache_path(folder, "long", ".pcm", path));
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  assert_int_equal(pwrite(fd, "x", 1, CACHE_HEADER_SIZE + 50), 1);
  assert_int_equal(ftruncate(fd, CACHE_HEADER_SIZE + 100 * PAGE_BYTES), 0);
  close(fd);

  // Damaged, sound, and no longer there
  assert_int_equal(media_wait_resident(media, sample, 0, 1), STATUS_IO);
  sample_request(sample, 1, 1, now(), media_ring(media, 0));
  sample_request(sample, 110, 1, now(), media_ring(media, 0));
  media_wait_requests(media);
  const float* const first = sample_peek(sample, 0, now());
  const float* const sound = sample_peek(sample, 1, now());
  const float* const gone  = sample_peek(sample, 110, now());
  assert_true(first && sound && gone);
  for (uint32_t i = 0; i < 2 * PAGE_FRAMES; ++i) {
    assert_true(first[i] == 0.0f && gone[i] == 0.0f);
  }
  assert_true(is_right(sample, 1, sound));

  assert_int_equal(media_stats(media).io_errors, 2);
  assert_int_equal(atomic_load(&num_logged), 1);
  assert_non_null(strstr(logged, "page 0 cannot be read and is silent"));

  // When the file was made again, opening it gives a sound sample
  Sample* const again = open_pages("long", LONG);
  assert_ptr_not_equal(again, sample);
  assert_int_equal(media_wait_resident(media, again, 0, 1), STATUS_OK);
  media_release(media, again);
  media_release(media, sample);
}

static void
test_a_file_is_opened_once(void** state)
{
  (void)state;
  start(8);
  const char* const path = write_cache("a", 1000);
  Sample*           a    = NULL;
  Sample*           b    = NULL;
  assert_int_equal(media_open(media, path, &a), STATUS_OK);
  assert_int_equal(media_open(media, path, &b), STATUS_OK);
  assert_ptr_equal(a, b);
  media_retain(media, a);
  media_release(media, a);
  media_release(media, a);
  WAIT_FOR(media_is_ready(b));
  assert_int_equal(num_resident(b), 1);
  media_release(media, b);
  media_release(media, NULL);

  assert_int_equal(media_open(media, "/nonexistent", &a), STATUS_NOT_FOUND);
  temp_file_write(path, "no cache", 8);
  assert_int_equal(media_open(media, path, &a), STATUS_IO);
}

static void
test_requests_for_a_released_sample_do_no_harm(void** state)
{
  (void)state;
  start(8);
  for (unsigned i = 0; i < 50; ++i) {
    Sample* const sample = open_pages("long", LONG);
    media_wait_resident(media, sample, 3, 1);
    const float* const data = sample_peek(sample, 3, now());
    media_release(media, sample);

    // Still the same cycle, in which the sample may be read and asked for
    for (uint32_t page = 0; page < 6; ++page) {
      sample_page(sample, page, now(), media_ring(media, 1));
    }
    nap();
    assert_true(is_right(sample, 3, data));
    end_cycle();
  }

  WAIT_FOR(
    (end_cycle(),
     !media_stats(media).resident_bytes && !media_stats(media).waiting_bytes));
}

static void
test_without_a_process_thread_memory_is_freed_at_once(void** state)
{
  (void)state;
  start(8);
  media_set_cycles(media, NULL);
  Sample* const sample = open_pages("long", LONG);
  for (uint32_t i = 0; i < LONG; ++i) {
    assert_int_equal(media_wait_resident(media, sample, i, 1), STATUS_OK);
    assert_true(is_resident(sample, i));
    const MediaStats stats = media_stats(media);
    assert_true(stats.resident_bytes <= 8 * PAGE_BYTES);
  }

  // What waits for a process thread that is gone is freed too
  media_set_cycles(media, &cycles);
  for (uint32_t i = 0; i < 40; ++i) {
    assert_int_equal(media_wait_resident(media, sample, i, 1), STATUS_OK);
  }
  assert_true(media_stats(media).waiting_bytes > 0);
  media_set_cycles(media, NULL);
  WAIT_FOR(!media_stats(media).waiting_bytes);

  // As it is when another follows at once, whatever its count
  media_set_cycles(media, &cycles);
  for (uint32_t i = 0; i < 40; ++i) {
    assert_int_equal(media_wait_resident(media, sample, i, 1), STATUS_OK);
  }
  assert_true(media_stats(media).waiting_bytes > 0);
  atomic_uint other = now();
  media_set_cycles(media, &other);
  WAIT_FOR(!media_stats(media).waiting_bytes);
  media_set_cycles(media, NULL);
  media_release(media, sample);
}

static void
test_more_than_half_the_budget_cannot_be_waited_for(void** state)
{
  (void)state;
  start(8);
  Sample* const sample = open_pages("long", LONG);
  assert_int_equal(media_wait_resident(media, sample, 0, 5), STATUS_TOO_LARGE);
  assert_int_equal(media_wait_resident(media, sample, 0, 4), STATUS_OK);
  assert_int_equal(num_resident(sample), 4);
  assert_int_equal(media_wait_resident(media, sample, LONG - 2, 9), STATUS_OK);
  assert_int_equal(media_wait_resident(media, sample, LONG, 9), STATUS_OK);
  media_release(media, sample);
}

// Readers as the process thread and a helper are: a main thread that counts
// cycles, and one that reads within them

enum { NUM_CYCLES = 3000 };

typedef struct {
  Sample*     samples[3];
  atomic_uint cycle_begun; ///< Cycle that the helper may read in
  atomic_uint cycle_done;  ///< Cycle that the helper has read in
  atomic_uint wrong;
  atomic_uint right;
} Readers;

/// Read in one cycle what a player at a random, then moving, place would
static void
read_cycle(Readers* const readers, const uint32_t cycle, const uint32_t thread)
{
  Ring* const ring = media_ring(media, thread);
  for (uint32_t s = 0; s < 3; ++s) {
    Sample* const  sample = readers->samples[s];
    const uint32_t seed   = (cycle / 40u * 3u + s) * 2u + thread;
    const uint32_t base   = seed * 2654435761u >> 8u;
    const uint32_t page   = (base + cycle % 40u) % sample->num_pages;
    sample_request(sample, page, 3, cycle, ring);

    const float* const data = sample_page(sample, page, cycle, ring);
    if (data && is_right(sample, page, data)) {
      atomic_fetch_add(&readers->right, 1);
    } else if (data) {
      atomic_fetch_add(&readers->wrong, 1);
    }
  }
}

static void*
run_helper(void* const handle)
{
  Readers* const readers = (Readers*)handle;
  for (uint32_t cycle = 0; cycle < NUM_CYCLES; ++cycle) {
    while (atomic_load(&readers->cycle_begun) <= cycle) {
      sched_yield();
    }
    read_cycle(readers, cycle, 1);
    atomic_store(&readers->cycle_done, cycle + 1);
  }
  return NULL;
}

static void*
run_process(void* const handle)
{
  Readers* const readers = (Readers*)handle;
  for (uint32_t cycle = 0; cycle < NUM_CYCLES; ++cycle) {
    atomic_store(&readers->cycle_begun, cycle + 1);
    read_cycle(readers, cycle, 0);
    while (atomic_load(&readers->cycle_done) <= cycle) {
      sched_yield();
    }
    end_cycle();
    if (cycle % 8 == 0) {
      nap();
    }
  }
  return NULL;
}

static void
test_readers_never_see_a_wrong_page(void** state)
{
  (void)state;
  start(40);
  Readers readers = {.samples = {open_pages("a", LONG),
                                 open_pages("b", 200),
                                 open_pages("c", 90)}};

  // Too much for the budget, while pins change and samples come and go
  pthread_t process;
  pthread_t helper;
  assert_int_equal(pthread_create(&helper, NULL, run_helper, &readers), 0);
  assert_int_equal(pthread_create(&process, NULL, run_process, &readers), 0);
  for (uint32_t i = 0; now() < NUM_CYCLES; ++i) {
    const PagePin pins[] = {{readers.samples[i % 3], i % 50, 3},
                            {readers.samples[0], i % 77, 2}};
    assert_int_equal(media_set_pins(media, pins, 2), STATUS_OK);
    Sample* const guest = open_pages("guest", 5);
    assert_int_equal(media_wait_resident(media, guest, 2, 2), STATUS_OK);
    media_release(media, guest);
    nap();
  }
  pthread_join(process, NULL);
  pthread_join(helper, NULL);

  assert_int_equal(atomic_load(&readers.wrong), 0);
  assert_true(atomic_load(&readers.right) > NUM_CYCLES);
  for (unsigned i = 0; i < 3; ++i) {
    media_release(media, readers.samples[i]);
  }
}

static void
test_failed_allocations_are_survived(void** state)
{
  (void)state;

  // Starting
  for (unsigned n = 1;; ++n) {
    const MediaConfig config = {.num_rings = 2};
    fail_malloc_at(n);
    Media* const   one   = media_new(&config);
    const unsigned asked = fail_malloc_stop();
    assert_int_equal(!one, asked >= n);
    media_free(one);
    if (one) {
      assert_true(n > 3);
      break;
    }
  }

  // Opening, pinning and waiting, for a held and for a streamed sample
  static const uint32_t lengths[] = {5, LONG};
  char                  paths[2][CACHE_PATH_SIZE];
  for (unsigned i = 0; i < 2; ++i) {
    const char* const key = i ? "long" : "short";
    snprintf(paths[i],
             sizeof(paths[i]),
             "%s",
             write_cache(key, (uint64_t)lengths[i] * PAGE_FRAMES));
  }

  start(8);
  for (unsigned i = 0; i < 2; ++i) {
    for (unsigned n = 1;; ++n) {
      Sample* sample = NULL;
      fail_malloc_at(n);
      Status status = media_open(media, paths[i], &sample);
      if (!status) {
        const PagePin pin = {sample, 1, 1};
        status            = media_set_pins(media, &pin, 1);
        const Status then = media_wait_resident(media, sample, 2, 2);
        status            = status ? status : then;
      }

      const unsigned asked = fail_malloc_stop();
      if (status) {
        assert_int_equal(status, STATUS_NO_MEMORY);
        assert_true(asked >= n);
      }

      // What could not be had is had once there is memory again
      if (sample) {
        assert_int_equal(media_wait_resident(media, sample, 2, 2), STATUS_OK);
        assert_true(is_right(sample, 2, sample_peek(sample, 2, now())));
        if (!i) {
          WAIT_FOR(media_is_ready(sample));
        }
      }

      assert_int_equal(media_set_pins(media, NULL, 0), STATUS_OK);
      media_release(media, sample);
      WAIT_FOR(
        (end_cycle(),
         !media_stats(media).resident_bytes && !media_stats(media).held_bytes));
      if (asked < n) {
        assert_true(n > 5);
        break;
      }
    }
  }
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_a_short_sample_is_held_whole),
    TEST(test_short_samples_beyond_their_budget_are_streamed),
    TEST(test_what_is_asked_for_comes),
    TEST(test_waiting_for_requests_waits_for_all_of_them),
    TEST(test_the_page_used_least_recently_is_dropped),
    TEST(test_what_is_dropped_is_older_than_what_is_kept),
    TEST(test_what_a_cycle_uses_stays_even_over_the_budget),
    TEST(test_a_page_in_use_is_not_freed_before_its_cycle_ends),
    TEST(test_memory_is_bounded_from_end_to_end),
    TEST(test_pins_stay_whatever_is_read),
    TEST(test_pins_leave_room_for_what_plays),
    TEST(test_a_page_that_cannot_be_read_is_silent_and_said_once),
    TEST(test_a_file_is_opened_once),
    TEST(test_requests_for_a_released_sample_do_no_harm),
    TEST(test_without_a_process_thread_memory_is_freed_at_once),
    TEST(test_more_than_half_the_budget_cannot_be_waited_for),
    TEST(test_readers_never_see_a_wrong_page),
    TEST(test_failed_allocations_are_survived),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
