// SPDX-License-Identifier: GPL-3.0-or-later
//
// Instrument presets
//
// A preset is a name for an instrument engine with its parameters set.  All
// files of a folder are read at the start, those that come with the program and
// then the user's own; one that can't be used is said with file, place and key,
// and the others still load.

#ifndef SONIC_SERVICES_PRESETS_H
#define SONIC_SERVICES_PRESETS_H

#include "base/status.h"
#include "services/preset_file.h"
#include "units/instrument.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A stroke of a kit's groove
typedef struct {
  float   beat; ///< From the start of the bar
  uint8_t note;
  uint8_t velocity;
} GrooveHit;

/// Recordings that are played (services/zones.h)
struct Zones;

typedef struct {
  char*                 name;     ///< As in files and addresses
  char*                 label;    ///< For people
  char*                 category; ///< "Bass"
  char*                 tags;     ///< With blanks between them
  bool                  own;      ///< The user's, not the program's
  const InstrumentInfo* info;
  float*                values; ///< Of all parameters of the engine
  GrooveHit*            groove; ///< Of a kit, else null
  uint32_t              num_hits;
  float                 tempo; ///< Of the groove, beats per minute
  struct Zones*         zones; ///< Of what plays recordings, else null
} Preset;

typedef struct Presets Presets;

/// No presets yet; null if memory ran out
Presets*
presets_empty(void);

/**
   Read all presets of a folder.

   @param dir Folder with one JSON file for each preset.
   @param fault Called for each file that can't be used.
   @return New presets, owned, or null if memory ran out.
*/
Presets*
presets_new(const char* dir, PresetFaultFunc fault, void* handle);

/**
   Read all kits of a folder, which may not be there.

   A kit is a preset of the engine `kit` with a groove.

   @param kits Where they are added.
   @param voices Where presets of the engine `drum` are that pads name.
*/
void
presets_read_kits(Presets*        kits,
                  const char*     dir,
                  bool            own,
                  const Presets*  voices,
                  PresetFaultFunc fault,
                  void*           handle);

/// Read the presets of another folder, which may not be there, too; a name that
/// is there already is a fault
void
presets_read(Presets*        presets,
             const char*     dir,
             bool            own,
             PresetFaultFunc fault,
             void*           handle);

/**
   Add one preset to those that were read.

   @param preset What to add, copied.
   @return STATUS_EXISTS if there is one of that name, STATUS_NO_MEMORY.
*/
Status
presets_add(Presets* presets, const Preset* preset);

/**
   Write a preset to a file, of which there must be none.

   @param folder Folder, made if it is not there.
   @param text What went wrong.
*/
Status
preset_write(const Preset* preset,
             const char*   folder,
             char*         text,
             size_t        text_size);

/// A copy of a preset with no memory shared; false if memory ran out, then
/// there is nothing to clear
bool
preset_copy(const Preset* preset, Preset* copy);

/// Release what a preset has
void
preset_clear(Preset* preset);

/// True if a preset is of a category ("" for any) and has all words of a text
/// in its name, title, category or tags, capital letters or not
bool
preset_matches(const Preset* preset, const char* category, const char* words);

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
