// SPDX-License-Identifier: GPL-3.0-or-later
//
// Reading a Standard MIDI File: bytes on one side, what they say on the other

#ifndef SONIC_MODEL_SMF_READER_H
#define SONIC_MODEL_SMF_READER_H

#include "base/rt.h"
#include "model/smf_file.h"

#define SMF_NUM_CHANNELS 16u
#define SMF_NUM_PITCHES 128u

/// Open notes of a pitch, first come first ended: indices of notes plus 1, 0
/// for none.  The next one is in a note's length, negative until it has ended
typedef struct {
  uint32_t first;
  uint32_t last;
} SmfOpenNotes;

typedef struct {
  const uint8_t* bytes;
  size_t         at;
  size_t         end; ///< Of what may be read: the file or the chunk
  SmfFile*       file;
  uint32_t       division; ///< Units in a beat
  uint32_t       num_controllers;
  Status         status; ///< Of the first fault
  char*          text;
  size_t         text_size;

  // Of the present chunk
  int64_t      units; ///< Time since the start
  Ticks        now;   ///< The same in ticks
  uint8_t      running;
  bool         ended;
  String*      name;
  uint32_t     first_part;
  uint32_t     parts[SMF_NUM_CHANNELS]; ///< Index plus 1, 0 for none
  SmfOpenNotes open[SMF_NUM_CHANNELS][SMF_NUM_PITCHES];
} SmfReader;

/// Say what is wrong at a byte; returns false
bool
smf_fault(SmfReader* reader, Status status, size_t at, const char* format, ...)
  SONIC_PRINTF(4, 5);

/// Say that memory ran out; returns false
bool
smf_no_memory(SmfReader* reader);

/// Take a message of a channel; `b` is 0 where there is no second byte
bool
smf_take_message(SmfReader* reader, uint8_t status, uint8_t a, uint8_t b);

/// Take a meta event of `size` bytes
bool
smf_take_meta(SmfReader*     reader,
              uint8_t        type,
              const uint8_t* bytes,
              size_t         size);

/// End what sounds and name the parts of a chunk, or the file by its first
bool
smf_finish_track(SmfReader* reader, uint32_t number, unsigned format);

/// A whole number of `count` bytes
static inline uint32_t
smf_big_endian(const uint8_t* const bytes, const unsigned count)
{
  uint32_t value = 0;
  for (unsigned i = 0; i < count; ++i) {
    value = (value << 8u) | bytes[i];
  }

  return value;
}

/// The nearest tick, half up
static inline Ticks
smf_ticks(const SmfReader* const reader, const int64_t units)
{
  const int64_t division = reader->division;
  return (2 * units * TICKS_PER_BEAT + division) / (2 * division);
}

#endif // SONIC_MODEL_SMF_READER_H
