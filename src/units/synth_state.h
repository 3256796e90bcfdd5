// SPDX-License-Identifier: GPL-3.0-or-later
//
// An instance of a synthesizer
//
// synth_controls.c moves the parameters, synth.c runs grid steps,
// synth_voices.c turns notes into voices, synth_lines.c lets voices' envelopes
// go on.  What a note event asks of a voice is noted at once and done when the
// frames from there on are run, since only then its place in the grid step is
// known.
//
// A synthesizer is a SynthEngine, a row of functions and numbers, and an
// instance that begins with a Synth.

#ifndef SONIC_UNITS_SYNTH_STATE_H
#define SONIC_UNITS_SYNTH_STATE_H

#include "base/rt.h"
#include "units/instrument.h"
#include "units/synth.h"
#include "units/synth_kernel.h"
#include "units/unit.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Voices that sound at once, not counting those that fade out
#define MAX_VOICES 32u

/// Half of the lanes are for voices that fade out
#define NUM_GROUPS 4u
#define NUM_VOICES (NUM_GROUPS * LANES)

/// Notes that one voice remembers while they are held
#define MAX_HELD 32u

/// Most parameters of a synthesizer
#define SYNTH_MAX_PARAMS 112u

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
  Stage    stages[MAX_ENVELOPES];    ///< Where the envelopes are
  float    left_from[MAX_ENVELOPES]; ///< Level at the end of the key press
  float    decay_scale;              ///< How much faster decays are
  uint32_t line_start;               ///< Place in the grid step, 0 to 31
  Stage    request;                  ///< What is to be done at the next frame
  uint8_t  pitch;                    ///< Of its note
  bool     held;                     ///< The note has not ended
  bool     pedal;                    ///< It has, but the pedal holds it
} Voice;

/// How envelopes move, in the natural logarithm per frame
typedef struct {
  double attack;
  double decay;
  double release;
} EnvelopeRates;

/// The parameters of an envelope
typedef struct {
  uint32_t attack;
  uint32_t decay;
  uint32_t sustain;
  uint32_t release;
} EnvelopeParams;

/// A parameter's value on its way, in straight lines
typedef struct {
  float    value; ///< At the end of the present grid step
  float    target;
  uint32_t points; ///< Grid points until it is there
} Control;

/// What glides although it is not a parameter: parts of the filter's types,
/// and what a player's hands do
typedef enum {
  MIX_LOW = SYNTH_MAX_PARAMS,
  MIX_BAND,
  MIX_HIGH,
  MIX_FOUR,
  PLAY_BEND,     ///< -1 to 1
  PLAY_WHEEL,    ///< 0 to 1
  PLAY_PRESSURE, ///< 0 to 1
  PLAY_VOLUME,   ///< 0 to 1, as a gain
  PLAY_EXPRESSION,
  PLAY_PAN,        ///< -1 to 1
  PLAY_BRIGHTNESS, ///< -1 to 1
  NUM_CONTROLS
} OtherControl;

typedef struct Synth Synth;

/// What makes a synthesizer of a source
typedef struct {
  const ParamInfo* params;
  uint32_t         num_params;
  uint32_t         num_oscs;

  /// Envelopes of the source, after the three that all have
  const EnvelopeParams* envelopes;
  uint32_t              num_envelopes;

  size_t size;       ///< Of an instance, which begins with a Synth
  size_t lines;      ///< Place in the instance of what its voices share
  size_t groups;     ///< Place of the source's state of the first group
  size_t group_size; ///< Size of that
  const SourceKernel* const* kernels; ///< By CpuLevel

  float base_gain; ///< Level of a voice at full velocity

  /// Set what the instance has beside all parameters; may be null
  void (*init)(Synth* synth);

  /// True if a change of a parameter is heard at once; may be null
  SONIC_RT bool (*jumps)(uint32_t param);

  /// Draw what voices share up to the next grid point; `settled`: nothing
  /// sounds, so that it may jump
  SONIC_RT void (*draw)(Synth* synth, float lfo, bool settled);

  /// Take an LFO's value wherever it is worked out; null if only pitch, cutoff
  /// and level follow it
  SONIC_RT bool (*needs_lfo)(const Synth* synth);

  /// Silence a lane; may be null
  SONIC_RT void (*clear)(Synth* synth, uint32_t group, uint32_t lane);

  /// Start a voice, whose pitch, velocity and random number are set
  SONIC_RT void (*start)(Synth*   synth,
                         uint32_t group,
                         uint32_t lane,
                         uint32_t place,
                         uint64_t random);
} SynthEngine;

struct Synth {
  VoiceGroup          groups[NUM_GROUPS];
  SynthLines          lines;
  SynthAim            aim;
  const SynthEngine*  engine;
  const SynthKernel*  kernel;
  const SourceKernel* source;
  double              rate;

