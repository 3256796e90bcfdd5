// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/peaks.h"

#include "engine/sample.h"
#include "media/cache.h"
#include "media/file_io.h"
#include "media/part_file.h"
#include "media/peaks_file.h"

#include <stdbool.h>
#include <stdlib.h>

/// Bins that are written at once
#define WRITE_BINS 512u

/// A level being written
typedef struct {
  PeaksSum sums[2];
  uint64_t written; ///< Bins of all channels in the file
  uint32_t fill;    ///< Bins of all channels in `bins`
  PeaksBin bins[2 * WRITE_BINS];
} LevelWriter;

typedef struct {
  PeaksLayout  layout;
  PartFile     part;
  LevelWriter* levels; ///< `layout.num_levels`
} Builder;

static PeaksBin
sum_bin(const PeaksSum* const sum)
{
  return (PeaksBin){
    .min         = sum->min,
    .max         = sum->max,
    .mean_square = (float)(sum->square / (double)sum->frames),
  };
}

static bool
flush_level(Builder* const builder, const uint32_t level)
{
  LevelWriter* const writer = &builder->levels[level];
  const uint64_t     offset =
    builder->layout.offsets[level] + writer->written * sizeof(PeaksBin);
  const size_t size = writer->fill * sizeof(PeaksBin);
  writer->written += writer->fill;
  writer->fill = 0;
  return file_write_at(builder->part.fd, writer->bins, size, offset);
}

/// Write the bin of a level that is complete and add it to the next level's
static bool
end_bin(Builder* const builder, const uint32_t level)
{
  LevelWriter* const writer   = &builder->levels[level];
  const uint32_t     channels = builder->layout.channels;
  const bool         is_last  = level + 1u == builder->layout.num_levels;
  for (uint32_t c = 0; c < channels; ++c) {
    const PeaksSum* const sum    = &writer->sums[c];
    writer->bins[writer->fill++] = sum_bin(sum);
    if (!is_last) {
      peaks_sum_add(
        &writer[1].sums[c], sum->min, sum->max, sum->square, sum->frames);
    }

    peaks_sum_reset(&writer->sums[c]);
  }

  if (writer->fill + channels > 2 * WRITE_BINS &&
      !flush_level(builder, level)) {
    return false;
  }

  // A bin that is not full is the last one of the sample
  const bool next_is_full =
    !is_last && writer[1].sums[0].frames == peaks_bin_frames(level + 1u);
  return next_is_full ? end_bin(builder, level + 1u) : true;
}

/// Add frames to level 0
static bool
add_frames(Builder* const builder, const float* const frames, const uint32_t n)
{
  PeaksSum* const sums     = builder->levels[0].sums;
  const uint32_t  channels = builder->layout.channels;
  for (uint32_t i = 0; i < n; ++i) {
    for (uint32_t c = 0; c < channels; ++c) {
      const float value = frames[(size_t)i * channels + c];
      peaks_sum_add(&sums[c], value, value, (double)value * (double)value, 1);
    }

    if (sums[0].frames == PEAKS_BIN_FRAMES && !end_bin(builder, 0)) {
      return false;
    }
  }

  return true;
}

/// Complete all levels and write the header
static bool
finish(Builder* const builder)
{
  const PeaksLayout* const layout = &builder->layout;
  for (uint32_t i = 0; i < layout->num_levels; ++i) {
    if ((builder->levels[i].sums[0].frames && !end_bin(builder, i)) ||
        !flush_level(builder, i)) {
      return false;
    }
  }

  const PeaksHeader header = peaks_header(layout);
  return file_write_at(builder->part.fd, &header, sizeof(header), 0);
}

/// Read all pages into the builder
static Status
gather(Builder* const           builder,
       const CacheFile* const   cache,
       float* const             page,
       const atomic_bool* const cancel)
{
  const uint64_t frames = cache_info(cache)->frames;
  for (uint32_t i = 0; i < cache_num_pages(cache); ++i) {
    if (cancel && atomic_load_explicit(cancel, memory_order_relaxed)) {
      return STATUS_CANCELLED;
    }

    const uint64_t left = frames - (uint64_t)i * PAGE_FRAMES;
    const uint32_t n    = left < PAGE_FRAMES ? (uint32_t)left : PAGE_FRAMES;
    if (cache_read_page(cache, i, page) || !add_frames(builder, page, n)) {
      return STATUS_IO;
    }
  }

  return finish(builder) ? part_file_commit(&builder->part) : STATUS_IO;
}

static Status
build(const CacheFile* const   cache,
      const char* const        path,
      const atomic_bool* const cancel)
{
  Builder builder = {.part = {.fd = -1}};
  peaks_layout_init(
    &builder.layout, cache_info(cache)->channels, cache_info(cache)->frames);

  const uint32_t num  = builder.layout.num_levels;
  float* const   page = (float*)malloc(2u * PAGE_FRAMES * sizeof(float));
  builder.levels      = (LevelWriter*)calloc(num, sizeof(LevelWriter));

  Status status = page && builder.levels ? part_file_open(&builder.part, path)
                                         : STATUS_NO_MEMORY;
  if (!status) {
    for (uint32_t i = 0; i < num; ++i) {
      peaks_sum_reset(&builder.levels[i].sums[0]);
      peaks_sum_reset(&builder.levels[i].sums[1]);
    }

    status = gather(&builder, cache, page, cancel);
  }

  part_file_close(&builder.part);
  free(builder.levels);
  free(page);
  return status;
}

Status
peaks_build(const char* const        cache_path,
            const char* const        path,
            const atomic_bool* const cancel)
{
  CacheFile* cache  = NULL;
  Status     status = cache_open(cache_path, &cache);
  if (status) {
    return status;
  }

  status = build(cache, path, cancel);
  cache_close(cache);
  return status;
}
