// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/process.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ENV = 512, STOP_MS = 10000 };

extern char** environ;

int64_t
now_ms(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// What the test has in its environment and, before it, what is added
static void
merge_env(const char** merged, const char* const* added)
{
  size_t n = 0;
  for (size_t i = 0; added && added[i] && n < MAX_ENV - 1; ++i) {
    merged[n++] = added[i];
  }
  for (size_t i = 0; environ[i] && n < MAX_ENV - 1; ++i) {
    const size_t name    = strcspn(environ[i], "=") + 1;
    bool         present = false;
    for (size_t j = 0; added && added[j] && !present; ++j) {
      present = !strncmp(environ[i], added[j], name);
    }
    if (!present) {
      merged[n++] = environ[i];
    }
  }
  merged[n] = NULL;
}

/// In the child: only calls that are safe after a fork with threads
static void
become(const char* const* argv,
       const char* const* env,
       int                out_fd,
       int                err_fd,
       pid_t              parent)
{
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) {
    _exit(127);
  }

  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (out_fd >= 0) {
    dup2(out_fd, STDOUT_FILENO);
  }
  if (err_fd >= 0) {
    dup2(err_fd, STDERR_FILENO);
  }
  execvpe(argv[0], (char* const*)argv, (char* const*)env);
  _exit(127);
}

bool
process_start(Process*           process,
              const char* const* argv,
              const char* const* env,
              int                out_fd,
              int                err_fd)
{
  const char* merged[MAX_ENV];
  merge_env(merged, env);

  const pid_t parent = getpid();
  const pid_t pid    = fork();
  if (pid < 0) {
    return false;
  }
  if (pid == 0) {
    become(argv, merged, out_fd, err_fd, parent);
  }

  process->pid = pid;
  process->fd  = (int)syscall(SYS_pidfd_open, pid, 0);
  return true;
}

/// Whether it ends within the time
static bool
ends(const Process* process, int timeout_ms)
{
  const int64_t end    = now_ms() + timeout_ms;
  struct pollfd poller = {process->fd, POLLIN, 0};
  int           n      = 0;
  do {
    const int64_t left = end - now_ms();
    n                  = poll(&poller, 1, left > 0 ? (int)left : 0);
  } while (n < 0 && errno == EINTR);
  return n > 0;
}

/// Take the status of a process that has ended or is about to
static int
reap(Process* process)
{
  int status = 0;
  while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR) {
  }
  close(process->fd);
  process->pid = 0;
  return status;
}

bool
process_runs(const Process* process)
{
  return process->pid && !ends(process, 0);
}

bool
process_wait(Process* process, int timeout_ms, int* status)
{
  if (!process->pid || !ends(process, timeout_ms)) {
    return false;
  }
  *status = reap(process);
  return true;
}

int
process_stop(Process* process, int signal)
{
  if (!process->pid) {
    return 0;
  }

  kill(process->pid, signal);
  if (!ends(process, STOP_MS)) {
    kill(process->pid, SIGKILL);
  }
  return reap(process);
}

const char*
build_path(const char* name)
{
  static char path[PATH_MAX + 64];
  char        self[PATH_MAX];

  const ssize_t len       = readlink("/proc/self/exe", self, sizeof(self) - 1);
  self[len < 0 ? 0 : len] = '\0';
  char* const tests       = strstr(self, "/tests/");
  if (tests) {
    *tests = '\0';
  }
  snprintf(path, sizeof(path), "%s/%s", self, name);
  return path;
}
