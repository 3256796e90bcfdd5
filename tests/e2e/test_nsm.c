// SPDX-License-Identifier: GPL-3.0-or-later
//
// Under a session manager: announce, open, save, switch, quit
//
// Nothing is heard of the program in the JACK graph before the manager says
// what it opens; then it has the name that the manager gave it, connects
// nothing of itself, and keeps all in the folder that it was given.

#include "support/converse.h"
#include "support/daemon.h"
#include "support/jackd.h"
#include "support/nsm_server.h"
#include "support/temp_folder.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <glob.h>
#include <jack/jack.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANNOUNCE "/nsm/server/announce"
#define OPEN "/nsm/client/open"
#define SAVE "/nsm/client/save"
#define SERVER_CAPS ":server-control:broadcast:optional-gui:"

typedef struct {
  Jackd          jackd;
  Daemon         daemon;
  NsmServer*     manager;
  OscClient*     client;
  jack_client_t* watcher; ///< Sees who is in the graph
} Scene;

static int
set_up(void** const state)
{
  Scene* const scene = (Scene*)calloc(1, sizeof(Scene));
  *state             = scene;
  jackd_init(&scene->jackd, 48000, 256);
  daemon_init(&scene->daemon);
  scene->manager    = nsm_server_new();
  scene->daemon.env = nsm_server_env(scene->manager);
  scene->client     = osc_client_new(OSC_UDP, scene->daemon.port);
  return 0;
}

static int
tear_down(void** const state)
{
  Scene* const scene = (Scene*)*state;
  if (scene->watcher) {
    jack_client_close(scene->watcher);
  }
  osc_client_free(scene->client);
  daemon_free(&scene->daemon);
  jackd_stop(&scene->jackd, SIGTERM);
  nsm_server_free(scene->manager);
  free(scene);
  return 0;
}

// The graph

/// Number of ports of clients whose name begins with that of the application
static int
count_ports(const Scene* const scene, const char* const pattern)
{
  const char** const ports = jack_get_ports(scene->watcher, pattern, NULL, 0);
  int                count = 0;
  while (ports && ports[count]) {
    ++count;
  }
  jack_free(ports);
  return count;
}

static void
expect_unconnected(const Scene* const scene, const char* const name)
{
  const jack_port_t* const port = jack_port_by_name(scene->watcher, name);
  if (!port) {
    fail_msg("no port %s", name);
  }
  assert_int_equal(jack_port_connected(port), 0);
}

// The manager

static const OscReceived*
hear(Scene* const scene, const char* const path, const char* const about)
{
  const OscReceived* const heard =
    nsm_server_wait(scene->manager, path, about, CONVERSE_MS);
  if (!heard) {
    char* const errors = daemon_errors(&scene->daemon);
    fail_msg("not heard: %s %s\n%s", path, about ? about : "", errors);
  }
  return heard;
}

/// The client announces itself, and is as the API has it
static void
hear_announcement(Scene* const scene)
{
  char                     program[4096];
  const OscReceived* const heard = hear(scene, ANNOUNCE, NULL);
  snprintf(program, sizeof(program), "%s", build_path("sonic-claude"));
  assert_string_equal(lo_message_get_types(heard->message), "sssiii");
  assert_string_equal(osc_text(heard, 0), "Sonic Claude");
  assert_string_equal(osc_text(heard, 1), ":switch:dirty:progress:message:");
  assert_string_equal(osc_text(heard, 2), program);
  assert_true(osc_number(heard, 3) == 1.0);
  assert_true(osc_number(heard, 4) >= 0.0);
  assert_true(osc_number(heard, 5) == scene->daemon.process.pid);
}

static void
welcome(Scene* const scene)
{
  nsm_server_send(scene->manager,
                  "/reply",
                  "ssss",
                  ANNOUNCE,
                  "Acknowledged as an NSM client",
                  "A manager",
                  SERVER_CAPS);
}

