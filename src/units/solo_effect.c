// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/solo_effect.h"

#include "base/rt.h"
#include "units/effect.h"
#include "units/effect_params.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

uint32_t
solo_ring_size(const double frames)
{
  uint32_t size = GRID_FRAMES;
  while ((double)size < frames) {
    size *= 2;
  }
  return size;
}

void
solo_init(void* const             self,
          const SoloEffect* const effect,
          const uint32_t          rate,
          const CpuLevel          level)
{
  Solo* const solo      = (Solo*)self;
  solo->effect          = effect;
  solo->rate            = (double)rate;
  solo->frames_per_beat = (double)rate / 2.0;
  solo->level           = level;
  effect_params_init(&solo->params, effect->info, rate);
}

SONIC_RT void
solo_set(void* const    self,
         const uint32_t lane,
         const uint32_t param,
         const float    value)
{
  (void)lane;
  effect_params_set(&((Solo*)self)->params, param, value);
}

SONIC_RT void
solo_reset(void* const self, const uint32_t lane)
{
  (void)lane;
  Solo* const solo = (Solo*)self;
  solo->turn       = 0.0;
  solo->steps      = 0;
  effect_params_snap(&solo->params);
  solo->effect->clear(self);
  solo->effect->step(self, true);
}

SONIC_RT void
solo_run(void* const             self,
         float* const            left,
         float* const            right,
         const float* const      key[2],
         const EffectTime* const time)
{
  Solo* const solo      = (Solo*)self;
  solo->frames_per_beat = (double)time->frames_per_beat;

  uint32_t part = 0;
  for (uint32_t done = 0; done < time->n; done += part) {
    const uint32_t place = (uint32_t)((time->grid + done) % GRID_FRAMES);
    const uint32_t cell  = GRID_FRAMES - place;
    part                 = time->n - done < cell ? time->n - done : cell;
    if (!place) {
      effect_params_advance(&solo->params);
      ++solo->steps;
      solo->effect->step(self, false);
    }

    const SoloSpan span = {left + done,
                           right + done,
                           {key[0] + done, key[1] + done},
                           time->grid + done,
                           place,
                           part};
    solo->effect->render(self, &span);
  }
}
