// SPDX-License-Identifier: GPL-3.0-or-later
//
// A file that appears when it is complete
//
// It is written under another name in the same folder, then synced and renamed,
// so whoever looks finds the old file or the whole new one, even after a loss
// of power.  Any thread but the process thread.

#ifndef SONIC_MEDIA_PART_FILE_H
#define SONIC_MEDIA_PART_FILE_H

#include "base/status.h"

#include <stdbool.h>

/// Ending of the names under which files are written
#define PART_FILE_ENDING ".part"

/// A file being written
typedef struct {
  int   fd;        ///< To be written to, -1 if there is none
  char* part_path; ///< Where it is now, owned
  char* path;      ///< Where it will be, owned
} PartFile;

/// Begin a file that is to replace `path`, readable and writable; STATUS_IO
/// with errno set, STATUS_NO_MEMORY
Status
part_file_open(PartFile* file, const char* path);

/// Put the complete file in place; STATUS_IO with errno set
Status
part_file_commit(PartFile* file);

/// Close the file and, unless it was committed, remove what was written
void
part_file_close(PartFile* file);

/// Remove what interrupted writers left in a folder more than a day ago
void
part_file_sweep(const char* folder);

#endif // SONIC_MEDIA_PART_FILE_H
