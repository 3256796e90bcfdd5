// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bundles and their time
//
// A bundle for later is kept as it came.  Shortly before its time it is run,
// and the engine is told the frame at which it is heard; what comes too late is
// run at once and said to be late.
//
// Its frame is worked out when it comes, by what its client was told by /clock
// if that is not long ago, so that it is exactly the one that was meant and
// those of one score are as far apart as they should be.  Only if clock and
// driver have parted since then, after a gap or over a long time, it is worked
// out anew.

#include "osc/dispatch_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A bundle less late than this is on time
#define LATE_NANOS 1000000

/// Clock and driver have parted if they are this part of a second apart
#define PARTED_RATE 100

/// A bundle is run this long before its time, and the length of cycles besides
#define LEAD_NANOS 20000000u

/// Nanoseconds before its time that a bundle is run
static int64_t
lead_nanos(const Dispatch* const dispatch)
{
  const BackendInfo* const info = &dispatch->backend;
  const uint64_t           cycles =
    info->rate ? 1500000000u * (uint64_t)info->period / info->rate : 0;
  return (int64_t)(LEAD_NANOS + cycles);
}

/// Whether two frames of one time are so far apart that clock and driver have
/// parted
static bool
has_parted(const Dispatch* const dispatch, const uint64_t a, const uint64_t b)
{
  const int64_t most  = dispatch->backend.rate / PARTED_RATE;
  const int64_t apart = (int64_t)(a - b);
  return apart > most || apart < -most;
}

/// The frame at which a time is heard; false if the engine doesn't run
static bool
frame_at(const Dispatch* const  dispatch,
         const OscClient* const client,
         const int64_t          after,
         uint64_t* const        frame)
{
  const int64_t time = (int64_t)dispatch->moment.monotonic + after;
  if (dispatch->backend.state != BACKEND_RUNNING ||
      !timebase_frame(&dispatch->timebase, time, frame)) {
    return false;
  }

  // What this client was told holds, with the rate that it was told
  if (dispatch->moment.monotonic < client->clock_until) {
    const double  seconds = (double)(time - client->clock_nanos) * 1e-9;
    const int64_t frames =
      (int64_t)floor(seconds * dispatch->backend.rate + 0.5);
    const uint64_t told = client->clock_frame + (uint64_t)frames;
    *frame              = has_parted(dispatch, told, *frame) ? *frame : told;
  }
  return true;
}

/// A turn for what is `after` nanoseconds from its time
static Turn
make_turn(const Dispatch* const  dispatch,
          const OscClient* const client,
          const int64_t          after)
{
  Turn turn = {.bundle = true};
  if (after < -LATE_NANOS) {
    turn.late_ms = (double)-after * 1e-6;
  } else {
    turn.timed = frame_at(dispatch, client, after, &turn.frame);
  }
  return turn;
}

/// Take the frame that was worked out before, unless it is not true any more
static void
keep_frame(const Dispatch* const dispatch,
           const Held* const     held,
           Turn* const           turn)
{
  if (held->framed && turn->timed &&
      !has_parted(dispatch, held->frame, turn->frame)) {
    turn->frame = held->frame;
  }
}

/// Number of bundles that a client has here
static uint32_t
count_held(const Dispatch* const dispatch, const uint32_t client)
{
  uint32_t count = 0;
  for (const Held* held = dispatch->held; held; held = held->next) {
    count += held->client == client;
  }
  return count;
}

/// Keep a bundle for later
static Status
hold(Dispatch* const      dispatch,
     OscClient* const     client,
     const uint64_t       timetag,
     const uint8_t* const data,
     const uint32_t       size)
{
  if (dispatch->num_held >= LIMIT_HELD_BUNDLES ||
      dispatch->held_bytes + size > LIMIT_HELD_BYTES ||
      count_held(dispatch, client->number) >= LIMIT_HELD_CLIENT_BUNDLES) {
    return dispatch_fail(
      dispatch, STATUS_TOO_LARGE, "Too many bundles wait for their time");
  }

  Held* const held = (Held*)malloc(sizeof(Held) + size);
  if (!held) {
    return dispatch_fail(dispatch, STATUS_NO_MEMORY, "");
  }

  // Behind those of the same time, which came before
  Held** link = &dispatch->held;
  while (*link && (int64_t)((*link)->timetag - timetag) <= 0) {
    link = &(*link)->next;
  }
  held->next    = *link;
  held->timetag = timetag;
  held->client  = client->number;
  held->order   = ++client->order;
  held->framed  = frame_at(dispatch,
                          client,
                          ntp_nanos_after(timetag, &dispatch->moment),
                          &held->frame);
  held->size    = size;
  memcpy(held->data, data, size);
  *link = held;
  ++dispatch->num_held;
  dispatch->held_bytes += size;
  ++client->waiting;
  return STATUS_OK;
}

