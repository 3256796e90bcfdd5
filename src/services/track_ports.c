// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/track_ports.h"

#include "engine/engine.h"
#include "services/services_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  Id          track; ///< ID_NONE: the number is free
  PortKind    kind;
  BackendPort port; ///< As the backend has it
} Entry;

struct TrackPorts {
  Entry    entries[ENGINE_MAX_PORTS]; ///< By number; the first is none
  uint32_t next;                      ///< Number that was not used for longest
};

TrackPorts*
track_ports_new(void)
{
  return (TrackPorts*)calloc(1, sizeof(TrackPorts));
}

void
track_ports_free(TrackPorts* const ports)
{
  free(ports);
}

/// Whether a track has inputs of its own
static bool
has_own_input(const Track* const track)
{
  static const char* const common[] = {"", "none", "in_left", "in_right"};
  for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); ++i) {
    if (!strcmp(string_text(track->input), common[i])) {
      return false;
    }
  }

  return true;
}

static bool
wants(const Track* const track, const PortKind kind)
{
  const bool is_midi = track->type == TRACK_MIDI;
  switch (kind) {
    case PORT_AUDIO_IN:
      return !is_midi && has_own_input(track);
    case PORT_MIDI_IN:
      return is_midi && has_own_input(track);
    case PORT_AUDIO_OUT:
      return track->direct;
    case PORT_MIDI_OUT:
      return is_midi && track->midi_out;
    case PORT_NONE:
      break;
  }

  return false;
}

/// Number of a port that is known, 0 if there is none
static uint32_t
find(const TrackPorts* const ports, const Id track, const PortKind kind)
{
  for (uint32_t i = 1; i < ENGINE_MAX_PORTS; ++i) {
    if (ports->entries[i].track == track && ports->entries[i].kind == kind) {
      return i;
    }
  }

  return 0;
}

/// Take the free number that was not used for longest, 0 if all are taken
static uint32_t
take(TrackPorts* const ports, const Id track, const PortKind kind)
{
  for (uint32_t i = 0; i + 1u < ENGINE_MAX_PORTS; ++i) {
    const uint32_t number = 1u + (ports->next + i) % (ENGINE_MAX_PORTS - 1u);
    if (ports->entries[number].track == ID_NONE) {
      ports->next            = number;
      ports->entries[number] = (Entry){.track = track, .kind = kind};
      return number;
    }
  }

  return 0;
}

uint32_t
track_ports_number(TrackPorts* const  ports,
                   const Track* const track,
                   const PortKind     kind)
{
  if (!wants(track, kind)) {
    return 0;
  }

  const uint32_t number = find(ports, track->node.id, kind);
  return number ? number : take(ports, track->node.id, kind);
}

uint32_t
track_ports_clock(TrackPorts* const ports, const Composition* const root)
{
  if (!root->midi_clock) {
    return 0;
  }

  const uint32_t number = find(ports, ID_COMPOSITION, PORT_MIDI_OUT);
  return number ? number : take(ports, ID_COMPOSITION, PORT_MIDI_OUT);
}

/// What the port of a track is to be like
static BackendPort
describe(const Track* const track, const PortKind kind)
{
  static const char* const names[] = {
    [PORT_NONE]      = "",
    [PORT_AUDIO_IN]  = "in",
    [PORT_AUDIO_OUT] = "out",
    [PORT_MIDI_IN]   = "midi_in",
    [PORT_MIDI_OUT]  = "midi_out",
  };
  static const char* const titles[] = {
    [PORT_NONE]      = "",
    [PORT_AUDIO_IN]  = " Input",
    [PORT_AUDIO_OUT] = "",
    [PORT_MIDI_IN]   = " MIDI Input",
    [PORT_MIDI_OUT]  = " MIDI",
  };

  char        id[ID_TEXT_SIZE];
  BackendPort port = {.kind = kind};
  snprintf(port.name,
           sizeof(port.name),
           "%s_%s",
           id_format(track->node.id, id),
           names[kind]);
  snprintf(port.title,
           sizeof(port.title),
           "%.100s%s",
           string_text(track->name),
           titles[kind]);

  // The name of another client's port has its client before a colon
  const char* const input    = string_text(track->input);
  const bool        is_input = kind == PORT_AUDIO_IN || kind == PORT_MIDI_IN;
  if (is_input && strchr(input, ':')) {
    snprintf(port.peer, sizeof(port.peer), "%s", input);
  }

  return port;
}

/// Have a port as it is described
static void
put(Services* const          services,
    const uint32_t           number,
    const BackendPort* const port)
{
  Entry* const entry = &services->ports->entries[number];
  if (entry->port.kind == port->kind && !strcmp(entry->port.name, port->name) &&
      !strcmp(entry->port.title, port->title) &&
      !strcmp(entry->port.peer, port->peer)) {
    return;
  }

  if (backend_set_port(services->backend, number, port)) {
    char text[128];
    snprintf(text, sizeof(text), "JACK takes no port %s", port->name);
    services_log(services, text);
  }

  entry->port = *port;
}

/// Take away what nothing wants any more
static void
remove_unwanted(Services* const services)
{
  static const BackendPort none;
  for (uint32_t i = 1; i < ENGINE_MAX_PORTS; ++i) {
    Entry* const       entry  = &services->ports->entries[i];
    const Track* const track  = composition_track(services->root, entry->track);
    const bool         wanted = entry->track == ID_COMPOSITION
                                  ? services->root->midi_clock
                                  : track && wants(track, entry->kind);
    if (entry->track != ID_NONE && !wanted) {
      put(services, i, &none);
      *entry = (Entry){.track = ID_NONE};
    }
  }
}

void
track_ports_update(Services* const services)
{
  static const PortKind kinds[] = {
    PORT_AUDIO_IN, PORT_AUDIO_OUT, PORT_MIDI_IN, PORT_MIDI_OUT};

  if (!services->backend) {
    return;
  }

  static const BackendPort clock = {
    PORT_MIDI_OUT, "midi_clock", "MIDI Clock", ""};

  remove_unwanted(services);
  const uint32_t clock_number =
    track_ports_clock(services->ports, services->root);
  if (clock_number) {
    put(services, clock_number, &clock);
  }

  const IdList* const order = services->root->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Track* const track = composition_track(services->root, order->ids[i]);
    for (uint32_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); ++k) {
      const uint32_t number =
        track_ports_number(services->ports, track, kinds[k]);
      if (number) {
        const BackendPort port = describe(track, kinds[k]);
        put(services, number, &port);
      }
    }
  }
}
