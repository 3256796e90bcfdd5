// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/library.h"

#include "base/clock.h"
#include "store/checkpoint.h"
#include "store/file.h"
#include "store/lock.h"
#include "store/stamp.h"
#include "store/store.h"

#include <jansson.h>

#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A folder is filled under a name that is no id and then renamed, so it is
// there as a whole or not at all.

/// Make an empty folder to be filled, owned; null, with the reason, if not
static char*
make_draft(const char* const data_dir, char* const text, const size_t text_size)
{
  static atomic_uint counter;
  char* const        above = file_path("%s/compositions", data_dir);
  if (!above || file_make_folder(above, text, text_size)) {
    if (!above) {
      file_no_memory(text, text_size);
    }

    free(above);
    return NULL;
  }

  const unsigned number = atomic_fetch_add(&counter, 1u);
  char* const    draft =
    file_path("%s/.new-%ld-%u", above, (long)getpid(), number);
  free(above);
  if (!draft) {
    file_no_memory(text, text_size);
    return NULL;
  }

  if (mkdir(draft, 0777) && errno != EEXIST) {
    file_fail("make folder", draft, text, text_size);
    free(draft);
    return NULL;
  }

  return draft;
}

/// Remove the files of a folder and the folder, which was never shown
static void
remove_draft(const char* const draft)
{
  DIR* const dir = opendir(draft);
  if (dir) {
    for (const struct dirent* entry = NULL; (entry = readdir(dir));) {
      if (!strcmp(entry->d_name, "history")) {
        char* const history = file_path("%s/history", draft);
        if (history) {
          remove_draft(history);
          free(history);
        }
      } else {
        unlinkat(dirfd(dir), entry->d_name, 0);
      }
    }

    closedir(dir);
  }

  rmdir(draft);
}

/// The n-th id to try for a name
static void
make_id(const char* const name, const unsigned n, char id[LIBRARY_ID_SIZE])
{
  char slug[SLUG_SIZE];
  slug_make(name, slug);

  const char* const word = slug[0] ? slug : "composition";
  if (n == 1u) {
    snprintf(id, LIBRARY_ID_SIZE, "%s", word);
  } else {
    // A slug may be long, its number must not be cut
    snprintf(id, LIBRARY_ID_SIZE, "%.*s-%u", LIBRARY_ID_SIZE - 12, word, n);
  }
}

/// Whether an id can't be given: it has a folder, or stands for something else
/// in an address
static bool
is_taken(const char* const data_dir, const char* const id)
{
  static const char* const words[] = {"current", "list", "create", "import"};
  for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); ++i) {
    if (!strcmp(id, words[i])) {
      return true;
    }
  }

  char* const folder = library_folder(data_dir, id);
  const bool  taken  = folder && !access(folder, F_OK);
  free(folder);
  return taken;
}

/// Give a folder that is full its name; STATUS_EXISTS if that is taken
static Status
publish(const char* const data_dir,
        const char* const draft,
        const char* const id,
        char* const       text,
        const size_t      text_size)
{
  char* const folder = library_folder(data_dir, id);
  Status      st     = STATUS_OK;
  if (!folder) {
    st = file_no_memory(text, text_size);
  } else if (rename(draft, folder)) {
    // A folder with something in it can't be replaced, an empty one is free
    errno = errno == ENOTEMPTY ? EEXIST : errno;
    st    = file_fail("make", folder, text, text_size);
  } else {
    st = file_sync_parent(folder, text, text_size);
  }

  free(folder);
  return st;
}

/// Write a document as the first checkpoint of a folder, with an id and name
static Status
write_first(const char* const        draft,
            const Composition* const root,
            const char* const        id,
            const char* const        name,
            const uint64_t           revision,
            char* const              text,
            const size_t             text_size)
{
  Composition* const copy   = (Composition*)node_copy(&root->node);
  String* const      new_id = string_new(id);
  String* const      title  = string_new(name);
  json_t* const      head   = checkpoint_head_of(revision);
  Status             st     = STATUS_OK;
  if (!copy || !new_id || !title || !head) {
    string_release(new_id);
    string_release(title);
    st = file_no_memory(text, text_size);
  } else {
    string_release(copy->id);
    string_release(copy->name);
    copy->id              = new_id;
    copy->name            = title;
    Checkpoint checkpoint = {.root = copy, .head = head};
    st = checkpoint_write_current(&checkpoint, draft, text, text_size);
  }

  composition_release(copy);
  json_decref(head);
  return st;
}

