// SPDX-License-Identifier: GPL-3.0-or-later
//
// Playing an instrument in tests

#ifndef SONIC_TESTS_UNITS_SYNTH_SUPPORT_H
#define SONIC_TESTS_UNITS_SYNTH_SUPPORT_H

#include "support/random.h"
#include "units/instrument.h"
#include "units/units_support.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#define SYNTH_MOST_FRAMES 200000u

typedef struct {
  float left;
  float right;
} Frame;

/// An instance and what it has played
typedef struct {
  const InstrumentInfo* info;
  void*                 self;
  Random*               cuts; ///< Where runs are cut, null for only at events
  uint64_t              grid; ///< Grid frame of frame 0
  uint32_t              num_frames;
  Frame                 frames[SYNTH_MOST_FRAMES];
} Synth;

static inline Synth*
new_synth_of(const InstrumentInfo* const info,
             const uint32_t              rate,
             const CpuLevel              level)
{
  Synth* const synth = (Synth*)new_aligned(sizeof(Synth));
  synth->info        = info;
  synth->self        = new_aligned(synth->info->size());
  synth->info->init(synth->self, rate, level);
  return synth;
}

static inline Synth*
new_synth(const uint32_t rate, const CpuLevel level)
{
  return new_synth_of(instrument_find("subtractive"), rate, level);
}

static inline void
free_synth(Synth* const synth)
{
  free(synth->self);
  free(synth);
}

/// Set a parameter by name, which must exist
static inline void
set(Synth* const synth, const char* const symbol, const float value)
{
  const int param = instrument_find_param(synth->info, symbol);
  if (param < 0) {
    abort();
  }
  synth->info->set(synth->self, (uint32_t)param, value);
}

/// Start a note whose key is its pitch
static inline void
note_on(Synth* const synth, const uint32_t pitch, const uint32_t velocity)
{
  const Note note = {pitch, (uint8_t)pitch, (uint8_t)velocity, 1000u + pitch};
  synth->info->note_on(synth->self, &note);
}

static inline void
note_off(Synth* const synth, const uint32_t pitch)
{
  synth->info->note_off(synth->self, pitch);
}

static inline uint32_t
active(const Synth* const synth)
{
  return synth->info->active(synth->self);
}

/// Play on
static inline void
play(Synth* const synth, const uint32_t num_frames)
{
  if (synth->num_frames + num_frames > SYNTH_MOST_FRAMES) {
    abort();
  }

  for (uint32_t done = 0; done < num_frames;) {
    const uint32_t rest = num_frames - done;
    const uint32_t most = rest < BLOCK_FRAMES ? rest : BLOCK_FRAMES;
    const uint32_t n    = synth->cuts ? random_cut(synth->cuts, most) : most;
    Frame* const   to   = &synth->frames[synth->num_frames];
    synth->info->run(synth->self,
                     &to->left,
                     &to->right,
                     2,
                     synth->grid + synth->num_frames,
                     n);
    synth->num_frames += n;
    done += n;
  }
}

/// Highest sample from one frame up to another
static inline float
peak(const Synth* const synth, const uint32_t from, const uint32_t to)
{
  float most = 0.0f;
  for (uint32_t f = from; f < to; ++f) {
    most = fmaxf(most, fabsf(synth->frames[f].left));
    most = fmaxf(most, fabsf(synth->frames[f].right));
  }
  return most;
}

#endif // SONIC_TESTS_UNITS_SYNTH_SUPPORT_H
