// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the control side of struck things and its kernel share

#ifndef SONIC_UNITS_MODAL_KERNEL_H
#define SONIC_UNITS_MODAL_KERNEL_H

#include "units/level_table.h"
#include "units/modal.h"
#include "units/synth_kernel.h"
#include "units/unit.h"

#include <stdint.h>

#define NUM_MODES 16

/// What all voices share
typedef struct {
  float    ratio[NUM_MODES];
  float    loss[NUM_MODES]; ///< log2 of what is lost in a frame, at C4
  float    loss_key;        ///< Part of the octaves by which it grows
  uint32_t version;         ///< Changes with the numbers above
} ModalLines;

/// State of a group: a mode is a number that turns and shrinks
typedef struct {
  _Alignas(64) float re[NUM_MODES][LANES];
  float    im[NUM_MODES][LANES]; ///< What is heard
  float    cosine[NUM_MODES][LANES];
  float    sine[NUM_MODES][LANES];
  uint32_t turn[LANES]; ///< For which these were worked out
  uint32_t version;     ///< Of the lines, likewise
} ModalGroup;

LEVEL_DECLARE(SourceKernel, modal_kernel);

#endif // SONIC_UNITS_MODAL_KERNEL_H
