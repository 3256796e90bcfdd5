// SPDX-License-Identifier: GPL-3.0-or-later
//
// What comes from outside and is not as it should be
//
// Each is one clear line that names the file and the cause, with line and
// column where there are any, and exit code 1 or an `/error`; what runs goes
// on.

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

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// A file that can't be a composition, and where that shows
typedef struct {
  const char* name;
  const char* text;
  const char* fault; ///< After the file's name
} BadFile;

static const BadFile bad_files[] = {
  {"empty.json", "", ":1:1: "},
  {"words.json", "This is no JSON", ":1:1: "},
  {"list.json", "[1, 2]", ":1:1: "},
  {"cut.json", "{\n  \"format\": 1,\n  \"name\": \"Cut", ":3:"},
  {"comma.json", "{\"format\": 1,\n \"tempo\": 120,}", ":2:15: "},
  {"tempo.json", "{\n  \"format\": 1,\n  \"tempo\": 5\n}", ":3:12: tempo: "},
  {"format.json", "{\"format\": 99}", ":1:12: format: "},
  {"twice.json", "{\"format\": 1, \"name\": \"a\",\n\"name\": \"b\"}", ":2:"},
  {"pitch.json",
   "{\"format\": 1, \"tracks\": [{\"id\": \"t1\", \"type\": \"midi\", "
   "\"clips\": [\n{\"id\": \"c1\", \"start\": 0, \"length\": 1, \"notes\": [\n"
   "[60, 0, 1, 100], [200, 0, 1, 100]]}]}]}",
   ":3:19: tracks[0].clips[0].notes[1][0]: "},
  {"sample.json",
   "{\"format\": 1, \"tracks\": [{\"id\": \"t1\", \"type\": \"audio\", "
   "\"clips\": [\n{\"id\": \"c1\", \"start\": 0, \"length\": 1, "
   "\"sample\": \"s9\"}]}]}",
   ":2:49: tracks[0].clips[0].sample: "},
};

#define NUM_BAD_FILES (sizeof(bad_files) / sizeof(*bad_files))

typedef struct {
  Daemon     daemon;
  OscClient* client;
} Studio;

static int
set_up(void** const state)
{
  Studio* const studio = (Studio*)calloc(1, sizeof(Studio));
  *state               = studio;
  daemon_init(&studio->daemon);
  return 0;
}

static int
tear_down(void** const state)
{
  Studio* const studio = (Studio*)*state;
  osc_client_free(studio->client);
  daemon_free(&studio->daemon);
  free(studio);
  return 0;
}

static void
start(Studio* const studio)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  assert_true(daemon_start(&studio->daemon, arguments));
  studio->client = osc_client_new(OSC_UDP, studio->daemon.port);
}

/// A file in the folder that is read by name
static const char*
in_music(const Studio* const studio, const char* const name)
{
  static char path[4][160];
  static int  next = 0;

  char* const result = path[next++ % 4];
  snprintf(
    result, sizeof(path[0]), "%.63s/music/%.80s", studio->daemon.home, name);
  return result;
}

static const char*
write_bad_file(const Studio* const studio, const BadFile* const file)
{
  const char* const path = in_music(studio, file->name);
  temp_file_write(path, file->text, strlen(file->text));
  return path;
}

/// Run the program, which has to fail with one line that has these in it
static void
expect_failure(const char* const* const argv,
               const char* const        name,
               const char* const        cause)
{
  char*     output = NULL;
  char*     errors = NULL;
  const int code   = program_run(argv, &output, &errors);
  char*     end    = strchr(errors, '\n');
  if (code != 1 || !end || end[1] || !strstr(errors, name) ||
      !strstr(errors, cause)) {
    fail_msg("%s %s: exit %d, \"%s\" instead of a line with %s and %s",
             argv[0],
             argv[1],
             code,
             errors,
             name,
             cause);
  }
  assert_string_equal(output, "");
  free(output);
  free(errors);
}

/// Send a command that has to fail with a text that has these in it
static void
expect_error(Studio* const     studio,
             const char* const code,
             const char* const path,
             const char* const argument,
             const char* const cause)
{
  const OscReceived* const error =
    converse_refused(studio->client, code, path, "s", argument);
  const char* const text = osc_text(error, 2);
  if (!strstr(text, argument) || !strstr(text, cause) || strchr(text, '\n')) {
    fail_msg("%s %s: %s", path, argument, text);
  }
}

/// The session is as it was, and plays on
static void
expect_going_on(Studio* const studio)
{
  OscClient* const client = studio->client;
  char* const      name = converse_string(client, "/compositions/current/name");
  char* const      state = converse_string(client, "/playback/state");
  assert_string_equal(name, "Demo");
  assert_string_equal(state, "playing");
  assert_true(converse_number(client, "/mixer/channels/t1/fader") == -17.0);
  free(name);
  free(state);
}

