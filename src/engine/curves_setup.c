// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/curves.h"

#include <stdlib.h>

Curve*
curve_new(const uint32_t num_points)
{
  Curve* const      curve = (Curve*)calloc(1, sizeof(Curve));
  CurvePoint* const points =
    (CurvePoint*)calloc(num_points, sizeof(CurvePoint));
  if (!curve || !points) {
    free(curve);
    free(points);
    return NULL;
  }

  curve->from       = INT64_MIN;
  curve->to         = TICKS_MAX;
  curve->num_points = num_points;
  curve->points     = points;
  return curve;
}

void
curve_free(Curve* const curve)
{
  if (curve) {
    free(curve->points);
    free(curve);
  }
}

CurveSet*
curve_set_new(const uint32_t num_curves)
{
  CurveSet* const set    = (CurveSet*)calloc(1, sizeof(CurveSet));
  Curve** const   curves = (Curve**)calloc(num_curves + 1u, sizeof(Curve*));
  if (!set || !curves) {
    free(set);
    free(curves);
    return NULL;
  }

  set->num_curves = num_curves;
  set->curves     = curves;
  return set;
}

void
curve_set_free(CurveSet* const set)
{
  if (set) {
    free(set->curves);
    free(set);
  }
}
