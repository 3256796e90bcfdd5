// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/automation_record.h"

#include "base/clock.h"
#include "engine/curves.h"
#include "model/difference.h"
#include "services/automation.h"
#include "services/automation_target.h"
#include "services/edit.h"
#include "services/services_private.h"

#include <stdlib.h>
#include <string.h>

/// Most values that are played in at once
#define MAX_GESTURES 64u

/// Most points of a gesture; later ones replace the last
#define MAX_GESTURE_POINTS 20000u

/// A control that is not moved for so long has been let go of
#define RELEASE_NANOS 500000000u

/// Least distance of two points
#define LEAST_STEP (TICKS_PER_BEAT / 96)

/// A step from what was before to what was played in
#define EDGE (TICKS_PER_BEAT / 960)

typedef enum {
  MODE_READ,
  MODE_TOUCH,
  MODE_LATCH,
  MODE_WRITE,
} Mode;

typedef struct {
  char             address[AUTOMATION_ADDRESS_SIZE]; ///< "" if free
  bool             finger; ///< A finger is on the control
  uint64_t         moved;  ///< Monotonic nanoseconds of the last move
  Ticks            last;   ///< Where the playhead was seen last
  AutomationPoint* points; ///< Owned
  uint32_t         count;  ///< 0: only the finger is known
  uint32_t         room;
} Gesture;

struct AutomationTakes {
  Gesture  gestures[MAX_GESTURES];
  bool     playing; ///< The transport was seen to play
  Ticks    place;   ///< Where it was seen
  uint64_t loops;   ///< Of the telemetry
  bool     ending;  ///< The present transaction is the recorder's own
};

AutomationTakes*
automation_takes_new(void)
{
  return (AutomationTakes*)calloc(1, sizeof(AutomationTakes));
}

static void
forget(Gesture* const gesture)
{
  free(gesture->points);
  memset(gesture, 0, sizeof(*gesture));
}

void
automation_takes_clear(AutomationTakes* const takes)
{
  for (uint32_t i = 0; i < MAX_GESTURES; ++i) {
    forget(&takes->gestures[i]);
  }

  takes->playing = false;
}

void
automation_takes_free(AutomationTakes* const takes)
{
  if (takes) {
    automation_takes_clear(takes);
    free(takes);
  }
}

static Mode
mode_of(const Services* const services)
{
  return (Mode)services_document(services)->automation_mode;
}

/// The gesture of an address, or a free one if `add`; null if there is none
static Gesture*
find_gesture(AutomationTakes* const takes,
             const char* const      address,
             const bool             add)
{
  Gesture* room = NULL;
  for (uint32_t i = 0; i < MAX_GESTURES; ++i) {
    Gesture* const gesture = &takes->gestures[i];
    if (!strcmp(gesture->address, address)) {
      return gesture;
    }

    room = !room && !gesture->address[0] ? gesture : room;
  }

  return add ? room : NULL;
}

/// Append a point, or replace the last one if that is too near
static bool
add_point(Gesture* const gesture, const Ticks at, const double value)
{
  const AutomationPoint point = {.at = at, .value = value};
  if (gesture->count > 1u &&
      (at - gesture->points[gesture->count - 1u].at < LEAST_STEP ||
       gesture->count == MAX_GESTURE_POINTS)) {
    const Ticks before = gesture->points[gesture->count - 1u].at;

    gesture->points[gesture->count - 1u]    = point;
    gesture->points[gesture->count - 1u].at = at > before ? at : before;
    return true;
  }

  if (gesture->count == gesture->room) {
    const uint32_t         room  = gesture->room ? gesture->room * 2u : 64u;
    AutomationPoint* const grown = (AutomationPoint*)realloc(
      gesture->points, room * sizeof(AutomationPoint));
    if (!grown) {
      return false;
    }

    gesture->points = grown;
    gesture->room   = room;
  }

  gesture->points[gesture->count++] = point;
  return true;
}

