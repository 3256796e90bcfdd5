// SPDX-License-Identifier: GPL-3.0-or-later

#include "ai/wire.h"

#include <stdlib.h>
#include <string.h>

const char*
wire_words(const WireStatus status)
{
  static const char* const words[] = {
    [WIRE_OK]        = "All is well",
    [WIRE_CONFIG]    = "The language model is not set up",
    [WIRE_AUTH]      = "The language model does not take the key",
    [WIRE_BILLING]   = "The language model's account can't pay",
    [WIRE_LIMITED]   = "The language model takes no more requests now",
    [WIRE_BUSY]      = "The language model is out of order",
    [WIRE_TIMEOUT]   = "The language model took too long",
    [WIRE_NETWORK]   = "The language model can't be reached",
    [WIRE_REJECTED]  = "The language model rejected the request",
    [WIRE_TOO_LONG]  = "The language model can't take in so much",
    [WIRE_GARBAGE]   = "The language model's answer makes no sense",
    [WIRE_TRUNCATED] = "The language model's answer was too long",
    [WIRE_REFUSED]   = "The language model declined",
    [WIRE_LOOP]      = "The language model did not come to an end",
    [WIRE_CANCELLED] = "Cancelled",
  };
  return words[status];
}

WireAnswer
wire_fail(const WireStatus status, const char* const text)
{
  const WireAnswer answer = {status, NULL, NULL, strdup(text), 0};
  return answer;
}

void
wire_clear(WireAnswer* const answer)
{
  json_decref(answer->message);
  json_decref(answer->calls);
  free(answer->text);
  *answer = (WireAnswer){WIRE_OK, NULL, NULL, NULL, 0};
}
