// SPDX-License-Identifier: GPL-3.0-or-later
//
// The OSC surface as JSON

#ifndef SONIC_OSC_SCHEMA_JSON_H
#define SONIC_OSC_SCHEMA_JSON_H

#include "osc/schema.h"

#include <jansson.h>
#include <stdint.h>

/// All that the rows say, for programs; owned, null if memory ran out
json_t*
schema_json(const OscRow* rows, uint32_t num_rows);

/**
   The rows as an OSCQuery namespace.

   The open composition is `current`; any other placeholder is a node with its
   name in braces.

   @return New JSON, owned, or null if memory ran out.
*/
json_t*
schema_oscquery(const OscRow* rows, uint32_t num_rows);

#endif // SONIC_OSC_SCHEMA_JSON_H
