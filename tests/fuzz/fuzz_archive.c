// SPDX-License-Identifier: GPL-3.0-or-later
//
// Archives from outside: whatever the bytes, they are refused in a sentence or
// give a composition and plain files in `samples`, and nothing elsewhere

#include "store/archive.h"
#include "store/file.h"

#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static char folder[64];

static void
check(const int holds)
{
  if (!holds) {
    abort();
  }
}

static void
remove_folder(void)
{
  rmdir(folder);
}

/// Look at all that is in a folder, and remove it
static void
empty(const char* const path, const int depth)
{
  DIR* const dir = opendir(path);
  check(dir != NULL);
  for (struct dirent* entry = NULL; (entry = readdir(dir));) {
    char        name[512];
    struct stat info;
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) {
      continue;
    }

    snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
    check(!lstat(name, &info));
    if (S_ISDIR(info.st_mode)) {
      check(!depth && !strcmp(entry->d_name, ARCHIVE_SAMPLES));
      empty(name, 1);
      check(!rmdir(name));
    } else {
      check(S_ISREG(info.st_mode));
      check(!unlink(name));
    }
  }

  closedir(dir);
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  if (!folder[0]) {
    strcpy(folder, "/tmp/fuzz-archive-XXXXXX");
    check(mkdtemp(folder) != NULL);
    atexit(remove_folder);
  }

  char      text[FILE_TEXT_SIZE] = "";
  const int fd                   = memfd_create("archive", MFD_CLOEXEC);
  check(fd >= 0 && write(fd, data, size) == (ssize_t)size && !lseek(fd, 0, 0));
  if (archive_extract(fd, "a.zip", folder, text, sizeof(text))) {
    check(text[0] && !strchr(text, '\n'));
  }

  close(fd);
  empty(folder, 0);
  return 0;
}
