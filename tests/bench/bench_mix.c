// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a mix costs: gain, pan and sum (M0), with a reverb send (R), with
// equalizer, compressor and limiter (M); files in memory, all tracks sounding
//
// usage: bench_mix [SECONDS]
//
// Prints nanoseconds per stereo frame and track, by the wall clock and by the
// time that the process got, for each vector level of this machine.

#include "engine_bench.h"

int
main(const int argc, char** const argv)
{
  static const char* const names[]  = {"M0", "R", "M"};
  static const uint32_t    counts[] = {64, 256};
  static Bench             bench;

  Setting setting = {.seconds = argc > 1 ? atof(argv[1]) : 20.0, .period = 256};
  make_sample(&bench.sample);
  printf("workload tracks level threads   wall    cpu\n");
  for (unsigned w = 0; w < 3; ++w) {
    for (CpuLevel level = CPU_V2; level < NUM_CPU_LEVELS;
         level          = (CpuLevel)(level + 1)) {
      for (unsigned c = 0; cpu_level_available(level) && c < 2; ++c) {
        for (setting.threads = 1; setting.threads <= 2; ++setting.threads) {
          setting.workload = (Workload)w;
          setting.tracks   = counts[c];
          setting.level    = level;
          const Cost cost  = measure(&bench, &setting);
          printf("%-8s %6u %5s %7u %6.2f %6.2f\n",
                 names[w],
                 setting.tracks,
                 cpu_level_name(level),
                 setting.threads,
                 cost.wall,
                 cost.cpu);
          fflush(stdout);
        }
      }
    }
  }

  release_sample(&bench.sample);
  return 0;
}
