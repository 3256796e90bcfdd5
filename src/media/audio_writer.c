// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/audio_writer.h"

#include "media/file_io.h"
#include "media/part_file.h"
#include "media/quantiser.h"
#include "media/wav_header.h"

#include <sndfile.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/// Frames that are encoded at once; libsndfile's Vorbis encoder overflows its
/// stack with many more
#define PIECE_FRAMES 1024u

/// Of Vorbis, 0 to 1: about 192 kbit/s in stereo
#define OGG_QUALITY 0.6

struct AudioWriter {
  AudioWriterConfig config;
  char              name[256]; ///< Fit for a text
  PartFile          part;      ///< Of a file that is to appear
  int               fd;        ///< Where to write
  bool              owns_fd;   ///< Close it at the end
  bool              can_patch; ///< The header can be written again
  uint64_t          start;     ///< Where in the file it is
  SNDFILE*          file;      ///< Encoder, null for WAV
  sf_count_t        pos;       ///< Where the encoder writes
  int               error;     ///< Errno of a write of the encoder that failed
  WavFormat         wav;
  Quantiser         quantiser;
  uint64_t          frames;  ///< Written so far
  bool              failed;  ///< Something was lost
  float*            floats;  ///< PIECE_FRAMES
  int*              numbers; ///< PIECE_FRAMES
  uint8_t*          bytes;   ///< PIECE_FRAMES
};

static const struct {
  const char* name;
  AudioFormat format;
} formats[] = {
  {"wav", AUDIO_WAV},
  {"wave", AUDIO_WAV},
  {"flac", AUDIO_FLAC},
  {"ogg", AUDIO_OGG},
  {"oga", AUDIO_OGG},
};

bool
audio_format_find(const char* const name, AudioFormat* const format)
{
  for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); ++i) {
    if (!strcasecmp(name, formats[i].name)) {
      *format = formats[i].format;
      return true;
    }
  }

  return false;
}

static Status
fail(AudioWriter* const writer,
     const Status       status,
     const char* const  cause,
     char* const        text,
     const size_t       text_size)
{
  snprintf(text, text_size, "%s: %s", writer->name, cause);
  writer->failed = true;
  return status;
}

/// Fail because of `errno`, or of what the encoder met
static Status
fail_write(AudioWriter* const writer, char* const text, const size_t text_size)
{
  const int error = writer->error ? writer->error : errno;
  return fail(writer,
              STATUS_IO,
              error ? strerror(error) : "the audio could not be encoded",
              text,
              text_size);
}

/// A writer without a place to write to yet
static Status
writer_new(const AudioWriterConfig* const config,
           const char* const              name,
           AudioWriter** const            out,
           char* const                    text,
           const size_t                   text_size)
{
  if (config->format == AUDIO_FLAC && config->bits == AUDIO_FLOAT) {
    snprintf(text, text_size, "FLAC has no float, only 16 and 24 bits");
    return STATUS_UNSUPPORTED;
  }

  const uint32_t     num    = PIECE_FRAMES * config->channels;
  AudioWriter* const writer = (AudioWriter*)calloc(1, sizeof(AudioWriter));
  if (!writer) {
    snprintf(text, text_size, "out of memory");
    return STATUS_NO_MEMORY;
  }

  writer->config  = *config;
  writer->part.fd = -1;
  writer->fd      = -1;
  writer->floats  = (float*)malloc(num * sizeof(float));
  writer->numbers = (int*)malloc(num * sizeof(int));
  writer->bytes   = (uint8_t*)malloc(num * 4u); // Of the widest format
  file_name_for_text(name, writer->name, sizeof(writer->name));
  if (!writer->floats || !writer->numbers || !writer->bytes) {
    audio_writer_free(writer);
    snprintf(text, text_size, "out of memory");
    return STATUS_NO_MEMORY;
  }

  const bool is_16 = config->bits == AUDIO_16_BIT;
  quantiser_init(
    &writer->quantiser, is_16 ? 16 : 24, is_16 && config->dither, config->seed);
  writer->wav = (WavFormat){
    .rate     = config->rate,
    .channels = config->channels,
    .bytes    = is_16                          ? 2
                : config->bits == AUDIO_24_BIT ? 3
                                               : 4,
    .is_float = config->bits == AUDIO_FLOAT,
  };

  *out = writer;
  return STATUS_OK;
}

// The encoder writes through here.  libsndfile forgets an error when it closes
// a file and leaks when it meets one, so errors are kept here and it never
// learns of them

static sf_count_t
encoder_length(void* const handle)
{
  struct stat about;
  return fstat(((const AudioWriter*)handle)->fd, &about) ? 0 : about.st_size;
}

static sf_count_t
encoder_tell(void* const handle)
{
  return ((const AudioWriter*)handle)->pos;
}

