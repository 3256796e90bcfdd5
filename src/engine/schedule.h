// SPDX-License-Identifier: GPL-3.0-or-later
//
// Who runs when
//
// Level 0 has a task for each source.  Then come the channels, those that
// others wait for first: channels of tracks that share a bank and a level are
// one task, a bus is one by itself, and the master is the last.  Tasks of a
// level don't depend on each other.
//
// A task knows the latency of its path: the longest of its inputs and its own.
// An input that is faster than the slowest has to wait for the difference,
// which is the delay of its path.

#ifndef SONIC_ENGINE_SCHEDULE_H
#define SONIC_ENGINE_SCHEDULE_H

#include "base/rt.h"
#include "engine/chain.h"
#include "engine/channel.h"
#include "engine/engine.h"
#include "engine/path.h"
#include "engine/track.h"
#include "units/mix.h"
#include "units/unit.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
  TASK_SOURCE, ///< A track's source
  TASK_BANK,   ///< Channels of a bank that are fed by tracks
  TASK_BUS,    ///< A bus or the master: its inputs' sum, then its channel
} TaskType;

typedef struct {
  TaskType       type;
  uint32_t       latency;         ///< Frames, from the sources to its output
  EngineTrack*   track;           ///< Of a source
  Bank*          bank;            ///< Of a bank or bus
  uint32_t       mask;            ///< Lanes of a bank that it runs
  bool           whole;           ///< No other task has lanes of the bank
  LaneBlock*     block;           ///< What goes in and through the effects
  LaneBlock*     out;             ///< What comes after the fader, or `block`
  EngineChannel* channels[LANES]; ///< By lane of a bank, or null
  EngineTrack*   sources[LANES];  ///< By lane of a bank, or null
  uint32_t       planned[LANES];  ///< Index in the plan; for setting up only
  uint32_t       first_input;     ///< Of a bus
  uint32_t       num_inputs;      ///< Of a bus
  uint32_t       first_step;      ///< Of the chains
  uint32_t       num_steps;
  Step*          last; ///< After the fader, or null
  uint32_t       first_send;
  uint32_t       num_sends;
} Task;

/// Sends of the channels of a task to one bus
typedef struct {
  SendBank*        bank;
  uint32_t         mask;
  bool             whole; ///< No other run has lanes of the bank
  const LaneBlock* from;
  LaneBlock*       to;
} SendRun;

typedef struct {
  uint32_t first_task;
  uint32_t num_tasks;
  uint32_t weight; ///< Rough cost of a frame, 1 is that of an audio track
} Level;

/// What flows into a bus
typedef struct {
  Path*            path;
  const LaneBlock* block;
  uint32_t         lane;
} Input;

/// What a path is to become
typedef struct {
  Path*     path;
  PathEnds  ends;
  uint32_t  delay;
  PathPast* past; ///< For that delay, or what it displaced; owned
} PathPlan;

/// Effects of a channel in the order of the signal
typedef struct {
  uint32_t first;
  uint32_t num;
} Chain;

struct Schedule {
  uint32_t        num_tracks;
  uint32_t        num_channels; ///< With the master, which is the last
  uint32_t        num_tasks;
  uint32_t        num_levels;
  uint32_t        num_inputs;
  uint32_t        num_steps;
  uint32_t        num_sends;
  uint32_t        num_effects;
  uint32_t        num_paths;
  uint32_t        num_blocks;
  uint32_t        latency; ///< Frames, from the sources to the master's output
  EngineTrack**   tracks;
  EngineChannel** channels;
  Task*           tasks;
  Level*          levels;
  Input*          inputs;  ///< Of the buses
  MixSource*      sources; ///< As many, for the sums
  Step*           steps;
  SendRun*        sends;
  EngineEffect**  effects; ///< Of all chains
  Chain*          chains;  ///< Of all channels, and behind the master's fader
  PathPlan*       paths;
  LaneBlock**     blocks; ///< Beside those of the banks; owned
};

/// What tasks count, from any thread
typedef struct {
  atomic_uint          voices;        ///< That sound in this span
  atomic_uint          not_finite;    ///< Channels that were silenced
  atomic_uint          not_finite_id; ///< The last of them
  atomic_uint_fast64_t late;          ///< Pages that were not there in time
} ScheduleCounts;

/// What tasks need to know
typedef struct {
  const Schedule*  schedule;
  const Span*      span;
  const MixKernel* mix;
  Ring* const*     pages; ///< By thread
  ScheduleCounts*  counts;
  uint32_t         first_task; ///< Of the level that runs
} ScheduleRun;

/// Run a task of a level; a CrewFunc for a ScheduleRun
SONIC_RT void
schedule_run_task(void* run, uint32_t task, uint32_t thread);

#endif // SONIC_ENGINE_SCHEDULE_H
