// SPDX-License-Identifier: GPL-3.0-or-later
//
// Chunks of a Standard MIDI File: events in any order, then their bytes
//
// A failed allocation is remembered, and what is added after it is dropped.

#ifndef SONIC_MODEL_SMF_WRITE_H
#define SONIC_MODEL_SMF_WRITE_H

#include "base/text.h"
#include "base/ticks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Events at one place go by rank: ends of notes come before their beginnings
typedef enum {
  SMF_RANK_OFF,
  SMF_RANK_META,
  SMF_RANK_CONTROLLER,
  SMF_RANK_ON,
} SmfRank;

typedef struct {
  int64_t     at;    ///< Units
  uint32_t    order; ///< As it was added
  uint8_t     rank;
  uint8_t     status; ///< 0xFF for a meta event
  uint8_t     a;      ///< First data byte, or type of a meta event
  uint8_t     b;
  const char* text;    ///< Of a meta event, borrowed until it is written
  uint32_t    size;    ///< Of `text`
  uint8_t     data[4]; ///< Of a meta event without a text, `size` bytes
} SmfEvent;

typedef struct {
  uint32_t  division; ///< Units in a beat
  bool      exact;    ///< All ticks were whole units so far
  bool      failed;   ///< Memory ran out
  SmfEvent* events;   ///< Of the present chunk
  uint32_t  count;
  uint32_t  max;
  Text*     out;
} SmfWriter;

/// The nearest unit
int64_t
smf_writer_units(SmfWriter* writer, Ticks ticks);

/// Add an event; its order is set
void
smf_writer_add(SmfWriter* writer, SmfEvent event);

/// Add a message of a channel
void
smf_writer_message(SmfWriter* writer,
                   int64_t    at,
                   SmfRank    rank,
                   uint8_t    status,
                   uint8_t    a,
                   uint8_t    b);

/// Add a meta event with up to 4 bytes of a number, highest first
void
smf_writer_number(SmfWriter* writer,
                  int64_t    at,
                  uint8_t    type,
                  uint32_t   number,
                  unsigned   size);

/// Add a meta event with a text
void
smf_writer_text(SmfWriter* writer, int64_t at, uint8_t type, const char* text);

/// Write the header of a file
void
smf_writer_header(SmfWriter* writer, uint32_t num_tracks);

/// Write the events as a chunk that ends at `end` or with the last of them
void
smf_writer_chunk(SmfWriter* writer, int64_t end);

#endif // SONIC_MODEL_SMF_WRITE_H
