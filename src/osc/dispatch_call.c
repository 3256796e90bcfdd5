// SPDX-License-Identifier: GPL-3.0-or-later
//
// One message: find its row, look up its names, check its arguments, run it

#include "osc/call_address.h"
#include "osc/dispatch_private.h"
#include "osc/updates.h"
#include "services/automation_record.h"
#include "services/composition_store.h"

#include <stdio.h>
#include <string.h>

/// What we send ourselves is never answered, so that two of us don't keep each
/// other busy
static const char* const answers[] = {"/reply",
                                      "/error",
                                      "/late",
                                      "/synced",
                                      "/progress",
                                      "/call/reply",
                                      "/call/error"};

Status
dispatch_fail(Dispatch* const   dispatch,
              const Status      status,
              const char* const text)
{
  snprintf(dispatch->reason, sizeof(dispatch->reason), "%s", text);
  return status;
}

/// A handler's view of a target
static OscCall
make_call(Reply* const        reply,
          OscClient* const    client,
          const Target* const target)
{
  OscCall call = {.row     = target->row,
                  .client  = client,
                  .address = reply->to.address,
                  .reply   = reply};
  memcpy(call.ids, target->ids, sizeof(call.ids));
  memcpy(call.words, target->words, sizeof(call.words));
  return call;
}

/// The address that was called, without its twin
static void
cut_twin(const Target* const target, OscCall* const call, char* const plain)
{
  const size_t size = strlen(call->address) - strlen(twin_suffix(target->twin));
  if (target->twin && size <= LIMIT_ADDRESS_CHARS) {
    memcpy(plain, call->address, size);
    plain[size]   = '\0';
    call->address = plain;
  }
}

/// A row with the range that its value has where it is
static const OscRow*
row_here(Dispatch* const dispatch, const Target* const target)
{
  const OscRow* const row = target->row;
  if (!row->range) {
    return row;
  }

  Reply* const  reply = &dispatch->reply;
  const OscCall call  = make_call(reply, dispatch->turn.client, target);
  memcpy(dispatch->args_here, row->args, row->num_args * sizeof(ArgInfo));
  dispatch->row_here      = *row;
  dispatch->row_here.args = dispatch->args_here;
  row->range(dispatch->services, &call, dispatch->args_here);
  return &dispatch->row_here;
}

/// Take what a call costs off the packet's share, so that no packet holds up
/// all others; lists cost an item more with each item
static Status
spend(Dispatch* const dispatch, const OscRow* const row)
{
  const bool     acts = dispatch->arguments.use == ARGUMENTS_ACT;
  const bool     edit = acts && (row->flags & ROW_UNDOABLE) && row->set;
  const uint32_t work = row->work                     ? row->work
                        : !edit                       ? 1u
                        : row->access == ACCESS_VALUE ? 2u
                                                      : 8u;
  Turn* const    turn = &dispatch->turn;
  if (turn->work && turn->work + work > LIMIT_PACKET_WORK) {
    return dispatch_fail(
      dispatch, STATUS_TOO_LARGE, "It is too much for one packet");
  }
  turn->work += work;
  return STATUS_OK;
}

/// Run a handler; on failure the reason is noted
static Status
run(Dispatch* const dispatch, const OscHandler handler, OscCall* const call)
{
  Services* const services = dispatch->services;
  if (services_error(services)[0]) {
    services_fail(services, STATUS_OK, "%s", "");
  }
  const Status status = handler(services, call);
  return status ? dispatch_fail(dispatch, status, services_error(services))
                : STATUS_OK;
}

/// Ask for a value
static Status
ask(Dispatch* const dispatch, OscCall* const call)
{
  const OscHandler get = call->row->get;
  call->args           = NULL;
  call->num_args       = 0;
  return get ? run(dispatch, get, call)
             : dispatch_fail(
                 dispatch, STATUS_UNSUPPORTED, "It can't be asked for");
}

/// `ADDRESS/touch`: a finger holds a control, or lets it go
static Status
touch(Dispatch* const dispatch, const Target* const target, OscCall* const call)
{
  OscClient* const client = dispatch->turn.client;
  const uint64_t   hash   = control_hash(target);
  const uint64_t   now    = dispatch->moment.monotonic;

  if (dispatch->arguments.use == ARGUMENTS_ACT) {
    const bool held = dispatch->arguments.args[0].i;
    char       address[LIMIT_ADDRESS_CHARS + 1u];
    client_touch(client, hash, held, now);
    if (target_address(target, address, sizeof(address))) {
      automation_finger(dispatch->services, address, held);
    }

    if (!held) {
      subscriptions_release(dispatch->subscriptions, client, hash);
    }
  }
  call_int(call, client_touches(client, hash, now));
  return STATUS_OK;
}

