// SPDX-License-Identifier: GPL-3.0-or-later
//
// Files that are whole or not there
//
// What is to survive a power cut is written to a new file, synced, renamed
// into place, and the folder is synced.  A descriptor whose sync failed is
// never synced again, since the next sync would say that all is well.
//
// Functions that can fail put one sentence with file and cause into `text`,
// and leave it alone on success.  Any thread may use different files at once.

#ifndef SONIC_STORE_FILE_H
#define SONIC_STORE_FILE_H

#include "base/rt.h"
#include "base/status.h"

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Enough for a sentence with a path and a cause
#define FILE_TEXT_SIZE 1024

/**
   Say what failed and why, from `errno`.

   @param verb What was tried: "write", "open".
   @return STATUS_NOT_FOUND, STATUS_EXISTS, STATUS_DENIED, STATUS_NO_MEMORY, or
   STATUS_IO for any other cause.
*/
Status
file_fail(const char* verb, const char* path, char* text, size_t text_size);

/// Say that memory ran out; returns STATUS_NO_MEMORY
Status
file_no_memory(char* text, size_t text_size);

/// A path from printf's arguments, owned; null if memory ran out
char*
file_path(const char* format, ...) SONIC_PRINTF(1, 2);

/// Write all bytes, however many calls it takes; false with `errno` if not
bool
file_write(int fd, const void* data, size_t size);

/**
   Read a whole file.

   @param max_size Most bytes; a larger file is STATUS_TOO_LARGE.
   @param data Receives the bytes and a zero byte after them, owned.
*/
Status
file_read(const char* path,
          uint64_t    max_size,
          char**      data,
          size_t*     size,
          char*       text,
          size_t      text_size);

/// Read at most `max_size` bytes from the beginning of a file
Status
file_read_head(const char* path,
               size_t      max_size,
               char**      data,
               size_t*     size,
               char*       text,
               size_t      text_size);

/// Make what happened in a folder last: new, renamed and removed entries
Status
file_sync_folder(const char* folder, char* text, size_t text_size);

/// Make the entry of a path last in the folder that holds it
Status
file_sync_parent(const char* path, char* text, size_t text_size);

/**
   The next entry of an open folder; null at the end.

   @param path What to call the folder.
   @param status Receives that reading failed, and is left alone otherwise.
*/
const struct dirent*
file_next_entry(DIR*        dir,
                const char* path,
                Status*     status,
                char*       text,
                size_t      text_size);

/// Make a folder and those above it; one that is there is fine
Status
file_make_folder(const char* folder, char* text, size_t text_size);

/// A file that is being written to take the place of another
typedef struct {
  char*    path;      ///< Where it goes, owned
  char*    temp_path; ///< Where it is written, owned
  int      fd;        ///< -1 if closed
  uint64_t size;      ///< Bytes written
  uint64_t num_dirty; ///< Bytes written since the last sync
} FileReplace;

/// Begin to replace the file at `path`, which need not be there
Status
file_replace_open(FileReplace* file,
                  const char*  path,
                  char*        text,
                  size_t       text_size);

/// Add bytes; large files are synced as they grow, so that the end is short
Status
file_replace_write(FileReplace* file,
                   const void*  data,
                   size_t       size,
                   char*        text,
                   size_t       text_size);

/// What becomes of the file that is there
typedef enum {
  FILE_OVER,  ///< It is replaced
  FILE_NEVER, ///< It stays, and the new one is refused with STATUS_EXISTS
} FileOver;

/**
   Sync, put into place, sync the folder.

   On failure nothing has changed, except that after a failed sync of the
   folder the new file may be in place; it is whole in any case.
*/
Status
file_replace_commit(FileReplace* file,
                    FileOver     over,
                    char*        text,
                    size_t       text_size);

/// Give up; the temporary file is removed (fine after a commit)
void
file_replace_abort(FileReplace* file);

/// Replace a file with some bytes
Status
file_replace(const char* path,
             const void* data,
             size_t      size,
             char*       text,
             size_t      text_size);

/// Copy a file to a place where there is none, with a sync
Status
file_copy(const char* from, const char* to, char* text, size_t text_size);

/// Remove what writers that were killed left in a folder
void
file_remove_temporary(const char* folder);

#endif // SONIC_STORE_FILE_H
