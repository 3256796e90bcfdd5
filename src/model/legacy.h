// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compositions of the system that this one takes after
//
// Its `current.json` has flat lists of tracks and clips, linear levels, UUIDs
// and times in seconds.  What has a counterpart is taken over, values out of
// range are clamped, and a report says in lines what came and what did not.

#ifndef SONIC_MODEL_LEGACY_H
#define SONIC_MODEL_LEGACY_H

#include "base/status.h"

#include <jansson.h>
#include <stdbool.h>

/// Whether a file's content is such a composition: it has no format, but flat
/// clips and a time signature
bool
legacy_is(const json_t* content);

/**
   Turn it into content of our own, to be decoded like any other.

   @param content What the file has, borrowed.
   @param report Receives an array of lines, owned.
   @param out Receives the content, owned.
   @return STATUS_NO_MEMORY is the only failure.
*/
Status
legacy_convert(const json_t* content, json_t** report, json_t** out);

#endif // SONIC_MODEL_LEGACY_H
