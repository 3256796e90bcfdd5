// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/schedule.h"

#include "engine/port.h"
#include "engine/tap.h"

#include <math.h>
#include <stdatomic.h>
#include <stddef.h>

/// Start the effects of a lane anew
SONIC_RT static void
restart_effects(const ScheduleRun* const run,
                const Task* const        task,
                const uint32_t           lane)
{
  const Step* const steps = run->schedule->steps + task->first_step;
  for (uint32_t i = 0; i < task->num_steps; ++i) {
    if (steps[i].effects[lane]) {
      effect_restart(steps[i].effects[lane]);
    }
  }

  if (task->last) {
    effect_restart(task->last->effects[lane]);
  }
}

/// Silence a channel that is not finite, and start anew what feeds it
SONIC_RT static void
contain(const ScheduleRun* const run, const Task* const task, uint32_t lane)
{
  EngineChannel* const channel = task->channels[lane];
  bank_silence(task->block, lane, run->span->n);
  bank_silence(task->out, lane, run->span->n);
  path_reset(&channel->path);
  restart_effects(run, task, lane);
  if (task->sources[lane]) {
    track_reset(task->sources[lane]);
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

/// Put lanes through strips
SONIC_RT static void
run_lanes(StripBank* const       strips,
          const LaneBlock* const in,
          LaneBlock* const       out,
          const uint32_t         mask,
          const bool             whole,
          const Span* const      span)
{
  const uint64_t grid = (uint64_t)span->grid;
  if (whole) {
    strip_run(strips, in, out, grid, span->n);
  } else {
    strip_run_lanes(strips, in, out, mask, grid, span->n);
  }
}

/// Levels of one channel
SONIC_RT static StripMeter
measure(const LaneBlock* const block, const uint32_t lane, const uint32_t n)
{
  StripMeter meter = {.frames = n};
  for (uint32_t f = 0; f < n; ++f) {
    const float left  = block->left[f][lane];
    const float right = block->right[f][lane];
    meter.peak_left   = fmaxf(meter.peak_left, fabsf(left));
    meter.peak_right  = fmaxf(meter.peak_right, fabsf(right));
    meter.power_left += left * left;
    meter.power_right += right * right;
  }

  return meter;
}

/// Run what comes after the fader of the master; returns its levels
SONIC_RT static StripMeter
run_last(const ScheduleRun* const run, const Task* const task)
{
  const Span* const span = run->span;
  strip_take_meter(task->bank->strips, 0);
  chain_run_step(task->last, task->out, &task->bank->scratch, span);
  return measure(task->out, 0, span->n);
}

SONIC_RT static void
run_sends(const ScheduleRun* const run, const Task* const task)
{
  const SendRun* const sends = run->schedule->sends + task->first_send;
  for (uint32_t i = 0; i < task->num_sends; ++i) {
    run_lanes(sends[i].bank->strips,
              sends[i].from,
              sends[i].to,
              sends[i].mask,
              sends[i].whole,
              run->span);
  }
}

/// Put a channel out at a port of its own
SONIC_RT static void
run_direct(const ScheduleRun* const run,
           const Task* const        task,
           const uint32_t           lane)
{
  const Span* const       span = run->span;
  const EnginePort* const port = port_find(span, task->channels[lane]->direct);
  if (port && port->out[0] && port->out[1]) {
    mix_get(task->out,
            lane,
            port->out[0] + span->offset,
            port->out[1] + span->offset,
            span->n);
  }
}

/// Run the channels of a task, whose signals are in place
SONIC_RT static void
run_channels(const ScheduleRun* const run, const Task* const task)
{
  const Span* const span = run->span;
  Bank* const       bank = task->bank;
  for (uint32_t i = 0; i < LANES; ++i) {
    if (task->channels[i]) {
      channel_run(task->channels[i]);
    }
  }

  if (!strip_is_neutral(bank->trims)) {
    run_lanes(
      bank->trims, task->block, task->block, task->mask, task->whole, span);
  }

  const Step* const steps = run->schedule->steps + task->first_step;
  for (uint32_t i = 0; i < task->num_steps; ++i) {
    chain_run_step(&steps[i], task->block, &bank->scratch, span);
  }

  run_lanes(
    bank->strips, task->block, task->out, task->mask, task->whole, span);
  for (uint32_t i = 0; i < LANES; ++i) {
    if (!task->channels[i]) {
      continue;
    }

    const StripMeter meter =
      task->last ? run_last(run, task) : strip_take_meter(bank->strips, i);
    if (!channel_meter(task->channels[i], &meter, task->out)) {
      contain(run, task, i);
    }

    if (task->channels[i]->tap) {
      tap_run(task->channels[i]->tap, task->out, i, span);
    }

    run_direct(run, task, i);
  }

  run_sends(run, task);
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

  bank_gather(task->block->left, left, run->span->n);
  bank_gather(task->block->right, right, run->span->n);
  run_channels(run, task);
}

/// Where a sum finds an input
SONIC_RT static MixSource
source_of(const ScheduleRun* const run, const Input* const input)
{
  Path* const path = input->path;
  if (path->starts != run->span->timeline->starts) {
    path->starts = run->span->timeline->starts;
    path_reset(path);
  }

  if (path_is_plain(path)) {
    return (MixSource){.block = input->block, .lane = input->lane};
  }

  path_run(path, input->block, input->lane, run->span->n);
  return (MixSource){.left = path->left, .right = path->right};
}

SONIC_RT static void
run_bus(const ScheduleRun* const run, const Task* const task)
{
  _Alignas(64) float left[BLOCK_FRAMES];
  _Alignas(64) float right[BLOCK_FRAMES];

  const Input* const inputs  = run->schedule->inputs + task->first_input;
  MixSource* const   sources = run->schedule->sources + task->first_input;
  const uint32_t     n       = run->span->n;
  for (uint32_t i = 0; i < task->num_inputs; ++i) {
    sources[i] = source_of(run, &inputs[i]);
  }

  mix_run(run->mix, sources, task->num_inputs, left, right, n);

  // A bus has its bank to itself, so its lane is the first
  mix_put(task->block, 0, left, right, n);
  run_channels(run, task);
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
