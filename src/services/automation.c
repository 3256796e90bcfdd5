// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/automation.h"

#include "services/automation_target.h"
#include "services/edit.h"
#include "services/services_private.h"

#include <jansson.h>

#include <math.h>
#include <string.h>

const char* const automation_shapes[] = {"linear", "hold", "curve", NULL};

/// Bend of a curve that names none
#define USUAL_BEND 0.5

Id
automation_find(const Services* const services,
                const char* const     address,
                const Id              clip)
{
  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_AUTOMATION];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Automation* const automation =
      (const Automation*)composition_find(root, order->ids[i]);
    if (automation->clip == clip &&
        !strcmp(string_text(automation->address), address)) {
      return automation->node.id;
    }
  }

  return ID_NONE;
}

/// Check that an address can be automated, by a clip if one is given
static Status
check_target(Services* const services, const char* const address, const Id clip)
{
  const Composition* const root = services_document(services);
  AutomationTarget         target;
  if (!automation_target_find(services->feed, root, address, &target)) {
    return services_fail(services,
                         STATUS_BAD_ARGUMENT,
                         "%s is no value that can be automated",
                         address);
  }

  if (clip && !composition_clip(root, clip)) {
    return edit_not_found(services, clip);
  }

  char       text[ID_TEXT_SIZE];
  const Id   other = automation_find(services, address, clip);
  const bool full =
    id_list_count(root->order[KIND_AUTOMATION]) >= MAX_AUTOMATION;
  return other  ? services_fail(services,
                               STATUS_EXISTS,
                               "%s is automated by %s already",
                               address,
                               id_format(other, text))
         : full ? services_fail(services,
                                STATUS_TOO_LARGE,
                                "A composition has at most %u automations",
                                MAX_AUTOMATION)
                : STATUS_OK;
}

Status
automation_create(Services* const   services,
                  const char* const address,
                  const Id          clip,
                  Id* const         out)
{
  char full[AUTOMATION_ADDRESS_SIZE];
  automation_target_address(services_document(services), address, full);

  Status st = check_target(services, full, clip);
  st =
    st ? st : composition_take_id(edit_draft(services), KIND_AUTOMATION, out);
  if (st) {
    return st;
  }

  Automation* const automation = (Automation*)node_new(NODE_AUTOMATION, *out);
  if (!automation || !edit_string(&automation->address, full)) {
    node_release(automation ? &automation->node : NULL);
    return edit_no_memory(services);
  }

  automation->clip = clip;
  return edit_put(services, &automation->node);
}

/// Read a row of points
static AutomationPoint
read_row(const json_t* const row)
{
  AutomationPoint     point = {.bend = USUAL_BEND};
  const char* const   word  = json_string_value(json_array_get(row, 2));
  const json_t* const bend  = json_array_get(row, 3);
  ticks_from_beats(json_number_value(json_array_get(row, 0)), &point.at);
  point.value = json_number_value(json_array_get(row, 1));
  for (uint32_t i = 0; word && automation_shapes[i]; ++i) {
    if (!strcmp(word, automation_shapes[i])) {
      point.shape = (AutomationShape)i;
    }
  }

  point.bend = bend ? json_number_value(bend) : point.bend;
  return point;
}

/// Bends stop short of a right angle
#define MOST_BEND 0.999

void
automation_read_points(const Automation* const automation,
                       CurvePoint* const       points)
{
  const json_t* const rows  = automation->points;
  Ticks               least = 0;
  for (size_t i = 0; i < json_array_size(rows); ++i) {
    const AutomationPoint point = read_row(json_array_get(rows, i));
    const bool            bends = point.shape == SHAPE_CURVE;

    least     = point.at > least ? point.at : least;
    points[i] = (CurvePoint){
      .at    = least,
      .value = point.value,
      .bend  = bends ? fmin(fmax(point.bend, -MOST_BEND), MOST_BEND) : 0.0,
      .hold  = point.shape == SHAPE_HOLD};
  }
}

static json_t*
make_row(const AutomationPoint* const point)
{
  const double beat = ticks_to_beats(point->at);
  const char*  word = automation_shapes[point->shape];
  return point->shape == SHAPE_CURVE && point->bend != USUAL_BEND
           ? json_pack("[ffsf]", beat, point->value, word, point->bend)
           : json_pack("[ffs]", beat, point->value, word);
}

/// Number of rows before a beat
static size_t
rows_before(const json_t* const rows, const Ticks at)
{
  size_t low  = 0;
  size_t high = json_array_size(rows);
  while (low < high) {
    const size_t middle = (low + high) / 2u;
    if (read_row(json_array_get(rows, middle)).at < at) {
      low = middle + 1u;
    } else {
      high = middle;
    }
  }

  return low;
}

