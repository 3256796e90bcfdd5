// SPDX-License-Identifier: GPL-3.0-or-later

#include "units/strip.h"

#include "base/rt.h"
#include "units/level_table.h"
#include "units/strip_glide.h"
#include "units/strip_kernel.h"
#include "units/unit.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define GLIDE_SECONDS 0.020
#define MUTE_SECONDS 0.005

/// The control side of a lane
typedef struct {
  Fader    fader;
  Fader    group; ///< Added to the fader
  Glide    input; ///< Linear input gain
  Glide    phase; ///< 1, or -1 for inverted
  Glide    width;
  Glide    pan;
  Glide    balance;  ///< 1: pan turns one side down, 0: places with equal power
  double   pan_left; ///< Gain of the left side that the pan is
  double   pan_right; ///< Gain of the right side
  Glide    open;      ///< 1, or 0 for muted
  uint32_t frames;    ///< Run since the meters were last taken
} StripLane;

struct StripBank {
  StripLines         lines;
  StripLane          lanes[LANES];
  uint32_t           fresh; ///< Bit for each lane with a target set since
  const StripKernel* kernel;
  uint32_t           glide_points;
  uint32_t           mute_points;
};

static const StripKernel* const kernels[NUM_CPU_LEVELS] =
  LEVEL_TABLE(strip_kernel);

/// Work out what a lane's pan amounts to; the centre is unity to the last bit
SONIC_RT static void
find_pan(StripLane* const lane)
{
  const double pan   = lane->pan.value;
  const double angle = (pan + 1.0) * M_PI_4;
  const double law   = lane->balance.value;
  const double left  = pan == 0.0 ? 1.0 : M_SQRT2 * cos(angle);
  const double right = pan == 0.0 ? 1.0 : M_SQRT2 * sin(angle);
  lane->pan_left     = left + law * (fmin(1.0 - pan, 1.0) - left);
  lane->pan_right    = right + law * (fmin(1.0 + pan, 1.0) - right);
}

/// The gains that a lane's values amount to
SONIC_RT static void
find_gains(const StripLane* const lane, float gains[NUM_STRIP_GAINS])
{
  const double level = lane->input.value * lane->phase.value *
                       lane->open.value * fader_gain(lane->fader.value) *
                       fader_gain(lane->group.value);

  const double left  = level * lane->pan_left;
  const double right = level * lane->pan_right;

  // Middle (l + r) / 2 and side (l - r) / 2, the side times the width
  const double same  = (1.0 + lane->width.value) / 2.0;
  const double other = (1.0 - lane->width.value) / 2.0;

  gains[STRIP_LEFT_FROM_LEFT]   = (float)(left * same);
  gains[STRIP_LEFT_FROM_RIGHT]  = (float)(left * other);
  gains[STRIP_RIGHT_FROM_RIGHT] = (float)(right * same);
  gains[STRIP_RIGHT_FROM_LEFT]  = (float)(right * other);

  // A negative zero would not survive the addition of a zero step
  for (int i = 0; i < NUM_STRIP_GAINS; ++i) {
    gains[i] += 0.0f;
  }
}

/// Move what the rest of a grid step allows; true, since that is a move
SONIC_RT static bool
begin(StripLane* const lane, const double share)
{
  fader_begin(&lane->fader, share);
  fader_begin(&lane->group, share);
  glide_begin(&lane->input, share);
  glide_begin(&lane->phase, share);
  glide_begin(&lane->width, share);
  glide_begin(&lane->pan, share);
  glide_begin(&lane->balance, share);
  glide_begin(&lane->open, share);
  find_pan(lane);
  return true;
}

/// Go on to the next grid point; true if that is a move
SONIC_RT static bool
advance(StripLane* const lane)
{
  bool moves = fader_advance(&lane->fader);
  moves      = fader_advance(&lane->group) || moves;
  moves      = glide_advance(&lane->input) || moves;
  moves      = glide_advance(&lane->phase) || moves;
  moves      = glide_advance(&lane->width) || moves;

  const bool pans = glide_advance(&lane->pan);
  if (glide_advance(&lane->balance) || pans) {
    find_pan(lane);
    moves = true;
  }
  moves = glide_advance(&lane->open) || moves;
  return moves;
}

/// Jump to the values' gains
SONIC_RT static void
settle(StripLines* const lines,
       const uint32_t    lane,
       const float       gains[NUM_STRIP_GAINS])
{
  for (int i = 0; i < NUM_STRIP_GAINS; ++i) {
    lines->gain[i][lane] = gains[i];
    lines->step[i][lane] = 0.0f;
  }
  lines->moving &= ~(1u << lane);
}

/// True if the lines are where they were to end, but for rounding
SONIC_RT static bool
is_there(const StripLines* const lines,
         const uint32_t          lane,
         const float             gains[NUM_STRIP_GAINS])
{
  for (int i = 0; i < NUM_STRIP_GAINS; ++i) {
    const float way = fabsf(lines->gain[i][lane] - gains[i]);
    if (way > 1e-5f * fmaxf(1.0f, fabsf(gains[i]))) {
      return false;
    }
  }
  return true;
}

