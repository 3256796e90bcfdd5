// SPDX-License-Identifier: GPL-3.0-or-later
//
// One argument, from any type to what a row says
//
// A number may come as `i f h d T F` or as text, a text as a number.  What was
// sent with single precision is read as what was meant: a beat as the multiple
// of 1/960 whose float it is, another number as its shortest text.

#ifndef SONIC_OSC_ARGUMENT_H
#define SONIC_OSC_ARGUMENT_H

#include "base/rt.h"
#include "osc/call.h"
#include "osc/packet.h"
#include "osc/target.h"

#include <stdint.h>

/// What is at hand while arguments are read
typedef struct {
  const Scope* scope;     ///< Where identifiers are looked up
  char*        reason;    ///< REASON_SIZE bytes for what is wrong
  char*        texts;     ///< Room for texts made from numbers
  uint32_t     num_texts; ///< Bytes left, at least ARGUMENT_TEXT_SIZE each
} ArgumentReader;

/// Room for a text made from a number
#define ARGUMENT_TEXT_SIZE 24u

/// Read an argument by its value
Status
argument_read(ArgumentReader*  reader,
              const ArgInfo*   info,
              const PacketArg* from,
              CallArg*         arg);

/// Read an argument by its place in its range, 0 to 1
Status
argument_read_norm(ArgumentReader*  reader,
                   const ArgInfo*   info,
                   const PacketArg* from,
                   CallArg*         arg);

/// Read an argument by its text with a unit, or a plain number
Status
argument_read_text(ArgumentReader*  reader,
                   const ArgInfo*   info,
                   const PacketArg* from,
                   CallArg*         arg);

/// Say what is wrong; returns `status`
Status
argument_fail(const ArgumentReader* reader,
              Status                status,
              const char*           format,
              ...) SONIC_PRINTF(3, 4);

/// The value of an argument that was left out
CallArg
argument_default(const ArgInfo* info);

#endif // SONIC_OSC_ARGUMENT_H
