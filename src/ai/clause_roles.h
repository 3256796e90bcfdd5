// SPDX-License-Identifier: GPL-3.0-or-later
//
// Words in the names of tracks

#ifndef SONIC_AI_CLAUSE_ROLES_H
#define SONIC_AI_CLAUSE_ROLES_H

#include "ai/clause.h"

/// Whether a text has one of some words in it, without regard to case
bool
clause_has_any(const char* text, const char* words);

#endif // SONIC_AI_CLAUSE_ROLES_H
