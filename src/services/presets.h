// SPDX-License-Identifier: GPL-3.0-or-later
//
// Instrument presets
//
// A preset is a name for an instrument engine with its parameters set.  All
// files of a folder are read at the start; one that can't be used is said with
// file and cause, and the others still load.

#ifndef SONIC_SERVICES_PRESETS_H
#define SONIC_SERVICES_PRESETS_H

#include "units/instrument.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
  char*                 name;     ///< As in files and addresses
  char*                 label;    ///< For people
  char*                 category; ///< "Bass"
  const InstrumentInfo* info;
  float*                values; ///< Of all parameters of the engine
} Preset;

typedef struct Presets Presets;

/// Called with what is wrong with a file
typedef void (*PresetFaultFunc)(void* handle, const char* text);

/**
   Read all presets of a folder.

   @param dir Folder with one JSON file for each preset.
   @param fault Called for each file that can't be used.
   @return New presets, owned, or null if memory ran out.
*/
Presets*
presets_new(const char* dir, PresetFaultFunc fault, void* handle);

void
presets_free(Presets* presets);

/// Number of presets
uint32_t
presets_count(const Presets* presets);

/// A preset by its place in order of name, borrowed
const Preset*
presets_get(const Presets* presets, uint32_t index);

/// A preset by name, borrowed, or null
const Preset*
presets_find(const Presets* presets, const char* name);

/// The preset that plays where none is given or the one given is not there;
/// null if there is no preset at all
const Preset*
presets_default(const Presets* presets);

#endif // SONIC_SERVICES_PRESETS_H
