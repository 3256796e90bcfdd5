// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/node.h"

#include "model/document.h"

#include <jansson.h>

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// Generated from osc-schema/composition.schema.json
extern const NodeInfo node_infos[NUM_NODE_TYPES];

const NodeInfo*
node_info(const NodeType type)
{
  return &node_infos[type];
}

NodeType
node_type_of_kind(const Kind kind)
{
  static const NodeType types[NUM_KINDS] = {
    [KIND_COMPOSITION] = NODE_COMPOSITION,
    [KIND_TRACK]       = NODE_TRACK,
    [KIND_CLIP]        = NODE_CLIP,
    [KIND_EFFECT]      = NODE_EFFECT,
    [KIND_SAMPLE]      = NODE_SAMPLE,
    [KIND_BUS]         = NODE_BUS,
    [KIND_SCENE]       = NODE_SCENE,
    [KIND_MARKER]      = NODE_MARKER,
    [KIND_AUTOMATION]  = NODE_AUTOMATION,
    [KIND_GROUP]       = NODE_GROUP,
    [KIND_SNAPSHOT]    = NODE_SNAPSHOT,
    [KIND_MASTER]      = NODE_CHANNEL,
  };

  return types[kind];
}

// What a node holds beside its fields: other nodes, tables and orders
typedef struct {
  Channel** channel; ///< Or null
  json_t**  extra;
  Table**   tables; ///< NUM_KINDS of them, or null
  IdList**  orders; ///< NUM_KINDS of them, or null
} Holdings;

static Holdings
holdings(Node* const node)
{
  Holdings held = {0};
  switch (node->type) {
    case NODE_COMPOSITION: {
      Composition* const composition = (Composition*)node;
      held.channel                   = &composition->master;
      held.extra                     = &composition->extra;
      held.tables                    = composition->things;
      held.orders                    = composition->order;
      break;
    }
    case NODE_TRACK:
      held.channel = &((Track*)node)->channel;
      held.extra   = &((Track*)node)->extra;
      break;
    case NODE_BUS:
      held.channel = &((Bus*)node)->channel;
      held.extra   = &((Bus*)node)->extra;
      break;
    case NODE_CHANNEL:
      held.extra = &((Channel*)node)->extra;
      break;
    case NODE_CLIP:
      held.extra = &((Clip*)node)->extra;
      break;
    case NODE_EFFECT:
      held.extra = &((Effect*)node)->extra;
      break;
    case NODE_SAMPLE:
      held.extra = &((SampleNode*)node)->extra;
      break;
    case NODE_SCENE:
      held.extra = &((Scene*)node)->extra;
      break;
    case NODE_MARKER:
      held.extra = &((Marker*)node)->extra;
      break;
    case NODE_AUTOMATION:
      held.extra = &((Automation*)node)->extra;
      break;
    case NODE_GROUP:
      held.extra = &((Group*)node)->extra;
      break;
    case NODE_SNAPSHOT:
      held.extra = &((Snapshot*)node)->extra;
      break;
    case NUM_NODE_TYPES:
      break;
  }

  assert(held.extra);
  return held;
}

/// Give a member its default; false if memory ran out
static bool
field_init(const Field* const field, Node* const node)
{
  void* const at = field_at(field, node);
  switch (field->type) {
    case FIELD_BOOL:
      *(bool*)at = field->initial != 0.0;
      return true;
    case FIELD_INT:
    case FIELD_ENUM:
      *(int32_t*)at = (int32_t)field->initial;
      return true;
    case FIELD_FLOAT:
      *(double*)at = field->initial;
      return true;
    case FIELD_TICKS:
      return ticks_from_beats(field->initial, (Ticks*)at);
    case FIELD_TEMPO:
      *(MicroBpm*)at = tempo_from_double(field->initial);
      return true;
    case FIELD_SIGNATURE:
      return signature_parse(field->text, (Signature*)at);
    case FIELD_ID:
      *(Id*)at = ID_NONE;
      return !field->text || !*field->text || id_parse(field->text, (Id*)at);
    case FIELD_STRING:
      return (*(String**)at = string_new(field->text ? field->text : ""));
    case FIELD_JSON:
      return (*(json_t**)at = json_loads(field->text, JSON_DECODE_ANY, NULL));
    case FIELD_IDS:
    case FIELD_NOTES:
    case FIELD_SENDS:
    case FIELD_PARAMS:
      *(void**)at = NULL;
      return true;
  }

  return false;
}

