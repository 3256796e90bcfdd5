// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/preset_file.h"

#include "model/json_place.h"
#include "store/file.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/// Most bytes of a file
#define MOST_BYTES (256u * 1024u)

bool
preset_fault(const PresetFile* const file,
             const char* const       key,
             const char* const       format,
             ...)
{
  char path[160];
  snprintf(path, sizeof(path), ".%s", key);

  JsonPlace      place;
  const JsonSpan whole = {file->text, file->text + file->size};
  json_place_init(&place, file->text, file->size);
  json_place_go(&place, json_locate(whole, path));

  char      text[640];
  const int length = snprintf(text,
                              sizeof(text),
                              "%.400s:%d:%d: %s: ",
                              file->path,
                              place.line,
                              json_place_column(&place),
                              key);
  va_list   args;
  va_start(args, format);
  vsnprintf(text + length, sizeof(text) - (size_t)length, format, args);
  va_end(args);
  file->fault(file->handle, text);
  return false;
}

static void
read_file(PresetFile* const    file,
          const PresetFileFunc take,
          void* const          take_handle)
{
  char*  text = NULL;
  size_t size = 0;
  char   why[FILE_TEXT_SIZE];
  if (file_read(file->path, MOST_BYTES, &text, &size, why, sizeof(why))) {
    file->fault(file->handle, why);
    return;
  }

  json_error_t  error;
  json_t* const json = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
  file->text         = text;
  file->size         = size;
  if (json) {
    take(take_handle, file, json);
    json_decref(json);
  } else {
    snprintf(why,
             sizeof(why),
             "%.300s:%d:%d: %.150s",
             file->path,
             error.line,
             error.column,
             error.text);
    file->fault(file->handle, why);
  }
  free(text);
}

void
preset_files_read(const char* const     dir,
                  const bool            own,
                  const PresetFaultFunc fault,
                  void* const           fault_handle,
                  const PresetFileFunc  take,
                  void* const           take_handle)
{
  DIR* const folder = opendir(dir);
  if (!folder) {
    return;
  }

  const struct dirent* entry = NULL;
  while ((entry = readdir(folder))) {
    const char* const ending = strrchr(entry->d_name, '.');
    if (entry->d_name[0] != '.' && ending && !strcmp(ending, ".json")) {
      char path[4096];
      snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
      PresetFile file = {path, NULL, 0, own, fault, fault_handle};
      read_file(&file, take, take_handle);
    }
  }
  closedir(folder);
}

json_t*
preset_number(const float value)
{
  for (int digits = 1; digits < 9; ++digits) {
    char text[32];
    snprintf(text, sizeof(text), "%.*g", digits, (double)value);
    if (strtof(text, NULL) == value) {
      return json_real(strtod(text, NULL));
    }
  }
  return json_real((double)value);
}

Status
preset_file_write(const char* const folder,
                  const char* const name,
                  json_t* const     json,
                  char* const       text,
                  const size_t      text_size)
{
  char path[4096];
  snprintf(path, sizeof(path), "%s/%s.json", folder, name);

  Status st = file_make_folder(folder, text, text_size);
  if (!st && !access(path, F_OK)) {
    snprintf(text, text_size, "There is already a file %.300s", path);
    st = STATUS_EXISTS;
  }

  char* const bytes =
    st || !json ? NULL
                : json_dumps(json, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
  if (!st) {
    st = bytes ? file_replace(path, bytes, strlen(bytes), text, text_size)
               : file_no_memory(text, text_size);
  }

  free(bytes);
  json_decref(json);
  return st;
}
