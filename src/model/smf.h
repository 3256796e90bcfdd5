// SPDX-License-Identifier: GPL-3.0-or-later
//
// Standard MIDI Files, in and out
//
// Reads types 0 and 1 with a division in ticks per quarter note.  A chunk gives
// a track for each of its channels that has something to play, with one clip
// from beat 0 to the end, rounded up to a bar.  Tempo, signatures and markers
// become those of the composition.  Positions are the nearest ticks.
//
// Channel 10 gets a drum kit, other channels an instrument by their first
// program.  What is not a note becomes a row of the clip's controllers, beats
// from the clip's start first:
//
//   [beat, "cc", number, value]   [beat, "pressure", value]
//   [beat, "bend", -8192..8191]   [beat, "poly", pitch, value]
//   [beat, "program", 0..127]
//
// System exclusive messages and other meta events are passed over.  A sounding
// pitch that is struck again has its notes ended in the order they began; notes
// without an end last until that of their chunk.
//
// Writes type 1: tempo, signatures and markers first, then each MIDI track with
// its clips on the timeline, notes as they are in the clip and cut to it, muted
// clips left out.  The division is 960, or one of a few finer ones if only that
// has all positions on its grid, so that a file that was read is written with
// the same positions.  Ramps of the tempo are written as steps that reach each
// beat at the same time.
//
// Both may be called on any thread.

#ifndef SONIC_MODEL_SMF_H
#define SONIC_MODEL_SMF_H

#include "base/status.h"
#include "base/text.h"
#include "model/document.h"

#include <stdbool.h>
#include <stddef.h>

/// Largest file
#define SMF_MAX_BYTES ((size_t)64 << 20u)

/// Most tracks that a file gives
#define SMF_MAX_TRACKS 1000u

/// Whether a path ends in .mid or .midi
bool
smf_is_path(const char* path);

/**
   Read a file.

   @param bytes The whole file, borrowed.
   @param text Receives what is wrong and at which byte; on success a remark on
   what could not be taken as it is, or "".
   @param out Receives the composition, owned, its name "" if the file has none.
*/
Status
smf_decode(const void*   bytes,
           size_t        size,
           char*         text,
           size_t        text_size,
           Composition** out);

/**
   Write a file.

   @param out Receives the bytes, added to what it holds; to be freed also after
   a failure.
   @param text Receives why it failed; on success a remark on what could not be
   written as it is, or "".
*/
Status
smf_encode(const Composition* composition,
           Text*              out,
           char*              text,
           size_t             text_size);

#endif // SONIC_MODEL_SMF_H