static sf_count_t
encoder_seek(const sf_count_t offset, const int whence, void* const handle)
{
  AudioWriter* const writer = (AudioWriter*)handle;
  const sf_count_t   base   = whence == SEEK_CUR   ? writer->pos
                              : whence == SEEK_END ? encoder_length(handle)
                                                   : 0;
  writer->pos               = base + offset;
  return writer->pos;
}

static sf_count_t
encoder_read(void* const data, const sf_count_t size, void* const handle)
{
  AudioWriter* const writer = (AudioWriter*)handle;
  const ssize_t      n =
    file_read_at(writer->fd, data, (size_t)size, (uint64_t)writer->pos);
  writer->pos += n > 0 ? n : 0;
  return n > 0 ? n : 0;
}

static sf_count_t
encoder_write(const void* const data, const sf_count_t size, void* const handle)
{
  AudioWriter* const writer = (AudioWriter*)handle;
  if (!writer->error &&
      !file_write_at(writer->fd, data, (size_t)size, (uint64_t)writer->pos)) {
    writer->error = errno;
  }

  writer->pos += size;
  return size;
}

/// Write the header of a WAV at the start, or start an encoder
static Status
begin(AudioWriter* const writer, char* const text, const size_t text_size)
{
  if (writer->config.format == AUDIO_WAV) {
    uint8_t      header[WAV_HEADER_SIZE];
    const size_t size = wav_header(&writer->wav, WAV_UNKNOWN, header);
    return file_write_all(writer->fd, header, size)
             ? STATUS_OK
             : fail(writer, STATUS_IO, strerror(errno), text, text_size);
  }

  const bool is_flac = writer->config.format == AUDIO_FLAC;
  const bool is_16   = writer->config.bits == AUDIO_16_BIT;
  SF_INFO    info    = {
          .samplerate = (int)writer->config.rate,
          .channels   = (int)writer->config.channels,
          .format     = !is_flac ? SF_FORMAT_OGG | SF_FORMAT_VORBIS
                        : is_16  ? SF_FORMAT_FLAC | SF_FORMAT_PCM_16
                                 : SF_FORMAT_FLAC | SF_FORMAT_PCM_24,
  };

  SF_VIRTUAL_IO io = {
    encoder_length, encoder_seek, encoder_read, encoder_write, encoder_tell};

  writer->file = sf_open_virtual(&io, SFM_WRITE, &info, writer);
  if (!writer->file) {
    return fail(writer, STATUS_UNSUPPORTED, sf_strerror(NULL), text, text_size);
  }

  if (writer->error) {
    return fail_write(writer, text, text_size);
  }

  double quality = OGG_QUALITY;
  if (!is_flac) {
    sf_command(writer->file,
               SFC_SET_VBR_ENCODING_QUALITY,
               &quality,
               (int)sizeof(quality));
  }

  return STATUS_OK;
}

/// Open the place of a file: a new one beside it, or what is no regular file
static Status
open_place(AudioWriter* const writer,
           const char* const  path,
           char* const        text,
           const size_t       text_size)
{
  // A link stays one, and what it leads to is replaced
  struct stat about;
  char* const real   = realpath(path, NULL);
  const char* target = real ? real : path;
  Status      status = STATUS_OK;
  if (!stat(target, &about) && !S_ISREG(about.st_mode)) {
    writer->fd      = open(target, O_WRONLY | O_CLOEXEC);
    writer->owns_fd = true;
    if (writer->fd < 0) {
      status = fail(writer, STATUS_IO, strerror(errno), text, text_size);
    } else if (writer->config.format != AUDIO_WAV) {
      status = fail(writer,
                    STATUS_UNSUPPORTED,
                    "only WAV can be written to what is no regular file",
                    text,
                    text_size);
    }
  } else {
    status = part_file_open(&writer->part, target);
    if (status) {
      const char* const cause =
        status == STATUS_IO ? strerror(errno) : "out of memory";
      fail(writer, status, cause, text, text_size);
    }

    writer->fd        = writer->part.fd;
    writer->can_patch = true;
  }

  free(real);
  return status;
}

Status
audio_writer_open(const AudioWriterConfig* const config,
                  const char* const              path,
                  AudioWriter** const            out,
                  char* const                    text,
                  const size_t                   text_size)
{
  AudioWriter* writer = NULL;
  Status       status = writer_new(config, path, &writer, text, text_size);
  if (status) {
    return status;
  }

  status = open_place(writer, path, text, text_size);
  status = status ? status : begin(writer, text, text_size);
  if (status) {
    audio_writer_free(writer);
    return status;
  }

  text[0] = '\0';
  *out    = writer;
  return STATUS_OK;
}

