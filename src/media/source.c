// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/source.h"

#include "media/file_io.h"

#include <sndfile.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Frames that are read at once where channels are left out
#define WIDE_FRAMES 1024u

const AudioLimits audio_limits = {
  .max_bytes    = (uint64_t)64 << 30u,
  .max_frames   = (uint64_t)1 << 32u,
  .max_channels = 64,
  .min_rate     = 1000,
  .max_rate     = 768000,
};

struct AudioSource {
  int      fd;
  uint64_t offset;        ///< Where libsndfile's file begins in ours
  uint64_t bytes;         ///< Its length
  uint64_t pos;           ///< Where it stands
  SNDFILE* file;          ///< Null before it is open
  float*   wide;          ///< WIDE_FRAMES of all channels, or null
  uint32_t channels;      ///< That are read
  uint32_t file_channels; ///< That are there
  uint64_t num_not_finite;
  int      error;
};

// libsndfile sees a window of the file: of WAV and AIFF only the samples, as
// headerless audio, of FLAC and Ogg the stream

static sf_count_t
window_length(void* const handle)
{
  return (sf_count_t)((const AudioSource*)handle)->bytes;
}

static sf_count_t
window_tell(void* const handle)
{
  return (sf_count_t)((const AudioSource*)handle)->pos;
}

static sf_count_t
window_seek(const sf_count_t offset, const int whence, void* const handle)
{
  AudioSource* const source = (AudioSource*)handle;
  const sf_count_t   base   = whence == SEEK_CUR   ? (sf_count_t)source->pos
                              : whence == SEEK_END ? (sf_count_t)source->bytes
                                                   : 0;

  // Bounded before adding, as files may ask for any place
  const sf_count_t end = (sf_count_t)source->bytes;
  if (offset < -base || offset > end - base) {
    return -1;
  }

  source->pos = (uint64_t)(base + offset);
  return base + offset;
}

static sf_count_t
window_read(void* const data, const sf_count_t size, void* const handle)
{
  AudioSource* const source = (AudioSource*)handle;
  const uint64_t     left   = source->bytes - source->pos;
  const uint64_t     n      = size < 0                ? 0u
                              : (uint64_t)size < left ? (uint64_t)size
                                                      : left;
  const ssize_t      got =
    file_read_at(source->fd, data, n, source->offset + source->pos);
  if (got < 0) {
    source->error = errno;
    return 0;
  }

  source->pos += (uint64_t)got;
  return got;
}

static sf_count_t
window_write(const void* const data, const sf_count_t size, void* const handle)
{
  (void)data;
  (void)size;
  (void)handle;
  return 0;
}

/// How libsndfile is to read the window
static SF_INFO
window_format(const AudioFileInfo* const info)
{
  static const int subtypes[] = {
    [CODING_U8]  = SF_FORMAT_PCM_U8,
    [CODING_S8]  = SF_FORMAT_PCM_S8,
    [CODING_S16] = SF_FORMAT_PCM_16,
    [CODING_S24] = SF_FORMAT_PCM_24,
    [CODING_S32] = SF_FORMAT_PCM_32,
    [CODING_F32] = SF_FORMAT_FLOAT,
    [CODING_F64] = SF_FORMAT_DOUBLE,
  };

  SF_INFO format = {0};
  if (info->frame_bytes) {
    format.samplerate = (int)info->rate;
    format.channels   = (int)info->channels;
    format.format     = SF_FORMAT_RAW | subtypes[info->coding] |
                    (info->big_endian ? SF_ENDIAN_BIG : SF_ENDIAN_LITTLE);
  }

  return format;
}

Status
source_check(const AudioFileInfo* const info,
             const AudioLimits* const   limits,
             char* const                text,
             const size_t               text_size)
{
  if (info->rate < limits->min_rate || info->rate > limits->max_rate) {
    snprintf(text,
             text_size,
             "a rate of %u Hz is outside %u to %u Hz",
             info->rate,
             limits->min_rate,
             limits->max_rate);
    return STATUS_UNSUPPORTED;
  }

  if (info->channels > limits->max_channels) {
    snprintf(text,
             text_size,
             "it has %u channels, the most are %u",
             info->channels,
             limits->max_channels);
    return STATUS_TOO_LARGE;
  }

  if (info->offset + info->bytes > limits->max_bytes) {
    snprintf(text,
             text_size,
             "it is larger than %llu bytes",
             (unsigned long long)limits->max_bytes);
    return STATUS_TOO_LARGE;
  }

  if (info->frames > limits->max_frames) {
    snprintf(text,
             text_size,
             "it is longer than %llu frames",
             (unsigned long long)limits->max_frames);
    return STATUS_TOO_LARGE;
  }

  return STATUS_OK;
}

