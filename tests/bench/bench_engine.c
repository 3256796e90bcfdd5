// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a track costs: audio tracks with strips, all sounding, files in memory
//
// usage: bench_engine [SECONDS]
//
// Prints nanoseconds per stereo frame and track, by the wall clock and by the
// time that the process got, which other programs disturb less.

#include "engine_bench.h"

int
main(const int argc, char** const argv)
{
  static const uint32_t counts[]  = {8, 16, 64, 256};
  static const uint32_t periods[] = {32, 64, 256, 1024};
  static Bench          bench;

  Setting setting = {.seconds = argc > 1 ? atof(argv[1]) : 20.0,
                     .level   = cpu_level_best()};
  make_sample(&bench.sample);
  printf("tracks period threads   wall    cpu\n");
  for (unsigned c = 0; c < 4; ++c) {
    for (unsigned p = 0; p < 4; ++p) {
      for (setting.threads = 1; setting.threads <= 2; ++setting.threads) {
        setting.tracks  = counts[c];
        setting.period  = periods[p];
        const Cost cost = measure(&bench, &setting);
        printf("%6u %6u %7u %6.2f %6.2f\n",
               setting.tracks,
               setting.period,
               setting.threads,
               cost.wall,
               cost.cpu);
      }
    }
  }

  release_sample(&bench.sample);
  return 0;
}
