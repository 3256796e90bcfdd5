// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/lane_effect.h"

#include "base/rt.h"
#include "base/status.h"
#include "units/effect.h"
#include "units/effect_params.h"
#include "units/unit.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// Most numbers that a kernel works with
#define MAX_COEFS 64u

/// Sixteen effects; coefficients, steps and state follow
typedef struct {
  _Alignas(64) LaneLines lines;
  const LaneEffect* effect;
  void (*run)(LaneLines* lines, const LaneSpan* span);
  float        frames_per_beat;
  uint32_t     gliding; ///< Bit for each lane whose parameters move
  LaneControl  controls[LANES];
  EffectParams params[LANES];
} LaneBank;

static uint32_t
count_rows(const LaneEffect* const effect, const uint32_t rate)
{
  return effect->num_rows + (effect->more_rows ? effect->more_rows(rate) : 0u);
}

size_t
lane_effect_size(const LaneEffect* const effect, const uint32_t rate)
{
  const size_t rows = 2u * (size_t)effect->num_coefs + count_rows(effect, rate);
  return sizeof(LaneBank) + rows * sizeof(float[LANES]);
}

Status
lane_effect_init(void* const             self,
                 const LaneEffect* const effect,
                 const uint32_t          rate,
                 const CpuLevel          level)
{
  assert(cpu_level_available(level));
  assert(effect->num_coefs <= MAX_COEFS);
  memset(self, 0, lane_effect_size(effect, rate));

  LaneBank* const bank      = (LaneBank*)self;
  float(*const rows)[LANES] = (float(*)[LANES])(void*)(bank + 1);
  bank->effect              = effect;
  bank->run                 = effect->kernels[level]->run;
  bank->frames_per_beat     = (float)rate / 2.0f;
  bank->lines.num_coefs     = effect->num_coefs;
  bank->lines.coefs         = rows;
  bank->lines.steps         = rows + effect->num_coefs;
  bank->lines.state         = rows + 2u * (size_t)effect->num_coefs;
  bank->lines.rows          = count_rows(effect, rate);
  bank->lines.rate          = rate;

  for (uint32_t i = 0; i < LANES; ++i) {
    effect_params_init(&bank->params[i], effect->info, rate);
    bank->controls[i].values = bank->params[i].at;
    bank->controls[i].rate   = (double)rate;
    bank->controls[i].state  = &bank->lines.state[0][i];
    lane_effect_reset(bank, i);
  }
  return STATUS_OK;
}

SONIC_RT void
lane_effect_set(void* const    self,
                const uint32_t lane,
                const uint32_t param,
                const float    value)
{
  LaneBank* const bank = (LaneBank*)self;
  effect_params_set(&bank->params[lane], param, value);
  if (bank->params[lane].moving) {
    bank->gliding |= 1u << lane;
  }
}

/// What a lane's parameters amount to now
SONIC_RT static void
find(LaneBank* const bank, const uint32_t lane, float coefs[MAX_COEFS])
{
  LaneControl* const control = &bank->controls[lane];
  control->frames_per_beat   = (double)bank->frames_per_beat;
  bank->effect->find(control, coefs);

  // A negative zero would not survive the addition of a zero step
  for (uint32_t i = 0; i < bank->lines.num_coefs; ++i) {
    coefs[i] += 0.0f;
  }
}

SONIC_RT static void
settle(LaneBank* const bank, const uint32_t lane, const float coefs[MAX_COEFS])
{
  for (uint32_t i = 0; i < bank->lines.num_coefs; ++i) {
    bank->lines.coefs[i][lane] = coefs[i];
    bank->lines.steps[i][lane] = 0.0f;
  }
  bank->lines.moving &= ~(1u << lane);
}

SONIC_RT void
lane_effect_reset(void* const self, const uint32_t lane)
{
  LaneBank* const bank = (LaneBank*)self;
  for (uint32_t i = 0; i < bank->lines.rows; ++i) {
    bank->lines.state[i][lane] = 0.0f;
  }

  LaneControl* const control = &bank->controls[lane];
  control->steps             = 0;
  control->turn              = 0.0;
  control->more              = 0.0;
  effect_params_snap(&bank->params[lane]);
  bank->gliding &= ~(1u << lane);

  float coefs[MAX_COEFS];
  find(bank, lane, coefs);
  settle(bank, lane, coefs);
}

/// True if a lane's lines are where they were to end, but for rounding
SONIC_RT static bool
is_there(const LaneBank* const bank,
         const uint32_t        lane,
         const float           coefs[MAX_COEFS])
{
  for (uint32_t i = 0; i < bank->lines.num_coefs; ++i) {
    const float way = fabsf(bank->lines.coefs[i][lane] - coefs[i]);
    if (way > 1e-5f * fmaxf(1.0f, fabsf(coefs[i]))) {
      return false;
    }
  }
  return true;
}

/// Draw a lane's lines from where they are to the next grid point
SONIC_RT static void
draw_lines(LaneBank* const bank, const uint32_t lane)
{
  EffectParams* const params = &bank->params[lane];
  const bool          moves  = effect_params_advance(params);
  ++bank->controls[lane].steps;

  float coefs[MAX_COEFS];
  find(bank, lane, coefs);
  if (!moves && !bank->effect->alive && is_there(bank, lane, coefs)) {
    settle(bank, lane, coefs);
    bank->gliding &= ~(1u << lane);
    return;
  }

  // After a choice lines lead to the same place, only in more grid steps
  const float points = (float)(params->slow ? params->slow : 1u);
  const float frames = (float)GRID_FRAMES * points;
  for (uint32_t i = 0; i < bank->lines.num_coefs; ++i) {
    const float way            = coefs[i] - bank->lines.coefs[i][lane];
    bank->lines.steps[i][lane] = way / frames;
  }
  bank->lines.moving |= 1u << lane;
}

SONIC_RT void
lane_effect_run(void* const             self,
                LaneBlock* const        block,
                const LaneBlock* const  key,
                const uint32_t          mask,
                const EffectTime* const time)
{
  LaneBank* const         bank   = (LaneBank*)self;
  const LaneEffect* const effect = bank->effect;
  if (bank->frames_per_beat != time->frames_per_beat) {
    bank->frames_per_beat = time->frames_per_beat;
    bank->gliding |= mask;
  }

  LaneSpan span = {.block = block, .key = key, .mask = mask};
  while (span.first < time->n) {
    span.grid            = time->grid + span.first;
    const uint32_t place = (uint32_t)(span.grid % GRID_FRAMES);
    const uint32_t moved = effect->alive ? mask : bank->gliding & mask;
    for (uint32_t left = place ? 0 : moved; left; left &= left - 1u) {
      draw_lines(bank, (uint32_t)__builtin_ctz(left));
    }

    // What stands still needs no grid
    const bool cut = effect->cells || effect->alive ||
                     ((bank->gliding | bank->lines.moving) & mask);
    const uint32_t cell = GRID_FRAMES - place;
    const uint32_t rest = time->n - span.first;
    span.n              = cut && cell < rest ? cell : rest;
    bank->run(&bank->lines, &span);
    span.first += span.n;
  }
}

SONIC_RT float
lane_effect_state(const void* const self,
                  const uint32_t    row,
                  const uint32_t    lane)
{
  return ((const LaneBank*)self)->lines.state[row][lane];
}
