// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chains of any order as few steps: each is the unit bank that most lanes have
// next.

#include "engine/schedule_build.h"

#include <stddef.h>

/// Note the side chain of a step's lane
static void
set_key(ScheduleWork* const     work,
        Step* const             step,
        const uint32_t          lane,
        const PlanEffect* const effect,
        const uint32_t          arrives)
{
  const Plan* const plan = work->plan;
  if (effect->key >= plan->num_channels) {
    return;
  }

  const PlanNode* const node    = &work->nodes[effect->key];
  EngineChannel* const  channel = plan->channels[effect->key].channel;
  step->keys[lane]              = node->before;
  step->key_lanes[lane]         = channel->lane;
  schedule_add_path(work,
                    &effect->effect->key,
                    (PathEnds){channel, true},
                    arrives > node->latency ? arrives - node->latency : 0u);
}

/// A chain of a lane while steps are made of it
typedef struct {
  const PlanEffect* effects;
  uint32_t          num;
  uint32_t          next;    ///< First that is in no step yet
  uint32_t          arrives; ///< Latency there
} LaneChain;

/// The unit bank that most lanes have next; null if all chains are done
static UnitBank*
choose_unit(const LaneChain chains[LANES])
{
  UnitBank* best  = NULL;
  uint32_t  count = 0;
  for (uint32_t i = 0; i < LANES; ++i) {
    if (chains[i].next == chains[i].num) {
      continue;
    }

    UnitBank* const unit = chains[i].effects[chains[i].next].effect->unit;
    uint32_t        same = 0;
    for (uint32_t k = i; k < LANES; ++k) {
      same += chains[k].next < chains[k].num &&
                  chains[k].effects[chains[k].next].effect->unit == unit
                ? 1u
                : 0u;
    }

    if (same > count) {
      best  = unit;
      count = same;
    }
  }

  return best;
}

/// Make steps of the chains of a task
static void
add_steps(ScheduleWork* const work, Task* const task, LaneChain chains[LANES])
{
  Schedule* const schedule = work->schedule;
  UnitBank*       unit     = NULL;
  task->first_step         = schedule->num_steps;
  while ((unit = choose_unit(chains))) {
    Step* const step = &schedule->steps[schedule->num_steps++];
    step->unit       = unit;
    for (uint32_t i = 0; i < LANES; ++i) {
      LaneChain* const chain = &chains[i];
      if (chain->next < chain->num &&
          chain->effects[chain->next].effect->unit == unit) {
        const PlanEffect* const effect = &chain->effects[chain->next++];
        step->mask |= 1u << i;
        step->effects[i] = effect->effect;
        set_key(work, step, i, effect, chain->arrives);
        chain->arrives += unit->latency;
      }
    }
  }

  task->num_steps = schedule->num_steps - task->first_step;
}

/// Note the effects of a channel in their order
static void
add_chain(Schedule* const         schedule,
          const uint32_t          index,
          const PlanEffect* const effects,
          const uint32_t          num)
{
  schedule->chains[index] = (Chain){schedule->num_effects, num};
  for (uint32_t i = 0; i < num; ++i) {
    schedule->effects[schedule->num_effects++] = effects[i].effect;
  }
}

/// Find the steps that have a unit bank for themselves
static void
find_whole_steps(const Schedule* const schedule)
{
  for (uint32_t i = 0; i < schedule->num_steps; ++i) {
    schedule->steps[i].unit->num_steps = 0;
  }

  for (uint32_t i = 0; i < schedule->num_steps; ++i) {
    ++schedule->steps[i].unit->num_steps;
  }

  for (uint32_t i = 0; i < schedule->num_steps; ++i) {
    schedule->steps[i].whole = schedule->steps[i].unit->num_steps == 1u;
  }
}

/// The master's limiter, behind its fader
static void
add_limiter(ScheduleWork* const work)
{
  Schedule* const     schedule = work->schedule;
  EngineEffect* const limiter  = work->plan->limiter;
  const PlanEffect    planned  = {limiter, PLAN_NONE};
  add_chain(
    schedule, work->plan->num_channels + 1u, &planned, limiter ? 1u : 0u);
  if (limiter) {
    Step* const step = &schedule->steps[schedule->num_steps++];
    step->unit       = limiter->unit;
    step->mask       = 1u;
    step->effects[0] = limiter;
    schedule->tasks[schedule->num_tasks - 1u].last = step;
  }
}

void
schedule_add_chains(ScheduleWork* const work)
{
  const Plan* const plan     = work->plan;
  Schedule* const   schedule = work->schedule;
  for (uint32_t t = 0; t < schedule->num_tasks; ++t) {
    Task* const task          = &schedule->tasks[t];
    LaneChain   chains[LANES] = {0};
    for (uint32_t left = task->mask; left; left &= left - 1u) {
      const uint32_t   lane  = (uint32_t)__builtin_ctz(left);
      LaneChain* const chain = &chains[lane];
      chain->effects = plan_effects(plan, task->planned[lane], &chain->num);
      chain->arrives = work->nodes[task->planned[lane]].arrives;
    }

    add_steps(work, task, chains);
  }

  for (uint32_t i = 0; i <= plan->num_channels; ++i) {
    uint32_t                num     = 0;
    const PlanEffect* const effects = plan_effects(plan, i, &num);
    add_chain(schedule, i, effects, num);
  }

  add_limiter(work);
  find_whole_steps(schedule);
}
