// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the services share among themselves
//
// All of it belongs to the control thread.

#ifndef SONIC_SERVICES_SERVICES_PRIVATE_H
#define SONIC_SERVICES_SERVICES_PRIVATE_H

#include "media/media.h"
#include "services/feed.h"
#include "services/jobs.h"
#include "services/presets.h"
#include "services/sample_pool.h"
#include "services/services.h"
#include "services/undo.h"
#include "store/store.h"

#include <stdbool.h>
#include <stdint.h>

struct Services {
  // Settings
  char*         data_dir;
  char**        media_dirs; ///< Ends with null
  BackendConfig backend_config;
  uint32_t      num_threads;
  CpuLevel      level;
  bool          connect;
  bool          offline;
  uint32_t      rate;
  void (*log)(void* handle, const char* text);
  void* log_handle;

  // Parts
  Media*      media;
  Engine*     engine;
  Backend*    backend; ///< Null when offline
  Feed*       feed;
  Jobs*       jobs;
  Presets*    presets;
  SamplePool* samples;
  int         epoll; ///< Readable when a part has something for us

  // The open composition
  char*        folder; ///< Of its file, for files relative to it
  Composition* root;
  Store*       store; ///< Null when none is open, or offline
  Undo*        undo;
  uint64_t     revision;

  // The transaction
  Composition*  draft;   ///< Null outside
  const Author* author;  ///< Borrowed
  Batch*        batch;   ///< Operations asked for, or null
  uint64_t      frame;   ///< When it is heard, 0: at once
  int           undoing; ///< -1: it undoes, 1: it redoes, 0: an edit
  char          error[512];

  /// Levels that wait for room in the engine's queue, latest value wins
  Batch* waiting;

  uint64_t   next_backend_poll; ///< Monotonic nanoseconds
  CommitFunc listener;
  void*      listener_handle;
};

/// Switch to another document, store and history, which move; the engine is
/// stopped and fed anew
Status
services_switch(Services* services, Composition* root, Store* store);

/// Send the levels that wait, if there is room; true if nothing waits any more
bool
services_send_waiting(Services* services);

/// Say one line to whoever runs the program
void
services_log(Services* services, const char* text);

/// Feed the audio that a sample has now to the engine
Status
services_refresh_sample(Services* services, Id sample);

#endif // SONIC_SERVICES_SERVICES_PRIVATE_H
