// SPDX-License-Identifier: GPL-3.0-or-later

#include "store/checkpoint.h"

#include "model/codec.h"
#include "model/json_reader.h"
#include "store/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Bytes that are collected before they are written
#define PIECE_SIZE (1u << 18u)

/// A file that is being written
typedef struct {
  FileReplace file;
  Checkpoint* checkpoint;
  char*       piece; ///< PIECE_SIZE bytes, owned
  size_t      used;
  Status      status;
  char*       text;
  size_t      text_size;
} Output;

static bool
write_piece(Output* const output)
{
  Checkpoint* const checkpoint = output->checkpoint;
  if (!output->status && checkpoint->func &&
      !checkpoint->func(checkpoint->handle)) {
    output->status = STATUS_CANCELLED;
    snprintf(output->text, output->text_size, "cancelled");
  }

  if (!output->status) {
    output->status = file_replace_write(&output->file,
                                        output->piece,
                                        output->used,
                                        output->text,
                                        output->text_size);
  }

  output->used = 0;
  return !output->status;
}

static bool
add_text(void* const handle, const char* text, size_t length)
{
  Output* const output = (Output*)handle;
  while (length) {
    const size_t room = PIECE_SIZE - output->used;
    const size_t part = length < room ? length : room;
    memcpy(output->piece + output->used, text, part);
    output->used += part;
    text += part;
    length -= part;
    if (output->used == PIECE_SIZE && !write_piece(output)) {
      return false;
    }
  }

  return true;
}

/// Write a file up to where it could be put into place; if that fails, it is
/// given up
static Status
write_all(Output* const output, const char* const path)
{
  output->piece = (char*)malloc(PIECE_SIZE);
  if (!output->piece) {
    return file_no_memory(output->text, output->text_size);
  }

  Status st =
    file_replace_open(&output->file, path, output->text, output->text_size);
  if (!st) {
    const Checkpoint* const checkpoint = output->checkpoint;
    composition_encode_file(
      checkpoint->root, checkpoint->head, add_text, output);
    write_piece(output);
    output->checkpoint->size = output->file.size;
    st                       = output->status;
    if (st) {
      file_replace_abort(&output->file);
    }
  }

  free(output->piece);
  return st;
}

Status
checkpoint_write_new(Checkpoint* const checkpoint,
                     const char* const path,
                     char* const       text,
                     const size_t      text_size)
{
  Output output = {
    .checkpoint = checkpoint, .text = text, .text_size = text_size};
  const Status st = write_all(&output, path);
  return st ? st
            : file_replace_commit(&output.file, FILE_NEVER, text, text_size);
}

/// Let `previous.json` be the checkpoint that is there, if there is one; a
/// second name for it, so that there is no moment without `current.json`
static Status
keep_current(const char* const folder, char* const text, const size_t text_size)
{
  char* const current  = file_path("%s/current.json", folder);
  char* const previous = file_path("%s/previous.json", folder);
  Status      st       = STATUS_OK;
  if (!current || !previous) {
    st = file_no_memory(text, text_size);
  } else if (!access(current, F_OK)) {
    if (unlink(previous) && errno != ENOENT) {
      st = file_fail("replace", previous, text, text_size);
    } else if (link(current, previous) && errno != EPERM && errno != ENOTSUP) {
      st = file_fail("write", previous, text, text_size);
    }
  }

  free(current);
  free(previous);
  return st;
}

Status
checkpoint_write_current(Checkpoint* const checkpoint,
                         const char* const folder,
                         char* const       text,
                         const size_t      text_size)
{
  Output output = {
    .checkpoint = checkpoint, .text = text, .text_size = text_size};
  char* const path = file_path("%s/current.json", folder);
  if (!path) {
    return file_no_memory(text, text_size);
  }

  Status st = write_all(&output, path);
  if (!st) {
    st = keep_current(folder, text, text_size);
    if (st) {
      file_replace_abort(&output.file);
    } else {
      st = file_replace_commit(&output.file, FILE_OVER, text, text_size);
    }
  }

  free(path);
  return st;
}

json_t*
checkpoint_head_of(const uint64_t revision)
{
  return json_pack("{s:I}", "revision", (json_int_t)revision);
}

json_t*
checkpoint_head(const char* const data,
                const size_t      size,
                const char* const key)
{
  JsonReader reader;
  unsigned   count = 0;
  json_reader_init(&reader, data, size);
  json_enter(&reader, '{');
  while (json_next(&reader, &count, '}')) {
    JsonSpan name;
    JsonSpan value;
    if (!json_read_key(&reader, &name) || !json_skip(&reader, &value)) {
      return NULL;
    }

    if ((size_t)(name.end - name.at) == strlen(key) &&
        !memcmp(name.at, key, strlen(key))) {
      ValueFault  fault;
      const char* fault_at = NULL;
      json_t*     built    = NULL;
      json_build(value, &fault, &fault_at, &built);
      return built;
    }
  }

  return NULL;
}

/// What a file is read to
typedef struct {
  const char* path;
  char*       text; ///< Receives the first fault
  size_t      text_size;
  bool        found; ///< A fault was found
} FaultText;

/// Keep the first fault and go on
static bool
keep_fault(void* const handle, const CodecError* const error)
{
  FaultText* const out = (FaultText*)handle;
  if (!out->found) {
    snprintf(out->text,
             out->text_size,
             "%s:%d:%d: %s%s%s",
             out->path,
             error->line,
             error->column,
             error->path,
             error->path[0] ? ": " : "",
             error->text);
    out->found = true;
  }

  return true;
}

/// Read a file, strictly or as well as it goes
static Status
read_file(const char* const   path,
          const bool          salvage,
          Composition** const root,
          uint64_t* const     revision,
          char* const         text,
          const size_t        text_size)
{
  char*        data = NULL;
  size_t       size = 0;
  const Status read =
    file_read(path, CHECKPOINT_MAX, &data, &size, text, text_size);
  if (read) {
    return read;
  }

  FaultText  fault = {path, text, text_size, false};
  CodecError error;
  Status     st = salvage
                    ? composition_salvage(data, size, keep_fault, &fault, root)
                    : composition_decode(data, size, &error, root);
  if (st == STATUS_BAD_ARGUMENT) {
    keep_fault(&fault, &error);
  } else if (st) {
    file_no_memory(text, text_size);
  } else {
    json_t* const value = checkpoint_head(data, size, "revision");
    *revision = json_is_integer(value) && json_integer_value(value) >= 0
                  ? (uint64_t)json_integer_value(value)
                  : UINT64_MAX;
    json_decref(value);
  }

  free(data);
  return st;
}

Status
checkpoint_read(const char* const   path,
                Composition** const root,
                uint64_t* const     revision,
                char* const         text,
                const size_t        text_size)
{
  return read_file(path, false, root, revision, text, text_size);
}

Status
checkpoint_salvage(const char* const   path,
                   Composition** const root,
                   uint64_t* const     revision,
                   char* const         text,
                   const size_t        text_size)
{
  return read_file(path, true, root, revision, text, text_size);
}
