// SPDX-License-Identifier: GPL-3.0-or-later
//
// All state of the process thread
//
// Only the files of the engine see this.  Fields are grouped by who touches
// them; what two threads touch is a ring or atomic.

#ifndef SONIC_ENGINE_ENGINE_STATE_H
#define SONIC_ENGINE_ENGINE_STATE_H

#include "base/ring.h"
#include "base/rt.h"
#include "base/ticks.h"
#include "dsp/resample.h"
#include "engine/audition.h"
#include "engine/channel.h"
#include "engine/crew.h"
#include "engine/curves.h"
#include "engine/engine.h"
#include "engine/fade.h"
#include "engine/launch.h"
#include "engine/metronome.h"
#include "engine/midi_clock.h"
#include "engine/recorder.h"
#include "engine/schedule.h"
#include "engine/telemetry.h"
#include "engine/timeline.h"
#include "units/mix.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// Batches under way at once
#define MAX_BATCHES 256u

/// What moves the playhead
typedef struct {
  EngineState state;
  Ticks       position;      ///< Where it stands unless it plays
  bool        starting;      ///< Is to play from `target` when it can
  Ticks       target;        ///< Where it will start
  Fade        fade;          ///< Of all that sounds, before a start
  uint32_t    silent_frames; ///< Frames since something was heard

  // Counting in

  uint32_t count_bars;   ///< To be counted before the start
  float    count_gain;   ///< Of the clicks
  int64_t  count_frames; ///< Their length; 0: it has not begun
  int64_t  counted;      ///< Frames so far
  int64_t  count_next;   ///< Number of the next beat
} Transport;

/// A batch that was applied
typedef struct {
  Batch*   batch;
  uint64_t until; ///< Engine frame at which it goes home
} HeldBatch;

struct Engine {
  EngineConfig config;

  // Between threads

  Ring*          requests; ///< Of Batch*, from control
  Ring*          returns;  ///< Of Batch*, to control
  Ring*          heard;    ///< Of MidiEvent, to control
  TelemetryBoard board;
  atomic_uint    cycles;   ///< Completed
  atomic_uint    load_max; ///< Bits of a float, since it was last taken
  ScheduleCounts counts;

  // For control

  uint32_t in_flight;    ///< Batches sent that have not been collected
  uint64_t latest_frame; ///< Of all batches sent
  uint64_t num_sent;     ///< Batches in all
  Bank*    banks;        ///< All of them

  // For the process thread

  Crew*            crew;
  const MixKernel* mix;
  ResampleTable    resample;
  uint64_t         frame; ///< Engine frame that comes next
  Timeline         timeline;
  Transport        transport;
  Recording*       recording; ///< Borrowed, or null
  MidiClock        clock;
  bool             led;       ///< By another transport that rolls
  uint64_t         lead_zero; ///< Engine frame of frame 0 of its timeline
  Metronome        metronome;
  Curves           curves;
  Audition         audition;
  Ring*            taps[ENGINE_MAX_TAPS]; ///< Of TapBlock, owned, or null
  Launcher         launcher;
  StripBank*       monitor;       ///< After the master: dim and mono
  LaneBlock*       monitor_block; ///<
  uint32_t         hold_frames; ///< For which a batch that displaced something
                                ///< stays: it may be heard while it fades
  Schedule*  schedule;          ///< What runs, or null
  Operation* next;              ///< Holds the schedule that follows, or null
  uint64_t   next_frame;        ///< Engine frame at which it does
  Batch*     pending[MAX_BATCHES]; ///< Not due yet, by frame
  uint32_t   num_pending;
  uint64_t   not_before;        ///< Frame to which batches were put off
  uint64_t   num_received;      ///< Batches in all
  HeldBatch  held[MAX_BATCHES]; ///< Applied, in that order
  uint32_t   num_held;
  float      load;         ///< Smoothed
  uint32_t   float_faults; ///< Of the callback
};

/// Grid frame that comes next
SONIC_RT static inline int64_t
engine_grid(const Engine* const engine)
{
  return (int64_t)(engine->frame - engine->timeline.grid_zero);
}

/// For the pages of samples
SONIC_RT static inline uint32_t
engine_cycle(const Engine* const engine)
{
  return atomic_load_explicit(&engine->cycles, memory_order_relaxed);
}

#endif // SONIC_ENGINE_ENGINE_STATE_H
