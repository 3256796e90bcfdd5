// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fields of the document, from composition.schema.json to fields.c

#include "generate.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Nodes in the order of NodeType
static const char* const node_names[] = {
  "composition",
  "track",
  "channel",
  "clip",
  "effect",
  "sample",
  "bus",
  "scene",
  "marker",
  "automation",
  "group",
  "snapshot",
  NULL,
};

// clang-format off
static const FieldTypeInfo field_types[] = {
  // x-type     FieldType          ArgType       member
  {"bool",      "FIELD_BOOL",      "ARG_BOOL",   "bool"},
  {"int",       "FIELD_INT",       "ARG_INT",    "int32_t"},
  {"float",     "FIELD_FLOAT",     "ARG_FLOAT",  "double"},
  {"ticks",     "FIELD_TICKS",     "ARG_BEATS",  "Ticks"},
  {"tempo",     "FIELD_TEMPO",     "ARG_TEMPO",  "MicroBpm"},
  {"signature", "FIELD_SIGNATURE", "ARG_STRING", "Signature"},
  {"enum",      "FIELD_ENUM",      "ARG_ENUM",   "int32_t"},
  {"string",    "FIELD_STRING",    "ARG_STRING", "String*"},
  {"id",        "FIELD_ID",        "ARG_ID",     "Id"},
  {"ids",       "FIELD_IDS",       NULL,         "IdList*"},
  {"notes",     "FIELD_NOTES",     NULL,         "NoteList*"},
  {"sends",     "FIELD_SENDS",     NULL,         "SendList*"},
  {"params",    "FIELD_PARAMS",    NULL,         "ParamMap*"},
  {"json",      "FIELD_JSON",      NULL,         "json_t*"},
  {NULL, NULL, NULL, NULL},
};

static const char* const property_keys[] = {
  "$ref", "type", "enum", "minimum", "exclusiveMinimum", "maximum", "default",
  "description", "pattern", "maxLength", "items", "maxItems", "properties",
  "examples",
  "additionalProperties", "x-member", "x-type", "x-unit", "x-scale", "x-clip",
  "x-kind", "x-hidden", "x-codec", NULL,
};
// clang-format on

static const char* const scale_names[] = {"linear", "log", "fader", NULL};

static bool
is_numeric(const FieldTypeInfo* const type)
{
  static const char* const names[] = {"int", "float", "ticks", "tempo", NULL};
  return find_word(names, type->name) >= 0;
}

/// The type of a property, from x-type or else from the JSON Schema's own
static const FieldTypeInfo*
type_of(const json_t* const property)
{
  const char* name = text_of(property, "x-type");
  if (!name[0]) {
    const char* const type = text_of(property, "type");
    name                   = json_object_get(property, "enum") ? "enum"
                             : !strcmp(type, "boolean")        ? "bool"
                             : !strcmp(type, "integer")        ? "int"
                             : !strcmp(type, "number")         ? "float"
                                                               : type;
  }
  for (const FieldTypeInfo* info = field_types; info->name; ++info) {
    if (!strcmp(info->name, name)) {
      return info;
    }
  }
  return NULL;
}

Range
field_range(const FieldDef* const def)
{
  const json_t* const words = json_object_get(def->schema, "enum");
  if (words) {
    return (Range){0.0, (double)json_array_size(words) - 1.0, false};
  }
  if (!strcmp(def->type->name, "bool")) {
    return (Range){0.0, 1.0, false};
  }
  if (!is_numeric(def->type)) {
    const json_t* const length = json_object_get(def->schema, "maxLength");
    return (Range){0.0, json_number_value(length), false};
  }

  const json_t* const open = json_object_get(def->schema, "exclusiveMinimum");
  const json_t* const min  = json_object_get(def->schema, "minimum");
  const json_t* const max  = json_object_get(def->schema, "maximum");
  return (Range){
    json_number_value(open ? open : min), json_number_value(max), open != NULL};
}

double
field_initial(const FieldDef* const def)
{
  const json_t* const initial = json_object_get(def->schema, "default");
  const json_t* const words   = json_object_get(def->schema, "enum");
  if (words) {
    for (size_t i = 0; i < json_array_size(words); ++i) {
      if (json_equal(json_array_get(words, i), initial)) {
        return (double)i;
      }
    }
    return -1.0;
  }
  return json_is_true(initial) ? 1.0 : json_number_value(initial);
}

