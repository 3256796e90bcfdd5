// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keeping audio files in DATA/samples
//
// For workers: nothing here touches the session.

#ifndef SONIC_SERVICES_SAMPLE_KEEP_H
#define SONIC_SERVICES_SAMPLE_KEEP_H

#include "base/status.h"
#include "media/decode.h"
#include "services/samples.h"
#include "services/services.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/// Open a file that was named over the network: in the media folders only
Status
services_open_named(const Services* services,
                    const char*     name,
                    int*            fd,
                    char*           text,
                    size_t          text_size);

/// How a file is decoded
typedef struct {
  const Services*    services;
  const atomic_bool* cancel;
  void (*progress)(void* handle, double done); ///< 0 to 1
  void* handle;
} SampleDecode;

/// Decode an open file into the cache
Status
sample_decode(const SampleDecode* decode,
              int                 fd,
              const char*         name,
              DecodeResult*       result,
              char*               text,
              size_t              text_size);

/// The folder that a name means within those that may be read, without links;
/// false if it means none
bool
services_find_folder(const Services* services,
                     const char*     name,
                     char            real[PATH_MAX]);

/// Copy an open file into a folder, made if it is not there; as
/// `sample_keep_file`
Status
sample_keep_in(const char* folder,
               int         fd,
               const char* name,
               char        path[SAMPLE_PATH_SIZE],
               char*       text,
               size_t      text_size);

/**
   Copy an open file into DATA/samples, unless the same is there already.

   @param name What it is called; the copy has its last part, with a number if
   that is taken by another file.
   @param path Receives the path of the copy.
*/
Status
sample_keep_file(const Services* services,
                 int             fd,
                 const char*     name,
                 char            path[SAMPLE_PATH_SIZE],
                 char*           text,
                 size_t          text_size);

/**
   Have a sample of an imported composition name a copy of its file.

   A file that is missing or may not be read stays as it is named.

   @param folder Folder of the composition's file.
   @param trusted Any path may be read, not only those in media folders.
   @param node Sample, not yet in a document.
*/
Status
sample_keep(const Services* services,
            const char*     folder,
            bool            trusted,
            SampleNode*     node);

#endif // SONIC_SERVICES_SAMPLE_KEEP_H