static void
field_retain(const Field* const field, Node* const node)
{
  void* const at = field_at(field, node);
  switch (field->type) {
    case FIELD_STRING:
      string_retain(*(String**)at);
      break;
    case FIELD_JSON:
      json_hold(*(json_t**)at);
      break;
    case FIELD_IDS:
      id_list_retain(*(IdList**)at);
      break;
    case FIELD_NOTES:
      note_list_retain(*(NoteList**)at);
      break;
    case FIELD_SENDS:
      send_list_retain(*(SendList**)at);
      break;
    case FIELD_PARAMS:
      param_map_retain(*(ParamMap**)at);
      break;
    default:
      break;
  }
}

static void
field_release(const Field* const field, Node* const node)
{
  void* const at = field_at(field, node);
  switch (field->type) {
    case FIELD_STRING:
      string_release(*(String**)at);
      break;
    case FIELD_JSON:
      json_drop(*(json_t**)at);
      break;
    case FIELD_IDS:
      id_list_release(*(IdList**)at);
      break;
    case FIELD_NOTES:
      note_list_release(*(NoteList**)at);
      break;
    case FIELD_SENDS:
      send_list_release(*(SendList**)at);
      break;
    case FIELD_PARAMS:
      param_map_release(*(ParamMap**)at);
      break;
    default:
      break;
  }
}

/// Make what a node holds beside its fields; false if memory ran out
static bool
holdings_init(Node* const node)
{
  const Holdings held = holdings(node);
  if (!(*held.extra = json_object())) {
    return false;
  }

  if (held.channel) {
    const Id owner = node->type == NODE_COMPOSITION ? ID_MASTER : node->id;
    *held.channel  = (Channel*)node_new(NODE_CHANNEL, owner);
    return *held.channel;
  }

  return true;
}

Node*
node_new(const NodeType type, const Id id)
{
  const NodeInfo* const info = node_info(type);
  Node* const           node = (Node*)calloc(1, info->size);
  if (!node) {
    return NULL;
  }

  atomic_init(&node->refs, 1u);
  node->type = type;
  node->id   = id;

  bool ok = holdings_init(node);
  for (uint32_t i = 0; ok && i < info->num_fields; ++i) {
    ok = field_init(&info->fields[i], node);
  }

  if (!ok) {
    node_release(node);
    return NULL;
  }

  return node;
}

Node*
node_copy(const Node* const node)
{
  const NodeInfo* const info = node_info(node->type);
  Node* const           copy = (Node*)malloc(info->size);
  if (!copy) {
    return NULL;
  }

  // All but the counter, which other threads may be changing
  memcpy((char*)copy + offsetof(Node, type),
         (const char*)node + offsetof(Node, type),
         info->size - offsetof(Node, type));
  atomic_init(&copy->refs, 1u);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    field_retain(&info->fields[i], copy);
  }

  const Holdings held = holdings(copy);
  json_hold(*held.extra);
  if (held.channel) {
    node_retain(&(*held.channel)->node);
  }

  for (uint32_t k = 0; held.tables && k < NUM_KINDS; ++k) {
    table_retain(held.tables[k]);
    id_list_retain(held.orders[k]);
  }

  return copy;
}

Node*
node_retain(const Node* const node)
{
  if (node) {
    atomic_fetch_add_explicit(
      (atomic_uint*)&node->refs, 1u, memory_order_relaxed);
  }

  return (Node*)node;
}