static void
check_number(Context* const context, const FieldDef* const def)
{
  const json_t* const schema  = def->schema;
  const json_t* const initial = json_object_get(schema, "default");
  const json_t* const max     = json_object_get(schema, "maximum");
  const json_t*       min     = json_object_get(schema, "minimum");
  if (!min) {
    min = json_object_get(schema, "exclusiveMinimum");
  }
  if (!json_is_number(min) || !json_is_number(max)) {
    fault(context, "range is not finite");
    return;
  }

  const Range  range = field_range(def);
  const double value = json_number_value(initial);
  if (range.min > range.max) {
    fault(context, "minimum is above maximum");
  } else if (!json_is_number(initial)) {
    fault(context, "no default");
  } else if (value < range.min || value > range.max ||
             (range.open && value == range.min)) {
    fault(context, "default is out of range");
  }

  const char* const scale = text_of(schema, "x-scale");
  if (scale[0] && find_word(scale_names, scale) < 0) {
    fault(context, "unknown scale \"%s\"", scale);
  } else if (!strcmp(scale, "log") && range.min <= 0.0) {
    fault(context, "scale log needs a minimum above 0");
  } else if (!strcmp(scale, "fader") &&
             (range.min != -60.0 || range.max != 12.0)) {
    fault(context, "scale fader needs the range -60 to 12");
  }
}

static void
check_default(Context* const context, const FieldDef* const def)
{
  const char* const   type    = def->type->name;
  const json_t* const initial = json_object_get(def->schema, "default");
  if (is_numeric(def->type)) {
    check_number(context, def);
  } else if (!strcmp(type, "bool")) {
    if (!json_is_boolean(initial)) {
      fault(context, "default is not a boolean");
    }
  } else if (!strcmp(type, "enum")) {
    if (field_initial(def) < 0.0) {
      fault(context, "default is not one of the words");
    }
  } else if (!initial) {
    fault(context, "no default");
  } else if (def->type->arg && !json_is_string(initial)) {
    fault(context, "default is not a text");
  }
}

static void
check_field(Context* const context, const FieldDef* const def)
{
  check_sentence(context, def->schema, "description");
  check_default(context, def);

  const char* const clip = text_of(def->schema, "x-clip");
  if (clip[0] && (strcmp(clip, "both") || !is_numeric(def->type) ||
                  !strcmp(def->type->name, "ticks"))) {
    fault(context, "only continuous numbers clip, at \"both\" ends");
  }
  if (!strncmp(def->type->name, "id", 2) &&
      !text_of(def->schema, "x-kind")[0]) {
    fault(context, "no x-kind");
  }
}

/// Take a property and what is nested in it; `prefix` ends with a dot or is ""
static void
read_property(Context* const      context,
              FieldDefs* const    defs,
              const char* const   node,
              const char* const   prefix,
              const char* const   key,
              const json_t* const property)
{
  char path[96];
  snprintf(path, sizeof(path), "%s.%s%s", node, prefix, key);
  context->path = path;
  check_keys(context, property, property_keys);
  check_texts(context, property);
  if (strlen(prefix) + strlen(key) >= sizeof(defs->fields->key) - 1 ||
      !is_name(key)) {
    fault(context, "bad key");
    return;
  }

  const json_t* const nested = json_object_get(property, "properties");
  const char*         name   = NULL;
  json_t*             child  = NULL;
  char                within[72];
  snprintf(within, sizeof(within), "%s%s.", prefix, key);
  json_object_foreach((json_t*)nested, name, child)
  {
    read_property(context, defs, node, within, name, child);
  }
  context->path = path;

  if (nested || flag_of(property, "x-codec")) {
    check_sentence(context, property, "description");
    return;
  }
  if (!text_of(property, "x-member")[0]) {
    fault(context, "no x-member");
    return;
  }

  FieldDef* const grown =
    realloc(defs->fields, (defs->count + 1) * sizeof(FieldDef));
  if (!grown) {
    fault(context, "out of memory");
    return;
  }
  defs->fields = grown;

  FieldDef* const def = &defs->fields[defs->count];
  memset(def, 0, sizeof(*def));
  def->node   = node;
  def->schema = property;
  def->type   = type_of(property);
  snprintf(def->key, sizeof(def->key), "%s%s", prefix, key);
  if (!def->type) {
    fault(context, "unknown type");
    return;
  }
  if (defs->count && def[-1].node == node) {
    def->index = def[-1].index + 1;
  }
  ++defs->count;
  check_field(context, def);
}

/// The object that describes a node
static const json_t*
node_schema(const json_t* const schema, const char* const node)
{
  const json_t* const defs = json_object_get(schema, "$defs");
  return strcmp(node, "composition") ? json_object_get(defs, node) : schema;
}

void
fields_read(Context* const      context,
            const json_t* const schema,
            FieldDefs* const    defs)
{
  for (int n = 0; node_names[n]; ++n) {
    const char* const   node = node_names[n];
    const json_t* const def  = node_schema(schema, node);
    context->path            = node;
    if (!text_of(def, "x-struct")[0]) {
      fault(context, "no x-struct");
      continue;
    }
    check_sentence(context, def, "description");

    const char* key      = NULL;
    json_t*     property = NULL;
    json_object_foreach(json_object_get(def, "properties"), key, property)
    {
      read_property(context, defs, node, "", key, property);
    }
  }
}

const FieldDef*
fields_find(const FieldDefs* const defs, const char* const name)
{
  for (size_t i = 0; i < defs->count; ++i) {
    const FieldDef* const def    = &defs->fields[i];
    const size_t          length = strlen(def->node);
    if (!strncmp(name, def->node, length) && name[length] == '.' &&
        !strcmp(name + length + 1, def->key)) {
      return def;
    }
  }
  return NULL;
}

