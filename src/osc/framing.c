// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/framing.h"

#include <endian.h>
#include <string.h>

enum {
  SLIP_END     = 0xC0, ///< Between packets
  SLIP_ESC     = 0xDB, ///< The next byte stands for another
  SLIP_ESC_END = 0xDC, ///< After ESC: END
  SLIP_ESC_ESC = 0xDD, ///< After ESC: ESC
};

/// Bytes not yet taken
typedef struct {
  const uint8_t* data;
  size_t         size;
} Input;

void
framing_init(Framing* const framing)
{
  framing->type      = FRAMING_UNKNOWN;
  framing->status    = STATUS_OK;
  framing->text      = "";
  framing->head_used = 0;
  framing->used      = 0;
  framing->escaped   = false;
}

static Status
fail(Framing* const framing, const Status status, const char* const text)
{
  framing->status = status;
  framing->text   = text;
  return status;
}

/// All packets begin with a slash or `#`; what does not is another protocol
static bool
can_begin_packet(const uint8_t byte)
{
  return byte == '/' || byte == '#';
}

static Status
check_begin(Framing* const framing, const uint8_t byte)
{
  return can_begin_packet(byte)
           ? STATUS_OK
           : fail(framing,
                  STATUS_BAD_ARGUMENT,
                  "stream with something that is not a packet");
}

/// Take the four bytes of a size, which may come one by one
static Status
read_head(Framing* const framing, Input* const input)
{
  while (framing->head_used < 4u) {
    if (!input->size) {
      return STATUS_NOT_READY;
    }
    framing->head[framing->head_used++] = *input->data++;
    --input->size;
  }
  return STATUS_OK;
}

static Status
read_length(Framing* const        framing,
            Input* const          input,
            const uint8_t** const packet,
            uint32_t* const       packet_size)
{
  // Nothing is a packet too, and leads to nothing
  uint32_t wanted = 0;
  while (!wanted) {
    const Status status = read_head(framing, input);
    if (status) {
      return status;
    }
    memcpy(&wanted, framing->head, sizeof(wanted));
    wanted             = be32toh(wanted);
    framing->head_used = wanted ? framing->head_used : 0;
  }
  if (wanted > LIMIT_PACKET_BYTES) {
    return fail(framing,
                STATUS_TOO_LARGE,
                "stream with a packet of more than 65536 bytes");
  }

  // A packet that is here as a whole needs no copy
  const size_t left  = wanted - framing->used;
  const bool   whole = !framing->used && input->size >= left;
  const size_t taken = input->size < left ? input->size : left;
  *packet            = whole ? input->data : framing->packet;
  *packet_size       = wanted;
  if (!whole) {
    memcpy(framing->packet + framing->used, input->data, taken);
  }

  input->data += taken;
  input->size -= taken;
  framing->used += (uint32_t)taken;
  if (framing->used < wanted) {
    return STATUS_NOT_READY;
  }

  framing->head_used = 0;
  framing->used      = 0;
  return STATUS_OK;
}

/// Append a byte of a packet, which has come escaped or not
static Status
append(Framing* const framing, const uint8_t byte)
{
  if (!framing->used && check_begin(framing, byte)) {
    return framing->status;
  }

  if (framing->used == LIMIT_PACKET_BYTES) {
    return fail(framing,
                STATUS_TOO_LARGE,
                "stream with a packet of more than 65536 bytes");
  }

  framing->packet[framing->used++] = byte;
  return STATUS_OK;
}

static Status
append_escaped(Framing* const framing, const uint8_t byte)
{
  framing->escaped = false;
  if (byte != SLIP_ESC_END && byte != SLIP_ESC_ESC) {
    return fail(
      framing, STATUS_BAD_ARGUMENT, "stream with an unknown SLIP escape");
  }
  return append(framing, byte == SLIP_ESC_END ? SLIP_END : SLIP_ESC);
}

static Status
read_slip(Framing* const        framing,
          Input* const          input,
          const uint8_t** const packet,
          uint32_t* const       packet_size)
{
  while (input->size) {
    const uint8_t byte   = *input->data++;
    Status        status = STATUS_OK;
    --input->size;

    if (framing->escaped) {
      status = append_escaped(framing, byte);
    } else if (byte == SLIP_ESC) {
      framing->escaped = true;
    } else if (byte != SLIP_END) {
      status = append(framing, byte);
    } else if (framing->used) {
      *packet       = framing->packet;
      *packet_size  = framing->used;
      framing->used = 0;
      return STATUS_OK;
    }

    if (status) {
      return status;
    }
  }
  return STATUS_NOT_READY;
}

Status
framing_read(Framing* const        framing,
             const uint8_t** const data,
             size_t* const         size,
             const uint8_t** const packet,
             uint32_t* const       packet_size)
{
  if (framing->status) {
    return framing->status;
  }

  if (!*size) {
    return STATUS_NOT_READY;
  }

  if (!framing->type) {
    framing->type = **data ? FRAMING_SLIP : FRAMING_LENGTH;
  }

  Input        input  = {*data, *size};
  const Status status = framing->type == FRAMING_LENGTH
                          ? read_length(framing, &input, packet, packet_size)
                          : read_slip(framing, &input, packet, packet_size);

  *data = input.data;
  *size = input.size;
  return status;
}

uint32_t
framing_size_max(const FramingType type, const uint32_t size)
{
  return type == FRAMING_LENGTH ? size + 4u : 2u * size + 2u;
}

static uint32_t
write_slip(const uint8_t* const packet, const uint32_t size, uint8_t* const out)
{
  uint32_t n = 0;
  out[n++]   = SLIP_END;
  for (uint32_t i = 0; i < size; ++i) {
    const uint8_t byte = packet[i];
    if (byte == SLIP_END || byte == SLIP_ESC) {
      out[n++] = SLIP_ESC;
      out[n++] = byte == SLIP_END ? SLIP_ESC_END : SLIP_ESC_ESC;
    } else {
      out[n++] = byte;
    }
  }
  out[n++] = SLIP_END;
  return n;
}

uint32_t
framing_write(const FramingType type,
              const void* const packet,
              const uint32_t    size,
              void* const       out)
{
  if (type != FRAMING_LENGTH) {
    return write_slip(packet, size, out);
  }

  const uint32_t head = htobe32(size);
  memcpy(out, &head, sizeof(head));
  memcpy((uint8_t*)out + sizeof(head), packet, size);
  return size + (uint32_t)sizeof(head);
}
