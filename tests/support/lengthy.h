// SPDX-License-Identifier: GPL-3.0-or-later
//
// How much a test that repeats something does
//
// `make check` has minutes, `make check-long` has hours and sets LENGTHY.

#ifndef SONIC_SUPPORT_LENGTHY_H
#define SONIC_SUPPORT_LENGTHY_H

#include <stdlib.h>

/// The count for today: `longer` in `make check-long`, else `usual`
static inline int
lengthy(const int usual, const int longer)
{
  return getenv("LENGTHY") ? longer : usual;
}

#endif // SONIC_SUPPORT_LENGTHY_H
