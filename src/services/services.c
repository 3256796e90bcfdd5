// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/services.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "model/difference.h"
#include "services/pitches.h"
#include "services/playback.h"
#include "services/services_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/// The program itself, where no client acts
static const Author nobody = {0, "sonic-claude", "", ""};

const Composition*
services_document(const Services* const services)
{
  return services->draft ? services->draft : services->root;
}

const Composition*
services_past(const Services* const services, const uint64_t revision)
{
  return revision == services->revision ? services->root
                                        : undo_past(services->undo, revision);
}

uint64_t
services_revision(const Services* const services)
{
  return services->revision;
}

Status
services_fail(Services* const   services,
              const Status      status,
              const char* const format,
              ...)
{
  va_list args;
  va_start(args, format);
  vsnprintf(services->error, sizeof(services->error), format, args);
  va_end(args);

  // Of what has no room, whole characters go
  services->error[utf8_prefix(services->error, sizeof(services->error) - 2u)] =
    '\0';
  return status;
}

const char*
services_error(const Services* const services)
{
  return services->error;
}

Telemetry
services_telemetry(Services* const services)
{
  Telemetry telemetry = {0};
  engine_telemetry(services->engine, &telemetry);
  return telemetry;
}

void
services_listen(Services* const  services,
                const CommitFunc func,
                void* const      handle)
{
  services->listener        = func;
  services->listener_handle = handle;
}

void
services_sync(Services* const services, const SyncFunc func, void* const handle)
{
  const Status st =
    services->store ? store_sync(services->store, func, handle) : STATUS_OK;
  if (st || !services->store) {
    func(handle, st, st ? status_text(st) : "");
  }
}

// Transactions

void
services_begin(Services* const services, const Author* const author)
{
  services->draft    = composition_retain(services->root);
  services->author   = author ? author : &nobody;
  services->frame    = 0;
  services->moving   = false;
  services->reverts  = 0;
  services->error[0] = '\0';
}

void
services_set_frame(Services* const services, const uint64_t frame)
{
  services->frame = frame;
}

/// End the transaction, dropping what it still holds
static void
end_transaction(Services* const services)
{
  composition_release(services->draft);
  services->draft     = NULL;
  services->author    = NULL;
  services->asked.set = false;

  // What was to be displaced stays where it is
  if (services->batch) {
    services->batch->num_garbage = 0;
    batch_free(services->batch);
    services->batch = NULL;
  }
}

void
services_abort(Services* const services)
{
  recording_settle(services, false);
  playback_settle(services, false);
  end_transaction(services);
}

/// Stops at the first thing that really differs
static bool
differs(void* const handle, const Change* const change)
{
  bool* const found = (bool*)handle;
  *found            = !change->before || !change->after ||
           !node_equal(change->before, change->after);

  if (!*found && change->type == NODE_COMPOSITION) {
    const Composition* const a = (const Composition*)change->before;
    const Composition* const b = (const Composition*)change->after;
    for (uint32_t k = 0; k < NUM_KINDS && !*found; ++k) {
      *found = !id_list_equal(a->order[k], b->order[k]);
    }
  }

  return !*found;
}

bool
services_differ(const Composition* const before, const Composition* const after)
{
  bool found = false;
  document_difference(before, after, differs, &found);
  return found;
}

/// Check what no single field can say
static Status
check_document(Services* const services, const Composition* const root)
{
  if (root->loop_end <= root->loop_start) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "A loop ends after it starts, not at beat %g when it "
                         "starts at %g",
                         ticks_to_beats(root->loop_end),
                         ticks_to_beats(root->loop_start));
  }

  if (root->punch_end <= root->punch_start) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "A punch range ends after it starts, not at beat %g "
                         "when it starts at %g",
                         ticks_to_beats(root->punch_end),
                         ticks_to_beats(root->punch_start));
  }

  return STATUS_OK;
}

/// Whether an operation is a level of which only the latest value counts
static bool
is_level(const Operation* const op)
{
  return op->type == OPERATION_STRIP || op->type == OPERATION_PARAM ||
         op->type == OPERATION_EFFECT || op->type == OPERATION_BYPASS ||
         op->type == OPERATION_SEND || op->type == OPERATION_MONITOR ||
         op->type == OPERATION_METRONOME || op->type == OPERATION_LOOP;
}

static bool
is_same_level(const Operation* const a, const Operation* const b)
{
  return operation_same_target(a, b);
}

/// Let the levels of a batch wait for room; false if it has anything else
static bool
let_wait(Services* const services, const Batch* const batch)
{
  for (uint32_t i = 0; i < batch->num_ops; ++i) {
    if (!is_level(&batch->ops[i])) {
      return false;
    }
  }

  if (!services->waiting && !(services->waiting = batch_new())) {
    return false;
  }

  Batch* const waiting = services->waiting;
  for (uint32_t i = 0; i < batch->num_ops; ++i) {
    uint32_t n = 0;
    while (n < waiting->num_ops &&
           !is_same_level(&waiting->ops[n], &batch->ops[i])) {
      ++n;
    }

    if (n < waiting->num_ops) {
      waiting->ops[n] = batch->ops[i];
    } else if (!batch_add(waiting, &batch->ops[i])) {
      return false;
    }
  }

  return true;
}

