// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/record_writer.h"

#include "media/audio_writer.h"
#include "media/file_io.h"
#include "media/wav_header.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/// Between looks at the rings
#define LOOK_NANOS 20000000

/// Looks between which all is made durable: half a second
#define LOOKS_PER_SYNC 25u

/// Frames of silence that are written at once
#define SILENCE_FRAMES 1024u

/// The file of a take
typedef struct {
  int          fd;
  AudioWriter* writer; ///< Null once it failed
  WavFormat    format;
  uint64_t     first;  ///< Engine frame of the first frame
  uint64_t     frames; ///< Written so far
} TakeFile;

struct RecordWriter {
  Recording*   recording;
  TakeFile*    files; ///< One for each take
  int          log;
  RecordEvent* events;
  uint32_t     num_events;
  uint32_t     max_events;
  char         error[256];
  bool         runs;
  pthread_t    thread;
  atomic_bool  stop; ///< Nothing more will come
  atomic_bool  done;
};

static void
fail(RecordWriter* const writer, const char* const cause)
{
  if (!writer->error[0]) {
    snprintf(writer->error, sizeof(writer->error), "%s", cause);
  }
}

// Audio

/// Append frames; what can't be written is left out from there on
static void
write_frames(RecordWriter* const writer,
             TakeFile* const     file,
             const float* const  frames,
             const uint32_t      n)
{
  char text[200];
  if (file->writer &&
      audio_writer_add(file->writer, frames, n, text, sizeof(text))) {
    fail(writer, text);
    audio_writer_free(file->writer);
    file->writer = NULL;
  }

  file->frames += file->writer ? n : 0u;
}

/// Have silence where frames were lost
static void
fill_gap(RecordWriter* const writer, TakeFile* const file, const uint64_t frame)
{
  static const float silence[2u * SILENCE_FRAMES];
  while (file->writer && file->first + file->frames < frame) {
    const uint64_t left = frame - file->first - file->frames;
    write_frames(writer,
                 file,
                 silence,
                 left < SILENCE_FRAMES ? (uint32_t)left : SILENCE_FRAMES);
  }
}

static void
drain_take(RecordWriter* const writer, const uint32_t index)
{
  TakeFile* const    file   = &writer->files[index];
  Ring* const        blocks = writer->recording->takes[index].blocks;
  const RecordBlock* block  = NULL;
  RecordBlock        taken;
  while ((block = (const RecordBlock*)ring_peek(blocks))) {
    if (!file->frames) {
      file->first = block->frame;
    }

    fill_gap(writer, file, block->frame);
    write_frames(writer, file, block->samples, block->n);
    ring_read(blocks, &taken);
  }
}

/// Say in the file how long it is by now, and make that durable
static void
sync_take(RecordWriter* const writer, const TakeFile* const file)
{
  uint8_t      header[WAV_HEADER_SIZE];
  const size_t size = wav_header(&file->format, file->frames, header);
  if (file->writer &&
      (!file_write_at(file->fd, header, size, 0) || fdatasync(file->fd))) {
    fail(writer, strerror(errno));
  }
}

// The log

static void
keep_event(RecordWriter* const writer, const RecordEvent* const event)
{
  if (writer->num_events == writer->max_events) {
    const uint32_t max = writer->max_events ? 2u * writer->max_events : 256u;
    RecordEvent* const events =
      (RecordEvent*)reallocarray(writer->events, max, sizeof(RecordEvent));
    if (!events) {
      fail(writer, "out of memory");
      return;
    }

    writer->events     = events;
    writer->max_events = max;
  }

  writer->events[writer->num_events++] = *event;
}

static void
drain_events(RecordWriter* const writer)
{
  char        line[RECORD_LINE_SIZE];
  RecordEvent event;
  while (ring_read(writer->recording->events, &event)) {
    keep_event(writer, &event);
    const int length = record_line_write(&event, line);
    if (!file_write_all(writer->log, line, (size_t)length)) {
      fail(writer, strerror(errno));
    }
  }
}

// The thread

static void
drain(RecordWriter* const writer)
{
  drain_events(writer);
  for (uint32_t i = 0; i < writer->recording->num_takes; ++i) {
    drain_take(writer, i);
  }
}

static void
sync_all(RecordWriter* const writer)
{
  for (uint32_t i = 0; i < writer->recording->num_takes; ++i) {
    sync_take(writer, &writer->files[i]);
  }

  if (fdatasync(writer->log)) {
    fail(writer, strerror(errno));
  }
}

