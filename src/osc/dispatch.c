// SPDX-License-Identifier: GPL-3.0-or-later

#include "osc/dispatch.h"

#include "osc/dispatch_private.h"
#include "services/composition_store.h"
#include "services/effects.h"
#include "services/synthesis.h"
#include "units/drum.h"
#include "units/sampler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Things whose names are taken in at a time
#define PREPARE_NAMES 500u

/// Tell the system's time
static Moment
system_now(void* const handle)
{
  (void)handle;
  return moment_now();
}

/// A composition by id or name (a FindCompositionFunc)
static Status
find_composition(void* const       handle,
                 const char* const name,
                 char              id[TARGET_COMPOSITION_SIZE],
                 char              reason[REASON_SIZE])
{
  _Static_assert(TARGET_COMPOSITION_SIZE >= LIBRARY_ID_SIZE, "room for ids");

  Services* const services = ((Dispatch*)handle)->services;
  services_fail(services, STATUS_OK, "%s", "");
  const Status status = compositions_find(services, name, id);
  if (status) {
    snprintf(reason, REASON_SIZE, "%s", services_error(services));
  }
  return status;
}

/// Visit the names of parameters; false if stopped
static bool
each_param(const ParamInfo* const params,
           const uint32_t         count,
           const WordFunc         func,
           void* const            handle)
{
  for (uint32_t i = 0; i < count; ++i) {
    if (!func(handle, params[i].symbol)) {
      return false;
    }
  }
  return true;
}

/// Visit the slots of a channel's chain; false if stopped
static bool
each_slot(const Composition* const root,
          const Id                 channel,
          const WordFunc           func,
          void* const              handle)
{
  const Channel* const node  = composition_channel(root, channel);
  const uint32_t       count = node ? id_list_count(node->effects) : 0u;
  for (uint32_t i = 0; i < count; ++i) {
    char slot[16];
    snprintf(slot, sizeof(slot), "%u", i + 1u);
    if (!func(handle, slot)) {
      return false;
    }
  }
  return true;
}

/// Visit the parameters of an effect; false if stopped
static bool
each_effect_param(Services* const services,
                  const Id        id,
                  const WordFunc  func,
                  void* const     handle)
{
  const Effect* const effect =
    id_kind(id) == KIND_EFFECT
      ? (const Effect*)composition_find(services_document(services), id)
      : NULL;
  const EffectInfo* const info =
    effect ? effect_find(string_text(effect->type)) : NULL;
  return !info || each_param(info->params, info->num_params, func, handle);
}

/// Visit what an effect measures; false if stopped
static bool
each_reading(Services* const services,
             const Id        id,
             const WordFunc  func,
             void* const     handle)
{
  const Effect* const effect =
    (const Effect*)composition_find(services_document(services), id);
  const EffectInfo* const info =
    effect ? effect_find(string_text(effect->type)) : NULL;
  return !info || each_param(info->readings, info->num_readings, func, handle);
}

/// Visit the parameters of a track's instrument; false if stopped
static bool
each_instrument_param(Services* const services,
                      const Id        id,
                      const WordFunc  func,
                      void* const     handle)
{
  const Track* const track = composition_track(services_document(services), id);
  const InstrumentInfo* const info =
    track && track->type == TRACK_MIDI ? synthesis_info(services, track) : NULL;
  return !info || info == &kit_instrument || info == &sample_kit_instrument ||
         each_param(info->params, info->num_params, func, handle);
}

/// Visit the notes for which a track's kit has a sound; false if stopped
static bool
each_pad(Services* const services,
         const Id        id,
         const WordFunc  func,
         void* const     handle)
{
  const Track* const track = composition_track(services_document(services), id);
  const InstrumentInfo* const info =
    track && track->type == TRACK_MIDI ? synthesis_info(services, track) : NULL;
  const bool is_sample = info == &sample_kit_instrument;
  if (info != &kit_instrument && !is_sample) {
    return true;
  }

  for (uint32_t note = KIT_FIRST; note <= KIT_LAST; ++note) {
    char           word[16];
    const uint32_t param = is_sample ? SAMPLE_KIT_PARAM(note, SAMPLE_PAD_LEVEL)
                                     : KIT_PARAM(note, DRUM_LEVEL);
    const float    level = synthesis_param(services, track, info, param);
    snprintf(word, sizeof(word), "%u", note);
    if (level > -60.0f && !func(handle, word)) {
      return false;
    }
  }
  return true;
}

