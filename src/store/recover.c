// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/recover.h"

#include "store/checkpoint.h"
#include "store/history.h"
#include "store/recover_private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
recover_remark(Recovered* const out, const char* const format, ...)
{
  const size_t used = strlen(out->remark);
  snprintf(
    out->remark + used, sizeof(out->remark) - used, "%s", used ? "; " : "");

  va_list      args;
  const size_t start = strlen(out->remark);
  va_start(args, format);
  vsnprintf(out->remark + start, sizeof(out->remark) - start, format, args);
  va_end(args);
}

/// Move the end of a file to a new one
static Status
move_end(const char* const path,
         const char* const new_path,
         const uint64_t    offset,
         char* const       text,
         const size_t      text_size)
{
  char*  data = NULL;
  size_t size = 0;
  Status st   = file_read(path, CHECKPOINT_MAX, &data, &size, text, text_size);
  if (st) {
    return st;
  }

  // The copy is on disk before the original is cut
  const size_t begin = offset < size ? (size_t)offset : size;
  st = file_replace(new_path, data + begin, size - begin, text, text_size);
  free(data);
  if (st) {
    return st;
  }

  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) {
    return file_fail("write", path, text, text_size);
  }

  st = ftruncate(fd, (off_t)begin) || fsync(fd)
         ? file_fail("write", path, text, text_size)
         : STATUS_OK;
  close(fd);
  return st;
}

Status
recover_set_aside(const char* const folder,
                  const char* const name,
                  const char* const word,
                  const uint64_t    offset,
                  char* const       new_name,
                  const size_t      new_name_size,
                  char* const       text,
                  const size_t      text_size)
{
  char* const path     = file_path("%s/%s", folder, name);
  char*       new_path = NULL;
  for (unsigned number = 1; path && !new_path; ++number) {
    snprintf(new_name, new_name_size, "%s.%s-%u", name, word, number);
    new_path = file_path("%s/%s", folder, new_name);
    if (!new_path) {
      break;
    }

    if (!access(new_path, F_OK)) {
      free(new_path);
      new_path = NULL;
    }
  }

  Status st = STATUS_OK;
  if (!new_path) {
    st = file_no_memory(text, text_size);
  } else if (offset) {
    st = move_end(path, new_path, offset, text, text_size);
  } else if (rename(path, new_path)) {
    st = file_fail("rename", path, text, text_size);
  } else {
    st = file_sync_folder(folder, text, text_size);
  }

  free(new_path);
  free(path);
  return st;
}

/// Take the checkpoint in a file, if it is good; STATUS_NOT_FOUND if not
static Status
try_file(const char* const folder,
         const char* const name,
         const bool        salvage,
         Recovered* const  out,
         char* const       text,
         const size_t      text_size)
{
  char* const path = file_path("%s/%s", folder, name);
  if (!path) {
    return file_no_memory(text, text_size);
  }

  const Status st =
    salvage
      ? checkpoint_salvage(path, &out->root, &out->revision, text, text_size)
      : checkpoint_read(path, &out->root, &out->revision, text, text_size);
  free(path);
  return st;
}

/// Try what else there is, the newest first
static Status
try_others(const char* const folder,
           Recovered* const  out,
           char* const       text,
           const size_t      text_size)
{
  // What is wrong with these is of less interest than what was wrong first
  char   other[FILE_TEXT_SIZE] = "";
  Status st =
    try_file(folder, "previous.json", false, out, other, sizeof(other));
  if (!st || st == STATUS_NO_MEMORY) {
    recover_remark(out, "went back to previous.json");
    return st;
  }

  HistoryItem* items = NULL;
  size_t       count = 0;
  st                 = history_list(folder, &items, &count, text, text_size);
  if (st) {
    return st;
  }

  st = STATUS_NOT_FOUND;
  for (size_t i = count; st && st != STATUS_NO_MEMORY && i; --i) {
    char name[96];
    snprintf(name, sizeof(name), "history/%s", items[i - 1u].file);
    st = try_file(folder, name, false, out, other, sizeof(other));
    if (!st) {
      recover_remark(out, "went back to %s", name);
    }
  }

  free(items);
  return st;
}

