// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where an address of the schema can be tried
//
// A value is found by subscribing to the address with a `*` where the schema
// has a placeholder: what is heard is where it is.  So that works as well, or
// the value is not found.

#include "cli/probe.h"

#include <stdio.h>
#include <string.h>

/// Values that are awaited after a subscription come within this time
#define FIRST_MS 3000

/// Append to an address
static void
append(char address[PROBE_ADDRESS_SIZE], const char* const part)
{
  const size_t used = strlen(address);
  snprintf(address + used, PROBE_ADDRESS_SIZE - used, "/%s", part);
}

/// What stands for a placeholder: the thing that we have of its kind, or `*`
static const char*
place_word(const Probe* const probe, const Place* const place, const bool known)
{
  if (place->type == PLACE_COMPOSITION) {
    return "current";
  }
  const bool thing = place->type == PLACE_THING || place->type == PLACE_CHANNEL;
  const char* const have = thing ? probe->things[place->kind] : "";
  return known && have[0] ? have : "*";
}

/// A row's path with its placeholders filled
static void
fill(const Probe* const  probe,
     const OscRow* const row,
     const bool          known,
     char                address[PROBE_ADDRESS_SIZE])
{
  uint32_t place = 0;
  address[0]     = '\0';
  for (const char* at = row->path; *at == '/';) {
    const size_t size = strcspn(++at, "/");
    char         part[128];
    snprintf(part, sizeof(part), "%.*s", (int)size, at);
    append(address,
           part[0] == '{' ? place_word(probe, &row->places[place++], known)
                          : part);
    at += size;
  }
}

/// Note the addresses that were heard; true if there is room for more
static bool
note_heard(ProbeLink* const   link,
           const char* const  pattern,
           uint32_t* const    cursor,
           ProbePlaces* const out)
{
  const PacketMessage* message = NULL;
  while (out->count < PROBE_MAX_PLACES &&
         (message = probe_link_next(link, cursor))) {
    // Answers of ours are no updates
    if (strncmp(message->address, pattern, strcspn(pattern, "*")) != 0) {
      continue;
    }
    bool is_known = false;
    for (uint32_t i = 0; i < out->count; ++i) {
      is_known |= !strcmp(out->addresses[i], message->address);
    }
    if (!is_known) {
      snprintf(out->addresses[out->count++],
               PROBE_ADDRESS_SIZE,
               "%s",
               message->address);
    }
  }
  return out->count < PROBE_MAX_PLACES;
}

/// Subscribe to a pattern to hear at which addresses there are values
static void
find_by_pattern(Probe* const       probe,
                const char* const  pattern,
                ProbePlaces* const out)
{
  ProbeLink* const link   = &probe->other;
  uint32_t         cursor = 0;
  uint32_t         expect = 0;
  out->count              = 0;
  probe_subscribe(probe, link, pattern, true);

  const PacketMessage* message = NULL;
  while ((message = probe_link_next(link, &cursor))) {
    if (!strcmp(message->address, "/reply") && message->num_args == 3) {
      expect = (uint32_t)message->args[2].i;
    }
  }
  cursor = 0;
  while (note_heard(link, pattern, &cursor, out) && out->count < expect &&
         probe_link_wait(link, FIRST_MS)) {
  }
  probe_subscribe(probe, link, pattern, false);
}

/// Fill the words of a row from the list beside it: `X/list` names each `X/{}`
static bool
find_by_list(Probe* const        probe,
             const OscRow* const row,
             ProbePlaces* const  out)
{
  char address[PROBE_ADDRESS_SIZE];
  char list[PROBE_ADDRESS_SIZE + 8u];
  fill(probe, row, true, address);
  char* const star = strchr(address, '*');
  if (!star) {
    snprintf(out->addresses[0], PROBE_ADDRESS_SIZE, "%s", address);
    out->count = 1;
    return true;
  }

  snprintf(list, sizeof(list), "%.*slist", (int)(star - address), address);
  if (probe_ask(probe, list, NULL)->type != PROBE_LIST) {
    return false;
  }
  uint32_t             cursor  = 0;
  const PacketMessage* message = NULL;
  while (out->count < PROBE_MAX_PLACES &&
         (message = probe_link_next(&probe->setter, &cursor))) {
    const ProbeValue word = probe_value(message, 1);
    if (!strcmp(message->address, list) && word.type == 's' &&
        !strchr(star + 1, '*')) {
      snprintf(out->addresses[out->count++],
               PROBE_ADDRESS_SIZE,
               "%.*s%.60s%s",
               (int)(star - address),
               address,
               word.text,
               star + 1);
    }
  }
  return out->count > 0;
}

