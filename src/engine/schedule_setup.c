// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/aligned.h"
#include "engine/engine.h"
#include "engine/schedule.h"
#include "engine/schedule_build.h"

#include <stdbool.h>
#include <stdlib.h>

/// Rough cost of an instrument against that of an audio track
#define INSTRUMENT_WEIGHT 64u

/// Rough cost of a step of effects
#define STEP_WEIGHT (2u * LANES)

static void*
new_array(const uint32_t count, const size_t size)
{
  return calloc(count ? count : 1u, size);
}

/// A schedule with room for all that the plan may need
static Schedule*
allocate(const Plan* const plan)
{
  Schedule* const s = (Schedule*)calloc(1, sizeof(Schedule));
  if (!s) {
    return NULL;
  }

  const uint32_t n           = plan->num_channels;
  uint32_t       num_sends   = 0;
  uint32_t       num_effects = plan->num_effects + 1u;
  for (uint32_t i = 0; i < n; ++i) {
    num_sends += plan->channels[i].num_sends;
    num_effects += plan->channels[i].num_effects;
  }

  // At most: a source and a bank for each track, each bus, and the master
  s->tracks   = (EngineTrack**)new_array(n, sizeof(EngineTrack*));
  s->channels = (EngineChannel**)new_array(n + 1u, sizeof(EngineChannel*));
  s->tasks    = (Task*)new_array(2u * n + 1u, sizeof(Task));
  s->levels   = (Level*)new_array(n + 3u, sizeof(Level));
  s->inputs   = (Input*)new_array(n + num_sends, sizeof(Input));
  s->sources  = (MixSource*)new_array(n + num_sends, sizeof(MixSource));
  s->steps    = (Step*)new_array(num_effects, sizeof(Step));
  s->sends    = (SendRun*)new_array(num_sends, sizeof(SendRun));
  s->effects  = (EngineEffect**)new_array(num_effects, sizeof(EngineEffect*));
  s->chains   = (Chain*)new_array(n + 2u, sizeof(Chain));
  s->paths =
    (PathPlan*)new_array(n + num_sends + num_effects, sizeof(PathPlan));
  s->blocks = (LaneBlock**)new_array(4u * n + num_sends, sizeof(LaneBlock*));
  if (!s->tracks || !s->channels || !s->tasks || !s->levels || !s->inputs ||
      !s->sources || !s->steps || !s->sends || !s->effects || !s->chains ||
      !s->paths || !s->blocks) {
    schedule_free(s);
    return NULL;
  }

  return s;
}

LaneBlock*
schedule_new_block(ScheduleWork* const work)
{
  Schedule* const  schedule = work->schedule;
  LaneBlock* const block    = (LaneBlock*)aligned_new(sizeof(LaneBlock));
  if (!block) {
    work->failed = true;
    return NULL;
  }

  schedule->blocks[schedule->num_blocks++] = block;
  return block;
}

/// Begin a level with the next task
static Level*
add_level(Schedule* const schedule)
{
  Level* const level = &schedule->levels[schedule->num_levels++];
  level->first_task  = schedule->num_tasks;
  return level;
}

static Task*
add_task(Schedule* const schedule, Level* const level, const TaskType type)
{
  Task* const task = &schedule->tasks[schedule->num_tasks++];
  task->type       = type;
  ++level->num_tasks;
  return task;
}

static void
add_sources(Schedule* const schedule, const Plan* const plan)
{
  Level* const level = add_level(schedule);
  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    EngineTrack* const track = plan->channels[i].source;
    if (track) {
      Task* const task = add_task(schedule, level, TASK_SOURCE);
      task->track      = track;
      task->latency    = track->latency;
      level->weight += track->type == TRACK_MIDI ? INSTRUMENT_WEIGHT : 1u;
      schedule->tracks[schedule->num_tracks++] = track;
    }
  }
}

