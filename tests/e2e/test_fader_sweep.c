// SPDX-License-Identifier: GPL-3.0-or-later
//
// A fader that is swept at 1 kHz costs little disk and is one step of undo

#include "support/converse.h"
#include "support/daemon.h"
#include "support/lengthy.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FADER "/mixer/channels/1/fader"
#define UNDO "/compositions/current/undo"

/// Bytes that a minute may write
#define MINUTE_BYTES 10000000.0

static const char* const arguments[] = {"--driver", "dummy", NULL};

/// Bytes that a process has written to files and pipes
static double
bytes_written(const Process* const process)
{
  char path[64];
  char line[128];
  long bytes = -1;
  snprintf(path, sizeof(path), "/proc/%d/io", (int)process->pid);
  FILE* const file = fopen(path, "r");
  assert_non_null(file);
  while (fgets(line, sizeof(line), file)) {
    sscanf(line, "wchar: %ld", &bytes);
  }

  fclose(file);
  assert_true(bytes >= 0);
  return (double)bytes;
}

/// How many steps lead to the present
static int
count_steps(OscClient* const client)
{
  osc_client_send(client, UNDO "/list", "");
  const OscReceived* const end =
    converse_hear_text(client, "/reply", UNDO "/list");
  return (int)osc_number(end, 1);
}

/// Send a value each millisecond by the clock; returns the last
static float
sweep(OscClient* const client, const int count)
{
  struct timespec time;
  float           level = 0.0f;
  clock_gettime(CLOCK_MONOTONIC, &time);
  for (int i = 0; i < count; ++i) {
    level = -60.0f + 0.05f * (float)((i * 7) % 1440);
    osc_client_send(client, FADER, "f", (double)level);
    osc_client_collect(client, 0);
    osc_client_drop(client);

    time.tv_nsec += 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
  }

  return level;
}

static void
test_a_sweep_is_cheap_and_one_step(void** const state)
{
  (void)state;
  const int  seconds = lengthy(2, 60);
  Daemon     daemon;
  OscClient* client = NULL;
  daemon_init(&daemon);
  assert_true(daemon_start(&daemon, arguments));
  client = osc_client_new(OSC_PREFIX, daemon.port);
  converse_ask(client, "/compositions/create", "s", "Piece");
  converse_ask(
    client, "/compositions/current/tracks/create", "ss", "Bass", "midi");
  converse_sync(client);

  const double before = bytes_written(&daemon.process);
  const int    steps  = count_steps(client);
  const float  last   = sweep(client, seconds * 1000);
  converse_sync(client);
  const double bytes = bytes_written(&daemon.process) - before;
  print_message("%d s of a fader at 1 kHz: %.0f bytes, %d step\n",
                seconds,
                bytes,
                count_steps(client) - steps);
  assert_true(bytes > 100.0 && bytes < MINUTE_BYTES * seconds / 60.0);
  assert_int_equal(count_steps(client), steps + 1);
  assert_float_equal(converse_number(client, FADER), last, 1e-4);

  // It is one step after a restart too
  osc_client_free(client);
  assert_int_equal(daemon_stop(&daemon, SIGTERM), 0);
  assert_true(daemon_start(&daemon, arguments));
  client = osc_client_new(OSC_PREFIX, daemon.port);
  assert_int_equal(count_steps(client), steps + 1);
  converse_ask(client, UNDO, "");
  assert_float_equal(converse_number(client, FADER), 0.0, 1e-6);
  osc_client_free(client);
  daemon_free(&daemon);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_sweep_is_cheap_and_one_step),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
