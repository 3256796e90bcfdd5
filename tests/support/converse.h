// SPDX-License-Identifier: GPL-3.0-or-later
//
// Talking to the program in a test
//
// Each function sends or waits, and fails the test with what was said if that
// is not as it should be.  Results are borrowed until the client waits again.

#ifndef SONIC_SUPPORT_CONVERSE_H
#define SONIC_SUPPORT_CONVERSE_H

#include "support/osc_client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Milliseconds that anything may take on a busy machine
#define CONVERSE_MS 30000

/// Room for any message as text
#define CONVERSE_TEXT_SIZE 2048

/// A message as text, such as `/mixer/master/fader ,f -6`; returns `text`
char*
converse_text(const OscReceived* received, char text[CONVERSE_TEXT_SIZE]);

/// Send a message and wait for its answer, which may not be an error
const OscReceived*
converse_ask(OscClient* client, const char* path, const char* types, ...);

/// Send a message and wait for the error that it has to get
const OscReceived*
converse_refused(OscClient*  client,
                 const char* code,
                 const char* path,
                 const char* types,
                 ...);

/// Ask for a number
double
converse_number(OscClient* client, const char* path);

/// Ask for a text, owned by the caller
char*
converse_string(OscClient* client, const char* path);

/// Wait for a message to `path` with that number or text first
const OscReceived*
converse_hear(OscClient* client, const char* path, double value);
const OscReceived*
converse_hear_text(OscClient* client, const char* path, const char* text);

/// Send `/sync` and wait until all is on disk
void
converse_sync(OscClient* client);

/// Say `/ping` and wait: whatever was answered to the client before is kept
void
converse_ping(OscClient* client);

/// Ask for the open composition as JSON, page by page, owned by the caller
char*
converse_json(OscClient* client);

#endif // SONIC_SUPPORT_CONVERSE_H
