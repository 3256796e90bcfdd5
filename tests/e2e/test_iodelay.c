// SPDX-License-Identifier: GPL-3.0-or-later
//
// The cable that recordings are tested with is as late as it says
//
// jack_iodelay, where it is installed, measures the same way round that
// test_recording.c has recordings line up over.

#include "support/cable.h"
#include "support/capture.h"
#include "support/jackd.h"
#include "support/process.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RATE = 48000, PERIOD = 256, DELAY = 1234, WAIT_MS = 20000 };

static Jackd    jackd;
static Cable*   cable;
static Capture* capture;
static Process  process;

static int
tear_down(void** state)
{
  (void)state;
  if (process.pid) {
    process_stop(&process, SIGTERM);
  }

  cable_free(cable);
  cable = NULL;
  capture_free(capture);
  capture = NULL;
  jackd_stop(&jackd, SIGTERM);
  return 0;
}

/// The first measurement, in frames; NaN if none comes
static double
read_frames(FILE* const output)
{
  char line[256];
  while (fgets(line, sizeof(line), output)) {
    double frames = 0.0;
    if (strstr(line, "total roundtrip") &&
        sscanf(line, "%lf frames", &frames) == 1) {
      return frames;
    }
  }

  return (double)NAN;
}

static void
test_jack_iodelay_measures_the_latency_of_the_cable(void** state)
{
  (void)state;
  if (access("/usr/bin/jack_iodelay", X_OK) != 0) {
    print_message("jack_iodelay is not installed\n");
    skip();
  }

  assert_true(jackd_start(&jackd));
  cable   = cable_new(jackd.name, DELAY, 0, 0);
  capture = capture_new(jackd.name, 1);
  assert_non_null(cable);
  assert_non_null(capture);

  char server[256];
  int  fds[2];
  snprintf(server, sizeof(server), "JACK_DEFAULT_SERVER=%s", jackd.name);
  assert_int_equal(pipe(fds), 0);
  const char* const argv[] = {"stdbuf", "-oL", "/usr/bin/jack_iodelay", NULL};
  const char* const env[]  = {server, NULL};
  assert_true(process_start(&process, argv, env, fds[1], -1));
  close(fds[1]);

  // Its ports come when it has started
  assert_true(capture_wait_port(capture, "jack_delay:out", WAIT_MS));
  assert_true(capture_wait_port(capture, "jack_delay:in", WAIT_MS));
  assert_true(cable_connect(cable, "jack_delay:out", "cable:in"));
  assert_true(cable_connect(cable, "cable:out", "jack_delay:in"));

  // The way back is a cycle late
  FILE* const  output = fdopen(fds[0], "r");
  const double frames = read_frames(output);
  print_message("%.3f frames\n", frames);
  assert_true(fabs(frames - (DELAY + PERIOD)) < 0.01);
  fclose(output);
}

static int
set_up(void** state)
{
  (void)state;
  jackd_init(&jackd, RATE, PERIOD);
  return 0;
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(
      test_jack_iodelay_measures_the_latency_of_the_cable, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
