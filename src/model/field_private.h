// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts that read fields share

#ifndef SONIC_MODEL_FIELD_PRIVATE_H
#define SONIC_MODEL_FIELD_PRIVATE_H

#include "model/field_codec.h"

/// A value from either source: Jansson's, or scanned from a text
typedef struct {
  json_type     type;
  double        number; ///< Of JSON_INTEGER and JSON_REAL
  const char*   text;   ///< Of JSON_STRING
  const json_t* json;   ///< Null if scanned; never null for arrays and objects
  JsonSpan      span;   ///< If scanned
} Value;

/// Say what was expected and what is there; returns STATUS_BAD_ARGUMENT
Status
value_unexpected(const Value* value, ValueFault* fault, const char* format, ...)
  SONIC_PRINTF(3, 4);

// Each takes a value of a field's type; what was in `out` is released

Status
field_take_id(const Field* field,
              const Value* value,
              ValueFault*  fault,
              Id*          out);

Status
field_take_ids(const Field* field,
               const Value* value,
               ValueFault*  fault,
               IdList**     out);

Status
field_take_sends(const Value* value,
                 RangeMode    mode,
                 ValueFault*  fault,
                 SendList**   out);

Status
field_take_params(const Value* value, ValueFault* fault, ParamMap** out);

#endif // SONIC_MODEL_FIELD_PRIVATE_H
