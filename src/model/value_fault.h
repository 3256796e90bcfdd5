// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is wrong with a value
//
// A sentence in the form "expected a number from 0 to 1, not "x"", and where
// within the value.

#ifndef SONIC_MODEL_VALUE_FAULT_H
#define SONIC_MODEL_VALUE_FAULT_H

#include "base/rt.h"
#include "base/status.h"

#include <jansson.h>

#include <stddef.h>

typedef struct {
  char path[64];  ///< Where within the value ("[2][1]"), or ""
  char text[256]; ///< One sentence
} ValueFault;

/// Note a fault; returns STATUS_BAD_ARGUMENT
Status
value_fault(ValueFault* fault, const char* path, const char* format, ...)
  SONIC_PRINTF(3, 4);

/// Add what was found instead of what was expected; null is nothing
void
value_fault_found(ValueFault* fault, const json_t* found);

/// The same with its text, of which not too much is shown
void
value_fault_found_text(ValueFault* fault, const char* text, size_t length);

#endif // SONIC_MODEL_VALUE_FAULT_H
