// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/ticks.h"

#include <math.h>

bool
ticks_from_beats(const double beats, Ticks* const ticks)
{
  const double exact = beats * TICKS_PER_BEAT;
  if (!(fabs(exact) <= (double)TICKS_MAX)) {
    return false;
  }

  *ticks = (Ticks)floor(exact + 0.5);
  return true;
}

bool
ticks_from_float(const float beats, Ticks* const ticks)
{
  static const Ticks most = TICKS_MAX / 1024;

  const double steps = nearbyint((double)beats * 960.0);
  if (fabs(steps) <= (double)most && (float)(steps / 960.0) == beats) {
    *ticks = (Ticks)steps * (TICKS_PER_BEAT / 960);
    return true;
  }

  return ticks_from_beats((double)beats, ticks);
}
