// SPDX-License-Identifier: GPL-3.0-or-later
//
// A part in the making

#ifndef SONIC_AI_TOOLS_PARTS_H
#define SONIC_AI_TOOLS_PARTS_H

#include "ai/tools.h"

/// Most bars of a part
#define BARS_MAX 256

const char*
part_text_arg(const DawCall* call, const char* name);

double
part_number_arg(const DawCall* call, const char* name, double none);

/// Everything a part is made from
typedef struct {
  PartPlan    plan;
  Harmony     harmony;
  const char* part;
  double      start; ///< Beat of the timeline
} Work;

/// Set up the harmony; true if it was given or heard
bool
part_set_harmony(const DawCall* call, Work* work);

Status
part_plan_part(const Toolbox* box, const DawCall* call, Work* work);

#endif // SONIC_AI_TOOLS_PARTS_H
