// SPDX-License-Identifier: GPL-3.0-or-later
//
// A clip as the engine plays it
//
// The clip's settings are worked in here, once for each edit: notes go through
// the transforms (quantize, timing, transpose, velocity, gate, in this order)
// and are cut to the clip; seconds become frames.

#ifndef SONIC_SERVICES_CLIP_PART_H
#define SONIC_SERVICES_CLIP_PART_H

#include "engine/part.h"
#include "model/document.h"

/**
   Prepare a clip.

   @param clip The clip.
   @param sample Its audio, borrowed by the part, or null.
   @param rate Frames per second.
   @return A new part, owned, or null if memory ran out.
*/
ClipPart*
clip_part_prepare(const Clip* clip, Sample* sample, uint32_t rate);

/// Prepare the audio of a clip alone; a sample that is null is silent
void
clip_audio_prepare(PartAudio*  audio,
                   const Clip* clip,
                   Sample*     sample,
                   uint32_t    rate);

/// Whether two versions of a clip sound the same
bool
clip_sounds_equal(const Clip* a, const Clip* b);

#endif // SONIC_SERVICES_CLIP_PART_H
