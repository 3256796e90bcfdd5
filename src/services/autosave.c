// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/autosave.h"

#include "base/clock.h"
#include "services/composition_store.h"
#include "services/services_private.h"
#include "store/prune.h"

#include <stdint.h>

#define NANOS_PER_MINUTE 60e9

static void
saved(void* const handle, const Status status, const char* const text)
{
  if (status) {
    services_log((Services*)handle, text);
  }
}

void
autosave_poll(Services* const services)
{
  const double   minutes = services->root->autosave;
  const uint64_t now     = clock_nanos();
  if (!services->store || services->revision == services->autosaved) {
    services->autosave_time = now;
    return;
  }

  const double age = (double)(now - services->autosave_time);
  if (minutes <= 0.0 || age < minutes * NANOS_PER_MINUTE) {
    return;
  }

  const Author     author     = {0, "sonic-claude", "", ""};
  const Completion completion = {.done = saved, .handle = services};
  if (!compositions_save(services, AUTOSAVE_LABEL, &author, &completion)) {
    services->autosaved = services->revision;
  }

  services->autosave_time = now;
}
