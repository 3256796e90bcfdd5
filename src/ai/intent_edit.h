// SPDX-License-Identifier: GPL-3.0-or-later
//
// What rows about edits share

#ifndef SONIC_AI_INTENT_EDIT_H
#define SONIC_AI_INTENT_EDIT_H

#include "ai/intent.h"

/// Targets of an edit: tracks with notes, the drums if a voice is named
uint32_t
edits_targets(Turn* turn, Id ids[CLAUSE_TRACKS]);

/// Common arguments: track, operation, voice, bars
json_t*
edits_common(const Turn* turn, Id id, const char* operation);

/// Do an edit on all targets; `key` and `value` are an argument, or null
Outcome
edits_edit(Turn*       turn,
           const char* operation,
           const char* key,
           double      value,
           const char* said);

Outcome
edits_quantize(Turn* turn);

Outcome
edits_humanize(Turn* turn);

Outcome
edits_swing(Turn* turn);

Outcome
edits_transpose(Turn* turn);

Outcome
edits_velocity(Turn* turn);

Outcome
edits_crescendo(Turn* turn);

Outcome
edits_accent(Turn* turn);

Outcome
edits_sevenths(Turn* turn);

Outcome
edits_triads(Turn* turn);

Outcome
edits_voicing(Turn* turn);

/// Sus chords: the third becomes the second or the fourth
Outcome
edits_suspend(Turn* turn);

/// A second voice above
Outcome
edits_harmonize(Turn* turn);

#endif // SONIC_AI_INTENT_EDIT_H
