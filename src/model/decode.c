// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/decode_private.h"

#include "base/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// The composition itself

/// What is put at the end
typedef struct {
  NodeList automation;     ///< Those without an id get one when all are known
  NodeList master_effects; ///<
} Root;

/// Read an array of things that are fields only
static void
read_list(Decoder* const decoder, const Kind kind, NodeList* const list)
{
  unsigned count = 0;
  if (!decoder_enter_array(decoder)) {
    return;
  }

  while (decoder_going(decoder) && json_next(&decoder->reader, &count, ']')) {
    Thing       thing = {.kind = kind};
    Node* const node  = decoder_read_thing(decoder, &thing, decoder_id_only);
    if (node && list) {
      node_list_add(decoder, list, node);
    } else if (node) {
      decoder_put(decoder, node);
    }
  }
}

static void
read_samples(Decoder* const decoder, void* const handle)
{
  (void)handle;
  read_list(decoder, KIND_SAMPLE, NULL);
}

static void
read_scenes(Decoder* const decoder, void* const handle)
{
  (void)handle;
  read_list(decoder, KIND_SCENE, NULL);
}

static void
read_markers(Decoder* const decoder, void* const handle)
{
  (void)handle;
  read_list(decoder, KIND_MARKER, NULL);
}

static void
read_groups(Decoder* const decoder, void* const handle)
{
  (void)handle;
  read_list(decoder, KIND_GROUP, NULL);
}

static void
read_snapshots(Decoder* const decoder, void* const handle)
{
  (void)handle;
  read_list(decoder, KIND_SNAPSHOT, NULL);
}

static void
read_automation(Decoder* const decoder, void* const handle)
{
  read_list(decoder, KIND_AUTOMATION, &((Root*)handle)->automation);
}

static void
read_master(Decoder* const decoder, void* const handle)
{
  Root* const root = (Root*)handle;
  decoder_read_channel(decoder, decoder->root->master, &root->master_effects);
}

static void
read_loop(Decoder* const decoder, void* const handle)
{
  (void)handle;
  json_t* const extra = json_object();
  if (decoder_need(decoder, extra)) {
    decoder_read_object(
      decoder, &decoder->root->node, "loop.", extra, NULL, NULL);
    if (json_object_size(extra)) {
      decoder_need(decoder,
                   !json_object_set(decoder->root->extra, "loop", extra));
    }
  }

  json_decref(extra);
}

/// Raise a counter
static void
read_counter(Decoder* const decoder, const JsonSpan key)
{
  JsonSpan span;
  if (!json_skip(&decoder->reader, &span)) {
    return;
  }

  Number       number = {0};
  const double value  = number_scan(span.at, span.end, &number) == span.end
                          ? number_value(&number)
                          : 0.0;
  if (!(value >= 1.0 && value <= (double)ID_MAX_NUMBER) ||
      value != (double)(uint32_t)value) {
    decoder_fault(
      decoder, span.at, "expected a whole number from 1 to %u", ID_MAX_NUMBER);
    return;
  }

  for (unsigned k = 0; key.end - key.at == 1 && k < NUM_KINDS; ++k) {
    uint32_t* const next = &decoder->root->next_id[k];
    if (id_letter((Kind)k) == *key.at && (uint32_t)value > *next) {
      *next = (uint32_t)value;
    }
  }
}

static void
read_counters(Decoder* const decoder, void* const handle)
{
  (void)handle;
  unsigned count = 0;
  JsonSpan key;
  json_enter(&decoder->reader, '{');
  while (decoder_going(decoder) && json_next(&decoder->reader, &count, '}')) {
    if (json_read_key(&decoder->reader, &key)) {
      read_counter(decoder, key);
    }
  }
}

static void
read_format(Decoder* const decoder, void* const handle)
{
  (void)handle;
  JsonSpan span;
  if (json_skip(&decoder->reader, &span) &&
      (span.end - span.at != 1 || *span.at != '1')) {
    decoder_fault(decoder,
                  span.at,
                  "format %.*s is not known here, only format 1",
                  (int)(span.end - span.at < 20 ? span.end - span.at : 20),
                  span.at);
  }
}

/// Pass over what belongs to the file and not to the composition
static void
skip_head(Decoder* const decoder, void* const handle)
{
  (void)handle;
  json_skip(&decoder->reader, NULL);
}

