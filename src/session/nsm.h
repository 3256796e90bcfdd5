// SPDX-License-Identifier: GPL-3.0-or-later
//
// A client of a session manager that speaks NSM
//
// Talks over one UDP socket with the manager that NSM_URL names: announces the
// program, tells what the manager asks for, and sends what it is answered.
// Version 1.1 of the API, with the capabilities switch, dirty, progress and
// message.  For one thread.

#ifndef SONIC_SESSION_NSM_H
#define SONIC_SESSION_NSM_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

// Capabilities, and addresses that are answered

#define NSM_CAPABILITIES ":switch:dirty:progress:message:"
#define NSM_OPEN_PATH "/nsm/client/open"
#define NSM_SAVE_PATH "/nsm/client/save"

/// Codes of errors, as the API has them
typedef enum {
  NSM_ERROR_GENERAL       = -1,
  NSM_ERROR_NOT_NOW       = -8,
  NSM_ERROR_BAD_PROJECT   = -9,
  NSM_ERROR_CREATE_FAILED = -10,
} NsmCode;

/// What the manager said
typedef enum {
  NSM_NOTHING, ///< Nothing within the time
  NSM_WELCOME, ///< The announcement was accepted
  NSM_REFUSED, ///< It was not; `nsm_text` says why
  NSM_OPEN,    ///< Open what `nsm_path` and the others tell, then answer
  NSM_SAVE,    ///< Save, then answer
  NSM_LOST,    ///< The manager is gone; said once
} NsmEvent;

typedef struct Nsm Nsm;

/**
   Announce the program to a session manager.

   @param url As NSM_URL has it ("osc.udp://localhost:14752/").
   @param executable What the manager starts the next time.
   @param text Receives one sentence on failure.
   @param text_size Size of `text`.
   @param out Receives the client, owned.
*/
Status
nsm_new(const char* url,
        const char* executable,
        char*       text,
        size_t      text_size,
        Nsm**       out);

/// Say no more (null is fine)
void
nsm_free(Nsm* nsm);

/// Wait up to `timeout_ms` for the manager to say something
NsmEvent
nsm_wait(Nsm* nsm, int timeout_ms);

// What the manager said last, borrowed until the next of its kind

/// Folder or file of the project, without an ending
const char*
nsm_path(const Nsm* nsm);

/// Name of the session, for people
const char*
nsm_display_name(const Nsm* nsm);

/// Name for the JACK client
const char*
nsm_client_id(const Nsm* nsm);

/// Name of the manager, or why it refused
const char*
nsm_text(const Nsm* nsm);

// What it is told; without a manager these do nothing

/// What was asked by a message to `path` is done
void
nsm_reply(Nsm* nsm, const char* path, const char* text);

/// What was asked by a message to `path` failed
void
nsm_error(Nsm* nsm, const char* path, NsmCode code, const char* text);

/// Whether there is something to save; sent where it changes
void
nsm_set_dirty(Nsm* nsm, bool dirty);

/// How far the program is with what it was asked, 0 to 1
void
nsm_progress(Nsm* nsm, double share);

/// A line for people
void
nsm_message(Nsm* nsm, const char* text);

#endif // SONIC_SESSION_NSM_H
