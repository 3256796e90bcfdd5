// SPDX-License-Identifier: GPL-3.0-or-later
//
// The engine: all that runs in the process callback
//
// Control prepares operations in a batch and sends it; the process thread
// applies the whole batch at one frame; the batch comes home with what it
// displaced, and control frees that.  Nothing else crosses, except telemetry,
// which is read as it is.
//
// The same engine runs under JACK, on the dummy clock and offline.  What it
// puts out for a start of the transport is the same bit for bit for every
// period size and number of threads.

#ifndef SONIC_ENGINE_ENGINE_H
#define SONIC_ENGINE_ENGINE_H

#include "base/bars.h"
#include "base/id.h"
#include "base/ring.h"
#include "base/rt.h"
#include "base/status.h"
#include "base/tempo.h"
#include "base/ticks.h"
#include "engine/part.h"
#include "engine/recording.h"
#include "units/effect.h"
#include "units/instrument.h"
#include "units/strip.h"
#include "units/unit.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Engine        Engine;
typedef struct EngineTrack   EngineTrack;   ///< A track's source
typedef struct EngineChannel EngineChannel; ///< A strip in its bank and lane
typedef struct EngineEffect  EngineEffect;  ///< An effect in its lane
typedef struct EngineSend    EngineSend;    ///< From a channel to a bus
typedef struct Schedule      Schedule;      ///< Who runs when
typedef struct Curve         Curve;         ///< A parameter's way over time
typedef struct CurveSet      CurveSet;      ///< All curves
typedef struct LaunchSet     LaunchSet;     ///< A track's slots in the launcher

/// Most helper threads beside the callback
#define ENGINE_MAX_THREADS 16u

typedef struct {
  uint32_t rate;        ///< Frames per second, 8000 to 192000
  uint32_t max_frames;  ///< Longest cycle; longer ones are cut
  uint32_t num_threads; ///< 1: the callback alone
  CpuLevel level;       ///< Vector level of the kernels
  bool     offline;     ///< Absent pages are waited for by the caller
  int      rt_priority; ///< For helpers, SCHED_FIFO; 0: ordinary scheduling
  Ring**   page_rings;  ///< A ring of PageRequest per thread, borrowed
  uint64_t start_frame; ///< Engine frame of the first frame, 0 but in tests
  uint32_t share_from;  ///< Work for which helpers are woken, 0: a good guess
} EngineConfig;

// Setting up, by control

/// Make an engine that is stopped at 0 with an empty schedule; null if memory
/// or threads ran out
Engine*
engine_new(const EngineConfig* config);

/// Stop the helpers and release everything the engine still holds
void
engine_free(Engine* engine);

/// Cycles completed, for the media thread to know when a page can be freed
atomic_uint*
engine_cycles(Engine* engine);

/// Things of the engine: made by control, used by the process thread from the
/// first schedule that names them until a batch without them came home

typedef enum {
  TRACK_AUDIO,
  TRACK_MIDI,
} TrackType;

/// A source without clips; `id` seeds what is random in it
EngineTrack*
engine_track_new(const Engine* engine, Id id, TrackType type);

/// Release a track that no schedule names
void
engine_track_free(EngineTrack* track);

/// A strip in a free lane, which it keeps for life
EngineChannel*
engine_channel_new(Engine* engine, Id id);

/// Give the lane back
void
engine_channel_free(Engine* engine, EngineChannel* channel);

/**
   An effect in the lane of a channel, which it keeps for life.

   It is to be released before its channel.

   @param values Of all parameters; what is not structural is to be set by
   operations besides, in or before the batch with the first schedule that names
   the effect.
   @return Null if memory ran out.
*/
EngineEffect*
engine_effect_new(Engine*           engine,
                  EngineChannel*    channel,
                  Id                id,
                  const EffectInfo* info,
                  const float*      values);

/// The channel that an effect sits in
EngineChannel*
engine_effect_channel(const EngineEffect* effect);

/// Release an effect that no schedule names (null is fine)
void
engine_effect_free(EngineEffect* effect);

/// A send of a channel, silent until it is set; it is to be released before its
/// channel.  Null if memory ran out
EngineSend*
engine_send_new(Engine* engine, EngineChannel* channel, Id bus);

/// Release a send that no schedule names (null is fine)
void
engine_send_free(EngineSend* send);

#define PLAN_MASTER UINT32_MAX
#define PLAN_NONE (UINT32_MAX - 1u)

