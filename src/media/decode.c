// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/decode.h"

#include "base/blake2b.h"
#include "base/rt.h"
#include "engine/sample.h"
#include "media/file_io.h"
#include "media/resampler.h"
#include "media/seen.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/// Bytes that are hashed at once
#define HASH_PIECE 65536u

/// Share of the progress that is for hashing
#define HASH_SHARE 0.05

/// An import under way
typedef struct {
  const DecodeConfig* config;
  const AudioLimits*  limits;
  int                 fd;
  char                name[256]; ///< Fit for a text
  AudioFileInfo       file;
  DecodeResult*       result;
  char*               text;
  size_t              text_size;
  AudioSource*        source;
  Resampler*          resampler;
  CacheWriter*        writer;
  float*              page; ///< PAGE_FRAMES of output
} Import;

/// Fail with "NAME: cause"
SONIC_PRINTF(3, 4)
static Status
fail(const Import* const import, const Status status, const char* format, ...)
{
  char    cause[512];
  va_list args;
  va_start(args, format);
  vsnprintf(cause, sizeof(cause), format, args);
  va_end(args);
  snprintf(import->text, import->text_size, "%s: %s", import->name, cause);
  return status;
}

static Status
fail_memory(const Import* const import)
{
  return fail(import, STATUS_NO_MEMORY, "out of memory");
}

static Status
fail_length(const Import* const import)
{
  return fail(import,
              STATUS_TOO_LARGE,
              "it is longer than %llu frames",
              (unsigned long long)import->limits->max_frames);
}

