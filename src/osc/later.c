// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/later.h"

static void
answer_done(void* const handle, const Status status, const char* const text)
{
  later_finish((OscLater*)handle, status, text);
}

static void
answer_progress(void* const handle, const double share, const char* const text)
{
  later_progress((OscLater*)handle, share, text);
}

Completion
later_completion(OscCall* const call)
{
  const Completion completion = {
    answer_done, answer_progress, call_later(call)};
  return completion;
}

Status
later_started(Services* const         services,
              const Completion* const completion,
              const Status            status)
{
  if (status) {
    const char* const text = services_error(services);
    later_finish((OscLater*)completion->handle,
                 status,
                 *text ? text : status_text(status));
  }

  return STATUS_OK;
}