  Control       controls[NUM_CONTROLS]; ///< In the units of `control_value`
  uint64_t      gliding[2];             ///< Bit for each that moves
  uint32_t      glide_points;           ///< Grid points in 20 ms
  EnvelopeRates rates[MAX_ENVELOPES];
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
  bool     pedal; ///< Is down
};

/// Value of a parameter or of another control
SONIC_RT static inline float
control_value(const Synth* const self, const uint32_t control)
{
  return self->controls[control].value;
}

/// The group that a voice is in
SONIC_RT static inline VoiceGroup*
group_of(Synth* const self, const uint32_t voice)
{
  return &self->groups[voice / LANES];
}

/// The bit of a voice in its group
SONIC_RT static inline uint32_t
bit_of(const uint32_t voice)
{
  return 1u << (voice % LANES);
}

/// The source's state of a group
SONIC_RT static inline void*
source_state(Synth* const self, const uint32_t group)
{
  const SynthEngine* const engine = self->engine;
  return (char*)self + engine->groups + group * engine->group_size;
}

SONIC_RT static inline void
move_line(Line* const line, const float end)
{
  line->base = line->end;
  line->step = (end - line->base) / (float)GRID_FRAMES;
  line->end  = end;
}

/// Take a line to a value; where nothing sounds it may jump there
SONIC_RT static inline void
draw_line_to(Line* const line, const float end, const bool settled)
{
  if (settled) {
    line->end = end;
  }
  move_line(line, end);
}

/// Well mixed bits (the finalizer of "splitmix64")
SONIC_RT static inline uint64_t
mix_bits(const uint64_t seed)
{
  uint64_t x = seed + 0x9e3779b97f4a7c15u;
  x          = (x ^ (x >> 30u)) * 0xbf58476d1ce4e5b9u;
  x          = (x ^ (x >> 27u)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31u);
}

/// Move the width of a pulse, never by more than lines can; with nothing
/// sounding it may jump
SONIC_RT void
synth_move_width(Wave* wave, float width, bool settled);

/// Have what is constant in the source taken off, or not
SONIC_RT void
synth_remove_offset(Synth* self, bool on);

/// True if any lane sounds
SONIC_RT bool
synth_sounds(const Synth* self);

/// Jump to the targets of all parameters, with nothing sounding
SONIC_RT void
synth_settle(Synth* self);

/// Set all parameters to their initial values
void
synth_init_controls(Synth* self);

/// Give a parameter or another control a new value, which it glides to
SONIC_RT void
synth_set_target(Synth* self, uint32_t control, float target);

/// Give a parameter a new value
SONIC_RT void
synth_set_param(Synth* self, uint32_t param, float value);

/// Take all that glides to the next grid point
SONIC_RT void
synth_advance_controls(Synth* self);

/// Take all that glides to its target
SONIC_RT void
synth_settle_controls(Synth* self);

/// True if a control is on its way
SONIC_RT static inline bool
synth_glides(const Synth* const self)
{
  return self->gliding[0] | self->gliding[1];
}

/// Silence everything at once
SONIC_RT void
synth_silence(Synth* self);

/// Silence a lane and forget its state
SONIC_RT void
synth_clear_lane(Synth* self, uint32_t index);

/// Release what only the pedal holds
SONIC_RT void
synth_release_pedal(Synth* self);

/// Let everything fade out at once
SONIC_RT void
synth_fade_all(Synth* self);

/// Put all controllers to rest
SONIC_RT void
synth_rest_controllers(Synth* self);

/// Do what has been asked of voices, drawing lines from frame `place` of a
/// grid step to its end; at place 0 for all voices that sound
SONIC_RT void
synth_draw_lines(Synth* self, uint32_t place);

// What an InstrumentInfo has

/// Prepare an instance of an engine
void
synth_init(Synth*             self,
           const SynthEngine* engine,
           uint32_t           rate,
           CpuLevel           level);

SONIC_RT void
synth_set(void* instance, uint32_t param, float value);

SONIC_RT void
synth_reset(void* instance);

SONIC_RT void
synth_note_on(void* instance, const Note* note);

SONIC_RT void
synth_note_off(void* instance, uint32_t key);

SONIC_RT void
synth_all_off(void* instance);

SONIC_RT void
synth_run(void*    instance,
          float*   left,
          float*   right,
          uint32_t stride,
          uint64_t grid_frame,
          uint32_t n);

SONIC_RT uint32_t
synth_active(const void* instance);

SONIC_RT void
synth_control(void* instance, ControlKind kind, uint8_t number, float value);

/// The members of an InstrumentInfo that are the same for all synthesizers
#define SYNTH_FUNCTIONS                                                        \
  .set = synth_set, .reset = synth_reset, .note_on = synth_note_on,            \
  .note_off = synth_note_off, .all_off = synth_all_off, .run = synth_run,      \
  .active = synth_active, .control = synth_control

#endif // SONIC_UNITS_SYNTH_STATE_H
