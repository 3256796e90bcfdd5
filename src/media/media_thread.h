// SPDX-License-Identifier: GPL-3.0-or-later
//
// Inside the media thread
//
// What `media.c`, which is called by others, and `media_thread.c` share; for
// nothing else.

#ifndef SONIC_MEDIA_MEDIA_THREAD_H
#define SONIC_MEDIA_MEDIA_THREAD_H

#include "base/ring.h"
#include "base/status.h"
#include "media/media.h"
#include "media/page_store.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Requests that a ring holds
#define MEDIA_RING_SIZE 4096u

/// A sample that is open
typedef struct MediaSample {
  StoredSample        stored; ///< First, so that a Sample* is one of these
  struct MediaSample* next;   ///< In the list it is in
  struct MediaSample* next_fill;
  char*               path;
  uint32_t            refs;
  atomic_bool         ready; ///< Nothing is missing that is to be held
  uint32_t            fill;  ///< Pages held so far
  bool                dying; ///< Nobody owns it
  CycleTime           died;  ///< When its pages were taken away
} MediaSample;

/// A set of pins
typedef struct {
  uint32_t num;
  uint32_t num_pages; ///< Of all
  PagePin  pins[];
} PinSet;

/// A thread that waits, on its own stack
typedef struct Waiter {
  struct Waiter* next;
  MediaSample*   sample; ///< Null: waits for the rings
  uint32_t       page;   ///< Next to be looked at
  uint32_t       end;
  bool           seen; ///< The rings are being read since it came
  bool           done;
  Status         status;
} Waiter;

// What is under `lock` is shared with those who call; the rest is for the media
// thread alone.  Samples are unlinked and freed only by the media thread, so it
// may use them without the lock.
struct Media {
  MediaConfig  config;
  Ring**       rings;
  pthread_t    thread;
  PageStore    store;
  PinSet*      pins;      ///< The set in force
  uint32_t     pin_index; ///< Pin that is being loaded
  uint32_t     pin_page;  ///< Page in it
  MediaSample* dying;     ///< Waiting for their cycle to end
  uint32_t     quiet;     ///< Passes without a request

  pthread_mutex_t lock;
  pthread_cond_t  wake; ///< The thread has something to do
  pthread_cond_t  done; ///< Some waiter's wait is over
  bool            stopping;
  bool            running;  ///< A process thread may run
  bool            woken;    ///< Something came since the thread last looked
  MediaSample*    samples;  ///< Open
  MediaSample*    released; ///< Without owner
  MediaSample*    fill_first;
  MediaSample*    fill_last;
  size_t          held;         ///< Bytes promised to short samples
  PinSet*         new_pins;     ///< The set to come into force
  uint32_t        pins_missing; ///< Pages of the latest set not yet loaded
  uint64_t        late_gone;    ///< Late reads of samples that are gone
  Waiter*         waiters;      ///< First come, first served
};

/// Wake the thread; under the lock
void
media_wake(Media* media);

/// Give up one ownership of a sample; under the lock
void
media_disown(Media* media, MediaSample* sample);

/// Give up a set of pins (null is fine); under the lock
void
media_disown_pins(Media* media, PinSet* set);

/// Take a sample out of the queue of those to be filled; under the lock
void
media_stop_filling(Media* media, const MediaSample* sample);

/// Bytes of all pages of a sample
size_t
media_held_size(const MediaSample* sample);

/// Release a sample that no thread knows any more (null is fine)
void
media_sample_free(MediaSample* sample);

/// The thread's function
void*
media_thread_run(void* media);

/// Release all samples, after the thread has ended and with the clock stopped
void
media_thread_clear(Media* media);

#endif // SONIC_MEDIA_MEDIA_THREAD_H
