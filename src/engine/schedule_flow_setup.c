// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/schedule_build.h"

void
schedule_add_path(ScheduleWork* const work,
                  Path* const         path,
                  const PathEnds      ends,
                  const uint32_t      delay)
{
  Schedule* const schedule = work->schedule;
  const uint32_t  frames   = delay < PATH_MAX_DELAY ? delay : PATH_MAX_DELAY;
  PathPast* const past     = frames ? path_past_new(frames) : NULL;
  work->failed             = work->failed || (frames && !past);
  schedule->paths[schedule->num_paths++] = (PathPlan){path, ends, frames, past};
}

void
schedule_add_outputs(ScheduleWork* const work)
{
  const Plan* const plan = work->plan;
  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    const uint32_t        output  = plan_output(plan, i);
    const PlanNode* const node    = &work->nodes[i];
    EngineChannel* const  channel = plan->channels[i].channel;

    work->schedule->inputs[work->firsts[output]++] =
      (Input){&channel->path, node->after, channel->lane};
    schedule_add_path(work,
                      &channel->path,
                      (PathEnds){plan_channel(plan, output), false},
                      work->nodes[output].arrives - node->latency);
  }
}

/// The run of a task's sends to a bus, which is added if it is not there
static SendRun*
find_send_run(ScheduleWork* const    work,
              Task* const            task,
              SendBank* const        bank,
              const LaneBlock* const from)
{
  Schedule* const schedule = work->schedule;
  for (uint32_t i = 0; i < task->num_sends; ++i) {
    SendRun* const run = &schedule->sends[task->first_send + i];
    if (run->bank == bank && run->from == from) {
      return run;
    }
  }

  ++task->num_sends;
  SendRun* const run = &schedule->sends[schedule->num_sends++];
  *run               = (SendRun){.bank = bank, .from = from};
  return run;
}

/// The run of a send
static SendRun*
run_of(ScheduleWork* const work, Task* const task, const PlanSend* const send)
{
  return find_send_run(
    work, task, send->send->bank, send->pre ? task->block : task->out);
}

/// Add the sends of a task's channels
static void
add_task_sends(ScheduleWork* const work, Task* const task)
{
  const Plan* const plan = work->plan;
  task->first_send       = work->schedule->num_sends;
  for (uint32_t left = task->mask; left; left &= left - 1u) {
    const uint32_t lane = (uint32_t)__builtin_ctz(left);
    if (task->planned[lane] == plan->num_channels) {
      continue;
    }

    const PlanChannel* const channel = &plan->channels[task->planned[lane]];
    for (uint32_t s = 0; s < channel->num_sends; ++s) {
      run_of(work, task, &channel->sends[s])->mask |= 1u << lane;
    }
  }
}

/// Give each run of sends its block; one that has its bank to itself has that's
static void
set_send_blocks(ScheduleWork* const work)
{
  Schedule* const schedule = work->schedule;
  for (uint32_t i = 0; i < schedule->num_sends; ++i) {
    schedule->sends[i].bank->num_runs = 0;
  }

  for (uint32_t i = 0; i < schedule->num_sends; ++i) {
    ++schedule->sends[i].bank->num_runs;
  }

  for (uint32_t i = 0; i < schedule->num_sends; ++i) {
    SendRun* const run = &schedule->sends[i];
    run->whole         = run->bank->num_runs == 1u;
    run->to = run->whole ? run->bank->block : schedule_new_block(work);
  }
}

void
schedule_add_sends(ScheduleWork* const work)
{
  const Plan* const plan     = work->plan;
  Schedule* const   schedule = work->schedule;
  for (uint32_t t = 0; t < schedule->num_tasks; ++t) {
    add_task_sends(work, &schedule->tasks[t]);
  }

  set_send_blocks(work);
  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    const PlanChannel* const channel = &plan->channels[i];
    const PlanNode* const    node    = &work->nodes[i];
    Task* const              task    = &schedule->tasks[node->task];
    for (uint32_t s = 0; s < channel->num_sends; ++s) {
      const PlanSend* const send                  = &channel->sends[s];
      schedule->inputs[work->firsts[send->bus]++] = (Input){
        &send->send->path, run_of(work, task, send)->to, send->send->lane};
      schedule_add_path(work,
                        &send->send->path,
                        (PathEnds){plan_channel(plan, send->bus), send->pre},
                        work->nodes[send->bus].arrives - node->latency);
    }
  }
}
