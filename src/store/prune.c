// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/prune.h"

#include "store/file.h"
#include "store/history.h"
#include "store/journal.h"
#include "store/stamp.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEEP_NEWEST 10u
#define HOUR 3600
#define DAY (24 * HOUR)
#define KEEP_HOURLY DAY
#define KEEP_DAILY (30 * DAY)

static Status
remove_file(const char* const folder,
            const char* const name,
            char* const       text,
            const size_t      text_size)
{
  char* const path = file_path("%s/%s", folder, name);
  if (!path) {
    return file_no_memory(text, text_size);
  }

  const int failed = unlink(path) && errno != ENOENT;
  if (failed) {
    snprintf(text, text_size, "%s: %s", path, strerror(errno));
  }

  free(path);
  return failed ? STATUS_IO : STATUS_OK;
}

/// Whether the next snapshot that was made by itself takes the place of one
static bool
is_superseded(const int64_t time, const int64_t next, const int64_t now)
{
  const int64_t age = now - time;
  return age > KEEP_DAILY || (age > KEEP_HOURLY ? time / DAY == next / DAY
                                                : time / HOUR == next / HOUR);
}

/// What has been seen of a history, from the newest snapshot back
typedef struct {
  int64_t  now;   ///< Seconds since 1970
  uint32_t keep;  ///< That stay in any case
  uint32_t newer; ///< That stayed so far
  int64_t  next;  ///< Time of the last of them
} Pruning;

/// Whether a snapshot may go
typedef bool (*PruneFunc)(Pruning* pruning, const HistoryItem* item);

/// Remove what may go, from the newest back
static Status
prune(const char* const folder,
      Pruning* const    pruning,
      const PruneFunc   may_go,
      uint32_t* const   count,
      char* const       text,
      const size_t      text_size)
{
  HistoryItem* items = NULL;
  size_t       n     = 0;
  char* const  dir   = file_path("%s/history", folder);
  Status       st    = dir ? history_list(folder, &items, &n, text, text_size)
                           : file_no_memory(text, text_size);
  *count             = 0;
  for (; !st && n; --n) {
    if (may_go(pruning, &items[n - 1u])) {
      st = remove_file(dir, items[n - 1u].file, text, text_size);
      *count += !st;
    }
  }

  free(items);
  free(dir);
  return st;
}

static bool
is_old_autosave(Pruning* const pruning, const HistoryItem* const item)
{
  const int64_t time = (int64_t)(stamp_read(item->time) / 1000000000u);
  if (strcmp(item->label, AUTOSAVE_LABEL) || !time) {
    return false;
  }

  if (pruning->newer >= pruning->keep &&
      is_superseded(time, pruning->next, pruning->now)) {
    return true;
  }

  pruning->next = time;
  ++pruning->newer;
  return false;
}

Status
prune_autosaves(const char* const folder,
                const int64_t     now,
                uint32_t* const   count,
                char* const       text,
                const size_t      text_size)
{
  Pruning pruning = {.now = now, .keep = KEEP_NEWEST, .next = INT64_MAX};
  return prune(folder, &pruning, is_old_autosave, count, text, text_size);
}

static bool
is_beyond(Pruning* const pruning, const HistoryItem* const item)
{
  (void)item;
  return pruning->newer++ >= pruning->keep;
}

Status
prune_snapshots(const char* const folder,
                const uint32_t    keep,
                uint32_t* const   count,
                char* const       text,
                const size_t      text_size)
{
  Pruning pruning = {.keep = keep};
  return prune(folder, &pruning, is_beyond, count, text, text_size);
}

/// Bytes of a file, 0 if it can't be seen
static uint64_t
size_of(const char* const folder, const char* const name)
{
  struct stat info = {0};
  char* const path = file_path("%s/%s", folder, name);
  const bool  ok   = path && !stat(path, &info);
  free(path);
  return ok ? (uint64_t)info.st_size : 0u;
}

Status
prune_journal(const char* const folder,
              const uint64_t    budget,
              const uint64_t    needed,
              char* const       text,
              const size_t      text_size)
{
  JournalSegment* segments = NULL;
  size_t          count    = 0;
  uint64_t        total    = 0;
  Status          st = journal_list(folder, &segments, &count, text, text_size);
  for (size_t i = 0; i < count; ++i) {
    total += size_of(folder, segments[i].name);
  }

  // A file ends where the next begins; the last one is being written
  for (size_t i = 0; !st && i + 1u < count && total > budget &&
                     segments[i + 1u].first <= needed + 1u;
       ++i) {
    total -= size_of(folder, segments[i].name);
    st = remove_file(folder, segments[i].name, text, text_size);
  }

  free(segments);
  return st;
}
