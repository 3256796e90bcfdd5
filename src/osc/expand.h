// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a shape stands for in a document
//
// A shape is expanded over the things that its names can be.  A name matches by
// identifier or slug, and by position where the part of the pattern begins like
// a number (`[1-8]`).  Composition, the only one, is the open one.

#ifndef SONIC_OSC_EXPAND_H
#define SONIC_OSC_EXPAND_H

#include "osc/shape.h"
#include "osc/target.h"

#include <stdbool.h>
#include <stdint.h>

/// Room for any address that comes of a pattern
#define EXPAND_ADDRESS_SIZE 512

/// Called with a target and its address, which names things as the pattern
/// did: literal parts as written, others by identifier; false stops
typedef bool (*TargetFunc)(void*         handle,
                           const Target* target,
                           const char*   address);

/// Find all targets of a shape; false if stopped or the steps are used up
bool
shape_expand(const Shape* shape,
             const Scope* scope,
             uint32_t*    steps,
             TargetFunc   func,
             void*        handle);

/// What a literal part at a place names: a thing, or ID_COMPOSITION for the
/// open composition; ID_NONE if that is nothing, or the part is not literal
Id
shape_literal(const Shape* shape, uint32_t place, const Scope* scope);

/// Whether a thing can stand at a place whose part is not literal
bool
shape_takes(const Shape* shape,
            uint32_t     place,
            const Scope* scope,
            Id           id,
            uint32_t*    steps);

/// Write the address of a target of a shape.  Of events, it is that of the
/// collection, without its last slash.
void
shape_address(const Shape*  shape,
              const Target* target,
              char          address[EXPAND_ADDRESS_SIZE]);

#endif // SONIC_OSC_EXPAND_H
