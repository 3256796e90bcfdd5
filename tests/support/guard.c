// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/guard.h"

#include "support/process.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED true
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

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
