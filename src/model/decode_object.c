// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/decode_private.h"

#include "model/notes_codec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
decoder_fault(Decoder* const    decoder,
              const char* const at,
              const char* const format,
              ...)
{
  if (decoder->stopped || decoder->status) {
    return;
  }

  CodecError error;
  memset(&error, 0, sizeof(error));
  json_place_go(&decoder->place, at);
  json_place_path(&decoder->place, error.path, sizeof(error.path));
  error.line   = decoder->place.line;
  error.column = json_place_column(&decoder->place);

  va_list args;
  va_start(args, format);
  vsnprintf(error.text, sizeof(error.text), format, args);
  va_end(args);

  ++decoder->num_faults;
  decoder->stopped = !decoder->func(decoder->handle, &error);
}

bool
decoder_see(Decoder* const decoder, const Id id)
{
  const Kind     kind = id_kind(id);
  const uint32_t word = id_number(id) / 64u;
  const uint64_t bit  = 1ull << id_number(id) % 64u;
  if (word >= decoder->num_seen[kind]) {
    const uint32_t  num = word + word / 2u + 16u;
    uint64_t* const seen =
      (uint64_t*)realloc(decoder->seen[kind], num * sizeof(uint64_t));
    if (!decoder_need(decoder, seen)) {
      return false;
    }

    const uint32_t old = decoder->num_seen[kind];
    memset(seen + old, 0, (num - old) * sizeof(uint64_t));
    decoder->seen[kind]     = seen;
    decoder->num_seen[kind] = num;
  }

  const bool is_new = !(decoder->seen[kind][word] & bit);
  decoder->seen[kind][word] |= bit;
  return is_new;
}

/// Go into an array or object, or tell that it is none and skip it
static bool
enter(Decoder* const decoder, const char opening, const char* const expected)
{
  JsonReader* const reader = &decoder->reader;
  if (json_peek(reader) == opening) {
    return json_enter(reader, opening);
  }

  JsonSpan value;
  if (json_skip(reader, &value)) {
    ValueFault fault;
    value_fault(&fault, "", "expected %s", expected);
    value_fault_found_text(&fault, value.at, (size_t)(value.end - value.at));
    decoder_fault(decoder, value.at, "%s", fault.text);
  }

  return false;
}

bool
decoder_enter_array(Decoder* const decoder)
{
  return enter(decoder, '[', "an array");
}

/// The keys that were read in an object, by what they are
typedef struct {
  const char* prefix;
  uint64_t    fields;  ///< Bits by index of the field
  uint32_t    members; ///< Bits by index of the member
  uint32_t    next;    ///< Field to be looked at first, as files are in order
} Keys;

static bool
key_is(const JsonSpan key, const char* const text, const size_t length)
{
  return (size_t)(key.end - key.at) == length && !memcmp(key.at, text, length);
}

/// Find the field of a key; null if there is none
static const Field*
find_field(const NodeInfo* const info, Keys* const keys, const JsonSpan key)
{
  const size_t skipped = strlen(keys->prefix);
  for (uint32_t n = 0; n < info->num_fields; ++n) {
    const uint32_t     i     = (keys->next + n) % info->num_fields;
    const Field* const field = &info->fields[i];
    if (!(field->flags & FIELD_HIDDEN) &&
        !strncmp(field->key, keys->prefix, skipped) &&
        key_is(key, field->key + skipped, strlen(field->key + skipped))) {
      keys->next = i + 1u;
      return field;
    }
  }

  return NULL;
}

static void
tell_of_second(Decoder* const decoder, const JsonSpan key)
{
  decoder_fault(decoder, key.at - 1, "this key is there twice");
  json_skip(&decoder->reader, NULL);
}

/// Whether a field may name other things
static bool
refers(const Field* const field)
{
  return field->type == FIELD_ID || field->type == FIELD_SENDS ||
         !strcmp(field->key, "slots");
}