/// The task of a bank in a level, which is added if it is not there
static Task*
find_bank(Schedule* const schedule, Level* const level, Bank* const bank)
{
  // Tracks in order mostly sit in lanes in order, so the last is tried first
  for (uint32_t i = schedule->num_tasks; i > level->first_task; --i) {
    if (schedule->tasks[i - 1u].bank == bank) {
      return &schedule->tasks[i - 1u];
    }
  }

  Task* const task = add_task(schedule, level, TASK_BANK);
  task->bank       = bank;
  level->weight += LANES;
  return task;
}

/// Put a channel of the plan into its task
static void
add_channel(ScheduleWork* const work, Level* const level, const uint32_t index)
{
  Schedule* const          schedule = work->schedule;
  const PlanChannel* const planned  = &work->plan->channels[index];
  PlanNode* const          node     = &work->nodes[index];
  EngineChannel* const     channel  = planned->channel;
  if (planned->source) {
    Task* const task              = find_bank(schedule, level, channel->bank);
    task->channels[channel->lane] = channel;
    task->sources[channel->lane]  = planned->source;
    task->planned[channel->lane]  = index;
    node->task                    = (uint32_t)(task - schedule->tasks);
    task->mask |= 1u << channel->lane;
    if (task->latency < node->latency) {
      task->latency = node->latency;
    }

    return;
  }

  Task* const task    = add_task(schedule, level, TASK_BUS);
  task->bank          = channel->bank;
  task->channels[0]   = channel;
  task->mask          = 1u;
  task->latency       = node->latency;
  task->first_input   = schedule->num_inputs;
  task->num_inputs    = node->num_inputs;
  task->planned[0]    = index;
  node->task          = (uint32_t)(task - schedule->tasks);
  work->firsts[index] = schedule->num_inputs;
  schedule->num_inputs += task->num_inputs;
  level->weight += LANES + task->num_inputs;
}

static void
add_master(ScheduleWork* const work)
{
  const uint32_t  index    = work->plan->num_channels;
  PlanNode* const node     = &work->nodes[index];
  Schedule* const schedule = work->schedule;
  Task* const     task     = add_task(schedule, add_level(schedule), TASK_BUS);
  node->task               = (uint32_t)(task - schedule->tasks);
  task->planned[0]         = index;
  task->bank               = work->plan->master->bank;
  task->channels[0]        = work->plan->master;
  task->mask               = 1u;
  task->latency            = node->latency;
  task->first_input        = schedule->num_inputs;
  task->num_inputs         = node->num_inputs;
  work->firsts[index]      = schedule->num_inputs;
  schedule->num_inputs += task->num_inputs;
}

static void
add_levels(ScheduleWork* const work)
{
  const Plan* const plan   = work->plan;
  const uint32_t    master = plan->num_channels;
  for (uint32_t depth = 0; depth < work->nodes[master].level; ++depth) {
    Level* const level = add_level(work->schedule);
    for (uint32_t i = 0; i < plan->num_channels; ++i) {
      if (work->nodes[i].level == depth) {
        add_channel(work, level, i);
      }
    }
  }

  add_master(work);
}

/// Note which channels are heard before their faders
static void
find_taps(const ScheduleWork* const work)
{
  const Plan* const plan = work->plan;
  for (uint32_t i = 0; i <= plan->num_channels; ++i) {
    uint32_t                num     = 0;
    const PlanEffect* const effects = plan_effects(plan, i, &num);
    for (uint32_t e = 0; e < num; ++e) {
      if (effects[e].key < plan->num_channels) {
        work->nodes[effects[e].key].tapped = true;
      }
    }

    const bool     master    = i == plan->num_channels;
    const uint32_t num_sends = master ? 0u : plan->channels[i].num_sends;
    for (uint32_t s = 0; s < num_sends; ++s) {
      work->nodes[i].tapped |= plan->channels[i].sends[s].pre;
    }
  }
}

