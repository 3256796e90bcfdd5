// SPDX-License-Identifier: GPL-3.0-or-later
//
// Handlers of /playback

#include "services/playback.h"

#include "osc/call.h"
#include "osc/handlers.h"
#include "services/recording.h"

/// `/playback/play`
Status
osc_playback_play(Services* const services, OscCall* const call)
{
  (void)call;
  return playback_play(services);
}

/// `/playback/play_from ,f`
Status
osc_playback_play_from(Services* const services, OscCall* const call)
{
  call_beats(call, call->args[0].ticks);
  return playback_play_from(services, call->args[0].ticks);
}

/// `/playback/stop`
Status
osc_playback_stop(Services* const services, OscCall* const call)
{
  (void)call;
  return playback_stop(services);
}

/// `/playback/pause`
Status
osc_playback_pause(Services* const services, OscCall* const call)
{
  (void)call;
  return playback_pause(services);
}

/// `/playback/resume`
Status
osc_playback_resume(Services* const services, OscCall* const call)
{
  (void)call;
  return playback_play(services);
}

/// `/playback/toggle`
Status
osc_playback_toggle(Services* const services, OscCall* const call)
{
  (void)call;
  return playback_toggle(services);
}

/// `/playback/seek ,f`
Status
osc_playback_seek(Services* const services, OscCall* const call)
{
  call_beats(call, call->args[0].ticks);
  return playback_seek(services, call->args[0].ticks);
}

/// `/playback/record`
Status
osc_playback_record_get(Services* const services, OscCall* const call)
{
  call_int(call, recording_is_on(services));
  return STATUS_OK;
}

/// `/playback/record ,i`
Status
osc_playback_record_set(Services* const services, OscCall* const call)
{
  call_int(call, call->args[0].i);
  return call->args[0].i ? recording_start(services) : recording_stop(services);
}

/// `/playback/record/status`
Status
osc_playback_record_status_get(Services* const services, OscCall* const call)
{
  const RecordingInfo info = recording_info(services);
  call_string(call, info.state);
  call_int(call, (int64_t)info.lost);
  call_string(call, info.text);
  return STATUS_OK;
}

/// `/playback/state`
Status
osc_playback_state_get(Services* const services, OscCall* const call)
{
  call_string(call, playback_state(services));
  return STATUS_OK;
}

/// `/playback/position`
Status
osc_playback_position_get(Services* const services, OscCall* const call)
{
  call_beats(call, playback_position(services));
  return STATUS_OK;
}

/// `/playback/locate ,s`
Status
osc_playback_locate(Services* const services, OscCall* const call)
{
  const Status st = playback_locate(services, call->args[0].id);
  call_beats(call, playback_position(services));
  return st;
}
