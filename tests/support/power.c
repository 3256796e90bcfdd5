// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/power.h"

#include "support/fail_io.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_EVENTS = 100000, MAX_FILES = 4096, SECTOR = 512, PATH_SIZE = 512 };

typedef enum {
  CREATED,   ///< `path` is `file`
  WRITTEN,   ///< `file` has `data` at `offset`
  TRUNCATED, ///< `file` is `offset` bytes long
  SYNCED,    ///< `file`
  FOLDER,    ///< The folder `path` was synced
  RENAMED,   ///< `path` is `other` now
  UNLINKED,  ///< `path` is gone
  CONFIRMED, ///< `offset` is the revision
} EventType;

typedef struct {
  EventType type;
  int       file;
  char*     path;
  char*     other;
  char*     data;
  size_t    size;
  uint64_t  offset;
} Event;

/// A file, whatever its name
typedef struct {
  ino_t  inode;
  char*  data; ///< As of the beginning
  size_t size;
} File;

static char          folder[PATH_SIZE];
static Event         events[MAX_EVENTS];
static atomic_size_t num_events; // Two threads add, one reads after them
static File          files[MAX_FILES];
static int           num_files;

// Recording

/// The path below the folder, or null
static const char*
below(const char* const path)
{
  const size_t length = strlen(folder);
  return strncmp(path, folder, length) || path[length] != '/'
           ? NULL
           : path + length + 1u;
}

static Event*
add_event(const EventType type)
{
  const size_t index = atomic_fetch_add(&num_events, 1);
  if (index >= MAX_EVENTS) {
    abort();
  }

  events[index] = (Event){.type = type, .file = -1};
  return &events[index];
}

static int
add_file(const ino_t inode)
{
  if (num_files == MAX_FILES) {
    abort();
  }

  files[num_files] = (File){.inode = inode};
  return num_files++;
}

/// The file of a descriptor; -1 if it is none of the folder's
static int
file_of(const int fd)
{
  struct stat info;
  int         i = num_files;
  if (fstat(fd, &info)) {
    return -1;
  }

  // The latest of an inode's number is the one that lives
  while (--i >= 0 && files[i].inode != info.st_ino) {
  }

  return i;
}

static void
opened(const char* const path, const int fd, const bool created)
{
  struct stat info;
  if (created && below(path) && !fstat(fd, &info)) {
    Event* const event = add_event(CREATED);
    event->path        = strdup(below(path));
    event->file        = add_file(info.st_ino);
  }
}

static void
written(const int fd, const void* const data, const size_t size)
{
  const int file = file_of(fd);
  if (file >= 0) {
    Event* const event = add_event(WRITTEN);
    event->file        = file;
    event->offset      = (uint64_t)lseek(fd, 0, SEEK_CUR) - size;
    event->size        = size;
    event->data        = (char*)malloc(size);
    memcpy(event->data, data, size);
  }
}

static void
synced(const int fd)
{
  char          link[64];
  char          path[PATH_SIZE];
  struct stat   info;
  const int     file = file_of(fd);
  const ssize_t n    = (snprintf(link, sizeof(link), "/proc/self/fd/%d", fd),
                     readlink(link, path, sizeof(path) - 1u));
  if (file >= 0) {
    add_event(SYNCED)->file = file;
  } else if (n > 0 && !fstat(fd, &info) && S_ISDIR(info.st_mode)) {
    path[n] = '\0';
    if (!strcmp(path, folder) || below(path)) {
      add_event(FOLDER)->path = strdup(below(path) ? below(path) : "");
    }
  }
}

static void
truncated(const int fd, const off_t size)
{
  const int file = file_of(fd);
  if (file >= 0) {
    Event* const event = add_event(TRUNCATED);
    event->file        = file;
    event->offset      = (uint64_t)size;
  }
}

static void
renamed(const char* const from, const char* const to)
{
  if (below(from) && below(to)) {
    Event* const event = add_event(RENAMED);
    event->path        = strdup(below(from));
    event->other       = strdup(below(to));
  }
}

static void
unlinked(const char* const path)
{
  if (below(path)) {
    add_event(UNLINKED)->path = strdup(below(path));
  }
}

static char*
read_all(const char* const path, size_t* const size)
{
  FILE* const file = fopen(path, "rb");
  struct stat info = {0};
  char*       data = NULL;
  if (file && !fstat(fileno(file), &info)) {
    data  = (char*)malloc((size_t)info.st_size + 1u);
    *size = fread(data, 1, (size_t)info.st_size, file);
  }

  if (file) {
    fclose(file);
  }

  return data;
}

/// Take in the files that are there
static void
scan(const char* const name)
{
  char path[2 * PATH_SIZE];
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  DIR* const dir = opendir(path);
  for (const struct dirent* entry = NULL; dir && (entry = readdir(dir));) {
    char        file[PATH_SIZE];
    struct stat info;
    snprintf(file,
             sizeof(file),
             "%.200s%s%.250s",
             name,
             *name ? "/" : "",
             entry->d_name);
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    if (entry->d_name[0] == '.' || stat(path, &info)) {
      continue;
    }

    if (S_ISDIR(info.st_mode)) {
      scan(file);
    } else {
      const int index   = add_file(info.st_ino);
      Event*    event   = add_event(CREATED);
      files[index].data = read_all(path, &files[index].size);
      event->path       = strdup(file);
      event->file       = index;
    }
  }

  if (dir) {
    closedir(dir);
  }

  add_event(FOLDER)->path = strdup(name);
}

