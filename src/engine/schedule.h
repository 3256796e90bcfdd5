// SPDX-License-Identifier: GPL-3.0-or-later
//
// Who runs when
//
// Level 0 has a task for each source.  Then come the banks of the tracks'
// channels, then buses, those that others flow into later, and last the
// master.  Tasks of a level don't depend on each other.
//
// A task knows the latency of its path: the longest of its inputs and its own.
// An input that is faster than the slowest has to wait for the difference,
// which is its `delay`.

#ifndef SONIC_ENGINE_SCHEDULE_H
#define SONIC_ENGINE_SCHEDULE_H

#include "base/rt.h"
#include "engine/channel.h"
#include "engine/engine.h"
#include "engine/track.h"
#include "units/mix.h"
#include "units/unit.h"

#include <stdatomic.h>
#include <stdint.h>

typedef enum {
  TASK_SOURCE, ///< A track's source
  TASK_BANK,   ///< A bank of channels that are fed by tracks
  TASK_BUS,    ///< A bus or the master: its inputs' sum, then its channel
} TaskType;

typedef struct {
  TaskType       type;
  uint32_t       latency;         ///< Frames, from the sources to its output
  EngineTrack*   track;           ///< Of a source
  Bank*          bank;            ///< Of a bank or bus
  EngineChannel* channels[LANES]; ///< By lane of a bank, or null
  EngineTrack*   sources[LANES];  ///< By lane of a bank, or null
  uint32_t       first_input;     ///< Of a bus
  uint32_t       num_inputs;      ///< Of a bus
} Task;

typedef struct {
  uint32_t first_task;
  uint32_t num_tasks;
  uint32_t weight; ///< Rough cost of a frame, 1 is that of an audio track
} Level;

struct Schedule {
  uint32_t        num_tracks;
  uint32_t        num_channels; ///< With the master, which is the last
  uint32_t        num_tasks;
  uint32_t        num_levels;
  uint32_t        num_inputs;
  uint32_t        latency; ///< Frames, from the sources to the master's output
  EngineTrack**   tracks;
  EngineChannel** channels;
  Task*           tasks;
  Level*          levels;
  MixSource*      inputs; ///< Of the buses
  uint32_t*       delays; ///< Frames that each input waits
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
