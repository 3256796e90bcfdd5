// SPDX-License-Identifier: GPL-3.0-or-later

#include "backend/jack_client.h"

#include <jack/metadata.h>
#include <jack/uuid.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define TYPE_INT "http://www.w3.org/2001/XMLSchema#int"

// clang-format off
const PortInfo jack_port_infos[NUM_PORTS] = {
  [OUT_LEFT]  = {"out_left",  JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, "Master Left",  "Master", "1"},
  [OUT_RIGHT] = {"out_right", JACK_DEFAULT_AUDIO_TYPE, JackPortIsOutput, "Master Right", "Master", "2"},
  [IN_LEFT]   = {"in_left",   JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput,  "Input Left",   "Input",  "3"},
  [IN_RIGHT]  = {"in_right",  JACK_DEFAULT_AUDIO_TYPE, JackPortIsInput,  "Input Right",  "Input",  "4"},
  [MIDI_IN]   = {"midi_in",   JACK_DEFAULT_MIDI_TYPE,  JackPortIsInput,  "MIDI Input",   NULL,     "5"},
};
// clang-format on

bool
jack_graph_register(Jack* jack)
{
  for (int i = 0; i < NUM_PORTS; ++i) {
    const PortInfo* const info = &jack_port_infos[i];
    jack->ports[i] =
      jack_port_register(jack->client, info->name, info->type, info->flags, 0);
    if (!jack->ports[i]) {
      return false;
    }
  }
  return true;
}

// Metadata

/// What the client itself is known by; false if the server cannot tell
static bool
client_uuid(const Jack* jack, jack_uuid_t* uuid)
{
  char* const text = jack_get_uuid_for_client_name(
    jack->client, jack_get_client_name(jack->client));
  const bool is_known = text && !jack_uuid_parse(text, uuid);
  jack_free(text);
  return is_known;
}

void
jack_graph_describe(Jack* jack)
{
  jack_client_t* const client = jack->client;
  jack_uuid_t          uuid;
  if (client_uuid(jack, &uuid)) {
    jack_set_property(
      client, uuid, JACK_METADATA_PRETTY_NAME, "Sonic Claude", NULL);
  }

  for (int i = 0; i < NUM_PORTS; ++i) {
    const PortInfo* const info = &jack_port_infos[i];
    const jack_uuid_t     port = jack_port_uuid(jack->ports[i]);
    jack_set_property(
      client, port, JACK_METADATA_PRETTY_NAME, info->title, NULL);
    jack_set_property(client, port, JACK_METADATA_ORDER, info->order, TYPE_INT);
    if (info->group) {
      jack_set_property(
        client, port, JACK_METADATA_PORT_GROUP, info->group, NULL);
    }
    if (!strcmp(info->type, JACK_DEFAULT_MIDI_TYPE)) {
      jack_set_property(client, port, JACK_METADATA_EVENT_TYPES, "MIDI", NULL);
    }
  }
}

void
jack_graph_undescribe(Jack* jack)
{
  // The server forgets them late or, when it was killed, never, and gives the
  // same identifiers to others
  jack_uuid_t uuid;
  if (client_uuid(jack, &uuid)) {
    jack_remove_properties(jack->client, uuid);
  }
  for (int i = 0; i < NUM_PORTS; ++i) {
    if (jack->ports[i]) {
      jack_remove_properties(jack->client, jack_port_uuid(jack->ports[i]));
    }
  }
}

uint32_t
jack_graph_latency(const Jack*                  jack,
                   Port                         first,
                   Port                         last,
                   jack_latency_callback_mode_t mode)
{
  uint32_t longest = 0;
  for (int i = (int)first; i <= (int)last && jack->state != BACKEND_DOWN; ++i) {
    jack_latency_range_t range = {0, 0};
    if (jack_port_connected(jack->ports[i])) {
      jack_port_get_latency_range(jack->ports[i], mode, &range);
    }
    longest = range.max > longest ? range.max : longest;
  }
  return longest;
}

// Connections

/// Remember a connection if it is ours, since the server tells of it later
static void
remember(Jack* jack, const char* from, const char* to, bool on)
{
  for (uint32_t number = 0; number < JACK_ALL_PORTS; ++number) {
    const jack_port_t* const port = jack_port_numbered(jack, number);
    const char* const        own  = port ? jack_port_name(port) : "";
    if (!strcmp(own, from) || !strcmp(own, to)) {
      connections_set(
        &jack->connections, number, strcmp(own, from) ? from : to, on);
      return;
    }
  }
}

