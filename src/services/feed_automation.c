// SPDX-License-Identifier: GPL-3.0-or-later
//
// Automation as the engine's curves

#include "services/automation.h"
#include "services/automation_target.h"
#include "services/feed_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Whether automation has something to move in the present document
static bool
find_target(const Work* const       work,
            const Automation* const automation,
            AutomationTarget* const target)
{
  return automation->enabled && json_array_size(automation->points) &&
         (!automation->clip ||
          composition_clip(work->after, automation->clip)) &&
         automation_target_find(
           work->feed, work->after, string_text(automation->address), target);
}

/// Whether the engine has what an operation sets
static bool
has_side(const Operation* const op)
{
  return op->track || op->channel || op->effect || op->send;
}

/// Prepare automation anew
static bool
put_curve(Work* const work, const Automation* const automation)
{
  const uint32_t   number = id_number(automation->node.id);
  AutomationTarget target;
  if (!find_target(work, automation, &target) || !has_side(&target.op)) {
    return !slots_get(&work->feed->curves, number) ||
           feed_replace(work, &work->feed->curves, number, NULL);
  }

  const uint32_t count = (uint32_t)json_array_size(automation->points);
  Curve* const   curve = curve_new(count);
  if (!curve) {
    return feed_out_of_memory(work);
  }

  automation_read_points(automation, curve->points);
  for (uint32_t i = 0; i < count; ++i) {
    CurvePoint* const point = &curve->points[i];
    point->value            = fmin(fmax(point->value, target.min), target.max);
  }

  curve->target = target.op;
  if (automation->clip) {
    const Clip* const clip = composition_clip(work->after, automation->clip);
    curve->clip            = automation->clip;
    curve->track           = feed_track(work->feed, clip->track);
    curve->start           = clip->start;
    curve->from            = clip->start;
    curve->to              = clip->start + clip->length;
  }

  return feed_replace(work, &work->feed->curves, number, curve);
}

bool
feed_change_automation(Work* const work, const Change* const change)
{
  const uint32_t          number = id_number(change->id);
  const Automation* const after  = (const Automation*)change->after;
  work->curves                   = true;
  if (change->before) {
    IdList* const moved =
      id_list_insert(work->moved, id_list_count(work->moved), change->id);
    if (!moved) {
      return feed_out_of_memory(work);
    }

    id_list_release(work->moved);
    work->moved = moved;
  }

  return after ? put_curve(work, after)
               : feed_replace(work, &work->feed->curves, number, NULL);
}

void
feed_move_automation(Work* const work, const Id clip)
{
  const IdList* const order = work->after->order[KIND_AUTOMATION];
  for (uint32_t i = 0; !work->targets && i < id_list_count(order); ++i) {
    const Automation* const automation =
      (const Automation*)composition_find(work->after, order->ids[i]);
    work->targets = automation->clip == clip;
  }
}

/// Those of one parameter side by side, those of clips behind the timeline's
static int
compare_curves(const void* const a, const void* const b)
{
  const Curve* const     x       = *(Curve* const*)a;
  const Curve* const     y       = *(Curve* const*)b;
  const Operation* const p       = &x->target;
  const Operation* const q       = &y->target;
  const uintptr_t        left[]  = {(uintptr_t)p->type,
                                    (uintptr_t)p->track,
                                    (uintptr_t)p->channel,
                                    (uintptr_t)p->effect,
                                    (uintptr_t)p->send,
                                    (uintptr_t)p->param,
                                    x->to != TICKS_MAX,
                                    (uintptr_t)x};
  const uintptr_t        right[] = {(uintptr_t)q->type,
                                    (uintptr_t)q->track,
                                    (uintptr_t)q->channel,
                                    (uintptr_t)q->effect,
                                    (uintptr_t)q->send,
                                    (uintptr_t)q->param,
                                    y->to != TICKS_MAX,
                                    (uintptr_t)y};
  for (uint32_t i = 0; i < sizeof(left) / sizeof(left[0]); ++i) {
    if (left[i] != right[i]) {
      return left[i] < right[i] ? -1 : 1;
    }
  }

  return 0;
}

static bool
send_set(Work* const work)
{
  const IdList* const order = work->after->order[KIND_AUTOMATION];
  CurveSet* const     set   = curve_set_new(id_list_count(order));
  if (!set) {
    return feed_out_of_memory(work);
  }

  set->num_curves = 0;
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    Curve* const curve =
      (Curve*)slots_get(&work->feed->curves, id_number(order->ids[i]));
    if (curve) {
      set->curves[set->num_curves++] = curve;
    }
  }

  qsort(set->curves, set->num_curves, sizeof(Curve*), compare_curves);

  const Operation op = {.type = OPERATION_CURVES, .curves = set};
  if (!batch_add(work->batch, &op)) {
    curve_set_free(set);
    return feed_out_of_memory(work);
  }

  return true;
}

/// Set what automation moved before to what the document says, which is heard
/// unless another curve moves it
static bool
restore(Work* const work, const Id id)
{
  AutomationTarget        target;
  const Automation* const before =
    (const Automation*)composition_find(work->before, id);
  return !automation_target_find(
           work->feed, work->after, string_text(before->address), &target) ||
         feed_add(work, &target.op);
}

bool
feed_send_curves(Work* const work)
{
  // Instances of effects and sends come with schedules
  const IdList* const order = work->after->order[KIND_AUTOMATION];
  work->targets             = work->targets || work->schedule;
  for (uint32_t i = 0; work->targets && i < id_list_count(order); ++i) {
    if (!put_curve(
          work,
          (const Automation*)composition_find(work->after, order->ids[i]))) {
      return false;
    }
  }

  const bool any = work->targets && id_list_count(order);
  if (!work->curves && !any) {
    return true;
  }

  bool ok = send_set(work);
  for (uint32_t i = 0; ok && i < id_list_count(work->moved); ++i) {
    ok = restore(work, work->moved->ids[i]);
  }

  return ok;
}
