// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the control side of synthesizers and their kernels share
//
// Sixteen voices are a group.  Its control side sets what notes determine; at
// grid points, and for single lanes where a note begins or ends, `aim` draws
// the lines up to the next grid point, and `render` follows them.  What makes
// the sound is a source, which each synthesizer brings; noise, drive, filter
// and level come after it and are the same for all.

#ifndef SONIC_UNITS_SYNTH_KERNEL_H
#define SONIC_UNITS_SYNTH_KERNEL_H

#include "base/rt.h"
#include "dsp/blep.h"
#if defined(SONIC_LEVEL)
#include "dsp/lanes.h"
#endif
#include "units/level_table.h"
#include "units/unit.h"

#include <stdint.h>

/// Most pitches that the oscillators of a voice have
#define MAX_OSCS 4

/// The envelopes that all have; a source may have more
typedef enum {
  ENVELOPE_AMP,
  ENVELOPE_FILTER,
  ENVELOPE_PITCH, ///< Begins at 1
  ENVELOPE_SOURCE,
  MAX_ENVELOPES = ENVELOPE_SOURCE + 4
} Envelope;

/// Frames that the drive looks back
#define DRIVE_PAST 16

/// Coefficients of a filter stage, see synth_kernel.c
typedef enum { FILTER_A1, FILTER_A2, FILTER_A3, NUM_FILTER_GAINS } FilterGain;

/// An envelope: from one end of a line to the next it is
/// `value * scale + offset`, between 0 and 1
typedef struct {
  float value[LANES]; ///< At the end of the line
  float from[LANES];  ///< At its beginning
  float scale[LANES];
  float offset[LANES];
} EnvelopeLanes;

/// An oscillator; a phase is a 32-bit fraction of a period
typedef struct {
  uint32_t phase[LANES];             ///< At the next frame
  uint32_t turn[LANES];              ///< From the next frame to the one after
  uint32_t step[LANES];              ///< More at each frame, two's complement
  uint32_t end[LANES];               ///< Turn at the end of the line
  float    tail[LANES][BLEP_FRAMES]; ///< Steps that reach into the next frames
  uint32_t tail_left[LANES];         ///< How many of those may not be zero
} OscLanes;

/// A number that moves in a straight line
typedef struct {
  float value[LANES]; ///< At the next frame
  float step[LANES];  ///< More at each frame
} LineLanes;

/// Sixteen voices
typedef struct {
  // Set by notes
  _Alignas(64) float pitch[LANES]; ///< Semitones, 60 is C4, at the line's end
  float    pitch_target[LANES];
  float    pitch_step[LANES]; ///< Semitones in a grid step, at least 0
  float    level[LANES];
  float    velocity[LANES]; ///< 0 to 1
  float    place[LANES];    ///< Among the voices of a note, -1 to 1
  float    side[LANES];     ///< Between left and right, -1 to 1
  float    pressure[LANES]; ///< On the key, 0 to 1
  uint32_t noise[LANES];    ///< Next number of the noise

  // Lines
  EnvelopeLanes envelopes[MAX_ENVELOPES];
  OscLanes      oscs[MAX_OSCS];
  LineLanes     filter[NUM_FILTER_GAINS];
  LineLanes     left;
  LineLanes     right;

  float integrators[4][LANES];     ///< Two for each of the filter's stages
  float driven[LANES][DRIVE_PAST]; ///< Last frames before the drive
  float offset[LANES];             ///< What has been taken off as constant

  uint32_t sounding; ///< Bit for each lane that sounds
} VoiceGroup;

/// What all voices share at the end of a line
typedef struct {
  uint32_t num_oscs;
  uint32_t num_envelopes;
  float    pitch[MAX_OSCS];       ///< Semitones above the note
  float    pitch_sweep[MAX_OSCS]; ///< Semitones at the filter envelope's peak
  float    pitch_env;             ///< Semitones at the pitch envelope's peak
  float    cutoff;                ///< log2 of Hz, for C4 with the envelope at 0
  float    cutoff_key;            ///< Octaves for a semitone
  float    cutoff_env;            ///< Octaves at the envelope's peak
  float    cutoff_velocity;       ///< Octaves lost at velocity 0
  float    cutoff_pressure;       ///< Octaves at the most pressure
  float    cutoff_most;           ///< log2 of Hz
  float    damping;               ///< 1 / Q
  float    unison;                ///< Semitones at the outermost place
  float    pan;                   ///< -1 to 1
  float    spread;                ///< 0 to 1
  float    gain;
  float    turn_of_pitch_0; ///< 2^32 times periods in a frame at pitch 0
  float    per_frame;       ///< Seconds in a frame
} SynthAim;

