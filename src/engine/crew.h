// SPDX-License-Identifier: GPL-3.0-or-later
//
// The process callback and its helpers
//
// A crew runs a number of independent tasks.  Whoever is free takes the next
// one, the caller too, so a helper that does not come costs speed and nothing
// else.  Idle helpers spin for 20 microseconds, then sleep; waking them is the
// only system call of the caller, and there is none without helpers.

#ifndef SONIC_ENGINE_CREW_H
#define SONIC_ENGINE_CREW_H

#include "base/rt.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/// Most tasks of one run
#define CREW_MAX_TASKS ((1u << 20u) - 1u)

/// Runs task number `task` on thread number `thread` (0 is the caller)
typedef void (*CrewFunc)(void* handle, uint32_t task, uint32_t thread);

typedef struct Crew Crew;

/// A helper thread
typedef struct {
  _Alignas(64) atomic_uint asleep; ///< Futex: 1 while it sleeps or is about to
  Crew*     crew;                  ///< Borrowed
  uint32_t  thread;                ///< Its number, from 1
  pthread_t id;
} CrewHelper;

struct Crew {
  CrewFunc func;                     ///< Of the present run
  void*    handle;                   ///< For `func`
  _Alignas(64) atomic_ullong ticket; ///< Generation, number and next task
  _Alignas(64) atomic_uint done;     ///< Tasks of this run that are finished
  atomic_uint float_faults;          ///< Times that a helper lacked FTZ and DAZ
  atomic_bool quit;
  int (*give_way)(void); ///< sched_yield while the caller waits, or null
  uint32_t   num_helpers;
  CrewHelper helpers[];
};

/**
   Start helpers.

   @param num_threads Threads in all, so helpers plus one; at least 1.
   @param rt_priority SCHED_FIFO priority of helpers, 0 for ordinary scheduling;
   where the system does not allow it, they run with ordinary scheduling.
   @param yields Whether the caller may give way while it waits for a helper,
   which is a system call; for offline.
   @return A crew, owned by the caller, or null if memory or threads ran out.
*/
Crew*
crew_new(uint32_t num_threads, int rt_priority, bool yields);

/// Stop and join the helpers (null is fine)
void
crew_free(Crew* crew);

/// Run tasks 0 to `num_tasks` - 1 and return when all are done; `shared`: with
/// the helpers
SONIC_RT void
crew_run(Crew*    crew,
         CrewFunc func,
         void*    handle,
         uint32_t num_tasks,
         bool     shared);

// For the helper threads, which are started by `crew_new`

/// Take part in runs until the crew is freed
SONIC_RT void
crew_help(CrewHelper* helper);

/// Wake all that sleep, to see that they should quit
SONIC_RT void
crew_wake_all(Crew* crew);

#endif // SONIC_ENGINE_CREW_H
