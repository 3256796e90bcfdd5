// SPDX-License-Identifier: GPL-3.0-or-later
//
// An instance of the subtractive synthesizer
//
// subtractive_controls.c moves the parameters, subtractive.c runs grid steps,
// subtractive_voices.c turns notes into voices, subtractive_lines.c lets
// voices' envelopes go on.  What a note event asks of a voice is noted at once
// and done when the frames from there on are run, since only then its place in
// the grid step is known.

#ifndef SONIC_UNITS_SUBTRACTIVE_STATE_H
#define SONIC_UNITS_SUBTRACTIVE_STATE_H

#include "base/rt.h"
#include "units/instrument.h"
#include "units/subtractive.h"
#include "units/subtractive_kernel.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stdint.h>

/// Voices that sound at once, not counting those that fade out
#define MAX_VOICES 32u

/// Half of the lanes are for voices that fade out
#define NUM_GROUPS 4u
#define NUM_VOICES (NUM_GROUPS * LANES)

/// Notes that one voice remembers while they are held
#define MAX_HELD 32u

/// Where an envelope is
typedef enum {
  STAGE_NONE,    ///< As a request: nothing is asked for
  STAGE_ATTACK,  ///< Up to 1
  STAGE_DECAY,   ///< To the sustained level
  STAGE_RELEASE, ///< To 0
  STAGE_FADE,    ///< To 0 for the sake of another voice
} Stage;

/// The control side of a lane
typedef struct {
  uint32_t key;                      ///< Of its note
  uint32_t serial;                   ///< Same for all voices of a note
  Stage    stages[NUM_ENVELOPES];    ///< Where the envelopes are
  float    left_from[NUM_ENVELOPES]; ///< Level at the end of the key press
  uint32_t line_start;               ///< Place in the grid step, 0 to 31
  Stage    request;                  ///< What is to be done at the next frame
  bool     held;                     ///< The note has not ended
} Voice;

/// How envelopes move, in the natural logarithm per frame
typedef struct {
  double attack;
  double decay;
  double release;
} EnvelopeRates;

/// A parameter's value on its way, in straight lines
typedef struct {
  float    value; ///< At the end of the present grid step
  float    target;
  uint32_t points; ///< Grid points until it is there
} Control;

/// What glides although it is not a parameter: parts of the filter's types
typedef enum {
  MIX_LOW = NUM_SUBTRACTIVE_PARAMS,
  MIX_BAND,
  MIX_HIGH,
  MIX_FOUR,
  NUM_CONTROLS
} Mix;

typedef struct {
  VoiceGroup               groups[NUM_GROUPS];
  SubtractiveLines         lines;
  SubtractiveAim           aim;
  const SubtractiveKernel* kernel;
  double                   rate;

  Control       controls[NUM_CONTROLS]; ///< In the units of `control_value`
  uint64_t      gliding;                ///< Bit for each that moves
  uint32_t      glide_points;           ///< Grid points in 20 ms
  float         duck[NUM_OSCS]; ///< Level during a change of shape, 0 to 1
  EnvelopeRates rates[NUM_ENVELOPES];
  bool          envelopes_are_old; ///< Voices' envelopes are to be set anew
  double        lfo_phase;         ///< 0 to 1, at the end of the grid step

  Voice    voices[NUM_VOICES];
  uint32_t requested[NUM_GROUPS]; ///< Lanes whose voices have a request
  uint32_t fresh[NUM_GROUPS];     ///< Lanes whose voices have not begun
  uint32_t jumping[NUM_GROUPS];   ///< Lanes whose pitch is to jump
  uint32_t ending[NUM_GROUPS];    ///< Lanes that are silent from the grid point

  uint32_t serial;         ///< Notes since the last reset
  float    last_pitch;     ///< Of the last note, below 0 if there is none
  Note     held[MAX_HELD]; ///< The last is the one that sounds
  uint32_t num_held;
} Subtractive;

/// Value of a parameter or of a part of the filter's types
SONIC_RT static inline float
control_value(const Subtractive* const self, const uint32_t control)
{
  return self->controls[control].value;
}

/// The group that a voice is in
SONIC_RT static inline VoiceGroup*
group_of(Subtractive* const self, const uint32_t voice)
{
  return &self->groups[voice / LANES];
}

/// The bit of a voice in its group
SONIC_RT static inline uint32_t
bit_of(const uint32_t voice)
{
  return 1u << (voice % LANES);
}

/// True if any lane sounds
SONIC_RT bool
subtractive_sounds(const Subtractive* self);

/// Jump to the targets of all parameters, with nothing sounding
SONIC_RT void
subtractive_settle(Subtractive* self);

extern const ParamInfo subtractive_params[NUM_SUBTRACTIVE_PARAMS];

/// Set all parameters to their initial values
void
subtractive_init_controls(Subtractive* self);

/// Give a parameter a new value, which it glides to
SONIC_RT void
subtractive_set(Subtractive* self, uint32_t param, float value);

/// Take all that glides to the next grid point
SONIC_RT void
subtractive_advance_controls(Subtractive* self);

/// Take all that glides to its target
SONIC_RT void
subtractive_settle_controls(Subtractive* self);

/// Start a note at the next frame
SONIC_RT void
subtractive_note_on(Subtractive* self, const Note* note);

/// Release the note with a key
SONIC_RT void
subtractive_note_off(Subtractive* self, uint32_t key);

/// Release all notes
SONIC_RT void
subtractive_all_off(Subtractive* self);

/// Silence everything at once
SONIC_RT void
subtractive_silence(Subtractive* self);

/// Silence a lane and forget its state
SONIC_RT void
subtractive_clear_lane(Subtractive* self, uint32_t index);

/// Do what has been asked of voices, drawing lines from frame `place` of a
/// grid step to its end; at place 0 for all voices that sound
SONIC_RT void
subtractive_draw_lines(Subtractive* self, uint32_t place);

#endif // SONIC_UNITS_SUBTRACTIVE_STATE_H
