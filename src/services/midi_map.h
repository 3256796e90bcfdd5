// SPDX-License-Identifier: GPL-3.0-or-later
//
// What controls at `midi_in` move
//
// A mapping ties a source (a controller, a key, the bend or the pressure of a
// channel) to an address, whose value it moves between two shares of its range.
// Mappings are in the composition.  A source is written CHANNEL:KIND:NUMBER,
// such as 1:cc:74 or 10:note:36, or 1:bend and 1:pressure; channel 0 is any.

#ifndef SONIC_SERVICES_MIDI_MAP_H
#define SONIC_SERVICES_MIDI_MAP_H

#include "base/status.h"
#include "engine/engine.h"
#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

/// Most mappings of a composition
#define MIDI_MAP_MAX 1024u

/// Room for a source as text
#define MIDI_SOURCE_SIZE 24

typedef enum {
  MIDI_SOURCE_CC,
  MIDI_SOURCE_NOTE,
  MIDI_SOURCE_BEND,
  MIDI_SOURCE_PRESSURE,
} MidiSourceKind;

typedef struct {
  uint8_t        channel; ///< 1 to 16, 0: any
  uint8_t        number;  ///< Of a controller or key
  MidiSourceKind kind;
} MidiSource;

typedef struct {
  MidiSource  source;
  const char* address; ///< Things named by id; borrowed from the composition
  double      min;     ///< Share of the range for the least of the source
  double      max;     ///< Share for the most, which may be below `min`
  bool        pickup;  ///< It has to reach the value before it moves it
} MidiMapping;

/// Read a source; false if `text` is none
bool
midi_source_parse(const char* text, MidiSource* source);

/// Write a source; returns `text`
char*
midi_source_format(const MidiSource* source, char text[MIDI_SOURCE_SIZE]);

/// The source of an event and where it stands, 0 to 1; false if it has none
bool
midi_source_of(const MidiEvent* event, MidiSource* source, double* value);

/// Whether an event's source is the one of a mapping
bool
midi_source_matches(const MidiSource* mapped, const MidiSource* source);

/// The next event that came in at `midi_in`; false if there is none
bool
midi_heard(const Services* services, MidiEvent* event);

/// Number of rows of the map; some may be no mappings
uint32_t
midi_map_count(const Services* services);

/// A row of the map; false if it is no mapping
bool
midi_map_at(const Services* services, uint32_t index, MidiMapping* mapping);

/// Add a mapping, in place of one of the same source and address
Status
midi_map_add(Services* services, const MidiMapping* mapping);

/// Remove the mapping of a source to an address, or all of the source (null)
Status
midi_map_remove(Services*         services,
                const MidiSource* source,
                const char*       address);

/// Remove all mappings
Status
midi_map_clear(Services* services);

#endif // SONIC_SERVICES_MIDI_MAP_H
