// SPDX-License-Identifier: GPL-3.0-or-later
//
// From a recording to files, while it rolls
//
// A thread of its own takes what the process thread put into the rings: audio
// goes to a WAV of floats for each take, what happened goes as lines to a log.
// Twice a second all of it is made durable, so that whatever ends the program
// loses no more than that.  The rest is for the control thread.

#ifndef SONIC_MEDIA_RECORD_WRITER_H
#define SONIC_MEDIA_RECORD_WRITER_H

#include "base/status.h"
#include "engine/recording.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct RecordWriter RecordWriter;

typedef struct {
  Recording*         recording; ///< Borrowed until the writer is freed
  const char* const* paths;     ///< Of new files, one for each take
  const char*        log;       ///< Path of a file to be appended to
  uint32_t           rate;      ///< Frames per second
} RecordWriterConfig;

/**
   Make the files and start the thread.

   @param config What to write.
   @param text Receives one sentence about what is wrong.
   @param text_size Size of `text`.
   @param out Receives the writer, owned.
   @return STATUS_EXISTS if a file is there already, STATUS_IO,
   STATUS_NO_MEMORY; then no file was made.
*/
Status
record_writer_new(const RecordWriterConfig* config,
                  char*                     text,
                  size_t                    text_size,
                  RecordWriter**            out);

/// Write what is there and no more, since the engine does not run
void
record_writer_stop(RecordWriter* writer);

/// Whether all that was recorded is on disk
bool
record_writer_is_done(const RecordWriter* writer);

/// Why not all could be written, "" if all could be; once it is done
const char*
record_writer_error(const RecordWriter* writer);

/// Frames in the file of a take; once it is done
uint64_t
record_writer_frames(const RecordWriter* writer, uint32_t take);

/// What happened, in order, borrowed; once it is done
const RecordEvent*
record_writer_events(const RecordWriter* writer, uint32_t* count);

/// Wait for the thread, which is to be done, and release it (null is fine)
void
record_writer_free(RecordWriter* writer);

/// Room for any line of a log
#define RECORD_LINE_SIZE 128u

/// An event as a line of the log; returns its length
int
record_line_write(const RecordEvent* event, char line[RECORD_LINE_SIZE]);

/// Read a line; false if it is no event
bool
record_line_read(const char* line, RecordEvent* event);

#endif // SONIC_MEDIA_RECORD_WRITER_H
