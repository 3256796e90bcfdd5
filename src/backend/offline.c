// SPDX-License-Identifier: GPL-3.0-or-later

#include "backend/backend.h"

#include <stdlib.h>

/// Run one cycle of `n` frames into `left` and `right`, once it can be
static void
run_cycle(Engine* const           engine,
          const OfflineJob* const job,
          float* const            left,
          float* const            right,
          const uint32_t          n)
{
  while (!engine_ready(engine, n)) {
    job->wait(job->handle);
  }

  const EngineIO io = {.out_left = left, .out_right = right};
  engine_run(engine, &io, n);
}

Status
offline_run(Engine* const engine, const OfflineJob* const job)
{
  float* const audio = (float*)malloc(2u * job->period * sizeof(float));
  if (!audio) {
    return STATUS_NO_MEMORY;
  }

  const EngineIO nothing = {0};
  float* const   left    = audio;
  float* const   right   = audio + job->period;
  Status         status  = STATUS_OK;
  for (uint64_t done = 0; !status && done < job->frames;) {
    // Batches may want audio that nobody could foresee, so they are applied
    // before it is waited for, and a cycle ends where the next one is due
    engine_run(engine, &nothing, 0);

    const uint64_t left_over = job->frames - done;
    const uint32_t period =
      left_over < job->period ? (uint32_t)left_over : job->period;
    const uint32_t n = engine_batch_frames(engine, period);
    run_cycle(engine, job, left, right, n);
    done += n;
    if (!job->write(job->handle, left, right, n)) {
      status = STATUS_CANCELLED;
    }
  }

  free(audio);
  return status;
}
