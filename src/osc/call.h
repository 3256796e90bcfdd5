// SPDX-License-Identifier: GPL-3.0-or-later
//
// A call: what a handler gets and how it answers
//
// The dispatcher has matched the row, resolved the names in the path, coerced
// and checked every argument before a handler runs, inside a transaction that
// it commits if the handler succeeds.  A handler is a line or a few.

#ifndef SONIC_OSC_CALL_H
#define SONIC_OSC_CALL_H

#include "base/id.h"
#include "base/status.h"
#include "base/tempo.h"
#include "base/ticks.h"
#include "osc/schema.h"
#include "services/services.h"

#include <stddef.h>
#include <stdint.h>

typedef struct OscClient OscClient;

/// A good argument: which member counts follows from the row's ArgType
typedef struct {
  int32_t     i;     ///< ARG_INT, ARG_BOOL, ARG_ENUM (index)
  double      f;     ///< ARG_FLOAT
  const char* s;     ///< ARG_STRING, ARG_ENUM (word), ARG_ID (as given)
  Ticks       ticks; ///< ARG_BEATS
  MicroBpm    tempo; ///< ARG_TEMPO
  Id          id;    ///< ARG_ID
  const void* blob;  ///< ARG_BLOB
  uint32_t    size;  ///< ARG_BLOB
} CallArg;

/// Valid while the handler runs
struct OscCall {
  const OscRow*  row;
  OscClient*     client; ///< Who called
  const CallArg* args;
  uint32_t       num_args;              ///< 0 when asked
  Id             ids[SCHEMA_MAX_IDS];   ///< Of the path's places
  const char*    words[SCHEMA_MAX_IDS]; ///< Text of the path's places
  const char*    address;               ///< As it was called, without twin
  void*          reply;                 ///< The dispatcher's
};

/// Who calls, for the journal and undo; valid while the handler runs
const Author*
call_author(const OscCall* call);

// Answering; a value goes to the call's own address, a result into /reply

/// Append an `i`
void
call_int(OscCall* call, int64_t value);

/// Append an `f`
void
call_float(OscCall* call, double value);

/// Append an `s`
void
call_string(OscCall* call, const char* text);

/// Append a `b`; the data are copied
void
call_blob(OscCall* call, const void* data, uint32_t size);

/// Append an `s` with an identifier
void
call_id(OscCall* call, Id id);

/// Append an `f` with ticks as beats
void
call_beats(OscCall* call, Ticks ticks);

/// Send what was appended as one message on the call's own address, for lists
void
call_item(OscCall* call);

/// Say how a list ended: `/reply ADDRESS count revision`
void
call_end_list(OscCall* call, uint32_t count);

/// A call that is answered later, from the control thread
typedef struct OscLater OscLater;

/// Answer later; the handler then returns STATUS_OK; null if memory ran out
OscLater*
call_later(OscCall* call);

/// Answer a later call with a result (`text` may be null) or an error
void
later_finish(OscLater* later, Status status, const char* text);

/// Answer a later call by what `write` appends or lists
void
later_answer(OscLater* later,
             void (*write)(void* handle, OscCall* call),
             void* handle);

/// Tell progress of a later call, 0 to 1: `/progress ,sfs ADDRESS SHARE TEXT`
void
later_progress(OscLater* later, double share, const char* text);

#endif // SONIC_OSC_CALL_H
