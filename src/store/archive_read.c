// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/archive.h"

#include "base/utf8.h"
#include "store/file.h"

#include <archive.h>
#include <archive_entry.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK_SIZE 65536u

/// An archive that is being unpacked
typedef struct {
  struct archive* zip;
  const char*     name;   ///< Of the archive
  const char*     folder; ///< That receives the files
  uint64_t        bytes;  ///< So far
  uint32_t        files;
  char*           text;
  size_t          text_size;
} Unpacking;

/// The name of a sample's file within `samples`; null if it is no such name
static const char*
sample_name(const char* const entry)
{
  static const char   prefix[] = ARCHIVE_SAMPLES "/";
  const size_t        skip     = sizeof(prefix) - 1u;
  const char* const   name     = entry + skip;
  const unsigned char first    = strncmp(entry, prefix, skip) ? 0 : *name;
  const bool plain = first > ' ' && first != '.' && !strpbrk(name, "/\\") &&
                     strlen(name) < 240u && utf8_valid(name, strlen(name));
  return plain ? name : NULL;
}

static Status
refuse(const Unpacking* const unpacking,
       const char* const      entry,
       const char* const      why)
{
  snprintf(unpacking->text,
           unpacking->text_size,
           "%s: \"%.200s\" %s",
           unpacking->name,
           entry,
           why);
  return STATUS_BAD_ARGUMENT;
}

static Status
broken(const Unpacking* const unpacking)
{
  const char* const why = archive_error_string(unpacking->zip);
  snprintf(unpacking->text,
           unpacking->text_size,
           "%s: expected a zip file: %s",
           unpacking->name,
           why ? why : "it can't be read");
  return STATUS_BAD_ARGUMENT;
}

/// Copy the data of the present entry to a new file
static Status
write_entry(Unpacking* const unpacking, const char* const path)
{
  const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    return file_fail("write", path, unpacking->text, unpacking->text_size);
  }

  Status     st = STATUS_OK;
  char       piece[BLOCK_SIZE];
  la_ssize_t count = 0;
  while (!st && (count = archive_read_data(
                   unpacking->zip, piece, sizeof(piece))) > 0) {
    unpacking->bytes += (uint64_t)count;
    if (unpacking->bytes > ARCHIVE_MAX_BYTES) {
      snprintf(unpacking->text,
               unpacking->text_size,
               "%s: unpacks to more than %llu GiB",
               unpacking->name,
               ARCHIVE_MAX_BYTES >> 30u);
      st = STATUS_TOO_LARGE;
    } else if (!file_write(fd, piece, (size_t)count)) {
      st = file_fail("write", path, unpacking->text, unpacking->text_size);
    }
  }

  close(fd);
  return st ? st : count < 0 ? broken(unpacking) : STATUS_OK;
}

/// Unpack the present entry
static Status
take_entry(Unpacking* const unpacking, struct archive_entry* const entry)
{
  const char* const utf8   = archive_entry_pathname_utf8(entry);
  const char* const name   = utf8 ? utf8 : archive_entry_pathname(entry);
  const char* const shown  = name ? name : "";
  const char* const sample = sample_name(shown);
  if (archive_entry_filetype(entry) == AE_IFDIR) {
    return STATUS_OK; // Made when a file needs it
  }

  if (archive_entry_filetype(entry) != AE_IFREG) {
    return refuse(unpacking, shown, "is no plain file");
  }

  if (!sample && strcmp(shown, ARCHIVE_COMPOSITION)) {
    return refuse(unpacking,
                  shown,
                  "does not belong here; expected composition.json and plain "
                  "files in samples/");
  }

  if (++unpacking->files > ARCHIVE_MAX_FILES) {
    return refuse(unpacking, shown, "is one file too many");
  }

  char* const  path = file_path("%s/%s", unpacking->folder, shown);
  const Status st   = path
                        ? write_entry(unpacking, path)
                        : file_no_memory(unpacking->text, unpacking->text_size);
  free(path);
  return st;
}

static Status
extract(Unpacking* const unpacking, const int fd)
{
  if (archive_read_support_format_zip(unpacking->zip) ||
      archive_read_open_fd(unpacking->zip, fd, BLOCK_SIZE)) {
    return broken(unpacking);
  }

  struct archive_entry* entry = NULL;
  Status                st    = STATUS_OK;
  int                   got   = ARCHIVE_OK;
  while (!st && (got = archive_read_next_header(unpacking->zip, &entry)) ==
                  ARCHIVE_OK) {
    st = take_entry(unpacking, entry);
  }

  return st ? st : got == ARCHIVE_EOF ? STATUS_OK : broken(unpacking);
}

Status
archive_extract(const int         fd,
                const char* const name,
                const char* const folder,
                char* const       text,
                const size_t      text_size)
{
  Unpacking unpacking = {
    .name = name, .folder = folder, .text = text, .text_size = text_size};
  char* const samples = file_path("%s/" ARCHIVE_SAMPLES, folder);
  Status      st      = samples ? file_make_folder(samples, text, text_size)
                                : file_no_memory(text, text_size);
  free(samples);
  unpacking.zip = st ? NULL : archive_read_new();
  if (!st && !unpacking.zip) {
    return file_no_memory(text, text_size);
  }

  st = st ? st : extract(&unpacking, fd);
  archive_read_free(unpacking.zip);
  return st;
}
