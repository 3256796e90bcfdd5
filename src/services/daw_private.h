// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the files of the actions share

#ifndef SONIC_SERVICES_DAW_PRIVATE_H
#define SONIC_SERVICES_DAW_PRIVATE_H

#include "services/daw_actions.h"

/// Actions on tracks, clips, effects and the song, each ended by a null name
extern const DawAction daw_track_actions[];
extern const DawAction daw_clip_actions[];
extern const DawAction daw_effect_actions[];
extern const DawAction daw_song_actions[];

/// An argument that was checked; null if it is not there
static inline const json_t*
daw_get(const DawCall* const call, const char* const name)
{
  return json_object_get(call->args, name);
}

/// A text; `none` if it is not there
const char*
daw_text(const DawCall* call, const char* name, const char* none);

/// A number; `none` if it is not there
double
daw_number(const DawCall* call, const char* name, double none);

/// A truth; `none` if it is not there
bool
daw_bool(const DawCall* call, const char* name, bool none);

/// A thing that must be there
Id
daw_id(const DawCall* call, Kind kind, const char* name);

/// Beats as ticks
Ticks
daw_ticks(double beats);

/// Put a described thing into the result
void
daw_tell(const DawCall* call, const char* key, json_t* value);

/// Put a track's state into the result
Status
daw_tell_track(const DawCall* call, Id track);

/// Put a clip's state into the result
Status
daw_tell_clip(const DawCall* call, Id clip);

/// Set a field of a node to a number
Status
daw_set_number(Services*   services,
               Id          id,
               NodeType    type,
               const char* key,
               double      value);

/// Set a field of a node to a place or length in beats
Status
daw_set_beats(Services* services, Id id, const char* key, double beats);

/// Set a field of a node to a text
Status
daw_set_text(Services*   services,
             Id          id,
             NodeType    type,
             const char* key,
             const char* text);

/// Replace all notes of a clip
Status
daw_set_notes(Services* services, Id clip, const json_t* notes);

#endif // SONIC_SERVICES_DAW_PRIVATE_H
