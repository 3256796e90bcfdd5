// SPDX-License-Identifier: GPL-3.0-or-later
//
// The document: a composition as a value
//
// A composition is a root node with tables of all things in it, by number, and
// lists that give their order.  Everything is immutable; an edit makes a new
// root that shares what it did not touch.  A snapshot is a retained root.
//
// Functions that change take the draft root they replace.  A draft that only
// its owner holds is changed in place.  After STATUS_NO_MEMORY a draft may be
// half changed and is to be dropped; after any other failure it is as it was.
// Members match osc-schema/composition.schema.json.

#ifndef SONIC_MODEL_DOCUMENT_H
#define SONIC_MODEL_DOCUMENT_H

#include "base/id.h"
#include "base/status.h"
#include "base/tempo.h"
#include "base/ticks.h"
#include "model/node.h"
#include "model/notes.h"
#include "model/table.h"
#include "model/value.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint8_t beats; ///< Upper number, 1 to 64
  uint8_t unit;  ///< Lower number, a power of two, 1 to 64
} Signature;

/// A send to a bus
typedef struct {
  Id     bus;
  double level_db; ///< -60 (off) to 12
  bool   pre;      ///< Before the fader
} Send;

typedef struct {
  atomic_uint refs;
  uint32_t    count;
  Send        sends[];
} SendList;

/// A parameter that differs from its default
typedef struct {
  String* symbol;
  double  value;
} Param;

/// Parameters by symbol, in ascending order
typedef struct {
  atomic_uint refs;
  uint32_t    count;
  Param       params[];
} ParamMap;

typedef struct {
  Node      node;
  double    fader_db;
  double    pan;
  double    width;
  double    input_gain_db;
  bool      mute;
  bool      solo;
  bool      solo_safe; ///< Heard whatever is soloed
  bool      phase;
  int32_t   pan_mode; ///< 0 equal power, 1 balance
  Id        group;    ///< Or ID_NONE
  Id        output;   ///< A bus or ID_MASTER
  SendList* sends;
  IdList*   effects; ///< In the order of the signal
  json_t*   extra;   ///< Keys that are not ours, kept
} Channel;

typedef struct {
  Node      node;
  String*   name;
  int32_t   type; ///< TrackType of the engine: 0 audio, 1 midi
  String*   color;
  String*   instrument; ///< "" for none
  String*   kit;        ///< "" for none
  ParamMap* params;     ///< Of the instrument
  bool      arm;
  String*   input;
  int32_t   monitor;      ///< 0 off, 1 auto, 2 on
  int32_t   midi_channel; ///< 0: all, 1 to 16
  int32_t   crossfade;    ///< CrossMode of the engine
  bool      direct;
  bool      midi_out;
  json_t*   pads;
  json_t*   slots;   ///< Scene id -> clip id
  Channel*  channel; ///< Never null
  IdList*   clips;   ///< By start, then id; derived
  json_t*   extra;
} Track;

typedef struct {
  Node      node;
  Id        track;
  String*   name;
  Ticks     start;
  Ticks     length;
  bool      mute;
  double    gain_db;
  bool      loop;
  double    loop_start; ///< Seconds (audio) or beats (MIDI), like the next
  double    loop_end;   ///< 0: the end
  double    offset;
  double    end; ///< 0: the end
  double    fade_in;
  double    fade_out;
  double    fade_in_cut; ///< Seconds of the fade before the clip's start
  double    fade_out_cut;
  int32_t   fade_in_curve; ///< FadeCurve of the engine, like the next
  int32_t   fade_out_curve;
  Id        sample; ///< On an audio track
  double    rate;
  double    pitch;
  bool      reverse;
  int32_t   transpose;
  int32_t   velocity_offset;
  double    gate;
  Ticks     timing;
  double    quantize; ///< Per cent
  Ticks     quantize_grid;
  bool      legato;       ///< When launched
  int32_t   follow;       ///< FollowAction of the engine
  Ticks     follow_after; ///< 0: the clip's length
  NoteList* notes;
  json_t*   controllers;
  json_t*   extra;
} Clip;

typedef struct {
  Node      node;
  Id        owner; ///< Channel it sits in: a track, a bus or ID_MASTER
  String*   type;
  String*   name;
  bool      bypass;
  Id        key; ///< Channel that is the side chain, or ID_NONE
  ParamMap* params;
  json_t*   extra;
} Effect;

typedef struct {
  Node    node;
  String* name;
  String* file; ///< Relative to the composition's file or to DATA/samples
  String* category;
  json_t* tags;
  json_t* extra;
} SampleNode;

typedef struct {
  Node     node;
  String*  name;
  String*  color;
  Channel* channel; ///< Never null
  json_t*  extra;
} Bus;

typedef struct {
  Node     node;
  String*  name;
  String*  color;
  MicroBpm tempo; ///< 0: none of its own
  json_t*  extra;
} Scene;

typedef struct {
  Node    node;
  String* name;
  Ticks   beat;
  json_t* extra;
} Marker;

typedef struct {
  Node    node;
  String* address;
  bool    enabled;
  Id      clip;   ///< Whose time the points are in, ID_NONE: the timeline's
  json_t* points; ///< [[beat, value, "linear"], ...]
  json_t* extra;
} Automation;

/// Channels whose levels move together: each is at its own and the group's
typedef struct {
  Node    node;
  String* name;
  String* color;
  double  fader_db;
  bool    mute;
  bool    solo;
  json_t* extra;
} Group;

