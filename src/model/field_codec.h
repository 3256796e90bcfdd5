// SPDX-License-Identifier: GPL-3.0-or-later
//
// One field as JSON
//
// The field tables say what is allowed; this reads and writes by them.  What a
// value of free JSON (tempo map, points, ...) must look like is said in
// content.c.

#ifndef SONIC_MODEL_FIELD_CODEC_H
#define SONIC_MODEL_FIELD_CODEC_H

#include "base/status.h"
#include "model/document.h"
#include "model/json_reader.h"
#include "model/json_writer.h"
#include "model/value_fault.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>

/// How numbers outside their range are taken
typedef enum {
  RANGE_CHECKED, ///< They are refused
  RANGE_CLAMPED, ///< They are clamped: for what this program wrote itself
} RangeMode;

/// Write the value of a field
void
field_write(JsonWriter* writer, const Field* field, const Node* node);

/// Give a field the value of a JSON
Status
field_read(const Field*  field,
           Node*         node,
           const json_t* value,
           RangeMode     mode,
           ValueFault*   fault);

/**
   Give a field the value of a text.

   @param fault_at Receives the place of a fault in the text.
*/
Status
field_read_text(const Field* field,
                Node*        node,
                JsonSpan     value,
                RangeMode    mode,
                ValueFault*  fault,
                const char** fault_at);

/// Check free JSON beyond its type; `type` and `key` say what it is
Status
content_check(NodeType      type,
              const char*   key,
              const json_t* value,
              RangeMode     mode,
              ValueFault*   fault);

#endif // SONIC_MODEL_FIELD_CODEC_H
