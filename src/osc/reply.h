// SPDX-License-Identifier: GPL-3.0-or-later
//
// How a call is answered
//
// A value goes to the address that was called, a result into `/reply`, a
// failure into `/error`; a call with a request number is answered by
// `/call/reply` and `/call/error`.  A handler appends what it has to say by the
// functions of call.h; the form is decided here.  Only `i`, `f`, `s` and `b`
// are sent, and no message is longer than a datagram.

#ifndef SONIC_OSC_REPLY_H
#define SONIC_OSC_REPLY_H

#include "osc/call.h"
#include "osc/outbox.h"
#include "osc/packet.h"
#include "osc/tree.h"

#include <stdbool.h>
#include <stdint.h>

/// Most arguments of an answer
#define REPLY_MAX_ARGS 64u

typedef struct Dispatch Dispatch;

/// Where a call came from, and under which number
typedef struct {
  const char* address;  ///< As it was called, twin and arguments included
  bool        numbered; ///< By `/call`
  int32_t     number;   ///< Of `/call`
} ReplyTo;

/// An answer in the making
typedef struct {
  Dispatch*     dispatch;
  ReplyTo       to;
  const OscRow* row;
  Twin          twin;
  Outbox*       outbox;
  const Author* author;
  Status        status;    ///< Of writing the answer
  bool          answered;  ///< A list has ended, or the answer comes later
  uint64_t      revision;  ///< For lists
  uint32_t      num_items; ///< Of the list so far
  uint32_t      num_args;
  PacketArg     args[REPLY_MAX_ARGS]; ///< `h` and `d` stand for `i` and `f`
  uint32_t      used;
  char          texts[LIMIT_DATAGRAM_BYTES]; ///< Of `args`
} Reply;

/// Begin an answer without arguments; other members are zero
void
reply_init(Reply* reply, const ReplyTo* to, const OscRow* row, Twin twin);

/// Send what was appended as a value, seen as the twin shows it; not if it is
/// the same as the arguments of `unless`, which may be null
void
reply_value(Reply* reply, const PacketMessage* unless);

/// Send what was appended as a result
void
reply_result(Reply* reply);

/// Write an error; an address that is too long is cut
void
outbox_error(Outbox*        outbox,
             const ReplyTo* to,
             Status         status,
             const char*    text);

/// Write what was appended as a value to another address; returns the size of
/// the packet, 0 if there is nothing or too much
uint32_t
reply_write_value(Reply*      reply,
                  const char* address,
                  uint8_t     packet[LIMIT_DATAGRAM_BYTES]);

/// The answer that a call is given
static inline Reply*
call_reply(const OscCall* const call)
{
  return (Reply*)call->reply;
}

#endif // SONIC_OSC_REPLY_H
