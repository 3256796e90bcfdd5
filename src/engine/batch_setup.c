// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/engine.h"
#include "engine/engine_state.h"

#include <stdlib.h>

Batch*
batch_new(void)
{
  return (Batch*)calloc(1, sizeof(Batch));
}

/// Make room for one more in an array; false if memory ran out
static bool
grow(void** const    array,
     const uint32_t  count,
     uint32_t* const max,
     const size_t    size)
{
  if (count < *max) {
    return true;
  }

  const uint32_t room  = *max ? 2u * *max : 8u;
  void* const    grown = realloc(*array, room * size);
  if (!grown) {
    return false;
  }

  *array = grown;
  *max   = room;
  return true;
}

bool
batch_add(Batch* const batch, const Operation* const op)
{
  void*      ops = batch->ops;
  const bool fits =
    grow(&ops, batch->num_ops, &batch->max_ops, sizeof(Operation));
  batch->ops = (Operation*)ops;
  if (fits) {
    batch->ops[batch->num_ops++] = *op;
  }

  return fits;
}

bool
batch_discard(Batch* const batch,
              void (*const release)(void* owner, void* thing),
              void* const owner,
              void* const thing)
{
  void*      garbage = batch->garbage;
  const bool fits =
    grow(&garbage, batch->num_garbage, &batch->max_garbage, sizeof(Garbage));
  batch->garbage = (Garbage*)garbage;
  if (fits) {
    batch->garbage[batch->num_garbage++] = (Garbage){release, owner, thing};
  }

  return fits;
}

/// Release what an operation holds
static void
release(const Operation* const op)
{
  switch (op->type) {
    case OPERATION_CLIPS:
      clip_set_free(op->clips);
      break;
    case OPERATION_INSTRUMENT:
      instrument_free(op->instrument);
      break;
    case OPERATION_SCHEDULE:
      schedule_free(op->schedule);
      break;
    case OPERATION_TEMPO:
    case OPERATION_LAUNCH_TEMPO:
      tempo_map_free(op->tempo);
      break;
    case OPERATION_SLOTS:
      launch_set_free(op->slots);
      break;
    case OPERATION_BARS:
      bar_map_free(op->bars);
      break;
    case OPERATION_CURVES:
      curve_set_free(op->curves);
      break;
    case OPERATION_TAP:
      ring_free(op->tap);
      break;
    default:
      break;
  }
}

void
batch_free(Batch* const batch)
{
  if (!batch) {
    return;
  }

  for (uint32_t i = 0; i < batch->num_ops; ++i) {
    release(&batch->ops[i]);
  }

  for (uint32_t i = 0; i < batch->num_garbage; ++i) {
    const Garbage* const garbage = &batch->garbage[i];
    garbage->release(garbage->owner, garbage->thing);
  }

  free(batch->ops);
  free(batch->garbage);
  free(batch);
}

bool
engine_can_send(const Engine* const engine)
{
  return engine->in_flight < MAX_BATCHES;
}

/// Whether a batch takes things from the engine or gives some to it
static bool
moves(const Batch* const batch)
{
  for (uint32_t i = 0; i < batch->num_ops; ++i) {
    switch (batch->ops[i].type) {
      case OPERATION_CLIPS:
      case OPERATION_INSTRUMENT:
      case OPERATION_SCHEDULE:
      case OPERATION_TEMPO:
      case OPERATION_LAUNCH_TEMPO:
      case OPERATION_SLOTS:
      case OPERATION_BARS:
      case OPERATION_CURVES:
      case OPERATION_TAP:
      case OPERATION_AUDITION:
        return true;
      default:
        break;
    }
  }

  return batch->num_garbage > 0;
}

Status
engine_send(Engine* const engine, Batch* const batch)
{
  if (!engine_can_send(engine)) {
    return STATUS_BUSY;
  }

  if (batch->frame > engine->latest_frame) {
    engine->latest_frame = batch->frame;
  } else if (moves(batch)) {
    batch->frame = engine->latest_frame;
  }

  // There is room for all that can be under way
  ring_write(engine->requests, &batch);
  ++engine->in_flight;
  ++engine->num_sent;
  return STATUS_OK;
}

uint64_t
engine_sent(const Engine* const engine)
{
  return engine->num_sent;
}

Batch*
engine_collect(Engine* const engine)
{
  Batch* batch = NULL;
  if (ring_read(engine->returns, &batch)) {
    --engine->in_flight;
  }

  return batch;
}
