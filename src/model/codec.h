// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compositions as JSON
//
// Reading is strict about values and generous about keys: what is wrong is
// said with its place, what is unknown is kept and written again.  Defaults
// apply where a key is absent and are written out.

#ifndef SONIC_MODEL_CODEC_H
#define SONIC_MODEL_CODEC_H

#include "base/status.h"
#include "model/difference.h"
#include "model/document.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/// What was wrong with a text, and where
typedef struct {
  int  line;      ///< From 1, 0 if unknown
  int  column;    ///< From 1
  char path[192]; ///< "tracks[2].clips[0].start"
  char text[256]; ///< "expected a number of at least 0, not \"x\""
} CodecError;

/**
   Read a composition.

   @param text JSON in UTF-8, `length` bytes, borrowed.
   @param error Receives the first fault; on success an empty `text`.
   @param out Receives the composition, owned.
*/
Status
composition_decode(const char*   text,
                   size_t        length,
                   CodecError*   error,
                   Composition** out);

/// Called with each fault of a text; false stops
typedef bool (*CodecFaultFunc)(void* handle, const CodecError* error);

/// Find all faults of a text, up to where it can't be read; returns how many
uint32_t
composition_check(const char*    text,
                  size_t         length,
                  CodecFaultFunc func,
                  void*          handle);

/**
   Read what can be read of a composition with faults.

   Numbers out of range are clamped, other faulty values get their default,
   things without a good id are left out.  It may refer to what is not there.

   @param func Called with each fault; false stops, and what follows is missing.
   @return STATUS_NO_MEMORY is the only failure.
*/
Status
composition_salvage(const char*    text,
                    size_t         length,
                    CodecFaultFunc func,
                    void*          handle,
                    Composition**  out);

/// Receives a piece of text; false stops
typedef bool (*CodecWriteFunc)(void* handle, const char* text, size_t length);

/// Write a composition piece by piece, indented as a person would, notes and
/// points a line each clip; STATUS_IO if `write` stopped it
Status
composition_encode(const Composition* composition,
                   CodecWriteFunc     write,
                   void*              handle);

/**
   Write a composition with what its file has to say first.

   @param head Object whose members come before those of the composition, such
   as {"revision": 12}; reading a composition passes over "revision" and
   "snapshot".  May be null.
*/
Status
composition_encode_file(const Composition* composition,
                        const json_t*      head,
                        CodecWriteFunc     write,
                        void*              handle);

/// The value of a field as JSON, owned; null if memory ran out
json_t*
field_encode(const Field* field, const Node* node);

/**
   Give a field the value of a JSON.

   @param text Receives what was expected if the value is not allowed.
*/
Status
field_decode(const Field*  field,
             Node*         node,
             const json_t* value,
             char*         text,
             size_t        text_size);

/**
   The difference of two documents as a patch.

   An object by id ("t1", "t1/channel", "c9", "" for the composition itself):
   null for what goes, else the keys that change.  Notes are an object of
   `remove` and `add`.

   @return New JSON, owned, or null if memory ran out.
*/
json_t*
patch_encode(const Composition* old_root, const Composition* new_root);

/// Apply a patch to a draft, all or nothing
Status
patch_apply(Composition** draft,
            const json_t* patch,
            char*         text,
            size_t        text_size);

#endif // SONIC_MODEL_CODEC_H
