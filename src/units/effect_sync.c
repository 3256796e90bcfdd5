// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/effect_sync.h"

#include "base/rt.h"
#include "units/effect_params.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>

// clang-format off
const char* const effect_sync_names[] = {
  "off",
  "1/32", "1/16t", "1/16", "1/16d", "1/8t", "1/8", "1/8d", "1/4t", "1/4",
  "1/4d", "1/2t", "1/2", "1/2d", "1/1", "1/1d", "2/1", "4/1", "8/1", NULL,
};

static const double sync_beats[] = {
  0.0,
  1.0 / 8.0, 1.0 / 6.0, 1.0 / 4.0, 3.0 / 8.0, 1.0 / 3.0, 1.0 / 2.0, 3.0 / 4.0,
  2.0 / 3.0, 1.0, 3.0 / 2.0, 4.0 / 3.0, 2.0, 3.0, 4.0, 6.0, 8.0, 16.0, 32.0,
};
// clang-format on

const char* const effect_shape_names[] = {"sine",
                                          "triangle",
                                          "square",
                                          "saw",
                                          NULL};

SONIC_RT double
effect_sync_frames(const float  sync,
                   const double ms,
                   const double rate,
                   const double frames_per_beat)
{
  const uint32_t choice = effect_choice_of(sync);
  return choice ? sync_beats[choice] * frames_per_beat : ms * rate / 1000.0;
}

SONIC_RT double
effect_sync_turns(const float  sync,
                  const double hz,
                  const double rate,
                  const double frames_per_beat)
{
  const uint32_t choice = effect_choice_of(sync);
  return choice ? 1.0 / (sync_beats[choice] * frames_per_beat) : hz / rate;
}

SONIC_RT float
effect_shape_at(const float shape, const double turn)
{
  const float at = (float)(turn - floor(turn));
  switch (effect_choice_of(shape)) {
    case 0:
      return sinf(2.0f * (float)M_PI * at);
    case 1:
      return at < 0.25f   ? 4.0f * at
             : at < 0.75f ? 2.0f - 4.0f * at
                          : 4.0f * at - 4.0f;
    case 2:
      // Its edges take a tenth of a turn, so that they do not click
      return fminf(fmaxf(20.0f * (at < 0.25f   ? at
                                  : at < 0.75f ? 0.5f - at
                                               : at - 1.0f),
                         -1.0f),
                   1.0f);
    default:
      return at < 0.45f   ? at / 0.45f
             : at < 0.55f ? 10.0f * (0.5f - at) * 2.0f
                          : (at - 1.0f) / 0.45f;
  }
}