/// Lanes where something has happened, as bits
typedef struct {
  uint32_t peaked[MAX_ENVELOPES]; ///< The envelope has come to 1
  uint32_t silent;                ///< The envelope of level has come to 0
} AimResult;

/// A number at frame `p` of a grid step: `base + p * step`
typedef struct {
  float base;
  float step;
  float end; ///< Where the next one begins
} Line;

typedef enum {
  SHAPE_SINE,
  SHAPE_TRIANGLE,
  SHAPE_SAW,
  SHAPE_PULSE,
  NUM_SHAPES
} Shape;

/// What all voices share of an oscillator during a grid step
typedef struct {
  Shape    shape;
  Line     level;
  uint32_t width;      ///< Of a pulse, 2^32 is a period
  uint32_t width_step; ///< More at each frame
} Wave;

typedef enum {
  FILTER_LOW_2, ///< Low-pass of two poles
  FILTER_LOW_4, ///< Low-pass of four poles
  FILTER_ANY    ///< By the lines
} FilterPath;

/// What all voices share during a grid step
typedef struct {
  Line       noise;
  float      noise_env; ///< How far the noise follows the second envelope
  float      rise;      ///< Part by which the offset follows, 0 for none
  Line       drive;     ///< Gain before the drive, 1 for none
  FilterPath path;
  Line       pass; ///< Part of the filter's input in its output
  Line       band; ///< Of the first integrator
  Line       low;  ///< Of the second integrator
  Line       four; ///< Part of the second stage in the result
} SynthLines;

/// Sums over the lanes of all groups, one vector to a frame
typedef struct {
  _Alignas(64) float left[GRID_FRAMES][LANES];
  _Alignas(64) float right[GRID_FRAMES][LANES];
} SynthSum;

/// What the voices of a group give out before noise and filter, by lane
typedef float Rows[LANES][GRID_FRAMES];

/// The kernel of a source
typedef struct {
  /**
     Draw the source's own lines, after those of the group; may be null.

     @param state The source's state of this group.
     @param lines What the source's voices share.
     @param lanes Lanes to do, as bits.
     @param fresh Those of them that begin.
     @param frames Length of the lines.
  */
  SONIC_RT void (*aim)(VoiceGroup* group,
                       void*       state,
                       const void* lines,
                       uint32_t    lanes,
                       uint32_t    fresh,
                       uint32_t    frames);

  /// Add `n` frames of all lanes that sound, from frame `place` of the grid
  /// step on, to rows; up to a vector more may be written
  SONIC_RT void (*render)(VoiceGroup* group,
                          void*       state,
                          const void* lines,
                          uint32_t    place,
                          uint32_t    n,
                          Rows        rows);
} SourceKernel;

/// The source of a group's voices
typedef struct {
  const SourceKernel* kernel;
  void*               state;
  const void*         lines;
} Source;

typedef struct {
  /**
     Draw lines.

     @param lanes Lanes to do, as bits.
     @param fresh Those of them that begin: their lines start from the
     envelopes' present values.
     @param jumping Those whose pitch does not move there but is there.
     @param frames Length of the lines.
  */
  SONIC_RT AimResult (*aim)(VoiceGroup*     group,
                            const SynthAim* aim,
                            uint32_t        lanes,
                            uint32_t        fresh,
                            uint32_t        jumping,
                            uint32_t        frames);

  /// Begin the sums of `n` frames
  SONIC_RT void (*clear)(SynthSum* sum, uint32_t n);

  /// Add `n` frames, beginning with frame `place` of the grid step
  SONIC_RT void (*render)(VoiceGroup*       group,
                          const Source*     source,
                          const SynthLines* lines,
                          uint32_t          place,
                          uint32_t          n,
                          SynthSum*         sum);

  /// Write the sums of `n` frames over the lanes
  SONIC_RT void (*finish)(const SynthSum* sum,
                          float*          left,
                          float*          right,
                          uint32_t        stride,
                          uint32_t        n);
} SynthKernel;

LEVEL_DECLARE(SynthKernel, synth_kernel);

#if defined(SONIC_LEVEL)
/// This level's `aim`
SONIC_RT AimResult LEVEL_NAME(synth_aim)(VoiceGroup*     group,
                                         const SynthAim* aim,
                                         uint32_t        lanes,
                                         uint32_t        fresh,
                                         uint32_t        jumping,
                                         uint32_t        frames);
#endif

#endif // SONIC_UNITS_SYNTH_KERNEL_H
