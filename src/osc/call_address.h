// SPDX-License-Identifier: GPL-3.0-or-later
//
// Addresses that are arguments

#ifndef SONIC_OSC_CALL_ADDRESS_H
#define SONIC_OSC_CALL_ADDRESS_H

#include "base/status.h"
#include "osc/call.h"

#include "osc/target.h"

#include <stdbool.h>
#include <stddef.h>

/**
   Write an address with its things named by their ids.

   @param services For the reason of a failure.
   @param call The call whose argument it is.
   @param given The address, things named in any form.
   @param out Receives the address.
   @param size Size of `out`.
   @return STATUS_UNKNOWN_ADDRESS or STATUS_NOT_FOUND, with the reason noted.
*/
Status
call_address(Services*      services,
             const OscCall* call,
             const char*    given,
             char*          out,
             size_t         size);

/// Write the address of a target without its twin, things named by their ids;
/// false if it does not fit
bool
target_address(const Target* target, char* out, size_t size);

#endif // SONIC_OSC_CALL_ADDRESS_H
