// SPDX-License-Identifier: GPL-3.0-or-later
//
// The messages of a packet as one turn: all hold or none, then the answers

#include "osc/dispatch_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

OscClient*
dispatch_client(const Dispatch* const dispatch, const uint32_t number)
{
  for (uint32_t i = 0; i < LIMIT_CLIENTS; ++i) {
    OscClient* const client = clients_at(dispatch->clients, i);
    if (client && client->number == number) {
      return client;
    }
  }
  return NULL;
}

void
turn_open(Dispatch* const dispatch)
{
  Turn* const turn = &dispatch->turn;
  if (turn->open) {
    return;
  }

  turn->open = true;
  services_begin(dispatch->services, &turn->author);
  if (turn->timed) {
    services_set_frame(dispatch->services, turn->frame);
  }
}

/// Add `/late ,sf ADDRESS MS` for the present message
static void
say_late(Dispatch* const dispatch)
{
  OscWriter writer;
  if (outbox_begin(&dispatch->outbox, &writer)) {
    return;
  }
  osc_writer_message(&writer, "/late");
  osc_writer_s(&writer, dispatch->to.address);
  osc_writer_f(&writer, (float)dispatch->turn.late_ms);
  if (!osc_writer_end(&writer)) {
    outbox_end(&dispatch->outbox, &writer);
  }
}

/// Run all messages; on failure `to` and the reason say which and why
static Status
run_messages(Dispatch* const      dispatch,
             const uint8_t* const data,
             const uint32_t       size)
{
  packet_reader_init(&dispatch->reader, data, size);
  while (true) {
    switch (packet_next(&dispatch->reader)) {
      case PACKET_END:
        return STATUS_OK;
      case PACKET_MESSAGE: {
        const Status status = dispatch_message(dispatch);
        if (status) {
          return status;
        }
        if (dispatch->turn.late_ms > 0.0) {
          say_late(dispatch);
        }
        break;
      }
      case PACKET_BUNDLE:
      case PACKET_BUNDLE_END:
        break;
      case PACKET_ERROR:
        // The whole packet was looked at before
        return dispatch->reader.error.status;
    }
  }
}

/// Of a packet that failed, tell each `/call` but the one that is to blame
static void
cancel_calls(Dispatch* const      dispatch,
             const uint8_t* const data,
             const uint32_t       size)
{
  const ReplyTo blamed  = dispatch->to;
  bool          is_told = !blamed.numbered;
  PacketEvent   event   = PACKET_BUNDLE;
  packet_reader_init(&dispatch->reader, data, size);
  while (event != PACKET_END && event != PACKET_ERROR) {
    event                              = packet_next(&dispatch->reader);
    const PacketMessage* const message = &dispatch->reader.message;
    const PacketArg* const     args    = message->args;
    if (event != PACKET_MESSAGE || strcmp(message->address, "/call") != 0 ||
        message->num_args < 2 || args[0].type != 'i' || args[1].type != 's') {
      continue;
    }
    if (!is_told && args[0].i == blamed.number &&
        !strcmp(args[1].s, blamed.address)) {
      is_told = true;
      continue;
    }
    const ReplyTo to = {args[1].s, true, args[0].i};
    outbox_error(&dispatch->outbox,
                 &to,
                 STATUS_CANCELLED,
                 "Another element of the bundle failed");
  }
}

/// Publish what the messages did, or drop it
static Status
close_turn(Dispatch* const dispatch, Status status)
{
  Turn* const turn = &dispatch->turn;
  if (turn->open && status) {
    services_abort(dispatch->services);
  } else if (turn->open) {
    status = services_commit(dispatch->services);
    if (status) {
      dispatch_fail(dispatch, status, services_error(dispatch->services));
    }
  }
  turn->open = false;
  return status;
}

void
dispatch_run(Dispatch* const      dispatch,
             OscClient* const     client,
             const uint8_t* const data,
             const uint32_t       size,
             const Turn* const    start)
{
  Turn* const turn = &dispatch->turn;
  *turn            = *start;
  turn->client     = client;
  turn->steps      = LIMIT_PACKET_STEPS;
  turn->author =
    (Author){client->number, client->url, turn->what, turn->gesture};
  marks_clear(&dispatch->own);
  ++client->order;

  Status status = run_messages(dispatch, data, size);
  status        = close_turn(dispatch, status);
  if (status) {
    outbox_cut(&dispatch->outbox, 0);
    dispatch_drop_syncs(dispatch);
    outbox_error(&dispatch->outbox, &dispatch->to, status, dispatch->reason);
    if (turn->bundle) {
      cancel_calls(dispatch, data, size);
    }
  } else {
    subscriptions_settle(dispatch->subscriptions, client, &dispatch->own);
  }

  turn->client = NULL;
  dispatch_send(dispatch, client, &dispatch->outbox);
  dispatch_check_syncs(dispatch);
}

/// Say that a client has to read its answers first
static void
put_off(Dispatch* const dispatch, OscClient* const client)
{
  const ReplyTo to = {"/", false, 0};
  outbox_error(&dispatch->outbox,
               &to,
               STATUS_BUSY,
               "There are answers that have not been read yet");
  dispatch_send(dispatch, client, &dispatch->outbox);
}

/// Say what is wrong with a packet
static void
refuse(Dispatch* const dispatch, OscClient* const client)
{
  const PacketReader* const reader = &dispatch->reader;
  const ReplyTo             to     = {
                    reader->message.address[0] ? reader->message.address : "/", false, 0};
  char text[PACKET_ERROR_SIZE];
  outbox_error(&dispatch->outbox,
               &to,
               reader->error.status,
               packet_error_format(&reader->error, text));
  dispatch_send(dispatch, client, &dispatch->outbox);
}

/// Look at a whole packet; false if it is malformed
static bool
check(Dispatch* const      dispatch,
      const uint8_t* const data,
      const uint32_t       size,
      bool* const          bundle,
      uint64_t* const      timetag)
{
  packet_reader_init(&dispatch->reader, data, size);
  PacketEvent event = packet_next(&dispatch->reader);
  *bundle           = event == PACKET_BUNDLE;
  *timetag          = *bundle ? dispatch->reader.timetags[0] : TIMETAG_NOW;
  while (event != PACKET_END && event != PACKET_ERROR) {
    event = packet_next(&dispatch->reader);
  }
  return event == PACKET_END;
}

void
dispatch_packet(void* const          handle,
                const Peer* const    peer,
                const uint8_t* const data,
                const uint32_t       size)
{
  Dispatch* const dispatch = (Dispatch*)handle;
  dispatch->moment         = dispatch->config.now(dispatch->config.handle);
  OscClient* const client  = dispatch_hear(dispatch, peer);
  bool             bundle  = false;
  uint64_t         timetag = TIMETAG_NOW;
  if (!client) {
    return;
  }

  if (!check(dispatch, data, size, &bundle, &timetag)) {
    if (dispatch->config.traffic) {
      ++dispatch->config.traffic->malformed;
    }
    refuse(dispatch, client);
  } else if (dispatch_is_behind(client)) {
    put_off(dispatch, client);
  } else if (bundle) {
    dispatch_bundle(dispatch, client, timetag, data, size);
  } else {
    dispatch_run(dispatch, client, data, size, &(Turn){0});
  }
}