static void
test_bad_compositions_on_the_command_line(void** const state)
{
  Studio* const studio = (Studio*)*state;
  char          port[16];
  char          out[160];
  snprintf(port, sizeof(port), "%u", studio->daemon.port);
  snprintf(out, sizeof(out), "%s/out.wav", studio->daemon.home);

  for (size_t i = 0; i < NUM_BAD_FILES; ++i) {
    char              fault[256];
    const char* const path = write_bad_file(studio, &bad_files[i]);
    snprintf(fault, sizeof(fault), "%s%s", path, bad_files[i].fault);

    const char* const check[]  = {"check", path, NULL};
    const char* const render[] = {
      "render", path, "-o", out, "--data-dir", studio->daemon.home, NULL};
    const char* const run[] = {"run",
                               path,
                               "--driver",
                               "dummy",
                               "--port",
                               port,
                               "--data-dir",
                               studio->daemon.home,
                               NULL};
    expect_failure(check, path, fault);
    expect_failure(render, path, fault);
    expect_failure(run, path, fault);
    assert_int_not_equal(access(out, F_OK), 0);
  }

  // What is right among what is wrong is not named
  const char* const good = in_music(studio, "good.json");
  const char* const bad  = in_music(studio, bad_files[0].name);
  temp_file_write(good, "{\"format\": 1}", 13);
  const char* const both[] = {"check", good, bad, NULL};
  const char* const one[]  = {"check", good, NULL};
  char*             output = NULL;
  char*             errors = NULL;
  expect_failure(both, bad, bad);
  assert_int_equal(program_run(one, &output, &errors), 0);
  assert_string_equal(errors, "");
  free(output);
  free(errors);
}

static void
test_absent_files_on_the_command_line(void** const state)
{
  Studio* const     studio   = (Studio*)*state;
  const char* const path     = in_music(studio, "nowhere.json");
  const char* const out      = in_music(studio, "out.wav");
  const char* const data     = studio->daemon.home;
  const char* const check[]  = {"check", path, NULL};
  const char* const render[] = {
    "render", path, "-o", out, "--data-dir", data, NULL};
  const char* const run[] = {
    "run", path, "--driver", "dummy", "--data-dir", data, NULL};
  expect_failure(check, path, "o such file");
  expect_failure(render, path, "");
  expect_failure(run, path, "");

  // Its audio is not there, or is none
  const char* const lacking = in_music(studio, "lacking.json");
  const char* const text    = "{\"format\": 1, \"samples\": [{\"id\": \"s1\", "
                              "\"file\": \"drum.wav\"}], \"tracks\": "
                              "[{\"id\": \"t1\", \"type\": \"audio\", "
                              "\"clips\": [{\"id\": \"c1\", \"start\": 0, "
                              "\"length\": 4, \"sample\": \"s1\"}]}]}";
  const char* const lacks[] = {
    "render", lacking, "-o", out, "--data-dir", data, NULL};
  temp_file_write(lacking, text, strlen(text));
  expect_failure(lacks, "drum.wav", "no such file");
  temp_file_write(in_music(studio, "drum.wav"), "RIFF or not", 11);
  expect_failure(lacks, "drum.wav", "not a WAV");
}

static void
test_bad_files_over_the_network(void** const state)
{
  Studio* const studio = (Studio*)*state;
  start(studio);
  converse_ask(studio->client, "/mixer/channels/t1/fader", "f", -17.0);
  converse_ask(studio->client, "/playback/play", "");

  for (size_t i = 0; i < NUM_BAD_FILES; ++i) {
    const char* const path = write_bad_file(studio, &bad_files[i]);
    expect_error(
      studio, "bad-argument", "/compositions/import", path, bad_files[i].fault);
    expect_going_on(studio);
  }

  // Audio that is absent, broken, or not to be read from outside
  const char* const import = "/samples/import";
  const char* const broken = in_music(studio, "broken.wav");
  const char* const cut    = in_music(studio, "cut.flac");
  const char* const away   = in_music(studio, "away.wav");
  temp_file_write(broken, "This is no sound", 16);
  temp_file_write(cut, "fLaC\0\0\0\x22\x10\0\x10", 11);
  assert_int_equal(symlink("/etc/passwd", away), 0);
  expect_error(
    studio, "not-found", import, in_music(studio, "none.wav"), "no such file");
  expect_error(studio, "unsupported", import, broken, "");
  converse_refused(studio->client, "unsupported", import, "s", cut);
  expect_error(studio, "denied", import, away, "");
  expect_error(studio, "denied", import, "/etc/passwd", "");
  expect_error(
    studio, "denied", import, in_music(studio, "../../../../etc/passwd"), "");
  expect_error(studio, "not-found", "/compositions/import", "none.json", "");
  expect_going_on(studio);
  assert_int_equal(daemon_stop(&studio->daemon, SIGTERM), 0);
}

