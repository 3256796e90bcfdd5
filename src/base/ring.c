// SPDX-License-Identifier: GPL-3.0-or-later

#include "base/ring.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// The writer owns `tail`, the reader owns `head`; both only grow.  Each side
// loads the other's index once (acquire), works on the items, and stores its
// own once (release), so an item is complete before the other side sees it.
struct Ring {
  uint32_t mask;
  size_t   item_size;
  _Alignas(64) atomic_uint head;
  _Alignas(64) atomic_uint tail;
  _Alignas(64) char items[];
};

Ring*
ring_new(const uint32_t capacity, const size_t item_size)
{
  uint32_t size = 1;
  while (size < capacity) {
    size *= 2;
  }

  const size_t bytes   = sizeof(Ring) + (size_t)size * item_size;
  const size_t rounded = (bytes + 63u) & ~(size_t)63u;
  Ring* const  ring    = (Ring*)aligned_alloc(64, rounded);
  if (!ring) {
    return NULL;
  }

  memset(ring, 0, rounded);
  ring->mask      = size - 1u;
  ring->item_size = item_size;
  return ring;
}

void
ring_free(Ring* const ring)
{
  free(ring);
}

SONIC_RT uint32_t
ring_write_space(const Ring* const ring)
{
  const uint32_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
  const uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
  return ring->mask + 1u - (tail - head);
}

SONIC_RT bool
ring_write(Ring* const ring, const void* const item)
{
  if (!ring_write_space(ring)) {
    return false;
  }

  const uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
  memcpy(ring->items + (size_t)(tail & ring->mask) * ring->item_size,
         item,
         ring->item_size);
  atomic_store_explicit(&ring->tail, tail + 1u, memory_order_release);
  return true;
}

SONIC_RT const void*
ring_peek(const Ring* const ring)
{
  const uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
  const uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
  return head == tail
           ? NULL
           : ring->items + (size_t)(head & ring->mask) * ring->item_size;
}

SONIC_RT bool
ring_read(Ring* const ring, void* const item)
{
  const void* const oldest = ring_peek(ring);
  if (!oldest) {
    return false;
  }

  memcpy(item, oldest, ring->item_size);
  atomic_fetch_add_explicit(&ring->head, 1u, memory_order_release);
  return true;
}
