// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/daemon.h"

#include "support/guard.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READY_MS = 60000, RUN_MS = 300000, MAX_ARGS = 64 };

uint16_t
free_port(void)
{
  for (;;) {
    struct sockaddr_in address = {.sin_family      = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t          size    = sizeof(address);

    const int  tcp     = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int  udp     = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const bool is_free = !bind(tcp, (const struct sockaddr*)&address, size) &&
                         !getsockname(tcp, (struct sockaddr*)&address, &size) &&
                         !bind(udp, (const struct sockaddr*)&address, size);
    close(tcp);
    close(udp);
    if (is_free) {
      return ntohs(address.sin_port);
    }
  }
}

/// A path below the home folder
static const char*
below(const Daemon* daemon, const char* name)
{
  static char path[8][128];
  static int  next = 0;

  char* const result = path[next++ % 8];
  snprintf(result, sizeof(path[0]), "%s/%s", daemon->home, name);
  return result;
}

void
daemon_init(Daemon* daemon)
{
  memset(daemon, 0, sizeof(*daemon));
  strcpy(daemon->home, "/tmp/sonic-test-XXXXXX");
  if (!mkdtemp(daemon->home)) {
    perror(daemon->home);
    abort();
  }
  mkdir(below(daemon, "run"), 0700);
  mkdir(below(daemon, "music"), 0700);
  daemon->port = free_port();
}

/// Everything in a file, owned by the caller
static char*
contents(int fd)
{
  struct stat info = {0};
  fstat(fd, &info);
  char* const   text  = (char*)calloc(1, (size_t)info.st_size + 1);
  const ssize_t n     = pread(fd, text, (size_t)info.st_size, 0);
  text[n < 0 ? 0 : n] = '\0';
  return text;
}

static char*
file_contents(const char* path)
{
  const int   fd   = open(path, O_RDONLY | O_CLOEXEC);
  char* const text = fd < 0 ? strdup("") : contents(fd);
  if (fd >= 0) {
    close(fd);
  }
  return text;
}

char*
daemon_output(const Daemon* daemon)
{
  return file_contents(below(daemon, "stdout"));
}

char*
daemon_errors(const Daemon* daemon)
{
  return file_contents(below(daemon, "stderr"));
}

/// Take the line that says it is ready, once it is complete
static bool
find_ready(Daemon* daemon)
{
  char* const output = daemon_output(daemon);
  const char* line =
    strncmp(output, "ready ", 6) ? strstr(output, "\nready ") : output;
  bool is_ready = false;
  if (line) {
    line += *line == '\n';
    const size_t len = strcspn(line, "\n");
    is_ready         = line[len] == '\n';
    snprintf(daemon->ready, sizeof(daemon->ready), "%.*s", (int)len, line);
    snprintf(daemon->url,
             sizeof(daemon->url),
             "%.*s",
             (int)strcspn(line + 6, " \n"),
             line + 6);
  }
  free(output);
  return is_ready;
}

/// Wait for the line, told by the kernel whenever the output grows
static bool
wait_ready(Daemon* daemon, int watch)
{
  const int64_t end = now_ms() + READY_MS;
  while (!find_ready(daemon)) {
    const int64_t left      = end - now_ms();
    struct pollfd pollers[] = {{watch, POLLIN, 0},
                               {daemon->process.fd, POLLIN, 0}};
    if (left <= 0 || poll(pollers, 2, (int)left) < 0) {
      return false;
    }
    if (pollers[1].revents) {
      return find_ready(daemon);
    }

    char events[4096];
    if (pollers[0].revents && read(watch, events, sizeof(events)) < 0) {
      return false;
    }
  }
  return true;
}

static bool
launch(Daemon* daemon, const char* const* args, int out, int err)
{
  char        program[4096];
  char        port[16];
  char        config[160];
  char        data[160];
  char        runtime[160];
  char        home[160];
  const char* argv[MAX_ARGS];
  snprintf(program, sizeof(program), "%s", build_path("sonic-claude"));
  snprintf(port, sizeof(port), "%u", daemon->port);
  snprintf(config, sizeof(config), "XDG_CONFIG_HOME=%s/config", daemon->home);
  snprintf(data, sizeof(data), "XDG_DATA_HOME=%s/xdg-data", daemon->home);
  snprintf(runtime, sizeof(runtime), "XDG_RUNTIME_DIR=%s/run", daemon->home);
  snprintf(home, sizeof(home), "HOME=%s", daemon->home);

  const char* const first[] = {program,
                               "run",
                               "--port",
                               port,
                               "--http-port",
                               "0",
                               "--data-dir",
                               below(daemon, "data"),
                               "--media-dir",
                               below(daemon, "music")};
  size_t            n       = sizeof(first) / sizeof(*first);
  memcpy(argv, first, sizeof(first));
  for (size_t i = 0; args && args[i] && n < MAX_ARGS - 1; ++i) {
    argv[n++] = args[i];
  }
  argv[n] = NULL;

  const char* const guard = daemon->unguarded ? NULL : guard_env();
  const char*       env[] = {config, data, runtime, home, NULL, NULL, NULL};
  env[4]                  = guard ? guard : daemon->env;
  env[5]                  = guard ? daemon->env : NULL;
  return process_start(&daemon->process, argv, env, out, err);
}

bool
daemon_launch(Daemon* daemon, const char* const* args)
{
  const int  flags = O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND | O_TRUNC;
  const int  out   = open(below(daemon, "stdout"), flags, 0600);
  const int  err   = open(below(daemon, "stderr"), flags, 0600);
  const bool runs  = launch(daemon, args, out, err);
  close(out);
  close(err);
  return runs;
}

bool
daemon_wait(Daemon* daemon)
{
  const int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  inotify_add_watch(watch, below(daemon, "stdout"), IN_MODIFY);
  const bool is_ready = wait_ready(daemon, watch);
  close(watch);
  if (!is_ready) {
    char* const output = daemon_output(daemon);
    char* const errors = daemon_errors(daemon);
    fprintf(stderr, "daemon not ready:\n%s%s\n", output, errors);
    free(output);
    free(errors);
    process_stop(&daemon->process, SIGKILL);
  }
  return is_ready;
}

bool
daemon_start(Daemon* daemon, const char* const* args)
{
  return daemon_launch(daemon, args) && daemon_wait(daemon);
}

int
daemon_stop(Daemon* daemon, int signal)
{
  return process_stop(&daemon->process, signal);
}

static int
remove_entry(const char*        path,
             const struct stat* info,
             int                type,
             struct FTW*        walk)
{
  (void)info;
  (void)type;
  (void)walk;
  return remove(path);
}

void
daemon_free(Daemon* daemon)
{
  process_stop(&daemon->process, SIGKILL);
  if (daemon->home[0]) {
    nftw(daemon->home, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    daemon->home[0] = '\0';
  }
}

int
program_run(const char* const* args, char** output, char** errors)
{
  const char* argv[MAX_ARGS] = {build_path("sonic-claude")};
  for (size_t n = 0; args[n] && n < MAX_ARGS - 2; ++n) {
    argv[n + 1] = args[n];
  }

  const int out     = memfd_create("stdout", MFD_CLOEXEC);
  const int err     = memfd_create("stderr", MFD_CLOEXEC);
  Process   process = {0};
  int       status  = 127 << 8;
  if (process_start(&process, argv, NULL, out, err) &&
      !process_wait(&process, RUN_MS, &status)) {
    status = process_stop(&process, SIGKILL);
  }
  *output = contents(out);
  *errors = contents(err);
  close(out);
  close(err);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
