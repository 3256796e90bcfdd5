// SPDX-License-Identifier: GPL-3.0-or-later
//
// Intents: what a clause wants, and how it is done
//
// A row of the table has a condition on what the clause has, and a function
// that does it by actions and tools.  The first row that fits and does not pass
// counts.  Sentences are made from results, never from intentions.

#ifndef SONIC_AI_INTENT_H
#define SONIC_AI_INTENT_H

#include "ai/clause.h"
#include "ai/tools.h"
#include "base/rt.h"
#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>

/// A request that is being dealt with
typedef struct {
  Services*     services;
  Toolbox       box;
  Setting       setting;
  const Clause* clause;
  const char*   text;      ///< The whole request
  Text          said;      ///< What was done or is answered
  Text          not_done;  ///< What was not done and why
  json_t*       did;       ///< Array of {tool, args}
  json_t*       result;    ///< Of the last action, owned
  uint32_t      undos;     ///< Further steps to take back
  bool          asked;     ///< Something is asked back
  bool          look_only; ///< Nothing is to be changed
  Id            touched[CLAUSE_TRACKS];
  uint32_t      num_touched;
  Id            offered[CLAUSE_TRACKS]; ///< With what is asked back
  uint32_t      num_offered;
} Turn;

typedef enum {
  INTENT_DONE, ///< Done, or said why not
  INTENT_PASS, ///< Not meant: try the next row
} Outcome;

typedef Outcome (*IntentFunc)(Turn* turn);

typedef struct {
  /// Tags that must be there, with `!` those that may not; `a|b` is either,
  /// `#` a slot, `^` the tag of the first word, `a>b|c` means if a, then b or c
  const char* when;
  IntentFunc  run;
} Intent;

/// Deal with a clause; false if nothing fits
bool
intent_run(Turn* turn);

/// Whether a condition holds for a clause
bool
intent_fits(const Turn* turn, const char* when);

// Rows, each list ended by a null function
extern const Intent intents_history[];
extern const Intent intents_query[];
extern const Intent intents_transport[];
extern const Intent intents_tracks[];
extern const Intent intents_mixer[];
extern const Intent intents_effects[];
extern const Intent intents_parts[];
extern const Intent intents_edit[];
extern const Intent intents_arrange[];
extern const Intent intents_advice[];
extern const Intent intents_opinion[];

// What rows share

/// What a call is about to change, for "a bit less" later: a number, or null
json_t*
followup_value(Services* services, const char* tool, const json_t* args);

/// Run an action or a tool; `args` moves.  A failure is said; false then.
bool
turn_do(Turn* turn, const char* tool, json_t* args);

/// Say what was done
void
turn_say(Turn* turn, const char* format, ...) SONIC_PRINTF(2, 3);

/// Say what can't be done
Outcome
turn_cannot(Turn* turn, const char* format, ...) SONIC_PRINTF(2, 3);

/// Ask back
Outcome
turn_ask(Turn* turn, const char* format, ...) SONIC_PRINTF(2, 3);

/// Remember that a track was dealt with
void
turn_touch(Turn* turn, Id id);

/// The name of a track, bus or master
const char*
turn_name(const Turn* turn, Id id);

/// The names of all tracks, with commas
void
turn_names(const Turn* turn, char* text, size_t size);

/**
   Make sure that it is clear which tracks are meant.

   @return False if that was asked back, or said that there are none.
*/
bool
turn_targets(Turn* turn);

/// The clause's bars as first and last from 1; false if it names none.
/// Sections count, "last" is counted from the end of the song.
bool
turn_bars(const Turn* turn, int* first, int* last);

/// The track with a role, or ID_NONE
Id
turn_role(const Turn* turn, const char* role);

/// The drums that a clause about drums means; asks or says if it is not clear
Id
turn_drums(Turn* turn);

/// A text of the last result: path with dots, "" if it is not there
const char*
turn_text(const Turn* turn, const char* path);

/// A number of the last result
double
turn_number(const Turn* turn, const char* path);

/// Widen a track by its stereo width effect, which is added if there is none
void
intent_width(Turn* turn, Id owner, double by);

/// The first character as a capital
void
capitalize(char* text);

#endif // SONIC_AI_INTENT_H
