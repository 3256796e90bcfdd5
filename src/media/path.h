// SPDX-License-Identifier: GPL-3.0-or-later
//
// Opening files by name
//
// A name that comes over the network opens a regular file for reading, and only
// within the folders that the user allowed: no way leads out of them, neither
// `..` nor a link, and nothing is waited for.  A name that the user gave on the
// command line is trusted to lie anywhere, but must be a regular file too.
// Any thread but the process thread.

#ifndef SONIC_MEDIA_PATH_H
#define SONIC_MEDIA_PATH_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/// Most folders that can be allowed
#define PATH_MAX_FOLDERS 32u

/// Folders that names from outside may lead into
typedef struct {
  uint32_t num;
  char*    folders[PATH_MAX_FOLDERS]; ///< As given, without a slash at the end
  char*    real[PATH_MAX_FOLDERS];    ///< Without links, or null
} PathFolders;

/**
   Allow a folder.

   It need not exist yet; what it is when a file is opened counts.

   @return STATUS_BAD_ARGUMENT if it is empty, STATUS_TOO_LARGE if there are
   too many, STATUS_NO_MEMORY.
*/
Status
path_folders_add(PathFolders* folders, const char* folder);

/// Release what folders hold, leaving none
void
path_folders_clear(PathFolders* folders);

/**
   Open a file that was named over the network.

   @param folders The folders that are allowed, the first is looked into first.
   @param name Name relative to one of them, or an absolute one that lies in
   one of them.
   @param length Length of `name` in bytes; it must hold no NUL.
   @param fd Receives the file, to be closed by the caller.
   @param text Receives, if refused, one sentence naming file and cause.
   @param text_size Size of `text`.
   @return STATUS_NOT_FOUND, STATUS_DENIED for a way out, for what is no
   regular file and for lack of rights, STATUS_BAD_ARGUMENT, STATUS_IO.
*/
Status
path_open(const PathFolders* folders,
          const char*        name,
          size_t             length,
          int*               fd,
          char*              text,
          size_t             text_size);

/// Open a file that the user named on this machine; as `path_open`
Status
path_open_local(const char* name, int* fd, char* text, size_t text_size);

/**
   Use no `openat2` from now on, as on a kernel before 5.6; for tests.

   Then no part of a name may be a link.
*/
void
path_use_fallback(void);

#endif // SONIC_MEDIA_PATH_H
