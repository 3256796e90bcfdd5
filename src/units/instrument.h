// SPDX-License-Identifier: GPL-3.0-or-later
//
// What an instrument is to the engine
//
// An instrument engine plays the notes of one track.  Its voices run in lanes,
// sixteen to a bank; which voice a note gets follows from the notes since the
// last reset alone.  The engine cuts each run at note events, so a note starts
// on its frame.  An instance is one piece of memory that control allocates.

#ifndef SONIC_UNITS_INSTRUMENT_H
#define SONIC_UNITS_INSTRUMENT_H

#include "base/rt.h"
#include "units/unit.h"

#include <stddef.h>
#include <stdint.h>

/// A note, from its start to its end
typedef struct {
  uint32_t key;      ///< Names the note until it ends (any number)
  uint8_t  pitch;    ///< MIDI note number, 60 is middle C
  uint8_t  velocity; ///< 1 to 127
  uint64_t seed;     ///< For whatever is random in a voice
} Note;

/// What a controller moves
typedef enum {
  CONTROL_CC,       ///< `number` is the MIDI controller, value 0 to 1
  CONTROL_BEND,     ///< Pitch bend, value -1 to 1
  CONTROL_PRESSURE, ///< Of the channel, value 0 to 1
  CONTROL_POLY,     ///< Pressure on the pitch `number`, value 0 to 1
  NUM_CONTROL_KINDS
} ControlKind;

/// The controller that holds notes from half of its way up
#define CONTROL_SUSTAIN 64u

/// Where a controller is that was never moved
static inline float
control_rest(const ControlKind kind, const uint8_t number)
{
  if (kind != CONTROL_CC) {
    return 0.0f;
  }

  // Volume and expression; balance, pan and brightness
  return number == 7u || number == 11u                    ? 1.0f
         : number == 8u || number == 10u || number == 74u ? 0.5f
                                                          : 0.0f;
}

/// Recordings and where they sound (units/sampler.h)
struct SamplerMap;

/// An instrument engine: a table of parameters and functions
typedef struct {
  const char*      symbol; ///< Name in preset files ("subtractive")
  const char*      label;  ///< Name for people
  const ParamInfo* params;
  uint32_t         num_params;

  /// Size of an instance in bytes; allocate it aligned to 64
  size_t (*size)(void);

  /// Prepare a silent instance with all parameters at their initial values
  void (*init)(void* self, uint32_t rate, CpuLevel level);

  /// Set a parameter by its index; sounding voices glide to it
  SONIC_RT void (*set)(void* self, uint32_t param, float value);

  /// Silence everything and start LFOs and noise anew; keeps parameters
  SONIC_RT void (*reset)(void* self);

  /// Start a note at the next frame to be run
  SONIC_RT void (*note_on)(void* self, const Note* note);

  /// Release the note with a key, if it still sounds
  SONIC_RT void (*note_off)(void* self, uint32_t key);

  /// Release all notes, also those that the pedal holds
  SONIC_RT void (*all_off)(void* self);

  /**
     Write `n` frames of all voices, summed, overwriting.

     @param self The instance.
     @param left First frame of the left side; the next is `stride` floats on.
     @param right First frame of the right side.
     @param stride Floats between frames.
     @param grid_frame Grid position of the first frame.
     @param n Number of frames, at most BLOCK_FRAMES.
  */
  SONIC_RT void (*run)(void*    self,
                       float*   left,
                       float*   right,
                       uint32_t stride,
                       uint64_t grid_frame,
                       uint32_t n);

  /// Number of voices that sound
  SONIC_RT uint32_t (*active)(const void* self);

  /**
     Move a controller; may be null where an engine knows none.

     The pedal (CONTROL_SUSTAIN) holds notes that are released while it is
     down until it goes up.  `reset` puts all controllers to rest: 0, but
     volume, expression and pan, which are as if never moved.

     @param self The instance.
     @param kind What is moved.
     @param number Controller or pitch, 0 to 127; 0 where the kind has none.
     @param value In the range of the kind.
  */
  SONIC_RT void (*control)(void*       self,
                           ControlKind kind,
                           uint8_t     number,
                           float       value);

  /// Play a map of recordings, borrowed for life, before anything else is
  /// asked of the instance; null where an engine plays none
  void (*load)(void* self, const struct SamplerMap* map);
} InstrumentInfo;

/// The instrument engine with a symbol, or null
const InstrumentInfo*
instrument_find(const char* symbol);

/// Make now what all instances share, which takes some 30 ms; without it the
/// first `init` does
void
instrument_prepare(void);

/// All instrument engines that play what pitch a note has, `*count` of them
const InstrumentInfo* const*
instrument_list(uint32_t* count);

/// Index of a parameter by symbol, or -1
int
instrument_find_param(const InstrumentInfo* info, const char* symbol);

#endif // SONIC_UNITS_INSTRUMENT_H
