// SPDX-License-Identifier: GPL-3.0-or-later
//
// Allocations that fail on demand
//
// The test programs are linked so that each allocation of our own code (not
// that of the libraries) goes through here.  A sweep fails the first, then the
// second, ... until an attempt passes without reaching the one that fails:
//
//   for (unsigned n = 1; ; ++n) {
//     fail_malloc_at(n);
//     ... act ...
//     if (fail_malloc_stop() < n) {
//       break; // Nothing failed: the act must have succeeded
//     }
//     ... the act must have said STATUS_NO_MEMORY and leaked nothing ...
//   }

#ifndef SONIC_SUPPORT_FAIL_MALLOC_H
#define SONIC_SUPPORT_FAIL_MALLOC_H

/// Let the n-th allocation from now, in any thread, fail; counted from 1
void
fail_malloc_at(unsigned n);

/// Let no allocation fail; returns how many were asked for since
/// `fail_malloc_at`
unsigned
fail_malloc_stop(void);

#endif // SONIC_SUPPORT_FAIL_MALLOC_H
