// SPDX-License-Identifier: GPL-3.0-or-later
//
// JACK's transport: following it, and giving it bars and beats

#include "backend/jack_client.h"

#include <jack/transport.h>

#include <errno.h>

/// Parts of a beat that JACK is told of
#define JACK_TICKS_PER_BEAT 1920.0

SONIC_RT void
jack_transport_follow(Jack* jack, Engine* engine)
{
  jack_position_t              position;
  const bool                   leads = atomic_load(&jack->sync) != SYNC_NONE;
  const jack_transport_state_t state =
    leads ? jack_transport_query(jack->client, &position)
          : JackTransportStopped;
  engine_follow(engine,
                leads,
                state == JackTransportRolling,
                leads ? position.frame : 0);
}

/// Say what bar and beat a position is, as long as we are the timebase master
SONIC_RT static void
fill_position(jack_transport_state_t state,
              jack_nframes_t         n,
              jack_position_t*       position,
              int                    is_new,
              void*                  arg)
{
  (void)state;
  (void)n;
  (void)is_new;
  Jack* const         jack   = (Jack*)arg;
  const Engine* const engine = atomic_load(&jack->engine);
  if (!engine) {
    return;
  }

  EngineBars bars;
  engine_bars(engine, position->frame, &bars);

  const BarPlace* const place = &bars.place;
  const double          beat  = (double)place->beat_ticks;
  position->valid             = JackPositionBBT;
  position->bar               = (int32_t)place->bar + 1;
  position->beat              = (int32_t)place->beat + 1;
  position->tick = (int32_t)((double)place->rest / beat * JACK_TICKS_PER_BEAT);
  position->bar_start_tick =
    (double)place->bar_start / beat * JACK_TICKS_PER_BEAT;
  position->beats_per_bar    = (float)place->beats;
  position->beat_type        = (float)(4.0 * TICKS_PER_BEAT / beat);
  position->ticks_per_beat   = JACK_TICKS_PER_BEAT;
  position->beats_per_minute = tempo_to_bpm(bars.tempo) * TICKS_PER_BEAT / beat;
}

/// Have the client be what is wanted, for whoever has it
static Status
apply(Jack* jack, SyncMode mode)
{
  if (mode != SYNC_MASTER) {
    jack_release_timebase(jack->client);
    return STATUS_OK;
  }

  // Only if nobody else is
  const int error =
    jack_set_timebase_callback(jack->client, 1, fill_position, jack);
  return !error ? STATUS_OK : error == EBUSY ? STATUS_CONFLICT : STATUS_IO;
}

Status
jack_transport_set(Backend* backend, SyncMode mode)
{
  Jack* const jack = (Jack*)backend;
  atomic_store(&jack->sync, (int)mode);
  return jack->state == BACKEND_DOWN ? STATUS_OK : apply(jack, mode);
}

void
jack_transport_restore(Jack* jack)
{
  apply(jack, (SyncMode)atomic_load(&jack->sync));
}

Status
jack_transport_command(Backend*         backend,
                       TransportCommand command,
                       uint64_t         frame)
{
  Jack* const jack = (Jack*)backend;
  if (jack->state == BACKEND_DOWN) {
    return STATUS_NOT_READY;
  }

  switch (command) {
  case TRANSPORT_PLAY:
    jack_transport_start(jack->client);
    break;
  case TRANSPORT_PAUSE:
    jack_transport_stop(jack->client);
    break;
  case TRANSPORT_STOP:
    jack_transport_stop(jack->client);
    jack_transport_locate(jack->client, 0);
    break;
  case TRANSPORT_LOCATE:
    jack_transport_locate(jack->client, (jack_nframes_t)frame);
    break;
  }
  return STATUS_OK;
}
