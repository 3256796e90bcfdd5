// SPDX-License-Identifier: GPL-3.0-or-later
//
// Nodes: the immutable pieces of a document
//
// A node is a structure that begins with a Node header and is described by a
// field table.  It is changed only by its maker, before it is put into a
// document: copy, change the copy, put the copy.  Nodes are counted and may be
// read, retained and released on any thread.

#ifndef SONIC_MODEL_NODE_H
#define SONIC_MODEL_NODE_H

#include "base/id.h"
#include "base/status.h"
#include "model/field.h"

#include <jansson.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
  NODE_COMPOSITION,
  NODE_TRACK,
  NODE_CHANNEL, ///< Of a track, bus or the master; carries its owner's id
  NODE_CLIP,
  NODE_EFFECT,
  NODE_SAMPLE,
  NODE_BUS,
  NODE_SCENE,
  NODE_MARKER,
  NODE_AUTOMATION,
  NODE_GROUP,
  NODE_SNAPSHOT,
  NUM_NODE_TYPES
} NodeType;

/// How a node of any type begins
typedef struct Node {
  atomic_uint refs;
  NodeType    type;
  Id          id;
} Node;

/// What all nodes of a type have in common
typedef struct {
  const char*  name; ///< "track"
  size_t       size;
  const Field* fields;
  uint32_t     num_fields;
} NodeInfo;

/// The table of a type
const NodeInfo*
node_info(NodeType type);

/// The type of the nodes that a kind of identifier names
NodeType
node_type_of_kind(Kind kind);

/// A node with all fields at their defaults, owned; null if memory ran out
Node*
node_new(NodeType type, Id id);

/// A copy to be changed, owned; null if memory ran out
Node*
node_copy(const Node* node);

Node*
node_retain(const Node* node);

void
node_release(const Node* node);

/// Whether a field has the same value in two nodes of one type
bool
field_equal(const Field* field, const Node* a, const Node* b);

/// Whether all fields have
bool
node_equal(const Node* a, const Node* b);

/// The keys of a node that are not ours, an object, borrowed
json_t*
node_extra(const Node* node);

/// Give a node other such keys; `extra` moves
void
node_set_extra(Node* node, json_t* extra);

/// The field of a type with a key, or null
const Field*
node_find_field(NodeType type, const char* key);

/// Address of a field's member
static inline void*
field_at(const Field* const field, Node* const node)
{
  return (char*)node + field->offset;
}

/// Address of a field's member for reading
static inline const void*
field_of(const Field* const field, const Node* const node)
{
  return (const char*)node + field->offset;
}

#endif // SONIC_MODEL_NODE_H
