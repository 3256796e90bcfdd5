// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/difference_text.h"

#include "model/codec.h"
#include "model/difference.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Longest value that is shown as it is
#define VALUE_SIZE 80

typedef struct {
  const Composition* before;
  const Composition* after;
  DifferenceLineFunc func;
  void*              handle;
} Describing;

/// What a thing is called: `track "Bass" (t2)`
static void
name_thing(const Describing* const describing,
           const Change* const     change,
           char* const             text,
           const size_t            size)
{
  char        id[ID_TEXT_SIZE];
  const Node* node = change->after ? change->after : change->before;
  const char* word = node_info(change->type)->name;
  if (change->type == NODE_COMPOSITION) {
    snprintf(text, size, "%s", word);
    return;
  }

  // A channel is called as what it belongs to
  if (change->type == NODE_CHANNEL) {
    const Node* const owner = composition_find(
      change->after ? describing->after : describing->before, change->id);
    if (change->id == ID_MASTER || !owner) {
      snprintf(text, size, "master");
      return;
    }

    node = owner;
    word = node_info(owner->type)->name;
  }

  const char* const name = node_name(node);
  id_format(change->id, id);
  if (*name) {
    snprintf(text, size, "%s \"%.100s\" (%s)", word, name, id);
  } else {
    snprintf(text, size, "%s %s", word, id);
  }
}

/// A value for a person to read; "" if it is too long for that
static void
show_value(const Field* const field,
           const Node* const  node,
           char               value[VALUE_SIZE])
{
  value[0] = '\0';
  if (field->type == FIELD_NOTES) {
    const NoteList* const notes = *(NoteList* const*)field_of(field, node);
    snprintf(value, VALUE_SIZE, "%u notes", note_list_count(notes));
    return;
  }

  json_t* const json = field_encode(field, node);
  char* const   text =
    json ? json_dumps(json,
                      JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(6))
           : NULL;
  if (text && strlen(text) < VALUE_SIZE) {
    memcpy(value, text, strlen(text) + 1u);
  }

  free(text);
  json_decref(json);
}

static bool
describe_field(const Describing* const describing,
               const char* const       thing,
               const Field* const      field,
               const Change* const     change)
{
  char from[VALUE_SIZE];
  char to[VALUE_SIZE];
  char line[DIFFERENCE_LINE_SIZE];
  show_value(field, change->before, from);
  show_value(field, change->after, to);
  if (*from && *to && strcmp(from, to)) {
    snprintf(line,
             sizeof(line),
             "%s: %s %s -> %s%s%s",
             thing,
             field->key,
             from,
             to,
             *field->unit ? " " : "",
             field->unit);
  } else {
    snprintf(line, sizeof(line), "%s: %s changed", thing, field->key);
  }

  return describing->func(describing->handle, line);
}

static bool
describe(void* const handle, const Change* const change)
{
  const Describing* const describing = (const Describing*)handle;
  char                    thing[192];
  char                    line[DIFFERENCE_LINE_SIZE];
  name_thing(describing, change, thing, sizeof(thing));
  if (!change->before || !change->after) {
    // The channel of a thing comes and goes with it
    snprintf(
      line, sizeof(line), "%s: %s", thing, change->after ? "added" : "removed");
    return change->type == NODE_CHANNEL ||
           describing->func(describing->handle, line);
  }

  const NodeInfo* const info = node_info(change->type);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    const Field* const field = &info->fields[i];
    if (!(field->flags & FIELD_HIDDEN) &&
        !field_equal(field, change->before, change->after) &&
        !describe_field(describing, thing, field, change)) {
      return false;
    }
  }

  return true;
}

void
difference_describe(const Composition* const before,
                    const Composition* const after,
                    const DifferenceLineFunc func,
                    void* const              handle)
{
  Describing describing = {before, after, func, handle};
  document_difference(before, after, describe, &describing);
}
