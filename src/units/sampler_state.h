// SPDX-License-Identifier: GPL-3.0-or-later
//
// An instance of the sampler
//
// sampler.c has the parameters and runs grid steps, sampler_voices.c turns
// notes into voices, sampler_lines.c says where voices are going.  What a note
// event asks of a voice is done when the frames from there on are run, since
// only then its place in the grid step is known.

#ifndef SONIC_UNITS_SAMPLER_STATE_H
#define SONIC_UNITS_SAMPLER_STATE_H

#include "base/rt.h"
#include "units/sampler.h"
#include "units/sampler_kernel.h"
#include "units/unit.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/// Voices that play, and all with those that fade out
#define SAMPLER_MOST_PLAYING 64u
#define SAMPLER_NUM_VOICES 96u

/// Frames of a seam
#define SAMPLER_SEAM (4u * SAMPLER_GUARD)

/// Seconds of a time that does not end
#define SAMPLER_FOREVER 1e6f

/// The control side of a voice
typedef struct {
  uint32_t           serial; ///< Same for all voices of a note, 0: none
  uint32_t           key;
  const SamplerZone* zone;
  uint32_t           rate; ///< Of the recording
  uint8_t            pitch;
  uint8_t            choke; ///< Group
  bool               stereo;
  bool               held;   ///< The note has not ended
  bool               pedal;  ///< It has, but the pedal holds it
  bool               fades;  ///< Makes room
  bool               fresh;  ///< Has not begun
  bool               asked;  ///< Its lines are to be drawn anew
  bool               hushed; ///< The end that its zone has is faded to
  float              velocity;
  float              level;    ///< By velocity
  int64_t            age;      ///< Frames since it began
  int64_t            released; ///< Age when it was released, or -1
  float              from[3];  ///< Envelopes then: amp, mod, the instrument's
  float              left;     ///< What follows controls slowly
  float              right;
  float              tune;
  float              cutoff; ///< log2 of Hz
  uint32_t           width;  ///< Of its sinc
} SamplerHit;

typedef struct {
  SamplerVoice         voices[SAMPLER_NUM_VOICES];
  SamplerHit           hits[SAMPLER_NUM_VOICES];
  const SamplerKernel* kernel;
  const SamplerSinc*   sincs;
  const SamplerMap*    map; ///< Borrowed, or null
  float                rate;
  float                glide; ///< Part of the way that a grid step goes
  uint32_t             serial;
  bool                 is_kit;
  bool                 pedal;
  float                volume; ///< MIDI volume and expression, as gains
  float                expression;
  float                pan;
  float                bend;
  float                wheel;
  uint32_t             turns[128]; ///< Notes that each key had
  float                params[];
} Sampler;

/// Parameter of a pad
SONIC_RT static inline float
sampler_pad(const Sampler* const self,
            const uint32_t       note,
            const SamplePadParam param)
{
  return self->params[SAMPLE_KIT_PARAM(note, param)];
}

SONIC_RT static inline float
sampler_gain_of_db(const float db)
{
  return db <= -60.0f ? 0.0f : expf(db * 0.115129255f);
}

SONIC_RT static inline bool
sampler_plays(const Sampler* const self, const uint32_t index)
{
  return self->hits[index].serial && !self->hits[index].fades;
}

/// Let a voice fade out within FADE_SECONDS
SONIC_RT void
sampler_fade(Sampler* self, uint32_t index);

/// Release a voice
SONIC_RT void
sampler_let_go(Sampler* self, uint32_t index);

/// Draw a voice's lines from frame `place` of a grid step to its end
SONIC_RT void
sampler_draw(Sampler* self, uint32_t index, uint32_t place);

/// True if nothing more will be heard of a voice
SONIC_RT bool
sampler_is_over(const Sampler* self, uint32_t index);

/// Levels of the envelopes of a voice now: amp, mod, the instrument's
SONIC_RT void
sampler_envelopes(const Sampler* self, uint32_t index, float levels[3]);

SONIC_RT void
sampler_note_on(void* instance, const Note* note);

SONIC_RT void
sampler_note_off(void* instance, uint32_t key);

SONIC_RT void
sampler_all_off(void* instance);

/// Release what only the pedal holds
SONIC_RT void
sampler_release_pedal(Sampler* self);

#endif // SONIC_UNITS_SAMPLER_STATE_H
