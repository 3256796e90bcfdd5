// SPDX-License-Identifier: GPL-3.0-or-later
//
// Opening what is large and listing what is many
//
// A composition of 5,000,000 notes is opened by a program of its own, whose
// memory is looked at; 10,000 compositions are listed.

#include "base/clock.h"
#include "services/composition_store.h"
#include "services/services_private.h"
#include "store/file.h"
#include "store/library.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TRACKS = 1000, CLIPS = 100, NOTES = 50, COMPOSITIONS = 10000 };

static char data_dir[64];
static char text[FILE_TEXT_SIZE];

static void
need(const bool ok, const char* const what)
{
  if (!ok) {
    fprintf(stderr, "%s: %s\n", what, text);
    exit(1);
  }
}

static double
seconds(void)
{
  return (double)clock_nanos() / 1e9;
}

/// Time of the processor that this program took
static double
cpu_seconds(void)
{
  struct timespec time = {0};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
ignore_line(void* const handle, const char* const line)
{
  (void)handle;
  (void)line;
}

/// A composition of many notes, on disk
static void
write_large(void)
{
  char         id[LIBRARY_ID_SIZE];
  Composition* root = composition_new("", "Large");
  ClipNote     notes[NOTES];
  Node*        clips[CLIPS];
  uint32_t     n = 1;
  for (uint32_t t = 1; t <= TRACKS; ++t) {
    Track* const track = (Track*)node_new(NODE_TRACK, id_make(KIND_TRACK, t));
    track->type        = TRACK_MIDI;
    composition_put(&root, &track->node);
    for (uint32_t c = 0; c < CLIPS; ++c) {
      Clip* const clip = (Clip*)node_new(NODE_CLIP, id_make(KIND_CLIP, n++));
      clip->track      = id_make(KIND_TRACK, t);
      clip->start      = (Ticks)c * 4 * TICKS_PER_BEAT;
      clip->length     = (Ticks)4 * TICKS_PER_BEAT;
      for (uint32_t i = 0; i < NOTES; ++i) {
        notes[i] = (ClipNote){(Ticks)i * 4 * TICKS_PER_BEAT / NOTES,
                              (Ticks)(i + 1) * TICKS_PER_BEAT / 960,
                              (uint8_t)(40 + (i * 7 + c) % 48),
                              (uint8_t)(1 + (i * 11 + t) % 127)};
      }

      note_list_build(notes, NOTES, &clip->notes);
      clips[c] = &clip->node;
    }

    composition_put_clips(&root, id_make(KIND_TRACK, t), clips, CLIPS);
  }

  need(!library_create(data_dir, root, id, text, sizeof(text)), "create");
  composition_release(root);
}

/// Open it and say how long that took and what it needs
static int
open_large(void)
{
  const char* const    no_dirs[] = {NULL};
  const ServicesConfig config    = {.data_dir     = data_dir,
                                    .media_dirs   = no_dirs,
                                    .presets_dir  = "presets",
                                    .num_threads  = 1,
                                    .level        = cpu_level_best(),
                                    .offline      = true,
                                    .offline_rate = 48000,
                                    .log          = ignore_line};
  Services*            services  = NULL;
  need(!services_new(&config, text, sizeof(text), &services), "start");

  const double start = seconds();
  const double cpu   = cpu_seconds();
  need(!compositions_start(services, "large", NULL, text, sizeof(text)),
       "open");
  const double time = seconds() - start;

  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  printf("open 5,000,000 notes     %6.2f s, %.2f of CPU (at most 3), %.0f MB "
         "(at most 1,000)\n",
         time,
         cpu_seconds() - cpu,
         (double)usage.ru_maxrss * 1024.0 / 1e6);
  fflush(stdout);
  services_free(services);
  return 0;
}

/// Folders as compositions have them
static void
write_many(void)
{
  for (int i = 0; i < COMPOSITIONS; ++i) {
    char path[256];
    snprintf(path, sizeof(path), "%s/compositions/piece-%d", data_dir, i);
    need(!mkdir(path, 0777), "mkdir");
    strcat(path, "/current.json");
    FILE* const file = fopen(path, "w");
    need(file, "write");
    fprintf(file,
            "{\n  \"revision\": 1,\n  \"format\": 1,\n  \"id\": \"piece-%d\",\n"
            "  \"name\": \"Piece %d\",\n  \"tempo\": 120.0,\n  \"tracks\": [\n"
            "  ]\n}\n",
            i,
            i);
    fclose(file);
  }
}

static void
list_many(void)
{
  LibraryItem* items = NULL;
  size_t       count = 0;
  double       best  = 1e9;
  for (int round = 0; round < 5; ++round) {
    const double start = seconds();
    need(!library_list(data_dir, &items, &count, text, sizeof(text)), "list");
    need(count == COMPOSITIONS, "count");
    const double time = seconds() - start;
    best              = time < best ? time : best;
    free(items);
  }

  printf("list 10,000 compositions %6.2f s (at most 0.5)\n", best);
}

/// Run something in a data folder of its own
static void
in_folder(void (*const prepare)(void), void (*const act)(void))
{
  strcpy(data_dir, "/var/tmp/sonic-bench-XXXXXX");
  need(mkdtemp(data_dir), "folder");
  need(!library_prepare(data_dir, text, sizeof(text)), "prepare");
  prepare();
  act();

  char command[128];
  snprintf(command, sizeof(command), "rm -rf %s", data_dir);
  need(!system(command), "remove");
}

/// Open in a new process, whose memory is its own
static void
open_elsewhere(void)
{
  const pid_t pid = fork();
  if (!pid) {
    execl("/proc/self/exe", "bench_store", data_dir, (char*)NULL);
    _exit(1);
  }

  int status = 1;
  waitpid(pid, &status, 0);
  need(!status, "open");
}

int
main(const int argc, char** const argv)
{
  if (argc == 2) {
    snprintf(data_dir, sizeof(data_dir), "%s", argv[1]);
    return open_large();
  }

  in_folder(write_large, open_elsewhere);
  in_folder(write_many, list_many);
  return 0;
}
