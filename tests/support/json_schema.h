// SPDX-License-Identifier: GPL-3.0-or-later
//
// Hold a JSON value against a JSON Schema
//
// Knows the keywords of draft 2020-12 that our schemas use, and fails on any
// other, so that no rule is passed over.

#ifndef SONIC_SUPPORT_JSON_SCHEMA_H
#define SONIC_SUPPORT_JSON_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/**
   Whether a value conforms.

   @param root The whole schema, for references into it.
   @param schema The part of it that applies, often `root` itself.
   @param value The value.
   @param text Receives the first fault, "path: keyword", or "".
   @param text_size Size of `text`.
*/
bool
json_schema_conforms(const json_t* root,
                     const json_t* schema,
                     const json_t* value,
                     char*         text,
                     size_t        text_size);

#endif // SONIC_SUPPORT_JSON_SCHEMA_H
