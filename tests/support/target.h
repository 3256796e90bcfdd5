// SPDX-License-Identifier: GPL-3.0-or-later
//
// A daemon that packets are thrown at, and what they cost it
//
// What counts is the time that the control thread spends on a CPU until another
// client has its answer, so that a busy machine does not matter.

#ifndef SONIC_SUPPORT_TARGET_H
#define SONIC_SUPPORT_TARGET_H

#include "support/daemon.h"
#include "support/osc_client.h"
#include "support/sanitized.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Most time that a packet may take
#define TARGET_LIMIT_MS (SANITIZED ? 100.0 : 5.0)

/// The largest packet, and the largest over UDP
#define TARGET_PACKET_MAX 65536
#define TARGET_UDP_MAX 65507

typedef struct {
  Daemon     daemon;
  OscClient* udp;
  OscClient* tcp;
  OscClient* other; ///< Sends nothing but calls to wait for
  uint8_t    packet[TARGET_PACKET_MAX];
  size_t     size;
} Target;

/// Start a daemon on the dummy clock and connect; false if it does not come up
bool
target_start(Target* target);

/// Stop it and release all
void
target_free(Target* target);

// The packet

/// Append a 32-bit number, or a text with its padding
void
target_put_word(Target* target, uint32_t word);
void
target_put_text(Target* target, const char* text);

/// Begin a packet that is a bundle
void
target_begin_bundle(Target* target);

/// Append a message as an element of the bundle, if there is room
void
target_add(Target* target, const void* data, size_t size);

/// Make the packet a bundle of as many as possible of a message without
/// arguments, or with one that is a number
void
target_fill_bundle(Target* target, const char* path, bool number);

// What it costs

/// The shortest time that the packet takes, in milliseconds
double
target_measure(Target* target, OscClient* client);

/// Fail the test if the packet takes too long over UDP or TCP
void
target_expect_quick(Target* target, const char* what);

#endif // SONIC_SUPPORT_TARGET_H