/// Slots of a chain, parameters and readings of effects, parameters of
/// instruments (an EachWordFunc)
static bool
each_word(void* const         handle,
          const Target* const target,
          const uint32_t      place,
          const WordFunc      func,
          void* const         func_handle)
{
  Services* const    services = ((Dispatch*)handle)->services;
  const Place* const places   = target->row->places;
  if (!strcmp(places[place].name, "a") || !strcmp(places[place].name, "b")) {
    return places[0].kind == KIND_EFFECT
             ? each_effect_param(services, target->ids[0], func, func_handle)
             : osc_xy_each_axis(func, func_handle);
  }
  if (!strcmp(places[place].name, "strip")) {
    return osc_bank_each_strip(func, func_handle);
  }
  if (!strcmp(places[place].name, "set")) {
    return osc_streams_each_set(services, func, func_handle);
  }
  if (!place) {
    return true;
  }

  const Id before = target->ids[place - 1u];
  if (!strcmp(places[place].name, "slot")) {
    return each_slot(services_document(services), before, func, func_handle);
  }
  if (!strcmp(places[place].name, "reading")) {
    return each_reading(services, before, func, func_handle);
  }
  if (!strcmp(places[place].name, "pad")) {
    return each_pad(services, before, func, func_handle);
  }
  if (strcmp(places[place].name, "param")) {
    return true;
  }
  if (!strcmp(places[place - 1u].name, "pad")) {
    return each_param(drum_params, NUM_DRUM_PARAMS, func, func_handle);
  }
  if (!strcmp(places[place - 1u].name, "slot")) {
    const Id effect =
      effects_at(services, target->ids[place - 2u], target->words[place - 1u]);
    return each_effect_param(services, effect, func, func_handle);
  }
  return places[place - 1u].kind == KIND_EFFECT
           ? each_effect_param(services, before, func, func_handle)
           : each_instrument_param(services, before, func, func_handle);
}

Scope
dispatch_scope(const Dispatch* const dispatch)
{
  const Scope scope = {dispatch->names,
                       services_document(dispatch->services),
                       compositions_current(dispatch->services),
                       find_composition,
                       each_word,
                       (void*)dispatch};
  return scope;
}

/// Send feedback (a DeliverFunc)
static bool
deliver(void* const      handle,
        OscClient* const client,
        const void*      packet,
        const uint32_t   size)
{
  Dispatch* const dispatch = (Dispatch*)handle;
  const Peer      peer     = client_reply_peer(client);
  // Feedback comes behind answers
  return !client->backlog.used &&
         dispatch->config.send(dispatch->config.handle, &peer, packet, size) !=
           STATUS_BUSY;
}

/// Tell subscribers of a commit (a CommitFunc)
static void
on_commit(void* const              handle,
          const Composition* const before,
          const Composition* const after,
          const Author* const      author,
          const uint64_t           revision)
{
  Dispatch* const        dispatch = (Dispatch*)handle;
  const OscClient* const client   = dispatch->turn.client;
  const bool own    = client && author && author->client == client->number;
  Commit     commit = {.before   = before,
                       .scope    = dispatch_scope(dispatch),
                       .revision = revision,
                       .origin   = own ? client : NULL,
                       .own      = own ? &dispatch->own : NULL};
  commit.scope.composition = after;
  subscriptions_commit(dispatch->subscriptions, dispatch->clients, &commit);
}

