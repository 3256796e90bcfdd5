// SPDX-License-Identifier: GPL-3.0-or-later
//
// A data folder: one daemon has a composition, and what is left over goes

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

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char* const arguments[] = {"--driver", "dummy", NULL};

static void
test_two_daemons_do_not_share_a_composition(void** const state)
{
  (void)state;
  Daemon daemon;
  char   data[128];
  char   port[16];
  char   holder[32];
  char*  output = NULL;
  char*  errors = NULL;
  daemon_init(&daemon);
  assert_true(daemon_start(&daemon, arguments));
  OscClient* const client = osc_client_new(OSC_UDP, daemon.port);
  converse_ask(client, "/compositions/create", "s", "Piece");

  snprintf(data, sizeof(data), "%s/data", daemon.home);
  snprintf(port, sizeof(port), "%u", free_port());
  const char* const second[] = {"run",
                                "--driver",
                                "dummy",
                                "--port",
                                port,
                                "--http-port",
                                "0",
                                "--data-dir",
                                data,
                                "piece",
                                NULL};
  assert_int_equal(program_run(second, &output, &errors), 1);
  snprintf(holder, sizeof(holder), "number %d", (int)daemon.process.pid);
  assert_non_null(strstr(errors, "open in another process"));
  assert_non_null(strstr(errors, holder));

  // The first goes on
  converse_ask(client, "/compositions/current/tempo", "f", 90.0);
  converse_sync(client);
  free(output);
  free(errors);
  osc_client_free(client);
  daemon_free(&daemon);
}

static void
test_what_interrupted_writers_left_goes(void** const state)
{
  (void)state;
  Daemon daemon;
  char   path[256];
  daemon_init(&daemon);
  assert_true(daemon_start(&daemon, arguments));
  assert_int_equal(daemon_stop(&daemon, SIGTERM), 0);

  const struct timespec old[2] = {{1000000000, 0}, {1000000000, 0}};
  snprintf(path, sizeof(path), "%s/data/cache/old.part", daemon.home);
  temp_file_write(path, "x", 1);
  assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
  assert_true(daemon_start(&daemon, arguments));
  assert_int_not_equal(access(path, F_OK), 0);
  daemon_free(&daemon);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_two_daemons_do_not_share_a_composition),
    cmocka_unit_test(test_what_interrupted_writers_left_goes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
