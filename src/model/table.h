// SPDX-License-Identifier: GPL-3.0-or-later
//
// A table of nodes by number, shared between versions of a document
//
// An immutable radix tree with 32 branches.  Putting a node copies the few
// branches above it and shares all others, so two versions are compared by
// walking only what is not the same pointer.

#ifndef SONIC_MODEL_TABLE_H
#define SONIC_MODEL_TABLE_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct Table Table;
typedef struct Node  Node;

Table*
table_retain(const Table* table);

/// Release a table and, with its last owner, its hold on the nodes
void
table_release(const Table* table);

/// Number of nodes; a null table is empty
uint32_t
table_count(const Table* table);

/// The node at `number`, borrowed, or null
const Node*
table_find(const Table* table, uint32_t number);

/**
   Put a node, or take one away.

   @param table Table to change, replaced by the new version; owned.
   @param number Where.
   @param node What to put there, which moves; null takes away.
*/
Status
table_put(Table** table, uint32_t number, const Node* node);

/// Called with a node; false stops
typedef bool (*TableFunc)(void* handle, uint32_t number, const Node* node);

/// Visit all nodes by ascending number; false if stopped
bool
table_each(const Table* table, TableFunc func, void* handle);

/// Called with a place where two tables differ; null is absent; false stops
typedef bool (*TableDifferenceFunc)(void*       handle,
                                    uint32_t    number,
                                    const Node* old_node,
                                    const Node* new_node);

/// Visit where two tables differ, by ascending number; false if stopped
bool
table_difference(const Table*        old_table,
                 const Table*        new_table,
                 TableDifferenceFunc func,
                 void*               handle);

#endif // SONIC_MODEL_TABLE_H
