// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/engine.h"
#include "engine/schedule.h"

#include <stdbool.h>
#include <stdlib.h>

/// Rough cost of an instrument against that of an audio track
#define INSTRUMENT_WEIGHT 64u

/// What is worked out for each channel of the plan; the master is the last
typedef struct {
  uint32_t depth;      ///< 0 for tracks, more than all that flow in for buses
  uint32_t latency;    ///< Frames, from the sources to the channel's output
  uint32_t num_inputs; ///< Channels that flow in
  uint32_t waiting;    ///< Of those, how many are not worked out yet
} Node;

static bool
is_bus(const Plan* const plan, const uint32_t index)
{
  return index >= plan->num_channels || !plan->channels[index].source;
}

/// Index of the channel that a channel flows into
static uint32_t
output_of(const Plan* const plan, const uint32_t index)
{
  const uint32_t output = plan->channels[index].output;
  return output == PLAN_MASTER ? plan->num_channels : output;
}

static uint32_t
latency_of(const Plan* const plan, const uint32_t index)
{
  const EngineChannel* const channel =
    index < plan->num_channels ? plan->channels[index].channel : plan->master;
  const EngineTrack* const source =
    index < plan->num_channels ? plan->channels[index].source : NULL;
  return channel->latency + (source ? source->latency : 0u);
}

/// Count what flows into each channel; false if something flows into a track
static bool
count_inputs(const Plan* const plan, Node* const nodes)
{
  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    const uint32_t output = output_of(plan, i);
    if (output > plan->num_channels || !is_bus(plan, output)) {
      return false;
    }

    ++nodes[output].num_inputs;
    ++nodes[output].waiting;
  }

  return true;
}

/**
   Work out depths and latencies, from the sources on.

   Each channel that is complete passes what it knows on to its output, which is
   complete once all of its inputs are; what is never complete is in a cycle.

   @param queue Room for all channels.
   @return False if outputs form a cycle.
*/
static bool
work_out(const Plan* const plan, Node* const nodes, uint32_t* const queue)
{
  uint32_t num_done   = 0;
  uint32_t num_queued = 0;
  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    nodes[i].depth = is_bus(plan, i) ? 1u : 0u;
    if (!nodes[i].waiting) {
      queue[num_queued++] = i;
    }
  }

  nodes[plan->num_channels].depth = 1u;
  while (num_done < num_queued) {
    const uint32_t i      = queue[num_done++];
    Node* const    output = &nodes[output_of(plan, i)];

    nodes[i].latency += latency_of(plan, i);
    if (output->latency < nodes[i].latency) {
      output->latency = nodes[i].latency;
    }

    if (output->depth <= nodes[i].depth) {
      output->depth = nodes[i].depth + 1u;
    }

    if (--output->waiting == 0 && output != &nodes[plan->num_channels]) {
      queue[num_queued++] = output_of(plan, i);
    }
  }

  nodes[plan->num_channels].latency += latency_of(plan, plan->num_channels);
  return num_done == plan->num_channels;
}

static void*
new_array(const uint32_t count, const size_t size)
{
  return calloc(count ? count : 1u, size);
}

/// Number of banks that the tracks' channels are in, at most
static uint32_t
count_sources(const Plan* const plan)
{
  uint32_t count = 0;
  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    count += is_bus(plan, i) ? 0u : 1u;
  }

  return count;
}

/// A schedule with room for all that the plan may need
static Schedule*
allocate(const Plan* const plan, const uint32_t num_sources)
{
  Schedule* const schedule = (Schedule*)calloc(1, sizeof(Schedule));
  if (!schedule) {
    return NULL;
  }

  // At most: a source and a bank for each track, each bus, and the master;
  // levels of sources and banks, and one for each bus and the master
  const uint32_t n         = plan->num_channels;
  const uint32_t num_buses = n - num_sources;
  schedule->tracks =
    (EngineTrack**)new_array(num_sources, sizeof(EngineTrack*));
  schedule->channels =
    (EngineChannel**)new_array(n + 1u, sizeof(EngineChannel*));
  schedule->tasks =
    (Task*)new_array(2u * num_sources + num_buses + 1u, sizeof(Task));
  schedule->levels = (Level*)new_array(num_buses + 3u, sizeof(Level));
  schedule->inputs = (MixSource*)new_array(n, sizeof(MixSource));
  schedule->delays = (uint32_t*)new_array(n, sizeof(uint32_t));
  if (!schedule->tracks || !schedule->channels || !schedule->tasks ||
      !schedule->levels || !schedule->inputs || !schedule->delays) {
    schedule_free(schedule);
    return NULL;
  }

  return schedule;
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

static void
add_banks(Schedule* const   schedule,
          const Plan* const plan,
          const Node* const nodes)
{
  Level* const level = add_level(schedule);
  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    if (is_bus(plan, i)) {
      continue;
    }

    EngineChannel* const channel  = plan->channels[i].channel;
    Task* const          task     = find_bank(schedule, level, channel->bank);
    task->channels[channel->lane] = channel;
    task->sources[channel->lane]  = plan->channels[i].source;
    if (task->latency < nodes[i].latency) {
      task->latency = nodes[i].latency;
    }
  }
}

