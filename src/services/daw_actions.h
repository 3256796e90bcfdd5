// SPDX-License-Identifier: GPL-3.0-or-later
//
// Actions: what an assistant can do to the session
//
// An action is a name, arguments as a JSON object that are checked wholly
// before anything changes, and a result that has the new state.  All run in a
// transaction and change its draft; a batch holds as a whole or not at all.
// Things are named by id or by name.

#ifndef SONIC_SERVICES_DAW_ACTIONS_H
#define SONIC_SERVICES_DAW_ACTIONS_H

#include "base/id.h"
#include "base/status.h"
#include "services/services.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Most actions of a batch
#define DAW_MAX_BATCH 256u

/// An action that is being run
typedef struct {
  Services*     services;
  const json_t* args;   ///< Checked
  json_t*       result; ///< Object to be filled in
} DawCall;

typedef struct {
  const char* name;

  /**
     Arguments, separated by `|`: name, `!` behind it if it must be there,
     type, least and greatest value, `--` and a sentence.

     Types: s text, n number, i whole number, b true or false, a array,
     o object, track clip effect bus scene marker channel (id or name), or words
     with commas between; with none it is a number or true or false.
  */
  const char* args;
  const char* summary;
  Status (*run)(DawCall* call);
} DawAction;

/// All actions, `*count` of them
const DawAction*
daw_actions(uint32_t* count);

/// The JSON Schema of an action's arguments, owned; null if memory ran out
json_t*
daw_schema(const char* args);

/// Check arguments; what is wrong is noted
Status
daw_check(Services*     services,
          const char*   name,
          const char*   args,
          const json_t* json);

/**
   Run an action in the open transaction.

   On failure the draft is as it was before.

   @param result Receives an object, owned, or null.
*/
Status
daw_action(Services*     services,
           const char*   name,
           const json_t* args,
           json_t**      result);

// Drafts that can be gone back to

/// A state of the draft
typedef struct {
  Composition* root; ///< Owned
  uint32_t     ops;  ///< Operations asked for so far
} DawMark;

/// Note the present state of the draft
DawMark
daw_mark(Services* services);

/// Go back to a state, which ends
void
daw_rollback(Services* services, DawMark* mark);

/// Forget a state
void
daw_unmark(DawMark* mark);

// Looking

/// A thing by id or by name without regard to case; channels for KIND_NONE.
/// STATUS_NOT_FOUND names what there is.
Status
daw_find(Services* services, Kind kind, const char* text, Id* out);

/// What there is to say of a track, clip or channel, owned objects
json_t*
daw_describe_track(Services* services, const Track* track);
json_t*
daw_describe_clip(Services* services, const Clip* clip);
json_t*
daw_describe_effects(Services* services, const Channel* channel);

/// The tempo, meter, key, loop and transport
json_t*
daw_describe_song(Services* services);

/// Beats in a bar
double
daw_bar(Services* services);

/// Read a note: [pitch, start, length, velocity], or an object with n or pitch,
/// s or start, d or length, v or velocity; or bar and beat, which count from 1
bool
daw_read_note(Services* services, const json_t* json, ClipNote* note);

/// The range of an effect's parameter; false if there is none
bool
daw_effect_param(const char* type,
                 const char* param,
                 double*     min,
                 double*     initial,
                 double*     max);

/// The value that a parameter of an effect has
double
daw_effect_value(const Effect* effect, const char* param);

/// Symbol of an effect's parameter by its place, null behind the last
const char*
daw_effect_param_at(const char* type, uint32_t index);

/// Type of an effect by its place, null behind the last
const char*
daw_effect_type_at(uint32_t index);

/// The first of some instruments, between bars, that there is; null if none
const char*
daw_instrument(Services* services, const char* names);

/// An instrument by its place, null behind the last
const char*
daw_instrument_at(Services* services, uint32_t index);

/// Revision of the state that the open transaction began with
uint64_t
daw_step(Services* services);

/// Whether there is a step to do again
bool
daw_can_redo(Services* services);

/// Take back what the assistant's last turn has done since a revision; see
/// `composition_take_back`
Status
daw_take_back(Services* services, uint64_t revision);

#endif // SONIC_SERVICES_DAW_ACTIONS_H
