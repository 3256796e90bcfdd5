// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/click.h"

#include "base/rt.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LENGTH_SECONDS 0.060
#define ATTACK_SECONDS 0.001

/// How a kind of click sounds
typedef struct {
  double hz;
  float  level;
} ClickKind;

static const ClickKind plain_kind  = {1320.0, 0.35f};
static const ClickKind accent_kind = {1760.0, 0.5f};

void
click_init(Click* const click, const uint32_t rate)
{
  memset(click, 0, sizeof(*click));
  click->rate = rate;
}

SONIC_RT void
click_reset(Click* const click)
{
  click->frame  = 0;
  click->length = 0;
}

SONIC_RT void
click_start(Click* const click, const bool accented)
{
  const ClickKind* const kind = accented ? &accent_kind : &plain_kind;
  const double           turn = 2.0 * M_PI * kind->hz / (double)click->rate;

  click->frame       = 0;
  click->length      = (uint32_t)(LENGTH_SECONDS * (double)click->rate);
  click->attack      = (uint32_t)(ATTACK_SECONDS * (double)click->rate) + 1;
  click->level       = kind->level;
  click->cosine      = 1.0;
  click->sine        = 0.0;
  click->turn_cosine = cos(turn);
  click->turn_sine   = sin(turn);
}

/// Level of the burst at a frame: s(n / attack) (1 - n / length)^4 with the
/// smooth step s(x) = 3 x^2 - 2 x^3
SONIC_RT static double
envelope(const Click* const click)
{
  const double rise = fmin((double)click->frame / (double)click->attack, 1.0);
  const double left = 1.0 - (double)click->frame / (double)click->length;
  return rise * rise * (3.0 - 2.0 * rise) * left * left * left * left;
}

SONIC_RT bool
click_run(Click* const click, float* const out, const uint32_t n)
{
  const bool sounds = click->frame < click->length;

  for (uint32_t f = 0; f < n; ++f) {
    if (click->frame >= click->length) {
      out[f] = 0.0f;
      continue;
    }

    out[f] = click->level * (float)(click->sine * envelope(click));
    ++click->frame;

    const double cosine = click->cosine;
    click->cosine =
      cosine * click->turn_cosine - click->sine * click->turn_sine;
    click->sine = cosine * click->turn_sine + click->sine * click->turn_cosine;
  }

  return sounds;
}
