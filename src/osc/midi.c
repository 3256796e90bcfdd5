// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /midi, and what controls at midi_in do
//
// They come in by the same door as everybody else: `midi_in` is a client, whose
// messages are made here.

#include "services/midi_map.h"

#include "osc/call_address.h"
#include "osc/dispatch_private.h"
#include "osc/handlers.h"
#include "osc/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// How often controls are looked at while there is something for them to do
#define LOOK_NANOS 5000000u

/// Most events that are taken at a time
#define MAX_EVENTS 256u

/// How a value is moved
typedef enum {
  MOVE_NONE,    ///< Not by a control
  MOVE_SHARE,   ///< By the twin ADDRESS/norm
  MOVE_SWITCH,  ///< On or off
  MOVE_TRIGGER, ///< Fired
} MoveType;

static MoveType
move_type(const OscRow* const row)
{
  const bool value = row->access == ACCESS_VALUE && row->set;
  return row->access == ACCESS_TRIGGER && row->set ? MOVE_TRIGGER
         : !value || row->num_args != 1u           ? MOVE_NONE
         : row_has_norm(row)                       ? MOVE_SHARE
         : row->args[0].type == ARG_BOOL           ? MOVE_SWITCH
                                                   : MOVE_NONE;
}

/// How the value of an address is moved, MOVE_NONE if it is not
static MoveType
find_move(Dispatch* const dispatch, const char* const address)
{
  TreeMatch* const match = (TreeMatch*)malloc(sizeof(TreeMatch));
  const MoveType   type  = match && !tree_match(dispatch->tree, address, match)
                             ? move_type(match->row)
                             : MOVE_NONE;
  free(match);
  return type;
}

/// An address that a control can move, things named by their ids
static Status
read_address(Services* const      services,
             const OscCall* const call,
             const char* const    given,
             char                 out[LIMIT_ADDRESS_CHARS + 1u])
{
  const Status st =
    call_address(services, call, given, out, LIMIT_ADDRESS_CHARS + 1u);
  return st ? st
         : find_move(call_dispatch(call), out) == MOVE_NONE
           ? services_fail(services,
                           STATUS_UNSUPPORTED,
                           "%.200s is nothing that a control can move: "
                           "expected a number, a switch or a trigger",
                           out)
           : STATUS_OK;
}

static Status
read_source(Services* const   services,
            const char* const given,
            MidiSource* const source)
{
  return midi_source_parse(given, source)
           ? STATUS_OK
           : services_fail(services,
                           STATUS_BAD_ARGUMENT,
                           "Expected a source such as 1:cc:74, 10:note:36, "
                           "1:bend or 0:pressure, not \"%.40s\"",
                           given);
}

/// `/midi/learn`
Status
osc_midi_learn_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_string(call, call_dispatch(call)->learn);
  return STATUS_OK;
}

/// `/midi/learn ,s`
Status
osc_midi_learn_set(Services* const services, OscCall* const call)
{
  char* const       learn = call_dispatch(call)->learn;
  const char* const given = call->args[0].s;
  char              address[LIMIT_ADDRESS_CHARS + 1u] = "";
  const Status      st =
    *given ? read_address(services, call, given, address) : STATUS_OK;
  if (!st) {
    memcpy(learn, address, sizeof(address));
  }

  return st;
}

/// `/midi/map/list`
Status
osc_midi_map_list(Services* const services, OscCall* const call)
{
  uint32_t       count = 0;
  const uint32_t rows  = midi_map_count(services);
  for (uint32_t i = 0; i < rows; ++i) {
    MidiMapping mapping;
    char        source[MIDI_SOURCE_SIZE];
    if (midi_map_at(services, i, &mapping)) {
      call_int(call, count++);
      call_string(call, midi_source_format(&mapping.source, source));
      call_string(call, mapping.address);
      call_float(call, mapping.min);
      call_float(call, mapping.max);
      call_string(call, mapping.pickup ? "pickup" : "jump");
      call_item(call);
    }
  }

  call_end_list(call, count);
  return STATUS_OK;
}

/// `/midi/map/add ,ss(ffs)`
Status
osc_midi_map_add(Services* const services, OscCall* const call)
{
  char        address[LIMIT_ADDRESS_CHARS + 1u];
  MidiMapping mapping = {
    .address = address,
    .min     = call->num_args > 2u ? call->args[2].f : 0.0,
    .max     = call->num_args > 3u ? call->args[3].f : 1.0,
    .pickup  = call->num_args > 4u && call->args[4].i == 1,
  };
  Status st = read_source(services, call->args[0].s, &mapping.source);
  st        = st ? st : read_address(services, call, call->args[1].s, address);
  return st ? st : midi_map_add(services, &mapping);
}