/// Path of a project, in the manager's folder
static const char*
project(const Scene* const scene, const char* const id)
{
  static char path[128];
  snprintf(path, sizeof(path), "%.63s/music/%.40s", scene->daemon.home, id);
  return path;
}

static void
open_project(Scene* const      scene,
             const char* const display_name,
             const char* const id)
{
  nsm_server_send(
    scene->manager, OPEN, "sss", project(scene, id), display_name, id);
  assert_string_equal(hear(scene, "/nsm/client/progress", NULL)->path,
                      "/nsm/client/progress");
  hear(scene, "/reply", OPEN);
}

static void
expect_name(Scene* const scene, const char* const expected)
{
  char* const name =
    converse_string(scene->client, "/compositions/current/name");
  assert_string_equal(name, expected);
  free(name);
}

/// Snapshots in the history of a project's compositions
static size_t
count_saved(const Scene* const scene, const char* const id)
{
  char   pattern[256];
  glob_t found = {0};
  snprintf(pattern,
           sizeof(pattern),
           "%s/compositions/*/history/*.json",
           project(scene, id));
  const size_t count = glob(pattern, 0, NULL, &found) ? 0 : found.gl_pathc;
  globfree(&found);
  return count;
}

static void
expect_end(Scene* const scene)
{
  const int status = daemon_stop(&scene->daemon, SIGTERM);
  if (!WIFEXITED(status) || WEXITSTATUS(status)) {
    char* const errors = daemon_errors(&scene->daemon);
    fail_msg("ended with %d\n%s", status, errors);
  }
}

/// Change something, which there is to save then, and have it saved
static void
edit_and_save(Scene* const scene, const char* const id)
{
  const size_t before = count_saved(scene, id);
  converse_ask(scene->client, "/playback/tempo", "f", 93.0);
  hear(scene, "/nsm/client/is_dirty", NULL);

  // It is on disk when the answer is there
  nsm_server_send(scene->manager, SAVE, "");
  hear(scene, "/reply", SAVE);
  assert_int_equal(count_saved(scene, id), before + 1);
  hear(scene, "/nsm/client/is_clean", NULL);
}

static void
test_from_announcement_to_quit(void** const state)
{
  Scene* const      scene  = (Scene*)*state;
  const char* const args[] = {
    "--jack-server", scene->jackd.name, "--connect", NULL};
  assert_true(jackd_start(&scene->jackd));
  scene->watcher = jack_client_open(
    "watcher", JackNoStartServer | JackServerName, NULL, scene->jackd.name);
  assert_non_null(scene->watcher);
  assert_true(daemon_launch(&scene->daemon, args));
  hear_announcement(scene);
  welcome(scene);

  // Nobody hears of it before it knows its name
  hear(scene, "/nsm/client/message", NULL);
  assert_int_equal(count_ports(scene, "^([Ss]onic)"), 0);

  open_project(scene, "Set One", "Sonic Claude.nABCD");
  hear(scene, "/nsm/client/is_clean", NULL);
  assert_true(daemon_wait(&scene->daemon));
  assert_non_null(strstr(scene->daemon.ready, " jack:Sonic Claude.nABCD "));
  expect_unconnected(scene, "Sonic Claude.nABCD:out_left");
  expect_unconnected(scene, "Sonic Claude.nABCD:out_right");
  expect_name(scene, "Set One");
  edit_and_save(scene, "Sonic Claude.nABCD");

  // Another project, under another name, with nothing of the first
  open_project(scene, "Set Two", "Sonic Claude.nEFGH");
  assert_int_equal(count_ports(scene, "nABCD"), 0);
  expect_unconnected(scene, "Sonic Claude.nEFGH:out_left");
  expect_name(scene, "Set Two");
  assert_true(converse_number(scene->client, "/playback/tempo") == 120.0);
  converse_ask(scene->client, "/playback/tempo", "f", 61.0);

  // Back: what was saved is there, and so is what was not
  open_project(scene, "Set One", "Sonic Claude.nABCD");
  expect_name(scene, "Set One");
  assert_true(converse_number(scene->client, "/playback/tempo") == 93.0);
  open_project(scene, "Set Two", "Sonic Claude.nEFGH");
  assert_true(converse_number(scene->client, "/playback/tempo") == 61.0);
  expect_end(scene);
  assert_int_equal(count_ports(scene, "^([Ss]onic)"), 0);
}

