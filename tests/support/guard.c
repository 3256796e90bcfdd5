// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/guard.h"

#include "support/process.h"
#include "support/sanitized.h"

#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char*
guard_env(void)
{
  static char env[PATH_MAX + 128];

  const char* const path = build_path("rtguard.so");
  if (SANITIZED || access(path, R_OK)) {
    return NULL;
  }
  snprintf(env, sizeof(env), "LD_PRELOAD=%s", path);
  return env;
}

void
guard_require(char** argv)
{
  const char* const env     = guard_env();
  const char* const present = getenv("LD_PRELOAD");
  if (SANITIZED || (present && strstr(present, "rtguard.so"))) {
    return;
  }
  if (env) {
    putenv((char*)env);
    execv("/proc/self/exe", argv);
  }
  fprintf(stderr, "no interposer: build %s\n", build_path("rtguard.so"));
  exit(1);
}
