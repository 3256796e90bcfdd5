// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/rendered.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/// Places for messages, a power of two, and bytes for them
#define NUM_SLOTS 16384u
#define NUM_BYTES (1u << 20u)

typedef struct {
  uint64_t key;
  uint32_t round; ///< Slots of other rounds are empty
  Message  message;
} Slot;

struct Rendered {
  uint32_t round;
  uint32_t used; ///< Of `bytes`
  Slot     slots[NUM_SLOTS];
  uint8_t  bytes[NUM_BYTES];
};

Rendered*
rendered_new(void)
{
  Rendered* const rendered = (Rendered*)calloc(1, sizeof(Rendered));
  if (rendered) {
    rendered->round = 1;
  }
  return rendered;
}

void
rendered_free(Rendered* const rendered)
{
  free(rendered);
}

void
rendered_begin(Rendered* const rendered)
{
  rendered->used = 0;
  if (!++rendered->round) {
    memset(rendered->slots, 0, sizeof(rendered->slots));
    rendered->round = 1;
  }
}

/// Each key has one place, so a later message may take that of another
static uint32_t
place_of(const uint64_t key)
{
  return (uint32_t)(key >> 20u) & (NUM_SLOTS - 1u);
}

const Message*
rendered_find(const Rendered* const rendered,
              const uint64_t        key,
              const char* const     address)
{
  // A message begins with its address, so that keys need not be unique
  const Slot* const slot = &rendered->slots[place_of(key)];
  return slot->key == key && slot->round == rendered->round &&
             !strcmp((const char*)slot->message.data, address)
           ? &slot->message
           : NULL;
}

void
rendered_keep(Rendered* const      rendered,
              const uint64_t       key,
              const Message* const message)
{
  if (message->size > NUM_BYTES - rendered->used) {
    return;
  }

  Slot* const    slot = &rendered->slots[place_of(key)];
  uint8_t* const data = rendered->bytes + rendered->used;
  memcpy(data, message->data, message->size);
  rendered->used += message->size;
  *slot = (Slot){key, rendered->round, {data, message->size, message->hash}};
}

uint64_t
rendered_hash(const uint8_t* const data, const uint32_t size)
{
  uint64_t hash = 14695981039346656037u;
  for (uint32_t i = 0; i < size; ++i) {
    hash = (hash ^ data[i]) * 1099511628211u;
  }
  return hash ? hash : 1u;
}