/// Put what waited for all identifiers to be known
static void
put_rest(Decoder* const decoder, Root* const root)
{
  decoder_put_effects(decoder, &root->master_effects, ID_MASTER);
  for (size_t i = 0; i < root->automation.count; ++i) {
    Node* const node = root->automation.nodes[i];
    if (node->id == ID_NONE) {
      decoder_need(
        decoder,
        !composition_take_id(&decoder->root, KIND_AUTOMATION, &node->id));
    }
  }

  if (!decoder->status) {
    decoder_put_all(decoder, &root->automation);
  }
}

void
decoder_read(Decoder* const decoder)
{
  static const Member members[] = {
    {"format", read_format},
    {"revision", skip_head},
    {"snapshot", skip_head},
    {"loop", read_loop},
    {"samples", read_samples},
    {"tracks", decoder_read_tracks},
    {"buses", decoder_read_buses},
    {"master", read_master},
    {"automation", read_automation},
    {"scenes", read_scenes},
    {"markers", read_markers},
    {"groups", read_groups},
    {"snapshots", read_snapshots},
    {"next_id", read_counters},
    {NULL, NULL},
  };

  // Of what is no object at all, one fault says enough
  const bool is_object = json_peek(&decoder->reader) == '{';
  Root       root      = {{NULL, 0, 0}, {NULL, 0, 0}};
  decoder_read_object(
    decoder, &decoder->root->node, "", decoder->root->extra, members, &root);
  if (decoder_going(decoder) && is_object) {
    json_finish(&decoder->reader);
  }

  if (decoder->reader.fault) {
    decoder_fault(
      decoder, decoder->reader.fault_at, "%s", decoder->reader.fault);
  } else if (decoder_going(decoder)) {
    put_rest(decoder, &root);
  }

  node_list_free(&root.automation);
  node_list_free(&root.master_effects);
}

// The functions of the header

/// A composition that was read, owned; null if memory ran out
static Composition*
decode(const char* const    text,
       const size_t         length,
       const RangeMode      range,
       const CodecFaultFunc func,
       void* const          handle,
       uint32_t* const      num_faults)
{
  Decoder decoder;
  memset(&decoder, 0, sizeof(decoder));
  decoder.range  = range;
  decoder.func   = func;
  decoder.handle = handle;
  decoder.root   = composition_new("", "");
  json_reader_init(&decoder.reader, text, length);
  json_place_init(&decoder.place, text, length);
  if (decoder_need(&decoder, decoder.root)) {
    decoder_read(&decoder);
    decoder_check_references(&decoder);
  }

  for (size_t i = 0; i < decoder.num_references; ++i) {
    node_release(decoder.references[i].node);
  }

  for (unsigned k = 0; k < NUM_KINDS; ++k) {
    free(decoder.seen[k]);
  }

  free(decoder.references);
  *num_faults = decoder.num_faults;
  if (decoder.status) {
    composition_release(decoder.root);
    return NULL;
  }

  return decoder.root;
}

/// Keep the first fault and hear no more
static bool
keep_first(void* const handle, const CodecError* const error)
{
  *(CodecError*)handle = *error;
  return false;
}

Status
composition_decode(const char* const   text,
                   const size_t        length,
                   CodecError* const   error,
                   Composition** const out)
{
  memset(error, 0, sizeof(*error));

  uint32_t           num_faults = 0;
  Composition* const root =
    decode(text, length, RANGE_CHECKED, keep_first, error, &num_faults);
  if (!root) {
    snprintf(error->text, sizeof(error->text), "out of memory");
    return STATUS_NO_MEMORY;
  }

  if (num_faults) {
    composition_release(root);
    return STATUS_BAD_ARGUMENT;
  }

  *out = root;
  return STATUS_OK;
}

Status
composition_salvage(const char* const    text,
                    const size_t         length,
                    const CodecFaultFunc func,
                    void* const          handle,
                    Composition** const  out)
{
  uint32_t num_faults = 0;
  *out = decode(text, length, RANGE_CLAMPED, func, handle, &num_faults);
  return *out ? STATUS_OK : STATUS_NO_MEMORY;
}

uint32_t
composition_check(const char* const    text,
                  const size_t         length,
                  const CodecFaultFunc func,
                  void* const          handle)
{
  uint32_t           num_faults = 0;
  Composition* const root =
    decode(text, length, RANGE_CHECKED, func, handle, &num_faults);
  composition_release(root);
  return num_faults;
}
