// SPDX-License-Identifier: GPL-3.0-or-later
//
// A message for all that a pattern stands for
//
// Values are asked for and set; triggers and commands don't follow patterns,
// since `/compositions/*/delete` is too easily sent.  The answer is each value
// on its own address, and then their number as after a list.

#include "osc/dispatch_private.h"
#include "osc/expand.h"

#include <stdio.h>

/// A pattern under way
typedef struct {
  Dispatch*            dispatch;
  const PacketMessage* message;
  const Scope*         scope;
  ReplyTo              to;    ///< Of the message itself
  bool                 set;   ///< Else asked
  bool                 moves; ///< All that is set is continuous
  uint32_t             count;
  Status               status;
} PatternRun;

/// Whether a pattern reaches a row
static bool
reaches(const PatternRun* const run, const Shape* const shape)
{
  const OscRow* const row = shape->row;
  return !shape->events &&
         (row->access == ACCESS_VALUE ||
          (row->access == ACCESS_READ && !run->set)) &&
         (run->set ? row->set != NULL : row->get != NULL);
}

static bool
look_at_row(void* const handle, const Shape* const shape)
{
  PatternRun* const run = (PatternRun*)handle;
  if (reaches(run, shape) && !(shape->row->flags & ROW_GESTURE)) {
    run->moves = false;
  }
  return true;
}

static bool
has_words(const OscRow* const row)
{
  for (uint32_t i = 0; i < row->num_places; ++i) {
    if (row->places[i].type == PLACE_WORD) {
      return true;
    }
  }
  return false;
}

static bool
run_target(void* const         handle,
           const Target* const target,
           const char* const   address)
{
  PatternRun* const run      = (PatternRun*)handle;
  Dispatch* const   dispatch = run->dispatch;
  if (!marks_add(&dispatch->seen, target_hash(target))) {
    return true; // Met by another way
  }
  dispatch->match.row       = target->row;
  dispatch->match.twin      = target->twin;
  dispatch->match.num_extra = 0;
  dispatch->to.address      = address;
  const Status status =
    dispatch_target(dispatch, &dispatch->match, target, run->message);
  dispatch->to = run->to;

  // What isn't there is not asked for, and a word of a pattern may not be one
  // that can stand in its place
  if (status == STATUS_NOT_FOUND && (!run->set || has_words(target->row))) {
    return true;
  }
  run->count += !status;
  run->status = status;
  return !status;
}

static bool
run_shape(void* const handle, const Shape* const shape)
{
  const PatternRun* const run = (PatternRun*)handle;
  return !reaches(run, shape) ||
         shape_expand(
           shape, run->scope, &run->dispatch->turn.steps, run_target, handle);
}

/// Say how many values there were
static void
end(const PatternRun* const run)
{
  Reply* const reply = &run->dispatch->reply;
  OscCall      call  = {.reply = reply};
  reply_init(reply, &run->to, NULL, TWIN_NONE);
  reply->outbox   = &run->dispatch->outbox;
  reply->revision = services_revision(run->dispatch->services);
  call_end_list(&call, run->count);
}

Status
dispatch_pattern(Dispatch* const dispatch, const PacketMessage* const message)
{
  PatternParts parts;
  Status       status = pattern_cut(message->address, &parts, dispatch->reason);
  if (status) {
    return status;
  }

  // What is set changes the draft; the things are those from before
  Turn* const        turn = &dispatch->turn;
  Composition* const snapshot =
    composition_retain(services_document(dispatch->services));
  Scope scope       = dispatch_scope(dispatch);
  scope.composition = snapshot;
  PatternRun run    = {.dispatch = dispatch,
                       .message  = message,
                       .scope    = &scope,
                       .to       = dispatch->to,
                       .set      = message->num_args && (message->num_args > 1 ||
                                                 message->args[0].type != 'N'),
                       .moves    = true};
  marks_clear(&dispatch->seen);
  pattern_each_shape(dispatch->tree, &parts, &turn->steps, look_at_row, &run);
  if (run.set && !turn->open && !turn->what[0]) {
    snprintf(turn->what, sizeof(turn->what), "%s", message->address);
    if (run.moves && !turn->bundle) {
      snprintf(turn->gesture,
               sizeof(turn->gesture),
               "%s#%u",
               turn->what,
               turn->client->gesture);
    }
  }

  pattern_each_shape(dispatch->tree, &parts, &turn->steps, run_shape, &run);
  composition_release(snapshot);
  dispatch->to = run.to;
  if (run.status) {
    return run.status;
  }
  if (!turn->steps) {
    return dispatch_fail(
      dispatch, STATUS_TOO_LARGE, "The pattern takes too long to match");
  }
  if (!run.count) {
    return dispatch_fail(dispatch,
                         STATUS_NOT_FOUND,
                         "Nothing that can be asked for or set matches");
  }
  end(&run);
  return STATUS_OK;
}
