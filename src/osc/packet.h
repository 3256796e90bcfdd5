// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading OSC packets
//
// A PacketReader walks over the bytes of one packet and hands out bundles and
// messages in order.  It allocates nothing and copies nothing: strings, blobs
// and addresses are borrowed from the packet.  Any bytes can be given to it;
// what is malformed or over a limit ends the reading with an error that says
// what is wrong and at which byte.  The work is linear in the packet's size.
//
// Beyond OSC 1.0 it takes all types in use (`ifsSbhdtcrmTFNI`), arrays, which
// are flattened, and messages without type tags.

#ifndef SONIC_OSC_PACKET_H
#define SONIC_OSC_PACKET_H

#include "base/rt.h"
#include "base/status.h"
#include "osc/limits.h"

#include <stddef.h>
#include <stdint.h>

/// The timetag that means "now"
#define TIMETAG_NOW ((uint64_t)1)

/// One argument; its type tag says which member of the union holds it
typedef struct {
  char     type; ///< One of `ifsSbhdtcrmTFNI`
  uint32_t size; ///< Characters of `s` and `S`, bytes of `b`, else 0
  union {
    int32_t        i;    ///< `i`, `c`; `T` is 1, `F` `N` `I` are 0
    float          f;    ///< `f`
    const char*    s;    ///< `s`, `S`: any bytes but zero, ends with a zero
    const uint8_t* b;    ///< `b`
    int64_t        h;    ///< `h`
    double         d;    ///< `d`
    uint64_t       t;    ///< `t`: NTP seconds and fraction
    uint32_t       r;    ///< `r`: 0xRRGGBBAA
    uint8_t        m[4]; ///< `m`: port, status, two data bytes
  };
} PacketArg;

/// A message, borrowed from the packet
typedef struct {
  const char*    address;      ///< Printable ASCII, begins with `/`
  uint32_t       address_size; ///< Characters of `address`
  const char*    types;        ///< Tags after the comma, `[` and `]` included
  uint32_t       num_args;     ///< Number of `args`
  uint32_t       untyped_size; ///< Bytes after an address without type tags
  const uint8_t* data;         ///< The message as bytes
  uint32_t       size;         ///< Number of bytes
  PacketArg      args[LIMIT_ARGUMENTS]; ///< Arguments, arrays flattened
} PacketMessage;

typedef enum {
  PACKET_END,        ///< All was read, nothing was wrong
  PACKET_MESSAGE,    ///< `message` holds the next one, until the next call
  PACKET_BUNDLE,     ///< A bundle begins; `timetags[depth - 1]` is its time
  PACKET_BUNDLE_END, ///< The innermost bundle ends
  PACKET_ERROR,      ///< `error` says why reading stopped
} PacketEvent;

/// Why a packet can't be read
typedef struct {
  Status      status; ///< STATUS_BAD_ARGUMENT or STATUS_TOO_LARGE
  uint32_t    at;     ///< Byte of the packet
  const char* text;   ///< What is wrong, a constant
} PacketError;

/// Position in a packet; only `packet_*` functions change it
typedef struct {
  const uint8_t* data;                         ///< The packet, borrowed
  uint32_t       size;                         ///< Its size in bytes
  uint32_t       pos;                          ///< Next byte to read
  uint32_t       depth;                        ///< Number of open bundles
  uint32_t       elements;                     ///< Bundle elements begun so far
  PacketEvent    event;                        ///< What the last call returned
  PacketError    error;                        ///< Set with PACKET_ERROR
  uint32_t       ends[LIMIT_BUNDLE_DEPTH];     ///< Ends of open bundles
  uint64_t       timetags[LIMIT_BUNDLE_DEPTH]; ///< Times of open bundles
  PacketMessage  message; ///< At an error: `address` if that was good, else ""
} PacketReader;

/// Room for any text of `packet_error_format`
#define PACKET_ERROR_SIZE 96

/// Start reading `size` bytes of `data`, which must outlive the reading
void
packet_reader_init(PacketReader* reader, const void* data, size_t size);

/// Read on; after PACKET_END or PACKET_ERROR it stays there
PacketEvent
packet_next(PacketReader* reader);

/// Read a whole packet for its error only
PacketError
packet_check(const void* data, size_t size);

/// Write an error as text ("string without an end at byte 20")
char*
packet_error_format(const PacketError* error, char text[PACKET_ERROR_SIZE]);

#endif // SONIC_OSC_PACKET_H
