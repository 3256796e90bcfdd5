// SPDX-License-Identifier: GPL-3.0-or-later
//
// Connections are remembered while there is no server

#include "backend/connections.h"
#include "support/fail_malloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/// How many connections are lost, the last of them in `port` and `peer`
static unsigned
count_lost(Connections* list, uint32_t* port, char peer[32])
{
  size_t   position = 0;
  unsigned count    = 0;
  while (connections_next_lost(list, &position, port, peer, 32)) {
    ++count;
  }
  return count;
}

static void
test_the_list_follows_the_server(void** state)
{
  (void)state;
  Connections list;
  connections_init(&list);
  assert_false(connections_has(&list, 0));

  connections_set(&list, 0, "a:1", true);
  connections_set(&list, 0, "a:2", true);
  connections_set(&list, 0, "a:2", true);
  connections_set(&list, 1, "a:1", true);
  connections_set(&list, 2, "a:1", false);
  assert_true(connections_has(&list, 0));
  assert_false(connections_has(&list, 2));

  connections_set(&list, 0, "a:2", false);
  assert_true(connections_has(&list, 0));
  connections_set(&list, 0, "a:1", false);
  assert_false(connections_has(&list, 0));
  assert_true(connections_has(&list, 1));
  connections_clear(&list);
}

static void
test_what_a_dying_server_breaks_is_kept(void** state)
{
  (void)state;
  uint32_t    port = 9;
  char        peer[32];
  Connections list;
  connections_init(&list);
  connections_set(&list, 0, "a:1", true);
  connections_set(&list, 1, "a:2", true);
  assert_int_equal(count_lost(&list, &port, peer), 0);

  connections_freeze(&list);
  connections_set(&list, 0, "a:1", false);
  connections_set(&list, 1, "a:2", false);
  connections_set(&list, 1, "a:3", true);
  assert_int_equal(count_lost(&list, &port, peer), 2);
  assert_false(connections_has(&list, 0));

  // One comes back, the other is still to be made
  connections_thaw(&list);
  connections_set(&list, 0, "a:1", true);
  assert_true(connections_has(&list, 0));
  assert_int_equal(count_lost(&list, &port, peer), 1);
  assert_int_equal(port, 1);
  assert_string_equal(peer, "a:2");
  connections_clear(&list);
}

static void
test_many_are_kept(void** state)
{
  (void)state;
  uint32_t    port = 9;
  char        peer[32];
  Connections list;
  connections_init(&list);
  for (unsigned i = 0; i < 1000; ++i) {
    snprintf(peer, sizeof(peer), "a:%u", i);
    connections_set(&list, i % 5, peer, true);
  }
  connections_freeze(&list);
  assert_int_equal(count_lost(&list, &port, peer), 1000);
  connections_clear(&list);
}

static void
test_what_there_is_no_memory_for_is_forgotten(void** state)
{
  (void)state;
  for (unsigned n = 1, asked = n; asked >= n; ++n) {
    Connections list;
    connections_init(&list);
    fail_malloc_at(n);
    connections_set(&list, 0, "a:1", true);
    connections_set(&list, 1, "a:1", true);
    asked = fail_malloc_stop();
    assert_int_equal(connections_has(&list, 0) + connections_has(&list, 1),
                     asked < n ? 2 : 1);
    connections_set(&list, 0, "a:1", false);
    connections_set(&list, 1, "a:1", false);
    assert_false(connections_has(&list, 0) || connections_has(&list, 1));
    connections_clear(&list);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_the_list_follows_the_server),
    cmocka_unit_test(test_what_a_dying_server_breaks_is_kept),
    cmocka_unit_test(test_many_are_kept),
    cmocka_unit_test(test_what_there_is_no_memory_for_is_forgotten),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
