// SPDX-License-Identifier: GPL-3.0-or-later
//
// Presets of effects and of whole chains
//
// A preset is a name for effects with their parameters set: one effect, or a
// chain of some.  All files are read at the start, those that come with the
// program and then the user's own; one that can't be used is said with file,
// place and key, and the others still load.  A preset is asked for by its name
// or the slug of it, capital letters or not.

#ifndef SONIC_SERVICES_EFFECT_PRESETS_H
#define SONIC_SERVICES_EFFECT_PRESETS_H

#include "base/id.h"
#include "base/status.h"
#include "services/preset_file.h"
#include "services/services.h"
#include "units/effect.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One effect of a preset
typedef struct {
  const EffectInfo* info;
  float             values[EFFECT_MAX_PARAMS]; ///< Of all its parameters
} PresetEffect;

typedef struct {
  char*         name;
  bool          chain;   ///< Of a chain; or else of its one effect
  bool          own;     ///< The user's, not the program's
  uint32_t      count;   ///< Effects
  PresetEffect* effects; ///< In the order of the signal
} EffectPreset;

typedef struct EffectPresets EffectPresets;

/**
   Read the folders "effects" and "chains" of the program and of the user.

   @param given_dir Folder of the program's presets.
   @param own_dir Folder of the user's, or null for none.
   @param fault Called for each file that can't be used.
   @return New presets, owned, or null if memory ran out.
*/
EffectPresets*
effect_presets_new(const char*     given_dir,
                   const char*     own_dir,
                   PresetFaultFunc fault,
                   void*           handle);

void
effect_presets_free(EffectPresets* presets);

/// Number of presets, of effects and of chains
uint32_t
effect_presets_count(const EffectPresets* presets);

/// A preset by its place: those of effects by type and name, then the chains by
/// name; borrowed
const EffectPreset*
effect_presets_get(const EffectPresets* presets, uint32_t index);

/// A preset of a type (null: of a chain) by name or slug, borrowed, or null
const EffectPreset*
effect_presets_find(const EffectPresets* presets,
                    const EffectInfo*    info,
                    const char*          name);

/// All presets of the services, borrowed
const EffectPresets*
effects_presets(const Services* services);

/// Set all parameters of an effect as a preset of its type has them
Status
effects_set_preset(Services* services, Id effect, const char* name);

/// Put the effects of a chain's preset in place of all that a channel has
Status
effects_set_chain_preset(Services* services, Id channel, const char* name);

/**
   Write the present parameters of an effect to DATA/effects and add them to the
   presets.

   @param name No preset of the type may have its slug yet.
   @param completion Told the name.
*/
Status
effects_save_preset(Services*         services,
                    Id                effect,
                    const char*       name,
                    const Completion* completion);

/// Likewise all effects of a channel, to DATA/chains
Status
effects_save_chain_preset(Services*         services,
                          Id                channel,
                          const char*       name,
                          const Completion* completion);

// Between the parts of this module

/// Add a preset, which moves; STATUS_EXISTS (it stays yours), STATUS_NO_MEMORY
Status
effect_presets_add(EffectPresets* presets, EffectPreset* preset);

/// A preset of some effects that are as their types have them; false if memory
/// ran out
bool
effect_preset_init(EffectPreset* preset, const char* name, uint32_t count);

/// Release what a preset has
void
effect_preset_clear(EffectPreset* preset);

/// Write a preset below a folder, in "effects" or "chains"
Status
effect_preset_write(const EffectPreset* preset,
                    const char*         folder,
                    char*               text,
                    size_t              text_size);

#endif // SONIC_SERVICES_EFFECT_PRESETS_H
