// SPDX-License-Identifier: GPL-3.0-or-later
//
// Talking to a running daemon over UDP

#ifndef SONIC_CLI_CLIENT_H
#define SONIC_CLI_CLIENT_H

#include "osc/packet.h"
#include "osc/writer.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  int         fd;
  const char* command;    ///< For messages, borrowed
  char        place[300]; ///< Host and port, likewise
  char        buf[65536]; ///< The last packet received
} Client;

/// Open a socket to a host and port; false after one line on stderr
bool
client_open(Client*     client,
            const char* command,
            const char* host,
            int64_t     port);

void
client_close(Client* client);

/// Send a packet; false after one line on stderr
bool
client_send(Client* client, const OscWriter* writer);

/// What waiting for a packet came to
typedef enum {
  CLIENT_PACKET,  ///< The reader is at the beginning of one
  CLIENT_TIMEOUT, ///< None came in time
  CLIENT_REFUSED, ///< No daemon listens there
} ClientResult;

/// Wait for a packet, borrowed until the next call
ClientResult
client_receive(Client* client, int timeout_ms, PacketReader* reader);

/// Say on stderr that no daemon listens there
void
client_say_refused(const Client* client);

/// Print a message on one line: address, then arguments
void
client_print(const PacketMessage* message);

#endif // SONIC_CLI_CLIENT_H
