// SPDX-License-Identifier: GPL-3.0-or-later
//
// Samples at the pitches that clips want them at
//
// Each is made once by a worker and kept in the cache; until then its clips are
// silent.  What no clip wants any more is not finished.

#ifndef SONIC_SERVICES_PITCHES_H
#define SONIC_SERVICES_PITCHES_H

#include "services/services.h"

/// Audio of a sample at a pitch, borrowed, or null if it is not there (yet)
Sample*
pitches_audio(Services* services, const SampleNode* node, double semitones);

/// Make, in the background, what the clips that differ want
void
pitches_prepare(Services*          services,
                const Composition* before,
                const Composition* after);

/// Make what clips want of a sample that is there now
void
pitches_prepare_sample(Services* services, Id sample);

/// How much of what a clip wants is made, 0 to 1
double
pitches_progress(Services* services, const Clip* clip);

#endif // SONIC_SERVICES_PITCHES_H
