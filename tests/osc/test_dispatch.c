// SPDX-License-Identifier: GPL-3.0-or-later
//
// Limits, losses and lack of memory in a real session

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "osc_session.h"
#include "support/fail_malloc.h"

#include <time.h>

/// How often a text is in another
static unsigned
count_of(const char* const text, const char* const part)
{
  unsigned count = 0;
  for (const char* at = text; (at = strstr(at, part)); at += strlen(part)) {
    ++count;
  }
  return count;
}

static void
test_every_call_is_answered_once(void** const state)
{
  (void)state;
  static const char* const lines[] = {"/ping",
                                      "/ping 0.0",
                                      "/nothing",
                                      "/version",
                                      "/mixer/channels/t1/fader",
                                      "/mixer/channels/t1/fader -6.0",
                                      "/mixer/channels/t1/fader loud",
                                      "/mixer/channels/t9/fader -6.0",
                                      "/mixer/channels/t1/fader/touch 1",
                                      "/client/echo 1",
                                      "/sync 4",
                                      "/client/alive 1",
                                      "/unsubscribe /x",
                                      "/compositions/nowhere/open",
                                      "/compositions/list extra"};
  Session* const           session = session_new(session_document);
  for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); ++i) {
    session_send(session, 1, lines[i]);
    if (session->packets != 1) {
      fail_msg("%s: %s", lines[i], session->log);
    }
    session_clear(session);
  }
  session_free(session);
}

static void
test_a_client_holds_a_limited_number_of_bundles(void** const state)
{
  (void)state;
  static const char* const lines[] = {"/mixer/channels/t1/fader -6.0"};
  Session* const           session = session_new(session_document);
  for (uint32_t i = 0; i < LIMIT_HELD_CLIENT_BUNDLES; ++i) {
    session_send_bundle(
      session, 1, session_timetag(session, 1000.0 + i), lines, 1);
    assert_int_equal(session->packets, 0);
  }
  session_send_bundle(session, 1, session_timetag(session, 900.0), lines, 1);
  session_expect(session,
                 "1< /error \"/mixer/channels/t1/fader\" \"too-large\" \"Too "
                 "many bundles wait for their time\"\n");

  // Others may go on, up to the limit of all
  uint32_t sent = LIMIT_HELD_CLIENT_BUNDLES;
  for (uint32_t client = 2; session->packets == 0; ++sent) {
    client += sent % LIMIT_HELD_CLIENT_BUNDLES == 0;
    session_send_bundle(
      session, client, session_timetag(session, 1000.0), lines, 1);
  }
  assert_int_equal(sent, LIMIT_HELD_BUNDLES + 1u);
  session_clear(session);

  // All of them are run
  session_pass(session, 2000);
  assert_int_equal(session->packets, LIMIT_HELD_BUNDLES);
  session_free(session);
}

static void
test_a_client_has_a_limited_number_of_subscriptions(void** const state)
{
  (void)state;
  Session* const session = session_new(session_document);
  char           line[100];
  for (uint32_t i = 0; i < LIMIT_SUBSCRIPTIONS; ++i) {
    snprintf(line, sizeof(line), "/subscribe /mixer/channels/{t%u,x}/pan", i);
    session_send(session, 1, line);
    session_clear(session);
  }
  session_send(session, 1, "/subscribe /mixer/channels/*/mute");
  assert_int_equal(count_of(session->log, "\"too-large\""), 1);
  session_clear(session);

  // What is there can be renewed, and makes room when it ends
  session_send(session, 1, "/subscribe /mixer/channels/{t1,x}/pan");
  assert_int_equal(count_of(session->log, "/reply \"/subscribe\""), 1);
  session_send(session, 1, "/unsubscribe /mixer/channels/{t1,x}/pan");
  session_clear(session);
  session_send(session, 1, "/subscribe /mixer/channels/*/mute");
  assert_int_equal(count_of(session->log, "/reply \"/subscribe\""), 1);
  session_free(session);
}

