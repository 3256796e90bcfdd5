// SPDX-License-Identifier: GPL-3.0-or-later
//
// OSC messages, made and read with liblo

#ifndef SONIC_SUPPORT_OSC_MESSAGE_H
#define SONIC_SUPPORT_OSC_MESSAGE_H

#include <lo/lo.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/// A message that arrived; elements of bundles arrive one by one
typedef struct {
  char*      path;
  lo_message message;
  uint16_t   from; ///< UDP port that it came from
  size_t     size; ///< Of the whole packet in bytes
} OscReceived;

/// A message with a value for each letter of `types`, owned by the caller
lo_message
osc_message_new(const char* types, va_list args);

/// Argument `index` as a number, NaN if it is none or absent
double
osc_number(const OscReceived* received, int index);

/// Argument `index` as text, "" if it is none or absent
const char*
osc_text(const OscReceived* received, int index);

/// Type letter of argument `index`, zero if it is absent
char
osc_type(const OscReceived* received, int index);

#endif // SONIC_SUPPORT_OSC_MESSAGE_H