/// Read the notes of a clip where they stand, without skipping them first
static void
read_notes(Decoder* const decoder, Clip* const clip)
{
  JsonReader   ahead = decoder->reader;
  NoteList*    notes = NULL;
  const Status st    = notes_read(&ahead, &notes);
  if (!st) {
    note_list_release(clip->notes);
    clip->notes        = notes;
    decoder->reader.at = ahead.at;
  } else if (st != STATUS_BAD_ARGUMENT) {
    decoder_need(decoder, false);
  } else if (json_skip(&decoder->reader, NULL)) {
    decoder_fault(decoder, ahead.fault_at, "%s", ahead.fault_text);
  }
}

static void
read_field(Decoder* const decoder, Node* const node, const Field* const field)
{
  if (field->type == FIELD_NOTES) {
    read_notes(decoder, (Clip*)node);
    return;
  }

  JsonSpan span;
  if (!json_skip(&decoder->reader, &span)) {
    return;
  }

  ValueFault   fault;
  const char*  at = span.at;
  const Status st =
    field_read_text(field, node, span, decoder->range, &fault, &at);
  if (st == STATUS_BAD_ARGUMENT) {
    decoder_fault(decoder, at, "%s", fault.text);
  } else if (decoder_need(decoder, !st) && refers(field) &&
             node != &decoder->root->node) {
    // The root is held by nobody else, so that it can be changed
    decoder_refer(decoder, node, field, span);
  }
}

/// Keep a key that is not ours
static void
read_extra(Decoder* const decoder, const JsonSpan key, json_t* const extra)
{
  const JsonSpan quoted = {key.at - 1, key.end + 1};
  JsonSpan       span;
  if (!json_skip(&decoder->reader, &span)) {
    return;
  }

  ValueFault  fault;
  const char* at    = NULL;
  json_t*     name  = NULL;
  json_t*     value = NULL;
  Status      st    = json_build(quoted, &fault, &at, &name);
  st                = st ? st : json_build(span, &fault, &at, &value);
  if (st == STATUS_BAD_ARGUMENT) {
    decoder_fault(decoder, at, "%s", fault.text);
  } else if (decoder_need(decoder, !st)) {
    const char* const text = json_string_value(name);
    if (json_object_get(extra, text)) {
      decoder_fault(decoder, key.at - 1, "this key is there twice");
    } else {
      decoder_need(decoder, !json_object_set(extra, text, value));
    }
  }

  json_decref(name);
  json_decref(value);
}

static void
read_member(Decoder* const      decoder,
            Node* const         node,
            Keys* const         keys,
            json_t* const       extra,
            const Member* const members,
            void* const         handle)
{
  JsonSpan key;
  if (!json_read_key(&decoder->reader, &key)) {
    return;
  }

  for (uint32_t i = 0; members && members[i].key; ++i) {
    if (key_is(key, members[i].key, strlen(members[i].key))) {
      if (keys->members & 1u << i) {
        tell_of_second(decoder, key);
      } else {
        keys->members |= 1u << i;
        members[i].read(decoder, handle);
      }

      return;
    }
  }

  const NodeInfo* const info  = node_info(node->type);
  const Field* const    field = find_field(info, keys, key);
  if (!field) {
    read_extra(decoder, key, extra);
    return;
  }

  const uint64_t bit = 1ull << (unsigned)(field - info->fields);
  if (keys->fields & bit) {
    tell_of_second(decoder, key);
  } else {
    keys->fields |= bit;
    read_field(decoder, node, field);
  }
}

void
decoder_read_object(Decoder* const      decoder,
                    Node* const         node,
                    const char* const   prefix,
                    json_t* const       extra,
                    const Member* const members,
                    void* const         handle)
{
  Keys     keys  = {.prefix = prefix};
  unsigned count = 0;
  if (!enter(decoder, '{', "an object")) {
    return;
  }

  while (decoder_going(decoder) && json_next(&decoder->reader, &count, '}')) {
    read_member(decoder, node, &keys, extra, members, handle);
  }
}