Status
audio_writer_open_stream(const AudioWriterConfig* const config,
                         const int                      fd,
                         AudioWriter** const            out,
                         char* const                    text,
                         const size_t                   text_size)
{
  if (config->format != AUDIO_WAV) {
    snprintf(text, text_size, "only WAV can be written to a stream");
    return STATUS_UNSUPPORTED;
  }

  AudioWriter* writer = NULL;
  Status       status = writer_new(config, "stream", &writer, text, text_size);
  if (status) {
    return status;
  }

  // In append mode a second header would land at the end
  struct stat about;
  const off_t start = lseek(fd, 0, SEEK_CUR);
  const int   flags = fcntl(fd, F_GETFL);
  writer->fd        = fd;
  writer->start     = start < 0 ? 0 : (uint64_t)start;
  writer->can_patch = start >= 0 && !fstat(fd, &about) &&
                      S_ISREG(about.st_mode) && flags >= 0 &&
                      !(flags & O_APPEND);

  status = begin(writer, text, text_size);
  if (status) {
    audio_writer_free(writer);
    return status;
  }

  text[0] = '\0';
  *out    = writer;
  return STATUS_OK;
}

/// Encode a piece as a WAV holds it; returns its size
static size_t
encode(AudioWriter* const writer, const float* const values, const size_t num)
{
  uint8_t* at = writer->bytes;
  for (size_t i = 0; i < num; ++i) {
    uint32_t word = 0;
    if (writer->wav.is_float) {
      const float value = isfinite(values[i]) ? values[i] : 0.0f;
      memcpy(&word, &value, sizeof(word));
    } else {
      word = (uint32_t)quantiser_run(&writer->quantiser, values[i]);
    }

    for (uint32_t b = 0; b < writer->wav.bytes; ++b) {
      *at++ = (uint8_t)(word >> (8u * b));
    }
  }

  return (size_t)(at - writer->bytes);
}

/// Write a piece of `n` frames; false if that failed
static bool
write_piece(AudioWriter* const writer,
            const float* const values,
            const uint32_t     n)
{
  const size_t num = (size_t)n * writer->config.channels;
  if (!writer->file) {
    return file_write_all(
      writer->fd, writer->bytes, encode(writer, values, num));
  }

  if (writer->config.format == AUDIO_OGG) {
    for (size_t i = 0; i < num; ++i) {
      writer->floats[i] = isfinite(values[i]) ? values[i] : 0.0f;
    }

    return sf_writef_float(writer->file, writer->floats, n) == n &&
           !writer->error;
  }

  // libsndfile takes whole numbers at the upper end of 32 bits
  const int step = writer->config.bits == AUDIO_16_BIT ? 65536 : 256;
  for (size_t i = 0; i < num; ++i) {
    writer->numbers[i] = quantiser_run(&writer->quantiser, values[i]) * step;
  }

  return sf_writef_int(writer->file, writer->numbers, n) == n && !writer->error;
}

Status
audio_writer_add(AudioWriter* const writer,
                 const float* const frames,
                 const uint32_t     n,
                 char* const        text,
                 const size_t       text_size)
{
  for (uint32_t done = 0; done < n;) {
    const uint32_t left  = n - done;
    const uint32_t piece = left < PIECE_FRAMES ? left : PIECE_FRAMES;
    const size_t   start = (size_t)done * writer->config.channels;

    errno = 0;
    if (!write_piece(writer, frames + start, piece)) {
      return fail_write(writer, text, text_size);
    }

    writer->frames += piece;
    done += piece;
  }

  text[0] = '\0';
  return STATUS_OK;
}

/// Write what comes after the last frame; false with errno if that failed
static bool
finish(AudioWriter* const writer)
{
  if (writer->file) {
    SNDFILE* const file = writer->file;
    writer->file        = NULL;
    errno               = 0;
    return !sf_close(file) && !writer->error;
  }

  const uint64_t bytes =
    writer->frames * writer->wav.channels * (uint64_t)writer->wav.bytes;
  if ((bytes & 1u) && !file_write_all(writer->fd, "", 1)) {
    return false;
  }

  uint8_t      header[WAV_HEADER_SIZE];
  const size_t size = wav_header(&writer->wav, writer->frames, header);
  return !writer->can_patch ||
         file_write_at(writer->fd, header, size, writer->start);
}

Status
audio_writer_commit(AudioWriter* const writer,
                    char* const        text,
                    const size_t       text_size)
{
  if (writer->failed) {
    return fail(writer, STATUS_IO, "it is incomplete", text, text_size);
  }

  if (!finish(writer) ||
      (writer->part.fd >= 0 && part_file_commit(&writer->part))) {
    return fail_write(writer, text, text_size);
  }

  text[0] = '\0';
  return STATUS_OK;
}

void
audio_writer_free(AudioWriter* const writer)
{
  if (writer) {
    if (writer->file) {
      sf_close(writer->file);
    }

    if (writer->owns_fd && writer->fd >= 0) {
      close(writer->fd);
    }

    part_file_close(&writer->part);
    free(writer->floats);
    free(writer->numbers);
    free(writer->bytes);
    free(writer);
  }
}

uint64_t
audio_writer_num_clipped(const AudioWriter* const writer)
{
  return writer->quantiser.num_clipped;
}
