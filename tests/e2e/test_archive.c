// SPDX-License-Identifier: GPL-3.0-or-later
//
// A composition moves to another machine as one file

#include "support/converse.h"
#include "support/daemon.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <jansson.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char* const arguments[] = {"--driver", "dummy", NULL};

/// The open composition without what differs between copies
static json_t*
read_document(OscClient* const client)
{
  char* const   text = converse_json(client);
  json_t* const root = json_loads(text, 0, NULL);
  free(text);
  assert_non_null(root);
  json_object_del(root, "id");
  json_object_del(root, "samples");
  return root;
}

static void
expect_samples(OscClient* const client, const unsigned count)
{
  for (unsigned i = 1; i <= count; ++i) {
    char address[64];
    snprintf(address, sizeof(address), "/samples/s%u/path", i);
    char* const path = converse_string(client, address);
    assert_int_equal(access(path, R_OK), 0);
    free(path);
  }
}

static void
test_another_machine_has_the_same(void** const state)
{
  (void)state;
  Daemon here;
  Daemon there;
  char   archive[300];
  char   copy[400];
  daemon_init(&here);
  daemon_init(&there);
  assert_true(daemon_start(&here, arguments));
  OscClient* client = osc_client_new(OSC_UDP, here.port);
  converse_ask(client, "/compositions/current/export", "s", "all.zip");
  converse_refused(
    client, "exists", "/compositions/current/export", "s", "all.zip");
  json_t* const before = read_document(client);
  json_t* const list   = json_object_get(before, "tracks");
  assert_true(json_array_size(list) > 0);
  osc_client_free(client);

  snprintf(archive, sizeof(archive), "%s/data/exports/all.zip", here.home);
  assert_true(daemon_start(&there, arguments));
  client = osc_client_new(OSC_UDP, there.port);
  converse_ask(client, "/compositions/create", "s", "Other");
  snprintf(copy, sizeof(copy), "%s/data/samples", there.home);
  assert_int_equal(rename(archive, strcat(copy, "/all.zip")), 0);
  converse_ask(client, "/compositions/import", "s", copy);

  json_t* const after = read_document(client);
  assert_true(json_equal(before, after));
  expect_samples(client, 2);

  // What was unpacked on the way is gone
  snprintf(copy, sizeof(copy), "ls -d %s/data/cache/import-* 2>&1", there.home);
  assert_int_not_equal(system(copy), 0);
  json_decref(before);
  json_decref(after);
  osc_client_free(client);
  daemon_free(&here);
  daemon_free(&there);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_another_machine_has_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