void
node_release(const Node* const node)
{
  if (!node || atomic_fetch_sub_explicit(
                 (atomic_uint*)&node->refs, 1u, memory_order_acq_rel) != 1u) {
    return;
  }

  Node* const           last = (Node*)node;
  const NodeInfo* const info = node_info(last->type);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    field_release(&info->fields[i], last);
  }

  const Holdings held = holdings(last);
  json_drop(*held.extra);
  if (held.channel && *held.channel) {
    node_release(&(*held.channel)->node);
  }

  for (uint32_t k = 0; held.tables && k < NUM_KINDS; ++k) {
    table_release(held.tables[k]);
    id_list_release(held.orders[k]);
  }

  free(last);
}

static bool
send_list_equal(const SendList* const a, const SendList* const b)
{
  const uint32_t count = a ? a->count : 0;
  if (count != (b ? b->count : 0)) {
    return false;
  }

  for (uint32_t i = 0; i < count; ++i) {
    if (a->sends[i].bus != b->sends[i].bus ||
        a->sends[i].level_db != b->sends[i].level_db ||
        a->sends[i].pre != b->sends[i].pre) {
      return false;
    }
  }

  return true;
}

static bool
param_map_equal(const ParamMap* const a, const ParamMap* const b)
{
  const uint32_t count = a ? a->count : 0;
  if (count != (b ? b->count : 0)) {
    return false;
  }

  for (uint32_t i = 0; i < count; ++i) {
    if (a->params[i].value != b->params[i].value ||
        !string_equal(a->params[i].symbol, b->params[i].symbol)) {
      return false;
    }
  }

  return true;
}

bool
field_equal(const Field* const field, const Node* const a, const Node* const b)
{
  const void* const x = field_of(field, a);
  const void* const y = field_of(field, b);
  switch (field->type) {
    case FIELD_BOOL:
      return *(const bool*)x == *(const bool*)y;
    case FIELD_INT:
    case FIELD_ENUM:
      return *(const int32_t*)x == *(const int32_t*)y;
    case FIELD_FLOAT:
      return *(const double*)x == *(const double*)y;
    case FIELD_TICKS:
    case FIELD_TEMPO:
      return *(const int64_t*)x == *(const int64_t*)y;
    case FIELD_SIGNATURE:
      return !memcmp(x, y, sizeof(Signature));
    case FIELD_ID:
      return *(const Id*)x == *(const Id*)y;
    case FIELD_STRING:
      return string_equal(*(String* const*)x, *(String* const*)y);
    case FIELD_JSON:
      return *(json_t* const*)x == *(json_t* const*)y ||
             json_equal(*(json_t* const*)x, *(json_t* const*)y);
    case FIELD_IDS:
      return id_list_equal(*(IdList* const*)x, *(IdList* const*)y);
    case FIELD_NOTES:
      return note_list_equal(*(NoteList* const*)x, *(NoteList* const*)y);
    case FIELD_SENDS:
      return send_list_equal(*(SendList* const*)x, *(SendList* const*)y);
    case FIELD_PARAMS:
      return param_map_equal(*(ParamMap* const*)x, *(ParamMap* const*)y);
  }

  return false;
}

bool
node_equal(const Node* const a, const Node* const b)
{
  if (a == b) {
    return true;
  }

  const NodeInfo* const info = node_info(a->type);
  if (a->type != b->type || a->id != b->id) {
    return false;
  }

  for (uint32_t i = 0; i < info->num_fields; ++i) {
    if (!field_equal(&info->fields[i], a, b)) {
      return false;
    }
  }

  return json_equal(*holdings((Node*)a).extra, *holdings((Node*)b).extra);
}

json_t*
node_extra(const Node* const node)
{
  return *holdings((Node*)node).extra;
}

void
node_set_extra(Node* const node, json_t* const extra)
{
  json_t** const slot = holdings(node).extra;
  json_drop(*slot);
  *slot = extra;
}

const Field*
node_find_field(const NodeType type, const char* const key)
{
  const NodeInfo* const info = node_info(type);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    if (!strcmp(info->fields[i].key, key)) {
      return &info->fields[i];
    }
  }

  return NULL;
}
