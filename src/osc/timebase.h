// SPDX-License-Identifier: GPL-3.0-or-later
//
// What time it is, in NTP and in engine frames
//
// The engine says at which monotonic time a cycle began at which frame.  These
// times jitter, so a delay-locked loop follows them (F. Adriaensen, "Using a
// DLL to filter time", 2005), slowly, and its rate only after a while.

#ifndef SONIC_OSC_TIMEBASE_H
#define SONIC_OSC_TIMEBASE_H

#include <stdbool.h>
#include <stdint.h>

/// Two clocks at one moment
typedef struct {
  uint64_t monotonic; ///< Nanoseconds
  uint64_t realtime;  ///< Nanoseconds since 1970
} Moment;

/// The line from times to frames; empty when zeroed
typedef struct {
  bool     valid;
  uint32_t rate;     ///< Frames per second, nominal
  uint64_t frame;    ///< A frame
  double   nanos;    ///< When it begins, after `origin`
  uint64_t origin;   ///< Monotonic nanoseconds
  double   period;   ///< Nanoseconds of a frame
  uint64_t locked;   ///< When the loop was started
  uint32_t outliers; ///< Cycles far off the line, one after the other
} Timebase;

/// The clocks now
Moment
moment_now(void);

/// NTP time of a moment
uint64_t
ntp_from_realtime(uint64_t realtime);

/// Nanoseconds that an NTP time lies after a moment, negative before
int64_t
ntp_nanos_after(uint64_t ntp, const Moment* moment);

/**
   Take in when a cycle began.

   @param timebase Line to correct.
   @param rate Frames per second; another one starts anew.
   @param frame First frame of the cycle.
   @param nanos When it began, monotonic; 0 if the engine has not run yet.
*/
void
timebase_update(Timebase* timebase,
                uint32_t  rate,
                uint64_t  frame,
                uint64_t  nanos);

/// The frame nearest to a monotonic time; false if the engine has not run
bool
timebase_frame(const Timebase* timebase, int64_t nanos, uint64_t* frame);

/// The monotonic time at which a frame begins
int64_t
timebase_nanos(const Timebase* timebase, uint64_t frame);

#endif // SONIC_OSC_TIMEBASE_H
