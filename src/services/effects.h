// SPDX-License-Identifier: GPL-3.0-or-later
//
// Effects in the chains of channels
//
// Everything that edits runs in a transaction and leaves the reason of a
// failure in `services_error`.  Slots count from 1.

#ifndef SONIC_SERVICES_EFFECTS_H
#define SONIC_SERVICES_EFFECTS_H

#include "base/id.h"
#include "base/status.h"
#include "model/document.h"
#include "services/services.h"
#include "units/effect.h"

#include <stdint.h>

/// Most effects in a chain
#define MAX_CHAIN 64u

/// Value of a parameter of an effect of a type, within its range
float
effects_value(const Effect* effect, const EffectInfo* info, uint32_t param);

/// Values of all parameters of an effect of a type
void
effects_values(const Effect*     effect,
               const EffectInfo* info,
               float             values[EFFECT_MAX_PARAMS]);

/// The type of a name; null (with the reason noted) if there is none
const EffectInfo*
effects_type(Services* services, const char* type);

/// An effect of the draft, borrowed; null (noted) if there is none
const Effect*
effects_find(Services* services, Id effect);

/// A parameter of an effect; null (noted) if it has none of that name
const ParamInfo*
effects_param_info(Services* services, Id effect, const char* symbol);

/// The effect in a slot of a channel, named by its place from 1, its id or its
/// name's slug; ID_NONE (noted) if there is none
Id
effects_at(Services* services, Id channel, const char* slot);

/// What an effect is called: by its name or else its type's
const char*
effects_name(const Effect* effect);

/// Frames of latency of an effect, 0 if its type is not known
uint32_t
effects_latency(const Services* services, const Effect* effect);

/// Add an effect to a channel at a slot, 0: at the end
Status
effects_insert(Services*   services,
               Id          channel,
               const char* type,
               int64_t     slot,
               Id*         out);

/// Take an effect away
Status
effects_delete(Services* services, Id effect);

/// Take all effects of a channel away
Status
effects_clear(Services* services, Id channel);

/// Move an effect to a slot of its chain
Status
effects_move(Services* services, Id effect, int64_t slot);

/// Value of a parameter
Status
effects_param(Services* services, Id effect, const char* symbol, double* value);

/// Set a parameter, clamped to its range
Status
effects_set_param(Services*   services,
                  Id          effect,
                  const char* symbol,
                  double      value);

/// Set the side chain of an effect, ID_NONE for none
Status
effects_set_key(Services* services, Id effect, Id channel);

#endif // SONIC_SERVICES_EFFECTS_H
