// SPDX-License-Identifier: GPL-3.0-or-later
//
// Patches: what differs is told and applied

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

static void
assert_leads(const Composition* const from, const Composition* const to)
{
  json_t* const patch = patch_encode(from, to);
  assert_non_null(patch);

  char         text[512] = "";
  Composition* draft     = composition_retain(from);
  if (patch_apply(&draft, patch, text, sizeof(text))) {
    fail_msg("%s\n%s", text, json_dumps(patch, JSON_INDENT(1)));
  }

  if (!document_equal(draft, to)) {
    fail_msg("%s", json_dumps(patch, JSON_INDENT(1)));
  }

  composition_release(draft);
  json_decref(patch);
}

static void
test_patches_lead_there_and_back(void** const state)
{
  (void)state;
  for (unsigned i = 0; i < 300; ++i) {
    Random             random = {77u + i};
    Composition* const a      = random_document(&random, i);
    Composition*       b      = composition_retain(a);
    for (unsigned n = 1u + (unsigned)random_below(&random, 12); n; --n) {
      random_edit(&random, &b);
    }

    assert_leads(a, b);
    assert_leads(b, a);
    assert_leads(a, a);

    composition_release(b);
    composition_release(a);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_patches_lead_there_and_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
