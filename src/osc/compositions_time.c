// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /compositions/{c}/tempo_map and signature_map

#include "osc/call.h"
#include "osc/handlers.h"
#include "services/signature_edit.h"
#include "services/tempo_edit.h"

/// A list that is being answered
typedef struct {
  OscCall* call;
  uint32_t count;
} Listing;

static void
list_change(void* const handle, const TempoChange* const change)
{
  Listing* const listing = (Listing*)handle;
  call_int(listing->call, listing->count++);
  call_beats(listing->call, change->start);
  call_float(listing->call, tempo_to_bpm(change->tempo));
  call_string(listing->call, change->ramp ? "ramp" : "jump");
  call_item(listing->call);
}

/// `/compositions/{c}/tempo_map/list`
Status
osc_compositions_tempo_list(Services* const services, OscCall* const call)
{
  Listing listing = {call, 0};
  tempo_each(services, list_change, &listing);
  call_end_list(call, listing.count);
  return STATUS_OK;
}

/// `/compositions/{c}/tempo_map/set ,ff(s)`
Status
osc_compositions_tempo_set(Services* const services, OscCall* const call)
{
  const TempoChange change = {.start = call->args[0].ticks,
                              .tempo = call->args[1].tempo,
                              .ramp =
                                call->num_args > 2 && call->args[2].i == 1};
  return tempo_set(services, &change);
}

/// `/compositions/{c}/tempo_map/remove ,f`
Status
osc_compositions_tempo_remove(Services* const services, OscCall* const call)
{
  return tempo_remove(services, call->args[0].ticks);
}

/// `/compositions/{c}/tempo_map/clear`
Status
osc_compositions_tempo_clear(Services* const services, OscCall* const call)
{
  (void)call;
  return tempo_clear(services);
}

static void
list_signature(void* const       handle,
               const Ticks       beat,
               const char* const signature)
{
  Listing* const listing = (Listing*)handle;
  call_int(listing->call, listing->count++);
  call_beats(listing->call, beat);
  call_string(listing->call, signature);
  call_item(listing->call);
}

/// `/compositions/{c}/signature_map/list`
Status
osc_compositions_signature_list(Services* const services, OscCall* const call)
{
  Listing listing = {call, 0};
  signature_each(services, list_signature, &listing);
  call_end_list(call, listing.count);
  return STATUS_OK;
}

/// `/compositions/{c}/signature_map/set ,fs`
Status
osc_compositions_signature_set(Services* const services, OscCall* const call)
{
  return signature_set(services, call->args[0].ticks, call->args[1].s);
}

/// `/compositions/{c}/signature_map/remove ,f`
Status
osc_compositions_signature_remove(Services* const services, OscCall* const call)
{
  return signature_remove(services, call->args[0].ticks);
}

/// `/compositions/{c}/signature_map/clear`
Status
osc_compositions_signature_clear(Services* const services, OscCall* const call)
{
  (void)call;
  return signature_clear(services);
}
