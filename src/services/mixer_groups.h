// SPDX-License-Identifier: GPL-3.0-or-later
//
// Groups of channels, whose levels move together
//
// A channel is at its own level and that of its group; it is silent with its
// group, and soloed with it.  Names, faders, mutes and solos of groups are
// fields of the document; the members are those whose `group` it is.

#ifndef SONIC_SERVICES_MIXER_GROUPS_H
#define SONIC_SERVICES_MIXER_GROUPS_H

#include "base/id.h"
#include "base/status.h"
#include "model/document.h"
#include "services/services.h"

#include <stdbool.h>
#include <stdint.h>

/// Append a group without channels
Status
groups_create(Services* services, const char* name, Id* out);

/// Put a channel into a group, ID_NONE: into none; not the master
Status
groups_join(Services* services, Id channel, Id group);

/// The group of a channel, or null
const Group*
group_of(const Composition* root, const Channel* channel);

/// Whether a channel is soloed, by itself or its group
bool
group_solos(const Composition* root, const Channel* channel);

/// Called with each channel of a group; false stops
typedef bool (*GroupMemberFunc)(void* handle, const Channel* channel);

/// Visit the channels of a group in the order of the mixer; false if stopped
bool
group_each_member(const Composition* root,
                  Id                 group,
                  GroupMemberFunc    func,
                  void*              handle);

#endif // SONIC_SERVICES_MIXER_GROUPS_H
