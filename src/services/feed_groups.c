// SPDX-License-Identifier: GPL-3.0-or-later
//
// Groups, as the strips of their channels see them

#include "services/feed_private.h"
#include "services/mixer_groups.h"

/// A group that changed
typedef struct {
  Work*        work;
  const Group* before; ///< Or null
  const Group* after;
} GroupChange;

bool
feed_set_group_level(Work* const work, const Channel* const channel)
{
  const Group* const group = group_of(work->after, channel);
  const Operation    op    = {.type    = OPERATION_STRIP,
                              .channel = feed_channel(work->feed, channel->node.id),
                              .param   = STRIP_GROUP,
                              .value   = group ? (float)group->fader_db : 0.0f};
  return !op.channel || feed_add(work, &op);
}

static bool
change_member(void* const handle, const Channel* const channel)
{
  const GroupChange* const change = (const GroupChange*)handle;
  const Group* const       a      = change->before;
  const Group* const       b      = change->after;
  return ((a && a->fader_db == b->fader_db) ||
          feed_set_group_level(change->work, channel)) &&
         ((a && a->mute == b->mute) ||
          feed_change_silence(change->work, channel));
}

bool
feed_change_group(Work* const work, const Change* const change)
{
  const Group* const a     = (const Group*)change->before;
  const Group* const b     = (const Group*)change->after;
  GroupChange        group = {work, a, b};
  work->groups             = work->groups || (a && a->solo) != (b && b->solo);
  return !b ||
         group_each_member(work->after, change->id, change_member, &group);
}

static bool
count_member(void* const handle, const Channel* const channel)
{
  (void)channel;
  ++*(int64_t*)handle;
  return true;
}

void
feed_count_group_solos(Work* const work)
{
  const IdList* const order = work->after->order[KIND_GROUP];
  int64_t             count = 0;
  for (uint32_t i = 0; i < id_list_count(order); ++i) {
    const Group* const group =
      (const Group*)composition_find(work->after, order->ids[i]);
    if (group->solo) {
      group_each_member(work->after, order->ids[i], count_member, &count);
    }
  }

  work->solo = work->solo || count || work->feed->num_group_solo;
  work->feed->num_group_solo = count;
}
