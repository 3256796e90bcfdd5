// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/timebase.h"

#include "base/clock.h"

#include <math.h>
#include <time.h>

#define NANOS_PER_SECOND 1000000000u

/// Clocks read within this time are read at one moment
#define SAME_NANOS 2000u

/// Seconds between 1900 and 1970
#define NTP_UNIX_SECONDS 2208988800u

/// A cycle this far off is late or follows a gap
#define OUTLIER_NANOS 2e6

/// So many of them one after the other are a gap
#define MAX_OUTLIERS 8u

/// More than this is not taken in of a late cycle
#define LATE_NANOS 200e3

/// The rate is followed from then on
#define RATE_SECONDS 10.0

/// Bandwidth of the loop in Hz when it starts and once it has settled
#define FIRST_BANDWIDTH 2.0
#define LAST_BANDWIDTH 0.05

Moment
moment_now(void)
{
  // Of several attempts the one that was interrupted least
  Moment   moment = {0};
  uint64_t least  = UINT64_MAX;
  for (int i = 0; i < 4 && least > SAME_NANOS; ++i) {
    const uint64_t before   = clock_read(CLOCK_MONOTONIC);
    const uint64_t realtime = clock_read(CLOCK_REALTIME);
    const uint64_t span     = clock_read(CLOCK_MONOTONIC) - before;
    if (span < least) {
      least  = span;
      moment = (Moment){before + span / 2u, realtime};
    }
  }
  return moment;
}

uint64_t
ntp_from_realtime(const uint64_t realtime)
{
  const uint64_t seconds = realtime / NANOS_PER_SECOND + NTP_UNIX_SECONDS;
  const uint64_t nanos   = realtime % NANOS_PER_SECOND;
  const uint64_t fraction =
    ((nanos << 32u) + NANOS_PER_SECOND / 2u) / NANOS_PER_SECOND;
  return (seconds << 32u) + fraction;
}

int64_t
ntp_nanos_after(const uint64_t ntp, const Moment* const moment)
{
  // The difference first, since NTP wraps every 136 years
  const int64_t  units   = (int64_t)(ntp - ntp_from_realtime(moment->realtime));
  const bool     past    = units < 0;
  const uint64_t size    = past ? 0u - (uint64_t)units : (uint64_t)units;
  const uint64_t seconds = size >> 32u;
  const uint64_t nanos =
    ((size & UINT32_MAX) * NANOS_PER_SECOND + (1u << 31u)) >> 32u;
  const int64_t all = (int64_t)(seconds * NANOS_PER_SECOND + nanos);
  return past ? -all : all;
}

static void
start(Timebase* const timebase,
      const uint32_t  rate,
      const uint64_t  frame,
      const uint64_t  nanos)
{
  *timebase = (Timebase){.valid  = true,
                         .rate   = rate,
                         .frame  = frame,
                         .origin = nanos,
                         .period = 1e9 / rate,
                         .locked = nanos};
}

void
timebase_update(Timebase* const timebase,
                const uint32_t  rate,
                const uint64_t  frame,
                const uint64_t  nanos)
{
  if (!nanos || !rate) {
    return;
  }
  if (!timebase->valid || timebase->rate != rate || frame < timebase->frame) {
    start(timebase, rate, frame, nanos);
    return;
  }
  if (frame == timebase->frame) {
    return;
  }

  // Where the line expects this cycle, and how far it is off
  const double frames   = (double)(frame - timebase->frame);
  const double expected = timebase->nanos + frames * timebase->period;
  const double actual   = (double)(int64_t)(nanos - timebase->origin);
  const double error    = actual - expected;
  if (fabs(error) > OUTLIER_NANOS) {
    if (++timebase->outliers > MAX_OUTLIERS) {
      start(timebase, rate, frame, nanos);
    }
    return;
  }

  // The loop gets slower as it settles.  Callbacks are late at times, never
  // early, so what is late counts for less.  At first the rate is taken as
  // stated, since jitter says more of it than a clock is ever off.
  const double seconds = (double)(nanos - timebase->locked) * 1e-9;
  const double band =
    fmax(LAST_BANDWIDTH, fmin(FIRST_BANDWIDTH, 0.5 / (seconds + 1e-3)));
  const double omega = fmin(2.0 * M_PI * band * frames / timebase->rate, 0.5);
  const double used  = error > 0.0 ? fmin(error, LATE_NANOS) : error;
  timebase->outliers = 0;
  timebase->frame    = frame;
  if (seconds < RATE_SECONDS) {
    timebase->nanos = expected + omega * used;
  } else {
    timebase->nanos = expected + M_SQRT2 * omega * used;
    timebase->period += omega * omega * used / frames;
  }

  // Numbers stay small, so that nothing is lost in rounding
  if (timebase->nanos > 1e9) {
    const double whole = floor(timebase->nanos);
    timebase->origin += (uint64_t)whole;
    timebase->nanos -= whole;
  }
}

bool
timebase_frame(const Timebase* const timebase,
               const int64_t         nanos,
               uint64_t* const       frame)
{
  if (!timebase->valid) {
    return false;
  }

  const double after =
    (double)(nanos - (int64_t)timebase->origin) - timebase->nanos;
  const double place = floor(after / timebase->period + 0.5);
  const double least = -(double)timebase->frame;
  *frame             = timebase->frame + (uint64_t)(int64_t)fmax(place, least);
  return true;
}

int64_t
timebase_nanos(const Timebase* const timebase, const uint64_t frame)
{
  const double frames = (double)(int64_t)(frame - timebase->frame);
  return (int64_t)timebase->origin +
         (int64_t)floor(timebase->nanos + frames * timebase->period + 0.5);
}
