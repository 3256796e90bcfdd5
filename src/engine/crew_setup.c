// SPDX-License-Identifier: GPL-3.0-or-later

#include "engine/crew.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

static void*
helper_main(void* const handle)
{
  crew_help((CrewHelper*)handle);
  return NULL;
}

/// Start a helper with a real-time priority if that is asked for and allowed
static bool
start(CrewHelper* const helper, const int rt_priority)
{
  if (rt_priority > 0) {
    pthread_attr_t           attributes;
    const struct sched_param param = {.sched_priority = rt_priority};
    if (pthread_attr_init(&attributes)) {
      return false;
    }

    pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
    pthread_attr_setschedpolicy(&attributes, SCHED_FIFO);
    pthread_attr_setschedparam(&attributes, &param);
    const bool started =
      !pthread_create(&helper->id, &attributes, helper_main, helper);
    pthread_attr_destroy(&attributes);
    if (started) {
      return true;
    }
  }

  return !pthread_create(&helper->id, NULL, helper_main, helper);
}

Crew*
crew_new(const uint32_t num_threads, const int rt_priority, const bool yields)
{
  const uint32_t num_helpers = num_threads ? num_threads - 1u : 0u;
  const size_t   size        = sizeof(Crew) + num_helpers * sizeof(CrewHelper);
  Crew* const    crew        = (Crew*)aligned_alloc(64, (size + 63u) & ~63ull);
  if (!crew) {
    return NULL;
  }

  memset(crew, 0, size);
  crew->give_way = yields ? sched_yield : NULL;
  for (uint32_t i = 0; i < num_helpers; ++i) {
    CrewHelper* const helper = &crew->helpers[i];
    helper->crew             = crew;
    helper->thread           = i + 1u;
    if (!start(helper, rt_priority)) {
      crew_free(crew);
      return NULL;
    }

    // Only counted once it runs, so that freeing joins those that do
    ++crew->num_helpers;
  }

  return crew;
}

void
crew_free(Crew* const crew)
{
  if (!crew) {
    return;
  }

  atomic_store(&crew->quit, true);
  crew_wake_all(crew);
  for (uint32_t i = 0; i < crew->num_helpers; ++i) {
    pthread_join(crew->helpers[i].id, NULL);
  }

  free(crew);
}
