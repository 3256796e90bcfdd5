// SPDX-License-Identifier: GPL-3.0-or-later
//
// What comes in while it is recorded, on its way to a file
//
// Control makes a recording and lends it to the engine, whose process thread
// fills its rings; a writer thread empties them.  Once `finished` is set, the
// engine never touches it again.
//
// Frames are those at which something came in.  A take begins as many frames
// after the recording, and ends as many after it, as what it records is late:
// its first frame is what was played to the first frame that was heard.

#ifndef SONIC_ENGINE_RECORDING_H
#define SONIC_ENGINE_RECORDING_H

#include "base/ring.h"
#include "base/ticks.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// Most frames that travel at once
#define RECORD_BLOCK 64u

/// A stretch of a take
typedef struct {
  uint64_t frame;                      ///< Engine frame of its first
  uint32_t n;                          ///< Number of frames
  float    samples[2u * RECORD_BLOCK]; ///< Interleaved
} RecordBlock;

typedef enum {
  RECORD_PASS, ///< From `frame` on `ticks` and what follows are played
  RECORD_MIDI, ///< `data` came in
  RECORD_END,  ///< Nothing more is played
} RecordEventType;

typedef struct {
  RecordEventType type;
  uint32_t        size; ///< Of `data`; of a pass 1 if it begins with a jump
  uint8_t         data[3];
  uint8_t         port;   ///< Where MIDI came in, 0: the common input
  uint64_t        frame;  ///< Engine frame
  Ticks           ticks;  ///< Of a pass: the first that is heard in it
  Ticks           before; ///< Of a pass or end: where what was before ended
  Ticks           place;  ///< Of a pass: the last tick before or at `frame`...
  uint32_t        part;   ///< ...and how far it is to the next, of 2^32
} RecordEvent;

/// What a take is made of
typedef enum {
  RECORD_STEREO,
  RECORD_LEFT,
  RECORD_RIGHT,
} RecordSides;

/// Audio that is recorded
typedef struct {
  RecordSides   sides;
  uint32_t      latency; ///< Frames from what was played to what came in
  uint32_t      port;    ///< Where it comes in, 0: the common inputs
  Ring*         blocks;  ///< Of RecordBlock, owned
  atomic_ullong lost;    ///< Frames for which there was no room
  RecordBlock   block;   ///< The one to be filled; for the process thread
} RecordTake;

typedef struct {
  uint32_t    num_takes;
  RecordTake* takes;   ///< Owned
  uint32_t    latency; ///< The longest of takes and MIDI
  bool        patient; ///< Waits for a start, however long that takes
  Ring*       events;  ///< Of RecordEvent, owned
  uint32_t    num_ports;
  uint8_t     ports[256]; ///< Where MIDI is recorded, `num_ports` of them
  atomic_uint lost;       ///< Events for which there was no room
  atomic_bool rolling;    ///< It has begun
  atomic_bool finished;

  // For the process thread

  bool     ended;
  uint64_t start;   ///< Engine frame of the first pass
  uint64_t end;     ///< Engine frame after the last
  Ticks    reached; ///< Where the pass is
  uint32_t passes;  ///< Of the timeline, as it was last
  uint32_t maps;    ///< Of the timeline, as it was last
  uint64_t loops;   ///< Of the timeline, as it was last
} Recording;

/// An empty recording of so many takes, whose `sides` and `latency` are to be
/// set; null if memory ran out
Recording*
recording_new(uint32_t num_takes, uint32_t rate);

/// Release a recording that no thread uses (null is fine)
void
recording_free(Recording* recording);

/// Channels of a take
static inline uint32_t
record_channels(const RecordSides sides)
{
  return sides == RECORD_STEREO ? 2u : 1u;
}

#endif // SONIC_ENGINE_RECORDING_H
