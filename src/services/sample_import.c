// SPDX-License-Identifier: GPL-3.0-or-later
//
// Importing audio files and folders of them
//
// A worker decodes the files one by one and copies each to DATA/samples; then
// all of them come into the document as one step.  Of a folder, what is no
// audio is left out.

#include "services/edit.h"
#include "services/sample_keep.h"
#include "services/samples.h"
#include "services/services_private.h"
#include "store/file.h"

#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// A file that is brought in
typedef struct {
  char*        name; ///< As it is opened, owned
  char         path[SAMPLE_PATH_SIZE];
  DecodeResult result;
  Status       status;
} ImportFile;

typedef struct {
  Job         job;
  Services*   services;
  char        name[SAMPLE_PATH_SIZE]; ///< As it was named
  Author      author;
  char        who[64];
  Completion  completion;
  ImportFile* files; ///< Owned
  uint32_t    num_files;
  uint32_t    current;
  Status      status;
  char        text[FILE_TEXT_SIZE];
} ImportJob;

static void
note_progress(void* const handle, const double done)
{
  ImportJob* const job   = (ImportJob*)handle;
  const double     files = job->num_files;
  atomic_store(&job->job.permille,
               (int)(1000.0 * (job->current + done) / files));
}

/// Decode before anything is kept, so that what is no audio leaves no trace
static void
import_file(ImportJob* const job, ImportFile* const file)
{
  const SampleDecode decode = {
    job->services, &job->job.cancelled, note_progress, job};
  char* const  text = job->text;
  const size_t size = sizeof(job->text);
  int          fd   = -1;
  file->status =
    services_open_named(job->services, file->name, &fd, text, size);
  if (file->status) {
    return;
  }
  file->status =
    sample_decode(&decode, fd, file->name, &file->result, text, size);
  if (!file->status) {
    file->status =
      sample_keep_file(job->services, fd, file->name, file->path, text, size);
  }
  close(fd);
}

static bool
add_file(ImportJob* const job, const char* const name)
{
  ImportFile* const files = (ImportFile*)realloc(
    job->files, (job->num_files + 1u) * sizeof(ImportFile));
  char* const copy = strdup(name);
  if (files) {
    job->files = files;
  }
  if (!files || !copy) {
    free(copy);
    return false;
  }
  memset(&files[job->num_files], 0, sizeof(ImportFile));
  files[job->num_files++].name = copy;
  return true;
}

/// Whether a folder is one of those that may be read, or lies in one
static bool
is_allowed(const Services* const services, const char* const folder)
{
  char* const data[]  = {services->data_dir, NULL};
  char**      lists[] = {services->media_dirs, (char**)data};
  char        real[PATH_MAX];
  for (uint32_t i = 0; i < 2u; ++i) {
    for (char** dir = lists[i]; dir && *dir; ++dir) {
      const size_t length = realpath(*dir, real) ? strlen(real) : 0;
      if (length && !strncmp(folder, real, length) &&
          (!folder[length] || folder[length] == '/')) {
        return true;
      }
    }
  }
  return false;
}

bool
services_find_folder(const Services* const services,
                     const char* const     name,
                     char                  real[PATH_MAX])
{
  struct stat info;
  char        path[2u * SAMPLE_PATH_SIZE];
  if (name[0] == '/') {
    return realpath(name, real) && !stat(real, &info) &&
           S_ISDIR(info.st_mode) && is_allowed(services, real);
  }
  for (char** dir = services->media_dirs; dir && *dir; ++dir) {
    snprintf(path, sizeof(path), "%.4000s/%.4000s", *dir, name);
    if (realpath(path, real) && !stat(real, &info) && S_ISDIR(info.st_mode) &&
        is_allowed(services, real)) {
      return true;
    }
  }
  return false;
}

static int
compare(const FTSENT** const a, const FTSENT** const b)
{
  return strcmp((*a)->fts_name, (*b)->fts_name);
}

/// Take in the names of all files in a folder and below, in their order
static Status
list_folder(ImportJob* const job, char* const folder)
{
  char* const roots[] = {folder, NULL};
  FTS* const  fts     = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, compare);
  Status      status  = fts ? STATUS_OK : STATUS_NO_MEMORY;
  FTSENT*     entry   = NULL;
  while (!status && (entry = fts_read(fts))) {
    if (entry->fts_info == FTS_D && entry->fts_level &&
        (entry->fts_name[0] == '.' || entry->fts_level > SAMPLES_MAX_DEPTH)) {
      fts_set(fts, entry, FTS_SKIP);
    } else if (entry->fts_info == FTS_F && entry->fts_name[0] != '.') {
      status = job->num_files == SAMPLES_MAX_IMPORT ? STATUS_TOO_LARGE
               : add_file(job, entry->fts_path)     ? STATUS_OK
                                                    : STATUS_NO_MEMORY;
    }
  }
  if (fts) {
    fts_close(fts);
  }
  if (status == STATUS_TOO_LARGE) {
    snprintf(job->text,
             sizeof(job->text),
             "%.200s has more than %u files",
             job->name,
             SAMPLES_MAX_IMPORT);
  }
  return status;
}

