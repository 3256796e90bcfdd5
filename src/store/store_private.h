// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the two sides of a store share
//
// The control thread puts commits and jobs in, the store thread takes them out
// and puts finished jobs back.  `mutex` guards what is marked so; the rest
// belongs to the store thread while it runs.

#ifndef SONIC_STORE_STORE_PRIVATE_H
#define SONIC_STORE_STORE_PRIVATE_H

#include "base/text.h"
#include "store/file.h"
#include "store/journal.h"
#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// Commits that wait; when it is full, they are merged
#define STORE_QUEUE 256u

/// Room for the texts of a commit; longer ones are cut
#define STORE_WHO_SIZE 128
#define STORE_GESTURE_SIZE 192

/// A commit that waits to be written
typedef struct {
  uint64_t     revision;
  bool         again;
  uint64_t     same_as;
  bool         more;
  uint64_t     nanos;
  uint32_t     client;
  bool         sealed; ///< What comes later is not merged into it
  char         who[STORE_WHO_SIZE];
  char         what[STORE_WHO_SIZE];
  char         gesture[STORE_GESTURE_SIZE];
  Composition* before; ///< Owned
  Composition* after;  ///< Owned
} StoreCommit;

typedef enum {
  JOB_SYNC,   ///< `sync`
  JOB_SAVE,   ///< `save`, `root`, `label`, `who`, `nanos`
  JOB_NOTICE, ///< Nothing more: goes to the configured function
} JobType;

/// Something asked for, and later its outcome
typedef struct StoreJob {
  struct StoreJob* next;
  JobType          type;
  uint64_t         revision; ///< What it waits for, or has
  void*            handle;
  StoreSyncFunc    sync;
  StoreSaveFunc    save;
  Composition*     root; ///< Owned
  uint64_t         nanos;
  char             label[STORE_GESTURE_SIZE];
  char             who[STORE_WHO_SIZE];

  // Outcome
  Status   status;
  uint32_t number;
  char     text[FILE_TEXT_SIZE];
} StoreJob;

/// Jobs in order
typedef struct {
  StoreJob*  first;
  StoreJob** end; ///< Where the next one goes
} StoreJobs;

struct Store {
  char*           folder;
  StoreNoticeFunc notice;
  void*           notice_handle;
  uint64_t        window;  ///< Nanoseconds
  uint64_t        idle;    ///< Nanoseconds
  int             lock_fd; ///< Holds the lock
  int             event_fd;
  pthread_t       thread;
  bool            running; ///< `thread` is there

  // Guarded
  pthread_mutex_t mutex;
  pthread_cond_t  cond; ///< By the monotonic clock
  StoreCommit     queue[STORE_QUEUE];
  uint32_t        queue_first;
  uint32_t        queue_count;
  uint64_t        queue_time; ///< When the first was appended
  uint64_t        appended;   ///< Last revision appended
  StoreJobs       syncs;
  StoreJobs       saves;
  StoreJobs       done;
  bool            quit;

  // Of the store thread
  Journal      journal;
  Text         lines;       ///< Lines that are not on disk yet
  uint64_t     lines_first; ///< Revision of the first of them
  uint64_t     written;     ///< Revision of the last line made
  StoreCommit  taken;       ///< Commit that no line could be made of yet
  bool         is_taken;    ///<
  Composition* root;        ///< Document of `written`, owned
  uint64_t     num_bytes;   ///< Of lines since the checkpoint
  uint64_t     last_write;  ///< When lines were written last
  bool         failing;     ///< The last try failed
  uint64_t     retry_time;  ///< When to try again
  char         failure[FILE_TEXT_SIZE];

  uint64_t journal_bytes;       ///< That its files may have
  uint64_t checkpoint_revision; ///< Of `current.json`
  uint64_t checkpoint_size;
  uint64_t checkpoint_time; ///< Not before
  bool     checkpointing;   ///< One is being written
  Status   checkpoint_status;
  char     checkpoint_text[FILE_TEXT_SIZE];

  _Atomic uint64_t durable;
};

/// The store thread
void*
store_run(void* handle);

/// Append a job, which moves
void
store_jobs_add(StoreJobs* jobs, StoreJob* job);

/// Hand a finished job to the control thread; it moves
void
store_finish(Store* store, StoreJob* job);

/// Write a checkpoint if there is anything new; `func` as for a Checkpoint
Status
store_write_checkpoint(Store* store, bool (*func)(void* handle));

/// Write a snapshot to the history, with the outcome in the job
void
store_write_snapshot(Store* store, StoreJob* job, bool (*func)(void* handle));

/// Make a line of a commit; STATUS_NO_MEMORY leaves the text as it was
Status
store_make_line(Text* text, const StoreCommit* commit, uint64_t parent);

#endif // SONIC_STORE_STORE_PRIVATE_H
