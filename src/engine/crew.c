// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/crew.h"

#include "base/clock.h"
#include "engine/float_mode.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

// A ticket is the generation of the run, its number of tasks, and the next one
// to be taken.  Taking adds one by compare and exchange, so a helper that was
// away can't take a task of a run that is over; `func` and `handle` are read
// after that, while the run can't end, because this task is not done.

#define TASK_BITS 20u
#define TASK_MASK ((1ull << TASK_BITS) - 1ull)
#define GENERATION (1ull << (2u * TASK_BITS))

/// How long an idle helper spins before it sleeps
#define SPIN_NANOS 20000u

/// Looks at the ticket between looks at the clock
#define SPINS_PER_LOOK 32u

/// Looks at the helpers before the caller gives way, where it may
#define SPINS_PER_YIELD 1000u

SONIC_RT static void
pause_briefly(void)
{
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

SONIC_RT static bool
has_task(const unsigned long long ticket)
{
  return (ticket & TASK_MASK) < ((ticket >> TASK_BITS) & TASK_MASK);
}

/// Take a task and run it; false if there is none to be taken
SONIC_RT static bool
run_one(Crew* const crew, const uint32_t thread)
{
  unsigned long long ticket = atomic_load(&crew->ticket);
  do {
    if (!has_task(ticket)) {
      return false;
    }
  } while (!atomic_compare_exchange_weak(&crew->ticket, &ticket, ticket + 1u));

  crew->func(crew->handle, (uint32_t)(ticket & TASK_MASK), thread);
  atomic_fetch_add_explicit(&crew->done, 1u, memory_order_release);
  return true;
}

// The caller publishes tasks and then looks who sleeps; a helper says that it
// sleeps and then looks for tasks.  Both are sequentially consistent, so one of
// them sees the other.
SONIC_RT static void
sleep_until_woken(CrewHelper* const helper)
{
  Crew* const crew = helper->crew;
  atomic_store(&helper->asleep, 1u);
  if (has_task(atomic_load(&crew->ticket)) || atomic_load(&crew->quit)) {
    atomic_store(&helper->asleep, 0u);
    return;
  }

  rt_section_leave();
  while (atomic_load(&helper->asleep)) {
    syscall(SYS_futex, &helper->asleep, FUTEX_WAIT_PRIVATE, 1, NULL, NULL, 0);
  }

  rt_section_enter();
}

SONIC_RT static void
wake(CrewHelper* const helper)
{
  if (atomic_load(&helper->asleep) && atomic_exchange(&helper->asleep, 0u)) {
    syscall(SYS_futex, &helper->asleep, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
  }
}

SONIC_RT void
crew_help(CrewHelper* const helper)
{
  Crew* const crew = helper->crew;
  float_mode_enter();
  rt_section_enter();

  uint64_t idle_since = clock_nanos();
  while (!atomic_load(&crew->quit)) {
    bool worked = false;
    for (uint32_t i = 0; i < SPINS_PER_LOOK && !worked; ++i) {
      worked = run_one(crew, helper->thread);
      pause_briefly();
    }

    if (worked) {
      if (!float_mode_is_set()) {
        atomic_fetch_add(&crew->float_faults, 1u);
        float_mode_enter();
      }

      idle_since = clock_nanos();
    } else if (clock_nanos() - idle_since > SPIN_NANOS) {
      sleep_until_woken(helper);
      idle_since = clock_nanos();
    }
  }

  rt_section_leave();
}

SONIC_RT void
crew_wake_all(Crew* const crew)
{
  for (uint32_t i = 0; i < crew->num_helpers; ++i) {
    wake(&crew->helpers[i]);
  }
}

SONIC_RT static void
wait_for_helpers(Crew* const crew, const uint32_t num_tasks)
{
  uint32_t spins = 0;
  while (atomic_load_explicit(&crew->done, memory_order_acquire) != num_tasks) {
    pause_briefly();
    if (crew->give_way && ++spins % SPINS_PER_YIELD == 0) {
      crew->give_way();
    }
  }
}

SONIC_RT void
crew_run(Crew* const    crew,
         const CrewFunc func,
         void* const    handle,
         const uint32_t num_tasks,
         const bool     shared)
{
  if (!shared || !crew->num_helpers || num_tasks < 2u) {
    for (uint32_t i = 0; i < num_tasks; ++i) {
      func(handle, i, 0);
    }

    return;
  }

  // Nobody takes a task of the run before any more, so this is ours alone
  crew->func   = func;
  crew->handle = handle;
  atomic_store_explicit(&crew->done, 0u, memory_order_relaxed);
  const unsigned long long before = atomic_load(&crew->ticket);
  atomic_store(&crew->ticket,
               ((before & ~(GENERATION - 1ull)) + GENERATION) |
                 ((unsigned long long)num_tasks << TASK_BITS));

  for (uint32_t i = 0; i < crew->num_helpers && i < num_tasks - 1u; ++i) {
    wake(&crew->helpers[i]);
  }

  while (run_one(crew, 0)) {
  }

  wait_for_helpers(crew, num_tasks);
}
