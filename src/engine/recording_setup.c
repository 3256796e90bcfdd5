// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/recording.h"

#include <stdlib.h>

/// Time that the writer may be busy with something else
#define MAX_SECONDS 4u

/// Events that may come in within that time
#define MAX_EVENTS 16384u

Recording*
recording_new(const uint32_t num_takes, const uint32_t rate)
{
  Recording* const recording = (Recording*)calloc(1, sizeof(Recording));
  if (!recording) {
    return NULL;
  }

  recording->events = ring_new(MAX_EVENTS, sizeof(RecordEvent));
  recording->takes =
    (RecordTake*)calloc(num_takes ? num_takes : 1u, sizeof(RecordTake));
  if (!recording->events || !recording->takes) {
    recording_free(recording);
    return NULL;
  }

  recording->num_takes = num_takes;
  for (uint32_t i = 0; i < num_takes; ++i) {
    recording->takes[i].blocks =
      ring_new(MAX_SECONDS * rate / RECORD_BLOCK, sizeof(RecordBlock));
    if (!recording->takes[i].blocks) {
      recording_free(recording);
      return NULL;
    }
  }

  return recording;
}

void
recording_free(Recording* const recording)
{
  if (recording) {
    for (uint32_t i = 0; i < recording->num_takes; ++i) {
      ring_free(recording->takes[i].blocks);
    }

    ring_free(recording->events);
    free(recording->takes);
    free(recording);
  }
}