/// Take the rows at a beat away; returns how many there were
static uint32_t
remove_rows(json_t* const rows, const Ticks at)
{
  uint32_t     count = 0;
  const size_t place = rows_before(rows, at);
  while (place < json_array_size(rows) &&
         read_row(json_array_get(rows, place)).at == at) {
    json_array_remove(rows, place);
    ++count;
  }

  return count;
}

/// A copy of automation whose points can be changed; null (noted) if that fails
static Automation*
edit_points(Services* const services, const Id id, Status* const st)
{
  Automation* const copy = (Automation*)edit_copy(services, id, st);
  json_t* const     rows = copy ? json_copy(copy->points) : NULL;
  if (!rows) {
    node_release(copy ? &copy->node : NULL);
    *st = *st ? *st : edit_no_memory(services);
    return NULL;
  }

  json_drop(copy->points);
  copy->points = rows;
  return copy;
}

/// What a point may be: on the timeline or within a clip, within the range
static Status
check_point(Services* const         services,
            const Automation* const automation,
            AutomationPoint* const  point)
{
  if (point->at < 0) {
    return services_fail(services,
                         STATUS_OUT_OF_RANGE,
                         "A point is at beat 0 or later, not %g",
                         ticks_to_beats(point->at));
  }

  AutomationTarget target;
  if (automation_target_find(services->feed,
                             services_document(services),
                             string_text(automation->address),
                             &target)) {
    point->value = fmin(fmax(point->value, target.min), target.max);
  }

  point->bend = fmin(fmax(point->bend, -1.0), 1.0);
  return STATUS_OK;
}

static Status
put_point(Services* const        services,
          Automation* const      automation,
          const AutomationPoint* given)
{
  AutomationPoint point = *given;
  const Status    st    = check_point(services, automation, &point);
  if (st) {
    return st;
  }

  json_t* const rows = automation->points;
  remove_rows(rows, point.at);
  if (json_array_size(rows) >= MAX_AUTOMATION_POINTS) {
    return services_fail(services,
                         STATUS_TOO_LARGE,
                         "There are at most %u points",
                         MAX_AUTOMATION_POINTS);
  }

  json_t* const row = make_row(&point);
  return row && !json_array_insert_new(rows, rows_before(rows, point.at), row)
           ? STATUS_OK
           : edit_no_memory(services);
}

/// Put changed automation, or drop it if something failed
static Status
finish(Services* const services, Automation* const automation, const Status st)
{
  if (st) {
    node_release(&automation->node);
    return st;
  }

  return edit_put(services, &automation->node);
}

Status
automation_put_points(Services* const              services,
                      const Id                     id,
                      const AutomationPoint* const points,
                      const uint32_t               count)
{
  Status            st         = STATUS_OK;
  Automation* const automation = edit_points(services, id, &st);
  for (uint32_t i = 0; !st && i < count; ++i) {
    st = put_point(services, automation, &points[i]);
  }

  return automation ? finish(services, automation, st) : st;
}

Status
automation_remove_points(Services* const    services,
                         const Id           id,
                         const Ticks* const beats,
                         const uint32_t     count)
{
  Status            st         = STATUS_OK;
  Automation* const automation = edit_points(services, id, &st);
  for (uint32_t i = 0; !st && i < count; ++i) {
    if (!remove_rows(automation->points, beats[i])) {
      st = services_fail(services,
                         STATUS_NOT_FOUND,
                         "There is no point at beat %g",
                         ticks_to_beats(beats[i]));
    }
  }

  return automation ? finish(services, automation, st) : st;
}

Status
automation_clear_range(Services* const services,
                       const Id        id,
                       const Ticks     from,
                       const Ticks     to)
{
  Status            st         = STATUS_OK;
  Automation* const automation = edit_points(services, id, &st);
  if (!automation) {
    return st;
  }

  const size_t place = rows_before(automation->points, from);
  while (place < json_array_size(automation->points) &&
         read_row(json_array_get(automation->points, place)).at <= to) {
    json_array_remove(automation->points, place);
  }

  return finish(services, automation, STATUS_OK);
}

Status
automation_each_point(Services* const           services,
                      const Id                  id,
                      const AutomationPointFunc func,
                      void* const               handle)
{
  const Node* const node = services_find(services, NODE_AUTOMATION, id);
  if (!node) {
    return edit_not_found(services, id);
  }

  const json_t* const rows = ((const Automation*)node)->points;
  for (size_t i = 0; i < json_array_size(rows); ++i) {
    const AutomationPoint point = read_row(json_array_get(rows, i));
    func(handle, &point);
  }

  return STATUS_OK;
}
