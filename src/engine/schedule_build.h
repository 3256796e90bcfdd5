// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts share that make a schedule of a plan
//
// plan_setup.c works out levels and latencies, schedule_setup.c makes the
// tasks, schedule_chains_setup.c the steps of effects, schedule_flow_setup.c
// what flows into the buses.

#ifndef SONIC_ENGINE_SCHEDULE_BUILD_H
#define SONIC_ENGINE_SCHEDULE_BUILD_H

#include "engine/engine.h"
#include "engine/schedule.h"

#include <stdbool.h>
#include <stdint.h>

/// What is worked out of a plan for each channel; the master is the last
typedef struct {
  uint32_t         level;      ///< More than all that it waits for
  uint32_t         arrives;    ///< Latency at its input, in frames
  uint32_t         latency;    ///< At its output
  uint32_t         num_inputs; ///< Outputs and sends that flow in
  uint32_t         waiting;    ///< What it waits for that is not worked out
  uint32_t         task;       ///< Index of the task that it is in
  bool             tapped;     ///< It is heard before its fader
  const LaneBlock* before;     ///< Its signal before the fader
  const LaneBlock* after;      ///< Its signal after the fader
} PlanNode;

/// A schedule under way
typedef struct {
  const Plan* plan;
  PlanNode*   nodes;
  uint32_t*   firsts; ///< Place of the next input of each bus
  Schedule*   schedule;
  bool        failed; ///< Memory ran out
} ScheduleWork;

/**
   Work out what waits for what.

   @param plan The plan.
   @param nodes Cleared, one for each channel and the master.
   @return STATUS_CONFLICT if there is a cycle.
*/
Status
plan_work_out(const Plan* plan, PlanNode* nodes);

/// Whether a channel of the plan is a bus or the master
bool
plan_is_bus(const Plan* plan, uint32_t index);

/// Index of the channel that a channel flows into
uint32_t
plan_output(const Plan* plan, uint32_t index);

/// A channel of the plan, or the master
EngineChannel*
plan_channel(const Plan* plan, uint32_t index);

/// Effects of a channel of the plan, or of the master
const PlanEffect*
plan_effects(const Plan* plan, uint32_t index, uint32_t* num);

/// A block of the schedule's own; null if memory ran out
LaneBlock*
schedule_new_block(ScheduleWork* work);

/// Add a path with the delay that it needs
void
schedule_add_path(ScheduleWork* work,
                  Path*         path,
                  PathEnds      ends,
                  uint32_t      delay);

/// Make the steps of all chains
void
schedule_add_chains(ScheduleWork* work);

/// Fill in the outputs that flow into the buses, in the order of the plan
void
schedule_add_outputs(ScheduleWork* work);

/// Fill in the sends that flow into the buses, after their other inputs
void
schedule_add_sends(ScheduleWork* work);

#endif // SONIC_ENGINE_SCHEDULE_BUILD_H
