// SPDX-License-Identifier: GPL-3.0-or-later
//
// A session manager that speaks NSM
//
// Made with liblo, as the real one is.  It does what the API's text says and no
// more: a client that has announced itself is answered, told what to open and
// when to save, always from the port that it announced itself to.

#ifndef SONIC_SUPPORT_NSM_SERVER_H
#define SONIC_SUPPORT_NSM_SERVER_H

#include "support/osc_message.h"

#include <stdint.h>

typedef struct NsmServer NsmServer;

/// A manager at a free port
NsmServer*
nsm_server_new(void);

/// Close it and drop what was heard (null is fine)
void
nsm_server_free(NsmServer* server);

/// "NSM_URL=..." for the environment of a client
const char*
nsm_server_env(const NsmServer* server);

/**
   Wait for a message of the client and take it.

   @param path Its address; null for any.
   @param about What its first argument has to be, for replies and errors, or
   null.
   @param timeout_ms Longest wait.
   @return Borrowed until the next wait; null if there was none in time.
*/
const OscReceived*
nsm_server_wait(NsmServer*  server,
                const char* path,
                const char* about,
                int         timeout_ms);

/// Send a message to whoever was heard last
void
nsm_server_send(NsmServer* server, const char* path, const char* types, ...);

#endif // SONIC_SUPPORT_NSM_SERVER_H
