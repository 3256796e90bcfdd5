// SPDX-License-Identifier: GPL-3.0-or-later

#include "session/managed.h"

#include "base/clock.h"
#include "services/composition_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// A manager that has not answered the announcement by then never will
#define WELCOME_NANOS 5000000000u

/// Between looks at whether the program is to stop
#define WAIT_MS 100

static void
say(const Managed* const managed, const char* const text)
{
  managed->log(managed->handle, text);
}

/// Go on as if there were no manager
static void
let_go(Managed* const managed, const char* const text)
{
  char line[700];
  snprintf(line, sizeof(line), "%.600s; going on without it", text);
  say(managed, line);
  nsm_free(managed->nsm);
  managed->nsm = NULL;
}

/// Wait until the manager has answered the announcement
static void
wait_for_welcome(Managed* const                     managed,
                 const volatile sig_atomic_t* const stopped)
{
  const uint64_t end = clock_nanos() + WELCOME_NANOS;
  char           line[700];
  while (!*stopped && clock_nanos() < end) {
    switch (nsm_wait(managed->nsm, WAIT_MS)) {
      case NSM_WELCOME:
        snprintf(line,
                 sizeof(line),
                 "Managed by %.500s, waiting for what it opens",
                 nsm_text(managed->nsm));
        say(managed, line);
        return;
      case NSM_REFUSED:
        snprintf(line,
                 sizeof(line),
                 "The session manager refuses: %.500s",
                 nsm_text(managed->nsm));
        let_go(managed, line);
        return;
      case NSM_OPEN: // The answer to the announcement was lost
        managed->again = true;
        return;
      case NSM_LOST:
        let_go(managed, "No session manager listens at NSM_URL");
        return;
      default:
        break;
    }
  }

  if (!*stopped) {
    let_go(managed, "The session manager at NSM_URL does not answer");
  }
}

void
managed_start(Managed* const                     managed,
              const volatile sig_atomic_t* const stopped)
{
  char              text[512] = "";
  const char* const url       = getenv("NSM_URL");
  if (!url || !*url) {
    return;
  }

  if (nsm_new(
        url, program_invocation_name, text, sizeof(text), &managed->nsm)) {
    let_go(managed, text);
    return;
  }

  wait_for_welcome(managed, stopped);
}

bool
managed_wait(Managed* const managed, const volatile sig_atomic_t* const stopped)
{
  while (managed->nsm && !managed->again && !*stopped) {
    switch (nsm_wait(managed->nsm, WAIT_MS)) {
      case NSM_OPEN:
        managed->again = true;
        break;
      case NSM_SAVE:
        nsm_reply(managed->nsm, NSM_SAVE_PATH, "Nothing is open");
        break;
      case NSM_LOST:
        say(managed, "The session manager is gone");
        return false;
      default:
        break;
    }
  }

  managed->again = false;
  return !*stopped;
}

void
managed_progress(Managed* const managed, const double share)
{
  nsm_progress(managed->nsm, share);
}

void
managed_opened(Managed* const managed, Services* const services)
{
  managed->services = services;
  managed->saved    = services_revision(services);
  managed->pending  = 0;
  nsm_progress(managed->nsm, 1.0);
  nsm_reply(managed->nsm, NSM_OPEN_PATH, "Open");
  nsm_set_dirty(managed->nsm, false);
}

void
managed_failed(Managed* const managed, const char* const text)
{
  nsm_error(managed->nsm, NSM_OPEN_PATH, NSM_ERROR_BAD_PROJECT, text);
}

// Saving

static void
note_saved(Managed* const managed, const Status status, const char* const text)
{
  char line[600];
  snprintf(line,
           sizeof(line),
           status ? "The state could not be saved: %.500s"
                  : "Saved as number %.500s of the history",
           text);
  if (!--managed->pending && !status) {
    managed->saved = managed->saving;
  }
  say(managed, line);
}

/// What a signal asked for is done
static void
saved(void* const handle, const Status status, const char* const text)
{
  note_saved((Managed*)handle, status, text);
}

/// What the manager asked for is done
static void
saved_for_nsm(void* const handle, const Status status, const char* const text)
{
  Managed* const managed = (Managed*)handle;
  note_saved(managed, status, text);
  if (status) {
    nsm_error(managed->nsm, NSM_SAVE_PATH, NSM_ERROR_GENERAL, text);
  } else {
    nsm_progress(managed->nsm, 1.0);
    nsm_reply(managed->nsm, NSM_SAVE_PATH, "Saved");
  }
}

static void
progress(void* const handle, const double share, const char* const text)
{
  (void)text;
  nsm_progress(((Managed*)handle)->nsm, share);
}

/// Begin to save, and have `done` called at the end
static void
save(Managed* const managed,
     void (*done)(void* handle, Status status, const char* text))
{
  const Author     author     = {0, "session", "save", ""};
  const Completion completion = {done, progress, managed};
  Services* const  services   = managed->services;
  managed->saving             = services_revision(services);
  ++managed->pending;

  const Status status = compositions_save(services, "", &author, &completion);
  if (status) {
    const char* const cause = services_error(services);
    done(managed, status, *cause ? cause : status_text(status));
  }
}

void
managed_save(Managed* const managed)
{
  if (managed->services) {
    save(managed, saved);
  }
}

static void
save_for_nsm(Managed* const managed)
{
  // What was closed is on disk, so there is nothing to do
  if (!*compositions_current(managed->services)) {
    nsm_reply(managed->nsm, NSM_SAVE_PATH, "No composition is open");
    return;
  }

  nsm_progress(managed->nsm, 0.0);
  save(managed, saved_for_nsm);
}

bool
managed_poll(Managed* const managed)
{
  if (!managed->nsm) {
    return false;
  }

  for (;;) {
    switch (nsm_wait(managed->nsm, 0)) {
      case NSM_NOTHING:
        nsm_set_dirty(managed->nsm,
                      services_revision(managed->services) != managed->saved);
        return false;
      case NSM_OPEN:
        managed->again = true;
        return true;
      case NSM_SAVE:
        save_for_nsm(managed);
        break;
      case NSM_LOST:
        say(managed, "The session manager is gone");
        break;
      default:
        break;
    }
  }
}

void
managed_closed(Managed* const managed)
{
  managed->services = NULL;
}

void
managed_stop(Managed* const managed)
{
  nsm_free(managed->nsm);
  managed->nsm = NULL;
}