/// Where the transaction will be heard
static Ticks
place_of(Services* const services, const Telemetry* const telemetry)
{
  const double beats_per_frame =
    tempo_to_bpm(telemetry->tempo) / 60.0 / services->rate;
  const uint64_t frame  = services->frame;
  const uint64_t nanos  = clock_nanos();
  double         frames = 0.0;
  if (frame > telemetry->frame) {
    frames = (double)(frame - telemetry->frame);
  } else if (!frame && !services->offline && nanos > telemetry->nanos) {
    frames = (double)(nanos - telemetry->nanos) * 1e-9 * services->rate;
  }

  return telemetry->position +
         (Ticks)(frames * beats_per_frame * TICKS_PER_BEAT);
}

/// What `note_value` needs
typedef struct {
  Services* services;
  Ticks     place;
  Status    status;
} Noting;

/// Have the engine leave a value to the hand, or move it again
static Status
hold(Services* const services, const char* const address, const bool on)
{
  AutomationTarget target;
  if (!automation_target_find(
        services->feed, services_document(services), address, &target) ||
      (!target.op.track && !target.op.channel && !target.op.effect &&
       !target.op.send)) {
    return STATUS_OK;
  }

  Operation op   = target.op;
  op.type        = OPERATION_HOLD;
  op.hold.target = target.op.type;
  op.hold.on     = on;
  return edit_request(services, &op);
}

static bool
note_value(void* const handle, const char* const address, const double value)
{
  Noting* const  noting = (Noting*)handle;
  Gesture* const gesture =
    find_gesture(noting->services->automation_takes, address, true);
  if (!gesture) {
    return true; // More hands than there are fingers
  }

  if (!gesture->count) {
    memcpy(gesture->address, address, strlen(address) + 1u);
    noting->status = hold(noting->services, address, true);
  }

  gesture->moved = clock_nanos();
  gesture->last  = noting->place;
  if (!noting->status && !add_point(gesture, noting->place, value)) {
    noting->status = edit_no_memory(noting->services);
  }

  return !noting->status;
}

static bool
note_change(void* const handle, const Change* const change)
{
  Noting* const noting = (Noting*)handle;
  return automation_target_each(
    noting->services->feed, change, note_value, noting);
}

Status
automation_record(Services* const services)
{
  const Telemetry telemetry = services_telemetry(services);
  if (mode_of(services) == MODE_READ || telemetry.state != ENGINE_PLAYING ||
      services->moving || services->automation_takes->ending) {
    return STATUS_OK;
  }

  Noting noting = {services, place_of(services, &telemetry), STATUS_OK};
  document_difference(services->root, services->draft, note_change, &noting);
  return noting.status;
}

void
automation_finger(Services* const   services,
                  const char* const address,
                  const bool        down)
{
  Gesture* const gesture =
    find_gesture(services->automation_takes, address, down);
  if (!gesture || strlen(address) >= sizeof(gesture->address)) {
    return;
  }

  if (down) {
    memcpy(gesture->address, address, strlen(address) + 1u);
  } else if (!gesture->count) {
    forget(gesture);
    return;
  }

  gesture->finger = down;
  gesture->moved  = down ? clock_nanos() : 0;
}

/// Value of automation at a place, from the rows around it
static double
value_at(const Automation* const automation, const Ticks place)
{
  const json_t* const rows  = automation->points;
  const size_t        count = json_array_size(rows);
  Curve* const        curve = count ? curve_new((uint32_t)count) : NULL;
  double              value = 0.0;
  if (curve) {
    Ticks until = TICKS_MAX;
    automation_read_points(automation, curve->points);
    value = curve_value(curve, 0, place, &until);
  }

  curve_free(curve);
  return value;
}

