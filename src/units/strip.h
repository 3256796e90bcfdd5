// SPDX-License-Identifier: GPL-3.0-or-later
//
// Channel strip, sixteen at a time
//
// In: input gain, phase, width, then fader, pan and mute; out: the channel as
// it goes to its output, and its meters.  Every move glides: the fader at most
// 0.1 dB in a grid step of 32 frames, pan and the others over 20 ms, mute over
// 5 ms.  Gains are worked out at grid points and are straight lines between
// them, so the result does not depend on how a run is cut.  A move begins at
// the first frame that is run after its target was set.
//
// Pan: left gain is sqrt(2) cos(a), right gain sqrt(2) sin(a), with
// a = (pan + 1) pi / 4, so the centre is unity.  A balance turns down the side
// that the pan leads away from, in a straight line, and leaves the other.

#ifndef SONIC_UNITS_STRIP_H
#define SONIC_UNITS_STRIP_H

#include "base/rt.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  STRIP_INPUT_GAIN, ///< dB, -60 (silence) to 12
  STRIP_PHASE,      ///< 1: both sides inverted, 0: not
  STRIP_WIDTH,      ///< 0: mono, 1: as it is, 2: wide (mid/side)
  STRIP_FADER,      ///< dB, -60 (silence) to 12
  STRIP_GROUP,      ///< dB that are added to the fader, -60 (silence) to 12
  STRIP_PAN,        ///< -1 (left) to 1 (right)
  STRIP_BALANCE,    ///< 1: pan is a balance, 0: it is of equal power
  STRIP_MUTE,       ///< 1: silent, by mute or by another's solo
  NUM_STRIP_PARAMS
} StripParam;

/// Level of a lane since its meters were last taken
typedef struct {
  float    peak_left;  ///< Highest absolute sample
  float    peak_right; ///< Highest absolute sample
  float    power_left; ///< Sum of squares over `frames`
  float    power_right;
  uint32_t frames;
} StripMeter;

/// Sixteen strips
typedef struct StripBank StripBank;

/// Size of a bank in bytes; allocate it aligned to 64
size_t
strip_bank_size(void);

/// Prepare sixteen strips at their defaults, for a CPU level
void
strip_bank_init(StripBank* bank, uint32_t rate, CpuLevel level);

/// Give a parameter a target, which the strip glides to
SONIC_RT void
strip_set(StripBank* bank, uint32_t lane, StripParam param, float value);

/// Have a parameter at a value at the next grid point, for values that move; a
/// way too far for that is gone in steps of at most 2 dB, or a tenth
SONIC_RT void
strip_follow(StripBank* bank, uint32_t lane, StripParam param, float value);

/// Jump to all targets, as at a start of the transport
SONIC_RT void
strip_snap(StripBank* bank, uint32_t lane);

/**
   Process `n` frames of all lanes.

   @param bank The strips.
   @param in Sources, one to a lane; may be `out`.
   @param out Post-fader signals.
   @param grid_frame Grid position of the first frame.
   @param n Number of frames, at most BLOCK_FRAMES.
*/
SONIC_RT void
strip_run(StripBank*       bank,
          const LaneBlock* in,
          LaneBlock*       out,
          uint64_t         grid_frame,
          uint32_t         n);

/// As `strip_run` for the lanes of `mask` only; `out` gets all lanes, of which
/// the others are of no use
SONIC_RT void
strip_run_lanes(StripBank*       bank,
                const LaneBlock* in,
                LaneBlock*       out,
                uint32_t         mask,
                uint64_t         grid_frame,
                uint32_t         n);

/// Whether all strips give back what they get, so that a run can be left out
SONIC_RT bool
strip_is_neutral(const StripBank* bank);

/// Take the meters of a lane, starting them anew
SONIC_RT StripMeter
strip_take_meter(StripBank* bank, uint32_t lane);

#endif // SONIC_UNITS_STRIP_H