/// An effect in the chain of a channel
typedef struct {
  EngineEffect* effect;
  uint32_t      key; ///< Index of the channel that is its side chain, or none
} PlanEffect;

typedef struct {
  EngineSend* send;
  uint32_t    bus; ///< Index of the bus
  bool        pre; ///< Taken before the fader
} PlanSend;

/// One channel in the plan of a schedule
typedef struct {
  EngineChannel*    channel;
  EngineTrack*      source;  ///< What feeds it, null for a bus
  uint32_t          output;  ///< Index of the bus it goes to, or PLAN_MASTER
  const PlanEffect* effects; ///< In the order of the signal
  uint32_t          num_effects;
  const PlanSend*   sends;
  uint32_t          num_sends;
} PlanChannel;

/// Channels in track order, then buses; sums run in this order, sends after
/// outputs
typedef struct {
  const PlanChannel* channels;
  uint32_t           num_channels;
  EngineChannel*     master;
  const PlanEffect*  effects; ///< Of the master
  uint32_t           num_effects;
  EngineEffect*      limiter; ///< After the master's fader, or null
} Plan;

/**
   Work out who runs when.

   Levels go from sources to the master; tasks of one level run in any order
   and on any thread.  Each task states its latency, and what is faster than
   what it is mixed with waits.  A side chain that is slower than the effect it
   is for stays so.

   @return STATUS_CONFLICT if outputs, sends and side chains form a cycle.
*/
Status
schedule_new(Engine* engine, const Plan* plan, Schedule** out);

/// Frames from the sources to the master's output
uint32_t
schedule_latency(const Schedule* schedule);

/// Release a schedule that came home (null is fine)
void
schedule_free(Schedule* schedule);

/// An instance of an instrument engine, for `OPERATION_INSTRUMENT`
typedef struct {
  const InstrumentInfo* info;
  void*                 state; ///< Owned, `info->size()` bytes, aligned to 64
  struct SamplerMap*    map;   ///< Recordings that it plays, owned, or null
} Instrument;

/// A silent instance at its initial parameters; null if memory ran out
Instrument*
instrument_new(const InstrumentInfo* info, uint32_t rate, CpuLevel level);

/// Have a new instance play recordings (null is fine), which it shares
void
instrument_load(Instrument* instrument, struct SamplerMap* map);

/// Release an instance (null is fine)
void
instrument_free(Instrument* instrument);

/// What a track hears live
typedef struct {
  bool        on;      ///< It is played, or heard
  uint8_t     channel; ///< MIDI: the one it listens to, 1 to 16, or 0 for all
  RecordSides sides;   ///< Audio: of the inputs
  uint32_t    port;    ///< 0: the common inputs, else its own
} TrackInput;

// Batches, by control

typedef enum {
  TRANSPORT_PLAY,   ///< From where it stands; nothing if it plays already
  TRANSPORT_STOP,   ///< And back to 0
  TRANSPORT_PAUSE,  ///< And stay
  TRANSPORT_LOCATE, ///< To `ticks`, playing on if it plays
} TransportCommand;

typedef enum {
  OPERATION_NONE,
  OPERATION_CLIPS,      ///< `track`, `clips`: exchanged
  OPERATION_INSTRUMENT, ///< `track`, `instrument`: exchanged
  OPERATION_PARAM,      ///< `track`, `param`, `value` of its instrument
  OPERATION_STRIP,      ///< `channel`, `param`, `value`
  OPERATION_EFFECT,     ///< `effect`, `param`, `value`
  OPERATION_BYPASS,     ///< `effect`, `value`: 1 bypassed, 0 not
  OPERATION_SEND,       ///< `send`, `value` in dB, -60 is off
  OPERATION_MONITOR,    ///< `param`, `value` of what comes after the master
  OPERATION_SCHEDULE,   ///< `schedule`: exchanged
  OPERATION_TEMPO,      ///< `tempo`: exchanged; musical position is kept
  OPERATION_BARS,       ///< `bars`: exchanged
  OPERATION_LOOP,       ///< `loop`
  OPERATION_TRANSPORT,  ///< `transport`
  OPERATION_END,        ///< `end`: the transport stops there, 0: nowhere
  OPERATION_METRONOME,  ///< `value`: gain, 0 is off
  OPERATION_NOTE_ON,    ///< `track`, `note`: played now, until its off
  OPERATION_NOTE_OFF,   ///< `track`, `note.key`
  OPERATION_INPUT,      ///< `track`, `input`
  OPERATION_MIDI_OUT,   ///< `track`, `midi_out`
  OPERATION_CLOCK,      ///< `param`: port where MIDI clock goes out, or 0
  OPERATION_DIRECT,     ///< `channel`, `param`: port of its own, or 0
  OPERATION_RECORD,     ///< `recording`: begun, or with null the one that rolls
                        ///< is ended
  OPERATION_PANIC,      ///< All notes off everywhere, at once
  OPERATION_SLOTS,      ///< `track`, `slots`: exchanged
  OPERATION_LAUNCH,     ///< `track`, `launch`
  OPERATION_LAUNCH_TEMPO, ///< `tempo`: exchanged; from the line of `grid` on
  OPERATION_CURVES,       ///< `curves`: exchanged
  OPERATION_HOLD,         ///< `hold`, and what its target names
  OPERATION_AUDITION,     ///< `sample` or null: exchanged; control owns it
  OPERATION_TAP, ///< `channel` (null: gone), `param` a slot, `tap`: exchanged
} OperationType;

