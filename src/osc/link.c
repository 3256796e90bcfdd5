// SPDX-License-Identifier: GPL-3.0-or-later
//
// How well a client is reached
//
// Who says `/hello` is sent `/alive ,i NUMBER` each second and may send that
// back; round trip and loss follow from it.  On a bad link updates come more
// slowly, until it is good again.  Who never sends one back is not judged.

#include "base/version.h"
#include "osc/dispatch_private.h"
#include "osc/handlers.h"

#define NANOS_PER_SECOND UINT64_C(1000000000)

/// A ping that is older has been lost
#define LOST_NANOS (2u * NANOS_PER_SECOND)

/// Answers before a link is judged
#define ENOUGH_ANSWERS 4u

/// Loss from which updates come more slowly, and from which faster again
#define BAD_LOSS 0.1
#define GOOD_LOSS 0.03

/// How much more slowly at most
#define MAX_SLOW 8u

/// `/hello ,s`
Status
osc_link_hello(Services* const services, OscCall* const call)
{
  (void)services;
  Dispatch* const  dispatch = call_dispatch(call);
  OscClient* const client   = call->client;
  client->link.greeted      = true;
  client->link.next         = dispatch->moment.monotonic + NANOS_PER_SECOND;
  call_string(call, "sonic-claude");
  call_string(call, SONIC_VERSION);
  call_int(call, client->number);
  return STATUS_OK;
}

/// `/bye`
Status
osc_link_bye(Services* const services, OscCall* const call)
{
  (void)services;
  Dispatch* const dispatch = call_dispatch(call);
  subscriptions_end(dispatch->subscriptions, call->client);
  call->client->link = (Link){.slow = 1};
  return STATUS_OK;
}

/// `/alive ,i`
Status
osc_link_alive(Services* const services, OscCall* const call)
{
  (void)services;
  Link* const    link = &call->client->link;
  const uint32_t back = (uint32_t)call->args[0].i;
  const uint32_t slot = back % LINK_PINGS;
  const uint64_t now  = call_dispatch(call)->moment.monotonic;
  call_int(call, call->args[0].i);
  if (!link->greeted || link->number - back >= LINK_PINGS ||
      !(link->waiting & (1u << slot))) {
    return STATUS_OK;
  }

  const double trip = (double)(now - link->sent[slot]) / NANOS_PER_SECOND;
  link->waiting &= ~(1u << slot);
  link->trip = link->answers ? link->trip + 0.25 * (trip - link->trip) : trip;
  ++link->answers;
  return STATUS_OK;
}

/// `/client/link`
Status
osc_client_link_get(Services* const services, OscCall* const call)
{
  (void)services;
  const Link* const link = &call->client->link;
  call_float(call, 1000.0 * link->trip);
  call_float(call, link->loss);
  call_int(call, link->slow);
  return STATUS_OK;
}

/// Work out the loss of the last pings, and how fast updates may be
static void
judge(Link* const link, const uint64_t now)
{
  const uint32_t sent = link->number < LINK_PINGS ? link->number : LINK_PINGS;
  uint32_t       lost = 0;
  uint32_t       done = 0;
  for (uint32_t i = 0; i < sent; ++i) {
    const uint32_t slot  = (link->number - i) % LINK_PINGS;
    const bool     waits = link->waiting & (1u << slot);
    const bool     old   = now - link->sent[slot] > LOST_NANOS;
    lost += waits && old;
    done += !waits || old;
  }
  if (link->answers < ENOUGH_ANSWERS || !done) {
    return;
  }

  link->loss = (double)lost / done;
  if (link->loss > BAD_LOSS && link->slow < MAX_SLOW) {
    link->slow *= 2u;
  } else if (link->loss < GOOD_LOSS && link->slow > 1u) {
    link->slow /= 2u;
  }
}

/// Send a client a message of one number, or none
static void
say(Dispatch* const   dispatch,
    OscClient* const  client,
    const char* const address,
    const int32_t     number)
{
  OscWriter writer;
  if (outbox_begin(&dispatch->late, &writer)) {
    return;
  }
  osc_writer_message(&writer, address);
  if (number) {
    osc_writer_i(&writer, number);
  }
  if (!osc_writer_end(&writer)) {
    outbox_end(&dispatch->late, &writer);
  }
  dispatch_send(dispatch, client, &dispatch->late);
}

void
link_check(Dispatch* const dispatch, OscClient* const client)
{
  Link* const    link = &client->link;
  const uint64_t now  = dispatch->moment.monotonic;
  if (!link->greeted || now < link->next) {
    return;
  }

  judge(link, now);
  ++link->number;
  link->next                            = now + NANOS_PER_SECOND;
  link->sent[link->number % LINK_PINGS] = now;
  link->waiting |= 1u << (link->number % LINK_PINGS);
  say(dispatch, client, "/alive", (int32_t)link->number);
}

void
link_bye(Dispatch* const dispatch, OscClient* const client)
{
  if (client->link.greeted && !client->gone) {
    say(dispatch, client, "/bye", 0);
  }
}

/// `/resume ,i`: whoever has missed what came since a revision
Status
osc_link_resume(Services* const services, OscCall* const call)
{
  Dispatch* const dispatch = call_dispatch(call);
  const uint64_t  known    = (uint64_t)call->args[0].i;
  const uint64_t  now      = services_revision(services);
  const Scope     scope    = dispatch_scope(dispatch);
  uint32_t        count    = 0;
  const Status    st       = known == now
                               ? STATUS_OK
                               : subscriptions_resume(dispatch->subscriptions,
                                             call->client,
                                             &scope,
                                             services_past(services, known),
                                             now,
                                             &count);
  call_int(call, (int64_t)(now & INT32_MAX));
  call_int(call, count);
  return st ? services_fail(services, st, "%s", status_text(st)) : STATUS_OK;
}

/// `/client/surface`
Status
osc_client_surface(Services* const services, OscCall* const call)
{
  static const char* const patterns[] = {"/mixer/channels/*/{fader,pan}/norm",
                                         "/mixer/channels/*/{mute,solo}",
                                         "/playback/loop",
                                         "/playback/metronome"};

  Dispatch* const dispatch            = call_dispatch(call);
  const Scope     scope               = dispatch_scope(dispatch);
  char            reason[REASON_SIZE] = "";
  for (uint32_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); ++i) {
    uint32_t     count  = 0;
    const Status status = subscriptions_add(dispatch->subscriptions,
                                            call->client,
                                            &scope,
                                            patterns[i],
                                            30.0,
                                            &count,
                                            reason);
    if (status) {
      return services_fail(services, status, "%s", reason);
    }
  }
  return STATUS_OK;
}
