// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/history.h"

#include "store/checkpoint.h"
#include "store/file.h"

#include <jansson.h>

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/// Bytes at the beginning of a file that hold what it says first
#define HEAD_SIZE 4096u

/// Read the name of a snapshot; false if it is none
static bool
read_name(const char* const name, uint32_t* const number)
{
  unsigned long value = 0;
  char*         end   = NULL;
  if (*name < '0' || *name > '9' ||
      strlen(name) >= sizeof(((HistoryItem*)0)->file)) {
    return false;
  }

  value = strtoul(name, &end, 10);
  if (*end != '-' || !value || value > UINT32_MAX) {
    return false;
  }

  const size_t length = strlen(end);
  *number             = (uint32_t)value;
  return length > 5u && !strcmp(end + length - 5u, ".json");
}

static void
copy_text(char* const         out,
          const size_t        size,
          const json_t* const object,
          const char* const   key)
{
  const char* const text = json_string_value(json_object_get(object, key));
  snprintf(out, size, "%s", text ? text : "");
}

/// Fill in what the beginning of the file says
static void
read_item(const char* const path, HistoryItem* const item)
{
  char   text[FILE_TEXT_SIZE];
  char*  data = NULL;
  size_t size = 0;
  if (file_read_head(path, HEAD_SIZE, &data, &size, text, sizeof(text))) {
    return; // It is listed all the same: it is there
  }

  json_t* const head = checkpoint_head(data, size, "snapshot");
  copy_text(item->time, sizeof(item->time), head, "time");
  copy_text(item->label, sizeof(item->label), head, "label");
  copy_text(item->who, sizeof(item->who), head, "who");

  const json_int_t revision =
    json_integer_value(json_object_get(head, "revision"));
  item->revision = revision > 0 ? (uint64_t)revision : 0u;
  json_decref(head);
  free(data);
}

static int
compare_items(const void* const a, const void* const b)
{
  const HistoryItem* const x = (const HistoryItem*)a;
  const HistoryItem* const y = (const HistoryItem*)b;
  return x->number != y->number ? (x->number < y->number ? -1 : 1)
                                : strcmp(x->file, y->file);
}

/// Add an item to an array that has room for powers of two
static HistoryItem*
add_item(HistoryItem** const items, size_t* const count)
{
  const size_t n = *count;
  if (!(n & (n - 1u))) {
    const size_t       room = n ? n * 2u : 1u;
    HistoryItem* const grown =
      (HistoryItem*)realloc(*items, room * sizeof(HistoryItem));
    if (!grown) {
      return NULL;
    }

    *items = grown;
  }

  HistoryItem* const item = &(*items)[n];
  memset(item, 0, sizeof(*item));
  *count = n + 1u;
  return item;
}

/// List the files of the folder `history`, which is open
static Status
list_folder(DIR* const          dir,
            const char* const   history,
            HistoryItem** const items,
            size_t* const       count,
            char* const         text,
            const size_t        text_size)
{
  Status st = STATUS_OK;
  for (const struct dirent* entry = NULL;
       (entry = file_next_entry(dir, history, &st, text, text_size));) {
    uint32_t number = 0;
    if (!read_name(entry->d_name, &number)) {
      continue;
    }

    char* const        path = file_path("%s/%s", history, entry->d_name);
    HistoryItem* const item = path ? add_item(items, count) : NULL;
    if (!item) {
      free(path);
      return file_no_memory(text, text_size);
    }

    struct stat info = {0};
    stat(path, &info);
    item->number = number;
    item->size   = (uint64_t)info.st_size;
    snprintf(item->file,
             sizeof(item->file),
             "%.*s",
             (int)sizeof(item->file) - 1,
             entry->d_name);
    read_item(path, item);
    free(path);
  }

  return st;
}

Status
history_list(const char* const   folder,
             HistoryItem** const items,
             size_t* const       count,
             char* const         text,
             const size_t        text_size)
{
  *items              = NULL;
  *count              = 0;
  char* const history = file_path("%s/history", folder);
  if (!history) {
    return file_no_memory(text, text_size);
  }

  Status     st  = STATUS_OK;
  DIR* const dir = opendir(history);
  if (dir) {
    st = list_folder(dir, history, items, count, text, text_size);
    closedir(dir);
  } else if (errno != ENOENT) {
    st = file_fail("open", history, text, text_size);
  }

  if (st) {
    free(*items);
    *items = NULL;
    *count = 0;
  } else if (*count) {
    qsort(*items, *count, sizeof(HistoryItem), compare_items);
  }

  free(history);
  return st;
}

Status
history_read(const char* const   folder,
             const uint32_t      number,
             Composition** const root,
             char* const         text,
             const size_t        text_size)
{
  HistoryItem* items = NULL;
  size_t       count = 0;
  Status       st    = history_list(folder, &items, &count, text, text_size);
  if (st) {
    return st;
  }

  size_t at = 0;
  while (at < count && items[at].number != number) {
    ++at;
  }

  if (at == count) {
    free(items);
    snprintf(text, text_size, "there is no snapshot %" PRIu32, number);
    return STATUS_NOT_FOUND;
  }

  uint64_t    revision = 0;
  char* const path     = file_path("%s/history/%s", folder, items[at].file);
  st = path ? checkpoint_read(path, root, &revision, text, text_size)
            : file_no_memory(text, text_size);
  free(path);
  free(items);
  return st;
}