/// Draw a lane's lines to gains that are due in `left` frames.  Where a target
/// was set just now, the next frame moves already, as that of a line on its way
/// does in any case
SONIC_RT static void
aim_lines(StripBank* const bank,
          const uint32_t   lane,
          const float      gains[NUM_STRIP_GAINS],
          const uint32_t   left)
{
  StripLines* const lines = &bank->lines;
  const bool        fresh = bank->fresh >> lane & 1u;
  for (int i = 0; i < NUM_STRIP_GAINS; ++i) {
    const float way      = gains[i] - lines->gain[i][lane];
    const bool  begins   = fresh && lines->step[i][lane] == 0.0f;
    lines->step[i][lane] = way / (float)(left + begins);
    lines->gain[i][lane] += begins ? lines->step[i][lane] : 0.0f;
  }
}

/// Draw a lane's lines from where they are to the next grid point, which is
/// `left` frames away
SONIC_RT static void
draw_lines(StripBank* const bank, const uint32_t index, const uint32_t left)
{
  StripLane* const lane = &bank->lanes[index];

  float      gains[NUM_STRIP_GAINS];
  const bool moves = left == GRID_FRAMES
                       ? advance(lane)
                       : begin(lane, (double)left / GRID_FRAMES);
  find_gains(lane, gains);
  if (!moves && is_there(&bank->lines, index, gains)) {
    settle(&bank->lines, index, gains);
  } else {
    aim_lines(bank, index, gains, left);
  }
}

size_t
strip_bank_size(void)
{
  return sizeof(StripBank);
}

void
strip_bank_init(StripBank* const bank,
                const uint32_t   rate,
                const CpuLevel   level)
{
  assert(cpu_level_available(level));
  memset(bank, 0, sizeof(*bank));

  const double points_per_second = (double)rate / GRID_FRAMES;
  bank->kernel                   = kernels[level];
  bank->glide_points = (uint32_t)ceil(GLIDE_SECONDS * points_per_second);
  bank->mute_points  = (uint32_t)ceil(MUTE_SECONDS * points_per_second);

  for (uint32_t i = 0; i < LANES; ++i) {
    StripLane* const lane = &bank->lanes[i];
    lane->fader.step      = FADER_STEP_DB;
    lane->group.step      = FADER_STEP_DB;
    lane->input.target    = 1.0;
    lane->phase.target    = 1.0;
    lane->width.target    = 1.0;
    lane->open.target     = 1.0;
    strip_snap(bank, i);
  }
}

/// Go to a target in `points` grid points, or follow it as fast as it may move
SONIC_RT static void
aim(Glide* const   glide,
    const double   target,
    const uint32_t points,
    const bool     follow)
{
  const double steps = ceil(fabs(target - glide->value) / FOLLOW_STEP);
  glide_to(glide, target, follow ? (uint32_t)fmax(steps, 1.0) : points);
}

SONIC_RT static void
set_target(StripBank* const bank,
           const uint32_t   index,
           const StripParam param,
           const float      given,
           const bool       follow)
{
  StripLane* const lane = &bank->lanes[index];
  if (isnan(given)) {
    return;
  }

  const uint32_t glide = bank->glide_points;
  const double   value = (double)given;
  const double   db    = fmin(fmax(value, FADER_FLOOR_DB), 12.0);
  const bool     off   = db <= FADER_FLOOR_DB;
  switch (param) {
    case STRIP_INPUT_GAIN:
      aim(&lane->input, off ? 0.0 : gain_from_db(db), glide, follow);
      break;
    case STRIP_PHASE:
      aim(&lane->phase, value >= 0.5 ? -1.0 : 1.0, glide, follow);
      break;
    case STRIP_WIDTH:
      aim(&lane->width, fmin(fmax(value, 0.0), 2.0), glide, follow);
      break;
    case STRIP_FADER:
      fader_to(&lane->fader, db, follow);
      break;
    case STRIP_GROUP:
      fader_to(&lane->group, db, follow);
      break;
    case STRIP_PAN:
      aim(&lane->pan, fmin(fmax(value, -1.0), 1.0), glide, follow);
      break;
    case STRIP_BALANCE:
      aim(&lane->balance, value >= 0.5 ? 1.0 : 0.0, glide, follow);
      break;
    case STRIP_MUTE:
      aim(&lane->open, value >= 0.5 ? 0.0 : 1.0, bank->mute_points, follow);
      break;
    case NUM_STRIP_PARAMS:
      return;
  }

  bank->lines.moving |= 1u << index;
  bank->fresh |= follow ? 0u : 1u << index;
}

SONIC_RT void
strip_set(StripBank* const bank,
          const uint32_t   index,
          const StripParam param,
          const float      given)
{
  set_target(bank, index, param, given, false);
}