/// How the mixer stood at a time
typedef struct {
  Node    node;
  String* name;
  json_t* state; ///< By id: of channels, groups and effects
  json_t* extra;
} Snapshot;

typedef struct {
  Node      node;
  int32_t   format;
  String*   id; ///< Name of its folder
  String*   name;
  MicroBpm  tempo;
  Signature signature;
  json_t*   tempo_map;
  json_t*   signature_map;
  bool      loop_enabled;
  Ticks     loop_start;
  Ticks     loop_end;
  bool      limiter_enabled;
  double    limiter_threshold_db;
  bool      metronome;
  double    metronome_volume; ///< 0 to 1
  int32_t   count_in;         ///< Bars
  double    autosave;         ///< Minutes, 0: never
  bool      stop_at_end;
  int32_t   launch_quantization;
  int32_t   automation_mode; ///< 0 read, 1 touch, 2 latch, 3 write
  int32_t   sync;            ///< 0 none, 1 follow, 2 master
  bool      midi_clock;
  bool      punch_enabled;
  Ticks     punch_start;
  Ticks     punch_end;
  Ticks     record_quantize; ///< Grid for recorded notes, 0 for none
  String*   key;
  Id        morph_from; ///< Snapshot, or ID_NONE, as the next
  Id        morph_to;
  double    morph; ///< Place between them, 0 to 1
  json_t*   midi_map;
  json_t*   chat;
  json_t*   metadata;
  Channel*  master;             ///< Never null
  Table*    things[NUM_KINDS];  ///< By kind: tracks, clips, effects, ...
  IdList*   order[NUM_KINDS];   ///< Of tracks, buses, samples, scenes, ...
  uint32_t  next_id[NUM_KINDS]; ///< Next number that was never used
  json_t*   extra;
} Composition;

/// A composition with nothing in it, owned
Composition*
composition_new(const char* id, const char* name);

static inline Composition*
composition_retain(const Composition* const composition)
{
  return (Composition*)node_retain(composition ? &composition->node : NULL);
}

static inline void
composition_release(const Composition* const composition)
{
  node_release(composition ? &composition->node : NULL);
}

// Finding; results are borrowed from the composition, null if absent

/// The node of an identifier; the composition itself for ID_COMPOSITION
const Node*
composition_find(const Composition* composition, Id id);

/// The channel of a track, a bus or the master
const Channel*
composition_channel(const Composition* composition, Id id);

static inline const Track*
composition_track(const Composition* const composition, const Id id)
{
  return id_kind(id) == KIND_TRACK
           ? (const Track*)composition_find(composition, id)
           : NULL;
}

static inline const Clip*
composition_clip(const Composition* const composition, const Id id)
{
  return id_kind(id) == KIND_CLIP
           ? (const Clip*)composition_find(composition, id)
           : NULL;
}

/// Name of a thing, "" if it has none
const char*
node_name(const Node* node);

// Changing a draft, which is owned and replaced

/// Take the next identifier of a kind
Status
composition_take_id(Composition** draft, Kind kind, Id* id);

/**
   Put a node in the place of the one with its id, or add it.

   A new track, bus, sample, scene, marker or automation goes to the end of its
   order.  Putting a clip keeps the clip lists of its old and new track.  The
   counters are raised past the id.  `node` moves, also on failure.
*/
Status
composition_put(Composition** draft, Node* node);

/// Put all clips of a track that has none yet; the nodes move, also on failure
Status
composition_put_clips(Composition** draft,
                      Id            track,
                      Node**        clips,
                      uint32_t      count);

/// Put the channel of its id's owner; `channel` moves, also on failure
Status
composition_put_channel(Composition** draft, Channel* channel);

/**
   Take a thing away, with what belongs to it.

   A track takes its clips and effects along, a bus its effects and the sends
   and outputs that lead to it (which go to the master), a group lets its
   channels go, a clip takes its automation and a clip or scene the slots of the
   launcher that name it.
*/
Status
composition_remove(Composition** draft, Id id);

/// Empty the slots of a track that hold a clip, or that are of a scene
Status
composition_empty_slots(Composition** draft, Id track, Id id);

/// Take away what names a clip or scene: slots of the launcher, and a clip's
/// automation
Status
composition_forget(Composition** draft, Id id);

/// Move a thing to a position in its order, clamped to the count
Status
composition_move(Composition** draft, Id id, uint32_t position);

/// Set the whole order of a kind; `order` moves, also on failure
Status
composition_set_order(Composition** draft, Kind kind, IdList* order);

/// The root to be changed in place: the draft itself if nobody else holds it,
/// else a copy that replaces it; null if memory ran out
Composition*
composition_edit(Composition** draft);

// Lists of sends and parameters

SendList*
send_list_new(uint32_t count);

SendList*
send_list_retain(const SendList* list);

void
send_list_release(const SendList* list);

ParamMap*
param_map_retain(const ParamMap* map);

void
param_map_release(const ParamMap* map);

/// Value of a parameter; false if it is not in the map
bool
param_map_find(const ParamMap* map, const char* symbol, double* value);

/// A new map in which `symbol` has a value, or no entry if `remove`; owned
Status
param_map_set(const ParamMap* map,
              const char*     symbol,
              double          value,
              bool            remove,
              ParamMap**      out);

// Names

/// Room for any slug
#define SLUG_SIZE 64

/// A name in lower case letters, digits and `-`; may be empty
void
slug_make(const char* name, char slug[SLUG_SIZE]);

/// Read "6/8"; false if it is not a signature
bool
signature_parse(const char* text, Signature* signature);

#endif // SONIC_MODEL_DOCUMENT_H
