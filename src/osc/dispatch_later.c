// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers that come later: those of workers, and `/synced`

#include "osc/dispatch_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A call that waits for its answer
struct OscLater {
  OscLater* next;
  Dispatch* dispatch; ///< Null once that is gone
  uint32_t  client;   ///< Number
  uint64_t  order;    ///< Among what the client asked for
  bool      numbered;
  int32_t   number;
  bool      value; ///< What is answered is the value of the address
  char      address[];
};

OscLater*
call_later(OscCall* const call)
{
  Reply* const    reply    = call_reply(call);
  Dispatch* const dispatch = reply->dispatch;
  const size_t    size     = strlen(reply->to.address) + 1u;
  OscLater* const later    = dispatch->num_laters < LIMIT_LATER
                               ? (OscLater*)malloc(sizeof(OscLater) + size)
                               : NULL;
  reply->answered          = later != NULL;
  if (!later) {
    reply->status =
      dispatch->num_laters < LIMIT_LATER ? STATUS_NO_MEMORY : STATUS_BUSY;
    return NULL;
  }

  later->next     = dispatch->laters;
  later->dispatch = dispatch;
  later->client   = call->client->number;
  later->order    = call->client->order;
  later->numbered = reply->to.numbered;
  later->number   = reply->to.number;
  later->value =
    call->row->access == ACCESS_VALUE || call->row->access == ACCESS_QUERY;
  dispatch->laters = later;
  memcpy(later->address, reply->to.address, size);
  ++dispatch->num_laters;
  ++call->client->waiting;
  return later;
}

static ReplyTo
reply_to(const OscLater* const later)
{
  const ReplyTo to = {later->address, later->numbered, later->number};
  return to;
}

void
dispatch_send_late(Dispatch* const dispatch, OscClient* const client)
{
  if (dispatch->turn.client != client) {
    dispatch_send(dispatch, client, &dispatch->late);
    return;
  }

  uint32_t       cursor = 0;
  uint32_t       size   = 0;
  const uint8_t* packet = NULL;
  OscWriter      writer;
  while ((packet = outbox_next(&dispatch->late, &cursor, &size))) {
    if (!outbox_begin(&dispatch->outbox, &writer)) {
      memcpy(writer.buf, packet, size);
      writer.used = size;
      outbox_end(&dispatch->outbox, &writer);
    }
  }
  outbox_cut(&dispatch->late, 0);
}

/// Take a call off the list
static void
take_off(OscLater* const later)
{
  OscLater** link = &later->dispatch->laters;
  while (*link != later) {
    link = &(*link)->next;
  }
  *link = later->next;
  --later->dispatch->num_laters;
}

void
later_answer(OscLater* const later,
             void (*const write)(void* handle, OscCall* call),
             void* const handle)
{
  Dispatch* const dispatch = later ? later->dispatch : NULL;
  if (!dispatch) {
    free(later);
    return;
  }

  take_off(later);
  OscClient* const client = dispatch_client(dispatch, later->client);
  if (client) {
    const ReplyTo to    = reply_to(later);
    Reply* const  reply = &dispatch->feedback;
    OscCall       call  = {.reply = reply};
    --client->waiting;
    reply_init(reply, &to, NULL, TWIN_NONE);
    reply->outbox   = &dispatch->late;
    reply->revision = services_revision(dispatch->services);
    write(handle, &call);
    if (!reply->answered && later->value) {
      reply_value(reply, NULL);
    } else if (!reply->answered) {
      reply_result(reply);
    }
    if (reply->status) {
      outbox_cut(&dispatch->late, 0);
      outbox_error(
        &dispatch->late, &to, reply->status, "The answer is too long");
    }
    dispatch_send_late(dispatch, client);
  }
  free(later);
  dispatch_check_syncs(dispatch);
}

/// What is said of a call that has ended
typedef struct {
  Status      status;
  const char* text; ///< Or null
} Ending;

static void
write_ending(void* const handle, OscCall* const call)
{
  const Ending* const ending = (const Ending*)handle;
  Reply* const        reply  = call_reply(call);
  if (ending->status) {
    const ReplyTo to = reply->to;
    outbox_error(reply->outbox, &to, ending->status, ending->text);
    reply->answered = true;
  } else if (ending->text) {
    call_string(call, ending->text);
  }
}

void
later_finish(OscLater* const later, const Status status, const char* const text)
{
  Ending ending = {status, status && !text ? "" : text};
  later_answer(later, write_ending, &ending);
}

