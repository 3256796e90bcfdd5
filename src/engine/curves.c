// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/curves.h"

#include "engine/batch.h"
#include "engine/track.h"
#include "units/unit.h"

/// What a curve covers of the timeline
typedef struct {
  Ticks start; ///< Tick 0 of its points
  Ticks from;
  Ticks to;
} CurvePlace;

/// Bring the cursor to the last point at or before `ticks`; 0 if none is
SONIC_RT static uint32_t
seek(Curve* const curve, const Ticks ticks)
{
  const CurvePoint* const points = curve->points;
  uint32_t                i      = curve->cursor;
  if (points[i].at > ticks || i + 2u >= curve->num_points ||
      points[i + 2u].at <= ticks) {
    uint32_t low  = 0;
    uint32_t high = curve->num_points;
    while (low < high) {
      const uint32_t middle = (low + high) / 2u;
      if (points[middle].at <= ticks) {
        low = middle + 1u;
      } else {
        high = middle;
      }
    }

    i = low ? low - 1u : 0u;
  } else if (points[i + 1u].at <= ticks) {
    ++i;
  }

  curve->cursor = i;
  return i;
}

/// Share of the way between two points, from the share of the time:
/// x / (x + (1 - x) (1 + b) / (1 - b))
SONIC_RT static double
bent(const double x, const double bend)
{
  if (bend == 0.0) {
    return x;
  }

  const double ratio = (1.0 + bend) / (1.0 - bend);
  return x / (x + (1.0 - x) * ratio);
}

SONIC_RT double
curve_value(Curve* const curve,
            const Ticks  start,
            const Ticks  ticks,
            Ticks* const until)
{
  const Ticks             at   = ticks - start;
  const uint32_t          i    = seek(curve, at);
  const CurvePoint* const here = &curve->points[i];
  const CurvePoint* const next =
    i + 1u < curve->num_points ? &curve->points[i + 1u] : NULL;

  // Before the first point its value holds, after the last that one's
  if (here->at > at || !next || here->hold || here->value == next->value) {
    const Ticks end   = here->at > at ? here->at : next ? next->at : TICKS_MAX;
    const Ticks still = start + end;
    *until            = end < TICKS_MAX && still < *until ? still : *until;
    return here->value;
  }

  *until         = ticks < *until ? ticks : *until;
  const double x = (double)(at - here->at) / (double)(next->at - here->at);
  return here->value + (next->value - here->value) * bent(x, here->bend);
}

SONIC_RT CurveSet*
curves_exchange(Curves* const curves, CurveSet* const set)
{
  CurveSet* const before = curves->set;
  curves->set            = set;
  curves_touch(curves);
  return before;
}

SONIC_RT bool
curves_keep(Curves* const curves, const Operation* const op, const bool playing)
{
  const CurveSet* const set    = curves->set;
  bool                  ruled  = false;
  bool                  always = false;
  for (uint32_t i = 0; set && i < set->num_curves; ++i) {
    Curve* const curve = set->curves[i];
    if (operation_same_target(&curve->target, op)) {
      curve->target.value = op->value;
      ruled               = !curve->held;
      always              = always || curve->to == TICKS_MAX;
    }
  }

  // One that covers a part of the timeline only may have nothing to say now
  if (ruled && !always) {
    curves_touch(curves);
  }

  return ruled && playing;
}

SONIC_RT void
curves_hold(Curves* const curves, const Operation* const op)
{
  const CurveSet* const set = curves->set;
  Operation             key = *op;

  key.type = op->hold.target;
  for (uint32_t i = 0; set && i < set->num_curves; ++i) {
    Curve* const curve = set->curves[i];
    if (operation_same_target(&curve->target, &key)) {
      curve->held = op->hold.on;
    }
  }

  curves_touch(curves);
}

/// Let a curve of a clip cover what its track plays of the clip; the curve's
/// own place is on the timeline
SONIC_RT static CurvePlace
place_of(const Curve* const curve)
{
  const CurvePlace         own    = {curve->start, curve->from, curve->to};
  const TrackLaunch* const launch = curve->track ? &curve->track->launch : NULL;
  if (!launch || !launch->taken) {
    return own;
  }

  const ClipPart* const part = launch->playing ? launch->playing->part : NULL;
  return part && part->id == curve->clip
           ? (CurvePlace){part->start, part->start, part->end}
           : (CurvePlace){0, 0, 0};
}

/// Set the parameter of the curves from `*first` on as it has to be at a place,
/// and go on to the next parameter's; lowers `*until` to where it may move
SONIC_RT static void
put_target(const CurveSet* const set,
           uint32_t* const       first,
           const Ticks           ticks,
           const bool            follow,
           Ticks* const          until)
{
  Operation  op   = set->curves[*first]->target;
  const bool held = set->curves[*first]->held;
  for (; *first < set->num_curves; ++*first) {
    Curve* const curve = set->curves[*first];
    if (!operation_same_target(&curve->target, &op)) {
      break;
    }

    const CurvePlace place = place_of(curve);
    const Ticks      edge  = ticks < place.from ? place.from : place.to;
    if (ticks >= place.from && ticks < place.to) {
      op.value = (float)curve_value(curve, place.start, ticks, until);
    }

    *until = edge > ticks && edge < *until ? edge : *until;
  }

  if (!held) {
    batch_apply_value(&op, follow);
  }
}

/// Set all parameters as they have to be at a place; returns until when they
/// stay there, or `ticks` if one moves
SONIC_RT static Ticks
put(const CurveSet* const set, const Ticks ticks, const bool follow)
{
  Ticks until = TICKS_MAX;
  for (uint32_t i = 0; i < set->num_curves;) {
    put_target(set, &i, ticks, follow, &until);
  }

  return until;
}

SONIC_RT void
curves_start(Curves* const curves, const Ticks ticks)
{
  if (curves->set) {
    put(curves->set, ticks, false);
  }

  curves_touch(curves);
}

/// The last grid point at or before a grid frame
SONIC_RT static int64_t
point_before(const int64_t grid)
{
  return grid & ~(int64_t)(GRID_FRAMES - 1u);
}

SONIC_RT void
curves_advance(Curves* const         curves,
               const Timeline* const timeline,
               const int64_t         grid)
{
  if (!curves->set || grid % GRID_FRAMES || grid < curves->next_grid) {
    return;
  }

  // Across a loop's end, the place is the one behind the jump
  const int64_t next  = grid + GRID_FRAMES;
  const bool    jumps = timeline->jump_frame <= next;
  FrameTime     time  = timeline_time(timeline, next);
  if (jumps) {
    time -= tempo_map_time(timeline->map, timeline->loop.end) -
            tempo_map_time(timeline->map, timeline->loop.start);
  }

  const Ticks ticks = tempo_map_ticks(timeline->map, time);
  const Ticks until = put(curves->set, ticks, true);

  curves->next_grid = next;
  if (!jumps && until > ticks) {
    int64_t still = timeline->jump_frame;
    if (until < TICKS_MAX && timeline_frame(timeline, until) < still) {
      still = timeline_frame(timeline, until);
    }

    const int64_t look = point_before(still - GRID_FRAMES);
    curves->next_grid  = look > next ? look : next;
  }
}

SONIC_RT uint32_t
curves_frames(const Curves* const curves, const int64_t grid, const uint32_t n)
{
  if (!curves->set) {
    return n;
  }

  const int64_t point = point_before(grid) + GRID_FRAMES;
  const int64_t next  = curves->next_grid > point ? curves->next_grid : point;
  return next - grid < n ? (uint32_t)(next - grid) : n;
}
