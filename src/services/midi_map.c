// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/midi_map.h"

#include "services/edit.h"
#include "services/services_private.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Kinds of sources in the order of MidiSourceKind
static const struct {
  const char* word;
  bool        numbered;
} kinds[] = {{"cc", true},
             {"note", true},
             {"bend", false},
             {"pressure", false}};

/// Read digits up to a colon or the end; -1: there are none, or it is too much
static int
read_number(const char** const text, const int max)
{
  char*      end    = NULL;
  const long number = strtol(*text, &end, 10);
  if (**text < '0' || **text > '9' || number > max || (*end && *end != ':')) {
    return -1;
  }

  *text = *end ? end + 1 : end;
  return (int)number;
}

bool
midi_source_parse(const char* const text, MidiSource* const source)
{
  const char* at      = text;
  const int   channel = read_number(&at, 16);
  for (unsigned i = 0; channel >= 0 && i < sizeof(kinds) / sizeof(kinds[0]);
       ++i) {
    const size_t length = strlen(kinds[i].word);
    if (strncmp(at, kinds[i].word, length) != 0 ||
        at[length] != (kinds[i].numbered ? ':' : '\0')) {
      continue;
    }

    at += length + (kinds[i].numbered ? 1u : 0u);
    const int number = kinds[i].numbered ? read_number(&at, 127) : 0;
    *source =
      (MidiSource){(uint8_t)channel, (uint8_t)number, (MidiSourceKind)i};
    return number >= 0 && !*at;
  }

  return false;
}

char*
midi_source_format(const MidiSource* const source, char text[MIDI_SOURCE_SIZE])
{
  char number[8] = "";
  if (kinds[source->kind].numbered) {
    snprintf(number, sizeof(number), ":%u", source->number);
  }

  snprintf(text,
           MIDI_SOURCE_SIZE,
           "%u:%s%s",
           source->channel,
           kinds[source->kind].word,
           number);
  return text;
}

bool
midi_source_of(const MidiEvent* const event,
               MidiSource* const      source,
               double* const          value)
{
  const uint8_t* const data = event->data;
  *source = (MidiSource){(uint8_t)((data[0] & 0x0Fu) + 1u), 0, MIDI_SOURCE_CC};
  switch (event->size == 3u ? data[0] & 0xF0u : 0u) {
    case 0x80u:
      source->kind   = MIDI_SOURCE_NOTE;
      source->number = data[1];
      *value         = 0.0;
      return true;
    case 0x90u:
      source->kind   = MIDI_SOURCE_NOTE;
      source->number = data[1];
      *value         = data[2] / 127.0;
      return true;
    case 0xB0u:
      // From 120 on they are no controllers but commands
      source->number = data[1];
      *value         = data[2] / 127.0;
      return data[1] < 120u;
    case 0xE0u:
      source->kind = MIDI_SOURCE_BEND;
      *value       = (data[1] + 128u * data[2]) / 16383.0;
      return true;
    default:
      break;
  }

  source->kind = MIDI_SOURCE_PRESSURE;
  *value       = data[1] / 127.0;
  return event->size == 2u && (data[0] & 0xF0u) == 0xD0u;
}

bool
midi_source_matches(const MidiSource* const mapped,
                    const MidiSource* const source)
{
  return mapped->kind == source->kind && mapped->number == source->number &&
         (!mapped->channel || mapped->channel == source->channel);
}

bool
midi_heard(const Services* const services, MidiEvent* const event)
{
  return engine_heard(services->engine, event);
}

uint32_t
midi_map_count(const Services* const services)
{
  return (uint32_t)json_array_size(services_document(services)->midi_map);
}

static double
share_of(const json_t* const row, const char* const key, const double otherwise)
{
  const json_t* const value = json_object_get(row, key);
  const double        share = json_number_value(value);
  return !json_is_number(value) || share < 0.0 || share > 1.0 ? otherwise
                                                              : share;
}

static bool
read_row(const json_t* const row, MidiMapping* const mapping)
{
  const char* const source = json_string_value(json_object_get(row, "source"));
  const char* const takeover =
    json_string_value(json_object_get(row, "takeover"));
  mapping->address = json_string_value(json_object_get(row, "address"));
  mapping->min     = share_of(row, "min", 0.0);
  mapping->max     = share_of(row, "max", 1.0);
  mapping->pickup  = takeover && !strcmp(takeover, "pickup");
  return source && mapping->address &&
         midi_source_parse(source, &mapping->source);
}

bool
midi_map_at(const Services* const services,
            const uint32_t        index,
            MidiMapping* const    mapping)
{
  return read_row(json_array_get(services_document(services)->midi_map, index),
                  mapping);
}

/// Whether a row ties a source to an address (null: to any)
static bool
is_of(const json_t* const     row,
      const MidiSource* const source,
      const char* const       address)
{
  MidiMapping mapping;
  return read_row(row, &mapping) && mapping.source.kind == source->kind &&
         mapping.source.number == source->number &&
         mapping.source.channel == source->channel &&
         (!address || !strcmp(mapping.address, address));
}

/// Put a map into the draft; takes `map`
static Status
put_map(Services* const services, json_t* const map)
{
  Composition* const root = edit_root(services);
  if (!root || !map) {
    json_decref(map);
    return edit_no_memory(services);
  }

  json_drop(root->midi_map);
  root->midi_map = map;
  return STATUS_OK;
}

Status
midi_map_add(Services* const services, const MidiMapping* const mapping)
{
  char          source[MIDI_SOURCE_SIZE];
  json_t* const map = json_copy(services_document(services)->midi_map);
  json_t* const row = json_pack("{s:s, s:s, s:f, s:f, s:s}",
                                "source",
                                midi_source_format(&mapping->source, source),
                                "address",
                                mapping->address,
                                "min",
                                mapping->min,
                                "max",
                                mapping->max,
                                "takeover",
                                mapping->pickup ? "pickup" : "jump");
  size_t        at  = 0;
  while (at < json_array_size(map) &&
         !is_of(json_array_get(map, at), &mapping->source, mapping->address)) {
    ++at;
  }

  if (at >= MIDI_MAP_MAX) {
    json_decref(map);
    json_decref(row);
    return services_fail(services,
                         STATUS_TOO_LARGE,
                         "There are at most %u mappings",
                         MIDI_MAP_MAX);
  }

  const bool full = !map || !row ||
                    (at < json_array_size(map) ? json_array_set(map, at, row)
                                               : json_array_append(map, row));
  json_decref(row);
  if (full) {
    json_decref(map);
    return edit_no_memory(services);
  }

  return put_map(services, map);
}

Status
midi_map_remove(Services* const         services,
                const MidiSource* const source,
                const char* const       address)
{
  char          text[MIDI_SOURCE_SIZE];
  json_t* const map    = json_copy(services_document(services)->midi_map);
  const size_t  before = json_array_size(map);
  for (size_t i = before; i > 0; --i) {
    if (is_of(json_array_get(map, i - 1u), source, address)) {
      json_array_remove(map, i - 1u);
    }
  }

  if (map && json_array_size(map) == before) {
    json_decref(map);
    return services_fail(services,
                         STATUS_NOT_FOUND,
                         "%s is not mapped%s%.200s",
                         midi_source_format(source, text),
                         address ? " to " : "",
                         address ? address : "");
  }

  return put_map(services, map);
}

Status
midi_map_clear(Services* const services)
{
  return put_map(services, json_array());
}