/// Returns the place of its first input
static uint32_t
add_bus(Schedule* const      schedule,
        Level* const         level,
        const Node* const    node,
        EngineChannel* const channel)
{
  Task* const task  = add_task(schedule, level, TASK_BUS);
  task->bank        = channel->bank;
  task->channels[0] = channel;
  task->latency     = node->latency;
  task->first_input = schedule->num_inputs;
  task->num_inputs  = node->num_inputs;
  schedule->num_inputs += task->num_inputs;
  level->weight += LANES + task->num_inputs;
  return task->first_input;
}

/// Fill in what flows into the buses, in the order of the plan
static void
add_inputs(Schedule* const   schedule,
           const Plan* const plan,
           const Node* const nodes,
           uint32_t* const   firsts)
{
  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    const uint32_t             output  = output_of(plan, i);
    const EngineChannel* const channel = plan->channels[i].channel;
    const uint32_t             input   = firsts[output]++;
    const uint32_t arrives = nodes[output].latency - latency_of(plan, output);

    schedule->inputs[input] = (MixSource){channel->bank->block, channel->lane};
    schedule->delays[input] = arrives - nodes[i].latency;
  }
}

/// Put everything in its place, once it is known to fit
static void
fill(Schedule* const   schedule,
     const Plan* const plan,
     const Node* const nodes,
     uint32_t* const   firsts)
{
  const uint32_t master = plan->num_channels;
  add_sources(schedule, plan);
  add_banks(schedule, plan, nodes);
  for (uint32_t depth = 1; depth < nodes[master].depth; ++depth) {
    Level* const level = add_level(schedule);
    for (uint32_t i = 0; i < plan->num_channels; ++i) {
      if (is_bus(plan, i) && nodes[i].depth == depth) {
        firsts[i] =
          add_bus(schedule, level, &nodes[i], plan->channels[i].channel);
      }
    }
  }

  firsts[master] =
    add_bus(schedule, add_level(schedule), &nodes[master], plan->master);
  add_inputs(schedule, plan, nodes, firsts);

  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    schedule->channels[i] = plan->channels[i].channel;
  }

  schedule->channels[master] = plan->master;
  schedule->num_channels     = master + 1u;
  schedule->latency          = nodes[master].latency;
}

Status
schedule_new(Engine* const engine, const Plan* const plan, Schedule** const out)
{
  (void)engine;
  const uint32_t  n        = plan->num_channels;
  Node* const     nodes    = (Node*)new_array(n + 1u, sizeof(Node));
  uint32_t* const queue    = (uint32_t*)new_array(n + 1u, sizeof(uint32_t));
  Schedule*       schedule = NULL;
  Status          status   = nodes && queue ? STATUS_OK : STATUS_NO_MEMORY;
  if (!status && !count_inputs(plan, nodes)) {
    status = STATUS_BAD_ARGUMENT;
  }

  if (!status && !work_out(plan, nodes, queue)) {
    status = STATUS_CONFLICT;
  }

  if (!status) {
    schedule = allocate(plan, count_sources(plan));
    status   = schedule ? STATUS_OK : STATUS_NO_MEMORY;
  }

  if (!status) {
    fill(schedule, plan, nodes, queue);
    *out = schedule;
  }

  free(nodes);
  free(queue);
  return status;
}

void
schedule_free(Schedule* const schedule)
{
  if (schedule) {
    free(schedule->tracks);
    free(schedule->channels);
    free(schedule->tasks);
    free(schedule->levels);
    free(schedule->inputs);
    free(schedule->delays);
    free(schedule);
  }
}
