// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which rows a pattern meets
//
// A pattern is followed down the tree of addresses, part by part.  Where it
// meets a row, that is a shape: the row and, for each name in its path, the
// part of the pattern that the name must match.
//
// The work is taken from a budget of steps; once that is 0, nothing more is
// found and the answer is `too-large`.

#ifndef SONIC_OSC_SHAPE_H
#define SONIC_OSC_SHAPE_H

#include "osc/names.h"
#include "osc/pattern.h"
#include "osc/tree.h"

#include <stdbool.h>
#include <stdint.h>

/// A pattern in parts, which are borrowed from its text
typedef struct {
  uint32_t    num_parts;
  PatternPart parts[LIMIT_ADDRESS_PARTS];
} PatternParts;

/// Cut a pattern; STATUS_BAD_ARGUMENT or STATUS_TOO_LARGE with a reason
Status
pattern_cut(const char* pattern, PatternParts* parts, char reason[REASON_SIZE]);

/// What happens to the things of a collection
typedef enum {
  EVENT_ADDED   = 1u << 0u,
  EVENT_REMOVED = 1u << 1u,
  EVENT_ORDER   = 1u << 2u,
} EventFlags;

#define EVENT_ALL ((uint32_t)(EVENT_ADDED | EVENT_REMOVED | EVENT_ORDER))

/// Last part of an event's address: "added", "removed" or "order"
const char*
event_word(EventFlags event);

/// A row that a pattern meets, or the events of a collection of things
typedef struct {
  const OscRow* row;
  Twin          twin;
  uint32_t      events;     ///< EventFlags; then `row` is one below
  uint32_t      num_places; ///< Of the row; of events, up to the collection's
  PatternPart   places[SCHEMA_MAX_IDS]; ///< Null text: skipped by `//`
} Shape;

/// Called with a shape; false stops
typedef bool (*ShapeFunc)(void* handle, const Shape* shape);

/**
   Find all that a pattern meets.

   Events of a collection are met by their own address (`/mixer/channels/added`,
   which `/mixer/channels/` with any wildcard is too), and wherever a wildcard
   stands for the things of the collection.

   @return False if stopped or the steps are used up.
*/
bool
pattern_each_shape(const Tree*         tree,
                   const PatternParts* pattern,
                   uint32_t*           steps,
                   ShapeFunc           func,
                   void*               handle);

#endif // SONIC_OSC_SHAPE_H