void
probe_find_places(Probe* const        probe,
                  const OscRow* const row,
                  ProbePlaces* const  out)
{
  char pattern[PROBE_ADDRESS_SIZE];
  out->count = 0;
  if (row->access != ACCESS_VALUE && row->access != ACCESS_READ) {
    find_by_list(probe, row, out);
    return;
  }

  for (int known = 1; known >= 0 && !out->count; --known) {
    fill(probe, row, known, pattern);
    if (strchr(pattern, '*')) {
      find_by_pattern(probe, pattern, out);
    } else {
      snprintf(out->addresses[0], PROBE_ADDRESS_SIZE, "%s", pattern);
      out->count = 1;
    }
  }
}

/// A value whose path names one thing and nothing else but a composition
static bool
names_one_thing(const OscRow* const row, uint32_t* const place)
{
  uint32_t count = 0;
  for (uint32_t i = 0; i < row->num_places; ++i) {
    if (row->places[i].type == PLACE_WORD) {
      return false;
    }
    if (row->places[i].type != PLACE_COMPOSITION) {
      *place = i;
      ++count;
    }
  }
  return row->access == ACCESS_VALUE && row->get && count == 1;
}

/// The part of an address that stands where the row has a place
static void
take_thing(const OscRow* const row,
           const uint32_t      place,
           const char* const   address,
           char                out[64])
{
  const char* at     = address;
  const char* path   = row->path;
  uint32_t    number = 0;
  while (*path == '/' && *at == '/') {
    const size_t size = strcspn(++at, "/");
    if (*++path == '{' && number++ == place) {
      snprintf(out, 64, "%.*s", (int)size, at);
      return;
    }
    at += size;
    path += strcspn(path, "/");
  }
}

void
probe_find_things(Probe* const probe)
{
  static ProbePlaces places;

  for (uint32_t i = 0; i < schema_num_rows && !probe->is_lost; ++i) {
    const OscRow* const row   = &schema_rows[i];
    uint32_t            place = 0;
    if (!names_one_thing(row, &place) ||
        probe->things[row->places[place].kind][0]) {
      continue;
    }
    char pattern[PROBE_ADDRESS_SIZE];
    fill(probe, row, true, pattern);
    find_by_pattern(probe, pattern, &places);
    if (places.count) {
      take_thing(row,
                 place,
                 places.addresses[0],
                 probe->things[row->places[place].kind]);
    }
  }
}

void
probe_make_args(const Probe* const  probe,
                const OscRow* const row,
                ProbeArgs* const    out)
{
  out->count = 0;
  for (uint32_t i = 0; i < row->num_args; ++i) {
    const ArgInfo* const arg  = &row->args[i];
    PacketArg* const     to   = &out->args[out->count];
    const double         room = arg->max - arg->min;
    if (arg->optional) {
      return;
    }
    switch (arg->type) {
      case ARG_STRING:
        *to = probe_text(arg->examples ? arg->examples[0] : "probe");
        break;
      case ARG_ENUM:
        *to = probe_text(arg->words[0]);
        break;
      case ARG_ID:
        *to = probe_text(probe->things[arg->kind]);
        break;
      case ARG_BLOB:
        *to = (PacketArg){.type = 'b', .size = 0, {.b = (const uint8_t*)""}};
        break;
      case ARG_INT:
      case ARG_BOOL:
        *to = probe_number('i', arg->min + (room >= 1.0 ? 1.0 : 0.0));
        break;
      default:
        *to = probe_number('f', arg->min + (room >= 1.0 ? 1.0 : room / 2.0));
        break;
    }
    ++out->count;
  }
}
