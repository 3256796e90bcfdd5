// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/automation_target.h"

#include "services/effects.h"
#include "services/feed_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Most places in an address
#define MAX_PLACES 3u

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
      !string_equal(before->instrument, after->instrument) ||
      !string_equal(before->kit, after->kit)) {
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

// Sends

static bool
find_send(const Where* const      where,
          const Row* const        row,
          const Places* const     places,
          AutomationTarget* const out)
{
  (void)row;
  Id                   id  = ID_NONE;
  Id                   bus = ID_NONE;
  const Channel* const channel =
    id_parse(places->words[0], &id) && id_parse(places->words[1], &bus)
      ? composition_channel(where->root, id)
      : NULL;
  const SendList* const sends = channel ? channel->sends : NULL;
  for (uint32_t i = 0; sends && i < sends->count; ++i) {
    if (sends->sends[i].bus == bus) {
      out->min      = -60.0;
      out->max      = 12.0;
      out->op.type  = OPERATION_SEND;
      out->op.send  = feed_find_send(where->feed, id, bus);
      out->op.value = (float)sends->sends[i].level_db;
      return true;
    }
  }

  return false;
}

static bool
each_send(const Feed* const         feed,
          const Row* const          row,
          const Change* const       change,
          const AutomationValueFunc func,
          void* const               handle)
{
  (void)feed;
  (void)row;
  const SendList* const before = ((const Channel*)change->before)->sends;
  const SendList* const after  = ((const Channel*)change->after)->sends;
  for (uint32_t i = 0; before != after && after && i < after->count; ++i) {
    for (uint32_t k = 0; before && k < before->count; ++k) {
      const Send* const a = &before->sends[k];
      const Send* const b = &after->sends[i];
      char              channel[ID_TEXT_SIZE];
      char              bus[ID_TEXT_SIZE];
      char              address[AUTOMATION_ADDRESS_SIZE];
      snprintf(address,
               sizeof(address),
               "/mixer/channels/%s/sends/%s",
               id_format(change->id, channel),
               id_format(b->bus, bus));
      if (a->bus == b->bus && a->level_db != b->level_db &&
          !func(handle, address, b->level_db)) {
        return false;
      }
    }
  }

  return true;
}

// Effects

static bool
find_effect(const Where* const      where,
            const Row* const        row,
            const Places* const     places,
            AutomationTarget* const out)
{
  (void)row;
  Id                  id = ID_NONE;
  const Effect* const effect =
    id_parse(places->words[0], &id) && id_kind(id) == KIND_EFFECT
      ? (const Effect*)composition_find(where->root, id)
      : NULL;
  const EffectInfo* const info =
    effect ? effect_find(string_text(effect->type)) : NULL;
  const int param = info ? effect_find_param(info, places->words[1]) : -1;
  if (param < 0 || info->structural & (uint64_t)1u << param) {
    return false; // Or would need another instance at each step
  }

  out->min       = (double)info->params[param].min;
  out->max       = (double)info->params[param].max;
  out->op.type   = OPERATION_EFFECT;
  out->op.effect = feed_effect(where->feed, id);
  out->op.param  = (uint32_t)param;
  out->op.value  = effects_value(effect, info, (uint32_t)param);
  return true;
}

static bool
each_effect(const Feed* const         feed,
            const Row* const          row,
            const Change* const       change,
            const AutomationValueFunc func,
            void* const               handle)
{
  (void)feed;
  (void)row;
  const Effect* const     before = (const Effect*)change->before;
  const Effect* const     after  = (const Effect*)change->after;
  const EffectInfo* const info   = effect_find(string_text(after->type));
  for (uint32_t i = 0;
       info && before->params != after->params && i < info->num_params;
       ++i) {
    const float value = effects_value(after, info, i);
    char        text[ID_TEXT_SIZE];
    char        address[AUTOMATION_ADDRESS_SIZE];
    snprintf(address,
             sizeof(address),
             "/effects/%s/%s",
             id_format(change->id, text),
             info->params[i].symbol);
    if (value != effects_value(before, info, i) &&
        !(info->structural & (uint64_t)1u << i) &&
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
  {"/mixer/channels/{}/sends/{}",               NODE_CHANNEL, 0,                "",           find_send,       each_send},
  {"/effects/{}/{}",                            NODE_EFFECT,  0,                "",           find_effect,     each_effect},
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

/// The effect at a 1-based slot of a channel, or ID_NONE
static Id
effect_at(const Composition* const root,
          const char* const        channel,
          const char* const        slot)
{
  Id                   id = ID_NONE;
  const Channel* const found =
    id_parse(channel, &id) ? composition_channel(root, id) : NULL;
  const unsigned long place = strtoul(slot, NULL, 10);
  return found && place >= 1u && place <= id_list_count(found->effects)
           ? found->effects->ids[place - 1u]
           : ID_NONE;
}

void
automation_target_address(const Composition* const root,
                          const char* const        given,
                          char                     out[AUTOMATION_ADDRESS_SIZE])
{
  Places places = {0};
  char   text[ID_TEXT_SIZE];
  snprintf(out, AUTOMATION_ADDRESS_SIZE, "%s", given);
  if (read_places("/mixer/master/{}", given, &places)) {
    snprintf(out,
             AUTOMATION_ADDRESS_SIZE,
             "/mixer/channels/master/%s",
             places.words[0]);
  } else if (read_places("/mixer/channels/{}/effects/{}/{}", given, &places)) {
    const Id effect = effect_at(root, places.words[0], places.words[1]);
    snprintf(out,
             AUTOMATION_ADDRESS_SIZE,
             "/effects/%s/%s",
             id_format(effect, text),
             places.words[2]);
  }
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
