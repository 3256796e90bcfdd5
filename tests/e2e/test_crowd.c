// SPDX-License-Identifier: GPL-3.0-or-later
//
// Twenty tablets on a bad network
//
// All of them watch a session of 64 channels at 60 Hz while it plays and one
// of ten packets is lost on the way.  The control thread has time to spare, no
// datagram is too long, and everybody ends on the true values.

#include "support/converse.h"
#include "support/daemon.h"
#include "support/random.h"
#include "support/relay.h"
#include "support/sanitized.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TABLETS 20
#define CHANNELS 64
#define PLAY_MS 3000

/// The network: loses packets to the clients, and looks at their size
typedef struct {
  Random      random;
  atomic_uint lost;
  atomic_uint passed;
  atomic_uint longest;
} Network;

static bool
lose_some(void* const       handle,
          const bool        to_program,
          const void* const packet,
          const size_t      size)
{
  Network* const network = (Network*)handle;
  (void)packet;
  if (to_program) {
    return true;
  }
  if (size > atomic_load(&network->longest)) {
    atomic_store(&network->longest, (unsigned)size);
  }
  const bool lost = random_below(&network->random, 10) == 0;
  atomic_fetch_add(lost ? &network->lost : &network->passed, 1u);
  return !lost;
}

/// Seconds of processor time that the main thread has used
static double
cpu_seconds(const Daemon* const daemon)
{
  char          path[64];
  unsigned long user   = 0;
  unsigned long system = 0;
  const int     pid    = (int)daemon->process.pid;
  snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, pid);
  FILE* const file = fopen(path, "r");
  assert_non_null(file);
  assert_int_equal(fscanf(file,
                          "%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u "
                          "%*u %*u %lu %lu",
                          &user,
                          &system),
                   2);
  fclose(file);
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void
fader_of(const int channel, char path[64])
{
  snprintf(path, 64, "/mixer/channels/t%d/fader", channel);
}

static void
test_a_crowd_ends_on_the_true_values(void** const state)
{
  (void)state;
  static Daemon     daemon;
  static Network    network;
  const char* const arguments[] = {"--driver", "dummy", NULL};
  OscClient*        tablets[TABLETS];
  char              path[64];
  network.random = (Random){7};
  daemon_init(&daemon);
  assert_true(daemon_start(&daemon, arguments));
  OscClient* const desk = osc_client_new(OSC_UDP, daemon.port);
  converse_ask(desk, "/compositions/create", "s", "Crowd");
  for (int i = 0; i < CHANNELS; ++i) {
    converse_ask(
      desk, "/compositions/current/tracks/create", "ss", "Track", "audio");
  }

  Relay* const relay = relay_new(daemon.port, lose_some, &network);
  for (int i = 0; i < TABLETS; ++i) {
    tablets[i] = osc_client_new(OSC_UDP, relay_port(relay));
    osc_client_send(tablets[i], "/subscribe", "sf", "//", 60.0);
    osc_client_send(tablets[i], "/subscribe", "sf", "/streams/meters", 60.0);
    osc_client_send(tablets[i], "/subscribe", "sf", "/streams/transport", 60.0);
  }
  converse_ask(desk, "/playback/play", "");

  // One fader after the other moves all the time
  const double  before = cpu_seconds(&daemon);
  const int64_t start  = now_ms();
  int           moves  = 0;
  while (now_ms() - start < PLAY_MS) {
    fader_of(1 + moves % CHANNELS, path);
    converse_ask(desk, path, "f", -(double)(moves % 500) / 10.0);
    ++moves;
    for (int i = 0; i < TABLETS; ++i) {
      osc_client_collect(tablets[i], 0);
      osc_client_drop(tablets[i]);
    }
  }
  const double share =
    (cpu_seconds(&daemon) - before) / ((double)(now_ms() - start) / 1000.0);
  converse_ask(desk, "/playback/stop", "");

  // The last of each is what they end on, whatever was lost
  for (int i = 1; i <= CHANNELS; ++i) {
    fader_of(i, path);
    converse_ask(desk, path, "f", -10.0 - (double)i / 4.0);
  }
  for (int i = 0; i < TABLETS; ++i) {
    for (int k = 1; k <= CHANNELS; ++k) {
      fader_of(k, path);
      converse_hear(tablets[i], path, -10.0 - (double)k / 4.0);
    }
  }

  assert_true(moves > 10);
  assert_true(atomic_load(&network.lost) > 100u);
  assert_true(atomic_load(&network.longest) <= 1400u);
  print_message("%d moves, %u datagrams, %u lost, longest %u bytes, control "
                "thread %.1f %% of a core\n",
                moves,
                atomic_load(&network.passed),
                atomic_load(&network.lost),
                atomic_load(&network.longest),
                100.0 * share);
  for (int i = 0; i < TABLETS; ++i) {
    osc_client_free(tablets[i]);
  }
  relay_free(relay);
  osc_client_free(desk);
  assert_int_equal(daemon_stop(&daemon, SIGTERM), 0);
  daemon_free(&daemon);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_crowd_ends_on_the_true_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
