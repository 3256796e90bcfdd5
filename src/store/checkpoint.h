// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compositions as files of a store

#ifndef SONIC_STORE_CHECKPOINT_H
#define SONIC_STORE_CHECKPOINT_H

#include "base/status.h"
#include "model/document.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Largest file that is read
#define CHECKPOINT_MAX (8ull << 30u)

/// Called now and then while a file is written; false gives up
typedef bool (*CheckpointFunc)(void* handle);

/// What is to be written
typedef struct {
  const Composition* root;   ///< Borrowed
  const json_t*      head;   ///< What the file says first, borrowed, or null
  CheckpointFunc     func;   ///< Called between pieces, or null
  void*              handle; ///< Handed to `func`
  uint64_t           size;   ///< Receives the number of bytes
} Checkpoint;

/// Write a composition to a new file; STATUS_CANCELLED if `func` gave up
Status
checkpoint_write_new(Checkpoint* checkpoint,
                     const char* path,
                     char*       text,
                     size_t      text_size);

/// Write `current.json`, keeping the one that is there as `previous.json`
Status
checkpoint_write_current(Checkpoint* checkpoint,
                         const char* folder,
                         char*       text,
                         size_t      text_size);

/// What `current.json` says first: its revision, owned; null if no memory
json_t*
checkpoint_head_of(uint64_t revision);

/**
   Read a composition from a file.

   @param revision Receives the revision it says it has, or UINT64_MAX if it
   says none.
   @param text Receives on failure "FILE:LINE:COLUMN: PATH: what is wrong".
*/
Status
checkpoint_read(const char*   path,
                Composition** root,
                uint64_t*     revision,
                char*         text,
                size_t        text_size);

/// Read what can be read of a file with faults; `text` receives the first
Status
checkpoint_salvage(const char*   path,
                   Composition** root,
                   uint64_t*     revision,
                   char*         text,
                   size_t        text_size);

/// What the beginning of a file says first: the value of a key, owned, or null
json_t*
checkpoint_head(const char* data, size_t size, const char* key);

#endif // SONIC_STORE_CHECKPOINT_H
