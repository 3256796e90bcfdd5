// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fields: what a node is made of, as a table
//
// The tables are generated from osc-schema/composition.schema.json, which
// gives each key its type, range, default and sentence, and the member of the
// C structure that holds it.  Copying, comparing, reading and writing nodes,
// the journal, change messages and the simple addresses all walk these tables,
// so a new key is a new row there and a member in model/document.h.

#ifndef SONIC_MODEL_FIELD_H
#define SONIC_MODEL_FIELD_H

#include "base/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  FIELD_BOOL,      ///< bool
  FIELD_INT,       ///< int32_t
  FIELD_FLOAT,     ///< double
  FIELD_TICKS,     ///< Ticks; in JSON beats
  FIELD_TEMPO,     ///< MicroBpm; in JSON beats per minute
  FIELD_SIGNATURE, ///< Signature; in JSON "6/8"
  FIELD_ENUM,      ///< int32_t, index into `words`; in JSON the word
  FIELD_STRING,    ///< String*, never null
  FIELD_ID,        ///< Id; in JSON its text, "" for none
  FIELD_IDS,       ///< IdList*, null when empty; in JSON an array of texts
  FIELD_NOTES,     ///< NoteList*, null when empty
  FIELD_SENDS,     ///< SendList*, null when empty
  FIELD_PARAMS,    ///< ParamMap*, null when empty; in JSON symbol -> number
  FIELD_JSON,      ///< json_t*, never null; any JSON value
} FieldType;

typedef enum {
  FIELD_HIDDEN = 1u << 0u, ///< Not in its node's JSON: derived, or elsewhere
  FIELD_NO_MIN = 1u << 1u, ///< `min` is not checked
  FIELD_NO_MAX = 1u << 2u, ///< `max` is not checked
  FIELD_OPEN   = 1u << 3u, ///< Above `min`, not at it
} FieldFlags;

/// A field of a node
typedef struct {
  const char*        key;     ///< In JSON; "loop.start" is `start` in `loop`
  FieldType          type;    ///<
  uint32_t           flags;   ///< FieldFlags
  size_t             offset;  ///< Of the member in the node's structure
  double             min;     ///< Least value, in the unit of the JSON
  double             max;     ///< Greatest value, in the unit of the JSON
  double             initial; ///< Default number (or bool, or index of a word)
  const char*        text;    ///< Default of a text, id, signature or JSON
  const char* const* words;   ///< Of an enum, ends with null
  const char*        unit;    ///< "dB", "beats", "s", ... or ""
  const char*        scale;   ///< "linear", "log", "fader"
  const char*        summary; ///< One sentence
} Field;

#endif // SONIC_MODEL_FIELD_H
