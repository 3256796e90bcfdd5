// SPDX-License-Identifier: GPL-3.0-or-later
//
// Messages that were written for one subscriber and serve the others
//
// While what waits is sent to all clients nothing changes, so that a value is
// asked for and written once, however many have subscribed to it.  Each such
// round begins empty.  What finds no room is written again, which is slower and
// nothing else.

#ifndef SONIC_OSC_RENDERED_H
#define SONIC_OSC_RENDERED_H

#include <stdint.h>

typedef struct Rendered Rendered;

/// A message
typedef struct {
  const uint8_t* data; ///< Borrowed until the next round
  uint32_t       size; ///< Bytes
  uint64_t       hash; ///< Of the bytes, never 0
} Message;

/// Room for the messages of a round; null if memory ran out
Rendered*
rendered_new(void);

/// Release it (null is fine)
void
rendered_free(Rendered* rendered);

/// Forget all messages
void
rendered_begin(Rendered* rendered);

/// The message to an address with this key, or null
const Message*
rendered_find(const Rendered* rendered, uint64_t key, const char* address);

/// Keep a copy of a message; without room for it nothing happens
void
rendered_keep(Rendered* rendered, uint64_t key, const Message* message);

/// A number for bytes, never 0
uint64_t
rendered_hash(const uint8_t* data, uint32_t size);

#endif // SONIC_OSC_RENDERED_H