static bool
is_cancelled(const Import* const import)
{
  const atomic_bool* const cancel = import->config->cancel;
  return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

static void
tell_progress(const Import* const import, const double done)
{
  if (import->config->progress) {
    import->config->progress(import->config->handle, done);
  }
}

/// Name the content: the hash of the bytes, the rate and the decoder
static Status
hash_content(const Import* const import, const uint64_t size)
{
  uint8_t* const piece = (uint8_t*)malloc(HASH_PIECE);
  if (!piece) {
    return fail_memory(import);
  }

  Blake2b hash;
  Status  status = STATUS_OK;
  blake2b_init(&hash, CACHE_HASH_SIZE);
  for (uint64_t pos = 0; pos < size && !status; pos += HASH_PIECE) {
    const ssize_t n = file_read_at(import->fd, piece, HASH_PIECE, pos);
    if (n < 0) {
      status = fail(import, STATUS_IO, "%s", strerror(errno));
    } else if (is_cancelled(import)) {
      status = fail(import, STATUS_CANCELLED, "cancelled");
    } else {
      blake2b_add(&hash, piece, (size_t)n);
      tell_progress(import, HASH_SHARE * (double)pos / (double)size);
    }
  }

  free(piece);

  const uint32_t terms[2] = {import->config->rate, DECODER_VERSION};
  blake2b_add(&hash, terms, sizeof(terms));
  cache_key(&hash, import->result->key);
  return status;
}

/// Name the file that has, or will have, the content
static Status
name_result(const Import* const import)
{
  return cache_path(import->config->folder,
                    import->result->key,
                    ".pcm",
                    import->result->path)
           ? STATUS_OK
           : fail(import, STATUS_IO, "the path of the cache is too long");
}

/// Whether all of a cache file is as it was written
static bool
is_sound(const Import* const import, const CacheFile* const file)
{
  for (uint32_t i = 0; i < cache_num_pages(file); ++i) {
    if (cache_read_page(file, i, import->page)) {
      return false;
    }
  }

  return true;
}

/// Look in the cache; what is damaged there counts as absent.  The pages of
/// what was `seen` are looked at when they are played.
static bool
find_in_cache(const Import* const import, const bool seen)
{
  CacheFile* file = NULL;
  if (cache_open(import->result->path, &file)) {
    return false;
  }

  import->result->info = *cache_info(file);
  import->result->hit  = import->result->info.rate == import->config->rate &&
                        (seen || is_sound(import, file));
  cache_close(file);
  return import->result->hit;
}

static uint32_t
read_source(void* const handle, float* const out, const uint32_t n)
{
  return source_read(((const Import*)handle)->source, out, n);
}

/// Open what is read from and what is written to
static Status
open_ends(Import* const import)
{
  const DecodeConfig* const  config = import->config;
  const AudioFileInfo* const file   = &import->file;

  char   cause[256] = "";
  Status status     = source_open(
    import->fd, file, import->limits, &import->source, cause, sizeof(cause));
  if (status) {
    return fail(import, status, "%s", cause);
  }

  const uint32_t channels = source_channels(import->source);
  import->resampler =
    resampler_new(channels, file->rate, config->rate, read_source, import);
  if (!import->resampler) {
    return fail_memory(import);
  }

  status = cache_writer_new(
    config->folder, import->result->key, channels, &import->writer);
  return status == STATUS_IO ? fail(import,
                                    status,
                                    "the cache cannot be written: %s",
                                    strerror(errno))
         : status            ? fail_memory(import)
                             : STATUS_OK;
}

/// Decode all frames into the writer
static Status
convert(Import* const import)
{
  uint32_t n = PAGE_FRAMES;
  while (n == PAGE_FRAMES) {
    if (is_cancelled(import)) {
      return fail(import, STATUS_CANCELLED, "cancelled");
    }

    n = resampler_read(import->resampler, import->page, PAGE_FRAMES);

    const Status status = cache_writer_add(import->writer, import->page, n);
    if (status) {
      return status == STATUS_NO_MEMORY
               ? fail_memory(import)
               : fail(import,
                      status,
                      "the cache cannot be written: %s",
                      strerror(errno));
    }

    // The length that was declared was checked, but it may be wrong
    if (cache_writer_frames(import->writer) > import->limits->max_frames) {
      return fail_length(import);
    }

    tell_progress(import,
                  HASH_SHARE +
                    (1.0 - HASH_SHARE) * source_progress(import->source));
  }

  if (source_error(import->source)) {
    return fail(
      import, STATUS_IO, "%s", strerror(source_error(import->source)));
  }

  return cache_writer_frames(import->writer)
           ? STATUS_OK
           : fail(import, STATUS_UNSUPPORTED, "no audio in it can be read");
}

/// Put the cache file in place
static Status
complete(Import* const import)
{
  const AudioFileInfo* const file = &import->file;

  const uint64_t read  = resampler_frames_in(import->resampler);
  import->result->info = (CacheInfo){
    .rate              = import->config->rate,
    .channels          = source_channels(import->source),
    .frames            = cache_writer_frames(import->writer),
    .source_container  = file->container,
    .source_coding     = file->coding,
    .source_rate       = file->rate,
    .source_channels   = file->channels,
    .source_frames     = read,
    .source_not_finite = source_num_not_finite(import->source),
    .source_cut        = file->cut || read < file->frames,
  };

  const Status status =
    cache_writer_commit(import->writer, &import->result->info);
  return status == STATUS_NO_MEMORY ? fail_memory(import)
         : status                   ? fail(import,
                         status,
                         "the cache cannot be written: %s",
                         strerror(errno))
                                    : STATUS_OK;
}

/// Say what a musician would not expect of a file that was taken
static void
warn(const Import* const import)
{
  const CacheInfo* const info     = &import->result->info;
  char                   cut[96]  = "";
  char                   wide[96] = "";
  char                   odd[96]  = "";
  if (info->source_cut) {
    snprintf(cut,
             sizeof(cut),
             "; it is cut short, the %.2f s that are there play",
             (double)info->frames / info->rate);
  }

  if (info->source_channels > info->channels) {
    snprintf(wide,
             sizeof(wide),
             "; of its %u channels the first two play",
             info->source_channels);
  }

  if (info->source_not_finite) {
    snprintf(odd,
             sizeof(odd),
             "; %llu values that are no numbers became silence",
             (unsigned long long)info->source_not_finite);
  }

  if (*cut || *wide || *odd) {
    char all[288];
    snprintf(all, sizeof(all), "%s%s%s", cut, wide, odd);
    snprintf(import->text, import->text_size, "%s: %s", import->name, all + 2);
  }
}

static bool
is_same(const struct stat* const a, const struct stat* const b)
{
  return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
         a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/// Refuse what is not wanted before reading all of it
static Status
check_source(Import* const import)
{
  char   cause[256] = "";
  Status status = sniff_file(import->fd, &import->file, cause, sizeof(cause));
  status =
    status ? status
           : source_check(&import->file, import->limits, cause, sizeof(cause));
  if (status) {
    return fail(import, status, "%s", cause);
  }

  return resampled_frames(import->file.frames,
                          import->file.rate,
                          import->config->rate) > import->limits->max_frames
           ? fail_length(import)
           : STATUS_OK;
}

/// Decode; what changed meanwhile must not be kept under the content's name
static Status
make_anew(Import* const import, const struct stat* const before)
{
  struct stat after;
  Status      status = open_ends(import);
  status             = status ? status : convert(import);
  if (!status && (fstat(import->fd, &after) || !is_same(before, &after))) {
    return fail(import, STATUS_CONFLICT, "it changed while it was read");
  }

  return status ? status : complete(import);
}

static Status
run_import(Import* const import)
{
  const DecodeConfig* const config = import->config;
  DecodeResult* const       result = import->result;
  const uint64_t            terms =
    (uint64_t)DECODER_VERSION << 32u | (uint64_t)config->rate;
  struct stat about;
  Status      status = check_source(import);
  if (status) {
    return status;
  }
  if (fstat(import->fd, &about)) {
    return fail(import, STATUS_IO, "%s", strerror(errno));
  }

  if (seen_find(config->folder, &about, terms, result->key) &&
      !name_result(import) && find_in_cache(import, true)) {
    return STATUS_OK;
  }

  status = hash_content(import, (uint64_t)about.st_size);
  status = status ? status : name_result(import);
  if (status) {
    return status;
  }

  import->page = (float*)malloc(2u * PAGE_FRAMES * sizeof(float));
  if (!import->page) {
    return fail_memory(import);
  }

  status = find_in_cache(import, false) ? STATUS_OK : make_anew(import, &about);
  if (!status) {
    seen_keep(config->folder, &about, terms, result->key, time(NULL));
  }
  return status;
}

Status
decode_file(const DecodeConfig* const config,
            const int                 fd,
            const char* const         name,
            DecodeResult* const       result,
            char* const               text,
            const size_t              text_size)
{
  Import import = {
    .config    = config,
    .limits    = config->limits ? config->limits : &audio_limits,
    .fd        = fd,
    .result    = result,
    .text      = text,
    .text_size = text_size,
  };

  memset(result, 0, sizeof(*result));
  text[0] = '\0';
  file_name_for_text(name, import.name, sizeof(import.name));

  const Status status = run_import(&import);
  if (!status) {
    warn(&import);
    tell_progress(&import, 1.0);
  }

  cache_writer_free(import.writer);
  resampler_free(import.resampler);
  source_close(import.source);
  free(import.page);
  return status;
}
