// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/composition_undo.h"

#include "model/codec.h"
#include "services/edit.h"
#include "services/services_private.h"

#include <jansson.h>

#include <inttypes.h>
#include <string.h>

/// Take the document of a place as the draft
static Status
go_to(Services* const services, const uint32_t place)
{
  services->moving = true;
  services->place  = place;
  const Status st =
    edit_replace(services, undo_document(services->undo, place));
  if (st) {
    return st;
  }

  // What was said stays said
  Composition* const root = edit_root(services);
  if (!root) {
    return STATUS_NO_MEMORY;
  }

  json_t* const chat = json_hold(services->root->chat);
  json_drop(root->chat);
  root->chat = chat;
  return STATUS_OK;
}

Status
composition_undo(Services* const services)
{
  uint32_t place = 0;
  return undo_back(services->undo, &place)
           ? go_to(services, place)
           : services_fail(
               services, STATUS_CONFLICT, "There is nothing to undo");
}

Status
composition_redo(Services* const services)
{
  uint32_t place = 0;
  return undo_forward(services->undo, &place)
           ? go_to(services, place)
           : services_fail(
               services, STATUS_CONFLICT, "There is nothing to redo");
}

Status
composition_go_to(Services* const services, const uint64_t revision)
{
  uint32_t place = 0;
  if (!undo_find(services->undo, revision, &place) ||
      !undo_document(services->undo, place)) {
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "There is no step with revision %" PRIu64
                         "; undo/tree lists them",
                         revision);
  }

  return go_to(services, place);
}

/// The place of the last step of a client that was not taken back; 0 if none
static uint32_t
find_mine(const Undo* const undo, const uint32_t client)
{
  for (uint32_t i = undo_count(undo); i > 1u; --i) {
    const UndoStep step = undo_get(undo, i - 1u);
    if (step.done && !step.reverted && step.client == client) {
      return i - 1u;
    }
  }

  return 0;
}

/// Apply the difference of two documents to another
static Status
apply(Services* const          services,
      const Composition* const from,
      const Composition* const to,
      Composition** const      draft)
{
  char          text[256] = "";
  json_t* const patch     = patch_encode(from, to);
  const Status  st = patch ? patch_apply(draft, patch, text, sizeof(text))
                           : edit_no_memory(services);
  json_decref(patch);
  return st;
}

/**
   Turn the draft from one document of a step to the other.

   If the way back from there does not lead to where it began, something else
   has changed what the step changed.
*/
static Status
revert(Services* const          services,
       const Composition* const before,
       const Composition* const after)
{
  Composition* draft = composition_retain(services_document(services));
  Status       st    = apply(services, after, before, &draft);
  Composition* again = composition_retain(draft);
  st                 = st ? st : apply(services, before, after, &again);
  if (st != STATUS_NO_MEMORY &&
      (st || services_differ(again, services_document(services)))) {
    st = services_fail(services,
                       STATUS_CONFLICT,
                       "Others have changed the same things since; undo/list "
                       "shows what was done");
  }

  st = st ? st : edit_replace(services, draft);
  composition_release(again);
  composition_release(draft);
  return st;
}

Status
composition_undo_mine(Services* const services, const char** const what)
{
  const Undo* const undo  = services->undo;
  const uint32_t    place = find_mine(undo, services->author->client);
  if (!place) {
    return services_fail(
      services, STATUS_CONFLICT, "There is nothing of yours to undo");
  }

  const UndoStep step   = undo_get(undo, place);
  uint32_t       parent = 0;
  *what                 = step.what;
  if (place == undo_place(undo)) {
    return composition_undo(services);
  }

  undo_find(undo, step.parent, &parent);
  services->reverts = step.revision;
  return revert(
    services, undo_document(undo, parent), undo_document(undo, place));
}

uint64_t
composition_step(const Services* const services)
{
  return undo_get(services->undo, undo_place(services->undo)).revision;
}

Status
composition_take_back(Services* const services, const uint64_t revision)
{
  const Undo* const undo  = services->undo;
  uint32_t          first = 0;
  uint32_t          last  = undo_count(undo) - 1u;
  while (last && !(undo_get(undo, last).done &&
                   !strncmp(undo_get(undo, last).what, "AI: ", 4))) {
    --last;
  }

  if (!last || !undo_find(undo, revision, &first) || first >= last ||
      !undo_document(undo, first)) {
    return services_fail(
      services, STATUS_CONFLICT, "There is nothing to take back");
  }

  return last == undo_place(undo) ? go_to(services, first)
                                  : revert(services,
                                           undo_document(undo, first),
                                           undo_document(undo, last));
}

const char*
composition_undo_name(const Services* const services, const int way)
{
  const Undo* const undo  = services->undo;
  uint32_t          place = undo_place(undo);
  if (way > 0 && !undo_forward(undo, &place)) {
    return "";
  }

  return undo_get(undo, place).what;
}

void
composition_each_step(const Services* const services,
                      const bool            all,
                      const StepFunc        func,
                      void* const           handle)
{
  for (uint32_t i = undo_count(services->undo); i > 1u; --i) {
    const UndoStep step = undo_get(services->undo, i - 1u);
    if ((all || step.done) && !func(handle, &step)) {
      return;
    }
  }
}