static void
release(Dispatch* const dispatch, Held* const held)
{
  OscClient* const client = dispatch_client(dispatch, held->client);
  if (client) {
    --client->waiting;
  }
  --dispatch->num_held;
  dispatch->held_bytes -= held->size;
  free(held);
}

/// Answer a bundle that can't be kept, in the name of its first message
static void
refuse(Dispatch* const      dispatch,
       OscClient* const     client,
       const Status         status,
       const uint8_t* const data,
       const uint32_t       size)
{
  PacketReader* const reader = &dispatch->reader;
  packet_reader_init(reader, data, size);
  PacketEvent event = packet_next(reader);
  while (event == PACKET_BUNDLE || event == PACKET_BUNDLE_END) {
    event = packet_next(reader);
  }

  const bool    message = event == PACKET_MESSAGE;
  const ReplyTo to      = {message ? reader->message.address : "/", false, 0};
  outbox_error(&dispatch->outbox, &to, status, dispatch->reason);
  dispatch_send(dispatch, client, &dispatch->outbox);
}

void
dispatch_bundle(Dispatch* const      dispatch,
                OscClient* const     client,
                const uint64_t       timetag,
                const uint8_t* const data,
                const uint32_t       size)
{
  const int64_t after  = ntp_nanos_after(timetag, &dispatch->moment);
  Status        status = STATUS_OK;
  if (timetag <= TIMETAG_NOW || client->untimed) {
    dispatch_run(dispatch, client, data, size, &(Turn){.bundle = true});
    return;
  }
  if (after <= lead_nanos(dispatch)) {
    const Turn turn = make_turn(dispatch, client, after);
    dispatch_run(dispatch, client, data, size, &turn);
    return;
  }

  if (after > (int64_t)LIMIT_HELD_SECONDS * 1000000000) {
    char text[REASON_SIZE];
    snprintf(text,
             sizeof(text),
             "Its time is in %.1f seconds, and at most %u are possible",
             (double)after * 1e-9,
             LIMIT_HELD_SECONDS);
    status = dispatch_fail(dispatch, STATUS_OUT_OF_RANGE, text);
  } else {
    status = hold(dispatch, client, timetag, data, size);
  }
  if (status) {
    refuse(dispatch, client, status, data, size);
  }
}

uint64_t
dispatch_run_held(Dispatch* const dispatch)
{
  while (dispatch->held) {
    Held* const   held  = dispatch->held;
    const int64_t after = ntp_nanos_after(held->timetag, &dispatch->moment);
    const int64_t early = after - lead_nanos(dispatch);
    if (early > 0) {
      return dispatch->moment.monotonic + (uint64_t)early;
    }

    dispatch->held          = held->next;
    OscClient* const client = dispatch_client(dispatch, held->client);
    if (client) {
      Turn turn = make_turn(dispatch, client, after);
      keep_frame(dispatch, held, &turn);
      dispatch_run(dispatch, client, held->data, held->size, &turn);
    }
    release(dispatch, held);
    dispatch_check_syncs(dispatch);
  }
  return UINT64_MAX;
}

uint32_t
dispatch_drop_held(Dispatch* const dispatch, const uint32_t client)
{
  uint32_t count = 0;
  for (Held** link = &dispatch->held; *link;) {
    Held* const held = *link;
    if (!client || held->client == client) {
      *link = held->next;
      release(dispatch, held);
      ++count;
    } else {
      link = &held->next;
    }
  }
  return count;
}
