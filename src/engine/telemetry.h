// SPDX-License-Identifier: GPL-3.0-or-later
//
// What control sees of the engine
//
// The process thread publishes a whole state after each cycle; control reads
// the last one without disturbing it.

#ifndef SONIC_ENGINE_TELEMETRY_H
#define SONIC_ENGINE_TELEMETRY_H

#include "base/rt.h"
#include "engine/engine.h"

#include <stdatomic.h>
#include <stdint.h>

#define TELEMETRY_WORDS ((sizeof(Telemetry) + 7u) / 8u)

/// A state that one thread writes and others read
typedef struct {
  atomic_uint          sequence; ///< Odd while it is written
  atomic_uint_fast64_t words[TELEMETRY_WORDS];
} TelemetryBoard;

/// Write the state; for the process thread
SONIC_RT void
telemetry_publish(TelemetryBoard* board, const Telemetry* telemetry);

/// Read the last state; for any other thread
void
telemetry_read(TelemetryBoard* board, Telemetry* out);

#endif // SONIC_ENGINE_TELEMETRY_H
