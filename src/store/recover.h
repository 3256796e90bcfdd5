// SPDX-License-Identifier: GPL-3.0-or-later
//
// Finding what a folder holds: a checkpoint and what the journal has after it
//
// If `current.json` can't be read, `previous.json` and the snapshots of the
// history are tried, the newest first, and the journal leads from there to the
// present, since it is never cut off.

#ifndef SONIC_STORE_RECOVER_H
#define SONIC_STORE_RECOVER_H

#include "base/status.h"
#include "model/document.h"
#include "store/file.h"
#include "store/journal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether what can't be used is moved out of the way
typedef enum {
  RECOVER_LOOK,   ///< Nothing is changed
  RECOVER_REPAIR, ///< It gets another name
} RecoverMode;

typedef struct {
  Composition*   root;      ///< Owned
  uint64_t       revision;  ///< Of `root`
  uint64_t       num_lines; ///< Of the journal that were applied
  uint64_t       num_bytes; ///< In them
  bool           stale; ///< `current.json` must be written before the journal
  JournalSegment last;  ///< Last segment, all of it good; if `last_size`
  uint64_t       last_size; ///< Its size, 0 if there is none to go on in
  char           remark[FILE_TEXT_SIZE]; ///< What was unusual, or ""
} Recovered;

/**
   Find the present document.

   @param text Receives why there is none.
*/
Status
recover(const char* folder,
        RecoverMode mode,
        Recovered*  out,
        char*       text,
        size_t      text_size);

#endif // SONIC_STORE_RECOVER_H
