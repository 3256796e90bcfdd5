// SPDX-License-Identifier: GPL-3.0-or-later
//
// Trying a sample out, beside the composition
//
// A sample is played once from its start, after the master.  The one before
// fades out while it comes home.  What is not in memory is waited for.

#ifndef SONIC_ENGINE_AUDITION_H
#define SONIC_ENGINE_AUDITION_H

#include "base/ring.h"
#include "base/rt.h"
#include "engine/sample.h"

#include <stdint.h>

/// A sample at a place
typedef struct {
  Sample*  sample; ///< Or null
  uint64_t frame;  ///< Next frame of it
} AuditionVoice;

typedef struct {
  AuditionVoice now;
  AuditionVoice before;
  uint32_t      fade; ///< Frames for which `before` still sounds
} Audition;

/// Play another sample, null for none; returns the one before
SONIC_RT Sample*
audition_exchange(Audition* audition, Sample* sample);

/// Add `n` frames
SONIC_RT void
audition_run(Audition* audition,
             float*    left,
             float*    right,
             uint32_t  n,
             uint32_t  cycle,
             Ring*     pages);

#endif // SONIC_ENGINE_AUDITION_H