/// Put a gesture in the place of the points under it
static Status
put_gesture(Services* const services, Gesture* const gesture)
{
  Id              id   = automation_find(services, gesture->address, ID_NONE);
  Status          st   = STATUS_OK;
  Ticks           from = gesture->points[0].at;
  Ticks           to   = gesture->last > gesture->points[gesture->count - 1u].at
                           ? gesture->last
                           : gesture->points[gesture->count - 1u].at;
  AutomationPoint before    = {.at = from - EDGE};
  AutomationPoint after     = {.at = to + EDGE};
  const AutomationPoint end = {
    .at = to, .value = gesture->points[gesture->count - 1u].value};
  bool edges = false;
  if (!id) {
    st = automation_create(services, gesture->address, ID_NONE, &id);
  } else {
    const Automation* const automation =
      (const Automation*)services_find(services, NODE_AUTOMATION, id);
    edges        = json_array_size(automation->points) > 0;
    before.value = edges ? value_at(automation, before.at) : 0.0;
    after.value  = edges ? value_at(automation, after.at) : 0.0;
  }

  st = st ? st : automation_clear_range(services, id, from, to);
  if (!st && edges && before.at >= 0) {
    st = automation_put_points(services, id, &before, 1);
  }

  st = st
         ? st
         : automation_put_points(services, id, gesture->points, gesture->count);
  st = st ? st : automation_put_points(services, id, &end, 1);
  if (!st && edges) {
    st = automation_put_points(services, id, &after, 1);
  }

  return st ? st : hold(services, gesture->address, false);
}

/// Keep a gesture that is over, as a step of its own
static void
end_gesture(Services* const services, Gesture* const gesture)
{
  const Author author = {0, "sonic-claude", "record automation", ""};
  if (gesture->count) {
    services->automation_takes->ending = true;
    services_begin(services, &author);
    Status st = put_gesture(services, gesture);
    if (st) {
      services_abort(services);
    } else {
      st = services_commit(services);
    }

    services->automation_takes->ending = false;
    if (st == STATUS_BUSY) {
      return; // Tried again at the next poll
    }

    if (st) {
      services_log(services, services_error(services));
    }
  }

  forget(gesture);
}

/// Hold all that is automated, as the transport begins in mode `write`
static void
begin_writing(Services* const services, const Ticks place)
{
  const Author author = {0, "sonic-claude", "write automation", ""};
  Noting       noting = {services, place, STATUS_OK};
  services_begin(services, &author);

  const Composition* const root  = services_document(services);
  const IdList* const      order = root->order[KIND_AUTOMATION];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Automation* const automation =
      (const Automation*)composition_find(root, order->ids[i]);
    AutomationTarget target;
    if (!automation->clip && automation->enabled &&
        automation_target_find(
          services->feed, root, string_text(automation->address), &target)) {
      note_value(
        &noting, string_text(automation->address), (double)target.op.value);
      edit_request(services, &target.op);
    }
  }

  const Status st = services_commit(services);
  if (noting.status || st) {
    services_log(services, services_error(services));
  }
}

void
automation_record_poll(Services* const services)
{
  AutomationTakes* const takes     = services->automation_takes;
  const Mode             mode      = mode_of(services);
  const Telemetry        telemetry = services_telemetry(services);
  const bool             playing   = telemetry.state == ENGINE_PLAYING;
  const bool             jumped = !playing || telemetry.loops != takes->loops ||
                      telemetry.position < takes->place;
  const bool     starts = playing && !takes->playing;
  const uint64_t now    = clock_nanos();
  for (uint32_t i = 0; i < MAX_GESTURES; ++i) {
    Gesture* const gesture = &takes->gestures[i];
    const bool     let_go  = !gesture->finger && now > gesture->moved &&
                        now - gesture->moved > RELEASE_NANOS;
    if (!gesture->count) {
      continue;
    }

    if (jumped || mode == MODE_READ || (mode == MODE_TOUCH && let_go)) {
      end_gesture(services, gesture);
    } else if (telemetry.position > gesture->last) {
      gesture->last = telemetry.position;
    }
  }

  takes->playing = playing;
  takes->place   = telemetry.position;
  takes->loops   = telemetry.loops;
  if (mode == MODE_WRITE && starts) {
    begin_writing(services, telemetry.position);
  }
}
