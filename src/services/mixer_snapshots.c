// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/mixer_snapshots.h"

#include "services/edit.h"
#include "services/effects.h"

#include <jansson.h>

#include <math.h>
#include <string.h>

/// Most snapshots of a composition
#define MAX_SNAPSHOTS 256u

// Keys of a state beside those of fields
#define KEY_SENDS "sends"
#define KEY_PARAMS "params"

// Keeping

/// Whether a field of a channel, group or effect is a setting
static bool
is_setting(const Field* const field)
{
  return field->type == FIELD_BOOL || field->type == FIELD_FLOAT ||
         field->type == FIELD_ENUM;
}

static double
field_number(const Field* const field, const Node* const node)
{
  const void* const at = field_of(field, node);
  return field->type == FIELD_BOOL    ? (double)*(const bool*)at
         : field->type == FIELD_FLOAT ? *(const double*)at
                                      : (double)*(const int32_t*)at;
}

/// All settings that are fields of a node; new reference, or null
static json_t*
keep_fields(const Node* const node)
{
  const NodeInfo* const info = node_info(node->type);
  json_t* const         kept = json_object();
  for (uint32_t i = 0; kept && i < info->num_fields; ++i) {
    const Field* const field = &info->fields[i];
    if (is_setting(field)) {
      json_object_set_new(
        kept, field->key, json_real(field_number(field, node)));
    }
  }

  return kept;
}

static json_t*
keep_channel(const Channel* const channel)
{
  json_t* const kept  = keep_fields(&channel->node);
  json_t* const sends = json_object();
  for (uint32_t i = 0; channel->sends && i < channel->sends->count; ++i) {
    const Send* const send = &channel->sends->sends[i];
    char              text[ID_TEXT_SIZE];
    json_object_set_new(
      sends, id_format(send->bus, text), json_real(send->level_db));
  }

  json_object_set_new(kept, KEY_SENDS, sends);
  return kept;
}

static json_t*
keep_effect(const Effect* const effect)
{
  json_t* const kept   = keep_fields(&effect->node);
  json_t* const params = json_object();
  for (uint32_t i = 0; effect->params && i < effect->params->count; ++i) {
    const Param* const param = &effect->params->params[i];
    json_object_set_new(
      params, string_text(param->symbol), json_real(param->value));
  }

  json_object_set_new(kept, KEY_PARAMS, params);
  return kept;
}

/// Keep one thing by its id
static void
keep(json_t* const state, const Id id, json_t* const kept)
{
  char text[ID_TEXT_SIZE];
  json_object_set_new(state, id_format(id, text), kept);
}

static bool
visit_effect(void* const handle, const uint32_t number, const Node* const node)
{
  (void)number;
  keep((json_t*)handle, node->id, keep_effect((const Effect*)node));
  return true;
}

/// How the mixer stands; new reference, or null
static json_t*
keep_all(const Composition* const root)
{
  static const Kind kinds[] = {KIND_TRACK, KIND_BUS, KIND_GROUP};

  json_t* const state = json_object();
  for (uint32_t k = 0; state && k < 3u; ++k) {
    const IdList* const order = root->order[kinds[k]];
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      const Id id = order->ids[i];
      keep(state,
           id,
           kinds[k] == KIND_GROUP
             ? keep_fields(composition_find(root, id))
             : keep_channel(composition_channel(root, id)));
    }
  }

  if (state) {
    keep(state, ID_MASTER, keep_channel(root->master));
    table_each(root->things[KIND_EFFECT], visit_effect, state);
  }

  return state;
}

/// Have a snapshot hold how the mixer stands
static Status
fill(Services* const services, Snapshot* const snapshot)
{
  json_t* const state = keep_all(services_document(services));
  if (!state) {
    node_release(&snapshot->node);
    return edit_no_memory(services);
  }

  json_drop(snapshot->state);
  snapshot->state = state;
  return edit_put(services, &snapshot->node);
}

Status
snapshots_create(Services* const   services,
                 const char* const name,
                 Id* const         out)
{
  const Composition* const root = services_document(services);
  if (table_count(root->things[KIND_SNAPSHOT]) >= MAX_SNAPSHOTS) {
    return services_fail(services,
                         STATUS_TOO_LARGE,
                         "A composition has at most %u snapshots",
                         MAX_SNAPSHOTS);
  }

  const Status st =
    composition_take_id(edit_draft(services), KIND_SNAPSHOT, out);
  Snapshot* const snapshot =
    st ? NULL : (Snapshot*)node_new(NODE_SNAPSHOT, *out);
  if (!snapshot || !edit_string(&snapshot->name, name)) {
    node_release(snapshot ? &snapshot->node : NULL);
    return st ? st : edit_no_memory(services);
  }

  return fill(services, snapshot);
}

