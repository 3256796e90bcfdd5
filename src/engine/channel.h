// SPDX-License-Identifier: GPL-3.0-or-later
//
// Channels in their banks
//
// A channel is a lane of a bank for life.  The channels of tracks share banks;
// a bus and the master have a bank to themselves, since their place in the
// schedule may change while their lane can't.

#ifndef SONIC_ENGINE_CHANNEL_H
#define SONIC_ENGINE_CHANNEL_H

#include "base/id.h"
#include "base/rt.h"
#include "engine/chain.h"
#include "engine/engine.h"
#include "engine/path.h"
#include "units/strip.h"
#include "units/unit.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Bank     Bank;
typedef struct SendBank SendBank;

/// Levels since control last took them; floats as their bits
typedef struct {
  atomic_uint peak_left;
  atomic_uint peak_right;
  atomic_uint power_left;
  atomic_uint power_right;
  atomic_uint frames;
  atomic_uint clips; ///< Frames above full scale
} ChannelMeter;

typedef enum {
  CHANNEL_NEW,     ///< Its lane may still have what another left there
  CHANNEL_WAITING, ///< At its settings, not heard yet: they don't glide
  CHANNEL_RUNNING,
} ChannelState;

struct EngineChannel {
  Path         path; ///< To its output
  Bank*        bank;
  uint32_t     lane;
  Id           id;
  uint32_t     latency; ///< Frames
  uint32_t     direct;  ///< Port that it goes out at too, or 0
  bool         used;    ///< Taken; for control only
  ChannelState state;   ///< For the process thread only
  Ring*        tap;     ///< Of TapBlock, or null; its slot owns it
  ChannelMeter meter;
};

/// Sends of a bank's channels to one bus
struct SendBank {
  Id         bus;
  StripBank* strips;   ///< Their faders are the sends' levels
  LaneBlock* block;    ///< What they send
  uint32_t   used;     ///< Bit for each lane taken; for control only
  uint32_t   num_runs; ///< In a schedule; for control only
  SendBank*  next;     ///< For control only
};

struct EngineSend {
  Path      path;
  SendBank* bank;
  uint32_t  lane;
  bool      begun; ///< Its lane is its own
  bool      scheduled;
};

struct Bank {
  StripBank*    trims;   ///< Input gain, phase and width
  StripBank*    strips;  ///< Fader, pan and mute
  LaneBlock*    block;   ///< What goes in and then what comes out
  UnitBank*     units;   ///< For control only
  SendBank*     sends;   ///< For control only
  ChainScratch  scratch; ///< Null until there is an effect
  bool          shared;  ///< By the channels of tracks
  EngineChannel channels[LANES];
  uint32_t      num_tasks; ///< In a schedule; for control only
  Bank*         next;      ///< For control only
};

/// Make a silent bank; null if memory ran out
Bank*
bank_new(uint32_t rate, CpuLevel level, bool shared);

/// Release a bank (null is fine)
void
bank_free(Bank* bank);

/// A send's level, in dB; the first one is there at once
SONIC_RT void
send_set(EngineSend* send, float level_db);

/// Have a send at a level at the next grid point, for levels that move
SONIC_RT void
send_follow(EngineSend* send, float level_db);

/// Give a parameter a target; it is there at once if the channel was not heard
SONIC_RT void
channel_set(EngineChannel* channel, StripParam param, float value);

/// Jump to all targets, as at a start of the transport
SONIC_RT void
channel_snap(EngineChannel* channel);

/// Have a parameter at a value at the next grid point, if that is not too far
SONIC_RT void
channel_follow(EngineChannel* channel, StripParam param, float value);

/// Say that the channel is heard from now on
SONIC_RT void
channel_run(EngineChannel* channel);

/// Write `n` frames of signals side by side; null is silence
SONIC_RT void
bank_gather(float (*side)[LANES],
            const float* const signals[LANES],
            uint32_t           n);

/**
   Bring a channel's levels to where control takes them.

   @param now Levels of what was just run.
   @param out What was just run, with the channel in its lane.
   @return False if its signal is not finite; then they are dropped.
*/
SONIC_RT bool
channel_meter(EngineChannel*    channel,
              const StripMeter* now,
              const LaneBlock*  out);

/// Silence `n` frames of a lane
SONIC_RT void
bank_silence(LaneBlock* block, uint32_t lane, uint32_t n);

#endif // SONIC_ENGINE_CHANNEL_H
