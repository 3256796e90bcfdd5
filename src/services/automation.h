// SPDX-License-Identifier: GPL-3.0-or-later
//
// Editing automation
//
// Automation moves one value along the timeline, or along a clip's own time.
// All functions run in a transaction and change its draft.

#ifndef SONIC_SERVICES_AUTOMATION_H
#define SONIC_SERVICES_AUTOMATION_H

#include "base/id.h"
#include "base/status.h"
#include "base/ticks.h"
#include "engine/curves.h"
#include "model/document.h"
#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

/// Most automation in a composition
#define MAX_AUTOMATION 2000u

/// Most points of one
#define MAX_AUTOMATION_POINTS 100000u

/// How a value goes from a point to the next
typedef enum {
  SHAPE_LINEAR,
  SHAPE_HOLD,
  SHAPE_CURVE,
} AutomationShape;

typedef struct {
  Ticks           at; ///< From the timeline's or the clip's start
  double          value;
  AutomationShape shape;
  double          bend; ///< Of a curve: -1 (fast first) to 1 (slow first)
} AutomationPoint;

/**
   Add automation without points.

   @param address What it moves, with things named by their ids.
   @param clip Clip whose time it is in, or ID_NONE for the timeline.
   @return STATUS_EXISTS if that value is automated there already.
*/
Status
automation_create(Services* services, const char* address, Id clip, Id* out);

/// Find the automation of an address; ID_NONE if there is none
Id
automation_find(const Services* services, const char* address, Id clip);

/// Put points, each in the place of those at its beat; values are clamped
Status
automation_put_points(Services*              services,
                      Id                     automation,
                      const AutomationPoint* points,
                      uint32_t               count);

/// Take the points at beats away
Status
automation_remove_points(Services*    services,
                         Id           automation,
                         const Ticks* beats,
                         uint32_t     count);

/// Take all points from one beat to another, both included, away
Status
automation_clear_range(Services* services, Id automation, Ticks from, Ticks to);

/// Called with each point in order
typedef void (*AutomationPointFunc)(void* handle, const AutomationPoint* point);

/// Visit all points
Status
automation_each_point(Services*           services,
                      Id                  automation,
                      AutomationPointFunc func,
                      void*               handle);

/// Read all points as those of a curve, for which there is room; values are as
/// they are, and places in ascending order
void
automation_read_points(const Automation* automation, CurvePoint* points);

/// Words of AutomationShape, ended by null
extern const char* const automation_shapes[];

#endif // SONIC_SERVICES_AUTOMATION_H