Status
snapshots_update(Services* const services, const Id id)
{
  Status          st       = STATUS_OK;
  Snapshot* const snapshot = (Snapshot*)edit_copy(services, id, &st);
  return snapshot ? fill(services, snapshot) : st;
}

// Setting

/// Two states of a thing and a place between them
typedef struct {
  const json_t* from;
  const json_t* to;
  double        place; ///< 0 to 1
} Blend;

/// What a state has under a key, or `absent`
static double
kept_number(const json_t* const state,
            const char* const   key,
            const double        absent)
{
  const json_t* const value = json_object_get(state, key);
  return json_is_number(value) ? json_number_value(value) : absent;
}

/// Between two numbers; what can't be between changes half way
static double
between(const double a, const double b, const double place, const bool steps)
{
  return steps ? (place < 0.5 ? a : b) : a == b ? a : a + (b - a) * place;
}

/// The number of a key where there are such in both states
static double
blend_number(const Blend* const blend,
             const char* const  key,
             const double       now,
             const bool         steps)
{
  const double a = kept_number(blend->from, key, NAN);
  const double b = kept_number(blend->to, key, NAN);
  return isnan(a) || isnan(b) ? now : between(a, b, blend->place, steps);
}

/// Set all settings of a node that are fields, within their ranges
static void
set_fields(const Blend* const blend, Node* const node)
{
  const NodeInfo* const info = node_info(node->type);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    const Field* const field = &info->fields[i];
    if (!is_setting(field)) {
      continue;
    }

    void* const  at    = field_at(field, node);
    const double now   = field_number(field, node);
    const bool   steps = field->type != FIELD_FLOAT;
    const double given = blend_number(blend, field->key, now, steps);
    const double max   = field->type == FIELD_BOOL ? 1.0 : field->max;
    const double value = fmin(fmax(given, field->min), max);
    if (field->type == FIELD_FLOAT) {
      *(double*)at = value;
    } else if (field->type == FIELD_BOOL) {
      *(bool*)at = given != 0.0;
    } else if (given >= field->min && given <= field->max) {
      *(int32_t*)at = (int32_t)given;
    }
  }
}

/// Put a node into the draft if it is another than what is there; it moves
static Status
put_changed(Services* const   services,
            const Node* const before,
            Node* const       node)
{
  if (node_equal(before, node)) {
    node_release(node);
    return STATUS_OK;
  }

  return node->type == NODE_CHANNEL ? edit_put_channel(services, (Channel*)node)
                                    : edit_put(services, node);
}

/// Set the levels of sends that are there; false if memory ran out
static bool
set_sends(const Blend* const blend, Channel* const channel)
{
  const SendList* const sends  = channel->sends;
  const Blend           levels = {json_object_get(blend->from, KEY_SENDS),
                                  json_object_get(blend->to, KEY_SENDS),
                                  blend->place};
  SendList* const       list   = sends ? send_list_new(sends->count) : NULL;
  for (uint32_t i = 0; list && i < sends->count; ++i) {
    char         text[ID_TEXT_SIZE];
    const Send*  send = &sends->sends[i];
    const double level =
      blend_number(&levels, id_format(send->bus, text), send->level_db, false);
    list->sends[i]          = *send;
    list->sends[i].level_db = fmin(fmax(level, -60.0), 12.0);
  }

  if (list) {
    send_list_release(channel->sends);
    channel->sends = list;
  }

  return list || !sends;
}

static Status
set_channel(Services* const services, const Blend* const blend, const Id id)
{
  Status         st   = STATUS_OK;
  Channel* const copy = edit_copy_channel(services, id, &st);
  if (!copy) {
    return st;
  }

  set_fields(blend, &copy->node);
  if (!set_sends(blend, copy)) {
    node_release(&copy->node);
    return edit_no_memory(services);
  }

  return put_changed(
    services,
    &composition_channel(services_document(services), id)->node,
    &copy->node);
}

static Status
set_group(Services* const services, const Blend* const blend, const Id id)
{
  Status      st   = STATUS_OK;
  Node* const copy = edit_copy(services, id, &st);
  if (!copy) {
    return st;
  }

  set_fields(blend, copy);
  return put_changed(
    services, composition_find(services_document(services), id), copy);
}

