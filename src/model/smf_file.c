// SPDX-License-Identifier: GPL-3.0-or-later

#include "model/smf_file.h"

#include <stdlib.h>
#include <string.h>

bool
smf_grow(void** const    items,
         const uint32_t  count,
         uint32_t* const max,
         const size_t    item_size)
{
  if (count < *max) {
    return true;
  }

  const uint32_t more  = *max ? *max * 2u : 16u;
  void* const    array = realloc(*items, (size_t)more * item_size);
  if (!array) {
    return false;
  }

  *items = array;
  *max   = more;
  return true;
}

static void
changes_clear(SmfChanges* const changes)
{
  for (uint32_t i = 0; i < changes->count; ++i) {
    string_release(changes->rows[i].name);
  }

  free(changes->rows);
}

void
smf_file_clear(SmfFile* const file)
{
  for (uint32_t i = 0; i < file->num_parts; ++i) {
    string_release(file->parts[i].name);
    json_drop(file->parts[i].controllers);
    free(file->parts[i].notes);
  }

  changes_clear(&file->tempos);
  changes_clear(&file->signatures);
  changes_clear(&file->markers);
  string_release(file->name);
  free(file->parts);
  memset(file, 0, sizeof(*file));
}
