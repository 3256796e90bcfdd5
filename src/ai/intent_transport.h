// SPDX-License-Identifier: GPL-3.0-or-later
//
// What rows about the transport share

#ifndef SONIC_AI_INTENT_TRANSPORT_H
#define SONIC_AI_INTENT_TRANSPORT_H

#include "ai/intent.h"

Outcome
transport_tempo(Turn* turn);

/// "take it up to 112": a number that can be nothing but a tempo
Outcome
transport_tempo_by_number(Turn* turn);

/// A bare number behind a verb: "set it to 95 bpm", "95 bpm please"
Outcome
transport_tempo_bare(Turn* turn);

Outcome
transport_meter(Turn* turn);

Outcome
transport_key(Turn* turn);

#endif // SONIC_AI_INTENT_TRANSPORT_H
