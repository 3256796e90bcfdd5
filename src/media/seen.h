// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files that were hashed before
//
// Reading all of a file to know its content takes as long as playing much of
// it.  So the cache keeps, as a symbolic link from what the file system says of
// a file (place, size, times) to the name of its content, what was found; a
// file that has not changed since is known without being read.  A file that
// changed in the last moments is not kept, since a change after may leave its
// times as they are.  Any thread but the process thread.

#ifndef SONIC_MEDIA_SEEN_H
#define SONIC_MEDIA_SEEN_H

#include "media/cache.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

/// The name of a file's content, if it was seen and is as it was then; `terms`
/// is what else that name depends on
bool
seen_find(const char*        folder,
          const struct stat* about,
          uint64_t           terms,
          char               key[CACHE_KEY_SIZE]);

/// Keep the name of a file's content, if that can be done; `now` is the time
void
seen_keep(const char*        folder,
          const struct stat* about,
          uint64_t           terms,
          const char*        key,
          time_t             now);

#endif // SONIC_MEDIA_SEEN_H
