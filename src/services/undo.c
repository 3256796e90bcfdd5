// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/undo.h"

#include "model/difference.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  Composition* document; ///< Null at place 0 before the first commit
  String*      who;
  String*      what;
  String*      gesture;
  uint64_t     revision;
  uint64_t     first; ///< Wall clock of its first edit
  uint64_t     last;  ///< Wall clock of its last edit
  uint32_t     client;
  uint32_t     parent; ///< Place that it follows; less than its own
  uint32_t     next;   ///< Place that redo leads to, 0: none
  bool         done;   ///< It leads to the present
  bool         reverted;
} Step;

/// Commits whose documents are kept, steps or not
#define RECENT 256u

/// The document of a commit
typedef struct {
  Composition* document;
  uint64_t     revision;
} Recent;

struct Undo {
  Step*    steps; ///< By place
  uint32_t count;
  uint32_t max;   ///< Room
  uint32_t place; ///< The present one
  bool     open;  ///< The present step may take more edits of its gesture
  Recent   recent[RECENT]; ///< By revision, the rest of a division
};

static void
step_clear(Step* const step)
{
  composition_release(step->document);
  string_release(step->who);
  string_release(step->what);
  string_release(step->gesture);
}

Undo*
undo_new(const uint64_t first)
{
  Undo* const undo  = (Undo*)calloc(1, sizeof(Undo));
  Step* const steps = (Step*)calloc(64, sizeof(Step));
  if (!undo || !steps) {
    free(undo);
    free(steps);
    return NULL;
  }

  steps[0].revision = first;
  steps[0].done     = true;
  undo->steps       = steps;
  undo->max         = 64;
  undo->count       = 1;
  return undo;
}

void
undo_free(Undo* const undo)
{
  if (undo) {
    for (uint32_t i = 0; i < undo->count; ++i) {
      step_clear(&undo->steps[i]);
    }

    for (uint32_t i = 0; i < RECENT; ++i) {
      composition_release(undo->recent[i].document);
    }

    free(undo->steps);
    free(undo);
  }
}

Status
undo_reserve(Undo* const undo)
{
  if (undo->count < undo->max) {
    return STATUS_OK;
  }

  const uint32_t max   = undo->max * 2u;
  Step* const    steps = (Step*)realloc(undo->steps, max * sizeof(Step));
  if (!steps) {
    return STATUS_NO_MEMORY;
  }

  undo->steps = steps;
  undo->max   = max;
  return STATUS_OK;
}

/// Whether an edit belongs to the present step
static bool
continues(const Undo* const   undo,
          const Author* const author,
          const uint64_t      now)
{
  if (!undo->open || !author->gesture[0]) {
    return false;
  }

  const Step* const last = &undo->steps[undo->place];
  return last->client == author->client &&
         !strcmp(string_text(last->gesture), author->gesture) &&
         now - last->last <= UNDO_GESTURE_NANOS;
}

/// The last place up to `limit` on the way to the present one
static uint32_t
ancestor(const Undo* const undo, const uint32_t limit)
{
  uint32_t place = undo->place;
  while (place > limit) {
    place = undo->steps[place].parent;
  }

  return place;
}

/**
   Forget the oldest places, up to `limit`.

   The last of them on the way to the present becomes what was there at first;
   what does not descend from it can't be reached any more and goes as well.  A
   parent stands before its children, so one pass moves all that stays.
*/
static void
forget_oldest(Undo* const undo, const uint32_t limit)
{
  Step* const    steps = undo->steps;
  const uint32_t root  = ancestor(undo, limit);
  uint32_t*      moved = (uint32_t*)calloc(undo->count, sizeof(uint32_t));
  uint32_t       count = 1;
  if (!moved) {
    return; // Too many steps for now
  }

  Step first = steps[root];
  if (root) {
    memset(&steps[root], 0, sizeof(Step));
  }

  first.parent = 0;
  for (uint32_t i = 0; i < undo->count; ++i) {
    const uint32_t parent = steps[i].parent;
    const bool     stays  = i > limit && (parent == root || moved[parent]);
    if (!stays) {
      if (i || root) {
        step_clear(&steps[i]);
      }
      continue;
    }

    moved[i]            = count;
    steps[count]        = steps[i];
    steps[count].parent = parent == root ? 0u : moved[parent];
    ++count;
  }

  for (uint32_t i = 1; i < count; ++i) {
    steps[i].next = moved[steps[i].next];
  }

  first.next  = moved[first.next];
  steps[0]    = first;
  undo->count = count;
  undo->place = undo->place == root ? 0u : moved[undo->place];
  free(moved);
}

/// Say which steps lead to the present
static void
mark_done(Undo* const undo)
{
  for (uint32_t i = 0; i < undo->count; ++i) {
    undo->steps[i].done = false;
  }

  for (uint32_t i = undo->place; i; i = undo->steps[i].parent) {
    undo->steps[i].done = true;
  }

  undo->steps[0].done = true;
}

