// SPDX-License-Identifier: GPL-3.0-or-later

#include "services/feed_private.h"

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

static bool
is_silenced(const Feed* const feed, const Channel* const channel)
{
  return channel->mute || (feed->num_solo > 0 && !channel->solo &&
                           id_kind(channel->node.id) == KIND_TRACK);
}

bool
feed_change_channel(Work* const          work,
                    const Channel* const before,
                    const Channel* const after)
{
  Feed* const feed = work->feed;
  feed->num_solo += (after && after->solo) - (before && before->solo);
  if (!!(before && before->solo) != !!(after && after->solo)) {
    work->solo = true;
  }

  EngineChannel* const strip =
    after ? feed_channel(feed, after->node.id) : NULL;
  if (!strip) {
    return true;
  }

  if (!before || before->output != after->output) {
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
         ((before && before->mute == after->mute) ||
          set_strip(work, strip, STRIP_MUTE, is_silenced(feed, after)));
}

/// Tell every track's strip whether it is silent now
bool
feed_change_solo(Work* const work)
{
  const IdList* const order = work->after->order[KIND_TRACK];
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Channel* const channel =
      composition_channel(work->after, order->ids[i]);
    if (!set_strip(work,
                   feed_channel(work->feed, order->ids[i]),
                   STRIP_MUTE,
                   is_silenced(work->feed, channel))) {
      return false;
    }
  }

  return true;
}