/// `/midi/map/remove ,s(s)`
Status
osc_midi_map_remove(Services* const services, OscCall* const call)
{
  MidiSource   source;
  const bool   all = call->num_args < 2u;
  const Status st  = read_source(services, call->args[0].s, &source);
  char         address[LIMIT_ADDRESS_CHARS + 1u];
  if (st || all) {
    return st ? st : midi_map_remove(services, &source, NULL);
  }

  // What is gone is still named by its id
  if (call_address(services, call, call->args[1].s, address, sizeof(address))) {
    snprintf(address, sizeof(address), "%s", call->args[1].s);
  }

  return midi_map_remove(services, &source, address);
}

/// `/midi/map/clear`
Status
osc_midi_map_clear(Services* const services, OscCall* const call)
{
  (void)call;
  return midi_map_clear(services);
}

// What comes in

/// Where a control stands
typedef struct {
  MidiSource source;
  double     value;
} Moved;

/// Send a message that was made as the client that `midi_in` is
static void
send_own(Dispatch* const dispatch, OscWriter* const writer, const bool pickup)
{
  const Peer       peer   = {.type = PEER_MIDI};
  OscClient* const client = dispatch_hear(dispatch, &peer);
  if (client && !osc_writer_end(writer)) {
    client->keep     = true;
    client->takeover = pickup;
    dispatch_run(dispatch, client, writer->buf, writer->used, &(Turn){0});
  }
}

/// Tie what was moved to what waits for it
static void
learn(Dispatch* const dispatch, const Moved* const moved)
{
  char      source[MIDI_SOURCE_SIZE];
  uint8_t   packet[LIMIT_DATAGRAM_BYTES];
  OscWriter writer;
  osc_writer_init(&writer, packet, sizeof(packet));
  osc_writer_message(&writer, "/midi/map/add");
  osc_writer_s(&writer, midi_source_format(&moved->source, source));
  osc_writer_s(&writer, dispatch->learn);
  dispatch->learn[0] = '\0';
  send_own(dispatch, &writer, false);
}

/// Move the value of a mapping
static void
move(Dispatch* const          dispatch,
     const MidiMapping* const mapping,
     const double             value)
{
  char           address[LIMIT_ADDRESS_CHARS + 8u];
  uint8_t        packet[LIMIT_DATAGRAM_BYTES];
  OscWriter      writer;
  const MoveType type  = find_move(dispatch, mapping->address);
  const double   share = mapping->min + (mapping->max - mapping->min) * value;
  snprintf(address,
           sizeof(address),
           "%.*s%s",
           LIMIT_ADDRESS_CHARS,
           mapping->address,
           type == MOVE_SHARE ? twin_suffix(TWIN_NORM) : "");
  osc_writer_init(&writer, packet, sizeof(packet));
  osc_writer_message(&writer, address);
  if (type == MOVE_SWITCH) {
    osc_writer_i(&writer, share >= 0.5);
  } else {
    osc_writer_f(&writer, (float)share);
  }

  if (type != MOVE_NONE) {
    send_own(dispatch, &writer, mapping->pickup);
  }
}

/// Do what a control is for
static void
play(Dispatch* const dispatch, const Moved* const moved)
{
  const bool pressed = moved->source.kind != MIDI_SOURCE_NOTE || moved->value;
  if (dispatch->learn[0] && pressed) {
    learn(dispatch, moved);
  }

  for (uint32_t i = 0; i < midi_map_count(dispatch->services); ++i) {
    MidiMapping mapping;
    if (midi_map_at(dispatch->services, i, &mapping) &&
        midi_source_matches(&mapping.source, &moved->source)) {
      move(dispatch, &mapping, moved->value);
    }
  }
}

/// Note where a control stands: keys are pressed one by one, of all others the
/// last position counts.  Returns the number of `moved`
static uint32_t
note_position(Moved* const moved, const uint32_t count, const Moved* const now)
{
  for (uint32_t i = count; i > 0 && now->source.kind != MIDI_SOURCE_NOTE; --i) {
    if (midi_source_matches(&moved[i - 1u].source, &now->source)) {
      moved[i - 1u].value = now->value;
      return count;
    }
  }

  moved[count] = *now;
  return count + 1u;
}

uint64_t
dispatch_play_controls(Dispatch* const dispatch)
{
  const bool wanted = dispatch->learn[0] || midi_map_count(dispatch->services);
  Moved      moved[MAX_EVENTS];
  uint32_t   count = 0;
  uint32_t   taken = 0;
  MidiEvent  event;
  while (taken < MAX_EVENTS && midi_heard(dispatch->services, &event)) {
    Moved now;
    ++taken;
    if (wanted && midi_source_of(&event, &now.source, &now.value)) {
      count = note_position(moved, count, &now);
    }
  }

  for (uint32_t i = 0; i < count; ++i) {
    play(dispatch, &moved[i]);
  }

  return taken == MAX_EVENTS ? dispatch->moment.monotonic
         : wanted            ? dispatch->moment.monotonic + LOOK_NANOS
                             : UINT64_MAX;
}