static void
test_the_most_silent_client_goes_first(void** const state)
{
  (void)state;
  Session* const session = session_new(session_document);
  session_send(session, 1, "/subscribe /mixer/channels/t1/fader 10");
  for (uint32_t i = 2; i < 2u * LIMIT_CLIENTS; ++i) {
    session_send(session, i, "/ping");
  }

  // Those without subscriptions went, and none of them was told
  assert_int_equal(count_of(session->log, "/error"), 0);
  session_clear(session);
  session_send(session, 2, "/mixer/channels/t1/fader -6.0");
  session_pass(session, 200);
  assert_int_equal(count_of(session->log, "1< /mixer/channels/t1/fader -6"), 1);
  session_clear(session);

  // When all have subscriptions, who goes is told
  for (uint32_t i = 1000; i < 1001u + LIMIT_CLIENTS; ++i) {
    session_pass(session, 1);
    session_send(session, i, "/subscribe /mixer/channels/t1/fader 10");
  }
  assert_int_equal(count_of(session->log, "1< /error \"/client/keep\""), 1);
  session_free(session);
}

static void
test_connections_need_no_second_telling(void** const state)
{
  (void)state;
  Session* const session = session_new(session_document);
  session->tcp           = true;
  session_send(session, 1, "/subscribe /mixer/channels/t1/fader");
  session_send(session, 2, "/mixer/channels/t1/fader -6.0");
  session_clear(session);
  session_pass(session, 4000);
  session_expect(session, "1< /mixer/channels/t1/fader -6.0\n");

  // No lease either
  session_jump(session, 1000000);
  session_send(session, 2, "/mixer/channels/t1/fader -7.0");
  session_pass(session, 100);
  session_expect(session,
                 "2< /mixer/channels/t1/fader -7.0\n"
                 "1< /mixer/channels/t1/fader -7.0\n");

  // What closes is forgotten
  const Peer peer = session_peer(session, 1);
  dispatch_gone(session->dispatch, &peer);
  session_send(session, 2, "/mixer/channels/t1/fader -8.0");
  session_pass(session, 100);
  session_expect(session, "2< /mixer/channels/t1/fader -8.0\n");
  session_free(session);
}

static void
test_bundles_of_a_closed_connection_are_run(void** const state)
{
  (void)state;
  static const char* const lines[] = {"/mixer/channels/t1/fader -6.0"};
  Session* const           session = session_new(session_document);
  session->tcp                     = true;
  session_send_bundle(session, 1, session_timetag(session, 500.0), lines, 1);
  const Peer peer = session_peer(session, 1);
  dispatch_gone(session->dispatch, &peer);
  session_pass(session, 600);
  session_clear(session);
  session_send(session, 2, "/mixer/channels/t1/fader");
  session_expect(session, "2< /mixer/channels/t1/fader -6.0\n");

  // Then it is forgotten: under its number another one begins anew
  session_pass(session, 1100);
  session_send(session, 1, "/client/info");
  assert_non_null(strstr(session->log, " 3 \"default\" 0\n"));
  session_free(session);
}

static void
test_malformed_packets_are_refused(void** const state)
{
  (void)state;
  Session* const session  = session_new(session_document);
  const char     packet[] = "/ping\0\0\0,i\0\0\0\0";
  session_send_raw(session, 1, (const uint8_t*)packet, 14);
  assert_int_equal(count_of(session->log, "\"bad-argument\""), 1);
  session_clear(session);
  session_send_raw(session, 1, (const uint8_t*)"/ping\0\0\0\0\0\0\1", 12);
  assert_int_equal(count_of(session->log, "\"bad-argument\""), 1);
  session_clear(session);
  session_send_raw(session, 1, (const uint8_t*)"/ping\0\0\0", 8);
  session_expect(session, "1< /reply \"/ping\"\n");
  session_send_raw(session, 1, (const uint8_t*)"garbage", 7);
  assert_int_equal(count_of(session->log, "\"bad-argument\""), 1);
  session_free(session);
}

/// A composition with many tracks, owned
static char*
large_document(const unsigned num_tracks)
{
  char* const text = malloc(100u * num_tracks + 200u);
  int         size = sprintf(text, "{\"format\": 1, \"tracks\": [");
  for (unsigned i = 1; i <= num_tracks; ++i) {
    size += sprintf(text + size,
                    "%s{\"id\": \"t%u\", \"name\": \"Track %u\", \"type\": "
                    "\"audio\"}",
                    i > 1 ? "," : "",
                    i,
                    i);
  }
  sprintf(text + size, "]}");
  return text;
}

