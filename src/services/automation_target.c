// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/automation_target.h"

#include "services/feed_private.h"

#include <stdio.h>
#include <string.h>

/// Most places in an address
#define MAX_PLACES 2u

/// The names at the places of an address
typedef struct {
  char words[MAX_PLACES][80];
} Places;

typedef struct Row Row;

/// Where a row's targets are looked up
typedef struct {
  const Feed*        feed;
  const Composition* root;
} Where;

/// Find the target that the places name
typedef bool (*FindFunc)(const Where*      where,
                         const Row*        row,
                         const Places*     places,
                         AutomationTarget* out);

/// Visit what differs in a thing
typedef bool (*EachFunc)(const Feed*         feed,
                         const Row*          row,
                         const Change*       change,
                         AutomationValueFunc func,
                         void*               handle);

/// A kind of target: addresses like `path`, `{}` stands for any word
struct Row {
  const char* path;
  NodeType    type;  ///< Of what differs when a value is set
  uint32_t    param; ///< For the functions
  const char* key;   ///< For the functions
  FindFunc    find;
  EachFunc    each; ///< Null for another name of what a row visits
};

/// Read an address by a pattern; false if it is another's
static bool
read_places(const char* pattern, const char* address, Places* const places)
{
  uint32_t count = 0;
  while (*pattern && *address) {
    if (*pattern == '{') {
      const size_t size = strcspn(address, "/");
      if (!size || size >= sizeof(places->words[0]) || count == MAX_PLACES) {
        return false;
      }

      memcpy(places->words[count], address, size);
      places->words[count++][size] = '\0';
      address += size;
      pattern += 2;
    } else if (*pattern++ != *address++) {
      return false;
    }
  }

  return *pattern == *address;
}

// Channel strips

static const Field*
channel_field(const Row* const row)
{
  const NodeInfo* const info = node_info(NODE_CHANNEL);
  for (uint32_t i = 0; i < info->num_fields; ++i) {
    if (!strcmp(info->fields[i].key, row->key)) {
      return &info->fields[i];
    }
  }

  return NULL;
}

static bool
find_strip(const Where* const      where,
           const Row* const        row,
           const Places* const     places,
           AutomationTarget* const out)
{
  Id                   id      = ID_NONE;
  const Field* const   field   = channel_field(row);
  const char* const    word    = places->words[0];
  const Channel* const channel = id_parse(*word ? word : "master", &id)
                                   ? composition_channel(where->root, id)
                                   : NULL;
  if (!channel || !field) {
    return false;
  }

  out->min        = field->min;
  out->max        = field->max;
  out->op.type    = OPERATION_STRIP;
  out->op.channel = feed_channel(where->feed, id);
  out->op.param   = row->param;
  out->op.value   = (float)*(const double*)field_of(field, &channel->node);
  return true;
}

static bool
each_strip(const Feed* const         feed,
           const Row* const          row,
           const Change* const       change,
           const AutomationValueFunc func,
           void* const               handle)
{
  (void)feed;
  const Field* const field  = channel_field(row);
  const double       before = *(const double*)field_of(field, change->before);
  const double       after  = *(const double*)field_of(field, change->after);
  char               text[ID_TEXT_SIZE];
  char               address[AUTOMATION_ADDRESS_SIZE];
  if (before == after) {
    return true;
  }

  snprintf(address,
           sizeof(address),
           "/mixer/channels/%s/%s",
           id_format(change->id, text),
           row->key);
  return func(handle, address, after);
}

// Instruments

static const InstrumentInfo*
instrument_of(const Feed* const feed, const Track* const track)
{
  return track->type == TRACK_MIDI
           ? feed->source.info(feed->source.handle, track)
           : NULL;
}

static bool
find_instrument(const Where* const      where,
                const Row* const        row,
                const Places* const     places,
                AutomationTarget* const out)
{
  (void)row;
  Id                 id = ID_NONE;
  const Track* const track =
    id_parse(places->words[0], &id) ? composition_track(where->root, id) : NULL;
  const InstrumentInfo* const info =
    track ? instrument_of(where->feed, track) : NULL;
  const int param = info ? instrument_find_param(info, places->words[1]) : -1;
  if (param < 0) {
    return false;
  }

  const FeedSource* const source = &where->feed->source;

  out->min      = (double)info->params[param].min;
  out->max      = (double)info->params[param].max;
  out->op.type  = OPERATION_PARAM;
  out->op.track = feed_track(where->feed, id);
  out->op.param = (uint32_t)param;
  out->op.value = source->param(source->handle, track, info, (uint32_t)param);
  return true;
}

static bool
each_instrument(const Feed* const         feed,
                const Row* const          row,
                const Change* const       change,
                const AutomationValueFunc func,
                void* const               handle)
{
  (void)row;
  const Track* const          before = (const Track*)change->before;
  const Track* const          after  = (const Track*)change->after;
  const InstrumentInfo* const info   = instrument_of(feed, after);
  const FeedSource* const     source = &feed->source;
  if (before->params == after->params || !info ||
      !string_equal(before->instrument, after->instrument)) {
    return true;
  }

  for (uint32_t i = 0; i < info->num_params; ++i) {
    const float value = source->param(source->handle, after, info, i);
    char        text[ID_TEXT_SIZE];
    char        address[AUTOMATION_ADDRESS_SIZE];
    snprintf(address,
             sizeof(address),
             "/compositions/current/tracks/%s/params/%s",
             id_format(change->id, text),
             info->params[i].symbol);
    if (value != source->param(source->handle, before, info, i) &&
        !func(handle, address, (double)value)) {
      return false;
    }
  }

  return true;
}

// clang-format off
static const Row rows[] = {
  {"/mixer/master/fader",                       NODE_CHANNEL, STRIP_FADER,      "fader",      find_strip,      NULL},
  {"/mixer/channels/{}/fader",                  NODE_CHANNEL, STRIP_FADER,      "fader",      find_strip,      each_strip},
  {"/mixer/channels/{}/pan",                    NODE_CHANNEL, STRIP_PAN,        "pan",        find_strip,      each_strip},
  {"/mixer/channels/{}/width",                  NODE_CHANNEL, STRIP_WIDTH,      "width",      find_strip,      each_strip},
  {"/mixer/channels/{}/input_gain",             NODE_CHANNEL, STRIP_INPUT_GAIN, "input_gain", find_strip,      each_strip},
  {"/compositions/current/tracks/{}/params/{}", NODE_TRACK,   0,                "",           find_instrument, each_instrument},
};
// clang-format on

#define NUM_ROWS (sizeof(rows) / sizeof(rows[0]))

bool
automation_target_find(const Feed* const        feed,
                       const Composition* const root,
                       const char* const        address,
                       AutomationTarget* const  out)
{
  const Where where = {feed, root};
  for (size_t i = 0; i < NUM_ROWS; ++i) {
    Places places = {0};
    if (read_places(rows[i].path, address, &places)) {
      memset(out, 0, sizeof(*out));
      return rows[i].find(&where, &rows[i], &places, out);
    }
  }

  return false;
}

bool
automation_target_each(const Feed* const         feed,
                       const Change* const       change,
                       const AutomationValueFunc func,
                       void* const               handle)
{
  if (!change->before || !change->after) {
    return true;
  }

  for (size_t i = 0; i < NUM_ROWS; ++i) {
    if (rows[i].type == change->type && rows[i].each &&
        !rows[i].each(feed, &rows[i], change, func, handle)) {
      return false;
    }
  }

  return true;
}
