// SPDX-License-Identifier: GPL-3.0-or-later
//
// Memory for vectors, for control

#ifndef SONIC_ENGINE_ALIGNED_H
#define SONIC_ENGINE_ALIGNED_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/// Zeroed memory aligned to a cache line, to be freed; null if it ran out
static inline void*
aligned_new(const size_t size)
{
  const size_t rounded = (size + 63u) & ~(size_t)63u;
  void* const  memory  = aligned_alloc(64, rounded);
  return memory ? memset(memory, 0, rounded) : NULL;
}

#endif // SONIC_ENGINE_ALIGNED_H
