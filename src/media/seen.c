// SPDX-License-Identifier: GPL-3.0-or-later

#include "media/seen.h"

#include "base/blake2b.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/// Times of a file are as fine as this at worst
#define SETTLED_SECONDS 2

/// Path of the link for what is said of a file
static bool
link_path(const char* const        folder,
          const struct stat* const about,
          const uint64_t           terms,
          char                     path[CACHE_PATH_SIZE])
{
  const uint64_t said[] = {
    (uint64_t)about->st_dev,
    (uint64_t)about->st_ino,
    (uint64_t)about->st_size,
    (uint64_t)about->st_mtim.tv_sec,
    (uint64_t)about->st_mtim.tv_nsec,
    (uint64_t)about->st_ctim.tv_sec,
    (uint64_t)about->st_ctim.tv_nsec,
    terms,
  };

  Blake2b hash;
  char    name[CACHE_KEY_SIZE];
  blake2b_init(&hash, CACHE_HASH_SIZE);
  blake2b_add(&hash, said, sizeof(said));
  cache_key(&hash, name);
  return cache_path(folder, name, ".seen", path);
}

bool
seen_find(const char* const        folder,
          const struct stat* const about,
          const uint64_t           terms,
          char                     key[CACHE_KEY_SIZE])
{
  char path[CACHE_PATH_SIZE];
  char target[CACHE_KEY_SIZE];
  if (!link_path(folder, about, terms, path) ||
      readlink(path, target, sizeof(target)) != CACHE_KEY_SIZE - 1) {
    return false;
  }

  target[CACHE_KEY_SIZE - 1] = '\0';
  if (strspn(target, "0123456789abcdef") != CACHE_KEY_SIZE - 1) {
    return false;
  }

  memcpy(key, target, CACHE_KEY_SIZE);
  return true;
}

void
seen_keep(const char* const        folder,
          const struct stat* const about,
          const uint64_t           terms,
          const char* const        key,
          const time_t             now)
{
  char path[CACHE_PATH_SIZE];
  if (about->st_mtim.tv_sec + SETTLED_SECONDS > now ||
      about->st_ctim.tv_sec + SETTLED_SECONDS > now ||
      !link_path(folder, about, terms, path)) {
    return;
  }

  // Without the link the file is read again, which is no harm
  unlink(path);
  (void)!symlink(key, path);
}
