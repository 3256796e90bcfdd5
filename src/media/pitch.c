// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/pitch.h"

#include "base/blake2b.h"

#include <rubberband/rubberband-c.h>

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Raised when the same content and pitch give other frames
#define PITCH_VERSION 1u

/// Frames that are worked on at once
#define BLOCK 4096u

/// Share of the work that is listening before shifting
#define STUDY_SHARE 0.2

/// The work on one recording
typedef struct {
  const DecodeConfig* config;
  CacheFile*          source;
  CacheInfo           info;
  CacheWriter*        writer;
  RubberBandState     band;
  float*              woven;    ///< BLOCK interleaved frames
  float*              sides[2]; ///< BLOCK frames of each channel
  DecodeResult*       result;
} Work;

/// Name the result
static void
make_key(const char* const   path,
         const int32_t       steps,
         DecodeResult* const result)
{
  const char* const slash    = strrchr(path, '/');
  const char* const name     = slash ? slash + 1 : path;
  const int32_t     terms[2] = {steps, PITCH_VERSION};
  Blake2b           hash;
  blake2b_init(&hash, CACHE_HASH_SIZE);
  blake2b_add(&hash, name, strlen(name));
  blake2b_add(&hash, terms, sizeof(terms));
  cache_key(&hash, result->key);
}

static bool
find_in_cache(DecodeResult* const result, const CacheInfo* const info)
{
  CacheFile* file = NULL;
  if (cache_open(result->path, &file)) {
    return false;
  }

  result->info = *cache_info(file);
  result->hit  = result->info.rate == info->rate &&
                result->info.channels == info->channels &&
                result->info.frames == info->frames;
  cache_close(file);
  return result->hit;
}

static bool
is_cancelled(const Work* const work)
{
  const atomic_bool* const cancel = work->config->cancel;
  return cancel && atomic_load_explicit(cancel, memory_order_relaxed);
}

static void
tell_progress(const Work* const work, const double done)
{
  if (work->config->progress) {
    work->config->progress(work->config->handle, done);
  }
}

/// Read frames from `at` on, a side each
static Status
read_block(const Work* const work, const uint64_t at, const uint32_t n)
{
  const uint32_t channels = work->info.channels;
  const Status   st       = cache_read_frames(work->source, at, n, work->woven);
  for (uint32_t c = 0; c < channels; ++c) {
    for (uint32_t i = 0; i < n; ++i) {
      work->sides[c][i] = work->woven[(size_t)i * channels + c];
    }
  }

  return st;
}

/// Append what has come out, but no more than the recording is long
static Status
write_ready(const Work* const work)
{
  const uint32_t channels = work->info.channels;
  Status         st       = STATUS_OK;
  int            ready    = 0;
  while (!st && (ready = rubberband_available(work->band)) > 0) {
    const uint32_t n =
      rubberband_retrieve(work->band,
                          work->sides,
                          (uint32_t)ready < BLOCK ? (uint32_t)ready : BLOCK);
    const uint64_t left = work->info.frames - cache_writer_frames(work->writer);
    const uint32_t kept = n < left ? n : (uint32_t)left;
    for (uint32_t c = 0; c < channels; ++c) {
      for (uint32_t i = 0; i < kept; ++i) {
        work->woven[(size_t)i * channels + c] = work->sides[c][i];
      }
    }

    st = kept ? cache_writer_add(work->writer, work->woven, kept) : STATUS_OK;
  }

  return st;
}

/// Silence where the shifted recording ends early
static Status
write_rest(const Work* const work)
{
  Status st = STATUS_OK;
  memset(work->woven, 0, (size_t)BLOCK * work->info.channels * sizeof(float));
  while (!st && cache_writer_frames(work->writer) < work->info.frames) {
    const uint64_t left = work->info.frames - cache_writer_frames(work->writer);
    st                  = cache_writer_add(
      work->writer, work->woven, left < BLOCK ? (uint32_t)left : BLOCK);
  }

  return st;
}

/// Go through all of the recording, listening or shifting
static Status
go_through(const Work* const work, const bool shift)
{
  const uint64_t frames = work->info.frames;
  Status         st     = STATUS_OK;
  for (uint64_t at = 0; !st && at < frames; at += BLOCK) {
    const uint64_t left = frames - at;
    const uint32_t n    = left < BLOCK ? (uint32_t)left : BLOCK;
    const double   done = (double)at / (double)frames;
    if (is_cancelled(work)) {
      return STATUS_CANCELLED;
    }

    st = read_block(work, at, n);
    if (!st && shift) {
      rubberband_process(
        work->band, (const float* const*)work->sides, n, left <= BLOCK);
      st = write_ready(work);
      tell_progress(work, STUDY_SHARE + (1.0 - STUDY_SHARE) * done);
    } else if (!st) {
      rubberband_study(
        work->band, (const float* const*)work->sides, n, left <= BLOCK);
      tell_progress(work, STUDY_SHARE * done);
    }
  }

  return st;
}

static Status
shift(Work* const work, const double semitones)
{
  const uint32_t channels = work->info.channels;
  work->woven             = (float*)malloc(2u * BLOCK * sizeof(float));
  work->sides[0]          = (float*)malloc(2u * BLOCK * sizeof(float));
  work->band              = rubberband_new(
    work->info.rate,
    channels,
    RubberBandOptionProcessOffline | RubberBandOptionEngineFiner |
      RubberBandOptionThreadingNever | RubberBandOptionChannelsTogether,
    1.0,
    exp2(semitones / 12.0));
  if (!work->woven || !work->sides[0] || !work->band) {
    return STATUS_NO_MEMORY;
  }

  work->sides[1]       = work->sides[0] + BLOCK;
  const uint64_t whole = work->info.frames;
  rubberband_set_expected_input_duration(
    work->band, whole < UINT32_MAX ? (uint32_t)whole : UINT32_MAX);
  rubberband_set_max_process_size(work->band, BLOCK);

  Status st = cache_writer_new(
    work->config->folder, work->result->key, channels, &work->writer);
  st                 = st ? st : go_through(work, false);
  st                 = st ? st : go_through(work, true);
  st                 = st ? st : write_ready(work);
  st                 = st ? st : write_rest(work);
  st                 = st ? st : cache_writer_commit(work->writer, &work->info);
  work->result->info = work->info;
  return st;
}

Status
pitch_file(const DecodeConfig* const config,
           const char* const         path,
           const double              semitones,
           DecodeResult* const       result,
           char* const               text,
           const size_t              text_size)
{
  Work work = {.config = config, .result = result};
  memset(result, 0, sizeof(*result));
  text[0] = '\0';

  Status st = cache_open(path, &work.source);
  if (!st) {
    work.info = *cache_info(work.source);
    make_key(path, (int32_t)lround(semitones * PITCH_STEPS), result);
    st = cache_path(config->folder, result->key, ".pcm", result->path)
           ? STATUS_OK
           : STATUS_IO;
  }

  if (!st && !find_in_cache(result, &work.info)) {
    errno = 0;
    st    = shift(&work, semitones);
  }

  if (st) {
    snprintf(text,
             text_size,
             "A recording can't be shifted in pitch: %s",
             errno && st == STATUS_IO ? strerror(errno) : status_text(st));
  } else {
    tell_progress(&work, 1.0);
  }

  cache_writer_free(work.writer);
  cache_close(work.source);
  if (work.band) {
    rubberband_delete(work.band);
  }

  free(work.sides[0]);
  free(work.woven);
  return st;
}
