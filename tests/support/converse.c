// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/converse.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SYNC_NUMBER 20250

char*
converse_text(const OscReceived* const received, char text[CONVERSE_TEXT_SIZE])
{
  const char* const types = lo_message_get_types(received->message);
  int               at =
    snprintf(text, CONVERSE_TEXT_SIZE, "%.400s ,%.60s", received->path, types);

  for (int i = 0; types[i] && at < CONVERSE_TEXT_SIZE; ++i) {
    char* const  end  = text + at;
    const size_t room = (size_t)(CONVERSE_TEXT_SIZE - at);
    at += types[i] == 's'
            ? snprintf(end, room, " \"%.300s\"", osc_text(received, i))
            : snprintf(end, room, " %.9g", osc_number(received, i));
  }
  return text;
}

static const OscReceived*
ask(OscClient* const  client,
    const char* const path,
    const char* const types,
    va_list           args)
{
  const lo_message message = osc_message_new(types, args);
  const bool       sent    = osc_client_send_message(client, path, message);
  lo_message_free(message);
  if (!sent) {
    fail_msg("%s could not be sent", path);
  }

  const OscReceived* const answer =
    osc_client_wait_answer(client, path, CONVERSE_MS);
  if (!answer) {
    fail_msg("%s was not answered", path);
  }
  return answer;
}

static bool
is_error(const OscReceived* const received)
{
  return !strcmp(received->path, "/error");
}

const OscReceived*
converse_ask(OscClient* const  client,
             const char* const path,
             const char* const types,
             ...)
{
  va_list args;
  va_start(args, types);
  const OscReceived* const answer = ask(client, path, types, args);
  va_end(args);

  char text[CONVERSE_TEXT_SIZE];
  if (is_error(answer)) {
    fail_msg("%s", converse_text(answer, text));
  }
  return answer;
}

const OscReceived*
converse_refused(OscClient* const  client,
                 const char* const code,
                 const char* const path,
                 const char* const types,
                 ...)
{
  va_list args;
  va_start(args, types);
  const OscReceived* const answer = ask(client, path, types, args);
  va_end(args);

  char text[CONVERSE_TEXT_SIZE];
  if (!is_error(answer) || strcmp(osc_text(answer, 1), code)) {
    fail_msg("expected %s, got %s", code, converse_text(answer, text));
  }
  return answer;
}

double
converse_number(OscClient* const client, const char* const path)
{
  return osc_number(converse_ask(client, path, ""), 0);
}

char*
converse_string(OscClient* const client, const char* const path)
{
  return strdup(osc_text(converse_ask(client, path, ""), 0));
}

/// What a message has to be
typedef struct {
  const char* path;
  const char* text; ///< Or null
  double      value;
} Wanted;

static bool
is_wanted(const OscReceived* const received, void* const handle)
{
  const Wanted* const wanted = (const Wanted*)handle;
  return !strcmp(received->path, wanted->path) &&
         (wanted->text ? !strcmp(osc_text(received, 0), wanted->text)
                       : fabs(osc_number(received, 0) - wanted->value) <= 1e-5);
}

const OscReceived*
converse_hear(OscClient* const  client,
              const char* const path,
              const double      value)
{
  Wanted                   wanted = {path, NULL, value};
  const OscReceived* const heard =
    osc_client_wait(client, is_wanted, &wanted, CONVERSE_MS);
  if (!heard) {
    fail_msg("%s %g was not heard", path, value);
  }
  return heard;
}

const OscReceived*
converse_hear_text(OscClient* const  client,
                   const char* const path,
                   const char* const text)
{
  Wanted                   wanted = {path, text, 0.0};
  const OscReceived* const heard =
    osc_client_wait(client, is_wanted, &wanted, CONVERSE_MS);
  if (!heard) {
    fail_msg("%s \"%s\" was not heard", path, text);
  }
  return heard;
}

void
converse_sync(OscClient* const client)
{
  osc_client_send(client, "/sync", "i", SYNC_NUMBER);
  converse_hear(client, "/synced", SYNC_NUMBER);
}

void
converse_ping(OscClient* const client)
{
  converse_ask(client, "/ping", "");
}

char*
converse_json(OscClient* const client)
{
  char*  json  = NULL;
  size_t size  = 0;
  int    pages = 1;
  for (int page = 0; page < pages; ++page) {
    const OscReceived* const answer =
      converse_ask(client, "/compositions/current/json", "i", page);
    const char* const text   = osc_text(answer, 2);
    const size_t      length = strlen(text);
    pages                    = (int)osc_number(answer, 1);
    json                     = (char*)realloc(json, size + length + 1u);
    memcpy(json + size, text, length + 1u);
    size += length;
  }
  return json;
}
