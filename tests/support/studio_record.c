// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a daemon plays, and what it uses

#include "support/guard.h"
#include "support/studio.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ATTEMPTS = 5, SILENT_FRAMES = 4096 };

/// Most that the daemon's memory may grow by
#define MAX_GROWTH (2u << 20u)

/// Wait until what sounded before has rung out
static void
wait_silence(Capture* const capture)
{
  const int64_t end       = now_ms() + STUDIO_MS;
  bool          is_silent = false;
  while (!is_silent) {
    assert_true(now_ms() < end);
    capture_start(capture, CAPTURE_NOW, SILENT_FRAMES);
    assert_true(capture_wait(capture, STUDIO_MS));
    is_silent = true;
    for (uint32_t i = 0; i < capture_frames(capture); ++i) {
      is_silent = is_silent && capture_left(capture)[i] == 0.0f &&
                  capture_right(capture)[i] == 0.0f;
    }
  }
}

/// Record once
static void
record(Studio* const studio, const uint32_t frames, const bool freewheel)
{
  if (freewheel) {
    assert_true(capture_freewheel(studio->capture, true));
  }
  wait_silence(studio->capture);
  capture_start(studio->capture, CAPTURE_SOUND, frames);
  studio_ask(studio, "/playback/play", "");
  if (studio->meanwhile) {
    studio->meanwhile(studio, studio->handle);
  }

  const int  ms       = (int)(frames * 1000ull / studio->jackd.rate);
  const bool is_there = capture_wait(studio->capture, ms + STUDIO_MS);
  if (freewheel) {
    assert_true(capture_freewheel(studio->capture, false));
  }
  studio_stop_playing(studio);
  if (!is_there) {
    studio_fail(studio,
                "%u of %u frames recorded in time",
                capture_frames(studio->capture),
                frames);
  }
}

void
studio_record(Studio* const     studio,
              const uint32_t    frames,
              const bool        freewheel,
              const StudioCheck check,
              const void* const handle)
{
  for (int attempt = 1;; ++attempt) {
    record(studio, frames, freewheel);
    const uint32_t    xruns = capture_xruns(studio->capture);
    const char* const wrong = check(studio, handle);
    if (!wrong) {
      return;
    }
    if (!xruns || attempt == MAX_ATTEMPTS) {
      studio_fail(studio,
                  "%u frames at %u Hz%s, attempt %d, %u xruns: %s",
                  studio->jackd.period,
                  studio->jackd.rate,
                  freewheel ? " in freewheel" : "",
                  attempt,
                  xruns,
                  wrong);
    }
  }
}

const char*
studio_check_sound(const Studio* const studio, const void* const handle)
{
  const Sound* const   sound  = (const Sound*)handle;
  const Capture* const heard  = studio->capture;
  const uint32_t       start  = sound_start(sound);
  const uint32_t       frames = capture_frames(heard);
  if (frames > sound->frames - start) {
    return "recorded more than there is";
  }

  const char* const wrong =
    sound_difference("left", capture_left(heard), &sound->left[start], frames);
  return wrong ? wrong
               : sound_difference(
                   "right", capture_right(heard), &sound->right[start], frames);
}

// The daemon as the kernel sees it

/// A number from a file about the daemon in /proc
static uint64_t
proc_number(const Studio* const studio,
            const char* const   name,
            const char* const   key)
{
  char               path[64];
  char               line[256];
  unsigned long long value = 0;
  snprintf(path, sizeof(path), "/proc/%d/%s", studio->daemon.process.pid, name);
  FILE* const file = fopen(path, "r");
  assert_non_null(file);
  while (fgets(line, sizeof(line), file)) {
    if (!strncmp(line, key, strlen(key))) {
      value = strtoull(line + strlen(key), NULL, 10);
    }
  }
  fclose(file);
  assert_true(value > 0);
  return value;
}

static unsigned
count_descriptors(const Studio* const studio)
{
  char path[64];
  snprintf(path, sizeof(path), "/proc/%d/fd", studio->daemon.process.pid);
  DIR* const dir = opendir(path);
  assert_non_null(dir);
  unsigned count = 0;
  while (readdir(dir)) {
    ++count;
  }
  closedir(dir);
  return count - 2u; // . and ..
}

StudioUsage
studio_usage(const Studio* const studio)
{
  return (StudioUsage){
    .memory      = 1024u * proc_number(studio, "smaps_rollup", "Pss:"),
    .descriptors = count_descriptors(studio),
    .threads     = (unsigned)proc_number(studio, "status", "Threads:"),
  };
}

void
studio_check_usage(const Studio* const studio, const StudioUsage* const before)
{
  const StudioUsage now = studio_usage(studio);
  assert_int_equal(now.descriptors, before->descriptors);
  assert_int_equal(now.threads, before->threads);
  if (guard_env() && now.memory > before->memory + MAX_GROWTH) {
    fail_msg("%llu bytes of memory, and before %llu",
             (unsigned long long)now.memory,
             (unsigned long long)before->memory);
  }
}
