// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/playback.h"

#include "services/edit.h"
#include "services/services_private.h"
#include "services/song_time.h"

#include <string.h>

/// Where the transport is, as far as the engine has heard what it was told
static Transit
present(Services* const services)
{
  if (services->asked.set) {
    return services->asked;
  }

  const Telemetry telemetry = services_telemetry(services);
  if (services->told.set && telemetry.received < services->told.number) {
    return services->told;
  }

  services->told.set = false;
  return (Transit){.state = telemetry.state, .position = telemetry.position};
}

/// Where a command leads, so that who asks right after it is told so
static Transit
follow(const Transit before, const TransportCommand command, const Ticks ticks)
{
  Transit    after = before;
  const bool runs =
    before.state == ENGINE_PLAYING || before.state == ENGINE_LOCATING;
  after.set = true;
  switch (command) {
    case TRANSPORT_PLAY:
      after.state = runs ? before.state : ENGINE_PLAYING;
      break;
    case TRANSPORT_STOP:
      after.state    = ENGINE_STOPPED;
      after.position = 0;
      break;
    case TRANSPORT_PAUSE:
      after.state = runs ? ENGINE_PAUSED : before.state;
      break;
    case TRANSPORT_LOCATE:
      after.position = ticks;
      break;
  }

  return after;
}

/// Whether JACK's transport leads
static bool
is_led(const Services* const services)
{
  return services->backend && services_document(services)->sync &&
         !strcmp(backend_info(services->backend).driver, "jack");
}

/// Ask the transport that leads, once the transaction has succeeded
static Status
request_lead(Services* const        services,
             const TransportCommand command,
             const Ticks            ticks)
{
  TempoMap* const map =
    song_time_map(services_document(services), services->rate);
  if (!map || services->num_lead == MAX_LEAD) {
    tempo_map_free(map);
    return map ? STATUS_BUSY : edit_no_memory(services);
  }

  services->lead[services->num_lead++] = (LeadCommand){
    command, (uint64_t)frame_time_round(tempo_map_time(map, ticks))};
  tempo_map_free(map);
  return STATUS_OK;
}

void
playback_settle(Services* const services, const bool committed)
{
  for (uint32_t i = 0; committed && i < services->num_lead; ++i) {
    const LeadCommand* const lead = &services->lead[i];
    backend_transport(services->backend, lead->command, lead->frame);
  }

  services->num_lead = 0;
}

void
playback_set_sync(Services* const services)
{
  if (!services->backend) {
    return;
  }

  const SyncMode mode = (SyncMode)services->root->sync;
  const Status   st   = backend_set_sync(services->backend, mode);
  if (st) {
    services_log(services,
                 st == STATUS_CONFLICT
                   ? "Another client tells JACK's transport bars and beats"
                   : "There is no JACK transport to follow");
  }
}

static Status
request_op(Services* const services, const Operation* const op)
{
  const Status st = edit_request(services, op);
  if (!st) {
    services->asked =
      follow(present(services), op->transport.command, op->transport.ticks);
  }

  return st;
}

static Status
request(Services* const        services,
        const TransportCommand command,
        const Ticks            ticks)
{
  if (is_led(services)) {
    return request_lead(services, command, ticks);
  }

  const Operation op = {.type      = OPERATION_TRANSPORT,
                        .transport = {.command = command, .ticks = ticks}};
  return request_op(services, &op);
}

static Status
check_place(Services* const services, const Ticks beat)
{
  return beat >= 0 ? STATUS_OK
                   : services_fail(services,
                                   STATUS_OUT_OF_RANGE,
                                   "The timeline begins at beat 0, not %g",
                                   ticks_to_beats(beat));
}

Status
playback_play(Services* const services)
{
  return request(services, TRANSPORT_PLAY, 0);
}

Status
playback_play_counted(Services* const services)
{
  const Composition* const root = services_document(services);
  const Operation          op   = {.type      = OPERATION_TRANSPORT,
                                   .value     = (float)root->metronome_volume,
                                   .transport = {.command = TRANSPORT_PLAY,
                                                 .count_in = (uint32_t)root->count_in}};
  return request_op(services, &op);
}

Status
playback_locate(Services* const services, const Id marker)
{
  const Node* const node = services_find(services, NODE_MARKER, marker);
  return node ? playback_seek(services, ((const Marker*)node)->beat)
              : edit_not_found(services, marker);
}

Status
playback_play_from(Services* const services, const Ticks beat)
{
  Status st = check_place(services, beat);
  st        = st ? st : request(services, TRANSPORT_LOCATE, beat);
  return st ? st : request(services, TRANSPORT_PLAY, 0);
}

Status
playback_stop(Services* const services)
{
  return request(services, TRANSPORT_STOP, 0);
}

Status
playback_pause(Services* const services)
{
  return request(services, TRANSPORT_PAUSE, 0);
}

Status
playback_toggle(Services* const services)
{
  return playback_runs(services) ? playback_pause(services)
                                 : playback_play(services);
}

Status
playback_seek(Services* const services, const Ticks beat)
{
  const Status st = check_place(services, beat);
  return st ? st : request(services, TRANSPORT_LOCATE, beat);
}

Status
playback_panic(Services* const services)
{
  const Operation op = {.type = OPERATION_PANIC};
  return edit_request(services, &op);
}

bool
playback_runs(Services* const services)
{
  const EngineState state = present(services).state;
  return state == ENGINE_PLAYING || state == ENGINE_LOCATING;
}

const char*
playback_state(Services* const services)
{
  static const char* const words[] = {
    [ENGINE_STOPPED]  = "stopped",
    [ENGINE_PLAYING]  = "playing",
    [ENGINE_PAUSED]   = "paused",
    [ENGINE_LOCATING] = "locating",
  };

  const EngineState state = present(services).state;
  return state == ENGINE_PLAYING && recording_is_on(services) ? "recording"
                                                              : words[state];
}

Ticks
playback_position(Services* const services)
{
  return present(services).position;
}
