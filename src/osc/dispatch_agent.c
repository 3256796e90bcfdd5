// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the assistant says, to who asked it

#include "osc/dispatch_private.h"

#include <stdio.h>

/// Most bytes of an answer in a datagram; all of it is in the conversation
#define REPLY_BYTES 1300u

/// Length of a text that is cut between characters
static size_t
cut(const char* const text, const size_t max)
{
  size_t length = 0;
  while (text[length] && length < max) {
    ++length;
  }

  while (length && text[length] &&
         ((unsigned char)text[length] & 0xc0u) == 0x80u) {
    --length;
  }

  return length;
}

void
dispatch_agent(void* const handle, const AgentEvent* const event)
{
  Dispatch* const  dispatch = (Dispatch*)handle;
  OscClient* const client   = dispatch_client(dispatch, event->client);
  OscWriter        writer;
  char             text[REPLY_BYTES + 1u];
  snprintf(text,
           sizeof(text),
           "%.*s",
           (int)cut(event->text, REPLY_BYTES),
           event->text);
  if (!client || outbox_begin(&dispatch->late, &writer)) {
    return;
  }

  if (event->type == AGENT_REPLY) {
    osc_writer_message(&writer, "/ai/chat/reply");
    osc_writer_i(&writer, (int32_t)event->number);
    osc_writer_s(&writer, text);
  } else {
    osc_writer_message(&writer, "/ai/progress");
    osc_writer_i(&writer, (int32_t)event->number);
    osc_writer_s(&writer, text);
    osc_writer_f(&writer, (float)event->share);
  }

  if (!osc_writer_end(&writer)) {
    outbox_end(&dispatch->late, &writer);
  }

  dispatch_send_late(dispatch, client);
}
