// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compositions with their samples as one file, on a worker

#ifndef SONIC_SERVICES_COMPOSITION_ARCHIVE_H
#define SONIC_SERVICES_COMPOSITION_ARCHIVE_H

#include "base/status.h"
#include "model/document.h"
#include "services/samples.h"
#include "services/services.h"

#include <stddef.h>

/**
   Write a composition and the files of its samples to a new archive.

   @param folder Folder of the composition's file.
   @param path The archive, which must not be there yet.
   @param text Receives why it failed; on success a remark on samples whose
   files are missing, or nothing.
*/
Status
composition_archive_write(const Services*    services,
                          const Composition* root,
                          const char*        folder,
                          const char*        path,
                          char*              text,
                          size_t             text_size);

/**
   Unpack an archive into a new folder below DATA/cache.

   @param folder Receives the folder, to be removed with
   `composition_archive_remove` in any case; "" if there is none.
*/
Status
composition_archive_unpack(const Services* services,
                           const char*     path,
                           char            folder[SAMPLE_PATH_SIZE],
                           char*           text,
                           size_t          text_size);

/// Remove a folder that an archive was unpacked to ("" is fine)
void
composition_archive_remove(const char* folder);

#endif // SONIC_SERVICES_COMPOSITION_ARCHIVE_H