/// Say what an edit is called, before the transaction begins
static void
name_edit(Dispatch* const dispatch, const OscCall* const call)
{
  Turn* const turn = &dispatch->turn;
  if (turn->open || turn->what[0]) {
    return;
  }

  // The twins of a control are moved in one gesture
  snprintf(turn->what, sizeof(turn->what), "%s", call->address);
  if ((call->row->flags & ROW_GESTURE) && !turn->bundle) {
    snprintf(turn->gesture,
             sizeof(turn->gesture),
             "%s#%u",
             turn->what,
             turn->client->gesture);
  }
}

/// Answer what was set, fired or called
static Status
answer(Dispatch* const            dispatch,
       OscCall* const             call,
       const PacketMessage* const message)
{
  Reply* const reply = &dispatch->reply;
  const bool   quiet = !dispatch->to.numbered && !dispatch->turn.client->echo;
  if (reply->answered) {
    return STATUS_OK;
  }

  switch (call->row->access) {
    case ACCESS_VALUE: {
      const Status status = reply->num_args ? STATUS_OK : ask(dispatch, call);
      if (!status) {
        reply_value(reply, quiet ? message : NULL);
      }
      return status;
    }
    case ACCESS_READ:
    case ACCESS_QUERY:
      reply_value(reply, NULL);
      break;
    case ACCESS_TRIGGER:
    case ACCESS_COMMAND:
      reply_result(reply);
      break;
  }
  return STATUS_OK;
}

/// Whether a call is answered later: a long job, or one that sets something of
/// a composition that is not open
static bool
is_long(const OscCall* const call)
{
  const OscRow* const row = call->row;
  return (row->flags & ROW_LONG) ||
         (row->access == ACCESS_VALUE && (row->flags & ROW_CLOSED) &&
          call->ids[0] != ID_COMPOSITION);
}

/// Set, fire or call
static Status
act(Dispatch* const            dispatch,
    const Target* const        target,
    OscCall* const             call,
    const PacketMessage* const message)
{
  const OscRow* const row = target->row;
  call->args              = dispatch->arguments.args;
  call->num_args          = dispatch->arguments.num_args;
  if (row->access == ACCESS_QUERY) {
    const OscHandler handler = row->get ? row->get : row->set;
    const Status     status  = handler
                                 ? run(dispatch, handler, call)
                                 : dispatch_fail(dispatch, STATUS_UNSUPPORTED, "");
    return status ? status : answer(dispatch, call, message);
  }
  if (!row->set) {
    return dispatch_fail(
      dispatch, STATUS_READ_ONLY, "It can only be asked for");
  }

  // What is edited while nothing is open would be lost
  if ((row->flags & ROW_UNDOABLE) && !(row->flags & ROW_CLOSED) &&
      !compositions_current(dispatch->services)[0]) {
    return dispatch_fail(dispatch, STATUS_CONFLICT, "No composition is open");
  }

  name_edit(dispatch, call);
  if (!is_long(call)) {
    turn_open(dispatch);
  } else if (dispatch->turn.bundle) {
    return dispatch_fail(
      dispatch, STATUS_CONFLICT, "It takes too long for a bundle");
  } else if (dispatch->num_laters >= LIMIT_LATER) {
    return dispatch_fail(dispatch, STATUS_BUSY, "Too much else is going on");
  }
  if (row->access == ACCESS_VALUE) {
    if (dispatch_holds_back(dispatch, target, call, call_reply(call)->row)) {
      const Status held = ask(dispatch, call);
      return held ? held : answer(dispatch, call, message);
    }
    marks_add(&dispatch->own, target_hash(target));
    client_moved(
      dispatch->turn.client, control_hash(target), dispatch->moment.monotonic);
  }

  const Status status = run(dispatch, row->set, call);
  return status ? status : answer(dispatch, call, message);
}