/// Open libsndfile on the window and hold it to what was sniffed
static Status
open_window(AudioSource* const         source,
            const AudioFileInfo* const info,
            char* const                text,
            const size_t               text_size)
{
  SF_VIRTUAL_IO io = {
    window_length, window_seek, window_read, window_write, window_tell};

  SF_INFO format = window_format(info);
  source->file   = sf_open_virtual(&io, SFM_READ, &format, source);
  if (!source->file) {
    snprintf(text,
             text_size,
             "its %s data is damaged",
             audio_container_name(info->container));
    return source->error ? STATUS_IO : STATUS_UNSUPPORTED;
  }

  if (format.channels != (int)info->channels ||
      format.samplerate != (int)info->rate) {
    snprintf(text, text_size, "its headers contradict each other");
    return STATUS_UNSUPPORTED;
  }

  return STATUS_OK;
}

Status
source_open(const int                  fd,
            const AudioFileInfo* const info,
            const AudioLimits* const   limits,
            AudioSource** const        out,
            char* const                text,
            const size_t               text_size)
{
  Status status = source_check(info, limits, text, text_size);
  if (status) {
    return status;
  }

  AudioSource* const source = (AudioSource*)calloc(1, sizeof(AudioSource));
  if (!source) {
    snprintf(text, text_size, "out of memory");
    return STATUS_NO_MEMORY;
  }

  source->fd            = fd;
  source->offset        = info->offset;
  source->bytes         = info->bytes;
  source->file_channels = info->channels;
  source->channels      = info->channels < 2 ? 1 : 2;
  if (source->channels < source->file_channels) {
    const size_t frame_size = source->file_channels * sizeof(float);
    source->wide            = (float*)malloc(WIDE_FRAMES * frame_size);
    if (!source->wide) {
      source_close(source);
      snprintf(text, text_size, "out of memory");
      return STATUS_NO_MEMORY;
    }
  }

  status = open_window(source, info, text, text_size);
  if (status) {
    source_close(source);
    return status;
  }

  *out = source;
  return STATUS_OK;
}

void
source_close(AudioSource* const source)
{
  if (source) {
    if (source->file) {
      sf_close(source->file);
    }

    free(source->wide);
    free(source);
  }
}

uint32_t
source_channels(const AudioSource* const source)
{
  return source->channels;
}

/// Read frames with all channels of the file
static uint32_t
read_frames(AudioSource* const source, float* const out, const uint32_t n)
{
  const sf_count_t got = sf_readf_float(source->file, out, n);
  return got > 0 ? (uint32_t)got : 0u;
}

/// Read frames of which only the first channels are kept
static uint32_t
read_narrowed(AudioSource* const source, float* const out, const uint32_t n)
{
  uint32_t done = 0;
  while (done < n) {
    const uint32_t left = n - done < WIDE_FRAMES ? n - done : WIDE_FRAMES;
    const uint32_t got  = read_frames(source, source->wide, left);
    for (uint32_t f = 0; f < got; ++f) {
      const float* const frame =
        source->wide + (size_t)f * source->file_channels;
      out[2u * (done + f)]      = frame[0];
      out[2u * (done + f) + 1u] = frame[1];
    }

    done += got;
    if (got < left) {
      break;
    }
  }

  return done;
}

uint32_t
source_read(AudioSource* const source, float* const out, const uint32_t n)
{
  const uint32_t got =
    source->wide ? read_narrowed(source, out, n) : read_frames(source, out, n);

  for (size_t i = 0; i < (size_t)got * source->channels; ++i) {
    if (!isfinite(out[i])) {
      out[i] = 0.0f;
      ++source->num_not_finite;
    }
  }

  return got;
}

uint64_t
source_num_not_finite(const AudioSource* const source)
{
  return source->num_not_finite;
}

double
source_progress(const AudioSource* const source)
{
  return source->bytes ? (double)source->pos / (double)source->bytes : 1.0;
}

int
source_error(const AudioSource* const source)
{
  return source->error;
}
