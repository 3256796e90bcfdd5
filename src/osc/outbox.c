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

/// Make room for `need` more bytes
static Status
reserve(Outbox* const outbox, const uint32_t need)
{
  uint32_t size = outbox->size ? outbox->size : KEEP_BYTES;
  while (size - outbox->used < need) {
    size *= 2u;
  }
  if (size == outbox->size) {
    return STATUS_OK;
  }

  uint8_t* const data = (uint8_t*)realloc(outbox->data, size);
  if (!data) {
    return STATUS_NO_MEMORY;
  }
  outbox->data = data;
  outbox->size = size;
  return STATUS_OK;
}

Status
outbox_append(Outbox* const       outbox,
              const Outbox* const from,
              const uint32_t      cursor)
{
  const uint32_t size   = from->used - cursor;
  const Status   status = reserve(outbox, size);
  if (!status) {
    memcpy(outbox->data + outbox->used, from->data + cursor, size);
    outbox->used += size;
  }
  return status;
}

Status
outbox_begin(Outbox* const outbox, OscWriter* const writer)
{
  const Status status = outbox->used > LIMIT_ANSWER_BYTES
                          ? STATUS_TOO_LARGE
                          : reserve(outbox, HEAD + LIMIT_DATAGRAM_BYTES);
  if (status) {
    return status;
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