/// Name of the array of an enum's words: "words_track_type"
static void
words_name(const FieldDef* const def, char* const name, const size_t size)
{
  snprintf(name, size, "words_%s_%s", def->node, def->key);
  for (char* c = name; *c; ++c) {
    *c = *c == '.' ? '_' : *c;
  }
}

/// Default as text: of strings as it is, of values that have no number as JSON
static void
write_initial_text(FILE* const out, const FieldDef* const def)
{
  const json_t* const initial = json_object_get(def->schema, "default");
  if (json_is_string(initial)) {
    write_text(out, json_string_value(initial));
  } else if (!def->type->arg) {
    char* const text = json_dumps(initial, JSON_COMPACT);
    write_text(out, text ? text : "null");
    free(text);
  } else {
    write_text(out, "");
  }
}

static void
write_field(FILE* const           out,
            const char* const     structure,
            const FieldDef* const def)
{
  const Range       range   = field_range(def);
  const bool        checked = is_numeric(def->type);
  const char* const scale   = text_of(def->schema, "x-scale");

  fprintf(out, "  {");
  write_text(out, def->key);
  fprintf(out,
          ", %s, %s%s%s, offsetof(%s, %s), ",
          def->type->field,
          flag_of(def->schema, "x-hidden") ? "FIELD_HIDDEN | " : "",
          checked ? "" : "FIELD_NO_MIN | FIELD_NO_MAX | ",
          range.open ? "FIELD_OPEN" : "0",
          structure,
          text_of(def->schema, "x-member"));
  write_number(out, range.min);
  fprintf(out, ", ");
  write_number(out, range.max);
  fprintf(out, ", ");
  write_number(out, field_initial(def));
  fprintf(out, ",\n   ");
  write_initial_text(out, def);
  if (!strcmp(def->type->name, "enum")) {
    char name[96];
    words_name(def, name, sizeof(name));
    fprintf(out, ", %s, ", name);
  } else {
    fprintf(out, ", NULL, ");
  }
  write_text(out, text_of(def->schema, "x-unit"));
  fprintf(out, ", ");
  write_text(out, scale[0] ? scale : "linear");
  fprintf(out, ",\n   ");
  write_text(out, text_of(def->schema, "description"));
  fprintf(out, "},\n");
}

/// Write the table of a node; returns its number of fields
static unsigned
write_node(FILE* const            out,
           const FieldDefs* const defs,
           const char* const      node,
           const char* const      structure)
{
  unsigned count = 0;
  for (size_t i = 0; i < defs->count; ++i) {
    const FieldDef* const def = &defs->fields[i];
    if (strcmp(def->node, node)) {
      continue;
    }

    ++count;
    fprintf(out,
            "CHECK_MEMBER(%s, %s, %s);\n",
            structure,
            text_of(def->schema, "x-member"),
            def->type->c);
    if (!strcmp(def->type->name, "enum")) {
      char name[96];
      words_name(def, name, sizeof(name));
      write_words(out, name, json_object_get(def->schema, "enum"));
    }
  }

  fprintf(out, "\nconst Field %s_fields[] = {\n", node);
  for (size_t i = 0; i < defs->count; ++i) {
    if (!strcmp(defs->fields[i].node, node)) {
      write_field(out, structure, &defs->fields[i]);
    }
  }
  fprintf(out, "};\n\n");
  return count;
}

void
fields_write(FILE* const            out,
             const json_t* const    schema,
             const FieldDefs* const defs)
{
  fprintf(
    out,
    "// Generated by osc-schema/generate.c\n\n"
    "#include \"model/document.h\"\n"
    "#include \"model/node.h\"\n\n"
    "#include <stddef.h>\n\n"
    "// The member is there and has the type of its field\n"
    "#define CHECK_MEMBER(structure, member, type)                    \\\n"
    "  _Static_assert(_Generic(((structure*)NULL)->member,            \\\n"
    "                          type: 1, default: 0),                  \\\n"
    "                 #structure \".\" #member \" is no \" #type)\n\n");

  unsigned counts[sizeof(node_names) / sizeof(node_names[0])] = {0};
  for (int n = 0; node_names[n]; ++n) {
    const json_t* const def = node_schema(schema, node_names[n]);
    counts[n] = write_node(out, defs, node_names[n], text_of(def, "x-struct"));
  }

  fprintf(out, "const NodeInfo node_infos[NUM_NODE_TYPES] = {\n");
  for (int n = 0; node_names[n]; ++n) {
    const char* const structure =
      text_of(node_schema(schema, node_names[n]), "x-struct");
    fprintf(out, "  [NODE_");
    for (const char* c = node_names[n]; *c; ++c) {
      fputc(toupper((unsigned char)*c), out);
    }
    fprintf(out,
            "] = {\"%s\", sizeof(%s), %s_fields, %uu},\n",
            node_names[n],
            structure,
            node_names[n],
            counts[n]);
  }
  fprintf(out, "};\n");
}