static void
test_large_subscriptions_are_paced(void** const state)
{
  (void)state;
  char* const    json    = large_document(500);
  Session* const session = session_new(json);
  session_send(session, 1, "/subscribe /mixer/channels/*/{fader,pan,mute}");
  assert_true(session->packets <= 1u + LIMIT_UPDATES_BURST);

  // All values arrive, the burst of a moment is limited
  uint32_t before = session->packets;
  for (int i = 0; i < 200; ++i) {
    session_pass(session, 1);
    assert_true(session->packets - before <= LIMIT_UPDATES_BURST);
    before = session->packets;
  }
  assert_true(session->packets >= 1u + 501u * 3u);
  for (int i = 1; i <= 500; ++i) {
    char line[64];
    snprintf(line, sizeof(line), "1< /mixer/channels/t%d/fader 0.0\n", i);
    assert_non_null(strstr(session->log, line));
  }
  session_clear(session);

  session_free(session);
  free(json);
}

static void
test_long_answers_are_given_time(void** const state)
{
  (void)state;
  char* const    json    = large_document(1000);
  Session* const session = session_new(json);
  session_send(session, 1, "/subscribe /mixer/channels/t1/fader 100");
  session_clear(session);
  session_send(session, 1, "/compositions/current/tracks/list");
  assert_int_equal(session->packets, LIMIT_ANSWERS_BURST);

  // What comes later comes behind it, and others don't wait
  session_send(session, 1, "/ping");
  session_send(session, 2, "/mixer/channels/t1/fader -6.0");
  assert_int_equal(count_of(session->log, "/ping"), 0);
  assert_int_equal(count_of(session->log, "2< "), 1);
  uint32_t before = session->packets;
  for (int i = 0; i < 60; ++i) {
    session_pass(session, 1);
    assert_true(session->packets - before <= LIMIT_UPDATES_BURST);
    before = session->packets;
  }
  const char* const end = strstr(
    session->log, "1< /reply \"/compositions/current/tracks/list\" 1000");
  assert_non_null(end);
  const char* const ping = strstr(end, "1< /reply \"/ping\"");
  assert_non_null(ping);
  assert_non_null(strstr(ping, "1< /mixer/channels/t1/fader -6.0"));
  assert_int_equal(count_of(session->log, "1< "), 1003);
  session_free(session);
  free(json);
}

static void
test_who_reads_nothing_is_put_off(void** const state)
{
  (void)state;
  char* const    json    = large_document(1000);
  Session* const session = session_new(json);
  const Peer     peer    = session_peer(session, 1);
  static uint8_t buf[256];
  OscWriter      writer;
  osc_writer_init(&writer, buf, sizeof(buf));
  assert_true(write_line(&writer, "/compositions/current/tracks/list"));
  for (int i = 0; i < 1000; ++i) {
    dispatch_packet(session->dispatch, &peer, buf, writer.used);
    session_clear(session);
  }
  for (int i = 0; i < 60000 && !strstr(session->log, "\"busy\""); ++i) {
    session_clear(session);
    session_pass(session, 1);
  }
  assert_non_null(strstr(session->log, "1< /error \"/\" \"busy\""));
  session_free(session);
  free(json);
}

static void
test_too_large_subscriptions_are_refused(void** const state)
{
  (void)state;
  char* const    json    = large_document(5000);
  Session* const session = session_new(json);
  session_send(session, 1, "/subscribe /mixer/channels/*/pan");
  assert_int_equal(count_of(session->log, "/reply \"/subscribe\""), 1);
  session_clear(session);

  // Refused as a whole, it leaves nothing behind
  session_send(session, 1, "/subscribe //");
  assert_true(count_of(session->log, "\"too-large\"") > 0);
  session_clear(session);
  session_send(session, 1, "/unsubscribe /mixer/channels/*/pan");
  session_send(session, 1, "/client/subscriptions/list");
  assert_int_equal(
    count_of(session->log, "/reply \"/client/subscriptions/list\" 0"), 1);
  session_clear(session);
  session_pass(session, 5000);
  session_clear(session);
  session_send(session, 2, "/mixer/channels/t1/fader -6.0");
  session_pass(session, 100);
  assert_int_equal(count_of(session->log, "1< /mixer/channels/t1/fader -"), 0);
  session_free(session);
  free(json);
}

