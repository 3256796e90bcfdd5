// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/archive.h"

#include "store/file.h"

#include <archive.h>
#include <archive_entry.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// 1980, the first time that a zip file can tell: the same content is the same
/// archive
#define ENTRY_TIME 315532800

#define PIECE_SIZE 65536u

struct ArchiveWriter {
  struct archive* zip;
  FileReplace     file;
  Status          failed;              ///< Since when nothing is written
  char            why[FILE_TEXT_SIZE]; ///< Why it failed
};

bool
archive_is_path(const char* const path)
{
  const char* const dot = strrchr(path, '.');
  return dot && !strcmp(dot, ".zip");
}

/// Receives the bytes of the archive.  A failure is not told libarchive, which
/// then would not release all it has
static la_ssize_t
write_piece(struct archive* const zip,
            void* const           handle,
            const void* const     data,
            const size_t          size)
{
  ArchiveWriter* const writer = (ArchiveWriter*)handle;
  (void)zip;
  if (!writer->failed) {
    writer->failed = file_replace_write(
      &writer->file, data, size, writer->why, sizeof(writer->why));
  }

  return (la_ssize_t)size;
}

/// Say what libarchive says
static Status
fail(struct archive* const zip,
     const char* const     name,
     char* const           text,
     const size_t          text_size)
{
  const char* const why = archive_error_string(zip);
  snprintf(text, text_size, "%s: %s", name, why ? why : "out of memory");
  return STATUS_IO;
}

/// What came of the last step
static Status
check(const ArchiveWriter* const writer,
      char* const                text,
      const size_t               text_size)
{
  if (writer->failed) {
    snprintf(text, text_size, "%s", writer->why);
  }

  return writer->failed;
}

Status
archive_create(const char* const     path,
               ArchiveWriter** const out,
               char* const           text,
               const size_t          text_size)
{
  ArchiveWriter* const writer =
    (ArchiveWriter*)calloc(1, sizeof(ArchiveWriter));
  if (!writer) {
    return file_no_memory(text, text_size);
  }

  const Status st = file_replace_open(&writer->file, path, text, text_size);
  if (st) {
    free(writer);
    return st;
  }

  writer->zip = archive_write_new();
  if (!writer->zip || archive_write_set_format_zip(writer->zip) ||
      archive_write_set_bytes_in_last_block(writer->zip, 1) ||
      archive_write_open(writer->zip, writer, NULL, write_piece, NULL)) {
    archive_abort(writer);
    return file_no_memory(text, text_size);
  }

  *out = writer;
  return STATUS_OK;
}

/// Begin a file of the archive
static Status
begin_entry(ArchiveWriter* const writer,
            const char* const    name,
            const int64_t        size,
            char* const          text,
            const size_t         text_size)
{
  struct archive_entry* const entry = archive_entry_new();
  if (!entry) {
    return file_no_memory(text, text_size);
  }

  archive_entry_set_pathname_utf8(entry, name);
  archive_entry_set_size(entry, size);
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_mtime(entry, ENTRY_TIME, 0);
  const Status st = archive_write_header(writer->zip, entry)
                      ? fail(writer->zip, name, text, text_size)
                      : check(writer, text, text_size);
  archive_entry_free(entry);
  return st;
}

Status
archive_add(ArchiveWriter* const writer,
            const char* const    name,
            const void* const    data,
            const size_t         size,
            char* const          text,
            const size_t         text_size)
{
  archive_write_zip_set_compression_deflate(writer->zip);
  const Status st = begin_entry(writer, name, (int64_t)size, text, text_size);
  return st ? st
         : archive_write_data(writer->zip, data, size) < (la_ssize_t)size
           ? fail(writer->zip, name, text, text_size)
           : check(writer, text, text_size);
}

Status
archive_add_file(ArchiveWriter* const writer,
                 const char* const    name,
                 const int            fd,
                 char* const          text,
                 const size_t         text_size)
{
  struct stat info = {0};
  if (fstat(fd, &info)) {
    return file_fail("read", name, text, text_size);
  }

  archive_write_zip_set_compression_store(writer->zip);
  Status  st = begin_entry(writer, name, info.st_size, text, text_size);
  char    piece[PIECE_SIZE];
  int64_t left = info.st_size;
  for (off_t at = 0; !st && left > 0;) {
    const size_t  most  = left < PIECE_SIZE ? (size_t)left : PIECE_SIZE;
    const ssize_t count = pread(fd, piece, most, at);
    if (count <= 0) {
      st = file_fail("read", name, text, text_size);
    } else if (archive_write_data(writer->zip, piece, (size_t)count) < count) {
      st = fail(writer->zip, name, text, text_size);
    }

    at += count;
    left -= count;
    st = st ? st : check(writer, text, text_size);
  }

  return st;
}

Status
archive_commit(ArchiveWriter* const writer,
               char* const          text,
               const size_t         text_size)
{
  const Status st = archive_write_close(writer->zip)
                      ? fail(writer->zip, writer->file.path, text, text_size)
                      : check(writer, text, text_size);
  return st ? st
            : file_replace_commit(&writer->file, FILE_NEVER, text, text_size);
}

void
archive_abort(ArchiveWriter* const writer)
{
  if (writer) {
    writer->failed = STATUS_CANCELLED; // Whatever is left goes nowhere
    if (writer->zip) {
      archive_write_free(writer->zip);
    }

    file_replace_abort(&writer->file);
    free(writer);
  }
}
