// SPDX-License-Identifier: GPL-3.0-or-later
//
// A thousand random notes a second over sixteen instruments

#include "support/sanitized.h"
#include "units/synth_support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define RATE 48000u
#define NUM_TRACKS 16u
#define NOTES_PER_SECOND 1000u

/// Lanes of an instance: voices and those that fade out
#define MOST_ACTIVE 64u

/// One track with what it has played, as hashes of all bits
typedef struct {
  const InstrumentInfo* info;
  void*                 self;
  uint64_t              hashes[2]; ///< Of the left and the right side
} Part;

static void
add_bits(uint64_t* const hash, const float* const frames, const uint32_t n)
{
  for (uint32_t f = 0; f < n; ++f) {
    uint32_t bits = 0;
    memcpy(&bits, &frames[f], sizeof(bits));
    *hash = (*hash ^ bits) * 0x100000001b3u;
  }
}

/// Run a track up to a frame in periods
static void
run_until(Part* const    part,
          uint64_t       from,
          const uint64_t to,
          const uint32_t period)
{
  float left[BLOCK_FRAMES];
  float right[BLOCK_FRAMES];
  while (from < to) {
    const uint64_t end = (from / period + 1u) * period;
    const uint32_t n   = (uint32_t)((end < to ? end : to) - from);
    part->info->run(part->self, left, right, 1, from, n);
    add_bits(&part->hashes[0], left, n);
    add_bits(&part->hashes[1], right, n);
    from += n;
  }
}

/// Play all notes; the hashes of all tracks
static void
play_all(const uint32_t seconds,
         const uint32_t period,
         uint64_t       hashes[NUM_TRACKS])
{
  uint32_t                     count = 0;
  const InstrumentInfo* const* list  = instrument_list(&count);
  for (uint32_t t = 0; t < NUM_TRACKS; ++t) {
    Part part = {list[t % count], NULL, {1, 2}};
    part.self = new_aligned(part.info->size());
    part.info->init(part.self, RATE, cpu_level_best());

    Random         random = {t + 1u};
    uint64_t       at     = 0;
    const uint32_t num    = seconds * NOTES_PER_SECOND / NUM_TRACKS;
    for (uint32_t i = 0; i < num; ++i) {
      const uint64_t next =
        (uint64_t)(i + 1u) * seconds * RATE / num - random_below(&random, 500);
      run_until(&part, at, next, period);
      at = next;

      const Note note = {i,
                         (uint8_t)(24u + random_below(&random, 84)),
                         (uint8_t)(1u + random_below(&random, 127)),
                         i};
      part.info->note_on(part.self, &note);
      part.info->note_off(part.self, (uint32_t)random_below(&random, i + 1u));
      assert_true(part.info->active(part.self) <= MOST_ACTIVE);
    }

    // Nothing stays when all is let go
    assert_true(part.info->active(part.self) > 0);
    part.info->all_off(part.self);
    run_until(&part, at, at + RATE / 2u, period);
    assert_int_equal(part.info->active(part.self), 0);
    hashes[t] = part.hashes[0] ^ (part.hashes[1] << 1u);
    free(part.self);
  }
}

static void
test_random_notes_are_bounded_and_the_same_for_every_period(void** const state)
{
  (void)state;
  const uint32_t seconds = SANITIZED ? 1u : 10u;
  uint64_t       one[NUM_TRACKS];
  uint64_t       two[NUM_TRACKS];
  play_all(seconds, 256, one);
  play_all(seconds, 48, two);
  assert_memory_equal(one, two, sizeof(one));
}

int
main(void)
{
  flush_denormals();

  const struct CMUnitTest tests[] = {
    cmocka_unit_test(
      test_random_notes_are_bounded_and_the_same_for_every_period),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
