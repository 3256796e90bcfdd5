// SPDX-License-Identifier: GPL-3.0-or-later
//
// The client that the tests use, against liblo's own server

#include "support/osc_client.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/// Whether the server answers in SLIP, which it does not find out by itself
static bool slip;

static int
answer(const char* path,
       const char* types,
       lo_arg**    argv,
       int         argc,
       lo_message  message,
       void*       handle)
{
  (void)types;
  (void)argv;
  (void)argc;
  const lo_server  server = lo_server_thread_get_server(handle);
  const lo_address source = lo_message_get_source(message);
  lo_address_set_stream_slip(source, slip);
  if (!strcmp(path, "/ping")) {
    lo_send_from(source, server, LO_TT_IMMEDIATE, "/reply", "s", path);
  } else {
    lo_send_message_from(source, server, path, message);
  }
  return 0;
}

static void
check_conversation(OscTransport transport)
{
  slip                    = transport == OSC_SLIP;
  const int        proto  = transport == OSC_UDP ? LO_UDP : LO_TCP;
  lo_server_thread server = lo_server_thread_new_with_proto(NULL, proto, NULL);
  assert_non_null(server);
  lo_server_thread_add_method(server, NULL, NULL, answer, server);
  lo_server_thread_start(server);
  const uint16_t   port   = (uint16_t)lo_server_thread_get_port(server);
  OscClient* const client = osc_client_new(transport, port);
  assert_non_null(client);

  // 192 and 219 are what SLIP has to escape
  assert_true(
    osc_client_send(client, "/one", "ifsi", 0xC0DB, 2.5, "three", 0xDBDCC0));
  assert_true(osc_client_send(client, "/ping", ""));
  assert_true(osc_client_send(client, "/two", "dT", 0.1));

  // The last is waited for first, the others are still there then
  const OscReceived* received = osc_client_wait_path(client, "/two", 5000);
  assert_non_null(received);
  assert_true(osc_number(received, 0) == 0.1);
  assert_true(osc_number(received, 1) == 1.0);
  assert_true(isnan(osc_number(received, 2)));
  assert_int_equal(received->from, port);

  received = osc_client_wait_answer(client, "/ping", 5000);
  assert_non_null(received);
  assert_string_equal(osc_text(received, 0), "/ping");

  assert_int_equal(osc_client_collect(client, 0), 1);
  received = osc_client_kept(client, 0);
  assert_string_equal(received->path, "/one");
  assert_true(osc_number(received, 0) == 0xC0DB);
  assert_true(osc_number(received, 1) == 2.5);
  assert_string_equal(osc_text(received, 2), "three");
  assert_true(osc_number(received, 3) == 0xDBDCC0);
  osc_client_drop(client);

  assert_null(osc_client_wait_path(client, NULL, 20));
  osc_client_free(client);
  lo_server_thread_free(server);
}

static void
test_udp(void** state)
{
  (void)state;
  check_conversation(OSC_UDP);
}

static void
test_tcp_slip(void** state)
{
  (void)state;
  check_conversation(OSC_SLIP);
}

static void
test_tcp_prefix(void** state)
{
  (void)state;
  check_conversation(OSC_PREFIX);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_udp),
    cmocka_unit_test(test_tcp_slip),
    cmocka_unit_test(test_tcp_prefix),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
