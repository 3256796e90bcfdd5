// SPDX-License-Identifier: GPL-3.0-or-later
//
// Values of the strip on their way
//
// A glide goes to its target in a straight line over a number of grid points, a
// fader by so many decibels in each grid step at most.

#ifndef SONIC_UNITS_STRIP_GLIDE_H
#define SONIC_UNITS_STRIP_GLIDE_H

#include "base/rt.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/// Decibels that the fader moves at most in a grid step
#define FADER_STEP_DB 0.1

/// Decibels that a fader moves at most in a grid step to follow a value, and
/// what others do
#define FOLLOW_STEP_DB 2.0
#define FOLLOW_STEP 0.1

/// Level at which the fader's law ends
#define FADER_FLOOR_DB (-60.0)

/// Position of a fader that is off: below the floor the gain falls to zero in
/// a straight line, over four grid steps
#define FADER_OFF_DB (FADER_FLOOR_DB - 4.0 * FADER_STEP_DB)

/// A value on its way, in a straight line over grid points
typedef struct {
  double   from;  ///< At the grid point before
  double   value; ///< At the next one
  double   target;
  uint32_t points; ///< Grid points from there until it is there
} Glide;

/// A level on its way, in decibels; FADER_OFF_DB is off
typedef struct {
  double from;   ///< At the grid point before
  double value;  ///< At the next one
  double target; ///< Where it is going
  double step;   ///< Decibels in a grid step, at most
} Fader;

SONIC_RT static inline double
gain_from_db(const double db)
{
  return db == 0.0 ? 1.0 : pow(10.0, db / 20.0);
}

/// Gain of a fader at a position, which may be below the floor
SONIC_RT static inline double
fader_gain(const double position)
{
  if (position >= FADER_FLOOR_DB) {
    return gain_from_db(position);
  }

  const double left = position - FADER_OFF_DB;
  return gain_from_db(FADER_FLOOR_DB) * left / (FADER_FLOOR_DB - FADER_OFF_DB);
}

SONIC_RT static inline void
glide_to(Glide* const glide, const double target, const uint32_t points)
{
  if (target != glide->target) {
    glide->target = target;
    glide->points = points;
  }
}

/// Go on to the next grid point; true if that is a move
SONIC_RT static inline bool
glide_advance(Glide* const glide)
{
  glide->from = glide->value;
  if (!glide->points) {
    return false;
  }

  glide->value += (glide->target - glide->value) / (double)glide->points;
  --glide->points;
  if (!glide->points) {
    glide->value = glide->target;
  }
  return true;
}

SONIC_RT static inline void
glide_snap(Glide* const glide)
{
  glide->value  = glide->target;
  glide->from   = glide->target;
  glide->points = 0;
}

/// Where a line is when a share of its grid step is left
SONIC_RT static inline double
place_at(const double from, const double to, const double share)
{
  return to - (to - from) * share;
}

/// Where a line began that is at `now` when a share of its grid step is left
SONIC_RT static inline double
origin_of(const double now, const double to, const double share)
{
  return to - (to - now) / share;
}

/// Set out anew within a grid step, a share of which is left; what has no new
/// target goes on as it did
SONIC_RT static inline void
glide_begin(Glide* const glide, const double share)
{
  const double now   = place_at(glide->from, glide->value, share);
  const double way   = glide->target - now;
  const double steps = (double)glide->points + share;
  glide->value       = now + way * share / steps;
  glide->from        = origin_of(now, glide->value, share);
}

/// Go to a level, or follow it as fast as it may move
SONIC_RT static inline void
fader_to(Fader* const fader, const double db, const bool follow)
{
  fader->target = db <= FADER_FLOOR_DB ? FADER_OFF_DB : db;
  fader->step   = follow ? FOLLOW_STEP_DB : FADER_STEP_DB;
}

/// Go on to the next grid point; true if that is a move
SONIC_RT static inline bool
fader_advance(Fader* const fader)
{
  const double way = fader->target - fader->value;
  fader->from      = fader->value;
  fader->value     = fabs(way) <= fader->step
                       ? fader->target
                       : fader->value + copysign(fader->step, way);
  return way != 0.0;
}

/// Move what a share of a grid step allows
SONIC_RT static inline void
fader_begin(Fader* const fader, const double share)
{
  const double now  = place_at(fader->from, fader->value, share);
  const double way  = fader->target - now;
  const double most = fader->step * share;
  fader->value      = now + (fabs(way) <= most ? way : copysign(most, way));
  fader->from       = origin_of(now, fader->value, share);
}

SONIC_RT static inline void
fader_snap(Fader* const fader)
{
  fader->value = fader->target;
  fader->from  = fader->target;
}

#endif // SONIC_UNITS_STRIP_GLIDE_H
