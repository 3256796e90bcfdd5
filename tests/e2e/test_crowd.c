// SPDX-License-Identifier: GPL-3.0-or-later
//
// Twenty tablets on a bad network
//
// All of them watch a session of 64 channels at 60 Hz while it plays, faders
// move without rest, and one of ten packets is lost on the way.  The control
// thread has time to spare, no datagram is too long, and everybody ends on the
// true values.

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
#define MOVES_PER_MS 0.5 ///< As many as eight fingers make

/// Most of a core that the control thread may use; a busy machine makes it slow
#define MOST_OF_A_CORE 0.6

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

/// What the tablets know of the faders
typedef struct {
  OscClient* tablets[TABLETS];
  double     faders[TABLETS][CHANNELS + 1];
} Crowd;

/// Let all tablets read what has come
static void
read_all(Crowd* const crowd)
{
  for (int i = 0; i < TABLETS; ++i) {
    const size_t count = osc_client_collect(crowd->tablets[i], 0);
    for (size_t k = 0; k < count; ++k) {
      const OscReceived* const heard   = osc_client_kept(crowd->tablets[i], k);
      int                      channel = 0;
      int                      end     = 0;
      sscanf(heard->path, "/mixer/channels/t%d/fader%n", &channel, &end);
      if (end > 0 && !heard->path[end] && channel <= CHANNELS) {
        crowd->faders[i][channel] = osc_number(heard, 0);
      }
    }
    osc_client_drop(crowd->tablets[i]);
  }
}

/// Where a fader ends
static double
end_of(const int channel)
{
  return -10.0 - (double)channel / 4.0;
}

/// Number of faders that a tablet has elsewhere than they are
static int
count_wrong(const Crowd* const crowd)
{
  int count = 0;
  for (int i = 0; i < TABLETS; ++i) {
    for (int k = 1; k <= CHANNELS; ++k) {
      count += fabs(crowd->faders[i][k] - end_of(k)) > 1e-5;
    }
  }
  return count;
}

/// Move one fader after the other, as many as are due, for some time
static int
move_faders(Crowd* const crowd, OscClient* const desk)
{
  const int64_t start = now_ms();
  int64_t       now   = start;
  int           moves = 0;
  char          path[64];
  for (; now - start < PLAY_MS; now = now_ms()) {
    const int due = (int)((double)(now - start) * MOVES_PER_MS);
    for (; moves < due; ++moves) {
      fader_of(1 + moves % CHANNELS, path);
      osc_client_send(desk, path, "f", -(double)(moves % 500) / 10.0);
    }
    converse_ping(desk);
    osc_client_drop(desk);
    read_all(crowd);
  }
  return moves;
}

static void
test_a_crowd_ends_on_the_true_values(void** const state)
{
  (void)state;
  static Daemon     daemon;
  static Network    network;
  const char* const arguments[] = {"--driver", "dummy", NULL};
  static Crowd      crowd;
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
    OscClient* const tablet = osc_client_new(OSC_UDP, relay_port(relay));
    osc_client_send(tablet, "/subscribe", "sf", "//", 60.0);
    osc_client_send(tablet, "/subscribe", "sf", "/streams/meters", 60.0);
    osc_client_send(tablet, "/subscribe", "sf", "/streams/transport", 60.0);
    crowd.tablets[i] = tablet;
  }
  converse_ask(desk, "/playback/play", "");

  const double  before = cpu_seconds(&daemon);
  const int64_t start  = now_ms();
  const int     moves  = move_faders(&crowd, desk);
  const double  share =
    (cpu_seconds(&daemon) - before) / ((double)(now_ms() - start) / 1000.0);
  converse_ask(desk, "/playback/stop", "");

  // The last of each is what they end on, whatever was lost
  for (int i = 1; i <= CHANNELS; ++i) {
    fader_of(i, path);
    converse_ask(desk, path, "f", end_of(i));
  }
  const int64_t end = now_ms() + CONVERSE_MS;
  while (count_wrong(&crowd) && now_ms() < end) {
    osc_client_collect(crowd.tablets[0], 5);
    read_all(&crowd);
  }

  assert_int_equal(count_wrong(&crowd), 0);
  assert_true(moves > 1000);
  assert_true(atomic_load(&network.lost) > 100u);
  assert_true(atomic_load(&network.longest) <= 1400u);
  print_message("%d moves, %u datagrams, %u lost, longest %u bytes, control "
                "thread %.1f %% of a core\n",
                moves,
                atomic_load(&network.passed),
                atomic_load(&network.lost),
                atomic_load(&network.longest),
                100.0 * share);
  assert_true(SANITIZED || share < MOST_OF_A_CORE);
  for (int i = 0; i < TABLETS; ++i) {
    osc_client_free(crowd.tablets[i]);
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