/// Most channels that are listened to at once
#define ENGINE_MAX_TAPS 256u

/// Frames of a TapBlock
#define TAP_FRAMES 64u

/// Some frames of a channel as it goes to its output
typedef struct {
  uint64_t frame; ///< Engine frame of the first
  uint32_t n;     ///< Number of frames
  float    left[TAP_FRAMES];
  float    right[TAP_FRAMES];
} TapBlock;

/// What a track's launcher is asked for
typedef enum {
  LAUNCH_NONE,
  LAUNCH_CLIP,     ///< Play a clip of a slot
  LAUNCH_STOP,     ///< Be silent
  LAUNCH_TIMELINE, ///< Play the timeline again
} LaunchType;

typedef struct {
  OperationType  type;
  EngineTrack*   track;   ///< Borrowed
  EngineChannel* channel; ///< Borrowed
  EngineEffect*  effect;  ///< Borrowed
  EngineSend*    send;    ///< Borrowed
  uint32_t       param;   ///< StripParam, or index in the instrument or effect
  float          value;
  BarGrid        grid;  ///< With OPERATION_LAUNCH_TEMPO
  Id             scene; ///< With OPERATION_LAUNCH_TEMPO
  union {
    ClipSet*    clips;      ///< Moves with the batch
    Instrument* instrument; ///< Moves with the batch
    Schedule*   schedule;   ///< Moves with the batch
    TempoMap*   tempo;      ///< Moves with the batch
    BarMap*     bars;       ///< Moves with the batch
    Ticks       end;
    LaunchSet*  slots;  ///< Moves with the batch
    CurveSet*   curves; ///< Moves with the batch
    Ring*       tap;    ///< Of TapBlock, moves with the batch
    Sample*     sample; ///< Borrowed until the batch that ends it is home
    Note        note;
    TrackInput  input;
    Recording*  recording; ///< Borrowed until it is finished
    struct {
      uint32_t port;    ///< Its own, or 0
      uint8_t  channel; ///< 1 to 16
    } midi_out;
    struct {
      LaunchType type;
      Id         clip; ///< With LAUNCH_CLIP
      BarGrid    grid; ///< On whose next line it starts
    } launch;
    struct {
      OperationType target; ///< Operation that sets the parameter
      bool          on;     ///< It is set by hand, curves don't move it
    } hold;
    struct {
      bool  enabled;
      Ticks start;
      Ticks end;
    } loop;
    struct {
      TransportCommand command;
      Ticks            ticks; ///< With TRANSPORT_LOCATE
      uint32_t count_in; ///< With TRANSPORT_PLAY: bars before, at gain `value`
    } transport;
  };
} Operation;

/// Whether two operations set the same parameter
SONIC_RT static inline bool
operation_same_target(const Operation* const a, const Operation* const b)
{
  return a->type == b->type && a->track == b->track &&
         a->channel == b->channel && a->effect == b->effect &&
         a->send == b->send && a->param == b->param;
}

/// What control frees once a batch is home
typedef struct {
  void (*release)(void* owner, void* thing);
  void* owner;
  void* thing;
} Garbage;

/// Operations that are heard at one frame
typedef struct {
  uint64_t   frame; ///< Engine frame at which it is due; past: at once
  uint32_t   num_ops;
  uint32_t   max_ops;
  Operation* ops; ///< Owned
  uint32_t   num_garbage;
  uint32_t   max_garbage;
  Garbage*   garbage; ///< Owned, for control's eyes only
} Batch;