static void
import_run(Job* const base)
{
  ImportJob* const job = (ImportJob*)base;
  char             folder[PATH_MAX];
  const bool is_folder = services_find_folder(job->services, job->name, folder);
  job->status          = is_folder                  ? list_folder(job, folder)
                         : add_file(job, job->name) ? STATUS_OK
                                                    : STATUS_NO_MEMORY;
  uint32_t good        = 0;
  for (; !job->status && job->current < job->num_files; ++job->current) {
    import_file(job, &job->files[job->current]);
    good += !job->files[job->current].status;
    job->status =
      atomic_load(&job->job.cancelled) ? STATUS_CANCELLED : STATUS_OK;
  }
  if (job->status || good) {
    return;
  }

  job->status = is_folder ? STATUS_NOT_FOUND : job->files[0].status;
  if (is_folder) {
    snprintf(job->text,
             sizeof(job->text),
             "There is no audio file in %.200s",
             job->name);
  }
}

/// Add the sample of a file to the draft
static Status
add_sample(Services* const services, const char* const path, Id* const id)
{
  const char* const file = strrchr(path, '/') + 1;
  const char* const dot  = strrchr(file, '.');
  char              name[256];
  snprintf(name,
           sizeof(name),
           "%.*s",
           (int)(dot && dot > file ? dot - file : (long)strlen(file)),
           file);

  Status st = composition_take_id(edit_draft(services), KIND_SAMPLE, id);
  SampleNode* const node = st ? NULL : (SampleNode*)node_new(NODE_SAMPLE, *id);
  if (!node || !edit_string(&node->name, name) ||
      !edit_string(&node->file, file)) {
    node_release(node ? &node->node : NULL);
    return st ? st : STATUS_NO_MEMORY;
  }
  return edit_put(services, &node->node);
}

/// Add all files to the document in one step; writes their ids
static Status
add_samples(ImportJob* const job, char* const ids, const size_t size)
{
  Services* const services = job->services;
  size_t          used     = 0;
  Status          st       = STATUS_OK;
  services_begin(services, &job->author);
  for (uint32_t i = 0; !st && i < job->num_files; ++i) {
    ImportFile* const file = &job->files[i];
    Id                id   = ID_NONE;
    char              text[ID_TEXT_SIZE];
    if (file->status ||
        sample_pool_add(services->samples, file->path, &file->result)) {
      continue;
    }
    st = add_sample(services, file->path, &id);
    if (used + ID_TEXT_SIZE + 1u < size) {
      used += (size_t)snprintf(
        ids + used, size - used, "%s%s", used ? " " : "", id_format(id, text));
    }
  }
  if (st) {
    services_abort(services);
    return st;
  }
  return services_commit(services);
}

static void
import_done(Job* const base)
{
  ImportJob* const job       = (ImportJob*)base;
  char             ids[1024] = "";
  Status           st        = job->status;
  st                         = st ? st : add_samples(job, ids, sizeof(ids));

  const char* const cause = job->text[0] ? job->text : status_text(st);
  job->completion.done(job->completion.handle, st, st ? cause : ids);
  for (uint32_t i = 0; i < job->num_files; ++i) {
    free(job->files[i].name);
  }
  free(job->files);
  free(job);
}

static void
import_progress(Job* const base, const double share)
{
  ImportJob* const job = (ImportJob*)base;
  job->completion.progress(job->completion.handle, share, job->name);
}

Status
samples_import(Services* const         services,
               const Author* const     author,
               const char* const       path,
               const Completion* const completion)
{
  ImportJob* const job = (ImportJob*)calloc(1, sizeof(ImportJob));
  if (!job) {
    return STATUS_NO_MEMORY;
  }

  job->job.run      = import_run;
  job->job.done     = import_done;
  job->job.progress = import_progress;
  job->services     = services;
  job->completion   = *completion;
  snprintf(job->name, sizeof(job->name), "%s", path);
  snprintf(job->who, sizeof(job->who), "%s", author->who);
  job->author = (Author){author->client, job->who, "/samples/import", ""};

  const Status st = jobs_add(services->jobs, &job->job);
  if (st) {
    free(job);
  }
  return st;
}