bool
services_send_waiting(Services* const services)
{
  if (services->waiting && engine_can_send(services->engine) &&
      !engine_send(services->engine, services->waiting)) {
    services->waiting = NULL;
  }

  return !services->waiting;
}

/// Send the transaction's batch or let it wait
static Status
send_batch(Services* const services)
{
  Batch* const batch = services->batch;
  if (!batch || (!batch->num_ops && !batch->num_garbage)) {
    return STATUS_OK;
  }

  batch->frame = services->frame;
  if (services_send_waiting(services) &&
      !engine_send(services->engine, batch)) {
    services->batch = NULL;
    if (services->asked.set && !services->frame) {
      services->told        = services->asked;
      services->told.number = engine_sent(services->engine);
    }

    return STATUS_OK;
  }

  return let_wait(services, batch)
           ? STATUS_OK
           : services_fail(services,
                           STATUS_BUSY,
                           "The engine has more edits than it can take now");
}

/// Note a commit in the history and the journal
static void
record(Services* const services, const Composition* const before)
{
  const uint64_t now     = clock_wall_nanos();
  uint64_t       same_as = 0;
  bool           more    = false;

  // Who goes to another place and edits there makes a step of both
  const Composition* const there =
    services->moving ? undo_document(services->undo, services->place) : NULL;
  const bool moving =
    services->moving && !(there && undo_counts(there, services->root));
  bool again = moving;
  if (moving) {
    same_as = undo_move(services->undo, services->place);
  } else if (!undo_counts(before, services->root)) {
    // Words alone are no step: it is the document of the present one once more
    same_as = undo_get(services->undo, undo_place(services->undo)).revision;
    again   = true;
  } else {
    more = undo_push(services->undo,
                     before,
                     services->root,
                     services->author,
                     services->revision,
                     now);
  }

  if (services->reverts) {
    undo_revert(services->undo, services->reverts);
  }

  if (services->store) {
    const StoreEntry entry = {.revision = services->revision,
                              .again    = again,
                              .same_as  = same_as,
                              .more     = more,
                              .nanos    = now,
                              .client   = services->author->client,
                              .who      = services->author->who,
                              .what     = services->author->what,
                              .gesture  = services->author->gesture,
                              .before   = before,
                              .after    = services->root};
    store_append(services->store, &entry);
  }
}

/// Make the draft the document
static void
publish(Services* const services)
{
  Composition* const before = services->root;
  services->root            = services->draft;
  services->draft           = NULL;
  undo_keep(services->undo, services->revision, before);
  ++services->revision;
  record(services, before);
  if (before->things[KIND_TRACK] != services->root->things[KIND_TRACK] ||
      before->midi_clock != services->root->midi_clock) {
    track_ports_update(services);
  }

  if (before->sync != services->root->sync) {
    playback_set_sync(services);
  }

  if (services->listener) {
    services->listener(services->listener_handle,
                       before,
                       services->root,
                       services->author,
                       services->revision);
  }

  pitches_prepare(services, before, services->root);
  sounds_prepare(services, before, services->root);
  composition_release(before);
}

/// Whether audio may be needed at other places than before
static bool
needs_elsewhere(const Composition* const a, const Composition* const b)
{
  return a->things[KIND_CLIP] != b->things[KIND_CLIP] ||
         a->things[KIND_MARKER] != b->things[KIND_MARKER] ||
         a->things[KIND_TRACK] != b->things[KIND_TRACK] ||
         a->loop_start != b->loop_start || a->tempo != b->tempo;
}

/// Prepare and send all that follows for the engine
static Status
feed_engine(Services* const services, const bool changed)
{
  const bool elsewhere =
    services->batch || needs_elsewhere(services->root, services->draft);
  Status st = STATUS_OK;
  if (changed) {
    services->batch = services->batch ? services->batch : batch_new();
    st              = services->batch
                        ? feed_change(
               services->feed, services->root, services->draft, services->batch)
                        : STATUS_NO_MEMORY;
  }

  st = st ? st : send_batch(services);
  if (st) {
    feed_rollback(services->feed);
  } else {
    feed_accept(services->feed);
    if (services->backend) {
      backend_set_latency(services->backend, feed_latency(services->feed));
    }

    services->prefetch_stale = services->prefetch_stale || elsewhere;
  }

  return st;
}

/// Whether there is anything to commit; a gesture may have ended where it
/// began, and going past it is a move all the same
static bool
has_change(const Services* const services)
{
  return services_differ(services->root, services->draft) ||
         (services->moving && services->place != undo_place(services->undo));
}

Status
services_commit(Services* const services)
{
  const bool changed = has_change(services);
  Status st = changed ? check_document(services, services->draft) : STATUS_OK;
  st        = st || !changed ? st : undo_reserve(services->undo);
  st        = st || !changed ? st : automation_record(services);
  st        = st ? st : feed_engine(services, changed);
  if (!st && changed) {
    publish(services);
  } else if (!st) {
    // Numbers that were taken are not used again, even so
    composition_release(services->root);
    services->root  = services->draft;
    services->draft = NULL;
  }

  if (st && !services->error[0]) {
    services_fail(services, st, "%s", status_text(st));
  }

  recording_settle(services, !st);
  playback_settle(services, !st);
  end_transaction(services);
  return st;
}
