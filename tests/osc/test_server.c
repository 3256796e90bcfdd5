// SPDX-License-Identifier: GPL-3.0-or-later
//
// The same conversations over UDP and both kinds of TCP, and feedback between
// clients, with a real server on real sockets

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "osc/server.h"
#include "osc_cases.h"
#include "osc_session.h"
#include "support/osc_client.h"

#include <pthread.h>
#include <stdatomic.h>

#define NUM_CLIENTS 4u

/// Only a failing test waits this long
#define PATIENCE_MS 20000

/// A server in a thread of its own, and clients
typedef struct {
  char         folder[TEMP_PATH_SIZE];
  Services*    services;
  OscServer*   server;
  pthread_t    thread;
  atomic_bool  stop;
  OscTransport transport;
  OscClient*   clients[NUM_CLIENTS];
  char         log[1u << 20u];
  size_t       length;
} Stage;

static void*
serve(void* const handle)
{
  Stage* const stage = handle;
  while (!atomic_load(&stage->stop)) {
    osc_server_run_once(stage->server, 50);
  }
  return NULL;
}

static Stage*
stage_new(const OscTransport transport)
{
  Stage* const          stage     = calloc(1, sizeof(Stage));
  const OscServerConfig config    = {.bind = "127.0.0.1"};
  char                  text[256] = "";
  assert_non_null(stage);
  temp_folder_new(stage->folder);
  stage->transport = transport;
  stage->services  = session_services(stage->folder, session_document);
  assert_int_equal(
    osc_server_new(
      stage->services, &config, text, sizeof(text), &stage->server),
    STATUS_OK);
  assert_int_equal(pthread_create(&stage->thread, NULL, serve, stage), 0);
  return stage;
}

static void
stage_free(Stage* const stage)
{
  atomic_store(&stage->stop, true);
  osc_server_wake(stage->server);
  pthread_join(stage->thread, NULL);
  for (uint32_t i = 0; i < NUM_CLIENTS; ++i) {
    osc_client_free(stage->clients[i]);
  }
  osc_server_free(stage->server);
  services_free(stage->services);
  temp_folder_remove(stage->folder);
  free(stage);
}

static OscClient*
stage_client(Stage* const stage, const uint32_t number)
{
  if (!stage->clients[number]) {
    stage->clients[number] =
      osc_client_new(stage->transport, osc_server_port(stage->server));
    assert_non_null(stage->clients[number]);
  }
  return stage->clients[number];
}

static bool
is_end(const OscReceived* const received, void* const handle)
{
  (void)handle;
  return !strcmp(received->path, "/call/reply") &&
         osc_number(received, 0) == 999.0;
}

/// Write a received message as a line
static int
print_received(const OscReceived* const received, char* const text)
{
  int size = sprintf(text, "%s", received->path);
  for (int i = 0; osc_type(received, i); ++i) {
    char number[64];
    switch (osc_type(received, i)) {
      case 'i':
        size += sprintf(text + size, " %d", (int)osc_number(received, i));
        break;
      case 'f':
        snprintf(number, sizeof(number), "%.7g", osc_number(received, i));
        size += sprintf(
          text + size, " %s%s", number, strpbrk(number, ".en") ? "" : ".0");
        break;
      default:
        assert_int_equal(osc_type(received, i), 's');
        size += sprintf(text + size, " \"%s\"", osc_text(received, i));
        break;
    }
  }
  return size;
}

/// Note all that a client has been sent until now
static void
note(Stage* const stage, const uint32_t number)
{
  OscClient* const client = stage_client(stage, number);
  assert_true(osc_client_send(client, "/call", "is", 999, "/ping"));
  assert_non_null(osc_client_wait(client, is_end, NULL, PATIENCE_MS));
  const OscReceived* received = NULL;
  for (size_t i = 0; (received = osc_client_kept(client, i)); ++i) {
    assert_true(received->size <= LIMIT_DATAGRAM_BYTES + 4u);
    stage->length +=
      (size_t)sprintf(stage->log + stage->length, "%u< ", number);
    stage->length +=
      (size_t)print_received(received, stage->log + stage->length);
    stage->log[stage->length++] = '\n';
    stage->log[stage->length]   = '\0';
  }
  osc_client_drop(client);
}

static void
talk_send(void* const          handle,
          const uint32_t       client,
          const uint8_t* const data,
          const uint32_t       size)
{
  Stage* const stage = handle;
  assert_true(
    osc_client_send_raw(stage_client(stage, client), data, size, true));
  note(stage, client);
  for (uint32_t i = 0; i < NUM_CLIENTS; ++i) {
    if (stage->clients[i] && i != client) {
      note(stage, i);
    }
  }
}

/// Whether a conversation needs neither a clock nor certain ports
static bool
is_plain(const char* const input)
{
  return input[0] != '!' && !strstr(input, "\n!") && !strstr(input, "[+") &&
         !strstr(input, "[-") && strncmp(input, "#session", 8) != 0;
}

