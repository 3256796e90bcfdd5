// SPDX-License-Identifier: GPL-3.0-or-later
//
// Whether this is a build with a sanitizer
//
// Such a build is some ten times slower, so the longest tests do less in it.

#ifndef SONIC_SUPPORT_SANITIZED_H
#define SONIC_SUPPORT_SANITIZED_H

#include <stdbool.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#undef SANITIZED
#define SANITIZED true
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

#endif // SONIC_SUPPORT_SANITIZED_H
