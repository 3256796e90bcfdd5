// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a plan amounts to: levels and latencies

#include "engine/schedule_build.h"

#include <stdlib.h>

bool
plan_is_bus(const Plan* const plan, const uint32_t index)
{
  return index >= plan->num_channels || !plan->channels[index].source;
}

uint32_t
plan_output(const Plan* const plan, const uint32_t index)
{
  const uint32_t output = plan->channels[index].output;
  return output == PLAN_MASTER ? plan->num_channels : output;
}

EngineChannel*
plan_channel(const Plan* const plan, const uint32_t index)
{
  return index < plan->num_channels ? plan->channels[index].channel
                                    : plan->master;
}

const PlanEffect*
plan_effects(const Plan* const plan, const uint32_t index, uint32_t* const num)
{
  const bool master = index >= plan->num_channels;
  *num = master ? plan->num_effects : plan->channels[index].num_effects;
  return master ? plan->effects : plan->channels[index].effects;
}

/// Frames that a channel takes by itself
static uint32_t
own_latency(const Plan* const plan, const uint32_t index)
{
  uint32_t                num     = 0;
  const PlanEffect* const effects = plan_effects(plan, index, &num);
  uint32_t                frames  = plan_channel(plan, index)->latency;
  for (uint32_t i = 0; i < num; ++i) {
    frames += effects[i].effect->unit->latency;
  }

  return index == plan->num_channels && plan->limiter
           ? frames + plan->limiter->unit->latency
           : frames;
}

/// One thing that another waits for
typedef struct {
  uint32_t from;
  uint32_t to;
  bool     flows; ///< Into its input, and not beside it
} Edge;

/// Edges by `from`: those of channel i are `edges[firsts[i]]` and on
typedef struct {
  Edge*     edges;
  uint32_t* firsts; ///< One more than there are channels
  uint32_t  num;
} Edges;

static uint32_t
count_edges(const Plan* const plan)
{
  uint32_t count = plan->num_effects;
  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    const PlanChannel* const channel = &plan->channels[i];
    count += 1u + channel->num_sends + channel->num_effects;
  }

  return count;
}

static void
add_keys(const Plan* const plan, const uint32_t index, Edges* const all)
{
  uint32_t                num     = 0;
  const PlanEffect* const effects = plan_effects(plan, index, &num);
  for (uint32_t i = 0; i < num; ++i) {
    if (effects[i].key < plan->num_channels) {
      all->edges[all->num++] = (Edge){effects[i].key, index, false};
    }
  }
}

static int
compare_edges(const void* const a, const void* const b)
{
  const Edge* const x = (const Edge*)a;
  const Edge* const y = (const Edge*)b;
  return (x->from > y->from) - (x->from < y->from);
}

/// Collect all edges; false if something flows into a track
static bool
collect(const Plan* const plan, Edges* const all)
{
  add_keys(plan, plan->num_channels, all);
  for (uint32_t i = 0; i < plan->num_channels; ++i) {
    const PlanChannel* const channel = &plan->channels[i];
    const uint32_t           output  = plan_output(plan, i);
    if (output > plan->num_channels || !plan_is_bus(plan, output)) {
      return false;
    }

    all->edges[all->num++] = (Edge){i, output, true};
    add_keys(plan, i, all);
    for (uint32_t s = 0; s < channel->num_sends; ++s) {
      const uint32_t bus = channel->sends[s].bus;
      if (bus >= plan->num_channels || !plan_is_bus(plan, bus)) {
        return false;
      }

      all->edges[all->num++] = (Edge){i, bus, true};
    }
  }

  qsort(all->edges, all->num, sizeof(Edge), compare_edges);
  uint32_t edge = 0;
  for (uint32_t i = 0; i <= plan->num_channels; ++i) {
    all->firsts[i] = edge;
    while (edge < all->num && all->edges[edge].from == i) {
      ++edge;
    }
  }

  all->firsts[plan->num_channels + 1u] = edge;
  return true;
}

/// Pass on what is known of a channel that is worked out
static void
pass_on(PlanNode* const nodes, const Edge* const edge)
{
  const PlanNode* const from = &nodes[edge->from];
  PlanNode* const       to   = &nodes[edge->to];
  if (edge->flows && to->arrives < from->latency) {
    to->arrives = from->latency;
  }

  if (to->level <= from->level) {
    to->level = from->level + 1u;
  }

  --to->waiting;
}

/**
   Work out levels and latencies, from the sources on.

   Each channel that is complete passes what it knows on to those that wait for
   it; what is never complete is in a cycle.

   @param queue Room for all channels.
   @return False if there is a cycle.
*/
static bool
follow(const Plan* const  plan,
       const Edges* const all,
       PlanNode* const    nodes,
       uint32_t* const    queue)
{
  uint32_t num_done   = 0;
  uint32_t num_queued = 0;
  for (uint32_t i = 0; i < all->num; ++i) {
    PlanNode* const to = &nodes[all->edges[i].to];
    ++to->waiting;
    to->num_inputs += all->edges[i].flows ? 1u : 0u;
  }

  for (uint32_t i = 0; i <= plan->num_channels; ++i) {
    nodes[i].level = plan_is_bus(plan, i) ? 1u : 0u;
    nodes[i].arrives =
      plan_is_bus(plan, i) ? 0u : plan->channels[i].source->latency;
    if (!nodes[i].waiting) {
      queue[num_queued++] = i;
    }
  }

  while (num_done < num_queued) {
    const uint32_t i = queue[num_done++];
    nodes[i].latency = nodes[i].arrives + own_latency(plan, i);
    for (uint32_t e = all->firsts[i]; e < all->firsts[i + 1u]; ++e) {
      pass_on(nodes, &all->edges[e]);
      if (!nodes[all->edges[e].to].waiting) {
        queue[num_queued++] = all->edges[e].to;
      }
    }
  }

  return num_done == plan->num_channels + 1u;
}

Status
plan_work_out(const Plan* const plan, PlanNode* const nodes)
{
  const uint32_t  n     = plan->num_channels;
  uint32_t* const queue = (uint32_t*)calloc(n + 1u, sizeof(uint32_t));
  Edges           all   = {
                (Edge*)calloc(count_edges(plan) + 1u, sizeof(Edge)),
                (uint32_t*)calloc(n + 2u, sizeof(uint32_t)),
                0,
  };

  Status status =
    queue && all.edges && all.firsts ? STATUS_OK : STATUS_NO_MEMORY;
  if (!status && !collect(plan, &all)) {
    status = STATUS_BAD_ARGUMENT;
  }

  if (!status && !follow(plan, &all, nodes, queue)) {
    status = STATUS_CONFLICT;
  }

  free(queue);
  free(all.edges);
  free(all.firsts);
  return status;
}
