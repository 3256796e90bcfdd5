// SPDX-License-Identifier: GPL-3.0-or-later
//
// Setting any field of the draft by its table row

#include "services/composition_clips.h"
#include "services/edit.h"
#include "services/services_private.h"

#include <math.h>
#include <string.h>

/// Most bytes in a text field
#define MAX_TEXT 4096u

const Node*
services_find(const Services* const services, const NodeType type, const Id id)
{
  const Composition* const root = services_document(services);
  if (type == NODE_CHANNEL) {
    const Channel* const channel = composition_channel(root, id);
    return channel ? &channel->node : NULL;
  }

  const Node* const node = composition_find(root, id);
  return node && node->type == type ? node : NULL;
}

/// Check a number against a field's range, both in the unit of the JSON
static Status
check_range(Services* const    services,
            const Field* const field,
            const double       value)
{
  const bool has_min = !(field->flags & FIELD_NO_MIN);
  const bool has_max = !(field->flags & FIELD_NO_MAX);
  const bool low = has_min && (field->flags & FIELD_OPEN ? value <= field->min
                                                         : value < field->min);
  if (!isfinite(value)) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "Expected a finite number for %s",
                         field->key);
  }

  if (low) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "Expected %s %s %g, not %g",
                         field->key,
                         field->flags & FIELD_OPEN ? "above" : "at least",
                         field->min,
                         value);
  }

  if (has_max && value > field->max) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "Expected %s at most %g, not %g",
                         field->key,
                         field->max,
                         value);
  }

  return STATUS_OK;
}

static Status
set_text(Services* const    services,
         const Field* const field,
         String** const     string,
         const char* const  text)
{
  if (strlen(text) > MAX_TEXT) {
    return services_fail(services,
                         STATUS_TOO_LARGE,
                         "Expected at most %u bytes for %s",
                         MAX_TEXT,
                         field->key);
  }

  return edit_string(string, text) ? STATUS_OK : edit_no_memory(services);
}

static Status
set_member(Services* const         services,
           const Field* const      field,
           void* const             member,
           const FieldValue* const value)
{
  Status st = STATUS_OK;
  switch (field->type) {
    case FIELD_BOOL:
      *(bool*)member = value->number != 0.0;
      return st;
    case FIELD_ENUM:
      *(int32_t*)member = (int32_t)value->number;
      return st;
    case FIELD_INT:
      st = check_range(services, field, value->number);
      if (!st) {
        *(int32_t*)member = (int32_t)value->number;
      }
      return st;
    case FIELD_FLOAT:
      st = check_range(services, field, value->number);
      if (!st) {
        *(double*)member = value->number;
      }
      return st;
    case FIELD_TICKS:
      st = check_range(services, field, ticks_to_beats(value->ticks));
      if (!st) {
        *(Ticks*)member = value->ticks;
      }
      return st;
    case FIELD_TEMPO:
      st = check_range(services, field, tempo_to_bpm(value->tempo));
      if (!st) {
        *(MicroBpm*)member = value->tempo;
      }
      return st;
    case FIELD_SIGNATURE:
      return signature_parse(value->text, (Signature*)member)
               ? STATUS_OK
               : services_fail(
                   services,
                   STATUS_BAD_ARGUMENT,
                   "Expected a signature such as \"6/8\", not \"%s\"",
                   value->text);
    case FIELD_STRING:
      return set_text(services, field, (String**)member, value->text);
    case FIELD_ID:
      *(Id*)member = value->id;
      return st;
    default:
      return services_fail(services,
                           STATUS_UNSUPPORTED,
                           "%s can't be set as one value",
                           field->key);
  }
}

/// A fade that is set anew is whole, also where the clip was cut inside it
static void
mend_fades(const Services* const services, Clip* const clip)
{
  const Clip* const before =
    composition_clip(services_document(services), clip->node.id);
  if (clip->fade_in != before->fade_in) {
    clip->fade_in_cut = 0.0;
  }

  if (clip->fade_out != before->fade_out) {
    clip->fade_out_cut = 0.0;
  }
}

Status
services_set_field(Services* const         services,
                   const Id                id,
                   const NodeType          type,
                   const Field* const      field,
                   const FieldValue* const value)
{
  if (type == NODE_COMPOSITION) {
    Composition* const root = edit_root(services);
    return root
             ? set_member(services, field, field_at(field, &root->node), value)
             : STATUS_NO_MEMORY;
  }

  Status      st   = STATUS_OK;
  Node* const copy = type == NODE_CHANNEL
                       ? (Node*)edit_copy_channel(services, id, &st)
                       : edit_copy(services, id, &st);
  if (!copy) {
    return st;
  }

  st = set_member(services, field, field_at(field, copy), value);
  if (!st && type == NODE_CLIP) {
    mend_fades(services, (Clip*)copy);
    st = clips_check(services, (const Clip*)copy);
  }

  if (st) {
    node_release(copy);
    return st;
  }

  return type == NODE_CHANNEL ? edit_put_channel(services, (Channel*)copy)
                              : edit_put(services, copy);
}
