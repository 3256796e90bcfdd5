// SPDX-License-Identifier: GPL-3.0-or-later
//
// Folders for the files of a test

#ifndef SONIC_SUPPORT_TEMP_FOLDER_H
#define SONIC_SUPPORT_TEMP_FOLDER_H

#define TEMP_PATH_SIZE 512

/// Make an empty folder; its path goes to `path`
void
temp_folder_new(char path[TEMP_PATH_SIZE]);

/// Remove a folder and all that is in it
void
temp_folder_remove(const char* path);

/// Number of files in a folder whose names end in `ending` ("" for all)
unsigned
temp_folder_count(const char* path, const char* ending);

/// Write a whole file; the program ends if that fails
void
temp_file_write(const char* path, const void* data, unsigned long size);

/// Read a whole file, to be freed by the caller; the program ends if that fails
void*
temp_file_read(const char* path, unsigned long* size);

#endif // SONIC_SUPPORT_TEMP_FOLDER_H