/// Connect two ports; being connected already is as good
bool
jack_graph_join(Jack* jack, const char* from, const char* to)
{
  const int error = jack_connect(jack->client, from, to);
  if (error && error != EEXIST) {
    return false;
  }
  remember(jack, from, to, true);
  return true;
}

void
jack_graph_restore(Jack* jack)
{
  char     peer[JACK_NAME_SIZE];
  uint32_t port     = 0;
  size_t   position = 0;
  while (connections_next_lost(
    &jack->connections, &position, &port, peer, sizeof(peer))) {
    if (!jack_port_by_name(jack->client, peer)) {
      continue;
    }

    const jack_port_t* const ours = jack_port_numbered(jack, port);
    if (!ours) {
      continue;
    }

    const char* const own    = jack_port_name(ours);
    const bool        is_out = jack_port_flags(ours) & JackPortIsOutput;
    if (!jack_graph_join(jack, is_out ? own : peer, is_out ? peer : own)) {
      // Its client is not active yet, so it is tried again
      atomic_store(&jack->ports_changed, true);
    }
  }
}

Status
jack_graph_connect_outputs(Backend* backend, char* text, size_t size)
{
  Jack* const jack = (Jack*)backend;
  if (jack->state == BACKEND_DOWN) {
    snprintf(text, size, "the JACK server is gone");
    return STATUS_NOT_READY;
  }

  const char** const playback =
    jack_get_ports(jack->client,
                   NULL,
                   JACK_DEFAULT_AUDIO_TYPE,
                   JackPortIsPhysical | JackPortIsInput);
  if (!playback) {
    snprintf(text, size, "JACK has no playback ports to connect to");
    return STATUS_NOT_FOUND;
  }

  // A lone port gets both channels
  bool is_done = true;
  for (int i = OUT_LEFT; i <= OUT_RIGHT; ++i) {
    const char* const own = jack_port_name(jack->ports[i]);
    const char* const to  = i && playback[1] ? playback[1] : playback[0];
    if (!jack_graph_join(jack, own, to)) {
      snprintf(text, size, "JACK does not connect %s to %s", own, to);
      is_done = false;
    }
  }
  jack_free(playback);
  return is_done ? STATUS_OK : STATUS_IO;
}

bool
jack_graph_is_connected(const Backend* backend)
{
  Jack* const jack = (Jack*)backend;
  return connections_has(&jack->connections, OUT_LEFT) ||
         connections_has(&jack->connections, OUT_RIGHT);
}

Status
jack_graph_ports(Backend* backend, BackendPortFunc func, void* handle)
{
  Jack* const jack = (Jack*)backend;
  if (jack->state == BACKEND_DOWN) {
    return STATUS_NOT_READY;
  }

  const char** const names = jack_get_ports(jack->client, NULL, NULL, 0);
  for (size_t i = 0; names && names[i]; ++i) {
    const jack_port_t* const port = jack_port_by_name(jack->client, names[i]);
    if (port) {
      const char* const type = jack_port_type(port);
      func(handle,
           names[i],
           !strcmp(type, JACK_DEFAULT_AUDIO_TYPE)  ? "audio"
           : !strcmp(type, JACK_DEFAULT_MIDI_TYPE) ? "midi"
                                                   : type,
           jack_port_flags(port) & JackPortIsOutput);
    }
  }
  jack_free(names);
  return STATUS_OK;
}

Status
jack_graph_connect(Backend* backend, const char* from, const char* to, bool on)
{
  Jack* const jack = (Jack*)backend;
  if (jack->state == BACKEND_DOWN) {
    return STATUS_NOT_READY;
  }

  if (!jack_port_by_name(jack->client, from) ||
      !jack_port_by_name(jack->client, to)) {
    return STATUS_NOT_FOUND;
  }
  if (on) {
    return jack_graph_join(jack, from, to) ? STATUS_OK : STATUS_CONFLICT;
  }

  // All that can be wrong is that they are not connected
  jack_disconnect(jack->client, from, to);
  remember(jack, from, to, false);
  return STATUS_OK;
}
