// SPDX-License-Identifier: GPL-3.0-or-later
//
// Times in files and their names
//
// All are of the wall clock, in nanoseconds since 1970, told in UTC.

#ifndef SONIC_STORE_STAMP_H
#define SONIC_STORE_STAMP_H

#include <stdint.h>

/// Room for any of them
#define STAMP_SIZE 40

/// Write "2026-01-31T12:00:00.000Z"
void
stamp_write(uint64_t nanos, char text[STAMP_SIZE]);

/// Read what `stamp_write` writes; 0 if it is not that, or null
uint64_t
stamp_read(const char* text);

/// Write "20260131T120000Z", for the name of a file
void
stamp_write_name(uint64_t nanos, char text[STAMP_SIZE]);

#endif // SONIC_STORE_STAMP_H
