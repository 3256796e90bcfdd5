// SPDX-License-Identifier: GPL-3.0-or-later
//
// Drum kits of Hydrogen
//
// Reads a `drumkit.xml` of any version: instruments with layers by velocity,
// gain, pan, pitch and mute group, and those of old versions with one file.
// Entities from outside are not followed.  For workers.

#ifndef SONIC_MEDIA_DRUMKIT_H
#define SONIC_MEDIA_DRUMKIT_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/// Most that is read of a kit
#define DRUMKIT_MAX_INSTRUMENTS 256u
#define DRUMKIT_MAX_LAYERS 64u
#define DRUMKIT_NAME_SIZE 256u

typedef struct {
  char   file[DRUMKIT_NAME_SIZE];
  double min;   ///< Least velocity, 0 to 1
  double max;   ///< Greatest
  double gain;  ///< Factor
  double pitch; ///< Semitones
  int    line;  ///< Of the file's name in the XML
} DrumkitLayer;

typedef struct {
  char          name[DRUMKIT_NAME_SIZE];
  int           id;
  int           line;       ///< Where it begins
  double        volume;     ///< Factor
  double        gain;       ///< Factor
  double        pan;        ///< -1 to 1
  double        pitch;      ///< Semitones
  double        attack;     ///< Seconds
  double        decay;      ///< Seconds
  double        sustain;    ///< 0 to 1
  int           mute_group; ///< -1 for none
  int           note;       ///< MIDI note that it says it has, -1 for none
  uint32_t      num_excludes;
  int           excludes[16]; ///< Ids of instruments that it ends
  uint32_t      num_layers;
  DrumkitLayer* layers; ///< Owned
} DrumkitInstrument;

typedef struct {
  char               name[DRUMKIT_NAME_SIZE];
  uint32_t           num_instruments;
  DrumkitInstrument* instruments; ///< Owned
} Drumkit;

/**
   Read a kit from its XML.

   @param xml Text, `size` bytes.
   @param file What to call it in `text`.
   @param kit Receives the kit, to be released by `drumkit_clear`.
   @param text Receives `FILE:LINE: KEY: what is wrong` if it failed.
   @return STATUS_BAD_ARGUMENT, STATUS_TOO_LARGE or STATUS_NO_MEMORY.
*/
Status
drumkit_read(const char* xml,
             size_t      size,
             const char* file,
             Drumkit*    kit,
             char*       text,
             size_t      text_size);

/// Release what a kit has
void
drumkit_clear(Drumkit* kit);

#endif // SONIC_MEDIA_DRUMKIT_H
