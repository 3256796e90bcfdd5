// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whole reads and writes at a place in a file
//
// Interrupted and short transfers are continued.  Any thread but the process
// thread.

#ifndef SONIC_MEDIA_FILE_IO_H
#define SONIC_MEDIA_FILE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Read up to the end of the file; the number of bytes, -1 with errno if it
/// failed
ssize_t
file_read_at(int fd, void* data, size_t size, uint64_t offset);

/// Write all; false with errno if it failed
bool
file_write_at(int fd, const void* data, size_t size, uint64_t offset);

/// Write all where the file stands, which may be a pipe
bool
file_write_all(int fd, const void* data, size_t size);

/// Copy a name for a person to read: control characters become `?`
void
file_name_for_text(const char* name, char* text, size_t text_size);

#endif // SONIC_MEDIA_FILE_IO_H
