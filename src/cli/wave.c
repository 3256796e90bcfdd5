// SPDX-License-Identifier: GPL-3.0-or-later
//
// `sonic-claude wave`: the waveform of an audio file in the terminal

#include "cli/commands.h"
#include "cli/options.h"
#include "media/path.h"
#include "media/sniff.h"
#include "media/source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/// Frames that are read at a time, and whose peak is kept
#define BIN_FRAMES 256u

/// Lines of a channel's half
#define ROWS 4

/// Peaks of a file, a pair for each bin
typedef struct {
  float*   peaks; ///< Owned: left, right
  size_t   count;
  size_t   room;
  uint64_t frames;
  uint32_t rate;
  uint32_t channels;
} Wave;

static bool
add_bin(Wave* const wave, const float* const frames, const uint32_t n)
{
  if (wave->count == wave->room) {
    wave->room = 2u * wave->room + 4096u;
    float* const peaks =
      (float*)realloc(wave->peaks, 2u * wave->room * sizeof(float));
    if (!peaks) {
      return false;
    }
    wave->peaks = peaks;
  }
  float* const to = wave->peaks + 2u * wave->count++;
  to[0]           = 0.0f;
  to[1]           = 0.0f;
  for (uint32_t i = 0; i < n; ++i) {
    const float* const at = frames + (size_t)i * wave->channels;
    to[0]                 = fmaxf(to[0], fabsf(at[0]));
    to[1]                 = fmaxf(to[1], fabsf(at[wave->channels - 1u]));
  }
  return true;
}

/// Read a whole file; false with a text about what is wrong
static bool
read_wave(Wave* const wave, const int fd, char* const text, const size_t size)
{
  AudioFileInfo info;
  AudioSource*  source = NULL;
  float         frames[BIN_FRAMES * 2u];
  if (sniff_file(fd, &info, text, size) ||
      source_open(fd, &info, &audio_limits, &source, text, size)) {
    return false;
  }

  uint32_t n     = 0;
  bool     good  = true;
  wave->rate     = info.rate;
  wave->channels = source_channels(source);
  while (good && (n = source_read(source, frames, BIN_FRAMES))) {
    good = add_bin(wave, frames, n);
    wave->frames += n;
  }
  source_close(source);
  if (!good) {
    snprintf(text, size, "%s", status_text(STATUS_NO_MEMORY));
  }
  return good;
}

/// Highest peak of a side in a column
static float
column_peak(const Wave* const wave,
            const uint32_t    side,
            const uint32_t    column,
            const uint32_t    width)
{
  const size_t from  = wave->count * column / width;
  const size_t to    = wave->count * (column + 1u) / width;
  float        found = 0.0f;
  for (size_t i = from; i < (to > from ? to : from + 1u); ++i) {
    found = i < wave->count ? fmaxf(found, wave->peaks[2u * i + side]) : found;
  }
  return found;
}

static void
draw_side(const Wave* const wave, const uint32_t side, const uint32_t width)
{
  static const char* const blocks[] = {
    " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  for (int row = ROWS - 1; row >= 0; --row) {
    for (uint32_t x = 0; x < width; ++x) {
      const float level = column_peak(wave, side, x, width) * ROWS * 8.0f;
      const float part  = level - (float)row * 8.0f;
      fputs(blocks[part >= 8.0f   ? 8
                   : part <= 0.0f ? 0
                                  : (int)ceilf(part)],
            stdout);
    }
    putchar('\n');
  }
}

static uint32_t
terminal_width(void)
{
  struct winsize size = {0};
  return !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col ? size.ws_col
                                                                 : 80u;
}

int
cli_wave(const int argc, char** const argv)
{
  int64_t      width     = 0;
  const Option options[] = {
    {.name     = "--width",
     .type     = OPTION_WHOLE,
     .value    = &width,
     .argument = "N",
     .help     = "columns (those of the terminal)",
     .min      = 1,
     .max      = 1000},
  };
  const Usage usage = {
    "wave",
    "FILE [OPTION...]",
    "Draw the waveform of an audio file in the terminal.",
    options,
    sizeof(options) / sizeof(options[0]),
    1,
    1,
  };

  int                 num_args = 0;
  const OptionsResult read     = options_read(&usage, argc, argv, &num_args);
  if (read != OPTIONS_GO) {
    return read == OPTIONS_HELP ? 0 : 2;
  }

  char text[512] = "";
  int  fd        = -1;
  Wave wave      = {0};
  if (path_open_local(argv[0], &fd, text, sizeof(text))) {
    fprintf(stderr, "sonic-claude wave: %s\n", text);
    return 1;
  }
  const bool good = read_wave(&wave, fd, text, sizeof(text));
  close(fd);
  if (good) {
    const uint32_t columns = width ? (uint32_t)width : terminal_width();
    for (uint32_t side = 0; side < wave.channels; ++side) {
      draw_side(&wave, side, columns);
    }
    printf("%.3f s, %u Hz, %u channel%s\n",
           (double)wave.frames / wave.rate,
           wave.rate,
           wave.channels,
           wave.channels == 1u ? "" : "s");
  } else {
    fprintf(stderr, "sonic-claude wave: %s: %s\n", argv[0], text);
  }
  free(wave.peaks);
  return good ? 0 : 1;
}
