// SPDX-License-Identifier: GPL-3.0-or-later
//
// The schema's generator: what its parts share
//
// `generate SCHEMA_DIR OUT_DIR` reads composition.schema.json and the files of
// addresses beside it, checks them, and writes fields.c, osc/handlers.h and
// schema_table.c.  Every fault is a line on stderr, `file: path: what`; with a
// fault nothing is written.

#ifndef SONIC_OSC_SCHEMA_GENERATE_H
#define SONIC_OSC_SCHEMA_GENERATE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/// Where in the schema we are, and how many faults were found
typedef struct {
  const char* file; ///< Name of the file in hand
  const char* path; ///< Address or key in hand
  unsigned    num_faults;
} Context;

/// Tell a fault of what is in hand
void
fault(Context* context, const char* format, ...)
  __attribute__((format(printf, 2, 3)));

/// Fault keys of an object that are not in a list, which ends with null
void
check_keys(Context* context, const json_t* object, const char* const* known);

/// Fault a sentence that is missing, empty, untidy or has no final period
void
check_sentence(Context* context, const json_t* object, const char* key);

/// Fault texts anywhere in a value that begin or end with a space or have
/// control characters
void
check_texts(Context* context, const json_t* value);

/// A text that is `key` in an object, or ""
const char*
text_of(const json_t* object, const char* key);

/// A flag that is `key` in an object
bool
flag_of(const json_t* object, const char* key);

/// Whether a text is a name in lower case: letters, digits and `_`
bool
is_name(const char* text);

/// Position of a text in a list that ends with null, or -1
int
find_word(const char* const* words, const char* text);

/// Write a text as a C string
void
write_text(FILE* out, const char* text);

/// Write a number so that it is read back exactly
void
write_number(FILE* out, double number);

/// Write a list of words as the C array `name`, which ends with null
void
write_words(FILE* out, const char* name, const json_t* words);

/// A type of fields, by its name in the schema
typedef struct {
  const char* name;  ///< x-type
  const char* field; ///< FieldType
  const char* arg;   ///< ArgType of a simple address, or null
  const char* c;     ///< Type of the member
} FieldTypeInfo;

/// A field of the document
typedef struct {
  const char*          node; ///< "channel"
  char                 key[64];
  unsigned             index; ///< In the table of its node
  const json_t*        schema;
  const FieldTypeInfo* type;
} FieldDef;

typedef struct {
  FieldDef* fields; ///< Owned, in the order of nodes
  size_t    count;
} FieldDefs;

/// Least and greatest value, in the unit of the JSON
typedef struct {
  double min;
  double max;
  bool   open; ///< Above `min`, not at it
} Range;

/// Read and check the fields; `defs` is to be freed by the caller
void
fields_read(Context* context, const json_t* schema, FieldDefs* defs);

/// The field "node.key", or null
const FieldDef*
fields_find(const FieldDefs* defs, const char* name);

/// Range of a numeric field
Range
field_range(const FieldDef* def);

/// Default of a numeric field: a number, 0 or 1, or the index of a word
double
field_initial(const FieldDef* def);

/// Write fields.c
void
fields_write(FILE* out, const json_t* schema, const FieldDefs* defs);

/// An address, with the file that it comes from
typedef struct {
  char          file[256];
  const json_t* schema;
} RowDef;

typedef struct {
  RowDef* rows; ///< Owned
  size_t  count;
} RowDefs;

/// Check the addresses, each and against each other
void
rows_check(Context* context, const RowDefs* rows, const FieldDefs* fields);

/// Write osc/handlers.h, which declares each handler that a row names
void
rows_write_handlers(FILE* out, const RowDefs* rows);

/// Write schema_table.c
void
rows_write(FILE* out, const RowDefs* rows, const FieldDefs* fields);

/// Most parts of a path
#define MAX_PARTS 16u

/// A path cut at its slashes
typedef struct {
  unsigned count;
  char     parts[MAX_PARTS][32]; ///< "{track}" or "fader"
} PathParts;

/// Cut a path; false if it is no good
bool
path_parse(const char* path, PathParts* parts);

/// A kind of placeholder
typedef struct {
  const char* name; ///< Without braces; null for any other word
  const char* type; ///< PlaceType
  const char* kind; ///< Kind
} PlaceInfo;

/// What a part such as "{track}" stands for
const PlaceInfo*
place_find(const char* part);

/// A type of arguments
typedef struct {
  const char* name; ///< In the schema
  const char* type; ///< ArgType
  bool        ranged;
  bool        clips; ///< May be clamped
} ArgTypeInfo;

const ArgTypeInfo*
arg_type_find(const char* name);

/// Names and constants of Access, in order
extern const char* const access_names[];
extern const char* const access_constants[];

#endif // SONIC_OSC_SCHEMA_GENERATE_H
