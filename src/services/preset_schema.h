// SPDX-License-Identifier: GPL-3.0-or-later
//
// JSON Schemas of preset files
//
// They are made from the tables of units that the readers check files by, so
// that both say the same.

#ifndef SONIC_SERVICES_PRESET_SCHEMA_H
#define SONIC_SERVICES_PRESET_SCHEMA_H

#include <jansson.h>

/// Of an instrument or a drum voice; owned, null if memory ran out
json_t*
preset_schema_instrument(void);

/// Of a kit
json_t*
preset_schema_kit(void);

/// Of an effect
json_t*
preset_schema_effect(void);

/// Of a chain of effects
json_t*
preset_schema_chain(void);

#endif // SONIC_SERVICES_PRESET_SCHEMA_H
