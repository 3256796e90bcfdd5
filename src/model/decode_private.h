// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts that read compositions share
//
// A decoder walks through a text once and puts each thing into the document
// when it is complete.  A faulty value leaves its default, a faulty thing is
// left out, and the walk goes on as long as whoever hears of the faults wants
// to.

#ifndef SONIC_MODEL_DECODE_PRIVATE_H
#define SONIC_MODEL_DECODE_PRIVATE_H

#include "model/codec.h"
#include "model/field_codec.h"
#include "model/json_place.h"

#include <stdint.h>

/// A field that names other things, to be looked at when all are there
typedef struct {
  const Node*  node; ///< Retained
  const Field* field;
  JsonSpan     span; ///< Its value
} Reference;

typedef struct {
  JsonReader     reader;
  RangeMode      range;
  JsonPlace      place;
  CodecFaultFunc func;
  void*          handle;
  uint32_t       num_faults;
  bool           stopped; ///< `func` does not want to hear more
  Status         status;  ///< Only memory can run out

  Composition* root;
  uint64_t*    seen[NUM_KINDS];     ///< Bits of the numbers that were read
  uint32_t     num_seen[NUM_KINDS]; ///< Words of `seen`
  Reference*   references;
  size_t       num_references;
  size_t       max_references;
} Decoder;

/// Whether to go on
static inline bool
decoder_going(const Decoder* const decoder)
{
  return !decoder->stopped && !decoder->status && !decoder->reader.fault;
}

/// Tell of a fault at a place
void
decoder_fault(Decoder* decoder, const char* at, const char* format, ...)
  SONIC_PRINTF(3, 4);

/// Note that memory ran out if `ok` is false; returns `ok`
static inline bool
decoder_need(Decoder* const decoder, const bool ok)
{
  if (!ok) {
    decoder->status = STATUS_NO_MEMORY;
  }

  return ok;
}

/// Note a number that is read; false if it was read before or memory ran out
bool
decoder_see(Decoder* decoder, Id id);

/// Keep a field for `decoder_check_references`
void
decoder_refer(Decoder*     decoder,
              const Node*  node,
              const Field* field,
              JsonSpan     span);

/// Tell of references to what is not there, and of buses that go round
void
decoder_check_references(Decoder* decoder);

/// Read the whole text into `root`
void
decoder_read(Decoder* decoder);

// Nodes that wait until the one they belong to is complete

typedef struct {
  Node** nodes; ///< Owned, each; null once it was put
  size_t count;
  size_t room;
} NodeList;

/// Append a node, which moves
void
node_list_add(Decoder* decoder, NodeList* list, Node* node);

/// Release what is left
void
node_list_free(NodeList* list);

/// Put a node into the document, which takes it; false if memory ran out
bool
decoder_put(Decoder* decoder, Node* node);

/// Put nodes one by one
void
decoder_put_all(Decoder* decoder, NodeList* list);

// Objects

/// Reads the value of a member that is no field
typedef void (*MemberFunc)(Decoder* decoder, void* handle);

/// A key that is no field
typedef struct {
  const char* key;
  MemberFunc  read;
} Member;

/**
   Read an object: fields, members, and what is unknown.

   @param node Node whose fields they are.
   @param prefix What the keys of its fields begin with here, usually "".
   @param extra Object that unknown keys go to.
   @param members Keys that are no fields, ends with a null key; may be null.
   @param handle Handed to the members' functions.
*/
void
decoder_read_object(Decoder*      decoder,
                    Node*         node,
                    const char*   prefix,
                    json_t*       extra,
                    const Member* members,
                    void*         handle);

/// Go into an array; false, with a fault and the value skipped, if it is none
bool
decoder_enter_array(Decoder* decoder);

// Things: objects with an id

typedef struct {
  Kind     kind;
  Node*    node;    ///< Owned until it is put
  NodeList clips;   ///< Of a track
  NodeList effects; ///< Of a track's or bus's channel
} Thing;

/// The members of a thing that is fields only; their handle is the Thing
extern const Member decoder_id_only[];

/// Read a thing; null, after a fault, if it has no good id
Node*
decoder_read_thing(Decoder* decoder, Thing* thing, const Member* members);

/// Read a channel, which nobody shares yet; its effects go to a list
void
decoder_read_channel(Decoder* decoder, Channel* channel, NodeList* effects);

/// Put the effects of a channel, which is in the document
void
decoder_put_effects(Decoder* decoder, NodeList* effects, Id owner);

// Members of the composition

void
decoder_read_tracks(Decoder* decoder, void* handle);

void
decoder_read_buses(Decoder* decoder, void* handle);

#endif // SONIC_MODEL_DECODE_PRIVATE_H
