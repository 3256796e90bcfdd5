// SPDX-License-Identifier: GPL-3.0-or-later
//
// Numbers as text, exactly
//
// What is written is the shortest text that is read as the same number again.
// The grammar is JSON's.  The decimal point is a point: the program never sets
// a locale.

#ifndef SONIC_BASE_NUMBER_H
#define SONIC_BASE_NUMBER_H

#include "base/ticks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Room for any number as text, with its end
#define NUMBER_SIZE 40

/// Write a finite number, with a point or an exponent ("120.0"); returns the
/// length
size_t
number_format(double value, char text[NUMBER_SIZE]);

/// Write ticks as beats: the shortest text of `ticks_to_beats`
size_t
number_format_ticks(Ticks ticks, char text[NUMBER_SIZE]);

/// Write millionths as a whole ("120.0" for 120,000,000)
size_t
number_format_millionths(int64_t millionths, char text[NUMBER_SIZE]);

/**
   The number meant by a single-precision number: that of its shortest text.

   So 0.1f is 0.1, and what is kept is what a person would have written.
   Converting back to float gives the same float.
*/
double
number_from_float(float value);

/// A number as it is read, before it is rounded
typedef struct {
  const char* text;     ///< Where it begins, borrowed
  size_t      length;   ///< Bytes
  uint64_t    digits;   ///< Its first 19 significant digits
  int         exponent; ///< Power of ten that `digits` is multiplied by
  bool        negative; ///<
  bool        cut;      ///< There were more digits
  bool        whole;    ///< Written without point and exponent
} Number;

/// Read a number between `at` and `end`; returns where it ends, or null if
/// there is none
const char*
number_scan(const char* at, const char* end, Number* number);

/// Its nearest double, infinite if it is too large
double
number_value(const Number* number);

/// The nearest tick to a number of beats (half up); false beyond +-TICKS_MAX
bool
number_ticks(const Number* number, Ticks* ticks);

#endif // SONIC_BASE_NUMBER_H
