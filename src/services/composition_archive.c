// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/composition_archive.h"

#include "base/text.h"
#include "media/path.h"
#include "model/codec.h"
#include "services/edit.h"
#include "services/services_private.h"
#include "store/archive.h"
#include "store/file.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// An archive that is being written
typedef struct {
  const Services* services;
  const char*     folder; ///< Of the composition's file
  ArchiveWriter*  writer;
  Composition*    root;    ///< Names the files of the archive; owned
  uint32_t        missing; ///< Samples without a file
  char*           text;
  size_t          text_size;
} Packing;

// Writing

/// Whether a sample before `index` has a name already
static bool
is_taken(const Composition* const root,
         const uint32_t           index,
         const char* const        name)
{
  const IdList* const order = root->order[KIND_SAMPLE];
  for (uint32_t i = 0; i < index; ++i) {
    const SampleNode* const node =
      (const SampleNode*)composition_find(root, order->ids[i]);
    if (!strcmp(string_text(node->file), name)) {
      return true;
    }
  }

  return false;
}

/// The name of a sample's file in the archive, which no other has
static void
choose_name(const Composition* const root,
            const uint32_t           index,
            const char* const        file,
            char                     name[512])
{
  const char* const slash  = strrchr(file, '/');
  const char* const base   = slash ? slash + 1 : file;
  const char* const dot    = strrchr(base, '.');
  const int         length = dot ? (int)(dot - base) : (int)strlen(base);
  snprintf(name, 512, ARCHIVE_SAMPLES "/%.200s", base);
  for (unsigned n = 2; is_taken(root, index, name); ++n) {
    snprintf(name,
             512,
             ARCHIVE_SAMPLES "/%.*s-%u%.20s",
             length < 180 ? length : 180,
             base,
             n,
             dot ? dot : "");
  }
}

/// Add a sample's file and have the sample name it
static Status
pack_sample(Packing* const packing, const uint32_t index)
{
  const Id          id = packing->root->order[KIND_SAMPLE]->ids[index];
  SampleNode* const copy =
    (SampleNode*)node_copy(composition_find(packing->root, id));
  if (!copy) {
    return file_no_memory(packing->text, packing->text_size);
  }

  char from[SAMPLE_PATH_SIZE];
  char name[512];
  char why[FILE_TEXT_SIZE];
  int  fd = -1;
  samples_resolve(packing->services, packing->folder, copy, from);
  if (path_open_local(from, &fd, why, sizeof(why))) {
    node_release(&copy->node);
    if (!packing->missing++) {
      snprintf(packing->text, packing->text_size, "Left out: %s", why);
    }

    return STATUS_OK;
  }

  choose_name(packing->root, index, from, name);
  Status st = archive_add_file(
    packing->writer, name, fd, packing->text, packing->text_size);
  close(fd);
  if (st || !edit_string(&copy->file, name)) {
    node_release(&copy->node);
    return st ? st : file_no_memory(packing->text, packing->text_size);
  }

  return composition_put(&packing->root, &copy->node);
}

static bool
add_piece(void* const handle, const char* const piece, const size_t length)
{
  Text* const text = (Text*)handle;
  text_add(text, piece, length);
  return !text->failed;
}

static Status
pack_composition(Packing* const packing)
{
  Text   json = {0};
  Status st   = composition_encode(packing->root, add_piece, &json)
                  ? file_no_memory(packing->text, packing->text_size)
                  : archive_add(packing->writer,
                              ARCHIVE_COMPOSITION,
                              json.data,
                              json.size,
                              packing->text,
                              packing->text_size);
  text_free(&json);
  return st;
}

Status
composition_archive_write(const Services* const    services,
                          const Composition* const root,
                          const char* const        folder,
                          const char* const        path,
                          char* const              text,
                          const size_t             text_size)
{
  Packing packing = {.services  = services,
                     .folder    = folder,
                     .root      = composition_retain(root),
                     .text      = text,
                     .text_size = text_size};
  Status  st      = archive_create(path, &packing.writer, text, text_size);

  const uint32_t count = id_list_count(root->order[KIND_SAMPLE]);
  for (uint32_t i = 0; !st && i < count; ++i) {
    st = pack_sample(&packing, i);
  }

  st = st ? st : pack_composition(&packing);
  st = st ? st : archive_commit(packing.writer, text, text_size);
  archive_abort(packing.writer);
  composition_release(packing.root);
  return st;
}

// Reading

Status
composition_archive_unpack(const Services* const services,
                           const char* const     path,
                           char                  folder[SAMPLE_PATH_SIZE],
                           char* const           text,
                           const size_t          text_size)
{
  int fd    = -1;
  folder[0] = '\0';
  Status st = path_open_local(path, &fd, text, text_size);
  if (st) {
    return st;
  }

  char cache[SAMPLE_PATH_SIZE];
  snprintf(cache, sizeof(cache), "%.3800s/cache", services->data_dir);
  st = file_make_folder(cache, text, text_size);
  snprintf(folder, SAMPLE_PATH_SIZE, "%.3900s/import-XXXXXX", cache);
  if (!st && !mkdtemp(folder)) {
    st        = file_fail("make", folder, text, text_size);
    folder[0] = '\0';
  }

  st = st ? st : archive_extract(fd, path, folder, text, text_size);
  close(fd);
  return st;
}

static int
remove_entry(const char* const        path,
             const struct stat* const info,
             const int                type,
             struct FTW* const        place)
{
  (void)info;
  (void)type;
  (void)place;
  return remove(path);
}

void
composition_archive_remove(const char* const folder)
{
  if (folder[0]) {
    nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
  }
}