void
later_progress(OscLater* const   later,
               const double      share,
               const char* const text)
{
  Dispatch* const  dispatch = later ? later->dispatch : NULL;
  OscClient* const client =
    dispatch ? dispatch_client(dispatch, later->client) : NULL;
  OscWriter writer;
  if (!client || outbox_begin(&dispatch->late, &writer)) {
    return;
  }

  osc_writer_message(&writer, "/progress");
  osc_writer_s(&writer, later->address);
  osc_writer_f(&writer, (float)share);
  osc_writer_s(&writer, text ? text : "");
  if (!osc_writer_end(&writer)) {
    outbox_end(&dispatch->late, &writer);
  }
  dispatch_send_late(dispatch, client);
}

// `/sync`

Status
dispatch_sync(Dispatch* const dispatch, const int32_t number)
{
  Sync* const sync = (Sync*)malloc(sizeof(Sync));
  if (!sync) {
    return STATUS_NO_MEMORY;
  }

  // In order of coming, so that they are answered so
  Sync** link = &dispatch->syncs;
  while (*link) {
    link = &(*link)->next;
  }
  *sync = (Sync){.dispatch = dispatch,
                 .client   = dispatch->turn.client->number,
                 .order    = dispatch->turn.client->order,
                 .number   = number,
                 .called   = dispatch->to.numbered,
                 .call     = dispatch->to.number};
  *link = sync;
  ++dispatch->turn.client->waiting;
  return STATUS_OK;
}

static void
remove_sync(Sync* const sync)
{
  Dispatch* const  dispatch = sync->dispatch;
  OscClient* const client   = dispatch_client(dispatch, sync->client);
  Sync**           link     = &dispatch->syncs;
  while (*link != sync) {
    link = &(*link)->next;
  }
  *link = sync->next;
  if (client) {
    --client->waiting;
  }
  free(sync);
}

/// Write that all before is on disk, as it was asked
static void
write_synced(Dispatch* const dispatch, const Sync* const sync)
{
  OscWriter writer;
  if (outbox_begin(&dispatch->late, &writer)) {
    return;
  }

  osc_writer_message(&writer, sync->called ? "/call/reply" : "/synced");
  if (sync->called) {
    osc_writer_i(&writer, sync->call);
    osc_writer_s(&writer, "/sync");
  }
  osc_writer_i(&writer, sync->number);
  if (!osc_writer_end(&writer)) {
    outbox_end(&dispatch->late, &writer);
  }
}

/// All before is on disk, or could not be
static void
synced(void* const handle, const Status status, const char* const text)
{
  Sync* const     sync     = (Sync*)handle;
  Dispatch* const dispatch = sync->dispatch;
  if (!dispatch) {
    free(sync);
    return;
  }

  OscClient* const client = dispatch_client(dispatch, sync->client);
  const ReplyTo    to     = {"/sync", sync->called, sync->call};
  if (client && status) {
    outbox_error(&dispatch->late, &to, status, text ? text : "");
  } else if (client) {
    write_synced(dispatch, sync);
  }
  if (client) {
    dispatch_send_late(dispatch, client);
  }
  remove_sync(sync);
}

/// Whether a client waits for something that it asked for before
static bool
waits(const Dispatch* const dispatch, const Sync* const sync)
{
  for (const OscLater* later = dispatch->laters; later; later = later->next) {
    if (later->client == sync->client && later->order <= sync->order) {
      return true;
    }
  }
  for (const Held* held = dispatch->held; held; held = held->next) {
    if (held->client == sync->client && held->order < sync->order) {
      return true;
    }
  }
  return false;
}

void
dispatch_check_syncs(Dispatch* const dispatch)
{
  for (Sync* sync = dispatch->syncs; sync;) {
    Sync* const next = sync->next;
    if (!sync->asked && !waits(dispatch, sync)) {
      sync->asked = true;
      services_sync(dispatch->services, synced, sync);
    }
    sync = next;
  }
}

void
dispatch_drop_syncs(Dispatch* const dispatch)
{
  const OscClient* const client = dispatch->turn.client;
  for (Sync* sync = dispatch->syncs; sync;) {
    Sync* const next = sync->next;
    if (!sync->asked && sync->client == client->number &&
        sync->order == client->order) {
      remove_sync(sync);
    }
    sync = next;
  }
}

void
dispatch_orphan(Dispatch* const dispatch)
{
  for (OscLater* later = dispatch->laters; later; later = later->next) {
    later->dispatch = NULL;
  }
  for (Sync* sync = dispatch->syncs; sync;) {
    Sync* const next = sync->next;
    sync->dispatch   = NULL;
    if (!sync->asked) {
      free(sync);
    }
    sync = next;
  }
  dispatch->laters = NULL;
  dispatch->syncs  = NULL;
}
