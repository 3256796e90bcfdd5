// SPDX-License-Identifier: GPL-3.0-or-later
//
// A stream gives the same packets however it is cut
//
// The first byte says how large the pieces are.  What comes out is written as a
// stream again, in both framings, and must come out the same.

#include "osc/framing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

/// What came out of a stream
typedef struct {
  uint32_t num_packets;
  uint64_t hash; ///< Of all packets and their sizes
  Status   status;
} Result;

static void
note(Result* const result, const uint8_t* const packet, const uint32_t size)
{
  assert(size && size <= LIMIT_PACKET_BYTES);
  result->hash = (result->hash ^ size) * 1099511628211u;
  for (uint32_t i = 0; i < size; ++i) {
    result->hash = (result->hash ^ packet[i]) * 1099511628211u;
  }
  ++result->num_packets;
}

/// Check that a packet comes out of a stream of its own
static void
check_round_trip(const FramingType    type,
                 const uint8_t* const packet,
                 const uint32_t       size)
{
  static Framing framing;
  const uint32_t most      = framing_size_max(type, size);
  uint8_t* const stream    = malloc(most);
  const uint32_t written   = framing_write(type, packet, size, stream);
  const uint8_t* data      = stream;
  size_t         left      = written;
  const uint8_t* back      = NULL;
  uint32_t       back_size = 0;

  assert(written <= most);
  framing_init(&framing);
  assert(!framing_read(&framing, &data, &left, &back, &back_size));
  assert(framing.type == type);
  assert(back_size == size && !memcmp(back, packet, size));
  free(stream);
}

static Result
read_stream(const uint8_t* data, size_t size, const size_t piece)
{
  static Framing framing;
  Result         result = {0, 14695981039346656037u, STATUS_NOT_READY};
  framing_init(&framing);

  while (size && result.status == STATUS_NOT_READY) {
    size_t   taken       = piece < size ? piece : size;
    uint8_t* input       = malloc(taken);
    size_t   left        = taken;
    uint32_t packet_size = 0;
    memcpy(input, data, taken);

    const uint8_t* at     = input;
    const uint8_t* packet = NULL;
    do {
      result.status = framing_read(&framing, &at, &left, &packet, &packet_size);
      if (!result.status) {
        note(&result, packet, packet_size);
        check_round_trip(FRAMING_LENGTH, packet, packet_size);
        check_round_trip(FRAMING_SLIP, packet, packet_size);
      }
    } while (!result.status);
    assert(result.status != STATUS_NOT_READY || !left);

    free(input);
    data += taken;
    size -= taken;
  }
  return result;
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  if (size) {
    const Result whole  = read_stream(data + 1, size - 1u, size);
    const Result pieces = read_stream(data + 1, size - 1u, data[0] + 1u);
    assert(whole.num_packets == pieces.num_packets);
    assert(whole.hash == pieces.hash);
    assert(whole.status == pieces.status);
  }
  return 0;
}
