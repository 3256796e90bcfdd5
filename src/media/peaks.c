// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/peaks.h"

#include "media/cache.h"
#include "media/file_io.h"
#include "media/peaks_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/// Bins of a level that one step of a reading needs at most
#define READ_BINS 64u

struct Peaks {
  int         fd;
  PeaksLayout layout;
  CacheFile*  cache;
  PeaksSum    sums[2]; ///< The column being gathered
};

/// Read the header and see that the file is the cache file's and whole
static Status
check_header(Peaks* const peaks)
{
  PeaksHeader            header;
  struct stat            about;
  const CacheInfo* const info = cache_info(peaks->cache);
  const uint64_t         size =
    peaks_layout_init(&peaks->layout, info->channels, info->frames);
  return !fstat(peaks->fd, &about) && (uint64_t)about.st_size == size &&
             file_read_at(peaks->fd, &header, sizeof(header), 0) ==
               sizeof(header) &&
             peaks_header_fits(&header, &peaks->layout)
           ? STATUS_OK
           : STATUS_IO;
}

Status
peaks_open(const char* const cache_path,
           const char* const path,
           Peaks** const     out)
{
  Peaks* const peaks = (Peaks*)calloc(1, sizeof(Peaks));
  if (!peaks) {
    return STATUS_NO_MEMORY;
  }

  peaks->fd     = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  Status status = peaks->fd >= 0    ? cache_open(cache_path, &peaks->cache)
                  : errno == ENOENT ? STATUS_NOT_FOUND
                                    : STATUS_IO;
  status        = status ? status : check_header(peaks);
  if (status) {
    peaks_close(peaks);
    return status;
  }

  *out = peaks;
  return STATUS_OK;
}

void
peaks_close(Peaks* const peaks)
{
  if (peaks) {
    if (peaks->fd >= 0) {
      close(peaks->fd);
    }

    cache_close(peaks->cache);
    free(peaks);
  }
}

uint32_t
peaks_channels(const Peaks* const peaks)
{
  return peaks->layout.channels;
}

/// Add frames, fewer than a few bins, from the cache
static bool
add_raw(Peaks* const peaks, uint64_t begin, const uint64_t end)
{
  const uint32_t channels = peaks->layout.channels;
  while (begin < end) {
    float          frames[2 * PEAKS_BIN_FRAMES];
    const uint64_t left = end - begin;
    const uint32_t n =
      left < PEAKS_BIN_FRAMES ? (uint32_t)left : PEAKS_BIN_FRAMES;
    if (cache_read_frames(peaks->cache, begin, n, frames)) {
      return false;
    }

    for (uint32_t i = 0; i < n * channels; ++i) {
      const double square = (double)frames[i] * (double)frames[i];
      peaks_sum_add(
        &peaks->sums[i % channels], frames[i], frames[i], square, 1);
    }

    begin += n;
  }

  return true;
}

/// Add whole bins of a level
static bool
add_bins(Peaks* const   peaks,
         const uint32_t level,
         uint64_t       first,
         const uint64_t end)
{
  const PeaksLayout* const layout   = &peaks->layout;
  const uint32_t           channels = layout->channels;
  const uint64_t           size     = peaks_bin_frames(level);
  while (first < end) {
    PeaksBin       bins[2 * READ_BINS];
    const uint64_t left  = end - first;
    const uint32_t n     = left < READ_BINS ? (uint32_t)left : READ_BINS;
    const size_t   bytes = (size_t)n * channels * sizeof(PeaksBin);
    const uint64_t offset =
      layout->offsets[level] + first * channels * sizeof(PeaksBin);
    if (file_read_at(peaks->fd, bins, bytes, offset) != (ssize_t)bytes) {
      return false;
    }

    for (uint32_t i = 0; i < n * channels; ++i) {
      const uint64_t start  = (first + i / channels) * size;
      const uint64_t rest   = layout->frames - start;
      const uint64_t frames = rest < size ? rest : size;
      peaks_sum_add(&peaks->sums[i % channels],
                    bins[i].min,
                    bins[i].max,
                    (double)bins[i].mean_square * (double)frames,
                    frames);
    }

    first += n;
  }

  return true;
}

/// Add a range: whole bins of a level, and what sticks out on both sides from
/// finer ones
static bool
add_range(Peaks* const   peaks,
          const uint32_t level_plus_1,
          const uint64_t begin,
          const uint64_t end)
{
  if (begin >= end) {
    return true;
  }

  if (!level_plus_1) {
    return add_raw(peaks, begin, end);
  }

  // The last bin of the sample ends where the sample does
  const uint32_t level = level_plus_1 - 1u;
  const uint64_t size  = peaks_bin_frames(level);
  const uint64_t first = (begin + size - 1u) / size;
  const uint64_t last =
    end == peaks->layout.frames ? peaks->layout.num_bins[level] : end / size;
  if (first >= last) {
    return add_range(peaks, level, begin, end);
  }

  const uint64_t last_end = last * size < end ? last * size : end;
  return add_range(peaks, level, begin, first * size) &&
         add_bins(peaks, level, first, last) &&
         add_range(peaks, level, last_end, end);
}

Status
peaks_read(Peaks* const   peaks,
           const uint64_t start,
           const uint64_t num,
           const uint32_t width,
           Peak* const    out)
{
  const uint32_t channels = peaks->layout.channels;
  const uint64_t frames   = peaks->layout.frames;
  for (uint32_t i = 0; i < width; ++i) {
    // Whole columns and rest apart, so that nothing overflows
    const uint64_t at = num / width * i + num % width * i / width;
    const uint64_t next =
      num / width * (i + 1u) + num % width * (i + 1u) / width;
    const uint64_t begin = start + at;
    const uint64_t end   = start + (next > at ? next : at + 1u);

    peaks_sum_reset(&peaks->sums[0]);
    peaks_sum_reset(&peaks->sums[1]);
    if (begin < frames && !add_range(peaks,
                                     peaks->layout.num_levels,
                                     begin,
                                     end < frames ? end : frames)) {
      return STATUS_IO;
    }

    for (uint32_t c = 0; c < channels; ++c) {
      const PeaksSum* const sum = &peaks->sums[c];
      out[i * channels + c]     = (Peak){
            .min = sum->frames ? sum->min : 0.0f,
            .max = sum->frames ? sum->max : 0.0f,
            .rms =
          sum->frames ? (float)sqrt(sum->square / (double)sum->frames) : 0.0f,
      };
    }
  }

  return STATUS_OK;
}
