// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/schedule.h"

#include <stdatomic.h>
#include <stddef.h>

/// Silence a channel that is not finite, and start anew what feeds it
SONIC_RT static void
contain(const ScheduleRun* const run,
        EngineChannel* const     channel,
        EngineTrack* const       source)
{
  channel_silence(channel, run->span->n);
  if (source) {
    track_reset(source);
  }

  atomic_store(&run->counts->not_finite_id, channel->id);
  atomic_fetch_add(&run->counts->not_finite, 1u);
}

SONIC_RT static void
run_source(const ScheduleRun* const run,
           EngineTrack* const       track,
           Ring* const              pages)
{
  track_run(track, run->span, pages);
  if (track->voices) {
    atomic_fetch_add(&run->counts->voices, track->voices);
  }

  if (track->late) {
    atomic_fetch_add(&run->counts->late, track->late);
  }
}

/// Run the strips of a bank, whose signals are in place
SONIC_RT static void
run_strips(const ScheduleRun* const run, const Task* const task)
{
  const Span* const span = run->span;
  Bank* const       bank = task->bank;
  for (uint32_t i = 0; i < LANES; ++i) {
    if (task->channels[i]) {
      channel_run(task->channels[i]);
    }
  }

  strip_run(
    bank->strips, bank->block, bank->block, (uint64_t)span->grid, span->n);
  for (uint32_t i = 0; i < LANES; ++i) {
    if (task->channels[i] && !channel_meter(task->channels[i])) {
      contain(run, task->channels[i], task->sources[i]);
    }
  }
}

SONIC_RT static void
run_bank(const ScheduleRun* const run, const Task* const task)
{
  const float* left[LANES];
  const float* right[LANES];
  for (uint32_t i = 0; i < LANES; ++i) {
    const EngineTrack* const source = task->sources[i];
    const bool               sounds = source && !source->silent;

    left[i]  = sounds ? source->left : NULL;
    right[i] = sounds ? source->right : NULL;
  }

  bank_gather(task->bank->block->left, left, run->span->n);
  bank_gather(task->bank->block->right, right, run->span->n);
  run_strips(run, task);
}

SONIC_RT static void
run_bus(const ScheduleRun* const run, const Task* const task)
{
  _Alignas(64) float left[BLOCK_FRAMES];
  _Alignas(64) float right[BLOCK_FRAMES];

  const uint32_t n = run->span->n;
  mix_run(run->mix,
          run->schedule->inputs + task->first_input,
          task->num_inputs,
          left,
          right,
          n);

  // A bus has its bank to itself, so its lane is the first
  mix_put(task->bank->block, 0, left, right, n);
  run_strips(run, task);
}

SONIC_RT void
schedule_run_task(void* const    handle,
                  const uint32_t task,
                  const uint32_t thread)
{
  const ScheduleRun* const run = (const ScheduleRun*)handle;
  const Task* const        t   = &run->schedule->tasks[run->first_task + task];
  switch (t->type) {
    case TASK_SOURCE:
      run_source(run, t->track, run->pages[thread]);
      break;
    case TASK_BANK:
      run_bank(run, t);
      break;
    case TASK_BUS:
      run_bus(run, t);
      break;
  }
}
