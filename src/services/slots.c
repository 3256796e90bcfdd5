// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/slots.h"

#include <stdlib.h>
#include <string.h>

void
slots_init(Slots* const slots,
           void (*const release)(void* owner, void* thing),
           void* const owner)
{
  memset(slots, 0, sizeof(*slots));
  slots->release = release;
  slots->owner   = owner;
}

void
slots_clear(Slots* const slots)
{
  for (uint32_t i = 0; i < slots->size; ++i) {
    slots->release(slots->owner, slots->things[i]);
  }

  free(slots->things);
  free(slots->log);
  slots_init(slots, slots->release, slots->owner);
}

void*
slots_get(const Slots* const slots, const uint32_t number)
{
  return number < slots->size ? slots->things[number] : NULL;
}

/// Make room up to `number`; false if memory ran out
static bool
grow(Slots* const slots, const uint32_t number)
{
  if (number < slots->size) {
    return true;
  }

  uint32_t size = slots->size ? slots->size : 64u;
  while (size <= number) {
    size *= 2u;
  }

  void** const things =
    (void**)realloc(slots->things, (size_t)size * sizeof(void*));
  if (!things) {
    return false;
  }

  memset(things + slots->size, 0, (size_t)(size - slots->size) * sizeof(void*));
  slots->things = things;
  slots->size   = size;
  return true;
}

bool
slots_put(Slots* const slots, const uint32_t number, void* const thing)
{
  if (!grow(slots, number)) {
    return false;
  }

  if (slots->num_log == slots->max_log) {
    const uint32_t    max = slots->max_log ? slots->max_log * 2u : 16u;
    SlotChange* const log =
      (SlotChange*)realloc(slots->log, (size_t)max * sizeof(SlotChange));
    if (!log) {
      return false;
    }

    slots->log     = log;
    slots->max_log = max;
  }

  const SlotChange change      = {number, slots->things[number]};
  slots->log[slots->num_log++] = change;
  slots->things[number]        = thing;
  return true;
}

void
slots_accept(Slots* const slots)
{
  slots->num_log = 0;
}

void
slots_rollback(Slots* const slots)
{
  while (slots->num_log) {
    const SlotChange* const change = &slots->log[--slots->num_log];
    slots->release(slots->owner, slots->things[change->number]);
    slots->things[change->number] = change->before;
  }
}
