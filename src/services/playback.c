// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/playback.h"

#include "services/edit.h"

static Status
request(Services* const        services,
        const TransportCommand command,
        const Ticks            ticks)
{
  const Operation op = {.type      = OPERATION_TRANSPORT,
                        .transport = {command, ticks}};
  return edit_request(services, &op);
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
  const EngineState state = services_telemetry(services).state;
  return state == ENGINE_PLAYING || state == ENGINE_LOCATING
           ? playback_pause(services)
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

const char*
playback_state(Services* const services)
{
  static const char* const words[] = {
    [ENGINE_STOPPED]  = "stopped",
    [ENGINE_PLAYING]  = "playing",
    [ENGINE_PAUSED]   = "paused",
    [ENGINE_LOCATING] = "locating",
  };

  return words[services_telemetry(services).state];
}

Ticks
playback_position(Services* const services)
{
  return services_telemetry(services).position;
}
