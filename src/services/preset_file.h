// SPDX-License-Identifier: GPL-3.0-or-later
//
// Folders of preset files
//
// One JSON file for each preset.  What is wrong with a file is said with file,
// place and key, and the others are still read.

#ifndef SONIC_SERVICES_PRESET_FILE_H
#define SONIC_SERVICES_PRESET_FILE_H

#include "base/rt.h"
#include "base/status.h"

#include <jansson.h>

#include <stdbool.h>
#include <stddef.h>

/// Called with what is wrong with a file
typedef void (*PresetFaultFunc)(void* handle, const char* text);

/// A file that is read
typedef struct {
  const char*     path;
  const char*     text;
  size_t          size;
  bool            own; ///< The user's, not the program's
  PresetFaultFunc fault;
  void*           handle; ///< Of `fault`
} PresetFile;

/// Called with each file whose JSON is good
typedef void (*PresetFileFunc)(void*             handle,
                               const PresetFile* file,
                               const json_t*     json);

/**
   Read all files of a folder, which may not be there.

   @param own Whether they are the user's.
   @param fault Called, with its handle, for each file that can't be used.
   @param take Called, with its handle, for each other file.
*/
void
preset_files_read(const char*     dir,
                  bool            own,
                  PresetFaultFunc fault,
                  void*           fault_handle,
                  PresetFileFunc  take,
                  void*           take_handle);

/// Say what is wrong with a file at a key ("params.mix"); returns false
bool
preset_fault(const PresetFile* file, const char* key, const char* format, ...)
  SONIC_PRINTF(3, 4);

/// A number as short as it can be while it is the same float; new reference
json_t*
preset_number(float value);

/**
   Write the JSON of a preset to a file, of which there must be none.

   @param folder Folder, made if it is not there.
   @param name Name of the file without its ending.
   @param json Stolen; null if memory ran out.
   @param text What went wrong.
*/
Status
preset_file_write(const char* folder,
                  const char* name,
                  json_t*     json,
                  char*       text,
                  size_t      text_size);

#endif // SONIC_SERVICES_PRESET_FILE_H
