// SPDX-License-Identifier: GPL-3.0-or-later
//
// How peaks are stored
//
// What `peaks.c` and `peaks_build.c` share; for nothing else.

#ifndef SONIC_MEDIA_PEAKS_FILE_H
#define SONIC_MEDIA_PEAKS_FILE_H

#include <stdbool.h>
#include <stdint.h>

/// Frames in a bin of level 0
#define PEAKS_BIN_FRAMES 256u

/// Levels at most: the last has one bin for 2^32 frames and more
#define PEAKS_MAX_LEVELS 10u

/// The head of the file, in native byte order; levels follow, finest first
typedef struct {
  char     magic[8];
  uint32_t byte_order;
  uint32_t version;
  uint32_t channels;
  uint32_t num_levels;
  uint64_t frames;
  uint32_t unused;
  uint32_t crc; ///< Of all above
} PeaksHeader;

/// What is stored for some frames of one channel
typedef struct {
  float min;
  float max;
  float mean_square;
} PeaksBin;

/// Where the levels are
typedef struct {
  uint32_t channels;
  uint64_t frames;
  uint32_t num_levels;
  uint64_t num_bins[PEAKS_MAX_LEVELS]; ///< Per channel
  uint64_t offsets[PEAKS_MAX_LEVELS];  ///< Of the first in the file
} PeaksLayout;

/// Frames of one channel being gathered
typedef struct {
  float    min;
  float    max;
  double   square; ///< Sum of squares
  uint64_t frames;
} PeaksSum;

/// Frames in a bin of a level
uint64_t
peaks_bin_frames(uint32_t level);

/// Lay out levels until one bin holds everything; returns the file's size
uint64_t
peaks_layout_init(PeaksLayout* layout, uint32_t channels, uint64_t frames);

/// The header of a file
PeaksHeader
peaks_header(const PeaksLayout* layout);

/// Whether a header is sound and that of a file with such a layout
bool
peaks_header_fits(const PeaksHeader* header, const PeaksLayout* layout);

/// Start gathering
void
peaks_sum_reset(PeaksSum* sum);

/// Add frames of which least, greatest and the sum of squares are known
void
peaks_sum_add(PeaksSum* sum,
              float     min,
              float     max,
              double    square,
              uint64_t  frames);

#endif // SONIC_MEDIA_PEAKS_FILE_H
