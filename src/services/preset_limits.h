// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a kit's groove may have

#ifndef SONIC_SERVICES_PRESET_LIMITS_H
#define SONIC_SERVICES_PRESET_LIMITS_H

#define GROOVE_MAX_HITS 256u
#define GROOVE_MAX_BEATS 16.0
#define GROOVE_MIN_TEMPO 20.0
#define GROOVE_MAX_TEMPO 400.0

#endif // SONIC_SERVICES_PRESET_LIMITS_H