static void*
run(void* const arg)
{
  RecordWriter* const   writer = (RecordWriter*)arg;
  const struct timespec moment = {0, LOOK_NANOS};
  uint32_t              looks  = 0;
  for (bool last = false; !last; ++looks) {
    // What came before this was set is taken in the same turn
    last =
      atomic_load(&writer->recording->finished) || atomic_load(&writer->stop);
    drain(writer);
    if (last || looks % LOOKS_PER_SYNC == LOOKS_PER_SYNC - 1u) {
      sync_all(writer);
    }

    if (!last) {
      nanosleep(&moment, NULL);
    }
  }

  atomic_store(&writer->done, true);
  return NULL;
}

// Control

/// Begin the file of a take
static Status
open_take(RecordWriter* const             writer,
          const RecordWriterConfig* const config,
          const uint32_t                  index,
          char* const                     text,
          const size_t                    text_size)
{
  TakeFile* const file = &writer->files[index];
  const uint32_t  channels =
    record_channels(config->recording->takes[index].sides);
  const AudioWriterConfig format = {.format   = AUDIO_WAV,
                                    .bits     = AUDIO_FLOAT,
                                    .rate     = config->rate,
                                    .channels = channels};

  file->format = (WavFormat){config->rate, channels, 4, true};
  file->fd =
    open(config->paths[index], O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (file->fd < 0) {
    const int error = errno;
    snprintf(text, text_size, "%s: %s", config->paths[index], strerror(error));
    return error == EEXIST ? STATUS_EXISTS : STATUS_IO;
  }

  return audio_writer_open_stream(
    &format, file->fd, &file->writer, text, text_size);
}

/// Remove the files that were made
static void
remove_files(const RecordWriter* const       writer,
             const RecordWriterConfig* const config)
{
  for (uint32_t i = 0; i < config->recording->num_takes; ++i) {
    if (writer->files[i].fd >= 0) {
      unlink(config->paths[i]);
    }
  }
}

/// A writer without files; null if memory ran out
static RecordWriter*
writer_new(Recording* const recording)
{
  RecordWriter* const writer = (RecordWriter*)calloc(1, sizeof(RecordWriter));
  if (!writer) {
    return NULL;
  }

  writer->log       = -1;
  writer->recording = recording;
  writer->files =
    (TakeFile*)calloc(recording->num_takes + 1u, sizeof(TakeFile));
  for (uint32_t i = 0; writer->files && i < recording->num_takes; ++i) {
    writer->files[i].fd = -1;
  }

  if (!writer->files) {
    free(writer);
    return NULL;
  }

  return writer;
}

/// Start the thread, which wants no signals
static Status
start(RecordWriter* const writer)
{
  sigset_t all;
  sigset_t old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  writer->runs = !pthread_create(&writer->thread, NULL, run, writer);
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  return writer->runs ? STATUS_OK : STATUS_NO_MEMORY;
}

Status
record_writer_new(const RecordWriterConfig* const config,
                  char* const                     text,
                  const size_t                    text_size,
                  RecordWriter** const            out)
{
  RecordWriter* const writer = writer_new(config->recording);
  snprintf(text, text_size, "out of memory");
  if (!writer) {
    return STATUS_NO_MEMORY;
  }

  Status st   = STATUS_OK;
  writer->log = open(config->log, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (writer->log < 0) {
    snprintf(text, text_size, "%s: %s", config->log, strerror(errno));
    st = STATUS_IO;
  }

  for (uint32_t i = 0; !st && i < config->recording->num_takes; ++i) {
    st = open_take(writer, config, i, text, text_size);
  }

  st = st ? st : start(writer);
  if (st) {
    remove_files(writer, config);
    record_writer_free(writer);
    return st;
  }

  text[0] = '\0';
  *out    = writer;
  return STATUS_OK;
}

void
record_writer_stop(RecordWriter* const writer)
{
  atomic_store(&writer->stop, true);
}

bool
record_writer_is_done(const RecordWriter* const writer)
{
  return atomic_load(&writer->done);
}

const char*
record_writer_error(const RecordWriter* const writer)
{
  return writer->error;
}

uint64_t
record_writer_frames(const RecordWriter* const writer, const uint32_t take)
{
  return writer->files[take].frames;
}

const RecordEvent*
record_writer_events(const RecordWriter* const writer, uint32_t* const count)
{
  *count = writer->num_events;
  return writer->events;
}

void
record_writer_free(RecordWriter* const writer)
{
  if (!writer) {
    return;
  }

  if (writer->runs) {
    record_writer_stop(writer);
    pthread_join(writer->thread, NULL);
  }

  for (uint32_t i = 0; i < writer->recording->num_takes; ++i) {
    audio_writer_free(writer->files[i].writer);
    if (writer->files[i].fd >= 0) {
      close(writer->files[i].fd);
    }
  }

  if (writer->log >= 0) {
    close(writer->log);
  }

  free(writer->events);
  free(writer->files);
  free(writer);
}