static void
hold_conversations(const OscTransport transport)
{
  static char  names[MAX_CASES][128];
  const size_t count = case_list(names);
  unsigned     held  = 0;
  unsigned     wrong = 0;
  for (size_t i = 0; i < count; ++i) {
    char* const input = case_read(names[i], "input");
    if (is_plain(input)) {
      Stage* const stage  = stage_new(transport);
      const Talker talker = {stage, talk_send, NULL, NULL};
      case_run(input, &talker);
      wrong += !case_check(names[i], stage->log);
      stage_free(stage);
      ++held;
    }
    free(input);
  }
  assert_true(held > 10);
  assert_int_equal(wrong, 0);
}

static void
test_conversations_over_udp(void** const state)
{
  (void)state;
  hold_conversations(OSC_UDP);
}

static void
test_conversations_over_slip(void** const state)
{
  (void)state;
  hold_conversations(OSC_SLIP);
}

static void
test_conversations_over_prefixed_tcp(void** const state)
{
  (void)state;
  hold_conversations(OSC_PREFIX);
}

static void
wait_number(OscClient* const  client,
            const char* const path,
            const double      number)
{
  const OscReceived* received = NULL;
  do {
    received = osc_client_wait_path(client, path, PATIENCE_MS);
    assert_non_null(received);
  } while (osc_number(received, 0) != number);
}

static void
test_clients_hear_of_each_other(void** const state)
{
  (void)state;
  const OscTransport transports[] = {OSC_UDP, OSC_SLIP, OSC_PREFIX};
  for (size_t t = 0; t < 3; ++t) {
    Stage* const      stage  = stage_new(transports[t]);
    OscClient* const  first  = stage_client(stage, 1);
    OscClient* const  second = stage_client(stage, 2);
    const char* const fader  = "/mixer/channels/t1/fader";

    // Each its own answers, and what the other sets
    assert_true(
      osc_client_send(first, "/subscribe", "s", "/mixer/channels/*/fader"));
    wait_number(first, fader, 0.0);
    assert_true(osc_client_send(second, fader, "f", -6.0));
    wait_number(second, fader, -6.0);
    wait_number(first, fader, -6.0);
    for (int i = 1; i <= 100; ++i) {
      assert_true(osc_client_send(second, fader, "f", (double)-i * 0.5));
    }
    wait_number(first, fader, -50.0);
    stage_free(stage);
  }
}

static void
test_replies_can_go_to_another_port(void** const state)
{
  (void)state;
  Stage* const     stage  = stage_new(OSC_UDP);
  OscClient* const sender = stage_client(stage, 1);
  OscClient* const ear    = stage_client(stage, 2);
  assert_true(osc_client_send(
    sender, "/client/reply_port", "i", (int)osc_client_port(ear)));
  assert_non_null(osc_client_wait_path(ear, "/client/reply_port", PATIENCE_MS));
  assert_true(osc_client_send(sender, "/version", ""));

  const OscReceived* const received =
    osc_client_wait_path(ear, "/version", PATIENCE_MS);
  assert_non_null(received);
  assert_int_equal(received->from, osc_server_port(stage->server));
  stage_free(stage);
}

static void
test_a_closed_connection_leaves_the_others(void** const state)
{
  (void)state;
  Stage* const      stage = stage_new(OSC_SLIP);
  const char* const fader = "/mixer/channels/t1/fader";
  for (uint32_t i = 1; i <= 2; ++i) {
    OscClient* const client = stage_client(stage, i);
    assert_true(osc_client_send(client, "/subscribe", "s", fader));
    wait_number(client, fader, 0.0);
  }
  osc_client_free(stage->clients[1]);
  stage->clients[1] = NULL;
  assert_true(osc_client_send(stage_client(stage, 3), fader, "f", -3.0));
  wait_number(stage_client(stage, 2), fader, -3.0);
  stage_free(stage);
}

static void
test_a_taken_port_is_said(void** const state)
{
  (void)state;
  Stage* const          stage  = stage_new(OSC_UDP);
  OscServer*            second = NULL;
  char                  text[256];
  char                  port[16];
  const OscServerConfig config = {.port = osc_server_port(stage->server)};
  snprintf(port, sizeof(port), "%u", config.port);
  assert_int_not_equal(
    osc_server_new(stage->services, &config, text, sizeof(text), &second),
    STATUS_OK);
  assert_non_null(strstr(text, port));
  stage_free(stage);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_conversations_over_udp),
    cmocka_unit_test(test_conversations_over_slip),
    cmocka_unit_test(test_conversations_over_prefixed_tcp),
    cmocka_unit_test(test_clients_hear_of_each_other),
    cmocka_unit_test(test_replies_can_go_to_another_port),
    cmocka_unit_test(test_a_closed_connection_leaves_the_others),
    cmocka_unit_test(test_a_taken_port_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
