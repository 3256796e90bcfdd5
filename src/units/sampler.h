// SPDX-License-Identifier: GPL-3.0-or-later
//
// Recordings as instruments
//
// What is played is a map of zones: each has a recording and the keys and
// velocities that it sounds for; a note starts a voice for every zone it lies
// in.  A map is made off the process thread and does not change any more, so
// that any number of instances and voices read it at once.
//
// `sampler` plays zones at the pitch of the note.  `sample_kit` has pads, as
// `kit` has, with parameters of their own.
//
// A recording is read between its frames by a windowed sinc (that of
// dsp/resample.h).  What it has up to 0.42 of its rate is kept as long as it is
// not sped up, and mirrors of that are below -80 dB; played faster, nothing
// folds to below a third of the rate, up to MOST_SPEED.

#ifndef SONIC_UNITS_SAMPLER_H
#define SONIC_UNITS_SAMPLER_H

#include "base/rt.h"
#include "units/drum.h"
#include "units/instrument.h"
#include "units/unit.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// Silent frames around a recording, so that it is read beyond its ends
#define SAMPLER_GUARD 192u

/// Fewest frames of a loop
#define SAMPLER_LEAST_LOOP 4u

/// Zones that one note starts at most
#define SAMPLER_MOST_ZONES 8u

/// A recording, at its own rate
typedef struct {
  uint32_t frames;
  uint32_t rate;
  float*   sides[2]; ///< First frame; the second is null of one channel
  float*   memory;   ///< Owned, both sides with their guards
} SamplerAudio;

typedef enum {
  LOOP_NONE,
  LOOP_FORWARD,       ///< As long as the voice sounds
  LOOP_UNTIL_RELEASE, ///< Then on to the end
} SamplerLoop;

/// Delay, rise, hold, fall to a level and release; in seconds, falls by 60 dB
typedef struct {
  float delay;
  float attack;
  float hold;
  float decay;
  float sustain; ///< Level, 0 to 1
  float release;
} SamplerEnvelope;

typedef struct {
  float delay; ///< Seconds
  float hz;
} SamplerLfo;

/// A recording, and when and how it sounds
typedef struct {
  uint32_t    audio; ///< Index in the map
  uint8_t     low_key;
  uint8_t     high_key;
  uint8_t     low_velocity;
  uint8_t     high_velocity;
  uint16_t    choke; ///< Notes of the same group end each other, 0: none
  uint8_t     turns; ///< Notes until it is this zone's turn again; 0 or 1: all
  uint8_t     turn;  ///< Which of them it is, from 0
  bool        one_shot;   ///< Sounds to its end whatever becomes of the note
  float       root;       ///< Pitch of the recording, as a MIDI note
  float       key_track;  ///< Semitones for each key
  float       tune;       ///< Semitones
  float       gain;       ///< Factor
  float       pan;        ///< -1 to 1
  float       velocity;   ///< Gain is velocity (0 to 1) to this power
  uint32_t    start;      ///< First frame
  uint32_t    end;        ///< Behind the last, 0: all of it
  uint32_t    loop_start; ///< First frame of the loop
  uint32_t    loop_end;   ///< Behind its last
  SamplerLoop loop;

  SamplerEnvelope amp;
  float           key_hold;  ///< Octaves that hold and decay shorten an octave
  float           key_decay; ///< up, from middle C
  SamplerEnvelope mod;
  float           mod_pitch;  ///< Semitones at the top of the envelope
  float           mod_cutoff; ///< Semitones
  SamplerLfo      vibrato;
  float           vibrato_pitch; ///< Semitones
  SamplerLfo      lfo;
  float           lfo_pitch;  ///< Semitones
  float           lfo_cutoff; ///< Semitones
  float           lfo_gain;   ///< dB
  float           cutoff;     ///< Hz, 0: no filter
  float           resonance;  ///< dB
} SamplerZone;

/// A zone that sounds as it was recorded, at full level for all velocities
extern const SamplerZone sampler_zone_initial;

/// Zones with their recordings
typedef struct SamplerMap {
  atomic_uint   owners;
  uint32_t      num_zones;
  uint32_t      num_audio;
  SamplerZone*  zones;
  SamplerAudio* audio;
  float**       seams; ///< Of each zone with a loop, what is around its end
} SamplerMap;

typedef enum {
  SAMPLER_GAIN,
  SAMPLER_TUNE,
  SAMPLER_VELOCITY, ///< How far velocity moves the level
  SAMPLER_ATTACK,   ///< This envelope shapes what the zones' leave
  SAMPLER_DECAY,
  SAMPLER_SUSTAIN,
  SAMPLER_RELEASE,
  SAMPLER_CUTOFF, ///< Of a low-pass after the zones' own, at its most: none
  SAMPLER_RESONANCE,
  SAMPLER_CUTOFF_VELOCITY,
  SAMPLER_LFO_RATE,
  SAMPLER_LFO_PITCH,
  SAMPLER_WHEEL_PITCH,
  SAMPLER_BEND_RANGE,
  SAMPLER_START, ///< Per cent of the recording that is left out
  NUM_SAMPLER_PARAMS
} SamplerParam;

/// Of a pad; those of a kit go on from one to the next as KIT_PARAM has them
typedef enum {
  SAMPLE_PAD_LEVEL,
  SAMPLE_PAD_PAN,
  SAMPLE_PAD_CHOKE,
  SAMPLE_PAD_VELOCITY,
  SAMPLE_PAD_TUNE,
  SAMPLE_PAD_ATTACK,
  SAMPLE_PAD_DECAY, ///< At its most: the whole recording
  SAMPLE_PAD_CUTOFF,
  SAMPLE_PAD_START,
  NUM_SAMPLE_PAD_PARAMS
} SamplePadParam;

/// Parameter of a sample kit for the parameter of a pad
#define SAMPLE_KIT_PARAM(note, param)                                          \
  (((note)-KIT_FIRST) * (uint32_t)NUM_SAMPLE_PAD_PARAMS + (uint32_t)(param))

#define NUM_SAMPLE_KIT_PARAMS (KIT_PADS * (uint32_t)NUM_SAMPLE_PAD_PARAMS)

extern const ParamInfo sampler_params[NUM_SAMPLER_PARAMS];
extern const ParamInfo sample_pad_params[NUM_SAMPLE_PAD_PARAMS];
extern const ParamInfo sample_kit_params[NUM_SAMPLE_KIT_PARAMS];

extern const InstrumentInfo sampler_instrument;
extern const InstrumentInfo sample_kit_instrument;

// Functions for any thread but the process thread

/**
   Make room for a recording, silent.

   @return False if memory ran out or there are no frames.
*/
bool
sampler_audio_init(SamplerAudio* audio,
                   uint32_t      frames,
                   uint32_t      channels,
                   uint32_t      rate);

void
sampler_audio_clear(SamplerAudio* audio);

/**
   A map, owned once.

   Zones are brought within what their recordings have; a loop that is shorter
   than SAMPLER_LEAST_LOOP is none.

   @param zones Copied.
   @param audio Recordings, which move if this succeeds; the array is yours.
   @return Null if memory ran out.
*/
SamplerMap*
sampler_map_new(const SamplerZone*  zones,
                uint32_t            num_zones,
                const SamplerAudio* audio,
                uint32_t            num_audio);

/// Own a map once more
SamplerMap*
sampler_map_retain(SamplerMap* map);

/// Give a map up (null is fine)
void
sampler_map_release(SamplerMap* map);

/// Bytes that a map holds
size_t
sampler_map_size(const SamplerMap* map);

#endif // SONIC_UNITS_SAMPLER_H
