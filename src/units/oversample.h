// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sizes of what runs at four times the rate

#ifndef SONIC_UNITS_OVERSAMPLE_H
#define SONIC_UNITS_OVERSAMPLE_H

/// Taps that are not zero, without the centre: of the filter next to the base
/// rate, and of the other one
#define OVERSAMPLE_NEAR 36
#define OVERSAMPLE_FAR 12

/// Rows of state of one signal
#define OVERSAMPLE_UP_ROWS (OVERSAMPLE_NEAR - 1 + OVERSAMPLE_FAR - 1)
#define OVERSAMPLE_DOWN_ROWS                                                   \
  (2 * (OVERSAMPLE_FAR - 1) + 2 * (OVERSAMPLE_NEAR - 1) + 1)
#define OVERSAMPLE_ROWS (OVERSAMPLE_UP_ROWS + OVERSAMPLE_DOWN_ROWS)

/// Frames by which a signal is late that goes up and down
#define OVERSAMPLE_LATENCY 41

#endif // SONIC_UNITS_OVERSAMPLE_H