Status
dispatch_new(const DispatchConfig* const config,
             char* const                 text,
             const size_t                text_size,
             Dispatch** const            out)
{
  const OscRow*   bad      = NULL;
  Dispatch* const dispatch = (Dispatch*)calloc(1, sizeof(Dispatch));
  Status          status   = dispatch ? STATUS_OK : STATUS_NO_MEMORY;
  if (dispatch) {
    dispatch->config   = *config;
    dispatch->services = config->services;
    if (!config->now) {
      dispatch->config.now = system_now;
    }
    status = tree_new(config->rows, config->num_rows, &bad, &dispatch->tree);
  }
  if (bad) {
    snprintf(text, text_size, "The schema contradicts itself at %s", bad->path);
    dispatch_free(dispatch);
    return status;
  }

  if (!status) {
    const SubscriptionsConfig feedback = {.tree     = dispatch->tree,
                                          .rows     = config->rows,
                                          .num_rows = config->num_rows,
                                          .render   = dispatch_render,
                                          .deliver  = deliver,
                                          .handle   = dispatch};
    dispatch->names                    = names_new();
    dispatch->clients                  = clients_new();
    dispatch->subscriptions            = subscriptions_new(&feedback);
  }
  if (status || !dispatch->names || !dispatch->clients ||
      !dispatch->subscriptions) {
    snprintf(text, text_size, "%s", status_text(STATUS_NO_MEMORY));
    dispatch_free(dispatch);
    return STATUS_NO_MEMORY;
  }

  services_listen(dispatch->services, on_commit, dispatch);
  agent_listen(dispatch->services, dispatch_agent, dispatch);
  *out = dispatch;
  return STATUS_OK;
}

void
dispatch_free(Dispatch* const dispatch)
{
  if (!dispatch) {
    return;
  }

  services_listen(dispatch->services, NULL, NULL);
  agent_listen(dispatch->services, NULL, NULL);
  for (uint32_t i = 0; dispatch->clients && i < LIMIT_CLIENTS; ++i) {
    if (clients_at(dispatch->clients, i)) {
      link_bye(dispatch, clients_at(dispatch->clients, i));
      dispatch_forget(dispatch, clients_at(dispatch->clients, i));
    }
  }
  dispatch_orphan(dispatch);
  subscriptions_free(dispatch->subscriptions);
  clients_free(dispatch->clients);
  names_free(dispatch->names);
  tree_free(dispatch->tree);
  outbox_free(&dispatch->outbox);
  outbox_free(&dispatch->late);
  free(dispatch);
}

static uint64_t
earlier(const uint64_t a, const uint64_t b)
{
  return a < b ? a : b;
}

/// Send what waits for all clients; returns when to come again
static uint64_t
flush_all(Dispatch* const dispatch)
{
  uint64_t next = UINT64_MAX;
  subscriptions_begin_flush(dispatch->subscriptions);
  for (uint32_t i = 0; i < LIMIT_CLIENTS; ++i) {
    OscClient* const client = clients_at(dispatch->clients, i);
    if (client && client->backlog.used) {
      next = earlier(next, dispatch_send_more(dispatch, client));
    }
    if (client && client->updates) {
      next =
        earlier(next,
                subscriptions_flush(
                  dispatch->subscriptions, client, dispatch->moment.monotonic));
    }
  }
  return next;
}

int
dispatch_poll(Dispatch* const dispatch)
{
  const Telemetry telemetry = services_telemetry(dispatch->services);
  dispatch->moment          = dispatch->config.now(dispatch->config.handle);
  dispatch->backend         = synthesis_backend(dispatch->services);
  timebase_update(&dispatch->timebase,
                  dispatch->backend.rate,
                  telemetry.frame,
                  telemetry.nanos);

  names_prepare(
    dispatch->names, services_document(dispatch->services), PREPARE_NAMES);

  const uint64_t now  = dispatch->moment.monotonic;
  uint64_t       next = dispatch_run_held(dispatch);
  if (now >= dispatch->next_lease) {
    dispatch->next_lease = dispatch_check_leases(dispatch);
  }
  next = earlier(next, dispatch_play_controls(dispatch));
  next = earlier(next, flush_all(dispatch));
  if (clients_count(dispatch->clients)) {
    next = earlier(next, dispatch->next_lease);
  }
  return next == UINT64_MAX ? -1
         : next <= now      ? 0
                            : (int)((next - now + 999999u) / 1000000u);
}
