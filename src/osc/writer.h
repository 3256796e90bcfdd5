// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writing OSC packets
//
// An OscWriter appends messages and bundles to a buffer of the caller's and
// allocates nothing.  A message that does not fit, or is over a limit, leaves
// the buffer as it was before that message: so a packet can be filled until
// one is refused, sent, and begun again with that one.
//
//     osc_writer_init(&writer, buf, sizeof(buf));
//     osc_writer_message(&writer, "/reply");
//     osc_writer_s(&writer, "/ping");
//     status = osc_writer_end(&writer);
//     sockets_send(sockets, peer, buf, writer.used);

#ifndef SONIC_OSC_WRITER_H
#define SONIC_OSC_WRITER_H

#include "base/rt.h"
#include "base/status.h"
#include "osc/limits.h"
#include "osc/packet.h"

#include <stdbool.h>
#include <stdint.h>

/// A packet in the making; only `used` is of interest outside
typedef struct {
  uint8_t* buf;   ///< Where the packet goes, borrowed
  uint32_t size;  ///< Its size in bytes
  uint32_t used;  ///< Bytes of the packet so far, without an open message
  uint32_t end;   ///< Bytes with the open message, its types not yet in place
  uint32_t args;  ///< Where the open message's arguments begin
  uint32_t depth; ///< Number of open bundles
  uint32_t bundles[LIMIT_BUNDLE_DEPTH]; ///< Where open bundles begin
  uint32_t num_types;                   ///< Type tags, the comma included
  Status   status;                      ///< Of the open message
  char     types[LIMIT_ARGUMENTS + 8u]; ///< `,` and the tags so far
} OscWriter;

/// Begin an empty packet in `size` bytes of `buf`
void
osc_writer_init(OscWriter* writer, void* buf, uint32_t size);

/// Open a bundle; TIMETAG_NOW for none in particular
SONIC_CHECKED Status
osc_writer_bundle(OscWriter* writer, uint64_t timetag);

/// Close the innermost bundle
void
osc_writer_bundle_end(OscWriter* writer);

/// Open a message
void
osc_writer_message(OscWriter* writer, const char* address);

/// Append an argument of any type to the open message
void
osc_writer_arg(OscWriter* writer, const PacketArg* arg);

// Append an argument of one type

void
osc_writer_i(OscWriter* writer, int32_t value);

void
osc_writer_f(OscWriter* writer, float value);

void
osc_writer_s(OscWriter* writer, const char* text);

void
osc_writer_b(OscWriter* writer, const void* data, uint32_t size);

void
osc_writer_h(OscWriter* writer, int64_t value);

void
osc_writer_d(OscWriter* writer, double value);

/// `T` or `F`
void
osc_writer_bool(OscWriter* writer, bool value);

/**
   Close the open message.

   @return STATUS_TOO_LARGE if it does not fit or has too many arguments,
   STATUS_BAD_ARGUMENT if an argument was of no known type: then the packet is
   what it was before the message.
*/
SONIC_CHECKED Status
osc_writer_end(OscWriter* writer);

#endif // SONIC_OSC_WRITER_H
