// SPDX-License-Identifier: GPL-3.0-or-later
//
// Composite tools: musical things to do, over the actions
//
// They run in the open transaction like actions, with the same checks, and
// their results have the new state.  The embedded assistant, language models
// and MCP use them alike.

#ifndef SONIC_AI_TOOLS_H
#define SONIC_AI_TOOLS_H

#include "ai/generate.h"
#include "ai/genre.h"
#include "services/daw_actions.h"

#include <jansson.h>

/// What tools work with
typedef struct {
  const Genres* genres;
  uint64_t      seed; ///< Of this call
} Toolbox;

typedef struct {
  const char* name;
  const char* args; ///< As in DawAction
  const char* summary;
  Status (*run)(const Toolbox* box, DawCall* call);
} Tool;

/// Run a tool; STATUS_UNKNOWN_ADDRESS if there is none of that name
Status
tools_run(const Toolbox* box,
          Services*      services,
          const char*    name,
          const json_t*  args,
          json_t**       result);

/// All tools: {name, description, input_schema}, owned
json_t*
tools_list(void);

// Lists of tools, each ended by a null name
extern const Tool tools_parts[];
extern const Tool tools_edits[];
extern const Tool tools_song[];
extern const Tool tools_look[];

// What tools share

/// The notes of a track on the timeline, with the clip that each is in
typedef struct {
  Notes notes; ///< Starts are from beat 0
  Id*   clips; ///< Of each note, owned
} TrackNotes;

/// Read the notes of a track; muted clips too
Status
track_notes_read(Services* services, const Track* track, TrackNotes* out);

/// Write changed notes back into their clips; those that left are gone
Status
track_notes_write(Services*         services,
                  const Track*      track,
                  const TrackNotes* notes);

void
track_notes_free(TrackNotes* notes);

/// Take a note away
void
track_notes_remove(TrackNotes* notes, uint32_t index);

/// Add a note to the clip that is at its place; false if there is none
bool
track_notes_add(Services*        services,
                const Track*     track,
                TrackNotes*      notes,
                const MusicNote* note);

/// The chords that sound over `beats` from a beat, and the tracks that say so
bool
harmony_hear(Services* services, double from, double beats, Harmony* out);

/// The key of the song: as it is set, else as it sounds; false if neither
bool
song_key(Services* services, Key* key);

/// Where the last clip ends, in bars
int
song_bars(Services* services);

/// A clip with notes, in place of what the track has there if `replace`
Status
put_part(Services*    services,
         Id           track,
         double       start,
         double       length,
         const Notes* notes,
         bool         replace,
         json_t*      result);

/// Run an action and keep only whether it worked
Status
act(Services* services, const char* name, json_t* args);

/// An id as text, for arguments
json_t*
id_json(Id id);

#endif // SONIC_AI_TOOLS_H