SONIC_RT void
strip_follow(StripBank* const bank,
             const uint32_t   index,
             const StripParam param,
             const float      given)
{
  set_target(bank, index, param, given, true);
}

SONIC_RT void
strip_snap(StripBank* const bank, const uint32_t index)
{
  StripLane* const lane = &bank->lanes[index];

  fader_snap(&lane->fader);
  fader_snap(&lane->group);
  glide_snap(&lane->input);
  glide_snap(&lane->phase);
  glide_snap(&lane->width);
  glide_snap(&lane->pan);
  glide_snap(&lane->balance);
  find_pan(lane);
  glide_snap(&lane->open);

  float gains[NUM_STRIP_GAINS];
  find_gains(lane, gains);
  settle(&bank->lines, index, gains);
  bank->fresh &= ~(1u << index);
}

SONIC_RT void
strip_run(StripBank* const       bank,
          const LaneBlock* const in,
          LaneBlock* const       out,
          const uint64_t         grid_frame,
          const uint32_t         n)
{
  // A move begins at its frame, which need not be a point of the grid
  const uint32_t first = (uint32_t)(grid_frame % GRID_FRAMES);
  for (uint32_t lanes = first ? bank->fresh : 0u; lanes; lanes &= lanes - 1u) {
    draw_lines(bank, (uint32_t)__builtin_ctz(lanes), GRID_FRAMES - first);
  }

  bank->fresh   = first ? 0u : bank->fresh;
  uint32_t done = 0;
  while (done < n) {
    const uint32_t place = (uint32_t)((grid_frame + done) % GRID_FRAMES);
    if (!place) {
      for (uint32_t left = bank->lines.moving; left; left &= left - 1u) {
        draw_lines(bank, (uint32_t)__builtin_ctz(left), GRID_FRAMES);
      }

      bank->fresh = 0;
    }

    // What stands still needs no grid
    const uint32_t cell = GRID_FRAMES - place;
    const uint32_t rest = n - done;
    const uint32_t part = bank->lines.moving && cell < rest ? cell : rest;
    bank->kernel->run(&bank->lines, in, out, done, part);
    done += part;
  }

  for (uint32_t i = 0; i < LANES; ++i) {
    bank->lanes[i].frames += n;
  }
}

/// Take a lane of lines from other lines
SONIC_RT static void
copy_lane(StripLines* const       to,
          const StripLines* const from,
          const uint32_t          lane)
{
  for (int i = 0; i < NUM_STRIP_GAINS; ++i) {
    to->gain[i][lane] = from->gain[i][lane];
    to->step[i][lane] = from->step[i][lane];
  }

  for (int side = 0; side < 2; ++side) {
    to->peak[side][lane]  = from->peak[side][lane];
    to->power[side][lane] = from->power[side][lane];
  }
}

SONIC_RT void
strip_run_lanes(StripBank* const       bank,
                const LaneBlock* const in,
                LaneBlock* const       out,
                const uint32_t         mask,
                const uint64_t         grid_frame,
                const uint32_t         n)
{
  // All lanes run, and those that are not meant get back what they had
  const StripLines before = bank->lines;
  const uint32_t   fresh  = bank->fresh;
  bank->lines.moving &= mask;
  bank->fresh &= mask;
  strip_run(bank, in, out, grid_frame, n);
  bank->lines.moving |= before.moving & ~mask;
  bank->fresh |= fresh & ~mask;
  for (uint32_t left = ~mask & ((1u << LANES) - 1u); left; left &= left - 1u) {
    const uint32_t lane = (uint32_t)__builtin_ctz(left);
    copy_lane(&bank->lines, &before, lane);
    bank->lanes[lane].frames -= n;
  }
}

SONIC_RT bool
strip_is_neutral(const StripBank* const bank)
{
  const StripLines* const lines = &bank->lines;
  bool                    same  = !lines->moving;
  for (uint32_t i = 0; i < LANES; ++i) {
    same &= lines->gain[STRIP_LEFT_FROM_LEFT][i] == 1.0f;
    same &= lines->gain[STRIP_LEFT_FROM_RIGHT][i] == 0.0f;
    same &= lines->gain[STRIP_RIGHT_FROM_RIGHT][i] == 1.0f;
    same &= lines->gain[STRIP_RIGHT_FROM_LEFT][i] == 0.0f;
  }

  return same;
}

SONIC_RT StripMeter
strip_take_meter(StripBank* const bank, const uint32_t index)
{
  StripLines* const lines = &bank->lines;
  StripLane* const  lane  = &bank->lanes[index];

  const StripMeter meter = {
    .peak_left   = lines->peak[0][index],
    .peak_right  = lines->peak[1][index],
    .power_left  = lines->power[0][index],
    .power_right = lines->power[1][index],
    .frames      = lane->frames,
  };

  for (int side = 0; side < 2; ++side) {
    lines->peak[side][index]  = 0.0f;
    lines->power[side][index] = 0.0f;
  }
  lane->frames = 0;
  return meter;
}
