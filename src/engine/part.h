// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a track plays, as the engine reads it
//
// A clip part is one clip, prepared by control: immutable but for the fields
// of the process thread at its end.  A clip set is all clips of one track in
// order of start.  Edits replace single parts and the set that points to them;
// whatever is displaced goes home in the batch.
//
// Times are ticks.  The process thread turns each into a frame from its exact
// position, through the tempo map.

#ifndef SONIC_ENGINE_PART_H
#define SONIC_ENGINE_PART_H

#include "base/id.h"
#include "base/tempo.h"
#include "base/ticks.h"
#include "engine/sample.h"

#include <stdbool.h>
#include <stdint.h>

/// A note of a clip, after the clip's transforms and cut to the clip's end
typedef struct {
  Ticks    start;    ///< From the clip's start
  Ticks    end;      ///< From the clip's start, after `start`
  Ticks    max_end;  ///< Latest `end` of this note and all before it
  uint32_t seed;     ///< What is random in it follows from this and the pitch
  uint8_t  pitch;    ///< 0 to 127
  uint8_t  velocity; ///< 1 to 127
  bool     tied;     ///< Began before the clip did, which it starts with
} PartNote;

/// A controller of a clip is moved
typedef struct {
  Ticks   at;     ///< From the clip's start
  float   value;  ///< In the range of the kind
  uint8_t kind;   ///< ControlKind
  uint8_t number; ///< As the kind says
} PartControl;

/// The speed of a recording as it is
#define SPEED_ONE ((FrameTime)1 << 64)

/// A frame that is never reached, for `end_frames` and `loop_from`
#define NEVER_REACHED (INT64_MAX / 2)

/// Shape of a fade
typedef enum {
  FADE_LINEAR,
  FADE_EQUAL_POWER, ///< A quarter of a sine: two that cross keep the power
} FadeCurve;

/// Audio of a clip.  Frames of the sample are counted in the direction in which
/// it is played: frame 0 of one that is played backwards is its last
typedef struct {
  Sample*   sample;      ///< Borrowed from the media side, or null (silent)
  bool      reverse;     ///< Played backwards
  FrameTime offset;      ///< Frame at the clip's start, at least 0
  int64_t   end_frames;  ///< Frame at which it falls silent
  FrameTime speed;       ///< Frames of the sample per frame, above 0
  int64_t   loop_from;   ///< Frame from which the loop repeats; NEVER_REACHED
  int64_t   loop_start;  ///< First frame of the loop
  int64_t   loop_frames; ///< Length of the loop, at least 1 if there is one
  int64_t   fade_in_frames;  ///< At least 0
  int64_t   fade_out_frames; ///< At least 0, ends at the clip's end
  FrameTime fade_in_cut;     ///< What of the fade is before the clip's start
  FrameTime fade_out_cut;    ///< What of the fade is behind the clip's end
  FadeCurve fade_in_curve;
  FadeCurve fade_out_curve;
  float     gain; ///< Linear
} PartAudio;

/// A clip
typedef struct ClipPart {
  Id        id;
  Ticks     start;     ///< On the timeline
  Ticks     end;       ///< On the timeline, after `start`
  bool      muted;     ///< Silent, but its time runs on
  PartAudio audio;     ///< On an audio track
  uint32_t  num_notes; ///< On a MIDI track
  PartNote* notes;     ///< `num_notes` notes by start, then pitch; owned

  uint32_t     num_controls;    ///< On a MIDI track
  uint32_t     num_controllers; ///< How many different ones are moved
  PartControl* controls;        ///< `num_controls` by time; owned

  // For the process thread only

  struct ClipPart* next_active;  ///< Chain of the clips under the playhead
  uint32_t         next_note;    ///< First note not yet started
  uint32_t         next_control; ///< First controller not yet moved
  int64_t          next_frame;   ///< Its grid frame if in the present block
} ClipPart;

/// What audio clips do where one ends inside the next
typedef enum {
  CROSS_AUTO,   ///< CROSS_LINEAR where both play the same frames of the same
                ///< recording, else CROSS_EQUAL_POWER
  CROSS_LINEAR, ///< Gains add up to one
  CROSS_EQUAL_POWER, ///< Powers add up to one
  CROSS_OFF,         ///< Both sound as they are
} CrossMode;

/// Where a clip crosses with others
typedef struct {
  const ClipPart* before; ///< What ends after this one has started, or null
  const ClipPart* after;  ///< What starts before this one ends, or null
  CrossMode       mode;
} ClipCross;

/// The clips of a track by start, then id
typedef struct {
  uint32_t   num_parts;
  Ticks*     max_end; ///< Latest end of parts 0 to i, for each i; owned
  ClipPart** parts;   ///< Borrowed from control, which frees displaced ones
  ClipCross* cross;   ///< Of parts 0 to i, or null if none crosses; owned
} ClipSet;

/// A clip part with room for `num_notes` notes; null if memory ran out
ClipPart*
clip_part_new(uint32_t num_notes);

/// Release a part that the engine has given back (null is fine)
void
clip_part_free(ClipPart* part);

/// Complete the derived fields (`max_end`) once all notes are in place
void
clip_part_finish(ClipPart* part);

/// A set with room for `num_parts` parts; null if memory ran out
ClipSet*
clip_set_new(uint32_t num_parts);

/// Release a set, not its parts (null is fine)
void
clip_set_free(ClipSet* set);

/// Complete the derived fields once all parts are in place
void
clip_set_finish(ClipSet* set, CrossMode mode);

#endif // SONIC_ENGINE_PART_H
