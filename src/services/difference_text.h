// SPDX-License-Identifier: GPL-3.0-or-later
//
// The difference of two documents in words

#ifndef SONIC_SERVICES_DIFFERENCE_TEXT_H
#define SONIC_SERVICES_DIFFERENCE_TEXT_H

#include "model/document.h"

#include <stdbool.h>

/// Room for any line
#define DIFFERENCE_LINE_SIZE 512

/// Called with a line; false stops
typedef bool (*DifferenceLineFunc)(void* handle, const char* line);

/// Visit what differs, a line for each value: `track "Bass" (t2): fader 0 ->
/// -6 dB`
void
difference_describe(const Composition* before,
                    const Composition* after,
                    DifferenceLineFunc func,
                    void*              handle);

#endif // SONIC_SERVICES_DIFFERENCE_TEXT_H
