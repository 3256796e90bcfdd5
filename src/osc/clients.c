// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /client: how the server treats whoever asks

#include "osc/client.h"

#include "osc/call.h"
#include "osc/dispatch_private.h"
#include "osc/handlers.h"
#include "osc/subscriptions.h"

/// `/client/reply_port`
Status
osc_client_reply_port_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_int(call, call->client->reply_port);
  return STATUS_OK;
}

/// `/client/reply_port ,i`
Status
osc_client_reply_port_set(Services* const services, OscCall* const call)
{
  (void)services;
  client_set_reply_port(call->client, (uint16_t)call->args[0].i);
  return STATUS_OK;
}

/// `/client/echo`
Status
osc_client_echo_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_int(call, call->client->echo);
  return STATUS_OK;
}

/// `/client/echo ,i`
Status
osc_client_echo_set(Services* const services, OscCall* const call)
{
  (void)services;
  call->client->echo = call->args[0].i;
  return STATUS_OK;
}

/// `/client/keep`
Status
osc_client_keep_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_int(call, call->client->keep);
  return STATUS_OK;
}

/// `/client/keep ,i`
Status
osc_client_keep_set(Services* const services, OscCall* const call)
{
  (void)services;
  call->client->keep = call->args[0].i;
  return STATUS_OK;
}

/// `/client/profile`
Status
osc_client_profile_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_string(call, client_profile_word(call->client->profile));
  return STATUS_OK;
}

/// `/client/profile ,s`
Status
osc_client_profile_set(Services* const services, OscCall* const call)
{
  (void)services;
  client_set_profile(call->client, (ClientProfile)call->args[0].i);
  return STATUS_OK;
}

/// `/client/alive ,i`
Status
osc_client_alive(Services* const services, OscCall* const call)
{
  (void)services;
  call_int(call, call->args[0].i);
  return STATUS_OK;
}

/// `/client/info`
Status
osc_client_info_get(Services* const services, OscCall* const call)
{
  (void)services;
  const OscClient* const client = call->client;
  call_string(call, client->url);
  call_int(call, client->number);
  call_string(call, client_profile_word(client->profile));
  call_int(call, client->num_subscriptions);
  return STATUS_OK;
}

/// `/client/subscriptions/list`
Status
osc_client_subscriptions_list(Services* const services, OscCall* const call)
{
  const Subscription* subscription = NULL;
  uint32_t            count        = 0;
  (void)services;
  while ((subscription = subscription_next(call->client, subscription))) {
    call_int(call, count++);
    call_string(call, subscription_pattern(subscription));
    call_float(call, subscription_rate(subscription));
    call_item(call);
  }
  call_end_list(call, count);
  return STATUS_OK;
}

/// `/client/takeover`
Status
osc_client_takeover_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_int(call, call->client->takeover);
  return STATUS_OK;
}

/// `/client/takeover ,i`
Status
osc_client_takeover_set(Services* const services, OscCall* const call)
{
  (void)services;
  call->client->takeover = call->args[0].i;
  return STATUS_OK;
}

/// `/client/timetags`
Status
osc_client_timetags_get(Services* const services, OscCall* const call)
{
  (void)services;
  call_int(call, !call->client->untimed);
  return STATUS_OK;
}

/// `/client/timetags ,i`
Status
osc_client_timetags_set(Services* const services, OscCall* const call)
{
  call->client->untimed = !call->args[0].i;
  return osc_client_timetags_get(services, call);
}

/// `/client/forget_bundles`
Status
osc_client_forget_bundles(Services* const services, OscCall* const call)
{
  (void)services;
  call_int(call, dispatch_drop_held(call_dispatch(call), call->client->number));
  return STATUS_OK;
}