/// Give each task its blocks, and each node its signals
static void
set_blocks(ScheduleWork* const work)
{
  const Plan* const plan     = work->plan;
  Schedule* const   schedule = work->schedule;
  for (uint32_t i = 0; i < schedule->num_tasks; ++i) {
    if (schedule->tasks[i].bank) {
      schedule->tasks[i].bank->num_tasks = 0;
    }
  }

  for (uint32_t i = 0; i < schedule->num_tasks; ++i) {
    if (schedule->tasks[i].bank) {
      ++schedule->tasks[i].bank->num_tasks;
    }
  }

  for (uint32_t i = 0; i < schedule->num_tasks; ++i) {
    Task* const task = &schedule->tasks[i];
    if (task->bank) {
      task->whole = task->bank->num_tasks == 1u;
      task->block = task->whole ? task->bank->block : schedule_new_block(work);
      task->out   = task->block;
    }
  }

  find_taps(work);
  for (uint32_t i = 0; i <= plan->num_channels; ++i) {
    Task* const task = &schedule->tasks[work->nodes[i].task];
    if (work->nodes[i].tapped && task->out == task->block) {
      task->out = schedule_new_block(work);
    }
  }

  for (uint32_t i = 0; i <= plan->num_channels; ++i) {
    const Task* const task = &schedule->tasks[work->nodes[i].task];
    work->nodes[i].before  = task->block;
    work->nodes[i].after   = task->out;
  }
}

/// Put everything in its place, once it is known to fit
static void
fill(ScheduleWork* const work)
{
  const Plan* const plan     = work->plan;
  Schedule* const   schedule = work->schedule;
  add_sources(schedule, plan);
  add_levels(work);
  set_blocks(work);
  if (!work->failed) {
    schedule_add_chains(work);
    schedule_add_outputs(work);
    schedule_add_sends(work);
  }

  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    schedule->channels[i] = plan->channels[i].channel;
  }

  for (uint32_t i = 0; i < schedule->num_levels; ++i) {
    Level* const level = &schedule->levels[i];
    for (uint32_t t = 0; t < level->num_tasks; ++t) {
      const Task* const task = &schedule->tasks[level->first_task + t];
      level->weight += STEP_WEIGHT * task->num_steps + LANES * task->num_sends;
    }
  }

  schedule->channels[plan->num_channels] = plan->master;
  schedule->num_channels                 = plan->num_channels + 1u;
  schedule->latency = work->nodes[plan->num_channels].latency;
}

Status
schedule_new(Engine* const engine, const Plan* const plan, Schedule** const out)
{
  (void)engine;
  const uint32_t n    = plan->num_channels;
  ScheduleWork   work = {
      .plan   = plan,
      .nodes  = (PlanNode*)new_array(n + 1u, sizeof(PlanNode)),
      .firsts = (uint32_t*)new_array(n + 1u, sizeof(uint32_t)),
  };

  Status status = work.nodes && work.firsts ? plan_work_out(plan, work.nodes)
                                            : STATUS_NO_MEMORY;
  if (!status) {
    work.schedule = allocate(plan);
    status        = work.schedule ? STATUS_OK : STATUS_NO_MEMORY;
  }

  if (!status) {
    fill(&work);
    status = work.failed ? STATUS_NO_MEMORY : STATUS_OK;
  }

  if (!status) {
    *out = work.schedule;
  } else {
    schedule_free(work.schedule);
  }

  free(work.nodes);
  free(work.firsts);
  return status;
}

uint32_t
schedule_latency(const Schedule* const schedule)
{
  return schedule->latency;
}

void
schedule_free(Schedule* const schedule)
{
  if (schedule) {
    for (uint32_t i = 0; i < schedule->num_paths; ++i) {
      free(schedule->paths[i].past);
    }

    for (uint32_t i = 0; i < schedule->num_blocks; ++i) {
      free(schedule->blocks[i]);
    }

    free(schedule->tracks);
    free(schedule->channels);
    free(schedule->tasks);
    free(schedule->levels);
    free(schedule->inputs);
    free(schedule->sources);
    free(schedule->steps);
    free(schedule->sends);
    free(schedule->effects);
    free(schedule->chains);
    free(schedule->paths);
    free(schedule->blocks);
    free(schedule);
  }
}
