// SPDX-License-Identifier: GPL-3.0-or-later
//
// Addresses of what was done: undo, redo, and the tree of steps

#include "osc/call.h"
#include "osc/handlers.h"
#include "services/composition_undo.h"

#include <time.h>

typedef struct {
  OscCall* call;
  int32_t  count;
} Listing;

/// `/undo` and `/compositions/{c}/undo`
Status
osc_compositions_undo(Services* const services, OscCall* const call)
{
  call_string(call, composition_undo_name(services, -1));
  return composition_undo(services);
}

/// `/redo` and `/compositions/{c}/redo`
Status
osc_compositions_redo(Services* const services, OscCall* const call)
{
  call_string(call, composition_undo_name(services, 1));
  return composition_redo(services);
}

/// `/undo/mine` and `/compositions/{c}/undo/mine`
Status
osc_compositions_undo_mine(Services* const services, OscCall* const call)
{
  const char*  what = "";
  const Status st   = composition_undo_mine(services, &what);
  call_string(call, what);
  return st;
}

/// `/compositions/{c}/undo/goto`
Status
osc_compositions_undo_goto(Services* const services, OscCall* const call)
{
  call_int(call, call->args[0].i);
  return composition_go_to(services, (uint64_t)call->args[0].i);
}

static void
describe(OscCall* const call, const UndoStep* const step)
{
  const time_t seconds = (time_t)(step->nanos / 1000000000u);
  struct tm    utc     = {0};
  char         when[32];
  gmtime_r(&seconds, &utc);
  strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &utc);

  call_string(call, step->what);
  call_string(call, step->who);
  call_string(call, when);
}

static bool
list_step(void* const handle, const UndoStep* const step)
{
  Listing* const listing = (Listing*)handle;
  call_int(listing->call, listing->count++);
  describe(listing->call, step);
  call_item(listing->call);
  return true;
}

/// `/compositions/{c}/undo/list`
Status
osc_compositions_undo_list(Services* const services, OscCall* const call)
{
  Listing listing = {call, 0};
  composition_each_step(services, false, list_step, &listing);
  call_end_list(call, listing.count);
  return STATUS_OK;
}

static bool
list_branch(void* const handle, const UndoStep* const step)
{
  Listing* const listing = (Listing*)handle;
  call_int(listing->call, listing->count++);
  call_int(listing->call, (int64_t)step->revision);
  call_int(listing->call, (int64_t)step->parent);
  call_int(listing->call, step->done);
  describe(listing->call, step);
  call_item(listing->call);
  return true;
}

/// `/compositions/{c}/undo/tree`
Status
osc_compositions_undo_tree(Services* const services, OscCall* const call)
{
  Listing listing = {call, 0};
  composition_each_step(services, true, list_branch, &listing);
  call_end_list(call, listing.count);
  return STATUS_OK;
}
