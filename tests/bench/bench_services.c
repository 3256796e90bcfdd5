// SPDX-License-Identifier: GPL-3.0-or-later
//
// What an edit costs on compositions of different sizes
//
// With no arguments it compares the time on 5,000 and on 5,000,000 notes.  Run
// as `bench_services TRACKS CLIPS_PER_TRACK NOTES_PER_CLIP EDIT` it does one
// kind of edit on one size; tests/bench/edit-cost counts its instructions so.

#include "backend/backend.h"
#include "services/composition_clips.h"
#include "services/composition_state.h"
#include "services/services_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS 1000u

typedef struct {
  uint32_t tracks;
  uint32_t clips; ///< On each track
  uint32_t notes; ///< In each clip
} Size;

/// What is edited: something in the middle of the composition
typedef struct {
  Services* services;
  Id        track;
  Id        clip;
} Target;

static void
ignore_line(void* const handle, const char* const text)
{
  (void)handle;
  (void)text;
}

static bool
drop(void* const        handle,
     const float* const left,
     const float* const right,
     const uint32_t     n)
{
  (void)handle;
  (void)left;
  (void)right;
  (void)n;
  return true;
}

static double
now(void)
{
  struct timespec time = {0};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/// A composition of a size, on the way of an import
static Composition*
make_composition(const Size* const size)
{
  Composition* root  = composition_new("bench", "Bench");
  ClipNote*    notes = (ClipNote*)calloc(size->notes, sizeof(ClipNote));
  Node**       clips = (Node**)calloc(size->clips, sizeof(Node*));
  uint32_t     n     = 1;
  for (uint32_t t = 1; t <= size->tracks; ++t) {
    const Id     id    = id_make(KIND_TRACK, t);
    Track* const track = (Track*)node_new(NODE_TRACK, id);
    track->type        = TRACK_MIDI;
    composition_put(&root, &track->node);
    for (uint32_t c = 0; c < size->clips; ++c) {
      Clip* const clip = (Clip*)node_new(NODE_CLIP, id_make(KIND_CLIP, n++));
      clip->track      = id;
      clip->start      = (Ticks)c * 4 * TICKS_PER_BEAT;
      clip->length     = (Ticks)4 * TICKS_PER_BEAT;
      for (uint32_t i = 0; i < size->notes; ++i) {
        const ClipNote note = {
          (Ticks)i * 4 * TICKS_PER_BEAT / size->notes, 1000, 60, 100};
        notes[i] = note;
      }

      note_list_build(notes, size->notes, &clip->notes);
      clips[c] = &clip->node;
    }

    composition_put_clips(&root, id, clips, size->clips);
  }

  free(notes);
  free(clips);
  return root;
}

static void
edit_fader(const Target* const target, const uint32_t i)
{
  const FieldValue value = {.number = i % 2u ? -6.0 : -12.0};
  services_set_field(target->services,
                     target->track,
                     NODE_CHANNEL,
                     node_find_field(NODE_CHANNEL, "fader"),
                     &value);
}

static void
edit_clip_gain(const Target* const target, const uint32_t i)
{
  const FieldValue value = {.number = i % 2u ? -6.0 : -12.0};
  services_set_field(target->services,
                     target->clip,
                     NODE_CLIP,
                     node_find_field(NODE_CLIP, "gain"),
                     &value);
}

static void
edit_note(const Target* const target, const uint32_t i)
{
  const ClipNote note = {(Ticks)i * 77, 1000, 61, 100};
  notes_add(target->services, target->clip, &note, 1);
}

static void
edit_clip_move(const Target* const target, const uint32_t i)
{
  clips_move(target->services,
             target->clip,
             target->track,
             (Ticks)(i % 50u) * 3 * TICKS_PER_BEAT + 5);
}

static void
edit_tempo(const Target* const target, const uint32_t i)
{
  const FieldValue value = {.tempo =
                              (MicroBpm)(100 + i % 50u) * MICRO_BPM_PER_BPM};
  services_set_field(target->services,
                     ID_COMPOSITION,
                     NODE_COMPOSITION,
                     node_find_field(NODE_COMPOSITION, "tempo"),
                     &value);
}

static const struct {
  const char* name;
  void (*edit)(const Target* target, uint32_t i);
} edits[] = {
  {"fader", edit_fader},
  {"clip gain", edit_clip_gain},
  {"add a note", edit_note},
  {"move a clip", edit_clip_move},
  {"tempo", edit_tempo},
};

#define NUM_EDITS (sizeof(edits) / sizeof(edits[0]))

/// Microseconds of an edit with its commit
typedef struct {
  double least;
  double p99; ///< One of a hundred takes longer
} Cost;

static int
compare(const void* const a, const void* const b)
{
  const double x = *(const double*)a;
  const double y = *(const double*)b;
  return (x > y) - (x < y);
}

static Cost
measure(const Target* const target, const size_t e)
{
  static double    costs[ROUNDS];
  const OfflineJob job = {256, 256, drop, NULL, NULL};
  for (uint32_t i = 0; i < ROUNDS; ++i) {
    const double start = now();
    services_begin(target->services, NULL);
    edits[e].edit(target, i);
    services_commit(target->services);

    costs[i] = now() - start;
    offline_run(target->services->engine, &job);
    services_poll(target->services);
  }

  qsort(costs, ROUNDS, sizeof(double), compare);
  return (Cost){costs[0], costs[ROUNDS * 99u / 100u]};
}

static Services*
start(const Size* const size)
{
  const char* const    no_dirs[] = {NULL};
  const ServicesConfig config    = {.data_dir     = "/nonexistent",
                                    .media_dirs   = no_dirs,
                                    .presets_dir  = "presets",
                                    .num_threads  = 1,
                                    .level        = cpu_level_best(),
                                    .offline      = true,
                                    .offline_rate = 48000,
                                    .log          = ignore_line};
  char                 text[512] = "";
  Services*            services  = NULL;
  if (services_new(&config, text, sizeof(text), &services)) {
    fprintf(stderr, "%s\n", text);
    exit(1);
  }

  Composition* const root = make_composition(size);
  if (services_switch(services, "", "/", root, NULL, 1)) {
    fprintf(stderr, "can't switch\n");
    exit(1);
  }

  return services;
}

/// Measure the edits from `first` to before `end`
static void
run(const Size* const size,
    const size_t      first,
    const size_t      end,
    Cost              costs[NUM_EDITS])
{
  Services* const services = start(size);
  const uint32_t  middle   = size->tracks / 2u + 1u;
  const Target    target   = {
         services,
         id_make(KIND_TRACK, middle),
         id_make(KIND_CLIP, (middle - 1u) * size->clips + size->clips / 2u + 1u)};
  for (size_t e = first; e < end; ++e) {
    costs[e] = measure(&target, e);
  }

  services_free(services);
}

int
main(const int argc, char** const argv)
{
  static const Size small = {10, 10, 50};
  static const Size large = {1000, 100, 50};
  Cost              a[NUM_EDITS];
  Cost              b[NUM_EDITS];
  if (argc == 5) {
    const Size   size = {(uint32_t)strtoul(argv[1], NULL, 10),
                         (uint32_t)strtoul(argv[2], NULL, 10),
                         (uint32_t)strtoul(argv[3], NULL, 10)};
    const size_t e    = strtoul(argv[4], NULL, 10) % NUM_EDITS;
    run(&size, e, e + 1u, a);
    printf("%-12s %8.2f us\n", edits[e].name, a[e].least);
    return 0;
  }

  run(&small, 0, NUM_EDITS, a);
  run(&large, 0, NUM_EDITS, b);
  printf("An edit and its commit, microseconds of CPU, of %u\n", ROUNDS);
  printf("%-12s %16s %16s %7s\n", "", "5,000 notes", "5,000,000", "ratio");
  printf("%-12s %8s %7s %8s %7s %7s\n",
         "edit",
         "least",
         "p99",
         "least",
         "p99",
         "of p99");
  for (size_t e = 0; e < NUM_EDITS; ++e) {
    printf("%-12s %8.2f %7.2f %8.2f %7.2f %7.2f\n",
           edits[e].name,
           a[e].least,
           a[e].p99,
           b[e].least,
           b[e].p99,
           b[e].p99 / a[e].p99);
  }

  return 0;
}
