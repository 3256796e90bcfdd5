// SPDX-License-Identifier: GPL-3.0-or-later
//
// Any bytes as a segment of a journal, and any text as a line of one
//
// Bytes are cut into lines, good and bad, without a rest.  A line with the
// right checksum is applied or refused; what comes of it can be written, and
// the patch of the change leads there again.

#include "base/text.h"
#include "model/codec.h"
#include "store/journal.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

static bool
add_text(void* const handle, const char* const text, const size_t length)
{
  text_add((Text*)handle, text, length);
  return true;
}

/// Documents have the same text
static bool
is_same(const Composition* const a, const Composition* const b)
{
  Text x = {0};
  Text y = {0};
  composition_encode(a, add_text, &x);
  composition_encode(b, add_text, &y);

  const bool same = x.size == y.size && !memcmp(x.data, y.data, x.size);
  text_free(&x);
  text_free(&y);
  return same;
}

/// Something for lines to change
static Composition*
make_document(void)
{
  static const char json[] =
    "{\"buses\":[{\"id\":\"b1\"}],\"scenes\":[{\"id\":\"n1\"}],"
    "\"samples\":[{\"id\":\"s1\"}],\"tracks\":[{\"id\":\"t1\",\"clips\":["
    "{\"id\":\"c1\",\"notes\":[[60,0,1,100],[62,1,1,100]]}],\"channel\":"
    "{\"effects\":[{\"id\":\"e1\",\"type\":\"eq3\"}]}},{\"id\":\"t2\"}]}";

  CodecError   error;
  Composition* root = NULL;
  assert(!composition_decode(json, sizeof(json) - 1u, &error, &root));
  return root;
}

static void
apply(const JournalLine* const line)
{
  json_t* const object = journal_line_build(line);
  json_t* const change = json_object_get(object, "do");
  if (change) {
    char               text[256] = "";
    Composition* const before    = make_document();
    Composition*       after     = composition_retain(before);
    if (!patch_apply(&after, change, text, sizeof(text))) {
      Composition*  again = composition_retain(before);
      json_t* const patch = patch_encode(before, after);
      assert(patch && !patch_apply(&again, patch, text, sizeof(text)));
      assert(is_same(again, after));
      json_decref(patch);
      composition_release(again);
    } else {
      assert(after == before && text[0]);
    }

    composition_release(after);
    composition_release(before);
  }

  json_decref(object);
}

int
LLVMFuzzerTestOneInput(const uint8_t* const data, const size_t size)
{
  const char* const bytes  = (const char*)data;
  size_t            offset = 0;
  size_t            last   = 0;
  JournalLine       line;
  while (journal_next(bytes, size, &offset, &line)) {
    assert(offset > last && offset <= size);
    assert(line.text == bytes + last && line.length <= offset - last);
    last = offset;
    if (line.revision) {
      apply(&line);
    }
  }

  assert(last == size);

  // The same as what a line does
  Text text = {0};
  text_print(&text, "{\"rev\":2,\"parent\":1,\"do\":");
  text_add(&text, bytes, size);
  if (!memchr(bytes, '\n', size)) {
    journal_line_finish(&text, 0);
    offset = 0;
    assert(journal_next(text.data, text.size, &offset, &line));
    assert(line.revision == 2u && line.parent == 1u);
    apply(&line);
  }

  text_free(&text);
  return 0;
}
