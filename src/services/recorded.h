// SPDX-License-Identifier: GPL-3.0-or-later
//
// What was recorded, between the recording and the document
//
// While a recording rolls, a log in DATA/recordings says what it is about and,
// line by line, what happened.  It is gone once the clips are in the document
// and on disk; one that is found later belongs to a program that was ended.

#ifndef SONIC_SERVICES_RECORDED_H
#define SONIC_SERVICES_RECORDED_H

#include "base/id.h"
#include "base/status.h"
#include "base/ticks.h"
#include "engine/recording.h"
#include "services/services.h"
#include "store/library.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What one track recorded
typedef struct {
  Id          track;
  bool        is_audio;
  RecordSides sides;
  uint32_t    latency;   ///< Frames from what was played to what came in
  uint32_t    port;      ///< Where it came in, 0: the common inputs
  uint32_t    channel;   ///< Of MIDI, 1 to 16, or 0 for all
  char        file[160]; ///< Of audio, in DATA/samples
  uint64_t    frames;    ///< In the file
} RecordedTake;

typedef struct {
  char          composition[LIBRARY_ID_SIZE];
  uint32_t      rate; ///< Frames per second
  bool          punch;
  Ticks         punch_start; ///< Only what was played from here...
  Ticks         punch_end;   ///< ...to here is kept
  Ticks         quantize;    ///< Grid for notes, 0 for none
  uint32_t      num_takes;
  RecordedTake* takes; ///< Owned
  uint32_t      num_events;
  RecordEvent*  events; ///< Owned, in order
} Recorded;

/// Nothing recorded, with room for takes; null if memory ran out
Recorded*
recorded_new(uint32_t num_takes);

/// Release what was recorded (null is fine)
void
recorded_free(Recorded* recorded);

/// Take over events
Status
recorded_set_events(Recorded*          recorded,
                    const RecordEvent* events,
                    uint32_t           count);

/// Make the log of a recording that begins; `text` says what is wrong
Status
recorded_write_log(const Recorded* recorded,
                   const char*     path,
                   char*           text,
                   size_t          text_size);

/// Read a log, up to where it was cut off
Status
recorded_read_log(const char* path, Recorded** out);

/**
   Put what was recorded into the draft: a sample for each audio take, and a
   clip on each track for each pass.

   Of clips of one track that overlap, the last sounds and the others are
   muted.  A track that is gone gets no clips.

   @param recorded What was recorded, whose `frames` are known.
   @param num_clips Receives how many clips were made.
*/
Status
recorded_insert(Services*       services,
                const Recorded* recorded,
                uint32_t*       num_clips);

#endif // SONIC_SERVICES_RECORDED_H
