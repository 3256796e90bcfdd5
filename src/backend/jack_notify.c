// SPDX-License-Identifier: GPL-3.0-or-later
//
// What libjack's notification thread runs: it notes what the server tells

#include "backend/jack_client.h"

static int
note_rate(jack_nframes_t rate, void* arg)
{
  atomic_store(&((Jack*)arg)->rate, rate);
  return 0;
}

static int
note_period(jack_nframes_t period, void* arg)
{
  atomic_store(&((Jack*)arg)->period, period);
  return 0;
}

static int
note_xrun(void* arg)
{
  Jack* const jack = (Jack*)arg;
  if (!atomic_load(&jack->freewheels)) {
    atomic_fetch_add(&jack->xruns, 1);
  }
  return 0;
}

static void
note_freewheel(int starting, void* arg)
{
  atomic_store(&((Jack*)arg)->freewheels, starting != 0);
}

static void
note_port(jack_port_id_t id, int registered, void* arg)
{
  (void)id;
  if (registered) {
    atomic_store(&((Jack*)arg)->ports_changed, true);
  }
}

static void
note_connection(jack_port_id_t a, jack_port_id_t b, int connected, void* arg)
{
  Jack* const              jack   = (Jack*)arg;
  const jack_port_t* const ends[] = {jack_port_by_id(jack->client, a),
                                     jack_port_by_id(jack->client, b)};
  for (int i = 0; i < 2 && ends[0] && ends[1]; ++i) {
    for (uint32_t port = 0; port < JACK_ALL_PORTS; ++port) {
      if (ends[i] == jack_port_numbered(jack, port)) {
        connections_set(&jack->connections,
                        port,
                        jack_port_name(ends[1 - i]),
                        connected != 0);
        return;
      }
    }
  }
}

static void
note_shutdown(jack_status_t code, const char* reason, void* arg)
{
  (void)code;
  (void)reason;
  Jack* const jack = (Jack*)arg;

  // What a dying server breaks comes after this
  connections_freeze(&jack->connections);
  atomic_store(&jack->is_shut_down, true);
}

/// Widest range over the ports that have `flag`; without connections it is 0
static jack_latency_range_t
latency_of(const Jack*                  jack,
           unsigned long                flag,
           jack_latency_callback_mode_t mode)
{
  jack_latency_range_t all = {UINT32_MAX, 0};
  for (int i = 0; i < NUM_PORTS; ++i) {
    jack_latency_range_t range;
    if ((jack_port_infos[i].flags & flag) &&
        jack_port_connected(jack->ports[i])) {
      jack_port_get_latency_range(jack->ports[i], mode, &range);
      all.min = range.min < all.min ? range.min : all.min;
      all.max = range.max > all.max ? range.max : all.max;
    }
  }
  all.min = all.min > all.max ? all.max : all.min;
  return all;
}

/// Capture latency goes from inputs to outputs, playback latency back; both
/// grow by that of the engine on the way
static void
note_latency(jack_latency_callback_mode_t mode, void* arg)
{
  Jack* const         jack = (Jack*)arg;
  const unsigned long from =
    mode == JackCaptureLatency ? JackPortIsInput : JackPortIsOutput;

  const uint32_t       own   = atomic_load(&jack->latency);
  jack_latency_range_t range = latency_of(jack, from, mode);
  range.min += own;
  range.max += own;
  for (int i = 0; i < NUM_PORTS; ++i) {
    if (!(jack_port_infos[i].flags & from)) {
      jack_port_set_latency_range(jack->ports[i], mode, &range);
    }
  }
}

void
jack_notify_set(Jack* jack)
{
  jack_client_t* const client = jack->client;

  jack_set_buffer_size_callback(client, note_period, jack);
  jack_set_sample_rate_callback(client, note_rate, jack);
  jack_set_xrun_callback(client, note_xrun, jack);
  jack_set_freewheel_callback(client, note_freewheel, jack);
  jack_set_latency_callback(client, note_latency, jack);
  jack_set_port_registration_callback(client, note_port, jack);
  jack_set_port_connect_callback(client, note_connection, jack);
  jack_on_info_shutdown(client, note_shutdown, jack);
}
