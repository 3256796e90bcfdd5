// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/composition_export.h"

#include "model/codec.h"
#include "model/smf.h"
#include "store/file.h"

#include <stdio.h>

static bool
write_piece(void* const handle, const char* const text, const size_t length)
{
  char why[FILE_TEXT_SIZE];
  return !file_replace_write(
    (FileReplace*)handle, text, length, why, sizeof(why));
}

static Status
write_smf(const Composition* const root,
          FileReplace* const       file,
          char* const              text,
          const size_t             text_size)
{
  Text   bytes = {0};
  Status st    = smf_encode(root, &bytes, text, text_size);
  st =
    st ? st : file_replace_write(file, bytes.data, bytes.size, text, text_size);
  text_free(&bytes);
  return st;
}

Status
composition_export_file(const Composition* const root,
                        const char* const        path,
                        char* const              text,
                        const size_t             text_size)
{
  char        why[FILE_TEXT_SIZE] = "";
  FileReplace file;
  Status      st = file_replace_open(&file, path, text, text_size);
  if (st) {
    return st;
  }

  if (smf_is_path(path)) {
    st = write_smf(root, &file, text, text_size);
  } else if (composition_encode(root, write_piece, &file)) {
    st = file_fail("write", path, text, text_size);
  }

  // A remark stays unless something goes wrong now
  if (!st) {
    st = file_replace_commit(&file, FILE_NEVER, why, sizeof(why));
    if (st) {
      snprintf(text, text_size, "%s", why);
    }
  }

  file_replace_abort(&file);
  return st;
}
