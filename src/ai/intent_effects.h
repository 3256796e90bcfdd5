// SPDX-License-Identifier: GPL-3.0-or-later
//
// What rows about effects share

#ifndef SONIC_AI_INTENT_EFFECTS_H
#define SONIC_AI_INTENT_EFFECTS_H

#include "ai/intent.h"

/// The last effect of a type on a channel; null if there is none
const Effect*
intent_effects_find_effect(const Turn* turn, Id owner, const char* type);

bool
intent_effects_is_type(const char* type);

/// What the chain of a channel is now, in words
void
intent_effects_say_chain(Turn* turn, Id owner);

/// The parameter of a type that a word means; null if it has none such
const char*
intent_effects_param_of(const char* type, const char* word);

/// A number for a parameter, in its own unit; false if the clause gives none
bool
intent_effects_given_value(const Clause* clause,
                           const char*   type,
                           const char*   param,
                           uint32_t      from,
                           double*       out);

/// A step of a parameter for "more" or "less"
double
intent_effects_step_value(const Clause* clause,
                          double        now,
                          double        min,
                          double        max,
                          int           way);

bool
intent_effects_set_param(Turn*         turn,
                         const Effect* effect,
                         const char*   param,
                         double        value);

/// The direction that words about effects give
int
intent_effects_direction(const Clause* clause);

/// Where an effect is, if the clause does not say
const Effect*
intent_effects_only_effect(const Turn* turn, const char* type);

/// The effect that a clause is about on a track: by type, else by parameter
const Effect*
intent_effects_meant_effect(const Turn* turn, Id owner);

Outcome
intent_effects_change_param(Turn* turn);

Outcome
intent_effects_add_effect(Turn* turn);

Outcome
intent_effects_remove_effect(Turn* turn);

Outcome
intent_effects_bypass(Turn* turn);

/// "swap the order of the effects", "put the compressor before the reverb"
Outcome
intent_effects_reorder(Turn* turn);

Outcome
intent_effects_tone(Turn* turn);

/// "cut the highs on the hats", "more low end"
Outcome
intent_effects_band(Turn* turn);

/// "nothing above 5 kHz on the keys": a low pass there, or a high pass
Outcome
intent_effects_cut_band(Turn* turn);

#endif // SONIC_AI_INTENT_EFFECTS_H
