// SPDX-License-Identifier: GPL-3.0-or-later
//
// A request to a language model, on a thread of its own
//
// It waits and tries again as the server says, and ends in time or at once
// when it is cancelled.  Keys go into the request and nowhere else.

#ifndef SONIC_AI_EXCHANGE_H
#define SONIC_AI_EXCHANGE_H

#include "ai/wire.h"

typedef struct Exchange Exchange;

/// Where to ask; all borrowed until the exchange ends
typedef struct {
  WireFormat  format;
  const char* url;
  const char* key;         ///< "" if there is none
  int64_t     deadline_ms; ///< By `exchange_clock`
  int64_t     backoff_ms;  ///< The first wait between tries; it doubles
} ExchangeConfig;

/// Milliseconds of the monotonic clock
int64_t
exchange_clock(void);

/// Start a request; the body moves.  Null if that failed
Exchange*
exchange_new(const ExchangeConfig* config, char* body);

/// Whether it has ended
bool
exchange_done(const Exchange* exchange);

/// Have it end
void
exchange_cancel(Exchange* exchange);

/// Wait for its end and take the answer, owned; the exchange is gone
WireAnswer
exchange_free(Exchange* exchange);

#endif // SONIC_AI_EXCHANGE_H
