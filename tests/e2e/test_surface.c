// SPDX-License-Identifier: GPL-3.0-or-later
//
// Generated surfaces, and what is drawn in a terminal
//
// Each kind of surface is well formed, and every address in it exists.

#include "support/converse.h"
#include "support/daemon.h"
#include "support/temp_folder.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  Daemon     daemon;
  OscClient* client;
  char       path[128];
} Scene;

static int
set_up(void** const state)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  Scene* const      scene       = (Scene*)calloc(1, sizeof(Scene));
  *state                        = scene;
  daemon_init(&scene->daemon);
  snprintf(scene->path, sizeof(scene->path), "%s/surface", scene->daemon.home);
  if (!daemon_start(&scene->daemon, arguments)) {
    return -1;
  }
  scene->client = osc_client_new(OSC_UDP, scene->daemon.port);
  return 0;
}

static int
tear_down(void** const state)
{
  Scene* const scene = (Scene*)*state;
  osc_client_free(scene->client);
  daemon_free(&scene->daemon);
  free(scene);
  return 0;
}

/// Run a subcommand on the daemon; its output, owned by the caller
static char*
run(const Scene* const scene, const char* const* const words)
{
  const char* argv[16] = {0};
  char        port[16];
  char*       output = NULL;
  char*       errors = NULL;
  int         count  = 0;
  snprintf(port, sizeof(port), "%u", scene->daemon.port);
  while (words[count]) {
    argv[count] = words[count];
    ++count;
  }
  if (strcmp(words[0], "wave") != 0) {
    argv[count]     = "--port";
    argv[count + 1] = port;
  }
  const int code = program_run(argv, &output, &errors);
  if (code) {
    fail_msg("%s: %d %s", words[0], code, errors);
  }
  free(errors);
  return output;
}

/// The bytes of a generated surface, owned by the caller
static char*
generate(const Scene* const scene, const char* const kind, size_t* const size)
{
  const char* const words[] = {"surface", kind, "-o", scene->path, NULL};
  free(run(scene, words));
  FILE* const file = fopen(scene->path, "rb");
  char* const data = (char*)calloc(1, 1u << 22u);
  assert_non_null(file);
  *size = fread(data, 1, (1u << 22u) - 1u, file);
  fclose(file);
  return data;
}

/// Ask about each address that stands between two marks
static void
check_addresses(const Scene* const scene,
                const char* const  data,
                const char* const  before,
                const char         after,
                const int          least)
{
  int count = 0;
  for (const char* at = data; (at = strstr(at, before));) {
    char         address[256];
    const size_t size = strcspn(at += strlen(before), (char[]){after, '\0'});
    snprintf(address, sizeof(address), "/%.*s", (int)size, at);
    converse_ask(scene->client, "/help", "s", address);
    ++count;
  }
  if (count < least) {
    fail_msg("only %d addresses", count);
  }
}

static void
test_surfaces_are_well_formed(void** const state)
{
  const Scene* const scene = (const Scene*)*state;
  size_t             size  = 0;
  char*              data  = generate(scene, "open-stage-control", &size);
  json_t*            json  = json_loadb(data, size, 0, NULL);
  assert_non_null(json);
  json_decref(json);
  check_addresses(scene, data, "\"address\":\"/", '"', 25);
  free(data);

  data = generate(scene, "max", &size);
  json = json_loadb(data, size, 0, NULL);
  assert_non_null(json);
  json_decref(json);
  check_addresses(scene, data, "prepend /", '"', 20);
  free(data);

  // A zlib stream of stored blocks, and a zip archive
  data = generate(scene, "touchosc", &size);
  assert_memory_equal(data, "\x78\x01", 2);
  assert_true(size > 20000);
  assert_memory_equal(data + 7, "<?xml", 5);
  free(data);
  data = generate(scene, "touchosc1", &size);
  assert_memory_equal(data, "PK\3\4", 4);
  assert_memory_equal(data + size - 22, "PK\5\6", 4);
  free(data);

  data = generate(scene, "pd", &size);
  assert_memory_equal(data, "#N canvas", 9);
  assert_non_null(strstr(data, "netsend -u -b"));
  free(data);
}

static void
test_the_button_of_a_surface_subscribes(void** const state)
{
  const Scene* const scene = (const Scene*)*state;
  converse_ask(scene->client, "/client/surface", "f", 1.0);
  converse_hear(scene->client, "/mixer/channels/t1/mute", 0.0);
  converse_hear(scene->client, "/mixer/channels/master/fader/norm", 0.75);
}

static void
test_a_terminal_shows_levels_and_waves(void** const state)
{
  const Scene* const scene  = (const Scene*)*state;
  const char* const  top[]  = {"top", "--once", NULL};
  char*              output = run(scene, top);
  assert_non_null(strstr(output, "stopped"));
  assert_non_null(strstr(output, "master"));
  free(output);

  const char* const wave[] = {
    "wave", "presets/compositions/drums.flac", "--width", "40", NULL};
  output = run(scene, wave);
  assert_non_null(strstr(output, "48000 Hz, 2 channels"));
  free(output);
}

static void
test_sigusr1_saves(void** const state)
{
  const Scene* const scene = (const Scene*)*state;
  const int64_t      end   = now_ms() + CONVERSE_MS;
  double             count = 0.0;
  converse_ask(scene->client, "/playback/tempo", "f", 99.0);
  kill(scene->daemon.process.pid, SIGUSR1);
  while (count < 1.0 && now_ms() < end) {
    osc_client_drop(scene->client);
    osc_client_send(scene->client, "/compositions/current/history/list", "");
    const OscReceived* const reply =
      osc_client_wait_path(scene->client, "/reply", CONVERSE_MS);
    assert_non_null(reply);
    count = osc_number(reply, 1);
  }
  assert_true(count >= 1.0);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_surfaces_are_well_formed),
    TEST(test_the_button_of_a_surface_subscribes),
    TEST(test_a_terminal_shows_levels_and_waves),
    TEST(test_sigusr1_saves),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
