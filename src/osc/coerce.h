// SPDX-License-Identifier: GPL-3.0-or-later
//
// From what was sent to what a handler gets
//
// Senders differ in types: tablets know floats only, others send integers,
// doubles, booleans or numbers as text.  All of these become what the row
// says, checked against its range.  Continuous controls clamp; counts, beats,
// positions and names do not.  A number for a trigger, or behind arguments
// that were complete in the path, is a button: it acts at 0.5 or more.

#ifndef SONIC_OSC_COERCE_H
#define SONIC_OSC_COERCE_H

#include "osc/argument.h"
#include "osc/call.h"
#include "osc/packet.h"
#include "osc/target.h"
#include "osc/tree.h"

#include <stdint.h>

/// Most arguments of a call
#define ARGUMENTS_MAX (LIMIT_ARGUMENTS + SCHEMA_MAX_ARGS)

typedef enum {
  ARGUMENTS_ASK,     ///< None: the value is asked for
  ARGUMENTS_ACT,     ///< Set, fire or call with `args`
  ARGUMENTS_RELEASE, ///< A button was let go: nothing happens
} ArgumentsUse;

/// Good arguments; texts are borrowed from the message and the match
typedef struct {
  ArgumentsUse use;
  uint32_t     num_args;
  CallArg      args[ARGUMENTS_MAX];
  char         texts[ARGUMENTS_MAX * ARGUMENT_TEXT_SIZE]; ///< From numbers
} Arguments;

/**
   Make the arguments of a call.

   @param scope Where identifiers are looked up.
   @param match Row, twin, and arguments in the path.
   @param message The message, for its arguments.
   @param out Receives the arguments.
   @param reason Receives what is wrong with them.
*/
Status
coerce_arguments(const Scope*         scope,
                 const TreeMatch*     match,
                 const PacketMessage* message,
                 Arguments*           out,
                 char                 reason[REASON_SIZE]);

#endif // SONIC_OSC_COERCE_H
