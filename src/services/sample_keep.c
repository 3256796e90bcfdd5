// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/sample_keep.h"

#include "media/path.h"
#include "services/edit.h"
#include "services/services_private.h"
#include "store/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

Status
services_open_named(const Services* const services,
                    const char* const     name,
                    int* const            fd,
                    char* const           text,
                    const size_t          text_size)
{
  PathFolders folders = {0};
  Status      st      = STATUS_OK;
  for (char** dir = services->media_dirs; !st && *dir; ++dir) {
    st = path_folders_add(&folders, *dir);
  }

  st = st ? st : path_open(&folders, name, strlen(name), fd, text, text_size);
  path_folders_clear(&folders);
  return st;
}

/// Whether an open file has the same bytes as the one at `path`
static bool
has_same_bytes(const int fd, const char* const path)
{
  const int other = open(path, O_RDONLY | O_CLOEXEC);
  if (other < 0) {
    return false;
  }

  char    a[65536];
  char    b[65536];
  off_t   at    = 0;
  ssize_t count = 0;
  bool    same  = true;
  while (same && (count = pread(fd, a, sizeof(a), at)) > 0) {
    same =
      pread(other, b, sizeof(b), at) == count && !memcmp(a, b, (size_t)count);
    at += count;
  }

  same = same && !count && !pread(other, b, 1, at);
  close(other);
  return same;
}

/// Find where a file goes; true if it is there already
static bool
choose_path(const int         fd,
            const char* const folder,
            const char* const name,
            char              path[SAMPLE_PATH_SIZE])
{
  const char* const slash  = strrchr(name, '/');
  const char* const base   = slash ? slash + 1 : name;
  const char* const dot    = strrchr(base, '.');
  const int         length = dot ? (int)(dot - base) : (int)strlen(base);
  for (unsigned n = 1;; ++n) {
    char suffix[16] = "";
    if (n > 1) {
      snprintf(suffix, sizeof(suffix), "-%u", n);
    }

    snprintf(path,
             SAMPLE_PATH_SIZE,
             "%.2048s/%.*s%s%.32s",
             folder,
             length < 200 ? length : 200,
             base,
             suffix,
             dot ? dot : "");
    if (access(path, F_OK)) {
      return false;
    }

    if (has_same_bytes(fd, path)) {
      return true;
    }
  }
}

static Status
copy_file(const int         fd,
          const char* const name,
          const char* const path,
          char* const       text,
          const size_t      text_size)
{
  FileReplace file;
  Status      st = file_replace_open(&file, path, text, text_size);
  if (st) {
    return st;
  }

  char    piece[65536];
  ssize_t count = 0;
  off_t   at    = 0;
  while (!st && (count = pread(fd, piece, sizeof(piece), at)) > 0) {
    at += count;
    st = file_replace_write(&file, piece, (size_t)count, text, text_size);
  }

  if (!st && count < 0) {
    st = file_fail("read", name, text, text_size);
  }

  st = st ? st : file_replace_commit(&file, FILE_NEVER, text, text_size);
  file_replace_abort(&file);
  return st;
}

Status
sample_keep_in(const char* const folder,
               const int         fd,
               const char* const name,
               char              path[SAMPLE_PATH_SIZE],
               char* const       text,
               const size_t      text_size)
{
  const Status st = file_make_folder(folder, text, text_size);
  return st ? st
         : choose_path(fd, folder, name, path)
           ? STATUS_OK
           : copy_file(fd, name, path, text, text_size);
}

Status
sample_keep_file(const Services* const services,
                 const int             fd,
                 const char* const     name,
                 char                  path[SAMPLE_PATH_SIZE],
                 char* const           text,
                 const size_t          text_size)
{
  char folder[SAMPLE_PATH_SIZE];
  snprintf(folder, sizeof(folder), "%s/samples", services->data_dir);
  return sample_keep_in(folder, fd, name, path, text, text_size);
}

Status
sample_keep(const Services* const services,
            const char* const     folder,
            const bool            trusted,
            SampleNode* const     node)
{
  char from[SAMPLE_PATH_SIZE];
  char path[SAMPLE_PATH_SIZE];
  char text[FILE_TEXT_SIZE];
  int  fd = -1;
  samples_resolve(services, folder, node, from);
  if (trusted ? path_open_local(from, &fd, text, sizeof(text))
              : services_open_named(services, from, &fd, text, sizeof(text))) {
    return STATUS_OK;
  }

  Status st = sample_keep_file(services, fd, from, path, text, sizeof(text));
  close(fd);
  if (!st && !edit_string(&node->file, strrchr(path, '/') + 1)) {
    st = STATUS_NO_MEMORY;
  }

  return st;
}

Status
sample_decode(const SampleDecode* const decode,
              const int                 fd,
              const char* const         name,
              DecodeResult* const       result,
              char* const               text,
              const size_t              text_size)
{
  char cache[SAMPLE_PATH_SIZE];
  samples_cache_folder(decode->services, cache);

  const DecodeConfig config = {.folder   = cache,
                               .rate     = decode->services->rate,
                               .progress = decode->progress,
                               .handle   = decode->handle,
                               .cancel   = decode->cancel};
  const Status       st     = file_make_folder(cache, text, text_size);
  return st ? st : decode_file(&config, fd, name, result, text, text_size);
}