static void
test_a_taken_port(void** const state)
{
  Studio* const studio = (Studio*)*state;
  char          port[16];
  char          data[160];
  start(studio);
  converse_ask(studio->client, "/mixer/channels/t1/fader", "f", -17.0);
  converse_ask(studio->client, "/playback/play", "");

  snprintf(port, sizeof(port), "%u", studio->daemon.port);
  snprintf(data, sizeof(data), "%s/other", studio->daemon.home);
  const char* const run[] = {
    "run", "--driver", "dummy", "--port", port, "--data-dir", data, NULL};
  expect_failure(run, port, "taken");
  expect_going_on(studio);
}

static void
test_a_composition_that_is_open_elsewhere(void** const state)
{
  Studio* const studio = (Studio*)*state;
  char          port[16];
  char          data[160];
  start(studio);
  snprintf(port, sizeof(port), "%u", free_port());
  snprintf(data, sizeof(data), "%s/data", studio->daemon.home);
  const char* const run[] = {
    "run", "--driver", "dummy", "--port", port, "--data-dir", data, NULL};
  expect_failure(run, "demo", "open");
  converse_ping(studio->client);
}

/// Run the daemon as a user without rights, if this user has all
static void
expect_no_rights(const char* const data)
{
  char program[4096];
  char command[8192];
  snprintf(program, sizeof(program), "%s", build_path("sonic-claude"));
  snprintf(command,
           sizeof(command),
           "%s%s run --driver dummy --port %u --data-dir %s 2>&1",
           geteuid() ? "" : "setpriv --reuid=65534 --clear-groups ",
           program,
           free_port(),
           data);

  char        text[1024] = "";
  FILE* const pipe       = popen(command, "r");
  size_t      size       = 0;
  assert_non_null(pipe);
  size          = fread(text, 1, sizeof(text) - 1, pipe);
  text[size]    = '\0';
  const int end = pclose(pipe);
  assert_int_equal(WEXITSTATUS(end), 1);
  if (!strstr(text, data) || !strstr(text, "ermission denied") ||
      strchr(text, '\n') != text + size - 1) {
    fail_msg("%s", text);
  }
}

static void
test_a_data_folder_without_rights(void** const state)
{
  const Studio* const studio = (const Studio*)*state;
  char                data[160];
  char                file[160];
  char                below[200];

  // A file where a folder should be
  snprintf(file, sizeof(file), "%s/file", studio->daemon.home);
  snprintf(below, sizeof(below), "%s/data", file);
  temp_file_write(file, "", 0);
  const char* const run[] = {
    "run", "--driver", "dummy", "--data-dir", below, NULL};
  expect_failure(run, file, "ot a directory");

  snprintf(data, sizeof(data), "%s/locked", studio->daemon.home);
  assert_int_equal(mkdir(data, 0500), 0);
  assert_int_equal(chmod(studio->daemon.home, 0755), 0);
  expect_no_rights(data);
}

static void
test_what_is_on_disk_and_broken(void** const state)
{
  Studio* const studio = (Studio*)*state;
  start(studio);
  converse_ask(studio->client, "/compositions/create", "s", "Broken");
  converse_ask(studio->client, "/compositions/demo/open", "");
  converse_ask(studio->client, "/mixer/channels/t1/fader", "f", -17.0);
  converse_ask(studio->client, "/playback/play", "");

  // One that can't be opened leaves the open one open
  char folder[160];
  char path[200];
  snprintf(
    folder, sizeof(folder), "%s/data/compositions/broken", studio->daemon.home);
  snprintf(path, sizeof(path), "%s/current.json", folder);
  temp_file_write(path, "{\"format\": 1, oh", 16);
  const OscReceived* const error = converse_refused(
    studio->client, "bad-argument", "/compositions/broken/open", "");
  assert_non_null(strstr(osc_text(error, 2), "current.json:1:15: "));
  expect_going_on(studio);
}

#define TEST(func) cmocka_unit_test_setup_teardown(func, set_up, tear_down)

int
main(void)
{
  const struct CMUnitTest tests[] = {
    TEST(test_bad_compositions_on_the_command_line),
    TEST(test_absent_files_on_the_command_line),
    TEST(test_bad_files_over_the_network),
    TEST(test_a_taken_port),
    TEST(test_a_composition_that_is_open_elsewhere),
    TEST(test_a_data_folder_without_rights),
    TEST(test_what_is_on_disk_and_broken),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
