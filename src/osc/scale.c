// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/scale.h"

#include "base/number.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/// A fader in dB at each quarter of its way
static const double fader_db[] = {-60.0, -30.0, -10.0, 0.0, 12.0};

#define NUM_STRETCHES 4

static bool
has_scale(const ArgInfo* const info, const char* const name)
{
  return info->scale && !strcmp(info->scale, name);
}

static double
clamp(const double value, const double min, const double max)
{
  return value < min ? min : value > max ? max : value;
}

static double
fader_to_norm(const double db)
{
  int i = 0;
  while (i < NUM_STRETCHES - 1 && db >= fader_db[i + 1]) {
    ++i;
  }
  return (i + (db - fader_db[i]) / (fader_db[i + 1] - fader_db[i])) /
         NUM_STRETCHES;
}

static double
fader_from_norm(const double norm)
{
  const double place = norm * NUM_STRETCHES;
  const int    i     = (int)fmin(place, NUM_STRETCHES - 1);
  return fader_db[i] + (place - i) * (fader_db[i + 1] - fader_db[i]);
}

double
scale_to_norm(const ArgInfo* const info, const double value)
{
  const double range = info->max - info->min;
  const double inner = clamp(value, info->min, info->max);
  if (!(range > 0.0)) {
    return 0.0;
  }
  if (has_scale(info, "fader")) {
    return fader_to_norm(inner);
  }
  if (has_scale(info, "log") && info->min > 0.0) {
    return log(inner / info->min) / log(info->max / info->min);
  }
  return (inner - info->min) / range;
}

double
scale_from_norm(const ArgInfo* const info, const double norm)
{
  const double inner = clamp(norm, 0.0, 1.0);
  if (has_scale(info, "fader")) {
    return fader_from_norm(inner);
  }
  if (has_scale(info, "log") && info->min > 0.0) {
    // The ends are exact
    return inner >= 1.0 ? info->max
                        : info->min * pow(info->max / info->min, inner);
  }
  return info->min + inner * (info->max - info->min);
}

static bool
is_level(const ArgInfo* const info)
{
  return !strcmp(info->unit, "dB") && info->min <= -60.0;
}

char*
scale_format(const ArgInfo* const info,
             const double         value,
             char                 text[SCALE_TEXT_SIZE])
{
  const bool decibels = !strcmp(info->unit, "dB");
  if (is_level(info) && value <= -60.0) {
    snprintf(text, SCALE_TEXT_SIZE, "off");
    return text;
  }

  char      number[40];
  const int decimals = info->type == ARG_INT ? 0 : decibels ? 1 : 3;
  int       length   = snprintf(
    number, sizeof(number), "%.*f", decimals, clamp(value, -1e15, 1e15));
  while (decimals == 3 && number[length - 1] == '0' &&
         number[length - 2] != '.') {
    number[--length] = '\0';
  }

  // A zero has no sign
  const bool zero = strspn(number, "-0.") == (size_t)length;
  snprintf(text,
           SCALE_TEXT_SIZE,
           "%s%s%s",
           number + (zero && number[0] == '-' ? 1 : 0),
           info->unit[0] ? " " : "",
           info->unit);
  return text;
}

bool
scale_number(const char* const text, double* const value)
{
  const char* at  = text + strspn(text, " \t");
  const char* end = at + strlen(at);
  while (end > at && isspace((unsigned char)end[-1])) {
    --end;
  }

  Number number;
  at += *at == '+' ? 1 : 0;
  if (number_scan(at, end, &number) != end) {
    return false;
  }
  *value = number_value(&number);
  return isfinite(*value);
}

/// Take a unit and spaces off the end of a text
static size_t
trim_unit(const char* const text, const char* const unit)
{
  size_t       size   = strlen(text);
  const size_t length = strlen(unit);
  while (size && isspace((unsigned char)text[size - 1])) {
    --size;
  }
  if (length && size > length &&
      !strncasecmp(text + size - length, unit, length)) {
    size -= length;
  }
  while (size && isspace((unsigned char)text[size - 1])) {
    --size;
  }
  return size;
}

bool
scale_parse(const ArgInfo* const info,
            const char* const    text,
            double* const        value)
{
  char         number[SCALE_TEXT_SIZE];
  const size_t size = trim_unit(text, info->unit);
  if (size >= sizeof(number)) {
    return false;
  }

  memcpy(number, text, size);
  number[size] = '\0';
  if (is_level(info) &&
      (!strcasecmp(number, "off") || !strcasecmp(number, "-inf"))) {
    *value = info->min;
    return true;
  }
  return scale_number(number, value);
}
