// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any text as a composition
//
// It is read or refused with a place in it.  What is read is written, and that
// is read as the same.  What can be read of a faulty one can be written.  The
// patch from nothing to it leads to it.

#include "base/text.h"
#include "model/codec.h"

#include <jansson.h>

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static bool
add_text(void* const handle, const char* const text, const size_t length)
{
  text_add((Text*)handle, text, length);
  return true;
}

static Text
encode(const Composition* const root)
{
  Text text = {0};
  assert(!composition_encode(root, add_text, &text) && !text.failed);
  return text;
}

/// What the faults are told of
typedef struct {
  const char* text;
  size_t      size;
  uint32_t    count;
} Told;

static bool
hear(void* const handle, const CodecError* const error)
{
  Told* const told  = (Told*)handle;
  size_t      lines = 1;
  for (size_t i = 0; i < told->size; ++i) {
    lines += told->text[i] == '\n';
  }

  assert(error->line >= 1 && (size_t)error->line <= lines);
  assert(error->column >= 1 && (size_t)error->column <= told->size + 1u);
  assert(error->text[0]);
  ++told->count;
  return true;
}

static void
check_good(const Composition* const root)
{
  CodecError   error;
  Composition* again = NULL;
  Text         text  = encode(root);
  assert(!composition_decode(text.data, text.size, &error, &again));

  Text same = encode(again);
  assert(same.size == text.size && !memcmp(same.data, text.data, text.size));
  composition_release(again);
  text_free(&same);

  // From nothing to it
  char          why[256] = "";
  Composition*  draft    = composition_new("", "");
  json_t* const patch    = patch_encode(draft, root);
  assert(patch && !patch_apply(&draft, patch, why, sizeof(why)));
  same = encode(draft);
  assert(same.size == text.size && !memcmp(same.data, text.data, text.size));
  json_decref(patch);
  composition_release(draft);
  text_free(&same);
  text_free(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  const char* const text = (const char*)data;
  CodecError        error;
  Composition*      root     = NULL;
  Composition*      salvaged = NULL;
  Told              told     = {text, size, 0};
  const Status      st       = composition_decode(text, size, &error, &root);
  const uint32_t    faults   = composition_check(text, size, hear, &told);
  assert(faults == told.count && !faults == !st);
  if (!st) {
    check_good(root);
    composition_release(root);
  }

  assert(!composition_salvage(text, size, hear, &told, &salvaged));
  Text written = encode(salvaged);
  text_free(&written);
  composition_release(salvaged);
  return 0;
}