/// Write a document into a draft and publish it under an id that is free
static Status
create_in(const char* const        data_dir,
          const char* const        draft,
          const Composition* const root,
          const char* const        name,
          const uint64_t           revision,
          char                     id[LIBRARY_ID_SIZE],
          char* const              text,
          const size_t             text_size)
{
  for (unsigned n = 1;; ++n) {
    make_id(name, n, id);
    if (is_taken(data_dir, id)) {
      continue;
    }

    Status st = write_first(draft, root, id, name, revision, text, text_size);
    st        = st ? st : publish(data_dir, draft, id, text, text_size);
    if (st != STATUS_EXISTS) {
      return st;
    }
  }
}

Status
library_create(const char* const        data_dir,
               const Composition* const root,
               char                     id[LIBRARY_ID_SIZE],
               char* const              text,
               const size_t             text_size)
{
  char* const draft = make_draft(data_dir, text, text_size);
  if (!draft) {
    return STATUS_IO;
  }

  const Status st = create_in(
    data_dir, draft, root, string_text(root->name), 0, id, text, text_size);
  if (st) {
    remove_draft(draft);
  }

  free(draft);
  return st;
}

/// Copy the files of a folder that end in an ending
static Status
copy_files(const char* const from,
           const char* const to,
           const char* const ending,
           char* const       text,
           const size_t      text_size)
{
  DIR* const dir = opendir(from);
  if (!dir) {
    return errno == ENOENT ? STATUS_OK
                           : file_fail("open", from, text, text_size);
  }

  Status st = file_make_folder(to, text, text_size);
  for (const struct dirent* entry = NULL;
       !st && (entry = file_next_entry(dir, from, &st, text, text_size));) {
    const size_t length = strlen(entry->d_name);
    const size_t end    = strlen(ending);
    if (length <= end || strcmp(entry->d_name + length - end, ending)) {
      continue;
    }

    // A file may go while it is copied: previous.json is replaced now and then
    char* const source = file_path("%s/%s", from, entry->d_name);
    char* const target = file_path("%s/%s", to, entry->d_name);
    st = source && target ? file_copy(source, target, text, text_size)
                          : file_no_memory(text, text_size);
    st = st == STATUS_NOT_FOUND ? STATUS_OK : st;
    free(source);
    free(target);
  }

  closedir(dir);
  return st;
}

/// Copy the files of a composition into a draft
static Status
copy_all(const char* const folder,
         const char* const draft,
         char* const       text,
         const size_t      text_size)
{
  char* const from = file_path("%s/history", folder);
  char* const to   = file_path("%s/history", draft);
  Status      st   = from && to ? STATUS_OK : file_no_memory(text, text_size);
  st = st ? st : copy_files(folder, draft, ".json", text, text_size);
  st = st ? st : copy_files(folder, draft, ".jsonl", text, text_size);
  st = st ? st : copy_files(from, to, ".json", text, text_size);
  free(from);
  free(to);
  return st;
}

/// Copy a composition into a draft and publish it under a name of its own
static Status
duplicate_in(const char* const data_dir,
             const char* const folder,
             const char* const draft,
             char              copy_id[LIBRARY_ID_SIZE],
             char* const       text,
             const size_t      text_size)
{
  Status st = copy_all(folder, draft, text, text_size);
  if (st) {
    return st;
  }

  Composition* root     = NULL;
  uint64_t     revision = 0;
  st                    = store_read(draft, text, text_size, &root, &revision);
  if (st) {
    return st;
  }

  char* const name = file_path("%s copy", string_text(root->name));
  st               = name ? create_in(
                data_dir, draft, root, name, revision, copy_id, text, text_size)
                          : file_no_memory(text, text_size);
  free(name);
  composition_release(root);
  return st;
}