/// What a launched clip does after some time
typedef enum {
  FOLLOW_NONE,     ///< Plays on
  FOLLOW_STOP,     ///< Stops its track
  FOLLOW_NEXT,     ///< The clip of the next slot, after the last the first
  FOLLOW_PREVIOUS, ///< The clip of the slot before
  FOLLOW_FIRST,    ///< The clip of the first slot
  FOLLOW_RANDOM,   ///< Any clip of the track
} FollowAction;

/// A clip in a slot
typedef struct {
  Id           scene;
  ClipPart*    part;   ///< Borrowed; its place is the process thread's
  Ticks        length; ///< After which it begins anew
  bool         legato; ///< Takes over the place in the clip before
  FollowAction follow;
  Ticks        follow_after; ///< Since the launch, 0: the clip's length
} LaunchInfo;

/// Slots of a track in the order of scenes; null if memory ran out
LaunchSet*
launch_set_new(uint32_t num_slots);

/// Fill a slot in
void
launch_set_put(LaunchSet* set, uint32_t index, const LaunchInfo* info);

/// Leave all but the first slots out
void
launch_set_trim(LaunchSet* set, uint32_t num_slots);

/// Release slots, not their parts (null is fine)
void
launch_set_free(LaunchSet* set);

/// A curve with room for `num_points` points that covers the whole timeline;
/// null if memory ran out
Curve*
curve_new(uint32_t num_points);

/// Release a curve that the engine has given back (null is fine)
void
curve_free(Curve* curve);

/// A set with room for `num_curves` curves; null if memory ran out
CurveSet*
curve_set_new(uint32_t num_curves);

/// Release a set, not its curves (null is fine)
void
curve_set_free(CurveSet* set);

/// An empty batch; null if memory ran out
Batch*
batch_new(void);

/// Append an operation; false if memory ran out
bool
batch_add(Batch* batch, const Operation* op);

/// Have `thing` released when the batch is home; false if memory ran out
bool
batch_discard(Batch* batch,
              void (*release)(void* owner, void* thing),
              void* owner,
              void* thing);

/// Release a batch, what its operations displaced, and its garbage
void
batch_free(Batch* batch);

/// Whether a batch can be sent now; checked before a commit
bool
engine_can_send(const Engine* engine);

/**
   Send a batch, which moves.

   Batches are applied in the order of their frames, those of one frame in the
   order in which they were sent.  One that moves things, or has garbage, comes
   after all that were sent before it, since they may name what it displaces: if
   one of them is due later, its frame is raised to that.  So what is due far
   ahead is better held back by control.

   @return STATUS_BUSY if there is no room; the batch stays yours.
*/
Status
engine_send(Engine* engine, Batch* batch);

/// Number of batches sent so far, to be compared with what telemetry tells
uint64_t
engine_sent(const Engine* engine);

/// A batch that came home, to be freed; null if none has.  It comes some
/// milliseconds after it was applied, once what it displaced has faded out
Batch*
engine_collect(Engine* engine);

// Telemetry, for control

typedef enum {
  ENGINE_STOPPED,
  ENGINE_PLAYING,
  ENGINE_PAUSED,
  ENGINE_LOCATING, ///< Waiting for audio to be in memory, then plays
} EngineState;

typedef struct {
  uint64_t    frame; ///< Engine frame at the start of the last cycle
  uint64_t    nanos; ///< Monotonic clock then
  EngineState state;
  Ticks       position;   ///< Musical position then
  MicroBpm    tempo;      ///< Tempo there
  uint64_t    loops;      ///< Loop jumps since the transport started
  uint64_t    received;   ///< Batches that have arrived; those due are applied
  float       load;       ///< Share of the period used, smoothed, 1 is all
  float       load_max;   ///< Highest share since the last reading
  uint32_t    voices;     ///< Instrument voices that sound
  uint32_t    latency;    ///< Frames that the output is later than the sources
  uint64_t    late;       ///< Pages that were not there in time
  uint64_t    not_finite; ///< Times that a channel had to be silenced
  Id          not_finite_channel; ///< The last of them
  uint32_t    float_faults; ///< Times that denormals were found not flushed
} Telemetry;

/// The state at the last cycle
void
engine_telemetry(Engine* engine, Telemetry* out);

/// Take a channel's meters, starting them anew
StripMeter
engine_take_meter(Engine* engine, EngineChannel* channel);

/// Frames of a channel above full scale since they were cleared
uint32_t
engine_clips(const EngineChannel* channel);

