// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/composition_load.h"

#include "base/utf8.h"
#include "media/path.h"
#include "model/codec.h"
#include "model/legacy.h"
#include "model/smf.h"
#include "services/services_private.h"
#include "store/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Largest composition file
#define MAX_FILE_BYTES ((uint64_t)4 << 30)

/// Largest file of the system that this one takes after
#define LEGACY_MAX_BYTES ((size_t)64 << 20)

bool
composition_is_path(const char* const path)
{
  const char* const dot = strrchr(path, '.');
  return (dot && !strcmp(dot, ".json")) || smf_is_path(path);
}

/// Call a composition by its file where it has no name
static bool
name_by_path(Composition* const root, const char* const path)
{
  const char* const slash = strrchr(path, '/');
  const char* const file  = slash ? slash + 1 : path;
  const char* const dot   = strrchr(file, '.');
  const size_t      size  = dot ? (size_t)(dot - file) : strlen(file);
  if (root->name->length || !utf8_valid(file, size)) {
    return true;
  }

  string_release(root->name);
  root->name =
    string_new_length(file, utf8_prefix(file, size < 200u ? size : 200u));
  return root->name;
}

/// Read a Standard MIDI File
static Status
load_smf(const char* const   path,
         char* const         text,
         const size_t        text_size,
         Composition** const out)
{
  char   remark[FILE_TEXT_SIZE] = "";
  char*  data                   = NULL;
  size_t size                   = 0;
  Status st = file_read(path, SMF_MAX_BYTES, &data, &size, text, text_size);
  if (st) {
    return st;
  }

  st = smf_decode(data, size, remark, sizeof(remark), out);
  free(data);
  if (!st && !name_by_path(*out, path)) {
    composition_release(*out);
    *out = NULL;
    st   = STATUS_NO_MEMORY;
  }

  if (remark[0]) {
    snprintf(text, text_size, "%.300s: %s", path, remark);
  }

  return st;
}

/**
   Turn a file of the system that this one takes after into one of ours.

   @param data Text of a file, replaced if it is such a one.
   @param text Receives then what came and what did not.
*/
static Status
convert_legacy(char** const  data,
               size_t* const size,
               char* const   text,
               const size_t  text_size)
{
  // Whatever is wrong with a text is told, with its place, where it is decoded
  json_t* const content =
    *size < LEGACY_MAX_BYTES ? json_loadb(*data, *size, 0, NULL) : NULL;
  if (!legacy_is(content)) {
    json_decref(content);
    return STATUS_OK;
  }

  json_t*       report = NULL;
  json_t*       ours   = NULL;
  const Status  st     = legacy_convert(content, &report, &ours);
  char* const   dumped = ours ? json_dumps(ours, JSON_INDENT(1)) : NULL;
  const json_t* last   = json_array_get(report, json_array_size(report) - 1u);
  if (dumped) {
    free(*data);
    *data = dumped;
    *size = strlen(dumped);
    snprintf(text, text_size, "%s", json_string_value(last));
  }

  json_decref(report);
  json_decref(ours);
  json_decref(content);
  return st ? st : dumped ? STATUS_OK : STATUS_NO_MEMORY;
}

Status
composition_load_file(const char* const   path,
                      char* const         text,
                      const size_t        text_size,
                      Composition** const out)
{
  if (smf_is_path(path)) {
    return load_smf(path, text, text_size, out);
  }

  char*  data = NULL;
  size_t size = 0;
  Status st   = file_read(path, MAX_FILE_BYTES, &data, &size, text, text_size);
  if (st) {
    return st;
  }

  CodecError error = {0};
  st               = convert_legacy(&data, &size, text, text_size);
  st               = st ? st : composition_decode(data, size, &error, out);
  free(data);
  if (st && error.text[0]) {
    snprintf(text,
             text_size,
             "%s:%d:%d: %s%s%s",
             path,
             error.line,
             error.column,
             error.path,
             error.path[0] ? ": " : "",
             error.text);
  }

  return st;
}

/// What decoding the samples of a composition goes by
typedef struct {
  const Services*    services;
  const Composition* root;
  const char*        folder;
  Job*               job;
  uint32_t           index; ///< Of the present sample
  uint32_t           count;
} Decoding;

static void
note_progress(void* const handle, const double done)
{
  const Decoding* const decoding = (const Decoding*)handle;
  if (decoding->job) {
    atomic_store(&decoding->job->permille,
                 (int)((decoding->index + done) * 1000.0 / decoding->count));
  }
}

/// Decode one file; on failure the cause is in `text`
static Status
decode_sample(Decoding* const   decoding,
              const char* const path,
              DecodeResult*     result,
              char* const       text,
              const size_t      text_size)
{
  char cache[SAMPLE_PATH_SIZE];
  samples_cache_folder(decoding->services, cache);

  const DecodeConfig config = {
    .folder   = cache,
    .rate     = decoding->services->rate,
    .progress = note_progress,
    .handle   = decoding,
    .cancel   = decoding->job ? &decoding->job->cancelled : NULL};

  int    fd = -1;
  Status st = file_make_folder(cache, text, text_size);
  st        = st ? st : path_open_local(path, &fd, text, text_size);
  if (!st) {
    st = decode_file(&config, fd, path, result, text, text_size);
    close(fd);
  }

  return st;
}

Status
composition_load_audio(const Services* const    services,
                       const Composition* const root,
                       const char* const        folder,
                       Job* const               job,
                       LoadedAudio* const       out)
{
  const IdList* const order = root->order[KIND_SAMPLE];
  Decoding decoding = {services, root, folder, job, 0, id_list_count(order)};

  out->count = 0;
  out->samples =
    (LoadedSample*)calloc((size_t)decoding.count + 1u, sizeof(LoadedSample));
  if (!out->samples) {
    return STATUS_NO_MEMORY;
  }

  for (; decoding.index < decoding.count; ++decoding.index) {
    char text[FILE_TEXT_SIZE] = "";
    char path[SAMPLE_PATH_SIZE];
    samples_resolve(
      services,
      folder,
      (const SampleNode*)composition_find(root, order->ids[decoding.index]),
      path);

    LoadedSample* const loaded = &out->samples[out->count++];
    loaded->path               = strdup(path);
    const Status st =
      decode_sample(&decoding, path, &loaded->result, text, sizeof(text));
    loaded->fault = st ? strdup(text[0] ? text : status_text(st)) : NULL;
    if (st == STATUS_CANCELLED || !loaded->path || (st && !loaded->fault)) {
      return st == STATUS_CANCELLED ? st : STATUS_NO_MEMORY;
    }
  }

  return STATUS_OK;
}

const char*
loaded_audio_pool(Services* const services, const LoadedAudio* const audio)
{
  const char* fault = NULL;
  for (uint32_t i = 0; i < audio->count; ++i) {
    const LoadedSample* const loaded = &audio->samples[i];
    const char*               cause  = loaded->fault;
    if (!cause &&
        sample_pool_add(services->samples, loaded->path, &loaded->result)) {
      cause = "The decoded audio can't be opened";
    }

    if (cause) {
      sample_pool_add_fault(services->samples, loaded->path, cause);
      fault = fault ? fault : cause;
    }
  }

  return fault;
}

void
loaded_audio_clear(LoadedAudio* const audio)
{
  for (uint32_t i = 0; i < audio->count; ++i) {
    free(audio->samples[i].path);
    free(audio->samples[i].fault);
  }

  free(audio->samples);
  audio->samples = NULL;
  audio->count   = 0;
}
