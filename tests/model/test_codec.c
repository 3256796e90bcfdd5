// SPDX-License-Identifier: GPL-3.0-or-later
//
// Compositions as JSON: what is written is read as the same

#include "base/text.h"
#include "model/codec.h"
#include "support/random_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
  assert_int_equal(composition_encode(root, add_text, &text), STATUS_OK);
  return text;
}

static Composition*
decode(const char* const text, const size_t length)
{
  CodecError   error;
  Composition* root = NULL;
  if (composition_decode(text, length, &error, &root)) {
    fail_msg("%d:%d: %s: %s", error.line, error.column, error.path, error.text);
  }

  return root;
}

static void
test_documents_return(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 200; ++i) {
    Random             random = {1000u + i};
    Composition* const root   = random_document(&random, i);
    Text               text   = encode(root);
    Composition* const again  = decode(text.data, text.size);
    assert_true(document_equal(root, again));

    // What was read is written as the same bytes
    Text same = encode(again);
    assert_string_equal(same.data, text.data);

    text_free(&same);
    text_free(&text);
    composition_release(again);
    composition_release(root);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_documents_return),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
