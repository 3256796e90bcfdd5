// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/table.h"

#include "model/node.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define BITS 5u
#define FANOUT (1u << BITS)

// A branch of height 0 holds nodes, one of height h holds branches of height
// h - 1.  A table is its highest branch.  `count` is the nodes below.  A
// branch that only the table being changed holds is changed in place, so that
// building a table costs no more than filling it.
struct Table {
  atomic_uint refs;
  uint32_t    height;
  uint32_t    count;
  void*       slots[FANOUT];
};

static void
slot_release(const uint32_t height, void* const slot)
{
  if (height) {
    table_release((const Table*)slot);
  } else {
    node_release((const Node*)slot);
  }
}

static void
slot_retain(const uint32_t height, void* const slot)
{
  if (height) {
    table_retain((const Table*)slot);
  } else {
    node_retain((const Node*)slot);
  }
}

static Table*
branch_new(const uint32_t height)
{
  Table* const branch = (Table*)calloc(1, sizeof(Table));
  if (branch) {
    atomic_init(&branch->refs, 1u);
    branch->height = height;
  }

  return branch;
}

Table*
table_retain(const Table* const table)
{
  if (table) {
    atomic_fetch_add_explicit(
      (atomic_uint*)&table->refs, 1u, memory_order_relaxed);
  }

  return (Table*)table;
}

void
table_release(const Table* const table)
{
  if (!table || atomic_fetch_sub_explicit(
                  (atomic_uint*)&table->refs, 1u, memory_order_acq_rel) != 1u) {
    return;
  }

  for (uint32_t i = 0; i < FANOUT; ++i) {
    if (table->slots[i]) {
      slot_release(table->height, table->slots[i]);
    }
  }

  free((void*)table);
}

uint32_t
table_count(const Table* const table)
{
  return table ? table->count : 0;
}

/// Whether a branch of `height` has a place for `number`
static bool
reaches(const uint32_t height, const uint32_t number)
{
  return !((uint64_t)number >> ((height + 1u) * BITS));
}

static uint32_t
slot_index(const uint32_t height, const uint32_t number)
{
  return (number >> (height * BITS)) & (FANOUT - 1u);
}

const Node*
table_find(const Table* table, const uint32_t number)
{
  if (!table || !reaches(table->height, number)) {
    return NULL;
  }

  while (table && table->height) {
    table = (const Table*)table->slots[slot_index(table->height, number)];
  }

  return table ? (const Node*)table->slots[number & (FANOUT - 1u)] : NULL;
}

/// The branch itself if nobody else holds it, else a copy that replaces it
static Table*
branch_edit(Table** const branch)
{
  Table* const old = *branch;
  if (atomic_load_explicit(&old->refs, memory_order_acquire) == 1u) {
    return old;
  }

  Table* const copy = branch_new(old->height);
  if (!copy) {
    return NULL;
  }

  copy->count = old->count;
  memcpy(copy->slots, old->slots, sizeof(copy->slots));
  for (uint32_t i = 0; i < FANOUT; ++i) {
    if (copy->slots[i]) {
      slot_retain(copy->height, copy->slots[i]);
    }
  }

  table_release(old);
  *branch = copy;
  return copy;
}

/// Put `node` below `branch`; `change` receives how the count changed
static Status
branch_put(Table** const     branch,
           const uint32_t    number,
           const Node* const node,
           int* const        change)
{
  Table* const edited = branch_edit(branch);
  if (!edited) {
    return STATUS_NO_MEMORY;
  }

  void** const slot = &edited->slots[slot_index(edited->height, number)];
  if (!edited->height) {
    *change = (node ? 1 : 0) - (*slot ? 1 : 0);
    if (*slot) {
      node_release((const Node*)*slot);
    }

    *slot = (void*)node;
    edited->count += (uint32_t)*change;
    return STATUS_OK;
  }

  if (!*slot) {
    if (!(*slot = branch_new(edited->height - 1u))) {
      return STATUS_NO_MEMORY;
    }
  }

  const Status st = branch_put((Table**)slot, number, node, change);
  if (st) {
    return st;
  }

  edited->count += (uint32_t)*change;
  if (!table_count((const Table*)*slot)) {
    table_release((const Table*)*slot);
    *slot = NULL;
  }

  return STATUS_OK;
}

