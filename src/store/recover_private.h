// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the parts that recover share

#ifndef SONIC_STORE_RECOVER_PRIVATE_H
#define SONIC_STORE_RECOVER_PRIVATE_H

#include "base/rt.h"
#include "store/recover.h"

/// Add a remark to those there are
void
recover_remark(Recovered* out, const char* format, ...) SONIC_PRINTF(2, 3);

/**
   Move a file, or its end, to a name that ends in `.WORD-N`.

   @param offset Where what is moved begins; 0 moves the whole file.
   @param new_name Receives the new name without the folder.
*/
Status
recover_set_aside(const char* folder,
                  const char* name,
                  const char* word,
                  uint64_t    offset,
                  char*       new_name,
                  size_t      new_name_size,
                  char*       text,
                  size_t      text_size);

/// Apply to `out` what the journal has after its revision
Status
recover_replay(const char* folder,
               RecoverMode mode,
               Recovered*  out,
               char*       text,
               size_t      text_size);

/// The last revision in the journal; 0 if there is none
Status
recover_last_revision(const char* folder,
                      uint64_t*   revision,
                      char*       text,
                      size_t      text_size);

#endif // SONIC_STORE_RECOVER_PRIVATE_H
