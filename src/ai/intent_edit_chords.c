// SPDX-License-Identifier: GPL-3.0-or-later
//
// Edits of chords and their voices

#include "ai/intent.h"
#include "ai/intent_edit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The chords that a clause about chords means
static Outcome
chord_edit(Turn* const       turn,
           const char* const operation,
           const double      value,
           const char* const said)
{
  const Clause* const clause = turn->clause;
  Id                  ids[CLAUSE_TRACKS];
  uint32_t            count = 0;
  const bool          named = clause->num_tracks && clause->by[0] <= BY_ROLE;
  if (!named && !clause->unknown) {
    const Id chords = turn_role(turn, "chords");
    if (chords != ID_NONE) {
      ids[0] = chords;
      count  = 1;
    }
  }

  count = count ? count : edits_targets(turn, ids);
  for (uint32_t i = 0; i < count; ++i) {
    json_t* const args = edits_common(turn, ids[i], operation);
    if (value != 0.0) {
      json_object_set_new(args, "value", json_real(value));
    }

    if (turn_do(turn, "edit_notes", args)) {
      turn_say(turn,
               "%s on %s: %g notes now.",
               said,
               turn_name(turn, ids[i]),
               turn_number(turn, "notes"));
      turn_touch(turn, ids[i]);
    }
  }

  return INTENT_DONE;
}

Outcome
edits_sevenths(Turn* const turn)
{
  return chord_edit(turn,
                    "extend",
                    clause_has(turn->clause, "ninths") ? 5.0 : 4.0,
                    clause_has(turn->clause, "ninths") ? "Ninth chords"
                                                       : "Seventh chords");
}

Outcome
edits_triads(Turn* const turn)
{
  return chord_edit(turn,
                    "triads",
                    clause_has(turn->clause, "powerchords") ? 2.0 : 3.0,
                    "Simpler chords");
}

Outcome
edits_voicing(Turn* const turn)
{
  return chord_edit(turn, "voicing", 0.0, "Inversions that move smoothly");
}

Outcome
edits_suspend(Turn* const turn)
{
  const Token* const sus = clause_find(turn->clause, "sus");
  return chord_edit(
    turn, "suspend", strtod(sus->word->value, NULL), "Suspended chords");
}

Outcome
edits_harmonize(Turn* const turn)
{
  const Token* const steps = clause_find(turn->clause, "harmonysteps");
  return edits_edit(turn,
                    "harmonize",
                    "value",
                    steps ? strtod(steps->word->value, NULL) : 2.0,
                    "A second voice");
}
