// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/studio.h"

#include "support/guard.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ARGS = 32 };

// Starting and stopping

void
studio_init(Studio* const studio, const uint32_t rate, const uint32_t period)
{
  memset(studio, 0, sizeof(*studio));
  jackd_init(&studio->jackd, rate, period);
  daemon_init(&studio->daemon);
}

/// Whether the daemon runs under the interposer, unless a sanitizer forbids it
static void
check_guarded(const Studio* const studio)
{
  if (!guard_env()) {
    return;
  }

  char path[64];
  char line[1024];
  bool is_there = false;
  snprintf(path, sizeof(path), "/proc/%d/maps", studio->daemon.process.pid);
  FILE* const maps = fopen(path, "r");
  assert_non_null(maps);
  while (fgets(line, sizeof(line), maps)) {
    is_there = is_there || strstr(line, "rtguard.so");
  }
  fclose(maps);
  assert_true(is_there);
}

/// Start the daemon with `first` and `args`, and a client
static void
start_daemon(Studio* const            studio,
             const char* const* const first,
             const char* const* const args)
{
  const char* all[MAX_ARGS] = {NULL};
  size_t      n             = 0;
  for (size_t i = 0; first[i]; ++i) {
    all[n++] = first[i];
  }
  for (size_t i = 0; args && args[i] && n < MAX_ARGS - 1; ++i) {
    all[n++] = args[i];
  }

  assert_true(daemon_start(&studio->daemon, all));
  check_guarded(studio);
  studio->client = osc_client_new(OSC_UDP, studio->daemon.port);
  assert_non_null(studio->client);
}

void
studio_start(Studio* const            studio,
             const char* const* const args,
             const uint32_t           max_frames)
{
  const char* const first[] = {"--driver",
                               "jack",
                               "--jack-server",
                               studio->jackd.name,
                               "--media-dir",
                               STUDIO_DRUMS,
                               NULL};
  assert_true(jackd_start(&studio->jackd));
  start_daemon(studio, first, args);
  studio_start_capture(studio, max_frames);
}

void
studio_start_dummy(Studio* const studio, const char* const* const args)
{
  const char* const first[] = {
    "--driver", "dummy", "--media-dir", STUDIO_DRUMS, NULL};
  start_daemon(studio, first, args);
}

void
studio_start_capture(Studio* const studio, const uint32_t max_frames)
{
  studio->capture = capture_new(studio->jackd.name, max_frames);
  assert_non_null(studio->capture);
  assert_true(
    capture_wait_port(studio->capture, "sonic-claude:out_right", STUDIO_MS));
  assert_true(capture_connect(
    studio->capture, "sonic-claude:out_left", "sonic-claude:out_right"));
}

void
studio_stop(Studio* const studio)
{
  osc_client_free(studio->client);
  studio->client   = NULL;
  const int status = daemon_stop(&studio->daemon, SIGTERM);
  if (status) {
    studio_fail(studio, "the daemon ended with status 0x%x", (unsigned)status);
  }
  studio_free(studio);
}

void
studio_free(Studio* const studio)
{
  osc_client_free(studio->client);
  capture_free(studio->capture);
  studio->client  = NULL;
  studio->capture = NULL;
  if (studio->daemon.home[0]) {
    daemon_free(&studio->daemon);
  }
  if (studio->jackd.process.pid) {
    jackd_stop(&studio->jackd, SIGTERM);
  }
}

// Conversation

void
studio_fail(const Studio* const studio, const char* const format, ...)
{
  char    text[512];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);

  char* const errors = daemon_errors(&studio->daemon);
  fprintf(stderr, "%s\n", errors);
  free(errors);
  fail_msg("%s", text);
}

const OscReceived*
studio_ask_message(Studio* const     studio,
                   const char* const path,
                   lo_message        message)
{
  assert_true(osc_client_send_message(studio->client, path, message));
  lo_message_free(message);

  const OscReceived* const answer =
    osc_client_wait_answer(studio->client, path, STUDIO_MS);
  if (!answer) {
    studio_fail(studio, "no answer to %s", path);
  } else if (!strcmp(answer->path, "/error")) {
    studio_fail(
      studio, "%s: %s: %s", path, osc_text(answer, 1), osc_text(answer, 2));
  }
  return answer;
}

