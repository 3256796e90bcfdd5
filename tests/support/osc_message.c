// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/osc_message.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/// Append the next argument as its type letter says
static void
add_argument(lo_message message, char type, va_list* args)
{
  switch (type) {
    case 'i':
      lo_message_add_int32(message, va_arg(*args, int));
      break;
    case 'h':
      lo_message_add_int64(message, va_arg(*args, int64_t));
      break;
    case 'f':
      lo_message_add_float(message, (float)va_arg(*args, double));
      break;
    case 'd':
      lo_message_add_double(message, va_arg(*args, double));
      break;
    case 's':
      lo_message_add_string(message, va_arg(*args, const char*));
      break;
    case 'S':
      lo_message_add_symbol(message, va_arg(*args, const char*));
      break;
    case 'b':
      lo_message_add_blob(message, va_arg(*args, lo_blob));
      break;
    case 't':
      lo_message_add_timetag(message, va_arg(*args, lo_timetag));
      break;
    case 'T':
      lo_message_add_true(message);
      break;
    case 'F':
      lo_message_add_false(message);
      break;
    case 'N':
      lo_message_add_nil(message);
      break;
    case 'I':
      lo_message_add_infinitum(message);
      break;
    default:
      abort();
  }
}

lo_message
osc_message_new(const char* types, va_list args)
{
  const lo_message message = lo_message_new();
  va_list          list;
  va_copy(list, args);
  for (const char* type = types; *type; ++type) {
    add_argument(message, *type, &list);
  }
  va_end(list);
  return message;
}

/// Where an argument is, which is aligned to four bytes only; null if absent
static const void*
argument(const OscReceived* received, int index)
{
  return index < lo_message_get_argc(received->message)
           ? lo_message_get_argv(received->message)[index]
           : NULL;
}

double
osc_number(const OscReceived* received, int index)
{
  const char type = osc_type(received, index);
  union {
    int32_t i;
    int64_t h;
    float   f;
    double  d;
  } value = {0};
  if (type && strchr("ifhd", type)) {
    memcpy(&value, argument(received, index), strchr("hd", type) ? 8 : 4);
  }

  switch (type) {
    case 'i':
      return value.i;
    case 'h':
      return (double)value.h;
    case 'f':
      return value.f;
    case 'd':
      return value.d;
    case 'T':
      return 1.0;
    case 'F':
      return 0.0;
    default:
      return NAN;
  }
}

const char*
osc_text(const OscReceived* received, int index)
{
  const char type = osc_type(received, index);
  return type == 's' || type == 'S' ? (const char*)argument(received, index)
                                    : "";
}

char
osc_type(const OscReceived* received, int index)
{
  return index < lo_message_get_argc(received->message)
           ? lo_message_get_types(received->message)[index]
           : '\0';
}
