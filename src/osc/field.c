// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of all addresses that are a field of a thing and nothing else

#include "osc/field.h"

#include "osc/call.h"
#include "osc/handlers.h"
#include "services/services.h"

#include <stdio.h>

static void
answer_signature(OscCall* const call, const Signature* const signature)
{
  char text[16];
  snprintf(text, sizeof(text), "%u/%u", signature->beats, signature->unit);
  call_string(call, text);
}

Status
field_answer(Services* const services, OscCall* const call, const Id id)
{
  const Field* const field = call->row->field;
  const Node* const  node  = services_find(services, call->row->node, id);
  if (!node) {
    return services_fail(services, STATUS_NOT_FOUND, "It is not there");
  }

  const void* const member = field_of(field, node);
  switch (field->type) {
    case FIELD_BOOL:
      call_int(call, *(const bool*)member);
      break;
    case FIELD_INT:
      call_int(call, *(const int32_t*)member);
      break;
    case FIELD_FLOAT:
      call_float(call, *(const double*)member);
      break;
    case FIELD_TICKS:
      call_beats(call, *(const Ticks*)member);
      break;
    case FIELD_TEMPO:
      call_float(call, tempo_to_bpm(*(const MicroBpm*)member));
      break;
    case FIELD_SIGNATURE:
      answer_signature(call, (const Signature*)member);
      break;
    case FIELD_ENUM:
      call_string(call, field->words[*(const int32_t*)member]);
      break;
    case FIELD_STRING:
      call_string(call, string_text(*(String* const*)member));
      break;
    case FIELD_ID:
      call_id(call, *(const Id*)member);
      break;
    default:
      return services_fail(
        services, STATUS_UNSUPPORTED, "%s is not one value", field->key);
  }
  return STATUS_OK;
}

Status
field_store(Services* const services, OscCall* const call, const Id id)
{
  const CallArg* const arg   = &call->args[0];
  const FieldValue     value = {
        .number = arg->f,
        .ticks  = arg->ticks,
        .tempo  = arg->tempo,
        .id     = arg->id,
        .text   = arg->s,
  };
  return services_set_field(
    services, id, call->row->node, call->row->field, &value);
}

/// The value of a field
Status
osc_field_get(Services* const services, OscCall* const call)
{
  return field_answer(services, call, row_target(call->row, call->ids));
}

/// Set a field
Status
osc_field_set(Services* const services, OscCall* const call)
{
  return field_store(services, call, row_target(call->row, call->ids));
}
