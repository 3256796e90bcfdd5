// SPDX-License-Identifier: GPL-3.0-or-later
//
// What rows about arrangement share

#ifndef SONIC_AI_INTENT_ARRANGE_H
#define SONIC_AI_INTENT_ARRANGE_H

#include "ai/intent.h"

Outcome
arrange_add_marker(Turn* turn);

Outcome
arrange_remove_marker(Turn* turn);

Outcome
arrange_change_marker(Turn* turn);

Outcome
arrange_repeat(Turn* turn);

/// "copy bars 1 to 4 to bar 5", "copy the verse to bar 17"
Outcome
arrange_copy_bars(Turn* turn);

/// Move all clips of a track by bars
Outcome
arrange_move_clips(Turn* turn);

/// Cut the clip of a track at a bar
Outcome
arrange_split(Turn* turn);

#endif // SONIC_AI_INTENT_ARRANGE_H
