// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/undo.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  Composition* before;
  Composition* after;
  String*      who;
  String*      what;
  String*      gesture;
  uint64_t     revision;
  uint64_t     first; ///< Wall clock of its first edit
  uint64_t     last;  ///< Wall clock of its last edit
  uint32_t     client;
} Step;

struct Undo {
  Step*    steps;
  uint32_t count;    ///< Steps in all
  uint32_t max;      ///< Room
  uint32_t position; ///< Steps that are done
  bool     open;     ///< The last step may take more edits of its gesture
};

static void
step_clear(Step* const step)
{
  composition_release(step->before);
  composition_release(step->after);
  string_release(step->who);
  string_release(step->what);
  string_release(step->gesture);
}

Undo*
undo_new(void)
{
  return (Undo*)calloc(1, sizeof(Undo));
}

void
undo_free(Undo* const undo)
{
  if (undo) {
    for (uint32_t i = 0; i < undo->count; ++i) {
      step_clear(&undo->steps[i]);
    }

    free(undo->steps);
    free(undo);
  }
}

Status
undo_reserve(Undo* const undo)
{
  if (undo->position < undo->max) {
    return STATUS_OK;
  }

  const uint32_t max   = undo->max ? undo->max * 2u : 64u;
  Step* const    steps = (Step*)realloc(undo->steps, max * sizeof(Step));
  if (!steps) {
    return STATUS_NO_MEMORY;
  }

  undo->steps = steps;
  undo->max   = max;
  return STATUS_OK;
}

/// Whether an edit belongs to the step before it
static bool
continues(const Undo* const   undo,
          const Author* const author,
          const uint64_t      now)
{
  if (!undo->open || !undo->position || !author->gesture[0]) {
    return false;
  }

  const Step* const last = &undo->steps[undo->position - 1u];
  return last->client == author->client &&
         !strcmp(string_text(last->gesture), author->gesture) &&
         now - last->last <= UNDO_GESTURE_NANOS;
}

/// Forget the oldest step
static void
forget_oldest(Undo* const undo)
{
  step_clear(&undo->steps[0]);
  --undo->count;
  --undo->position;
  memmove(undo->steps, undo->steps + 1, undo->count * sizeof(Step));
}

void
undo_push(Undo* const              undo,
          const Composition* const before,
          const Composition* const after,
          const Author* const      author,
          const uint64_t           revision,
          const uint64_t           nanos)
{
  while (undo->count > undo->position) {
    step_clear(&undo->steps[--undo->count]);
  }

  if (continues(undo, author, nanos)) {
    Step* const last = &undo->steps[undo->position - 1u];
    composition_release(last->after);
    last->after    = composition_retain(after);
    last->revision = revision;
    last->last     = nanos;
    return;
  }

  if (undo->count == UNDO_MAX_STEPS) {
    forget_oldest(undo);
  }

  // Texts are for people: a step without them is still a step
  const Step step               = {.before   = composition_retain(before),
                                   .after    = composition_retain(after),
                                   .who      = string_new(author->who),
                                   .what     = string_new(author->what),
                                   .gesture  = string_new(author->gesture),
                                   .revision = revision,
                                   .first    = nanos,
                                   .last     = nanos,
                                   .client   = author->client};
  undo->steps[undo->position++] = step;
  undo->count                   = undo->position;
  undo->open                    = true;
}

const Composition*
undo_back(const Undo* const undo)
{
  return undo->position ? undo->steps[undo->position - 1u].before : NULL;
}

const Composition*
undo_forward(const Undo* const undo)
{
  return undo->position < undo->count ? undo->steps[undo->position].after
                                      : NULL;
}

uint64_t
undo_step(Undo* const undo, const bool forward)
{
  undo->position += forward ? 1u : -1u;
  undo->open = false;
  return undo->position ? undo->steps[undo->position - 1u].revision : 0;
}

void
undo_end_gesture(Undo* const undo)
{
  undo->open = false;
}

uint32_t
undo_count(const Undo* const undo)
{
  return undo->count;
}

UndoStep
undo_get(const Undo* const undo, const uint32_t index)
{
  const Step* const step   = &undo->steps[index];
  const UndoStep    result = {step->revision,
                              step->first,
                              step->client,
                              string_text(step->who),
                              string_text(step->what),
                              index < undo->position};
  return result;
}
