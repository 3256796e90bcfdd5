// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/temp_folder.h"

#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
end(const char* const what)
{
  perror(what);
  abort();
}

void
temp_folder_new(char path[TEMP_PATH_SIZE])
{
  const char* const base = getenv("TMPDIR");
  snprintf(path, TEMP_PATH_SIZE, "%s/sonic-test-XXXXXX", base ? base : "/tmp");
  if (!mkdtemp(path)) {
    end(path);
  }
}

static int
remove_one(const char* const        path,
           const struct stat* const about,
           const int                type,
           struct FTW* const        where)
{
  (void)about;
  (void)type;
  (void)where;
  return remove(path);
}

void
temp_folder_remove(const char* const path)
{
  nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

unsigned
temp_folder_count(const char* const path, const char* const ending)
{
  DIR* const dir = opendir(path);
  if (!dir) {
    end(path);
  }

  unsigned       num   = 0;
  struct dirent* entry = NULL;
  while ((entry = readdir(dir))) {
    const size_t length = strlen(entry->d_name);
    const size_t n      = strlen(ending);
    num += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
           length >= n && !strcmp(entry->d_name + length - n, ending);
  }

  closedir(dir);
  return num;
}

void
temp_file_write(const char* const   path,
                const void* const   data,
                const unsigned long size)
{
  FILE* const file = fopen(path, "wb");
  if (!file || fwrite(data, 1, size, file) != size || fclose(file)) {
    end(path);
  }
}

void*
temp_file_read(const char* const path, unsigned long* const size)
{
  struct stat about;
  FILE* const file = fopen(path, "rb");
  if (!file || fstat(fileno(file), &about)) {
    end(path);
  }

  *size            = (unsigned long)about.st_size;
  void* const data = malloc(*size + 1);
  if (!data || fread(data, 1, *size, file) != *size || fclose(file)) {
    end(path);
  }

  return data;
}