static uint64_t
cpu_nanos(void)
{
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void
test_patterns_made_to_be_slow_are_bounded(void** const state)
{
  (void)state;
  char* const    json    = large_document(200);
  Session* const session = session_new(json);
  const char*    lines[LIMIT_ELEMENTS];
  const char*    patterns[] = {"//*//*//*//*//*//*//*//*//*//*",
                               "/*/*/*?*?*?*?*?*?*?*?!",
                               "//{*a*,*b*,*c*}*{*d*,*e*}//{*x*,*y*,*z*}*",
                               "/mixer/channels/*[0-9]*[0-9]*/*a*e*"};
  for (size_t p = 0; p < sizeof(patterns) / sizeof(patterns[0]); ++p) {
    for (size_t i = 0; i < LIMIT_ELEMENTS; ++i) {
      lines[i] = patterns[p];
    }
    const uint64_t start = cpu_nanos();
    session_send_bundle(session, 1, TIMETAG_NOW, lines, 1000);
    const double ms = (double)(cpu_nanos() - start) * 1e-6;

    // Far above what it takes, far below what a frozen server would
    assert_true(ms < 500.0);
    assert_true(session->packets > 0);
    session_clear(session);
  }
  session_free(session);
  free(json);
}

static void
talk(Session* const session)
{
  static const char* const bundle[] = {"/mixer/channels/t1/fader -6.0",
                                       "/mixer/channels/*/pan 0.5"};
  session_send(session, 1, "/subscribe /mixer/channels/*/fader");
  session_send(session, 1, "/subscribe /compositions/current/tracks/*/name");
  session_send(session, 2, "/mixer/channels/drums/fader -3.0");
  session_send_bundle(session, 2, TIMETAG_NOW, bundle, 2);
  session_send_bundle(session, 2, session_timetag(session, 50.0), bundle, 2);
  session_send(session, 2, "/compositions/current/tracks/create New audio");
  session_send(session, 1, "/mixer/channels/list");
  session_send(session, 1, "/sync 1");
  session_pass(session, 100);
  session_send(session, 1, "/unsubscribe /mixer/channels/*/fader");
  session_send(session, 2, "/undo");
}

static void
test_memory_may_run_out_anywhere(void** const state)
{
  (void)state;
  Session* const session = session_new(session_document);
  unsigned       failed  = 0;
  for (unsigned n = 1;; ++n) {
    fail_malloc_at(n);
    talk(session);
    const unsigned count = fail_malloc_stop();
    session_pass(session, 3000);
    session_clear(session);

    // Whatever failed, it goes on
    session_send(session, 3, "/ping");
    session_expect(session, "3< /reply \"/ping\"\n");
    if (count < n) {
      break;
    }
    ++failed;
  }
  assert_true(failed > 20);
  session_free(session);
}

static void
test_a_dispatcher_can_lack_memory_from_the_start(void** const state)
{
  (void)state;
  Session* const       session = session_new(session_document);
  const DispatchConfig config  = {.services = session->services,
                                  .rows     = schema_rows,
                                  .num_rows = schema_num_rows,
                                  .send     = session_capture,
                                  .handle   = session};
  for (unsigned n = 1;; ++n) {
    Dispatch* dispatch = NULL;
    char      text[256];
    fail_malloc_at(n);
    const Status status = dispatch_new(&config, text, sizeof(text), &dispatch);
    if (fail_malloc_stop() < n) {
      assert_int_equal(status, STATUS_OK);
      dispatch_free(dispatch);
      break;
    }
    assert_int_equal(status, STATUS_NO_MEMORY);
    assert_true(text[0]);
  }
  session_free(session);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_every_call_is_answered_once),
    cmocka_unit_test(test_a_client_holds_a_limited_number_of_bundles),
    cmocka_unit_test(test_a_client_has_a_limited_number_of_subscriptions),
    cmocka_unit_test(test_the_most_silent_client_goes_first),
    cmocka_unit_test(test_connections_need_no_second_telling),
    cmocka_unit_test(test_bundles_of_a_closed_connection_are_run),
    cmocka_unit_test(test_malformed_packets_are_refused),
    cmocka_unit_test(test_large_subscriptions_are_paced),
    cmocka_unit_test(test_long_answers_are_given_time),
    cmocka_unit_test(test_who_reads_nothing_is_put_off),
    cmocka_unit_test(test_too_large_subscriptions_are_refused),
    cmocka_unit_test(test_patterns_made_to_be_slow_are_bounded),
    cmocka_unit_test(test_memory_may_run_out_anywhere),
    cmocka_unit_test(test_a_dispatcher_can_lack_memory_from_the_start),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
