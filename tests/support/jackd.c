// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/jackd.h"

#include <glob.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

// Without isolation other tests may have all places for servers; starting then
// waits for one to become free
enum { START_MS = 60000, MAX_RUNNING = 8 };

// Copies, since a test that fails leaves its frame
static Jackd running[MAX_RUNNING];
static pid_t owner;

/// Stop what a failed test left running
static void
stop_all(void)
{
  for (int i = 0; i < MAX_RUNNING && getpid() == owner; ++i) {
    if (running[i].process.pid) {
      jackd_stop(&running[i], SIGTERM);
    }
  }
}

/// Remember what has to be stopped
static void
note_started(const Jackd* jackd)
{
  for (int i = 0; i < MAX_RUNNING; ++i) {
    if (!running[i].process.pid) {
      running[i] = *jackd;
      return;
    }
  }
}

static void
note_stopped(const Jackd* jackd)
{
  for (int i = 0; i < MAX_RUNNING; ++i) {
    if (!strcmp(running[i].name, jackd->name)) {
      running[i].process.pid = 0;
    }
  }
}

/// Give this program a shared memory folder of its own, if it may.  JACK keeps
/// at most eight servers there, and the metadata of all in one place, so
/// programs that run at the same time would meet.
static void
isolate(void)
{
  if (!unshare(CLONE_NEWNS) &&
      !mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
    mount("none", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "size=50%");
  }
}

void
jackd_init(Jackd* jackd, uint32_t rate, uint32_t period)
{
  static int count = 0;

  memset(jackd, 0, sizeof(*jackd));
  jackd->rate   = rate;
  jackd->period = period;
  snprintf(
    jackd->name, sizeof(jackd->name), "sonic-test-%d-%d", getpid(), ++count);
  if (owner != getpid()) {
    owner = getpid();
    isolate();
    memset(running, 0, sizeof(running));
    atexit(stop_all);
  }
}

/// Whether the server takes connections.  This asks its socket and not
/// libjack, which would clean up the test's own clients of a dead server.
static bool
accepts(const Jackd* jackd)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path,
           sizeof(address.sun_path),
           "/dev/shm/jack_%s_%d_0",
           jackd->name,
           (int)getuid());
  const int  fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool is_there =
    !connect(fd, (const struct sockaddr*)&address, sizeof(address));
  close(fd);
  return is_there;
}

static bool
launch(Jackd* jackd, int log)
{
  char rate[16];
  char period[16];
  snprintf(rate, sizeof(rate), "%u", jackd->rate);
  snprintf(period, sizeof(period), "%u", jackd->period);

  const char* argv[16] = {
    "jackd", "-n", jackd->name, jackd->realtime ? "-R" : "-r"};
  int n = 4;
  if (!jackd->async) {
    argv[n++] = "-S";
  }
  const char* const driver[] = {"-d", "dummy", "-r", rate, "-p", period};
  memcpy(&argv[n], driver, sizeof(driver));

  // The interposer, which the test may run under, is not for the server
  const char* const env[] = {
    "JACK_NO_AUDIO_RESERVATION=1", "LD_PRELOAD=", NULL};
  return process_start(&jackd->process, argv, env, log, log);
}

/// Wait until it answers (true) or has ended
static bool
comes_up(Jackd* jackd, int64_t deadline)
{
  int status  = 0;
  int wait_ms = 5;
  while (now_ms() < deadline) {
    if (accepts(jackd)) {
      return true;
    }
    if (process_wait(&jackd->process, wait_ms, &status)) {
      return false;
    }
    wait_ms = wait_ms < 100 ? wait_ms * 2 : 100;
  }
  process_stop(&jackd->process, SIGKILL);
  return false;
}

static void
print_log(int log)
{
  char          text[4096];
  const ssize_t n = pread(log, text, sizeof(text) - 1, 0);
  fprintf(stderr, "jackd did not start:\n%.*s\n", n > 0 ? (int)n : 0, text);
}

bool
jackd_start(Jackd* jackd)
{
  const int     log      = memfd_create("jackd", MFD_CLOEXEC);
  const int64_t deadline = now_ms() + START_MS;
  bool          is_up    = false;
  int           wait_ms  = 100;
  while (!is_up && now_ms() < deadline) {
    if (ftruncate(log, 0) || lseek(log, 0, SEEK_SET) || !launch(jackd, log)) {
      break;
    }
    is_up = comes_up(jackd, deadline);
    if (!is_up) {
      usleep((useconds_t)wait_ms * 1000);
      wait_ms = wait_ms < 2000 ? wait_ms * 2 : 2000;
    }
  }

  if (is_up) {
    note_started(jackd);
  } else {
    print_log(log);
  }
  close(log);
  return is_up;
}

/// A killed server leaves its socket and semaphores behind
static void
tidy(const Jackd* jackd)
{
  const char* const patterns[] = {"/dev/shm/jack_%s_%d_*",
                                  "/dev/shm/jack_sem.%2$d_%1$s_*"};
  for (int i = 0; i < 2; ++i) {
    char   pattern[128];
    glob_t found;
    snprintf(pattern, sizeof(pattern), patterns[i], jackd->name, (int)getuid());
    if (!glob(pattern, 0, NULL, &found)) {
      for (size_t j = 0; j < found.gl_pathc; ++j) {
        unlink(found.gl_pathv[j]);
      }
      globfree(&found);
    }
  }
}

void
jackd_stop(Jackd* jackd, int signal)
{
  process_stop(&jackd->process, signal);
  tidy(jackd);
  note_stopped(jackd);
}

static void*
try_realtime(void* arg)
{
  const struct sched_param param = {.sched_priority = 10};
  *(bool*)arg = !pthread_setschedparam(pthread_self(), SCHED_FIFO, &param);
  return NULL;
}

bool
jackd_can_realtime(void)
{
  bool      can = false;
  pthread_t thread;
  if (!pthread_create(&thread, NULL, try_realtime, &can)) {
    pthread_join(thread, NULL);
  }
  return can;
}
