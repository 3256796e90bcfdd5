// SPDX-License-Identifier: GPL-3.0-or-later
//
// SoundFonts: presets, their zones and samples
//
// Reads the RIFF chunks of an .sf2 file of version 2.  Zones of a preset come
// with all generators worked out: those of the instrument, with what the preset
// adds.  Samples are read from the file as they are asked for.  For workers.

#ifndef SONIC_MEDIA_SOUNDFONT_H
#define SONIC_MEDIA_SOUNDFONT_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Generators by their numbers in the specification
#define SOUNDFONT_GENERATORS 61u

/// Most zones of a preset
#define SOUNDFONT_MAX_ZONES 4096u

typedef struct {
  char     name[21];
  uint16_t bank;
  uint16_t program;
} SoundFontPreset;

typedef struct {
  uint16_t sample;
  uint8_t  keys[2];       ///< Lowest and highest
  uint8_t  velocities[2]; ///< Lowest and highest
  int32_t  generators[SOUNDFONT_GENERATORS];
} SoundFontZone;

typedef struct {
  uint32_t start; ///< Frames of the file's sample data
  uint32_t end;
  uint32_t loop_start;
  uint32_t loop_end;
  uint32_t rate;
  uint8_t  pitch;      ///< MIDI note, 255 for none
  int8_t   correction; ///< Cents
  bool     in_rom;     ///< It is not in the file
} SoundFontSample;

typedef struct SoundFont SoundFont;

/**
   Read what a SoundFont has, without its samples.

   @param fd A regular file, borrowed until `soundfont_close`.
   @param name What to call it in `text`.
   @param text Receives one sentence naming file, chunk and cause if it failed.
   @return STATUS_UNSUPPORTED for what is no SoundFont or compressed,
   STATUS_BAD_ARGUMENT for a damaged one, STATUS_IO, STATUS_NO_MEMORY.
*/
Status
soundfont_open(int         fd,
               const char* name,
               SoundFont** out,
               char*       text,
               size_t      text_size);

/// Release a SoundFont (null is fine)
void
soundfont_close(SoundFont* font);

uint32_t
soundfont_num_presets(const SoundFont* font);

/// A preset by index, which must be one
SoundFontPreset
soundfont_preset(const SoundFont* font, uint32_t index);

/**
   Work out the zones of a preset.

   @param zones Receives up to SOUNDFONT_MAX_ZONES, owned; null if there are
   none or memory ran out.
   @return How many.
*/
uint32_t
soundfont_zones(const SoundFont* font, uint32_t preset, SoundFontZone** zones);

/// A sample by index as a zone has it
SoundFontSample
soundfont_sample(const SoundFont* font, uint16_t index);

/// Read frames of sample data; false if reading failed
bool
soundfont_read(const SoundFont* font, uint32_t start, uint32_t n, float* out);

#endif // SONIC_MEDIA_SOUNDFONT_H
