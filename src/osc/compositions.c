// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /compositions: whole compositions and history
//
// compositions_edit.c has the handlers of tracks, clips, notes and markers,
// compositions_undo.c of undo, compositions_read.c what can be asked of one
// that is not open too.

#include "model/codec.h"
#include "osc/call.h"
#include "osc/handlers.h"
#include "osc/later.h"
#include "services/composition_history.h"
#include "services/composition_state.h"
#include "services/composition_store.h"
#include "services/difference_text.h"
#include "services/edit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// The composition that the path names
static const char*
named(const OscCall* const call)
{
  return call->words[0];
}

/// A list that is being answered
typedef struct {
  OscCall* call;
  uint32_t count;
} Listing;

// Whole compositions

static bool
list_composition(void* const       handle,
                 const char* const id,
                 const char* const name)
{
  Listing* const listing = (Listing*)handle;
  call_int(listing->call, listing->count++);
  call_string(listing->call, id);
  call_string(listing->call, name);
  call_item(listing->call);
  return true;
}

/// `/compositions/list`
Status
osc_compositions_list(Services* const services, OscCall* const call)
{
  Listing      listing = {call, 0};
  const Status st = compositions_each(services, list_composition, &listing);
  call_end_list(call, listing.count);
  return st;
}

/// `/compositions/create ,s`
Status
osc_compositions_create(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    compositions_create(services, call->args[0].s, &completion));
}

/// `/compositions/import ,s`
Status
osc_compositions_import(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    compositions_import(services, call->args[0].s, &completion));
}

/// `/compositions/{c}/open`
Status
osc_compositions_open(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(services,
                       &completion,
                       compositions_open(services, named(call), &completion));
}

/// `/compositions/{c}/save`
Status
osc_compositions_save(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    compositions_save(services, "", call_author(call), &completion));
}

/// `/compositions/{c}/save_as ,s`
Status
osc_compositions_save_as(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    compositions_save(
      services, call->args[0].s, call_author(call), &completion));
}

/// `/compositions/{c}/close`
Status
osc_compositions_close(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services, &completion, compositions_close(services, &completion));
}

/// `/compositions/{c}/delete`
Status
osc_compositions_delete(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(services,
                       &completion,
                       compositions_delete(services, named(call), &completion));
}

/// `/compositions/{c}/duplicate`
Status
osc_compositions_duplicate(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    compositions_duplicate(services, named(call), &completion));
}

/// `/compositions/{c}/export ,s`
Status
osc_compositions_export(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    compositions_export(services, named(call), call->args[0].s, &completion));
}

/// `/compositions/{c}/name ,s`
Status
osc_compositions_name_set(Services* const services, OscCall* const call)
{
  if (strcmp(named(call), compositions_current(services)) != 0) {
    const Completion completion = later_completion(call);
    return later_started(services,
                         &completion,
                         compositions_rename(services,
                                             named(call),
                                             call->args[0].s,
                                             call_author(call),
                                             &completion));
  }

  Composition* const root = edit_root(services);
  if (!root || !edit_string(&root->name, call->args[0].s)) {
    return edit_no_memory(services);
  }

  call_string(call, call->args[0].s);
  return STATUS_OK;
}

// History

static bool
list_snapshot(void* const handle, const HistoryItem* const item)
{
  Listing* const listing = (Listing*)handle;
  call_int(listing->call, listing->count++);
  call_int(listing->call, item->number);
  call_string(listing->call, item->time);
  call_string(listing->call, item->label);
  call_string(listing->call, item->who);
  call_int(listing->call, (int64_t)item->size);
  call_item(listing->call);
  return true;
}

/// `/compositions/{c}/history/list`
Status
osc_compositions_history_list(Services* const services, OscCall* const call)
{
  Listing      listing = {call, 0};
  const Status st =
    compositions_history(services, named(call), list_snapshot, &listing);
  call_end_list(call, listing.count);
  return st;
}

/// `/compositions/{c}/history/restore ,i`
Status
osc_compositions_history_restore(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    compositions_restore(
      services, call->args[0].i, call_author(call), &completion));
}

/// `/compositions/{c}/history/prune ,i`
Status
osc_compositions_history_prune(Services* const services, OscCall* const call)
{
  const Completion completion = later_completion(call);
  return later_started(
    services,
    &completion,
    compositions_prune(services, (uint32_t)call->args[0].i, &completion));
}

static bool
list_line(void* const handle, const char* const line)
{
  Listing* const listing = (Listing*)handle;
  call_int(listing->call, listing->count++);
  call_string(listing->call, line);
  call_item(listing->call);
  return true;
}

/// `/compositions/{c}/history/diff ,ii`
Status
osc_compositions_history_diff(Services* const services, OscCall* const call)
{
  Composition* from = NULL;
  Composition* to   = NULL;
  Status st = compositions_read_snapshot(services, call->args[0].i, &from);
  st = st ? st : compositions_read_snapshot(services, call->args[1].i, &to);
  if (!st) {
    Listing listing = {call, 0};
    difference_describe(from, to, list_line, &listing);
    call_end_list(call, listing.count);
  }

  composition_release(from);
  composition_release(to);
  return st;
}
