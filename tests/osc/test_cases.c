// SPDX-License-Identifier: GPL-3.0-or-later
//
// Conversations with a real session, on a clock that the test moves

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "osc_cases.h"
#include "osc_session.h"

static void
talk_send(void* const          handle,
          const uint32_t       client,
          const uint8_t* const data,
          const uint32_t       size)
{
  session_send_raw(handle, client, data, size);
}

static void
talk_pass(void* const handle, const uint32_t ms)
{
  session_pass(handle, ms);
}

static uint64_t
talk_timetag(void* const handle, const double ms)
{
  return session_timetag(handle, ms);
}

static void
test_conversations_go_as_written(void** const state)
{
  (void)state;
  static char  names[MAX_CASES][128];
  const size_t count = case_list(names);
  unsigned     wrong = 0;
  for (size_t i = 0; i < count; ++i) {
    Session* const session = session_new(session_document);
    const Talker   talker  = {session, talk_send, talk_pass, talk_timetag};
    char* const    input   = case_read(names[i], "input");
    case_run(input, &talker);
    wrong += !case_check(names[i], session->log);
    assert_true(session->largest <= LIMIT_DATAGRAM_BYTES);
    free(input);
    session_free(session);
  }
  assert_int_equal(wrong, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_conversations_go_as_written),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
