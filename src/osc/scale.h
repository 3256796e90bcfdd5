// SPDX-License-Identifier: GPL-3.0-or-later
//
// A number as a share of its range, and as text with its unit
//
// The scale is the argument's own: linear, log, or that of a fader, which is
// linear in dB between 0 -> -60, 0.25 -> -30, 0.5 -> -10, 0.75 -> 0, 1 -> 12.

#ifndef SONIC_OSC_SCALE_H
#define SONIC_OSC_SCALE_H

#include "osc/schema.h"

#include <stdbool.h>

/// Room for any text of `scale_format`
#define SCALE_TEXT_SIZE 64

/// Where a value stands in its range, 0 to 1
double
scale_to_norm(const ArgInfo* info, double value);

/// The value at a place of the range, which is clamped to 0 to 1
double
scale_from_norm(const ArgInfo* info, double norm);

/**
   Write a value with its unit ("-6.0 dB", "120.0 BPM", "1.5 beats").

   Decibels have one decimal, and are "off" where a level is silence; others
   have one to three.
*/
char*
scale_format(const ArgInfo* info, double value, char text[SCALE_TEXT_SIZE]);

/// Read what `scale_format` writes, with or without the unit; false if it is
/// no number
bool
scale_parse(const ArgInfo* info, const char* text, double* value);

/// Read a finite number that is all of `text`, spaces around it apart
bool
scale_number(const char* text, double* value);

#endif // SONIC_OSC_SCALE_H
