// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writing audio for people to take away
//
// WAV, FLAC or Ogg Vorbis, in pieces of any size.  A file appears under its
// name when it is complete, and replaces an older one then.  WAV can also go
// into a pipe, where its length is not known in advance.  Any thread but the
// process thread.

#ifndef SONIC_MEDIA_AUDIO_WRITER_H
#define SONIC_MEDIA_AUDIO_WRITER_H

#include "base/rt.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  AUDIO_WAV,  ///< 16, 24 bits or float; beyond 4 GiB as RF64
  AUDIO_FLAC, ///< 16 or 24 bits
  AUDIO_OGG,  ///< Vorbis; bits do not matter
} AudioFormat;

typedef enum {
  AUDIO_16_BIT,
  AUDIO_24_BIT,
  AUDIO_FLOAT,
} AudioBits;

typedef struct {
  AudioFormat format;
  AudioBits   bits;
  uint32_t    rate;     ///< Frames per second
  uint32_t    channels; ///< 1 or 2
  bool        dither;   ///< At 16 bits; other widths need none
  uint64_t    seed;     ///< Of the dither
} AudioWriterConfig;

typedef struct AudioWriter AudioWriter;

/**
   Begin a file.

   What is at the path and no regular file (a pipe, a device) is written to as
   it is, which only WAV can be.

   @param config What to write.
   @param path Where to.
   @param out Receives the writer, owned by the caller.
   @param text Receives one sentence about what is wrong.
   @param text_size Size of `text`.
   @return STATUS_UNSUPPORTED if format, bits and place do not go together,
   STATUS_IO, STATUS_NO_MEMORY.
*/
Status
audio_writer_open(const AudioWriterConfig* config,
                  const char*              path,
                  AudioWriter**            out,
                  char*                    text,
                  size_t                   text_size);

/// Begin a WAV on an open file, such as standard output, that stays open; as
/// `audio_writer_open`.  If it is a regular file, its lengths are filled in.
Status
audio_writer_open_stream(const AudioWriterConfig* config,
                         int                      fd,
                         AudioWriter**            out,
                         char*                    text,
                         size_t                   text_size);

/// Append interleaved frames; `text` as above.  Of a pipe that was closed,
/// EPIPE is only seen if SIGPIPE is ignored.
SONIC_CHECKED Status
audio_writer_add(AudioWriter* writer,
                 const float* frames,
                 uint32_t     n,
                 char*        text,
                 size_t       text_size);

/// Complete the file and put it in place; `text` as above
SONIC_CHECKED Status
audio_writer_commit(AudioWriter* writer, char* text, size_t text_size);

/// Release a writer and, unless it was committed, remove its file (null is
/// fine)
void
audio_writer_free(AudioWriter* writer);

/// Values that were beyond full scale and were clipped, so far
uint64_t
audio_writer_num_clipped(const AudioWriter* writer);

/// Find a format by its name or a file's ending, such as "flac"; false if there
/// is none
bool
audio_format_find(const char* name, AudioFormat* format);

#endif // SONIC_MEDIA_AUDIO_WRITER_H
