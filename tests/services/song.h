// SPDX-License-Identifier: GPL-3.0-or-later
//
// A song in a folder, opened offline, edited and rendered

#ifndef SONIC_TESTS_SERVICES_SONG_H
#define SONIC_TESTS_SERVICES_SONG_H

#include "services/composition_store.h"
#include "services/edit.h"
#include "services/render.h"
#include "services/services_private.h"
#include "support/sound.h"
#include "support/temp_folder.h"

// cmocka.h wants these first
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SONG_RATE 48000u
#define SONG_BEAT ((Ticks)TICKS_PER_BEAT)

typedef struct {
  char      folder[TEMP_PATH_SIZE];
  Services* services;
} Song;

/// What was rendered
typedef struct {
  float*   left;
  float*   right;
  uint32_t frames;
} Take;

static void
song_log(void* const handle, const char* const text)
{
  (void)handle;
  print_message("%s\n", text);
}

/// Make the folder; what is in it is for the test
static inline void
song_init(Song* const song)
{
  song->services = NULL;
  temp_folder_new(song->folder);
}

/// Open a composition, written as JSON
static inline void
song_open(Song* const song, const char* const json)
{
  static const char* const no_dirs[] = {NULL};
  const ServicesConfig     config    = {.data_dir     = song->folder,
                                        .media_dirs   = no_dirs,
                                        .presets_dir  = "presets",
                                        .num_threads  = 1,
                                        .level        = cpu_level_best(),
                                        .offline      = true,
                                        .offline_rate = SONG_RATE,
                                        .log          = song_log};
  char                     text[512] = "";
  char                     path[TEMP_PATH_SIZE + 16];
  snprintf(path, sizeof(path), "%s/song.json", song->folder);
  temp_file_write(path, json, strlen(json));

  Status st = services_new(&config, text, sizeof(text), &song->services);
  st        = st ? st
                 : compositions_load_offline(song->services, path, text, sizeof(text));
  if (st) {
    fail_msg("%s", text);
  }
}

static inline void
song_free(Song* const song)
{
  services_free(song->services);
  temp_folder_remove(song->folder);
}

/// Begin an edit
static inline void
song_begin(const Song* const song)
{
  services_begin(song->services, NULL);
}

/// End an edit whose last step came out as `status`
static inline void
song_commit(const Song* const song, const Status status)
{
  if (status) {
    fail_msg("%s", services_error(song->services));
  }

  assert_int_equal(services_commit(song->services), STATUS_OK);
  jobs_wait(song->services->jobs);
}

static bool
song_keep(void* const        handle,
          const float* const left,
          const float* const right,
          const uint32_t     n,
          const double       share)
{
  Take* const take = (Take*)handle;
  (void)share;
  memcpy(take->left + take->frames, left, n * sizeof(float));
  memcpy(take->right + take->frames, right, n * sizeof(float));
  take->frames += n;
  return true;
}

/// Render from one tick to another
static inline Take
song_render(const Song* const song,
            const Ticks       from,
            const Ticks       to,
            const uint32_t    period)
{
  Take            take   = {0};
  const RenderJob job    = {.from   = from,
                            .to     = to,
                            .period = period,
                            .write  = song_keep,
                            .handle = &take};
  const uint64_t  frames = render_frames(song->services, &job);
  take.left              = (float*)calloc(frames + 1u, sizeof(float));
  take.right             = (float*)calloc(frames + 1u, sizeof(float));
  assert_non_null(take.left);
  assert_non_null(take.right);
  assert_int_equal(render_run(song->services, &job), STATUS_OK);
  assert_int_equal(take.frames, frames);
  return take;
}

static inline void
take_free(Take* const take)
{
  free(take->left);
  free(take->right);
  memset(take, 0, sizeof(*take));
}

/// Loudest sample of a part of the left side
static inline float
take_peak(const Take* const take, const uint32_t from, const uint32_t to)
{
  float most = 0.0f;
  for (uint32_t i = from; i < to && i < take->frames; ++i) {
    const float level = take->left[i] < 0.0f ? -take->left[i] : take->left[i];
    most              = level > most ? level : most;
  }

  return most;
}

#endif // SONIC_TESTS_SERVICES_SONG_H
