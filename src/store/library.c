// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/library.h"

#include "store/checkpoint.h"
#include "store/file.h"

#include <jansson.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Bytes at the beginning of a file that hold the name
#define HEAD_SIZE 4096u

/// Whether a text is an id, and so a plain name of a folder
static bool
is_id(const char* const text)
{
  const size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-_");
  return length && !text[length] && length < LIBRARY_ID_SIZE;
}

char*
library_folder(const char* const data_dir, const char* const id)
{
  return is_id(id) ? file_path("%s/compositions/%s", data_dir, id) : NULL;
}

Status
library_prepare(const char* const data_dir,
                char* const       text,
                const size_t      text_size)
{
  static const char* const folders[] = {
    "compositions", "samples", "exports", "cache", "trash"};

  Status st = STATUS_OK;
  for (size_t i = 0; !st && i < sizeof(folders) / sizeof(folders[0]); ++i) {
    char* const folder = file_path("%s/%s", data_dir, folders[i]);
    st                 = folder ? file_make_folder(folder, text, text_size)
                                : file_no_memory(text, text_size);
    if (!st && access(folder, R_OK | W_OK | X_OK)) {
      st = file_fail("write to", folder, text, text_size);
    }

    free(folder);
  }

  return st;
}

// Listing

/// Add up the files of a folder, and the latest time of those of the document
static void
measure(const int          parent,
        const char* const  name,
        const bool         is_document,
        LibraryItem* const item)
{
  const int  fd  = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const dir = fd < 0 ? NULL : fdopendir(fd);
  if (!dir) {
    if (fd >= 0) {
      close(fd);
    }

    return;
  }

  for (const struct dirent* entry = NULL; (entry = readdir(dir));) {
    struct stat info;
    if (fstatat(fd, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) ||
        !S_ISREG(info.st_mode)) {
      continue;
    }

    item->size += (uint64_t)info.st_size;
    if (is_document && strcmp(entry->d_name, "lock") &&
        info.st_mtime > item->modified) {
      item->modified = info.st_mtime;
    }
  }

  closedir(dir);
}

/// Read the name from the beginning of a composition's file
static void
read_name(const char* const folder, LibraryItem* const item)
{
  char        text[FILE_TEXT_SIZE];
  char* const path = file_path("%s/current.json", folder);
  char*       data = NULL;
  size_t      size = 0;
  if (path &&
      !file_read_head(path, HEAD_SIZE, &data, &size, text, sizeof(text))) {
    json_t* const     value = checkpoint_head(data, size, "name");
    const char* const name  = json_string_value(value);
    snprintf(item->name, sizeof(item->name), "%s", name ? name : item->id);
    json_decref(value);
    free(data);
  }

  free(path);
}

/// Whether a folder is that of a composition
static bool
is_composition(const int parent, const char* const id)
{
  char path[LIBRARY_ID_SIZE + 32];
  if (!is_id(id)) {
    return false;
  }

  snprintf(path, sizeof(path), "%.*s/current.json", LIBRARY_ID_SIZE - 1, id);
  if (!faccessat(parent, path, F_OK, 0)) {
    return true;
  }

  snprintf(path, sizeof(path), "%.*s/previous.json", LIBRARY_ID_SIZE - 1, id);
  return !faccessat(parent, path, F_OK, 0);
}

/// Add an item to an array that has room for powers of two
static LibraryItem*
add_item(LibraryItem** const items, size_t* const count)
{
  const size_t n = *count;
  if (!(n & (n - 1u))) {
    const size_t       room = n ? n * 2u : 1u;
    LibraryItem* const grown =
      (LibraryItem*)realloc(*items, room * sizeof(LibraryItem));
    if (!grown) {
      return NULL;
    }

    *items = grown;
  }

  LibraryItem* const item = &(*items)[n];
  memset(item, 0, sizeof(*item));
  *count = n + 1u;
  return item;
}

static int
compare_items(const void* const a, const void* const b)
{
  return strcmp(((const LibraryItem*)a)->id, ((const LibraryItem*)b)->id);
}