/// Move `current.json`, which is no good, out of the way
static Status
retire_current(const char* const folder,
               const RecoverMode mode,
               Recovered* const  out,
               char* const       text,
               const size_t      text_size)
{
  char new_name[96] = "";
  if (mode == RECOVER_LOOK) {
    return STATUS_OK;
  }

  const Status st = recover_set_aside(folder,
                                      "current.json",
                                      "bad",
                                      0,
                                      new_name,
                                      sizeof(new_name),
                                      text,
                                      text_size);
  if (!st) {
    recover_remark(out, "it was set aside as %s", new_name);
  }

  return st == STATUS_NOT_FOUND ? STATUS_OK : st;
}

/// Find a document when `current.json`, for the reason in `text`, has none
static Status
fall_back(const char* const folder,
          const RecoverMode mode,
          const Status      reason,
          Recovered* const  out,
          char* const       text,
          const size_t      text_size)
{
  char why[FILE_TEXT_SIZE];
  snprintf(why, sizeof(why), "%s", text);
  recover_remark(out, "%s", why);

  Status st = try_others(folder, out, text, text_size);
  if (st == STATUS_NOT_FOUND && reason == STATUS_BAD_ARGUMENT) {
    // Rather a part of it than nothing, if it is a composition at all
    st = try_file(folder, "current.json", true, out, text, text_size);
    if (!st && !table_count(out->root->things[KIND_TRACK])) {
      composition_release(out->root);
      out->root = NULL;
      st        = STATUS_NOT_FOUND;
    } else if (!st) {
      recover_remark(out, "the rest of it was taken");
    }
  }

  if (st == STATUS_NOT_FOUND) {
    snprintf(text, text_size, "%s", why);
    return reason;
  }

  out->stale = true;
  return st ? st : retire_current(folder, mode, out, text, text_size);
}

/// Let the document carry the name of its folder as its id
static Status
name_after_folder(const char* const folder, Recovered* const out)
{
  size_t length = strlen(folder);
  while (length && folder[length - 1u] == '/') {
    --length;
  }

  size_t start = length;
  while (start && folder[start - 1u] != '/') {
    --start;
  }

  String* const id = string_new_length(folder + start, length - start);
  if (!id || string_equal(id, out->root->id)) {
    string_release(id);
    return id ? STATUS_OK : STATUS_NO_MEMORY;
  }

  Composition* const root = composition_edit(&out->root);
  if (!root) {
    string_release(id);
    return STATUS_NO_MEMORY;
  }

  string_release(root->id);
  root->id = id;
  return STATUS_OK;
}

/// Find the document of a checkpoint, then that of the journal's end
static Status
find(const char* const folder,
     const RecoverMode mode,
     Recovered* const  out,
     char* const       text,
     const size_t      text_size)
{
  Status st = try_file(folder, "current.json", false, out, text, text_size);
  if (st && st != STATUS_NO_MEMORY && st != STATUS_DENIED) {
    st = fall_back(folder, mode, st, out, text, text_size);
  }

  if (st) {
    return st;
  }

  if (out->revision == UINT64_MAX) {
    // A file that came from elsewhere: it is what it is, and what the journal
    // has led to something else
    st = recover_last_revision(folder, &out->revision, text, text_size);
    ++out->revision;
    out->stale = true;
  }

  st = st ? st : recover_replay(folder, mode, out, text, text_size);
  if (!st && name_after_folder(folder, out)) {
    st = file_no_memory(text, text_size);
  }

  return st;
}

Status
recover(const char* const folder,
        const RecoverMode mode,
        Recovered* const  out,
        char* const       text,
        const size_t      text_size)
{
  memset(out, 0, sizeof(*out));
  const Status st = find(folder, mode, out, text, text_size);
  if (st) {
    composition_release(out->root);
    out->root = NULL;
  }

  return st;
}
