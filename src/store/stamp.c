// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/stamp.h"

#include <stdio.h>
#include <time.h>

static struct tm
parts_of(const uint64_t nanos)
{
  const time_t seconds = (time_t)(nanos / 1000000000u);
  struct tm    parts;
  gmtime_r(&seconds, &parts);
  return parts;
}

void
stamp_write(const uint64_t nanos, char text[STAMP_SIZE])
{
  const struct tm parts = parts_of(nanos);
  const size_t    n = strftime(text, STAMP_SIZE, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(
    text + n, STAMP_SIZE - n, ".%03uZ", (unsigned)(nanos / 1000000u % 1000u));
}

void
stamp_write_name(const uint64_t nanos, char text[STAMP_SIZE])
{
  const struct tm parts = parts_of(nanos);
  strftime(text, STAMP_SIZE, "%Y%m%dT%H%M%SZ", &parts);
}

uint64_t
stamp_read(const char* const text)
{
  struct tm parts  = {0};
  unsigned  millis = 0;
  if (!text || sscanf(text,
                      "%d-%d-%dT%d:%d:%d.%3uZ",
                      &parts.tm_year,
                      &parts.tm_mon,
                      &parts.tm_mday,
                      &parts.tm_hour,
                      &parts.tm_min,
                      &parts.tm_sec,
                      &millis) != 7) {
    return 0;
  }

  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  const time_t seconds = timegm(&parts);
  return seconds < 0 ? 0u : (uint64_t)seconds * 1000000000u + millis * 1000000u;
}