static void
test_a_manager_that_refuses_is_no_manager(void** const state)
{
  Scene* const      scene  = (Scene*)*state;
  const char* const args[] = {"--driver", "dummy", NULL};
  assert_true(daemon_launch(&scene->daemon, args));
  hear_announcement(scene);
  nsm_server_send(
    scene->manager, "/error", "sis", ANNOUNCE, -2, "Too old for this");
  assert_true(daemon_wait(&scene->daemon));
  char* const errors = daemon_errors(&scene->daemon);
  assert_non_null(strstr(errors, "refuses: Too old for this; going on"));
  free(errors);
  expect_name(scene, "Demo");
  expect_end(scene);
}

static void
test_without_a_manager_at_the_url_it_runs(void** const state)
{
  Scene* const      scene  = (Scene*)*state;
  const char* const args[] = {"--driver", "dummy", NULL};
  char              url[64];
  snprintf(url, sizeof(url), "NSM_URL=osc.udp://127.0.0.1:%u/", free_port());
  scene->daemon.env = url;
  assert_true(daemon_start(&scene->daemon, args));
  expect_name(scene, "Demo");
  expect_end(scene);

  scene->daemon.env = "NSM_URL=osc.tcp://127.0.0.1:9/";
  assert_true(daemon_start(&scene->daemon, args));
  char* const errors = daemon_errors(&scene->daemon);
  assert_non_null(strstr(errors, "expected osc.udp://HOST:PORT/"));
  free(errors);
  expect_end(scene);
}

static void
test_what_cannot_be_opened_is_an_error(void** const state)
{
  Scene* const      scene  = (Scene*)*state;
  const char* const args[] = {"--driver", "dummy", NULL};
  int               status = 0;
  assert_true(daemon_launch(&scene->daemon, args));
  hear_announcement(scene);
  welcome(scene);

  // A file is in the way
  temp_file_write(project(scene, "file"), "x", 1);
  nsm_server_send(
    scene->manager, OPEN, "sss", project(scene, "file/id"), "Set", "id");
  const OscReceived* const error = hear(scene, "/error", OPEN);
  assert_true(osc_number(error, 1) < 0.0);
  assert_true(strlen(osc_text(error, 2)) > 10);
  assert_true(process_wait(&scene->daemon.process, CONVERSE_MS, &status));
  assert_int_equal(WEXITSTATUS(status), 1);
}

static void
test_a_program_without_arguments_is_a_client(void** const state)
{
  Scene* const      scene = (Scene*)*state;
  char              program[4096];
  char              home[128];
  const char* const env[]  = {nsm_server_env(scene->manager), home, NULL};
  const char* const argv[] = {program, NULL};
  snprintf(program, sizeof(program), "%s", build_path("sonic-claude"));
  snprintf(home, sizeof(home), "HOME=%s", scene->daemon.home);
  assert_true(process_start(&scene->daemon.process, argv, env, -1, -1));
  hear_announcement(scene);
  welcome(scene);
  hear(scene, "/nsm/client/message", NULL);

  // There is nothing to save yet, and nothing in the way of an end
  nsm_server_send(scene->manager, SAVE, "");
  hear(scene, "/reply", SAVE);
  expect_end(scene);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_from_announcement_to_quit),
    TEST(test_a_manager_that_refuses_is_no_manager),
    TEST(test_without_a_manager_at_the_url_it_runs),
    TEST(test_what_cannot_be_opened_is_an_error),
    TEST(test_a_program_without_arguments_is_a_client),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
