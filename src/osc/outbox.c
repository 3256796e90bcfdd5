// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/outbox.h"

#include <stdlib.h>
#include <string.h>

/// What is kept between packets
#define KEEP_BYTES 65536u

#define HEAD ((uint32_t)sizeof(uint32_t))

void
outbox_free(Outbox* const outbox)
{
  free(outbox->data);
  *outbox = (Outbox){0};
}

Status
outbox_begin(Outbox* const outbox, OscWriter* const writer)
{
  const uint32_t need = HEAD + LIMIT_DATAGRAM_BYTES;
  if (outbox->used > LIMIT_ANSWER_BYTES) {
    return STATUS_TOO_LARGE;
  }

  if (outbox->size - outbox->used < need) {
    const uint32_t size = outbox->size ? outbox->size * 2u : KEEP_BYTES;
    uint8_t* const data = (uint8_t*)realloc(outbox->data, size);
    if (!data) {
      return STATUS_NO_MEMORY;
    }
    outbox->data = data;
    outbox->size = size;
  }

  osc_writer_init(
    writer, outbox->data + outbox->used + HEAD, LIMIT_DATAGRAM_BYTES);
  return STATUS_OK;
}

void
outbox_end(Outbox* const outbox, const OscWriter* const writer)
{
  memcpy(outbox->data + outbox->used, &writer->used, HEAD);
  outbox->used += HEAD + writer->used;
}

const uint8_t*
outbox_next(const Outbox* const outbox,
            uint32_t* const     cursor,
            uint32_t* const     size)
{
  if (*cursor >= outbox->used) {
    return NULL;
  }

  memcpy(size, outbox->data + *cursor, HEAD);
  const uint8_t* const packet = outbox->data + *cursor + HEAD;
  *cursor += HEAD + *size;
  return packet;
}

void
outbox_cut(Outbox* const outbox, const uint32_t used)
{
  outbox->used = used;
  if (!used && outbox->size > KEEP_BYTES) {
    outbox_free(outbox);
  }
}
