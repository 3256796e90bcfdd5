// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/feed_private.h"
#include "services/mixer_groups.h"
#include "services/route.h"

#include <stddef.h>

static bool
set_strip(Work* const          work,
          EngineChannel* const channel,
          const StripParam     param,
          const double         value)
{
  const Operation op = {.type    = OPERATION_STRIP,
                        .channel = channel,
                        .param   = param,
                        .value   = (float)value};
  return feed_add(work, &op);
}

/// Whether something is soloed with which a channel is not heard: neither is it
/// soloed nor does it lead to or come from one that is
static bool
is_out_of_solo(const Work* const work, const Channel* const channel)
{
  const Id   id    = channel->node.id;
  const bool solos = work->feed->num_solo > 0 || work->feed->num_group_solo > 0;
  return solos && !group_solos(work->after, channel) && !channel->solo_safe &&
         id != ID_MASTER && !route_is_heard(work->after, id);
}

bool
feed_is_silenced(const Work* const work, const Channel* const channel)
{
  const Group* const group = group_of(work->after, channel);
  return channel->mute || (group && group->mute) ||
         is_out_of_solo(work, channel);
}

/// Whether what solos silence may differ
static bool
changes_solo(const Channel* const before, const Channel* const after)
{
  return !before != !after ||
         (before &&
          (before->solo != after->solo ||
           before->solo_safe != after->solo_safe ||
           before->output != after->output || before->sends != after->sends));
}

bool
feed_change_silence(Work* const work, const Channel* const channel)
{
  // One that is yet to come is told when it comes
  EngineChannel* const strip = feed_channel(work->feed, channel->node.id);
  return !strip ||
         (set_strip(work, strip, STRIP_MUTE, feed_is_silenced(work, channel)) &&
          feed_change_send_levels(work, channel));
}

/// Whether two lists of sends lead the same ways
static bool
send_ways_equal(const SendList* const a, const SendList* const b)
{
  const uint32_t count = a ? a->count : 0u;
  if (a == b || count != (b ? b->count : 0u)) {
    return a == b;
  }

  for (uint32_t i = 0; i < count; ++i) {
    if (a->sends[i].bus != b->sends[i].bus ||
        a->sends[i].pre != b->sends[i].pre) {
      return false;
    }
  }

  return true;
}

bool
feed_change_channel(Work* const          work,
                    const Channel* const before,
                    const Channel* const after)
{
  Feed* const feed = work->feed;
  feed->num_solo += (after && after->solo) - (before && before->solo);
  if (changes_solo(before, after) &&
      (feed->num_solo || feed->num_group_solo || (before && before->solo))) {
    work->solo = true;
  }

  const Id   group = before ? before->group : ID_NONE;
  const bool joins = (after ? after->group : ID_NONE) != group;
  work->groups     = work->groups || joins;

  EngineChannel* const strip =
    after ? feed_channel(feed, after->node.id) : NULL;
  if (!strip) {
    return true;
  }

  if (!before || before->output != after->output ||
      before->effects != after->effects ||
      !send_ways_equal(before->sends, after->sends)) {
    work->schedule = true;
  }

  static const struct {
    StripParam param;
    size_t     offset;
  } levels[] = {
    {STRIP_INPUT_GAIN, offsetof(Channel, input_gain_db)},
    {STRIP_WIDTH, offsetof(Channel, width)},
    {STRIP_FADER, offsetof(Channel, fader_db)},
    {STRIP_PAN, offsetof(Channel, pan)},
  };

  for (uint32_t i = 0; i < sizeof(levels) / sizeof(levels[0]); ++i) {
    const double value =
      *(const double*)((const char*)after + levels[i].offset);
    if ((!before ||
         value != *(const double*)((const char*)before + levels[i].offset)) &&
        !set_strip(work, strip, levels[i].param, value)) {
      return false;
    }
  }

  return ((before && before->phase == after->phase) ||
          set_strip(work, strip, STRIP_PHASE, after->phase)) &&
         ((before ? before->pan_mode == after->pan_mode : !after->pan_mode) ||
          set_strip(work, strip, STRIP_BALANCE, after->pan_mode)) &&
         (!joins || feed_set_group_level(work, after)) &&
         ((before && before->mute == after->mute && !joins &&
           before->sends == after->sends) ||
          feed_change_silence(work, after));
}

bool
feed_change_solo(Work* const work)
{
  static const Kind kinds[] = {KIND_TRACK, KIND_BUS};
  for (uint32_t k = 0; k < 2u; ++k) {
    const IdList* const order = work->after->order[kinds[k]];
    for (uint32_t i = 0; i < id_list_count(order); ++i) {
      if (!feed_change_silence(
            work, composition_channel(work->after, order->ids[i]))) {
        return false;
      }
    }
  }

  return true;
}
