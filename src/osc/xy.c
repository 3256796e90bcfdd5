// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of .../xy/{a}/{b}: two values of a channel or effect by one finger

#include "osc/dispatch_private.h"
#include "osc/handlers.h"
#include "osc/param.h"
#include "services/effects.h"

#include <math.h>
#include <string.h>

/// The row of a channel's value with a name, null if it is no number
static const OscRow*
find_axis(const char* const name)
{
  static const char root[] = "/mixer/channels/{channel}/";
  const size_t      length = sizeof(root) - 1u;
  for (uint32_t i = 0; i < schema_num_rows; ++i) {
    const OscRow* const row = &schema_rows[i];
    if (!strncmp(row->path, root, length) &&
        !strcmp(row->path + length, name) && row->field &&
        row->field->type == FIELD_FLOAT && row->node == NODE_CHANNEL) {
      return row;
    }
  }
  return NULL;
}

/// The fields of both axes
static Status
find_axes(Services* const      services,
          const OscCall* const call,
          const Field*         axes[2])
{
  for (uint32_t i = 0; i < 2u; ++i) {
    const OscRow* const row = find_axis(call->words[i + 1u]);
    if (!row) {
      return services_fail(services,
                           STATUS_NOT_FOUND,
                           "A channel has no number \"%.40s\"",
                           call->words[i + 1u]);
    }
    axes[i] = row->field;
  }
  return STATUS_OK;
}

/// `/mixer/channels/{channel}/xy/{a}/{b}`
Status
osc_xy_get(Services* const services, OscCall* const call)
{
  const Field*      axes[2] = {NULL, NULL};
  const Status      st      = find_axes(services, call, axes);
  const Node* const node = services_find(services, NODE_CHANNEL, call->ids[0]);
  for (uint32_t i = 0; i < 2u && !st && node; ++i) {
    call_float(call, *(const double*)field_of(axes[i], node));
  }
  return st;
}

/// `/mixer/channels/{channel}/xy/{a}/{b} ,ff`
Status
osc_xy_set(Services* const services, OscCall* const call)
{
  const Field* axes[2] = {NULL, NULL};
  Status       st      = find_axes(services, call, axes);
  for (uint32_t i = 0; i < 2u && !st; ++i) {
    const double     number = call->args[i].f;
    const FieldValue value  = {.number =
                                 fmin(fmax(number, axes[i]->min), axes[i]->max)};
    st =
      services_set_field(services, call->ids[0], NODE_CHANNEL, axes[i], &value);
  }
  return st ? st : osc_xy_get(services, call);
}

/// The ranges of both axes, as those of the values have them
void
osc_xy_range(Services* const      services,
             const OscCall* const call,
             ArgInfo* const       args)
{
  (void)services;
  for (uint32_t i = 0; i < 2u; ++i) {
    const OscRow* const row = find_axis(call->words[i + 1u]);
    if (row) {
      const char* const name = args[i].name;
      args[i]                = row->args[0];
      args[i].name           = name;
    }
  }
}

/// `/effects/{effect}/xy/{a}/{b}`
Status
osc_effects_xy_get(Services* const services, OscCall* const call)
{
  Status st = STATUS_OK;
  for (uint32_t i = 0; i < 2u && !st; ++i) {
    double value = 0.0;
    st = effects_param(services, call->ids[0], call->words[i + 1u], &value);
    call_float(call, value);
  }
  return st;
}

/// `/effects/{effect}/xy/{a}/{b} ,ff`
Status
osc_effects_xy_set(Services* const services, OscCall* const call)
{
  Status st = STATUS_OK;
  for (uint32_t i = 0; i < 2u && !st; ++i) {
    st = effects_set_param(
      services, call->ids[0], call->words[i + 1u], call->args[i].f);
  }
  return st ? st : osc_effects_xy_get(services, call);
}

/// The ranges of both axes
void
osc_effects_xy_range(Services* const      services,
                     const OscCall* const call,
                     ArgInfo* const       args)
{
  for (uint32_t i = 0; i < 2u; ++i) {
    const ParamInfo* const param =
      effects_param_info(services, call->ids[0], call->words[i + 1u]);
    if (param) {
      param_range(param, &args[i]);
    }
  }
}

bool
osc_xy_each_axis(const WordFunc func, void* const handle)
{
  static const char* const axes[] = {"fader", "pan", "width", "input_gain"};
  for (uint32_t i = 0; i < 4u; ++i) {
    if (!func(handle, axes[i])) {
      return false;
    }
  }
  return true;
}
