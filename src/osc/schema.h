// SPDX-License-Identifier: GPL-3.0-or-later
//
// The OSC surface as a table
//
// The rows are generated from osc-schema/*.json.  A row says all that is to be
// checked and described; a handler gets good arguments only.

#ifndef SONIC_OSC_SCHEMA_H
#define SONIC_OSC_SCHEMA_H

#include "base/id.h"
#include "base/status.h"
#include "model/field.h"
#include "model/node.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Services Services;
typedef struct OscCall  OscCall;

/// Most arguments that a row describes (a repeated group counts once)
#define SCHEMA_MAX_ARGS 16u

/// Most placeholders in a path
#define SCHEMA_MAX_IDS 6u

typedef enum {
  ACCESS_VALUE,   ///< With arguments sets, without asks
  ACCESS_READ,    ///< Can be asked only
  ACCESS_TRIGGER, ///< Takes no argument; a lone number is a button
  ACCESS_COMMAND, ///< Takes arguments, answered by /reply
  ACCESS_QUERY,   ///< Takes arguments or none, answers on its own address
} Access;

typedef enum {
  ARG_INT,    ///< `i`
  ARG_FLOAT,  ///< `f`, kept as double
  ARG_BOOL,   ///< `i` 0 or 1; T and F accepted
  ARG_STRING, ///< `s`
  ARG_ENUM,   ///< `s`, one of `words`; its index in `i`
  ARG_BEATS,  ///< `f` in beats, given as ticks
  ARG_TEMPO,  ///< `f` in BPM, given as MicroBpm
  ARG_ID,     ///< `s` that names a thing of `kind`
  ARG_BLOB,   ///< `b`
} ArgType;

typedef enum {
  CLIP_NONE = 0, ///< Out of range is an error
  CLIP_BOTH = 1, ///< Clamped to the range
} ArgClip;

/// An argument
typedef struct {
  const char*        name;
  ArgType            type;
  Kind               kind; ///< Of ARG_ID; KIND_NONE: a channel
  double             min;  ///< Of a number
  double             max;  ///< Of a number; of a text, most bytes
  double             initial;
  const char* const* words; ///< Of ARG_ENUM, ends with null
  const char*        unit;
  const char*        scale;
  ArgClip            clip;
  bool               optional; ///< May be left out, with all that follow
  const char* const* examples; ///< Texts of ARG_STRING, ends with null, or null
} ArgInfo;

typedef enum {
  ROW_UNDOABLE = 1u << 0u, ///< Changes the document
  ROW_LONG     = 1u << 1u, ///< Answers later; refused inside a bundle
  ROW_REPEAT   = 1u << 2u, ///< The argument group may be repeated
  ROW_OPTIONAL = 1u << 3u, ///< Trailing arguments may be left out
  ROW_GESTURE  = 1u << 4u, ///< Continuous: successive sets are one undo step
  ROW_CLOSED   = 1u << 5u, ///< Also on a composition that is not open
  ROW_OWN      = 1u << 6u, ///< Each client has its own value
  ROW_DERIVED  = 1u << 7u, ///< A client's own that comes from the document
} RowFlags;

/// Answer a call: STATUS_OK, or why not (see services_error for the text)
typedef Status (*OscHandler)(Services* services, OscCall* call);

/// Most numbers of a value that have a place in their ranges
#define SCHEMA_MAX_NORMS 2u

/// Give the arguments of a call the ranges that they have for what the path
/// names
typedef void (*OscRange)(Services*      services,
                         const OscCall* call,
                         ArgInfo*       args);

/// What a placeholder of a path stands for
typedef enum {
  PLACE_COMPOSITION, ///< {c}
  PLACE_THING,       ///< {track} {clip} {effect} {sample} {bus} {scene} ...
  PLACE_CHANNEL,     ///< {channel}: a track, a bus or `master`
  PLACE_WORD,        ///< Any other: a string of the call (`words`)
} PlaceType;

typedef struct {
  const char* name; ///< Without braces
  PlaceType   type;
  Kind        kind; ///< Of PLACE_THING
} Place;

/// An address; one without handlers is answered by the dispatcher itself
typedef struct {
  const char*    path; ///< "/mixer/channels/{channel}/fader"
  Access         access;
  uint32_t       flags; ///< RowFlags
  NodeType       node;  ///< Of `field`
  const Field*   field; ///< Simple addresses: the field they set, or null
  OscHandler     get;   ///< Answers when asked, or null
  OscHandler     set;   ///< Answers when set, triggered or called, or null
  const ArgInfo* args;
  uint32_t       num_args;
  const Place*   places;
  uint32_t       num_places;
  const char*    summary; ///< One sentence
  const char*    reply;   ///< What the answer holds, in words, or ""
  const char*    since;   ///< Version
  const char*    action;  ///< Name as an action of the assistant, or null
  OscRange       range;   ///< Of a value: tells its range, or null
  const char*    named;   ///< What a subscription's pattern must have to mean
                          ///< it, or null: where to know it costs something
  uint32_t work;          ///< What a call takes of a packet's share, 0: little
} OscRow;

extern const OscRow   schema_rows[];
extern const uint32_t schema_num_rows;

/// JSON Schema of composition files, as text
extern const char composition_schema[];

// Reading rows

/// Room for the type tags of any row, with its end
#define SCHEMA_TAGS_SIZE (SCHEMA_MAX_ARGS + 1u)

/// "value", "read", "trigger", "command" or "query"
const char*
access_name(Access access);

/// Name of a type in the schema: "i", "f", "bool", "beats", ...
const char*
arg_type_name(ArgType type);

/// The type tag by which a type is sent: i, f, s or b
char
arg_type_tag(ArgType type);

/// Name of a kind in the schema: "track", "clip", ...; "channel" for KIND_NONE
const char*
kind_name(Kind kind);

/// The argument of a row with a name, or null
const ArgInfo*
row_find_arg(const OscRow* row, const char* name);

/// Fewest arguments with which a row is set or called
uint32_t
row_min_args(const OscRow* row);

/// Write the type tags of one group of a row's arguments; returns `tags`
char*
row_type_tags(const OscRow* row, char tags[SCHEMA_TAGS_SIZE]);

/// Whether a row has the twin ADDRESS/norm: one ranged number, or two
bool
row_has_norm(const OscRow* row);

/// Whether a row has the twin ADDRESS/text: one number with a unit
bool
row_has_text(const OscRow* row);

/**
   The thing whose field a row is about.

   @param row A row with a field.
   @param ids What the path's places name.
   @return The last thing or channel in the path; with none of them the master
   for a field of a channel, else the composition.
*/
Id
row_target(const OscRow* row, const Id ids[SCHEMA_MAX_IDS]);

#endif // SONIC_OSC_SCHEMA_H