/// Count them from 0
void
engine_clear_clips(EngineChannel* channel);

/// Lowest gain reduction of an effect since this was done last, in dB, 0 or
/// less
float
engine_take_reduction(EngineEffect* effect);

/// What an effect measured last, by the index of one of its type's readings
float
engine_effect_reading(const EngineEffect* effect, uint32_t index);

typedef enum {
  LAUNCH_TIMELINE_HEARD,
  LAUNCH_PLAYING,
  LAUNCH_STOPPED,
} LaunchState;

/// How the launcher of a track stands
typedef struct {
  LaunchState state;
  Id          playing; ///< Clip, or ID_NONE
  Id          waiting; ///< Clip, or ID_NONE
} LaunchTold;

LaunchTold
engine_launched(EngineTrack* track);

typedef enum {
  LAUNCH_EVENT_CLIP,     ///< A clip plays on a track, `offset` from its start
  LAUNCH_EVENT_STOP,     ///< A track is silent
  LAUNCH_EVENT_TIMELINE, ///< A track's timeline is heard
  LAUNCH_EVENT_TEMPO,    ///< A scene's tempo holds
  LAUNCH_EVENT_JUMP,     ///< The transport went `offset` back
  LAUNCH_EVENT_START,    ///< The transport plays from here
  LAUNCH_EVENT_END,      ///< It has played up to here
} LaunchEventType;

/// Something that took place
typedef struct {
  LaunchEventType type;
  Id              thing; ///< Track or scene
  Id              clip;
  Ticks           at; ///< On the timeline
  Ticks           offset;
} LaunchEvent;

/// The next of the things that took place; false if there is none.  Those for
/// which there was no room are missing
bool
engine_launch_event(Engine* engine, LaunchEvent* event);

// The process thread

/// A MIDI event at a frame of the cycle
typedef struct {
  uint32_t frame;
  uint8_t  size; ///< 1 to 3
  uint8_t  data[3];
} MidiEvent;

/// Ports that tracks may have beside the common ones, with numbers from 1 on
#define ENGINE_MAX_PORTS 256u

/// A port of a track's own, or a pair of them, in one cycle
typedef struct {
  const float*     in[2];   ///< Or null
  float*           out[2];  ///< Silent unless written to, or null
  const MidiEvent* midi_in; ///< In order of frame
  uint32_t         num_in;
  MidiEvent*       midi_out; ///< Room for `max_out` events, or null
  uint32_t         num_out;
  uint32_t         max_out;
} EnginePort;

/// The next event that came in at `midi_in`, for control; false if there is
/// none.  Notes, controllers, bend and pressure are kept, unless control has not
/// taken so many for so long that there is no room
bool
engine_heard(Engine* engine, MidiEvent* event);

/// Buffers of one cycle
typedef struct {
  float*           out_left;
  float*           out_right;
  const float*     in_left;  ///< Or null
  const float*     in_right; ///< Or null
  const MidiEvent* midi;     ///< In order of frame
  uint32_t         num_midi;
  EnginePort*      ports; ///< ENGINE_MAX_PORTS of them, by number, or null
} EngineIO;

/// Run one cycle of `n` frames (any number); sets FTZ and DAZ on entry.  With
/// no frames, batches that are due are applied all the same
SONIC_RT void
engine_run(Engine* engine, const EngineIO* io, uint32_t n);

/**
   Do as another transport does, before a cycle.

   @param leads Whether it leads at all.
   @param rolls Whether it plays.
   @param frame Frame of its timeline at the start of the cycle.
*/
SONIC_RT void
engine_follow(Engine* engine, bool leads, bool rolls, uint64_t frame);

/// Bars and tempo somewhere
typedef struct {
  BarPlace place;
  Ticks    ticks;
  MicroBpm tempo;
} EngineBars;

/// Bars and tempo at a frame of the timeline, between cycles
SONIC_RT void
engine_bars(const Engine* engine, uint64_t frame, EngineBars* out);

/// Whether all audio for the next `n` frames is in memory, asking for what is
/// not; for offline and freewheel, which wait
SONIC_RT bool
engine_ready(Engine* engine, uint32_t n);

/// Frames until the next batch is due, at most `n`; a cycle that ends there
/// lets whoever waits for audio see what the batch needs
SONIC_RT uint32_t
engine_batch_frames(Engine* engine, uint32_t n);

#endif // SONIC_ENGINE_ENGINE_H
