// SPDX-License-Identifier: GPL-3.0-or-later
//
// A composition with all its samples in one file
//
// A zip file with `composition.json` and the files that its samples name,
// `samples/NAME`.  Functions that can fail put one sentence into `text`.  Any
// thread may use different archives at once.

#ifndef SONIC_STORE_ARCHIVE_H
#define SONIC_STORE_ARCHIVE_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// The composition in an archive
#define ARCHIVE_COMPOSITION "composition.json"

/// Folder of the samples in an archive
#define ARCHIVE_SAMPLES "samples"

/// Most files in an archive that is read
#define ARCHIVE_MAX_FILES 10000u

/// Most bytes that an archive may unpack to
#define ARCHIVE_MAX_BYTES (64ull << 30u)

typedef struct ArchiveWriter ArchiveWriter;

/// Whether a path ends as an archive does
bool
archive_is_path(const char* path);

/// Begin an archive that takes its place at `path` once it is whole
Status
archive_create(const char*     path,
               ArchiveWriter** out,
               char*           text,
               size_t          text_size);

/// Add bytes as a file, compressed
Status
archive_add(ArchiveWriter* writer,
            const char*    name,
            const void*    data,
            size_t         size,
            char*          text,
            size_t         text_size);

/// Add an open file as it is
Status
archive_add_file(ArchiveWriter* writer,
                 const char*    name,
                 int            fd,
                 char*          text,
                 size_t         text_size);

/// End the archive and put it into place, where nothing may be yet
Status
archive_commit(ArchiveWriter* writer, char* text, size_t text_size);

/// Release the writer; what was not put into place is removed (null is fine)
void
archive_abort(ArchiveWriter* writer);

/**
   Unpack an archive into a folder.

   Only what belongs to an archive is taken: the composition and plain files in
   `samples`; anything else is refused by name, and so is what leads elsewhere.

   @param fd Open file.
   @param name What to call it in messages.
   @param folder Folder that is there and empty.
   @return STATUS_BAD_ARGUMENT, STATUS_TOO_LARGE, STATUS_IO.
*/
Status
archive_extract(int         fd,
                const char* name,
                const char* folder,
                char*       text,
                size_t      text_size);

#endif // SONIC_STORE_ARCHIVE_H