Status
dispatch_target(Dispatch* const            dispatch,
                TreeMatch* const           match,
                const Target* const        target,
                const PacketMessage* const message)
{
  Reply* const reply = &dispatch->reply;
  reply_init(reply, &dispatch->to, NULL, target->twin);
  reply->dispatch = dispatch;
  reply->row      = row_here(dispatch, target);

  const Scope scope = dispatch_scope(dispatch);
  match->row        = reply->row;
  Status status     = coerce_arguments(
    &scope, match, message, &dispatch->arguments, dispatch->reason);
  match->row = target->row;
  status     = status ? status : spend(dispatch, target->row);
  if (status) {
    return status;
  }

  reply->outbox   = &dispatch->outbox;
  reply->author   = &dispatch->turn.author;
  reply->revision = services_revision(dispatch->services);

  char    plain[LIMIT_ADDRESS_CHARS + 1u];
  OscCall call = make_call(reply, dispatch->turn.client, target);
  cut_twin(target, &call, plain);
  if (dispatch->arguments.use == ARGUMENTS_RELEASE) {
    if (dispatch->turn.client->echo || dispatch->to.numbered) {
      reply_result(reply);
    }
  } else if (target->twin == TWIN_TOUCH) {
    status = touch(dispatch, target, &call);
    reply_value(reply, dispatch->turn.client->echo ? NULL : message);
  } else if (dispatch->arguments.use == ARGUMENTS_ASK) {
    status = ask(dispatch, &call);
    if (!status && !reply->answered) {
      reply_value(reply, NULL);
    }
  } else {
    status = act(dispatch, target, &call, message);
  }

  dispatch->turn.work += reply->num_items;
  return status ? status
         : reply->status
           ? dispatch_fail(dispatch, reply->status, "The answer is too long")
           : STATUS_OK;
}

/// Take `/call` off a message
static Status
unwrap(Dispatch* const dispatch, PacketMessage* const message)
{
  const PacketArg* const args = message->args;
  if (message->num_args < 2 || (args[1].type != 's' && args[1].type != 'S')) {
    return dispatch_fail(dispatch,
                         STATUS_BAD_ARGUMENT,
                         "Expected a number, an address and its arguments");
  }
  const char* const address = args[1].s;
  if (address[0] != '/' || args[1].size > LIMIT_ADDRESS_CHARS ||
      strspn(address,
             "!\"$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`"
             "abcdefghijklmnopqrstuvwxyz{|}~#") != args[1].size ||
      !strcmp(address, "/call")) {
    return dispatch_fail(dispatch, STATUS_BAD_ARGUMENT, "Not an address");
  }

  static const ArgInfo number = {
    .name = "number", .type = ARG_INT, .min = INT32_MIN, .max = INT32_MAX};
  CallArg        arg;
  ArgumentReader reader = {NULL, dispatch->reason, NULL, 0};
  const Status   status = argument_read(&reader, &number, &args[0], &arg);
  if (status) {
    return status;
  }

  dispatch->to = (ReplyTo){address, true, arg.i};
  message->num_args -= 2u;
  memmove(
    message->args, message->args + 2, message->num_args * sizeof(PacketArg));
  message->address      = address;
  message->address_size = (uint32_t)strlen(address);
  return STATUS_OK;
}

Status
dispatch_message(Dispatch* const dispatch)
{
  PacketMessage* const message = &dispatch->reader.message;
  dispatch->to                 = (ReplyTo){message->address, false, 0};
  dispatch->reason[0]          = '\0';

  for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); ++i) {
    if (!strcmp(message->address, answers[i])) {
      return STATUS_OK;
    }
  }
  if (message->untyped_size) {
    return dispatch_fail(
      dispatch, STATUS_BAD_ARGUMENT, "Arguments without their types");
  }
  if (!strcmp(message->address, "/call")) {
    const Status status = unwrap(dispatch, message);
    if (status) {
      return status;
    }
  }
  if (!pattern_is_literal(message->address)) {
    return dispatch_pattern(dispatch, message);
  }

  Status status =
    tree_match(dispatch->tree, message->address, &dispatch->match);
  if (!status) {
    const Scope scope = dispatch_scope(dispatch);
    status            = target_resolve(
      &scope, &dispatch->match, &dispatch->target, dispatch->reason);
  }
  return status ? status
                : dispatch_target(
                    dispatch, &dispatch->match, &dispatch->target, message);
}

uint32_t
dispatch_render(void* const         handle,
                OscClient* const    client,
                const Target* const target,
                const char* const   address,
                uint8_t             packet[LIMIT_DATAGRAM_BYTES])
{
  Dispatch* const dispatch = (Dispatch*)handle;
  Reply* const    reply    = &dispatch->feedback;
  const ReplyTo   to       = {address, false, 0};
  reply_init(reply, &to, row_here(dispatch, target), target->twin);
  reply->dispatch = dispatch;

  OscCall call = make_call(reply, client, target);
  return target->row->get(dispatch->services, &call)
           ? 0
           : reply_write_value(reply, address, packet);
}
