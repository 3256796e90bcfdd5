// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/nsm_server.h"

#include "support/process.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_KEPT = 4096 };

struct NsmServer {
  lo_server   server;
  lo_address  client; ///< Whoever was heard last
  char        env[128];
  OscReceived kept[MAX_KEPT];
  int         num_kept;
  OscReceived taken; ///< Result of the last wait
};

static void
forget(OscReceived* const received)
{
  free(received->path);
  if (received->message) {
    lo_message_free(received->message);
  }
  *received = (OscReceived){0};
}

/// Keep a message, and know where it came from
static int
hear(const char* const path,
     const char* const types,
     lo_arg** const    args,
     const int         count,
     lo_message        message,
     void* const       handle)
{
  NsmServer* const server = (NsmServer*)handle;
  const lo_address source = lo_message_get_source(message);
  (void)types;
  (void)args;
  (void)count;
  if (server->num_kept == MAX_KEPT) {
    abort();
  }

  lo_address_free(server->client);
  server->client = lo_address_new(lo_address_get_hostname(source),
                                  lo_address_get_port(source));
  server->kept[server->num_kept++] =
    (OscReceived){.path = strdup(path), .message = lo_message_clone(message)};
  return 0;
}

static void
complain(const int number, const char* const text, const char* const where)
{
  fprintf(stderr, "liblo: %d %s %s\n", number, text, where ? where : "");
}

NsmServer*
nsm_server_new(void)
{
  NsmServer* const server = (NsmServer*)calloc(1, sizeof(NsmServer));
  server->server          = lo_server_new_with_proto(NULL, LO_UDP, complain);
  snprintf(server->env,
           sizeof(server->env),
           "NSM_URL=osc.udp://localhost:%d/",
           lo_server_get_port(server->server));
  lo_server_add_method(server->server, NULL, NULL, hear, server);
  return server;
}

void
nsm_server_free(NsmServer* const server)
{
  if (server) {
    for (int i = 0; i < server->num_kept; ++i) {
      forget(&server->kept[i]);
    }
    forget(&server->taken);
    lo_address_free(server->client);
    lo_server_free(server->server);
    free(server);
  }
}

const char*
nsm_server_env(const NsmServer* const server)
{
  return server->env;
}

/// Take the first message that will do
static const OscReceived*
take(NsmServer* const server, const char* const path, const char* const about)
{
  for (int i = 0; i < server->num_kept; ++i) {
    OscReceived* const kept = &server->kept[i];
    if ((!path || !strcmp(kept->path, path)) &&
        (!about || !strcmp(osc_text(kept, 0), about))) {
      forget(&server->taken);
      server->taken = *kept;
      --server->num_kept;
      memmove(kept, kept + 1, (size_t)(server->num_kept - i) * sizeof(*kept));
      return &server->taken;
    }
  }

  return NULL;
}

const OscReceived*
nsm_server_wait(NsmServer* const  server,
                const char* const path,
                const char* const about,
                const int         timeout_ms)
{
  const int64_t      end   = now_ms() + timeout_ms;
  const OscReceived* heard = NULL;
  while (!(heard = take(server, path, about))) {
    const int64_t left = end - now_ms();
    if (left <= 0) {
      return NULL;
    }
    lo_server_recv_noblock(server->server, (int)left);
  }

  return heard;
}

void
nsm_server_send(NsmServer* const  server,
                const char* const path,
                const char* const types,
                ...)
{
  va_list args;
  va_start(args, types);
  const lo_message message = osc_message_new(types, args);
  va_end(args);
  lo_send_message_from(server->client, server->server, path, message);
  lo_message_free(message);
}
