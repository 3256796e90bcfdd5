// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/peaks_file.h"

#include "base/crc32c.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define MAGIC "SonicPks"
#define BYTE_ORDER_MARK 0x01020304u
#define VERSION 1u

/// Bins of a level in one of the next
#define BIN_FACTOR 8u

uint64_t
peaks_bin_frames(const uint32_t level)
{
  uint64_t frames = PEAKS_BIN_FRAMES;
  for (uint32_t i = 0; i < level; ++i) {
    frames *= BIN_FACTOR;
  }

  return frames;
}

uint64_t
peaks_layout_init(PeaksLayout* const layout,
                  const uint32_t     channels,
                  const uint64_t     frames)
{
  uint64_t at = sizeof(PeaksHeader);
  *layout     = (PeaksLayout){.channels = channels, .frames = frames};
  for (uint32_t i = 0; i < PEAKS_MAX_LEVELS; ++i) {
    const uint64_t size = peaks_bin_frames(i);
    layout->num_bins[i] = (frames + size - 1u) / size;
    layout->offsets[i]  = at;
    at += layout->num_bins[i] * channels * sizeof(PeaksBin);
    layout->num_levels = i + 1u;
    if (layout->num_bins[i] == 1) {
      break;
    }
  }

  return at;
}

PeaksHeader
peaks_header(const PeaksLayout* const layout)
{
  PeaksHeader header = {
    .byte_order = BYTE_ORDER_MARK,
    .version    = VERSION,
    .channels   = layout->channels,
    .num_levels = layout->num_levels,
    .frames     = layout->frames,
  };

  memcpy(header.magic, MAGIC, sizeof(header.magic));
  header.crc = crc32c(0, &header, offsetof(PeaksHeader, crc));
  return header;
}

bool
peaks_header_fits(const PeaksHeader* const header,
                  const PeaksLayout* const layout)
{
  // Every byte of it follows from the layout
  const PeaksHeader expected = peaks_header(layout);
  return !memcmp(header, &expected, sizeof(expected));
}

void
peaks_sum_reset(PeaksSum* const sum)
{
  *sum = (PeaksSum){.min = INFINITY, .max = -INFINITY};
}

void
peaks_sum_add(PeaksSum* const sum,
              const float     min,
              const float     max,
              const double    square,
              const uint64_t  frames)
{
  sum->min = fminf(sum->min, min);
  sum->max = fmaxf(sum->max, max);
  sum->square += square;
  sum->frames += frames;
}