/// The folder of a composition that is there, owned; null, with the reason
static char*
find_folder(const char* const data_dir,
            const char* const id,
            char* const       text,
            const size_t      text_size)
{
  char* const folder = library_folder(data_dir, id);
  if (!folder || access(folder, F_OK)) {
    free(folder);
    snprintf(text, text_size, "there is no composition \"%s\"", id);
    return NULL;
  }

  return folder;
}

Status
library_duplicate(const char* const data_dir,
                  const char* const id,
                  char              copy_id[LIBRARY_ID_SIZE],
                  char* const       text,
                  const size_t      text_size)
{
  char* const folder = find_folder(data_dir, id, text, text_size);
  if (!folder) {
    return STATUS_NOT_FOUND;
  }

  char* const draft = make_draft(data_dir, text, text_size);
  Status      st    = draft ? STATUS_OK : STATUS_IO;
  if (!st) {
    st = duplicate_in(data_dir, folder, draft, copy_id, text, text_size);
    if (st) {
      remove_draft(draft);
    }
  }

  free(draft);
  free(folder);
  return st;
}

/// Move a folder to the trash under a name that is free there
static Status
move_to_trash(const char* const data_dir,
              const char* const id,
              const char* const folder,
              char* const       text,
              const size_t      text_size)
{
  char* const trash = file_path("%s/trash", data_dir);
  Status      st    = trash ? file_make_folder(trash, text, text_size)
                            : file_no_memory(text, text_size);

  char stamp[STAMP_SIZE];
  stamp_write_name(clock_wall_nanos(), stamp);
  for (unsigned n = 1; !st; ++n) {
    char* const path = n == 1u ? file_path("%s/%s-%s", trash, id, stamp)
                               : file_path("%s/%s-%s-%u", trash, id, stamp, n);
    if (!path) {
      st = file_no_memory(text, text_size);
    } else if (!access(path, F_OK)) {
      free(path);
      continue;
    } else if (rename(folder, path)) {
      st = file_fail("move", folder, text, text_size);
    } else {
      st = file_sync_folder(trash, text, text_size);
      st = st ? st : file_sync_parent(folder, text, text_size);
    }

    free(path);
    break;
  }

  free(trash);
  return st;
}

Status
library_delete(const char* const data_dir,
               const char* const id,
               char* const       text,
               const size_t      text_size)
{
  char* const folder = find_folder(data_dir, id, text, text_size);
  if (!folder) {
    return STATUS_NOT_FOUND;
  }

  int    lock = -1;
  Status st   = store_lock(folder, &lock, text, text_size);
  if (!st) {
    st = move_to_trash(data_dir, id, folder, text, text_size);
    close(lock);
  }

  free(folder);
  return st;
}

// The last one

Status
library_set_last(const char* const data_dir,
                 const char* const id,
                 char* const       text,
                 const size_t      text_size)
{
  char* const  path = file_path("%s/last", data_dir);
  char* const  line = file_path("%s\n", id);
  const Status st   = path && line
                        ? file_replace(path, line, strlen(line), text, text_size)
                        : file_no_memory(text, text_size);
  free(line);
  free(path);
  return st;
}

bool
library_last(const char* const data_dir, char id[LIBRARY_ID_SIZE])
{
  char        text[FILE_TEXT_SIZE];
  char* const path = file_path("%s/last", data_dir);
  char*       data = NULL;
  size_t      size = 0;
  bool        ok   = false;
  if (path && !file_read_head(
                path, LIBRARY_ID_SIZE, &data, &size, text, sizeof(text))) {
    data[strcspn(data, "\n")] = '\0';
    char* const folder        = library_folder(data_dir, data);
    ok                        = folder && !access(folder, F_OK);
    if (ok) {
      snprintf(id, LIBRARY_ID_SIZE, "%s", data);
    }

    free(folder);
    free(data);
  }

  free(path);
  return ok;
}