/// A parameter of an effect between two states, in which those at their initial
/// values are left out
static float
blend_param(const Blend* const      blend,
            const EffectInfo* const info,
            const uint32_t          index)
{
  const ParamInfo* const param   = &info->params[index];
  const double           initial = (double)param->initial;
  const bool             steps =
    effect_choice(info, index) || (info->structural & (uint64_t)1u << index);
  const double a = kept_number(blend->from, param->symbol, initial);
  const double b = kept_number(blend->to, param->symbol, initial);
  const bool   ratio =
    param->scale == SCALE_LOG && a > 0.0 && b > 0.0 && a != b && !steps;
  const double value =
    ratio ? a * pow(b / a, blend->place) : between(a, b, blend->place, steps);
  return fminf(fmaxf((float)value, param->min), param->max);
}

/// Give an effect the parameters between two states
static Status
set_params(const Blend* const      blend,
           const EffectInfo* const info,
           Effect* const           effect)
{
  const Blend params = {json_object_get(blend->from, KEY_PARAMS),
                        json_object_get(blend->to, KEY_PARAMS),
                        blend->place};
  for (uint32_t i = 0; i < info->num_params; ++i) {
    const float value = blend_param(&params, info, i);
    if (value == effects_value(effect, info, i)) {
      continue;
    }

    ParamMap*    map = NULL;
    const Status st  = param_map_set(effect->params,
                                    info->params[i].symbol,
                                    (double)value,
                                    value == info->params[i].initial,
                                    &map);
    if (st) {
      return st;
    }

    param_map_release(effect->params);
    effect->params = map;
  }

  return STATUS_OK;
}

static Status
set_effect(Services* const services, const Blend* const blend, const Id id)
{
  Status                  st   = STATUS_OK;
  Effect* const           copy = (Effect*)edit_copy(services, id, &st);
  const EffectInfo* const info =
    copy ? effect_find(string_text(copy->type)) : NULL;
  if (!copy) {
    return st;
  }

  set_fields(blend, &copy->node);
  if (info && set_params(blend, info, copy)) {
    node_release(&copy->node);
    return edit_no_memory(services);
  }

  return put_changed(
    services, composition_find(services_document(services), id), &copy->node);
}

/// Set one thing, if it is still there
static Status
set_thing(Services* const services, const Blend* const blend, const Id id)
{
  const Composition* const root = services_document(services);
  if (composition_channel(root, id)) {
    return set_channel(services, blend, id);
  }
  if (!composition_find(root, id)) {
    return STATUS_OK;
  }

  return id_kind(id) == KIND_EFFECT  ? set_effect(services, blend, id)
         : id_kind(id) == KIND_GROUP ? set_group(services, blend, id)
                                     : STATUS_OK;
}

/// Set all that both states know
static Status
set_all(Services* const services,
        json_t* const   from,
        json_t* const   to,
        const double    place)
{
  Status      st  = STATUS_OK;
  const char* key = NULL;
  json_t*     value;
  json_object_foreach(from, key, value)
  {
    const Blend blend = {value, json_object_get(to, key), place};
    Id          id    = ID_NONE;
    if (!st && json_is_object(value) && json_is_object(blend.to) &&
        id_parse(key, &id)) {
      st = set_thing(services, &blend, id);
    }
  }

  return st;
}

/// A snapshot's state, retained; null if there is none
static json_t*
state_of(const Services* const services, const Id id)
{
  const Snapshot* const snapshot =
    (const Snapshot*)services_find(services, NODE_SNAPSHOT, id);
  return snapshot ? json_hold(snapshot->state) : NULL;
}

Status
snapshots_recall(Services* const services, const Id id)
{
  json_t* const state = state_of(services, id);
  const Status  st =
    state ? set_all(services, state, state, 0.0) : edit_not_found(services, id);
  json_drop(state);
  return st;
}

Status
snapshots_morph(Services* const services, const double position)
{
  Composition* const root = edit_root(services);
  if (!root) {
    return STATUS_NO_MEMORY;
  }

  root->morph        = position;
  json_t* const from = state_of(services, root->morph_from);
  json_t* const to   = state_of(services, root->morph_to);
  const Status  st =
    from && to ? set_all(services, from, to, position) : STATUS_OK;
  json_drop(from);
  json_drop(to);
  return st;
}