Status
table_put(Table** const table, const uint32_t number, const Node* const node)
{
  if (!node && !table_find(*table, number)) {
    return STATUS_OK;
  }

  if (!*table && !(*table = branch_new(0))) {
    node_release(node);
    return STATUS_NO_MEMORY;
  }

  while (!reaches((*table)->height, number)) {
    Table* const higher = branch_new((*table)->height + 1u);
    if (!higher) {
      node_release(node);
      return STATUS_NO_MEMORY;
    }

    higher->count    = (*table)->count;
    higher->slots[0] = *table;
    *table           = higher;
  }

  int          change = 0;
  const Status st     = branch_put(table, number, node, &change);
  if (st) {
    node_release(node);
  }

  return st;
}

static bool
branch_each(const Table* const branch,
            const uint32_t     base,
            const TableFunc    func,
            void* const        handle)
{
  for (uint32_t i = 0; i < FANOUT; ++i) {
    const uint32_t number = base | (i << (branch->height * BITS));
    void* const    slot   = branch->slots[i];
    if (slot &&
        !(branch->height ? branch_each((const Table*)slot, number, func, handle)
                         : func(handle, number, (const Node*)slot))) {
      return false;
    }
  }

  return true;
}

bool
table_each(const Table* const table, const TableFunc func, void* const handle)
{
  return !table || branch_each(table, 0, func, handle);
}

typedef struct {
  TableDifferenceFunc func;
  void*               handle;
} Visitor;

/// Compare two branches of one height, either of which may be absent
static bool
branch_difference(const Table* const   a,
                  const Table* const   b,
                  const uint32_t       height,
                  const uint32_t       base,
                  const Visitor* const visitor)
{
  if (a == b) {
    return true;
  }

  for (uint32_t i = 0; i < FANOUT; ++i) {
    const uint32_t number   = base | (i << (height * BITS));
    void* const    old_slot = a ? a->slots[i] : NULL;
    void* const    new_slot = b ? b->slots[i] : NULL;
    if (old_slot == new_slot) {
      continue;
    }

    const bool go_on = height ? branch_difference((const Table*)old_slot,
                                                  (const Table*)new_slot,
                                                  height - 1u,
                                                  number,
                                                  visitor)
                              : visitor->func(visitor->handle,
                                              number,
                                              (const Node*)old_slot,
                                              (const Node*)new_slot);
    if (!go_on) {
      return false;
    }
  }

  return true;
}

/// Compare tables of which `high` reaches higher; `swapped` if it is the new
static bool
uneven_difference(const Table* const   high,
                  const Table* const   low,
                  const bool           swapped,
                  const uint32_t       base,
                  const Visitor* const visitor)
{
  if (!low || high->height == low->height) {
    return branch_difference(
      swapped ? low : high, swapped ? high : low, high->height, base, visitor);
  }

  // All of the low table is below the first slot of the high one
  for (uint32_t i = 0; i < FANOUT; ++i) {
    const Table* const slot   = (const Table*)high->slots[i];
    const uint32_t     number = base | (i << (high->height * BITS));
    const Table* const other  = i ? NULL : low;
    const bool         go_on =
      slot ? uneven_difference(slot, other, swapped, number, visitor)
                   : branch_difference(swapped ? other : NULL,
                               swapped ? NULL : other,
                               other ? other->height : 0,
                               0,
                               visitor);
    if (!go_on) {
      return false;
    }
  }

  return true;
}

bool
table_difference(const Table* const        old_table,
                 const Table* const        new_table,
                 const TableDifferenceFunc func,
                 void* const               handle)
{
  const Visitor visitor = {func, handle};
  if (old_table == new_table) {
    return true;
  }

  const bool swapped =
    !old_table || (new_table && new_table->height > old_table->height);
  return uneven_difference(swapped ? new_table : old_table,
                           swapped ? old_table : new_table,
                           swapped,
                           0,
                           &visitor);
}