/// List the folder of all compositions, which is open
static Status
list_folder(DIR* const          dir,
            const char* const   path,
            const char* const   data_dir,
            LibraryItem** const items,
            size_t* const       count,
            char* const         text,
            const size_t        text_size)
{
  Status st = STATUS_OK;
  for (const struct dirent* entry = NULL;
       (entry = file_next_entry(dir, path, &st, text, text_size));) {
    if (!is_composition(dirfd(dir), entry->d_name)) {
      continue;
    }

    char* const        folder = library_folder(data_dir, entry->d_name);
    LibraryItem* const item   = folder ? add_item(items, count) : NULL;
    if (!item) {
      free(folder);
      return file_no_memory(text, text_size);
    }

    snprintf(
      item->id, sizeof(item->id), "%.*s", LIBRARY_ID_SIZE - 1, entry->d_name);
    snprintf(item->name, sizeof(item->name), "%s", item->id);
    measure(dirfd(dir), item->id, true, item);

    char history[LIBRARY_ID_SIZE + 16];
    snprintf(history, sizeof(history), "%s/history", item->id);
    measure(dirfd(dir), history, false, item);
    read_name(folder, item);
    free(folder);
  }

  return st;
}

Status
library_list(const char* const   data_dir,
             LibraryItem** const items,
             size_t* const       count,
             char* const         text,
             const size_t        text_size)
{
  *items           = NULL;
  *count           = 0;
  char* const path = file_path("%s/compositions", data_dir);
  if (!path) {
    return file_no_memory(text, text_size);
  }

  Status     st  = STATUS_OK;
  DIR* const dir = opendir(path);
  if (dir) {
    st = list_folder(dir, path, data_dir, items, count, text, text_size);
    closedir(dir);
  } else if (errno != ENOENT) {
    st = file_fail("open", path, text, text_size);
  }

  if (st) {
    free(*items);
    *items = NULL;
    *count = 0;
  } else if (*count) {
    qsort(*items, *count, sizeof(LibraryItem), compare_items);
  }

  free(path);
  return st;
}

// Finding

/// How well a composition fits what is asked for; 0: not at all
static unsigned
fit(const LibraryItem* const item, const char* const name)
{
  char slug[SLUG_SIZE];
  slug_make(item->name, slug);
  return !strcmp(item->id, name)          ? 3u
         : !strcmp(item->name, name)      ? 2u
         : slug[0] && !strcmp(slug, name) ? 1u
                                          : 0u;
}

/// Choose among the compositions
static Status
choose(const LibraryItem* const items,
       const size_t             count,
       const char* const        name,
       char                     id[LIBRARY_ID_SIZE],
       char* const              text,
       const size_t             text_size)
{
  unsigned best            = 0;
  size_t   num             = 0;
  size_t   used            = 0;
  char     candidates[256] = "";
  for (size_t i = 0; i < count; ++i) {
    const unsigned how = fit(&items[i], name);
    if (!how || how < best) {
      continue;
    }

    num  = how > best ? 1u : num + 1u;
    used = how > best ? 0u : used;
    best = how;
    snprintf(id, LIBRARY_ID_SIZE, "%s", items[i].id);
    if (used < sizeof(candidates)) {
      used += (size_t)snprintf(candidates + used,
                               sizeof(candidates) - used,
                               "%s%s",
                               used ? ", " : "",
                               items[i].id);
    }
  }

  if (num == 1u) {
    return STATUS_OK;
  }

  if (num) {
    snprintf(text, text_size, "\"%s\" may be any of %s", name, candidates);
  } else {
    snprintf(text, text_size, "there is no composition \"%s\"", name);
  }

  return STATUS_NOT_FOUND;
}

Status
library_find(const char* const data_dir,
             const char* const name,
             char              id[LIBRARY_ID_SIZE],
             char* const       text,
             const size_t      text_size)
{
  LibraryItem* items = NULL;
  size_t       count = 0;
  Status       st    = library_list(data_dir, &items, &count, text, text_size);
  if (!st) {
    st = choose(items, count, name, id, text, text_size);
  }

  free(items);
  return st;
}