const OscReceived*
studio_ask(Studio* const     studio,
           const char* const path,
           const char* const types,
           ...)
{
  va_list args;
  va_start(args, types);
  const lo_message message = osc_message_new(types, args);
  va_end(args);
  return studio_ask_message(studio, path, message);
}

char*
studio_make(Studio* const     studio,
            const char* const path,
            const char* const types,
            ...)
{
  va_list args;
  va_start(args, types);
  const lo_message message = osc_message_new(types, args);
  va_end(args);

  char* const id =
    strdup(osc_text(studio_ask_message(studio, path, message), 1));
  assert_true(id && *id);
  return id;
}

void
studio_sync(Studio* const studio)
{
  static int         number = 0;
  const OscReceived* synced = NULL;
  assert_true(osc_client_send(studio->client, "/sync", "i", ++number));
  do {
    synced = osc_client_wait_path(studio->client, "/synced", STUDIO_MS);
    assert_non_null(synced);
  } while ((int)osc_number(synced, 0) != number);
}

char*
studio_json(Studio* const studio)
{
  char*  json  = strdup("");
  size_t size  = 0;
  int    pages = 1;
  for (int i = 0; i < pages; ++i) {
    const OscReceived* const page =
      studio_ask(studio, "/compositions/current/json", "i", i);
    const char* const text = osc_text(page, 2);
    const size_t      more = strlen(text);
    assert_int_equal((int)osc_number(page, 0), i);
    pages = (int)osc_number(page, 1);
    json  = (char*)realloc(json, size + more + 1u);
    memcpy(json + size, text, more + 1u);
    size += more;
  }
  assert_true(size > 0);
  return json;
}

typedef struct {
  const char* path;
  OscMatch    match;
  void*       handle;
} Wait;

static bool
match_value(const OscReceived* const received, void* const handle)
{
  const Wait* const wait = (const Wait*)handle;
  return !strcmp(received->path, wait->path) &&
         wait->match(received, wait->handle);
}

void
studio_wait(Studio* const     studio,
            const char* const path,
            const OscMatch    match,
            void* const       handle,
            const char* const what,
            const int         timeout_ms)
{
  Wait wait = {path, match, handle};
  studio_ask(studio, "/subscribe", "sf", path, 120.0f);
  if (!osc_client_wait(studio->client, match_value, &wait, timeout_ms)) {
    studio_fail(studio, "%s is not %s in time", path, what);
  }
  studio_ask(studio, "/unsubscribe", "s", path);
  osc_client_drop(studio->client);
}

static bool
match_text(const OscReceived* const received, void* const handle)
{
  return !strcmp(osc_text(received, 0), (const char*)handle);
}

void
studio_wait_text(Studio* const     studio,
                 const char* const path,
                 const char* const text,
                 const int         timeout_ms)
{
  studio_wait(
    studio, path, match_text, (void*)(uintptr_t)text, text, timeout_ms);
}

static bool
match_beat(const OscReceived* const received, void* const handle)
{
  return osc_number(received, 0) >= *(const double*)handle;
}

void
studio_wait_beat(Studio* const studio, const double beat)
{
  double least = beat;
  studio_wait(studio,
              "/playback/position",
              match_beat,
              &least,
              "where it should be",
              STUDIO_MS);
}

void
studio_stop_playing(Studio* const studio)
{
  studio_ask(studio, "/playback/stop", "");
  studio_wait_text(studio, "/playback/state", "stopped", STUDIO_MS);
}

void
studio_create(Studio* const studio, const double tempo)
{
  free(studio_make(studio, "/compositions/create", "s", "Test"));
  studio_ask(studio, "/compositions/current/tempo", "d", tempo);
}

char*
studio_place(Studio* const     studio,
             const char* const track,
             const double      beat,
             const char* const file)
{
  char        path[256];
  char* const sample = studio_make(studio, "/samples/import", "s", file);
  snprintf(
    path, sizeof(path), "/compositions/current/tracks/%s/clips/create", track);
  char* const clip = studio_make(studio, path, "dfs", beat, 0.0f, sample);
  free(sample);
  return clip;
}

const char*
studio_music(const Studio* const studio, const char* const name)
{
  static char path[256];
  snprintf(path, sizeof(path), "%s/music/%s", studio->daemon.home, name);
  return path;
}
