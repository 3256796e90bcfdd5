// SPDX-License-Identifier: GPL-3.0-or-later
//
// The session in words, for those who read rather than look
//
// Results are owned texts, null if memory ran out.

#ifndef SONIC_AI_DESCRIBE_H
#define SONIC_AI_DESCRIBE_H

#include "services/daw_actions.h"

/// The song and a line for each track
char*
describe_session(Services* services);

/// Notes of a track: drums as rows of steps, others as bar:beat
/// pitch/length@vel
char*
describe_notes(Services*    services,
               const Track* track,
               int          first_bar,
               int          last_bar);

/// The chords bar by bar
char*
describe_harmony(Services* services);

#endif // SONIC_AI_DESCRIBE_H