/// Stops at the first change that is no matter of words
static bool
counts(void* const handle, const Change* const change)
{
  bool* const found = (bool*)handle;
  if (change->type != NODE_COMPOSITION || !change->before || !change->after) {
    *found = !change->before || !change->after ||
             !node_equal(change->before, change->after);
    return !*found;
  }

  const Composition* const a    = (const Composition*)change->before;
  const Composition* const b    = (const Composition*)change->after;
  const NodeInfo* const    info = node_info(NODE_COMPOSITION);
  *found = !json_equal(node_extra(&a->node), node_extra(&b->node));
  for (uint32_t i = 0; i < info->num_fields && !*found; ++i) {
    *found = strcmp(info->fields[i].key, "chat") != 0 &&
             !field_equal(&info->fields[i], change->before, change->after);
  }

  for (uint32_t k = 0; k < NUM_KINDS && !*found; ++k) {
    *found = !id_list_equal(a->order[k], b->order[k]);
  }

  return !*found;
}

bool
undo_counts(const Composition* const before, const Composition* const after)
{
  bool found = false;
  document_difference(before, after, counts, &found);
  return found;
}

bool
undo_push(Undo* const              undo,
          const Composition* const before,
          const Composition* const after,
          const Author* const      author,
          const uint64_t           revision,
          const uint64_t           nanos)
{
  Step* const present = &undo->steps[undo->place];
  if (!present->document) {
    present->document = composition_retain(before);
  }

  if (continues(undo, author, nanos)) {
    composition_release(present->document);
    present->document = composition_retain(after);
    present->revision = revision;
    present->last     = nanos;
    return true;
  }

  // Texts are for people: a step without them is still a step
  const Step step            = {.document = composition_retain(after),
                                .who      = string_new(author->who),
                                .what     = string_new(author->what),
                                .gesture  = string_new(author->gesture),
                                .revision = revision,
                                .first    = nanos,
                                .last     = nanos,
                                .client   = author->client,
                                .parent   = undo->place,
                                .done     = true};
  present->next              = undo->count;
  undo->place                = undo->count;
  undo->steps[undo->count++] = step;
  undo->open                 = true;
  if (undo->count > UNDO_MAX_STEPS) {
    forget_oldest(undo, UNDO_MAX_STEPS / 8u);
  }

  return false;
}

uint32_t
undo_count(const Undo* const undo)
{
  return undo->count;
}

uint32_t
undo_place(const Undo* const undo)
{
  return undo->place;
}

bool
undo_back(const Undo* const undo, uint32_t* const place)
{
  *place = undo->steps[undo->place].parent;
  return undo->place > 0;
}

bool
undo_forward(const Undo* const undo, uint32_t* const place)
{
  *place = undo->steps[undo->place].next;
  return *place > 0;
}

bool
undo_find(const Undo* const undo,
          const uint64_t    revision,
          uint32_t* const   place)
{
  for (uint32_t i = undo->count; i > 0; --i) {
    if (undo->steps[i - 1u].revision == revision) {
      *place = i - 1u;
      return true;
    }
  }

  return false;
}

void
undo_keep(Undo* const              undo,
          const uint64_t           revision,
          const Composition* const document)
{
  Recent* const recent = &undo->recent[revision % RECENT];
  composition_release(recent->document);
  *recent = (Recent){composition_retain(document), revision};
}

const Composition*
undo_past(const Undo* const undo, const uint64_t revision)
{
  const Recent* const recent = &undo->recent[revision % RECENT];
  uint32_t            place  = 0;
  return recent->document && recent->revision == revision ? recent->document
         : undo_find(undo, revision, &place) ? undo_document(undo, place)
                                             : NULL;
}

UndoStep
undo_get(const Undo* const undo, const uint32_t place)
{
  const Step* const step   = &undo->steps[place];
  const UndoStep    result = {.revision = step->revision,
                              .parent   = undo->steps[step->parent].revision,
                              .nanos    = step->first,
                              .client   = step->client,
                              .who      = string_text(step->who),
                              .what     = string_text(step->what),
                              .done     = step->done,
                              .reverted = step->reverted};
  return result;
}

const Composition*
undo_document(const Undo* const undo, const uint32_t place)
{
  return undo->steps[place].document;
}

uint64_t
undo_move(Undo* const undo, const uint32_t place)
{
  // Redo leads back along the way that was taken
  for (uint32_t i = undo->place; i; i = undo->steps[i].parent) {
    undo->steps[undo->steps[i].parent].next = i;
  }

  for (uint32_t i = place; i; i = undo->steps[i].parent) {
    undo->steps[undo->steps[i].parent].next = i;
  }

  undo->place = place;
  undo->open  = false;
  mark_done(undo);
  return undo->steps[place].revision;
}

void
undo_revert(Undo* const undo, const uint64_t revision)
{
  uint32_t place = 0;
  if (undo_find(undo, revision, &place)) {
    undo->steps[place].reverted = true;
  }

  undo->steps[undo->place].reverted = true;
  undo->open                        = false;
}
