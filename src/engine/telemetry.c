// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/telemetry.h"

#include <string.h>

// Each word is stored after the sequence became odd and before it becomes even
// again (release), and loaded between two loads of the sequence (acquire).  So
// a reader that met a word of a later state sees that the sequence has moved.

SONIC_RT void
telemetry_publish(TelemetryBoard* const board, const Telemetry* const telemetry)
{
  uint64_t words[TELEMETRY_WORDS] = {0};
  memcpy(words, telemetry, sizeof(*telemetry));

  const unsigned sequence =
    atomic_load_explicit(&board->sequence, memory_order_relaxed);
  atomic_store_explicit(&board->sequence, sequence + 1u, memory_order_relaxed);
  for (size_t i = 0; i < TELEMETRY_WORDS; ++i) {
    atomic_store_explicit(&board->words[i], words[i], memory_order_release);
  }

  atomic_store_explicit(&board->sequence, sequence + 2u, memory_order_release);
}

void
telemetry_read(TelemetryBoard* const board, Telemetry* const out)
{
  uint64_t words[TELEMETRY_WORDS];
  unsigned before = 0;
  do {
    before = atomic_load_explicit(&board->sequence, memory_order_acquire);
    for (size_t i = 0; i < TELEMETRY_WORDS; ++i) {
      words[i] = atomic_load_explicit(&board->words[i], memory_order_acquire);
    }
  } while (before % 2u || atomic_load_explicit(&board->sequence,
                                               memory_order_relaxed) != before);

  memcpy(out, words, sizeof(*out));
}