void
power_record(const char* const path)
{
  static const IoObserver observer = {
    opened, written, synced, truncated, renamed, unlinked};
  power_forget();
  snprintf(folder, sizeof(folder), "%s", path);
  scan("");
  fail_io_observe(&observer);
}

void
power_confirm(const uint64_t revision)
{
  add_event(CONFIRMED)->offset = revision;
}

size_t
power_stop(void)
{
  fail_io_observe(NULL);
  return num_events;
}

void
power_forget(void)
{
  for (size_t i = 0; i < num_events; ++i) {
    free(events[i].path);
    free(events[i].other);
    free(events[i].data);
  }

  for (int i = 0; i < num_files; ++i) {
    free(files[i].data);
  }

  num_events = 0;
  num_files  = 0;
}

// Cutting

/// Let a piece of data be in a file as far as it got
static void
put_piece(File* const file, const Event* const event, const size_t size)
{
  const size_t end = (size_t)event->offset + size;
  if (end > file->size) {
    file->data = (char*)realloc(file->data, end + 1u);
    memset(file->data + file->size, 0, end - file->size);
    file->size = end;
  }

  memcpy(file->data + event->offset, event->data, size);
}

/// The part of a write that ends at a sector
static size_t
torn(const Event* const event, Random* const random)
{
  const uint64_t end  = event->offset + random_below(random, event->size);
  const uint64_t edge = end / SECTOR * SECTOR;
  return edge > event->offset ? (size_t)(edge - event->offset) : 0u;
}

/// What a file has after a cut, owned
static File
file_after(const int index, const size_t moment, Random* const random)
{
  size_t safe = 0;
  for (size_t i = 0; i < moment; ++i) {
    safe = events[i].type == SYNCED && events[i].file == index ? i : safe;
  }

  File file = {0, (char*)malloc(files[index].size + 1u), files[index].size};
  if (file.size) {
    memcpy(file.data, files[index].data, file.size);
  }

  for (size_t i = 0; i < moment; ++i) {
    const Event* const event = &events[i];
    const uint64_t     fate  = i < safe ? 1u : random_below(random, 3);
    if (event->file != index || !fate) {
      continue;
    }

    if (event->type == WRITTEN) {
      put_piece(&file, event, fate == 1u ? event->size : torn(event, random));
    } else if (event->type == TRUNCATED && event->offset < file.size) {
      file.size = (size_t)event->offset;
    }
  }

  return file;
}

/// Whether a path is right in a folder
static bool
is_in(const char* const path, const char* const dir)
{
  const char* const slash  = strrchr(path, '/');
  const size_t      length = slash ? (size_t)(slash - path) : 0u;
  return length == strlen(dir) && !strncmp(path, dir, length);
}

/// How many of the changes of names in a folder are there after a cut
static size_t
names_after(const char* const dir, const size_t moment, Random* const random)
{
  size_t safe = 0;
  for (size_t i = 0; i < moment; ++i) {
    safe = events[i].type == FOLDER && !strcmp(events[i].path, dir) ? i : safe;
  }

  return safe + (size_t)random_below(random, moment - safe);
}

typedef struct {
  const char* path;
  int         file;
} Name;

static Name names[MAX_FILES];
static int  num_names;

static void
remove_name(const char* const path)
{
  for (int i = 0; i < num_names; ++i) {
    if (!strcmp(names[i].path, path)) {
      names[i] = names[--num_names];
      return;
    }
  }
}

/// Do what an event does to names
static void
change_names(const Event* const event)
{
  if (event->type == CREATED) {
    remove_name(event->path);
    names[num_names++] = (Name){event->path, event->file};
  } else if (event->type == UNLINKED) {
    remove_name(event->path);
  } else if (event->type == RENAMED) {
    for (int i = 0; i < num_names; ++i) {
      if (!strcmp(names[i].path, event->path)) {
        const int file = names[i].file;
        remove_name(event->path);
        remove_name(event->other);
        names[num_names++] = (Name){event->other, file};
        return;
      }
    }
  }
}

static void
write_file(const char* const to, const Name* const name, const File* const file)
{
  char path[2 * PATH_SIZE];
  snprintf(path, sizeof(path), "%s/%s", to, name->path);
  FILE* const out = fopen(path, "wb");
  if (!out || fwrite(file->data, 1, file->size, out) != file->size) {
    abort();
  }

  fclose(out);
}

uint64_t
power_cut(const size_t moment, Random* const random, const char* const to)
{
  uint64_t     confirmed = 0;
  char         history[PATH_SIZE];
  const size_t root  = names_after("", moment, random);
  const size_t inner = names_after("history", moment, random);
  num_names          = 0;
  for (size_t i = 0; i < moment; ++i) {
    const Event* const event = &events[i];
    if (event->type == CONFIRMED) {
      confirmed = event->offset;
    } else if (event->path && i <= (is_in(event->path, "") ? root : inner)) {
      change_names(event);
    }
  }

  mkdir(to, 0777);
  snprintf(history, sizeof(history), "%s/history", to);
  mkdir(history, 0777);
  for (int i = 0; i < num_names; ++i) {
    File file = file_after(names[i].file, moment, random);
    write_file(to, &names[i], &file);
    free(file.data);
  }

  return confirmed;
}
