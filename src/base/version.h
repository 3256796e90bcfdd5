// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which release this is

#ifndef SONIC_BASE_VERSION_H
#define SONIC_BASE_VERSION_H

/// The version of this program
#define SONIC_VERSION "0.1.0"

#endif // SONIC_BASE_VERSION_H
